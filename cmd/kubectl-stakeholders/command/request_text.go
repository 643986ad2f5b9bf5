/*
Copyright 2026 The stakeholder-operator authors.

Licensed under the Apache License, Version 2.0 (the "License");
you may not use this file except in compliance with the License.
You may obtain a copy of the License at

    http://www.apache.org/licenses/LICENSE-2.0

Unless required by applicable law or agreed to in writing, software
distributed under the License is distributed on an "AS IS" BASIS,
WITHOUT WARRANTIES OR CONDITIONS OF ANY KIND, either express or implied.
See the License for the specific language governing permissions and
limitations under the License.
*/

package command

import (
	"fmt"

	"github.com/stakeholders-dev/stakeholder-operator/cmd/kubectl-stakeholders/terminal"
)

// requestLabelWidth is how wide the labels are in what the commands about a request print.
const requestLabelWidth = 10

// labelled returns a line such as "Status:   1 of 2 parties have approved", or several if it is too long for the terminal.
func labelled(t *terminal.Terminal, label, text string) string {
	return t.Hanging(fmt.Sprintf("%-*s", requestLabelWidth, label+":"), text)
}

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

package lint

import (
	"fmt"
	"io"
	"strings"

	"github.com/stakeholders-dev/stakeholder-operator/cmd/kubectl-stakeholders/terminal"
)

// WriteGitHub writes findings as workflow commands of GitHub Actions, which shows them beside the lines of a pull request:
// https://docs.github.com/en/actions/reference/workflows-and-actions/workflow-commands
func WriteGitHub(w io.Writer, findings []Finding) error {
	for i := range findings {
		f := &findings[i]
		_, err := fmt.Fprintf(w, "::%s file=%s,line=%d,col=%d,title=%s::%s\n",
			f.Level, property(f.File), f.Line, f.Column, property(f.Code), data(f.Text()))
		if err != nil {
			return err
		}
	}
	return nil
}

var (
	dataEscapes     = strings.NewReplacer("%", "%25", "\r", "%0D", "\n", "%0A")
	propertyEscapes = strings.NewReplacer("%", "%25", "\r", "%0D", "\n", "%0A", ":", "%3A", ",", "%2C")
)

// data escapes a message. Without that, a name in a file of an attacker could end the line and begin another command, or act on
// the terminal that shows the log.
func data(s string) string { return dataEscapes.Replace(terminal.EscapeLines(s)) }

// property escapes the value of a property of a command.
func property(s string) string { return propertyEscapes.Replace(terminal.EscapeLines(s)) }

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

package words

import (
	"strconv"
	"strings"

	"github.com/stakeholders-dev/stakeholder-operator/controllers/visible"
)

// CodeSpan returns a name as a code span. Its fence is longer than any run of backticks in the name
// (https://spec.commonmark.org/0.31.2/#code-spans). Invisible characters are escaped, so the span is one line.
func CodeSpan(name string) string {
	if name == "" || !visible.Line(name) {
		name = strconv.QuoteToASCII(name)
	}
	longest, run := 0, 0
	for _, r := range name {
		if r != '`' {
			run = 0
			continue
		}
		run++
		longest = max(longest, run)
	}
	fence := strings.Repeat("`", longest+1)
	if longest > 0 || name[0] == ' ' {
		// A renderer removes one space at each end.
		name = " " + name + " "
	}
	return fence + name + fence
}

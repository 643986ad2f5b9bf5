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
	"strings"

	"github.com/stakeholders-dev/stakeholder-operator/cmd/kubectl-stakeholders/lint"
	"github.com/stakeholders-dev/stakeholder-operator/cmd/kubectl-stakeholders/output"
	"github.com/stakeholders-dev/stakeholder-operator/cmd/kubectl-stakeholders/terminal"
	"github.com/stakeholders-dev/stakeholder-operator/controllers/messages"
)

// Text writes a line for each finding, in the form that editors know, and a summary on standard error. Documents that could
// not be checked are left to the error of the command.
func (r *lintReport) Text(t *terminal.Terminal, _ output.TextOptions) error {
	for i := range r.Findings {
		f := &r.Findings[i]
		if f.IsUnread() {
			continue
		}
		style := terminal.Yellow
		if f.Level == lint.Error {
			style = terminal.Red
		}
		place := fmt.Sprintf("%s:%d:%d:", inLine(f.File), f.Line, f.Column)
		label := strings.Join([]string{t.Paint(terminal.Bold, place), t.Paint(style, string(f.Level)+":"), t.Paint(terminal.Faint, "["+f.Code+"]")}, " ")
		_, err := fmt.Fprintln(t.Out, t.Indented(label, f.Text()))
		if err != nil {
			return err
		}
	}
	_, err := fmt.Fprintln(t.ErrOut, lintSummary(&r.Summary))
	return err
}

// inLine is the name of a file at the beginning of a line. A line that begins with :: would be a command for GitHub Actions.
func inLine(file string) string {
	if strings.HasPrefix(file, ":") {
		file = "./" + file
	}
	return terminal.Escape(file)
}

// summary says what was checked, and how many findings there are.
func lintSummary(s *lint.Summary) string {
	var checked []string
	for _, kind := range []struct {
		n              int
		singular, many string
	}{{s.Maps, "map", "maps"}, {s.Policies, "policy", "policies"}, {s.Requests, "request", "requests"}} {
		if kind.n > 0 {
			checked = append(checked, messages.Count(kind.n, kind.singular, kind.many))
		}
	}
	if len(checked) == 0 {
		checked = []string{"nothing checked"}
	}
	findings := "no findings"
	if s.Errors+s.Warnings > 0 {
		findings = messages.Count(s.Errors, "error", "errors") + ", " + messages.Count(s.Warnings, "warning", "warnings")
	}
	return strings.Join(checked, ", ") + ": " + findings
}

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
	"io"
	"strings"

	"github.com/stakeholders-dev/stakeholder-operator/cmd/kubectl-stakeholders/changes"
	"github.com/stakeholders-dev/stakeholder-operator/cmd/kubectl-stakeholders/output"
	"github.com/stakeholders-dev/stakeholder-operator/cmd/kubectl-stakeholders/terminal"
)

// diffResult is what diff has found.
type diffResult struct {
	changes.Report `json:",inline"`

	all bool
}

var _ output.Result = &diffResult{}

// markdown is the format for comments on pull requests.
func (d *diffCommand) markdown(w io.Writer, result output.Result) error {
	r, ok := result.(*diffResult)
	if !ok {
		return fmt.Errorf("%T is no diff", result)
	}
	_, err := io.WriteString(w, r.Markdown(r.all))
	return err
}

// signStyles are the colours of signs.
var signStyles = map[string]terminal.Style{"+": terminal.Green, "-": terminal.Red, "~": terminal.Yellow}

// Text implements output.Result: a paragraph for each map, and a summary below.
func (r *diffResult) Text(t *terminal.Terminal, _ output.TextOptions) error {
	var out strings.Builder
	sections, hidden := r.Sections(r.all)
	for i := range sections {
		s := &sections[i]
		name := s.Map
		if name == "" {
			name = "policy"
		}
		out.WriteString(t.Paint(terminal.Bold, terminal.Escape(name)) + "\n")
		for _, list := range [][]changes.Change{s.Rights, s.Routing} {
			for _, change := range list {
				out.WriteString(t.Hanging("  "+t.Paint(signStyles[change.Sign], change.Sign)+" ", change.Text) + "\n")
			}
		}
		if more := s.MoreText(); more != "" {
			out.WriteString("  " + more + "\n")
		}
		out.WriteString("\n")
	}
	if text := changes.HiddenText(hidden); text != "" {
		out.WriteString(text + "\n\n")
	}
	out.WriteString(terminal.Wrap(r.Summary.String(), t.Width, "") + "\n")
	if text := r.Caveat(); text != "" {
		out.WriteString(terminal.Wrap(text, t.Width, "") + "\n")
	}
	_, err := io.WriteString(t.Out, out.String())
	return err
}

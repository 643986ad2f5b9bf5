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

	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"

	"github.com/stakeholders-dev/stakeholder-operator/cmd/kubectl-stakeholders/explain"
	"github.com/stakeholders-dev/stakeholder-operator/cmd/kubectl-stakeholders/output"
	"github.com/stakeholders-dev/stakeholder-operator/cmd/kubectl-stakeholders/terminal"
)

// explanation is a code with everything about it.
type explanation struct {
	metav1.TypeMeta     `json:",inline"`
	explain.Explanation `json:",inline"`

	Page string `json:"page"`
}

func newExplanation(e *explain.Explanation) *explanation {
	return &explanation{TypeMeta: output.TypeMeta("Explanation"), Explanation: *e, Page: e.Page()}
}

// labelWidth is the place for the names of the fields.
const labelWidth = 12

// Names implements output.Named.
func (e *explanation) Names() []string { return []string{e.Code} }

// Text implements output.Result. It looks like the output of kubectl explain.
func (e *explanation) Text(t *terminal.Terminal, _ output.TextOptions) error {
	var out strings.Builder
	for _, line := range [][2]string{
		{"CODE", e.Code},
		{"TYPE", e.Explanation.Kind()},
		{"CAUGHT BY", joined(e.Caught, ", ")},
		{"REFUSED BY", e.By},
		{"KIND", strings.Join(e.Of, ", ")},
		{"CONDITION", strings.Join(e.When, ", ")},
	} {
		if line[1] != "" {
			// The codes of the colour must not count as characters.
			out.WriteString(t.Paint(terminal.Bold, line[0]+":") + strings.Repeat(" ", labelWidth-len(line[0])) + line[1] + "\n")
		}
	}
	e.section(t, &out, "MEANING", append([]string{e.Meaning}, e.Where...)...)
	e.section(t, &out, "WHY", e.Why)
	e.section(t, &out, "FIX", e.Fix)
	e.example(t, &out)
	e.section(t, &out, "MORE", e.Page)
	_, err := t.Out.Write([]byte(out.String()))
	return err
}

func (e *explanation) section(t *terminal.Terminal, out *strings.Builder, title string, paragraphs ...string) {
	text := strings.Join(paragraphs, " ")
	if text == "" {
		return
	}
	fmt.Fprintf(out, "\n%s:\n%s\n", t.Paint(terminal.Bold, title), terminal.Wrap(explain.Plain(text), t.TextWidth(), indent))
}

// indent of the texts below a title.
const indent = "    "

func (e *explanation) example(t *terminal.Terminal, out *strings.Builder) {
	if e.Example == nil {
		return
	}
	fmt.Fprintf(out, "\n%s:\n", t.Paint(terminal.Bold, "EXAMPLE"))
	if e.Example.Policy != "" {
		out.WriteString(indent + "# policy\n" + indented(e.Example.Policy) + indent + "---\n" + indent + "# map\n")
	}
	if e.Example.Change != "" {
		out.WriteString(indented(e.Example.Change) + "\n")
	}
	message := e.Example.Field + ": " + e.Example.Message
	out.WriteString(terminal.Wrap(terminal.Escape(message), t.TextWidth(), indent+"> ") + "\n")
}

// indented shows YAML, which may have characters that a terminal obeys.
func indented(yaml string) string {
	var out strings.Builder
	for line := range strings.Lines(yaml) {
		out.WriteString(indent + terminal.Escape(strings.TrimSuffix(line, "\n")) + "\n")
	}
	return out.String()
}

func joined[S ~string](list []S, separator string) string {
	texts := make([]string, len(list))
	for i, s := range list {
		texts[i] = string(s)
	}
	return strings.Join(texts, separator)
}

// explanationList is every code, without examples.
type explanationList struct {
	metav1.TypeMeta `json:",inline"`

	Items []explain.Explanation `json:"items"`
}

func newExplanationList(all []explain.Explanation) *explanationList {
	return &explanationList{TypeMeta: output.TypeMeta("ExplanationList"), Items: all}
}

// Names implements output.Named.
func (l *explanationList) Names() []string {
	names := make([]string, len(l.Items))
	for i := range l.Items {
		names[i] = l.Items[i].Code
	}
	return names
}

// Text implements output.Result.
func (l *explanationList) Text(t *terminal.Terminal, options output.TextOptions) error {
	table := &terminal.Table{Header: []string{"CODE", "TYPE", "MEANING"}, Shorten: []string{"MEANING"}}
	if options.Wide {
		table.Header = append(table.Header, "PAGE")
	}
	for i := range l.Items {
		e := &l.Items[i]
		cells := []string{e.Code, e.Kind(), e.Summary}
		if options.Wide {
			cells = append(cells, e.Page())
		}
		table.Add(cells...)
	}
	return options.Write(t, table)
}

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

	"github.com/stakeholders-dev/stakeholder-operator/cmd/kubectl-stakeholders/importer"
	"github.com/stakeholders-dev/stakeholder-operator/cmd/kubectl-stakeholders/output"
	"github.com/stakeholders-dev/stakeholder-operator/cmd/kubectl-stakeholders/terminal"
	"github.com/stakeholders-dev/stakeholder-operator/cmd/kubectl-stakeholders/words"
	"github.com/stakeholders-dev/stakeholder-operator/controllers/messages"
)

// proof is the result of --prove.
type proof struct{ *importer.Proof }

var proofHeader = []string{"SUBJECT", "RIGHT", "BEFORE", "AFTER", "CHANGE"}

func (p proof) rows() [][]string {
	out := make([][]string, len(p.Items))
	for i, row := range p.Items {
		out[i] = []string{importer.SubjectName(row.Subject), row.Right, string(row.Before), string(row.After), row.Change}
	}
	return out
}

func summary(c importer.Counts) string {
	return fmt.Sprintf("%d gained, %d lost, %d kept, %d unknown", c.Gains, c.Loses, c.Keeps, c.Unknown)
}

func (p proof) total() string {
	return messages.Count(p.Counts.Subjects, "subject", "subjects") + ", rights: " + summary(p.Counts) + "."
}

// proofColumns formats a row for people. The right comes last, because it is long.
const proofColumns = "  %-8s %-8s %s\n"

// Text implements output.Result. Subjects are headings, because the table would be too wide with them.
func (p proof) Text(t *terminal.Terminal, options output.TextOptions) error {
	var b strings.Builder
	if !options.NoHeaders {
		fmt.Fprintf(&b, proofColumns, "BEFORE", "AFTER", "RIGHT")
	}
	for first := 0; first < len(p.Items); {
		subject := p.Items[first].Subject
		end := first
		for end < len(p.Items) && p.Items[end].Subject == subject {
			end++
		}
		name := terminal.Escape(importer.SubjectName(subject))
		fmt.Fprintf(&b, "%s (%s)\n", t.Paint(terminal.Bold, name), summary(importer.Count(p.Items[first:end])))
		for _, row := range p.Items[first:end] {
			fmt.Fprintf(&b, proofColumns, row.Before, row.After, terminal.Escape(row.Right))
		}
		first = end
	}
	b.WriteString("\n" + p.total() + "\n")
	for _, note := range p.Notes {
		b.WriteString(t.Hanging("", note) + "\n")
	}
	_, err := io.WriteString(t.Out, b.String())
	return err
}

func (p proof) csv(w io.Writer) error { return output.CSV(w, proofHeader, p.rows()) }

// cell is a name in a table of Markdown, in which a pipe would end it even in code.
func cell(name string) string { return strings.ReplaceAll(words.CodeSpan(name), "|", `\|`) }

// markdown writes the table for a pull request. Names are code, so that they mention no user.
func (p proof) markdown(w io.Writer) error {
	var b strings.Builder
	b.WriteString("| Subject | Right | Before | After | Change |\n| --- | --- | --- | --- | --- |\n")
	for _, row := range p.rows() {
		fmt.Fprintf(&b, "| %s | %s | %s | %s | %s |\n", cell(row[0]), cell(row[1]), row[2], row[3], row[4])
	}
	b.WriteString("\n" + p.total() + "\n")
	for _, note := range p.Notes {
		b.WriteString("\n" + words.CodeSpan(note) + "\n")
	}
	_, err := io.WriteString(w, b.String())
	return err
}

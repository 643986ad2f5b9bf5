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

	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"

	"github.com/stakeholders-dev/stakeholder-operator/cmd/kubectl-stakeholders/inquiry"
	"github.com/stakeholders-dev/stakeholder-operator/cmd/kubectl-stakeholders/output"
	"github.com/stakeholders-dev/stakeholder-operator/cmd/kubectl-stakeholders/terminal"
	"github.com/stakeholders-dev/stakeholder-operator/cmd/kubectl-stakeholders/words"
)

// Text writes a paragraph for each request, or a line for each answer if it is wide.
func (a *auditReport) Text(t *terminal.Terminal, options output.TextOptions) error {
	if len(a.Items) == 0 {
		about := a.Product.Namespace + "/" + a.Product.Name
		if a.Topic != "" {
			about = a.Topic + " of " + about
		}
		t.Note("No request about " + about + " found.")
		return nil
	}
	if options.Wide {
		table := &terminal.Table{Header: auditHeader}
		for _, row := range a.rows() {
			table.Add(row...)
		}
		return options.Write(t, table)
	}
	for i := range a.Items {
		if i > 0 {
			if _, err := fmt.Fprintln(t.Out); err != nil {
				return err
			}
		}
		if err := writeRecord(t, &a.Items[i]); err != nil {
			return err
		}
	}
	return nil
}

// answerIndent is how far what follows the verdict of an answer is indented.
const answerIndent = 30

// writeRecord writes a request and its answers.
func writeRecord(t *terminal.Terminal, r *inquiry.Record) error {
	outcome := string(r.Outcome)
	if r.DecidedAt != nil {
		outcome += " " + utc(r.DecidedAt)
	}
	lines := []string{t.Paint(terminal.Bold, terminal.Escape(r.Name)) + "  " + terminal.Escape(r.Topic) + "  " + terminal.Escape(outcome)}
	add := func(name, value string) {
		if value != "" {
			lines = append(lines, t.Hanging(fmt.Sprintf("  %-9s ", name), value))
		}
	}
	add("Title", r.Title)
	add("Subject", r.Subject)
	add("Asked by", r.AskedBy+", "+utc(&r.AskedAt))
	if r.ValidUntil != nil {
		add("Valid to", utc(r.ValidUntil))
	}
	for _, note := range r.Notes {
		add("Note", note)
	}
	if len(r.Answers) == 0 {
		add("Answers", "none")
	}
	for i := range r.Answers {
		lines = append(lines, answerLines(t, &r.Answers[i])...)
	}
	_, err := fmt.Fprintln(t.Out, strings.Join(lines, "\n"))
	return err
}

// answerLines returns a line for an answer, one that says why it does not count, and one for its comment.
func answerLines(t *terminal.Terminal, a *inquiry.Answer) []string {
	who := a.By
	if len(a.Parties) > 0 {
		who += " for " + strings.Join(a.Parties, ", ")
	}
	lines := []string{t.Hanging(fmt.Sprintf("  %-17s  %-7s  ", utc(a.At), a.Verdict), who)}
	below := strings.Repeat(" ", answerIndent)
	if a.NotCounted != "" {
		lines = append(lines, t.Paint(terminal.Yellow, t.Hanging(below, "not counted: "+a.NotCounted)))
	}
	if a.Comment != "" {
		lines = append(lines, t.Hanging(below, "“"+a.Comment+"”"))
	}
	return lines
}

// utc writes a time for people, or what stands for none.
func utc(at *metav1.Time) string {
	if at == nil {
		return "-"
	}
	return at.UTC().Format("2006-01-02 15:04Z")
}

// csvOfAudit is the format csv.
var csvOfAudit = map[string]func(io.Writer, output.Result) error{"csv": func(w io.Writer, r output.Result) error {
	report, ok := r.(*auditReport)
	if !ok {
		return fmt.Errorf("no audit: %T", r)
	}
	return output.CSV(w, auditHeader, report.rows())
}}

var auditHeader = []string{
	"TIME", "BY", "VERDICT", "FOR", "NOT COUNTED", "REQUEST", "TOPIC", "TITLE", "SUBJECT", "ASKED BY", "ASKED AT", "OUTCOME", "DECIDED AT",
	"VALID UNTIL", "COMMENT", "NOTES",
}

// rows returns a row for each answer.
func (a *auditReport) rows() (rows [][]string) {
	for _, row := range inquiry.Rows(a.Items) {
		answer := row.Answer
		if answer == nil {
			answer = &inquiry.Answer{}
		}
		rows = append(rows, []string{
			words.Exact(answer.At), answer.By, string(answer.Verdict), strings.Join(answer.Parties, " "), answer.NotCounted,
			row.Namespace + "/" + row.Name, row.Topic, row.Title, row.Subject, row.AskedBy, words.Exact(&row.AskedAt), string(row.Outcome),
			words.Exact(row.DecidedAt), words.Exact(row.ValidUntil), answer.Comment, strings.Join(row.Notes, " "),
		})
	}
	return rows
}

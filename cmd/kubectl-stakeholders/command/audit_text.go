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
	if len(a.Requests) == 0 {
		about := a.Product
		if a.Topic != "" {
			about = a.Topic + " of " + about
		}
		_, err := fmt.Fprintln(t.ErrOut, terminal.Escape("No requests about "+about+"."))
		return err
	}
	if options.Wide {
		header, rows := a.table()
		table := &terminal.Table{Header: header}
		for _, row := range rows {
			table.Add(row...)
		}
		return table.Write(t.Out, options.NoHeaders)
	}
	for i := range a.Requests {
		if i > 0 {
			if _, err := fmt.Fprintln(t.Out); err != nil {
				return err
			}
		}
		if err := writeRecord(t, &a.Requests[i]); err != nil {
			return err
		}
	}
	return nil
}

// writeRecord writes a request and its answers.
func writeRecord(t *terminal.Terminal, r *inquiry.Record) error {
	outcome := string(r.Outcome)
	if r.DecidedAt != nil {
		outcome += " " + utc(r.DecidedAt)
	}
	lines := []string{t.Paint(terminal.Bold, terminal.Escape(r.Name)) + "  " + terminal.Escape(r.Topic) + "  " + terminal.Escape(outcome)}
	add := func(name, value string) {
		if value != "" {
			lines = append(lines, fmt.Sprintf("  %-9s %s", name, terminal.Escape(value)))
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
	if _, err := fmt.Fprintln(t.Out, strings.Join(lines, "\n")); err != nil {
		return err
	}
	return writeAnswers(t, r.Answers)
}

// writeAnswers writes a line for each answer, and one for each comment.
func writeAnswers(t *terminal.Terminal, answers []inquiry.Answer) error {
	for i := range answers {
		a := &answers[i]
		line := fmt.Sprintf("  %-17s  %-7s  %s", utc(a.At), a.Verdict, terminal.Escape(a.By))
		if len(a.Parties) > 0 {
			line += " for " + terminal.Escape(strings.Join(a.Parties, ", "))
		}
		if a.NotCounted != "" {
			line += t.Paint(terminal.Yellow, " (not counted: "+a.NotCounted+")")
		}
		if a.Comment != "" {
			line += fmt.Sprintf("\n%30s“%s”", "", terminal.Escape(a.Comment))
		}
		if _, err := fmt.Fprintln(t.Out, line); err != nil {
			return err
		}
	}
	return nil
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
	header, rows := report.table()
	return output.CSV(w, header, rows)
}}

// table returns a row for each answer.
func (a *auditReport) table() (header []string, rows [][]string) {
	header = []string{
		"TIME", "BY", "VERDICT", "FOR", "NOT COUNTED", "REQUEST", "TOPIC", "TITLE", "SUBJECT", "ASKED BY", "ASKED AT", "OUTCOME", "DECIDED AT",
		"VALID UNTIL", "COMMENT", "NOTES",
	}
	for _, row := range inquiry.Rows(a.Requests) {
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
	return header, rows
}

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

	routing "github.com/stakeholders-dev/stakeholder-operator/api/routing/v1alpha1"
	"github.com/stakeholders-dev/stakeholder-operator/cmd/kubectl-stakeholders/output"
	"github.com/stakeholders-dev/stakeholder-operator/cmd/kubectl-stakeholders/product"
	"github.com/stakeholders-dev/stakeholder-operator/cmd/kubectl-stakeholders/terminal"
)

// answerResult writes an answer.
type answerResult struct{ *product.Answer }

// Names implements output.Named: the keys of the recipients.
func (r *answerResult) Names() []string {
	names := make([]string, len(r.To))
	for i := range r.To {
		names[i] = r.To[i].Key()
	}
	return names
}

// Text implements output.Result.
func (r *answerResult) Text(t *terminal.Terminal, options output.TextOptions) error {
	w := &fields{terminal: t, width: len("Decided by: ")}
	w.add("Product", r.Product.String())
	w.add("Topic", r.topic())
	if len(r.To) == 0 {
		w.add("Ask", "no party receives this topic now")
	}
	w.parties("Ask", r.To, options.Wide)
	w.parties("Copy to", r.CC, options.Wide)
	w.add("Decided by", product.PartyNames(r.DecidedBy))
	if r.Quorum != nil {
		w.add("Quorum", product.QuorumWords(r.Quorum, len(r.To)))
	}
	w.add("Respond", product.ReplyWords(r.Answer))
	_, err := t.Out.Write([]byte(w.text.String()))
	return err
}

func (r *answerResult) topic() string {
	if !r.Listed {
		return r.Topic + " is not a topic of this product: the default recipient is asked"
	}
	return r.Topic + " (" + r.Class + ")"
}

// fields writes names and values, as kubectl describe does.
type fields struct {
	terminal *terminal.Terminal
	width    int
	text     strings.Builder
}

// add writes one field, or nothing if it has no value.
func (f *fields) add(name, value string) {
	if value == "" {
		return
	}
	label := name + ":"
	pad := max(1, f.width-len(label))
	f.text.WriteString(f.terminal.Hanging(f.terminal.Paint(terminal.Bold, label)+strings.Repeat(" ", pad), value) + "\n")
}

// parties writes parties, and below each how to reach it.
func (f *fields) parties(name string, parties []routing.DocumentParty, wide bool) {
	for i := range parties {
		p := &parties[i]
		if i == 0 {
			f.add(name, product.Describe(p))
		} else {
			f.line("", product.Describe(p))
		}
		handles := product.Handles(p)
		f.handles(handles)
		if wide || len(handles) == 0 {
			for _, s := range p.Subjects {
				f.line("  ", s.Kind+" "+product.SubjectName(s))
			}
		}
	}
}

// line writes a line without a name.
func (f *fields) line(label, text string) {
	f.text.WriteString(f.terminal.Hanging(strings.Repeat(" ", f.width)+label, text) + "\n")
}

func (f *fields) handles(handles []routing.Handle) {
	width := 0
	for _, h := range handles {
		width = max(width, len(terminal.Escape(h.System)))
	}
	for _, h := range handles {
		text := h.Value
		if h.Claim != "" {
			text += " (claim " + h.Claim + ")"
		}
		f.line(fmt.Sprintf("  %-*s  ", width, terminal.Escape(h.System)), text)
	}
}

// topicsResult writes the topics of a product.
type topicsResult struct{ *product.Topics }

// Names implements output.Named.
func (r *topicsResult) Names() []string {
	names := make([]string, len(r.Items))
	for i := range r.Items {
		names[i] = r.Items[i].Name
	}
	return names
}

// Text implements output.Result.
func (r *topicsResult) Text(t *terminal.Terminal, options output.TextOptions) error {
	table := &terminal.Table{Header: []string{"TOPIC", "CLASS", "ASK", "DECIDED BY"}, Shorten: []string{"ASK", "DECIDED BY"}}
	if options.Wide {
		table.Header = append(table.Header, "COPY TO", "QUORUM", "RESPOND WITHIN", "ESCALATE TO")
	}
	for _, topic := range append(r.Items, r.Default) {
		cells := []string{topic.Name, topic.Class, shortKeys(topic.To, options.Wide), shortKeys(topic.DecidedBy, options.Wide)}
		if topic.Name == routing.DefaultTopic {
			cells[0] = "(all others)"
		}
		if options.Wide {
			cells = append(cells, shortKeys(topic.CC, true), shortQuorum(topic.Quorum), topic.RespondWithin, shortKeys(topic.EscalateTo, true))
		}
		table.Add(cells...)
	}
	return options.Write(t, table)
}

func shortQuorum(q *routing.Quorum) string {
	if q == nil {
		return ""
	}
	return fmt.Sprintf("%s (%d)", q.Mode, q.Count)
}

// shortKeys are the names in the keys of parties. Only the first are shown, unless all are wanted.
func shortKeys(keys []string, all bool) string {
	names := make([]string, len(keys))
	for i, key := range keys {
		_, names[i], _ = strings.Cut(key, "/")
	}
	if all {
		return strings.Join(names, ",")
	}
	return product.Short(names, 2)
}

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

package graph

import (
	"cmp"
	"fmt"
	"strings"

	routing "github.com/stakeholders-dev/stakeholder-operator/api/routing/v1alpha1"
	"github.com/stakeholders-dev/stakeholder-operator/api/v1alpha1"
	"github.com/stakeholders-dev/stakeholder-operator/cmd/kubectl-stakeholders/words"
	"github.com/stakeholders-dev/stakeholder-operator/controllers/visible"
)

// The headings of the columns.
const (
	askedHeading    = "Who is asked or gets a copy"
	topicsHeading   = "About what"
	decidersHeading = "Who decides"
)

// legend explains the lines without colour.
const legend = "A thin line leads to those who are asked, a broken line to those who get a copy, and a thick arrow to those who decide"

const (
	// maxNames is the number of names that a box lists.
	maxNames = 20
	// otherTopics is how a drawing names the default topic.
	otherTopics = "anything else"
)

var classTitles = map[string]string{
	string(v1alpha1.ClassApproval): "Approvals", string(v1alpha1.ClassFeatureRequest): "Feature requests", string(v1alpha1.ClassConsultation): "Consultations",
}

// row is one line of text in a box.
type row struct {
	text string
	// note is shown smaller: the organization or the segment of a party.
	note string
}

// title of a box.
func (b *Box) title() string { return words.RoleHeading(b.Role) }

// rows are the parties of a box, at most maxNames and one that counts the rest. The development team has no name.
func (b *Box) rows() []row {
	if b.Role == string(v1alpha1.RoleDevelopmentTeam) {
		return nil
	}
	rows := make([]row, 0, min(len(b.Parties), maxNames+1))
	for i := range b.Parties {
		if i == maxNames && len(b.Parties) > maxNames+1 {
			return append(rows, row{text: fmt.Sprintf("and %d more", len(b.Parties)-maxNames)})
		}
		party := &b.Parties[i]
		rows = append(rows, row{text: label(party), note: note(party)})
	}
	return rows
}

func label(party *routing.Party) string { return clean(cmp.Or(party.DisplayName, party.Name)) }

func note(party *routing.Party) string {
	var notes []string
	for _, s := range []string{party.Organization, strings.ToLower(party.Segment)} {
		if s != "" {
			notes = append(notes, clean(s))
		}
	}
	return strings.Join(notes, ", ")
}

func (t *TopicBox) title() string { return classTitles[t.Class] }

// rows are the topics of a box, at most maxNames and one that counts the rest, and the quorum.
func (t *TopicBox) rows() []row {
	rows := make([]row, 0, min(len(t.Names), maxNames+1)+1)
	for i, name := range t.Names {
		if i == maxNames && len(t.Names) > maxNames+1 {
			rows = append(rows, row{text: fmt.Sprintf("and %d more", len(t.Names)-maxNames)})
			break
		}
		if name == routing.DefaultTopic {
			name = otherTopics
		}
		rows = append(rows, row{text: clean(name)})
	}
	if t.Quorum != "" {
		rows = append(rows, row{note: t.Quorum})
	}
	return rows
}

// quorumOf returns how many parties have to approve, in words, or "" if the topic has only one recipient.
func quorumOf(topic *routing.Topic) string {
	switch q, n := topic.Quorum, len(topic.To); {
	case q == nil, n < 2 && q.Count <= 1:
		return ""
	case int(q.Count) == n:
		return fmt.Sprintf("all %d must approve", n)
	case q.Count == 1:
		return fmt.Sprintf("1 of %d must approve", n)
	default:
		return fmt.Sprintf("%d of %d must approve", q.Count, n)
	}
}

// String is a row in formats without small letters, cut to the width of two boxes.
func (r row) String() string {
	text := r.text
	switch {
	case r.text == "":
		text = r.note
	case r.note != "":
		text += " (" + r.note + ")"
	}
	return fit(text, 2*boxWidth, textSize)
}

// clean replaces every character that cannot be seen, so that a name stays one line and cannot hide or reorder text.
func clean(s string) string {
	return strings.Map(func(r rune) rune {
		if visible.Rune(r) {
			return r
		}
		return '\uFFFD'
	}, s)
}

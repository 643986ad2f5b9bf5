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

package validate

import (
	"fmt"
	"strings"

	"k8s.io/apimachinery/pkg/util/validation/field"

	"github.com/stakeholders-dev/stakeholder-operator/api/v1alpha1"
	"github.com/stakeholders-dev/stakeholder-operator/controllers/messages"
	"github.com/stakeholders-dev/stakeholder-operator/controllers/topics"
)

// members are the subjects of one role, in the order of the document.
type members struct {
	list []member
	// first is the index in list of each subject's first occurrence.
	first map[v1alpha1.Subject]int
}

type member struct {
	subject v1alpha1.Subject
	party   *topics.Party
	// index is the position in the party's subjects.
	index int
}

func (m member) path() *field.Path { return pathOf(*m.party).Child("subjects").Index(m.index) }

func (m *members) add(party *topics.Party) {
	if m.first == nil {
		m.first = make(map[v1alpha1.Subject]int, len(party.Subjects))
	}
	for i, s := range party.Subjects {
		if _, found := m.first[s]; !found {
			m.first[s] = len(m.list)
		}
		m.list = append(m.list, member{s, party, i})
	}
}

func (m *members) find(s v1alpha1.Subject) (member, bool) {
	i, found := m.first[s]
	if !found {
		return member{}, false
	}
	return m.list[i], true
}

// shared calls f once for each subject in both roles, with its first place in each.
func shared(a, b *members, f func(inA, inB member)) {
	for i, inA := range a.list {
		if a.first[inA.subject] != i {
			continue
		}
		if inB, found := b.find(inA.subject); found {
			f(inA, inB)
		}
	}
}

// reportShared reports each subject in both roles at its first place in a. The message has the subject and its first place
// in b.
func reportShared(found report, a, b *members, message string) {
	shared(a, b, func(inA, inB member) {
		found(inA.path(), fmt.Sprintf(message, describe(inA.subject), inB.path()))
	})
}

func describe(s v1alpha1.Subject) string {
	name := s.Name
	if s.Kind == v1alpha1.SubjectServiceAccount && s.Namespace != "" {
		name = s.Namespace + "/" + s.Name
	}
	return plain(string(s.Kind)) + " " + quote(name)
}

// maxShown is the number of bytes that a message shows of any text from a map.
const maxShown = 160

// quote escapes and shortens a text from a map for a message.
func quote(s string) string { return messages.Quote(s, maxShown) }

// plain is quote without the quotes, for words such as the name of a kind.
func plain(s string) string { return messages.Escape(s, maxShown) }

func formatRoles(roles []v1alpha1.Role) string {
	names := make([]string, len(roles))
	for i, role := range roles {
		names[i] = string(role)
	}
	return plain(strings.Join(names, ", "))
}

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

package stakeholdermap

import (
	"fmt"
	"slices"
	"strings"

	rbacv1 "k8s.io/api/rbac/v1"

	"github.com/stakeholders-dev/stakeholder-operator/controllers/messages"
	"github.com/stakeholders-dev/stakeholder-operator/controllers/names"
)

// rightsChange says that subjects gained or lost the rights of a role in the map's own namespace, or that the stakeholders
// gained or lost those of roles in target namespaces, and why.
type rightsChange struct {
	why cause
	// roles are values of names.LabelRole: one if there are subjects. None: every role.
	roles []string
	// inPart says that the subjects had, or keep, other rights of the role beside those that changed.
	inPart bool
	// subjects is empty if namespaces is not.
	subjects []rbacv1.Subject
	// namespaces are target namespaces.
	namespaces []string
}

// addTo adds a subject to the change of the same role and cause, or adds that change.
func addTo(to []rightsChange, like rightsChange, subject rbacv1.Subject) []rightsChange {
	i := slices.IndexFunc(to, func(c rightsChange) bool {
		return c.why == like.why && slices.Equal(c.roles, like.roles) && c.inPart == like.inPart && len(c.namespaces) == 0
	})
	if i < 0 {
		to, i = append(to, like), len(to)
	}
	to[i].subjects = append(to[i].subjects, subject)
	return to
}

// direction is whether rights were gained or lost, in the words of an event.
type direction struct{ reason, verb, past, some string }

var (
	gaining = direction{reason: eventGranted, verb: "Grant", past: "got", some: "more"}
	losing  = direction{reason: eventRevoked, verb: "Revoke", past: "lost", some: "some"}
)

// maxNamed is how many subjects of a role, and how many namespaces, a note names at most.
const maxNamed = 8

// grantNote returns a note about all changes that fits into an event: every role and cause is in it. It names as many
// subjects and namespaces of each change as there is room for, and the number of the others.
func grantNote(to direction, changes []rightsChange) string {
	for most := maxNamed; ; most-- {
		note := grantSentences(to, changes, most)
		if len(note) <= messages.MaxEventNote || most == 0 {
			return note
		}
	}
}

// grantSentences has a sentence for each cause. It names at most so many subjects and namespaces of each change.
func grantSentences(to direction, changes []rightsChange, most int) string {
	phrases := make(map[cause][]string)
	for i := range changes {
		phrases[changes[i].why] = append(phrases[changes[i].why], changes[i].phrase(to, most))
	}
	sentences := make([]string, 0, len(phrases))
	for _, why := range causesOf(changes) {
		sentence := strings.Join(phrases[why], "; ") + ": " + why.text
		sentences = append(sentences, strings.ToUpper(sentence[:1])+sentence[1:])
	}
	return strings.Join(sentences, ". ")
}

// causesOf lists the causes of changes, each once.
func causesOf(changes []rightsChange) []cause {
	var causes []cause
	for i := range changes {
		if !slices.Contains(causes, changes[i].why) {
			causes = append(causes, changes[i].why)
		}
	}
	return causes
}

// phrase says who gained or lost which rights.
func (c *rightsChange) phrase(to direction, most int) string {
	if len(c.namespaces) > 0 {
		roles := "their roles"
		if len(c.roles) > 0 {
			roles = strings.Join(c.roles, ", ")
		}
		return "the stakeholders " + to.past + " the rights of " + roles + " in " + listNamespaces(c.namespaces, most)
	}
	quantity := "the"
	if c.inPart {
		quantity = to.some
	}
	return listSubjects(c.subjects, most) + " " + to.past + " " + quantity + " rights of " + strings.Join(c.roles, ", ")
}

// grantAction returns the action of an event about changes, as in RevokeExpiredEndUser. client-go merges two events about
// the same version of an object if only their notes differ, so the action tells different changes apart.
func grantAction(to direction, changes []rightsChange) string {
	parts := []string{to.verb}
	if slices.ContainsFunc(changes, func(c rightsChange) bool { return c.inPart }) {
		parts = append(parts, "InPart")
	}
	for _, why := range causesOf(changes) {
		parts = append(parts, camel(why.id))
	}
	for _, role := range names.Roles {
		if slices.ContainsFunc(changes, func(c rightsChange) bool { return slices.Contains(c.roles, role) }) {
			parts = append(parts, camel(role))
		}
	}
	if slices.ContainsFunc(changes, func(c rightsChange) bool { return len(c.namespaces) > 0 }) {
		parts = append(parts, "Namespaces")
	}
	return strings.Join(parts, "")
}

// camel joins the words of a name, as in EndUser.
func camel(name string) string {
	var out strings.Builder
	for word := range strings.SplitSeq(name, "-") {
		out.WriteString(strings.ToUpper(word[:1]) + word[1:])
	}
	return out.String()
}

// listNamespaces names at most so many namespaces, and says how many more there are.
func listNamespaces(namespaces []string, most int) string {
	if most == 0 {
		return counted(len(namespaces), "namespace")
	}
	noun := "namespaces "
	if len(namespaces) == 1 {
		noun = "namespace "
	}
	return noun + strings.Join(messages.Abbreviate(namespaces, most), ", ")
}

// listSubjects names at most so many subjects, and says how many more there are.
func listSubjects(subjects []rbacv1.Subject, most int) string {
	if most == 0 {
		return counted(len(subjects), "subject")
	}
	return strings.Join(messages.AbbreviateFunc(subjects, most, subjectName), ", ")
}

func counted(n int, noun string) string {
	if n == 1 {
		return "1 " + noun
	}
	return fmt.Sprintf("%d %ss", n, noun)
}

// subjectName names a subject, shortened so that several fit into a note.
func subjectName(s rbacv1.Subject) string {
	const most = 80
	name := s.Name
	if s.Kind == rbacv1.ServiceAccountKind {
		name = s.Namespace + "/" + s.Name
	}
	return s.Kind + " " + messages.Name(name, most)
}

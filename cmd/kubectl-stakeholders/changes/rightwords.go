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

package changes

import (
	"slices"

	rbacv1 "k8s.io/api/rbac/v1"

	"github.com/stakeholders-dev/stakeholder-operator/api/v1alpha1"
	"github.com/stakeholders-dev/stakeholder-operator/cmd/kubectl-stakeholders/words"
	"github.com/stakeholders-dev/stakeholder-operator/controllers/render"
)

func subjectName(s Subject) Phrase {
	var out Phrase
	switch s.Kind {
	case rbacv1.GroupKind:
		out.say("group ")
	case rbacv1.ServiceAccountKind:
		out.say("ServiceAccount ")
		out.name(s.Namespace + "/" + s.Name)
		return out
	}
	out.name(s.Name)
	return out
}

func roleList(roles []string) Phrase {
	items := make([]Phrase, len(roles))
	for i, role := range roles {
		switch {
		case role == string(v1alpha1.RoleDevelopmentTeam):
			items[i].say("part of the " + words.Role(role))
		case words.RoleOrder(role) < 0:
			items[i].name(role)
		default:
			items[i].say(words.Role(role))
		}
	}
	return listed(items, len(items))
}

// rights lists rights: "approve on budget and release, and create requests in payments".
func (c *comparison) rights(list []Right) Phrase {
	var items []Phrase
	item := func(words string, names []string) {
		if len(names) == 0 {
			return
		}
		var out Phrase
		out.say(words)
		out.add(listed(allNamed(names), c.most))
		items = append(items, out)
	}
	for _, verb := range []string{render.VerbApprove, render.VerbRequest, render.VerbTriage} {
		item(verb+" on ", namesOf(list, func(r Right) bool { return r.Verb == verb }, func(r Right) string { return r.Topic }))
	}
	if slices.ContainsFunc(list, func(r Right) bool { return r.Resource == render.MapResource && r.Topic == "" }) {
		items = append(items, Phrase{{text: "get on the map"}})
	}
	onRequests := func(create bool) []string {
		is := func(r Right) bool {
			return r.Resource == render.RequestResource && (r.Verb == render.VerbCreate) == create
		}
		return namesOf(list, is, func(r Right) string { return r.Namespace })
	}
	item("read and answer requests in ", onRequests(false))
	item("create requests in ", onRequests(true))
	for _, role := range namesOf(list, func(r Right) bool { return r.Role != "" }, func(r Right) string { return r.Role }) {
		item("tool rights as "+role+" in ", namesOf(list, func(r Right) bool { return r.Role == role }, func(r Right) string { return r.Namespace }))
	}
	var out Phrase
	for i, item := range items {
		switch {
		case i == 0:
		case i == len(items)-1:
			out.say(", and ")
		default:
			out.say(", ")
		}
		out.add(item)
	}
	return out
}

// namesOf returns something about those rights of a list for which something is so, sorted and each once.
func namesOf(list []Right, isSo func(Right) bool, name func(Right) string) []string {
	var out []string
	for _, right := range list {
		if isSo(right) {
			out = append(out, name(right))
		}
	}
	slices.Sort(out)
	return slices.Compact(out)
}

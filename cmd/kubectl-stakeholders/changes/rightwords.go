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
	"github.com/stakeholders-dev/stakeholder-operator/controllers/names"
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
	var out Phrase
	items := slices.Concat(c.onMaps(list), c.onRequests(list), c.ofTools(list))
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

func (c *comparison) onMaps(list []Right) []Phrase {
	var items []Phrase
	for _, verb := range render.TopicVerbs {
		items = append(items, c.item(verb+" on ", namesOf(list, func(r Right) bool { return r.Verb == verb }, func(r Right) string { return r.Topic }))...)
	}
	if slices.ContainsFunc(list, func(r Right) bool { return r.Resource == render.MapResource && r.Topic == "" }) {
		items = append(items, Phrase{{text: "read the map"}})
	}
	return items
}

func (c *comparison) onRequests(list []Right) []Phrase {
	items := make([]Phrase, 0, len(requestSets))
	for _, set := range requestSets {
		is := func(r Right) bool { return r.Resource == render.RequestResource && set.has(list, r.Namespace) }
		items = append(items, c.item(set.words, namesOf(list, is, namespaceOf))...)
	}
	return items
}

func (c *comparison) ofTools(list []Right) []Phrase {
	var items []Phrase
	for _, role := range namesOf(list, func(r Right) bool { return r.Role != "" }, func(r Right) string { return r.Role }) {
		text := "tool rights as " + words.Role(string(names.PartyRole(role))) + " in "
		for _, assumed := range []bool{false, true} {
			in := namesOf(list, func(r Right) bool { return r.Role == role && c.assumed[r.Namespace] == assumed }, namespaceOf)
			item := c.item(text, in)
			if assumed && len(item) > 0 {
				item[0].say(ifAccepted(len(in)))
			}
			items = append(items, item...)
		}
	}
	return items
}

// item is a part of a list: none without names.
func (c *comparison) item(text string, list []string) []Phrase {
	if len(list) == 0 {
		return nil
	}
	out := Phrase{{text: text}}
	out.add(listed(allNamed(list), c.most))
	return []Phrase{out}
}

// ifAccepted is added to what some namespaces have that are assumed to accept the map.
func ifAccepted(namespaces int) string {
	if namespaces == 1 {
		return " if it accepts the map"
	}
	return " if they accept the map"
}

// requestSets are the sets of rights on requests. A subject gains or loses one set in a namespace.
var requestSets = []requestSet{
	{"read and answer requests in ", true, false},
	{"read, answer and create requests in ", true, true},
	{"create requests in ", false, true},
}

type requestSet struct {
	words            string
	answers, creates bool
}

// has reports whether the set is what a list has on the requests of a namespace.
func (s requestSet) has(list []Right, namespace string) bool {
	var answers, creates bool
	for _, r := range list {
		if r.Resource == render.RequestResource && r.Namespace == namespace {
			creates = creates || r.Verb == render.VerbCreate
			answers = answers || r.Verb != render.VerbCreate
		}
	}
	return answers == s.answers && creates == s.creates
}

func namespaceOf(r Right) string { return r.Namespace }

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

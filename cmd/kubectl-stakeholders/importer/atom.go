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

package importer

import (
	"cmp"
	"slices"
	"strings"

	rbacv1 "k8s.io/api/rbac/v1"

	"github.com/stakeholders-dev/stakeholder-operator/api/v1alpha1"
	"github.com/stakeholders-dev/stakeholder-operator/controllers/render"
)

// scope is what verbs apply to.
type scope struct {
	// namespace is empty for all of the cluster.
	namespace string
	// role names a role whose rules are unknown. The other fields are empty then.
	role                  string
	group, resource, name string
	url                   string
}

// atom is a right that cannot be divided.
type atom struct {
	scope

	verb string
}

// String says in words what the scope is.
func (s scope) String() string {
	where := " in every namespace"
	if s.namespace != "" {
		where = " in " + s.namespace
	}
	switch {
	case s.url != "":
		return s.url
	case s.role != "":
		return "all that " + s.role + " allows" + where
	}
	topic, isTopic := strings.CutPrefix(s.resource, render.MapResource+"/")
	if isTopic && s.group == v1alpha1.GroupVersion.Group && s.name != "" {
		return s.name + "/" + topic + where
	}
	what := s.resource
	if s.group != "" {
		what += "." + s.group
	}
	if s.name != "" {
		what += " " + s.name
	}
	return what + where
}

// atoms returns the rights of rules in a namespace.
func atoms(namespace string, rules []rbacv1.PolicyRule) []atom {
	var out []atom
	for i := range rules {
		rule := &rules[i]
		for _, verb := range rule.Verbs {
			for _, url := range rule.NonResourceURLs {
				if namespace == "" {
					out = append(out, atom{scope{url: url}, verb})
				}
			}
			for _, s := range scopes(namespace, rule) {
				out = append(out, atom{s, verb})
			}
		}
	}
	return out
}

// scopes returns the resources of a rule.
func scopes(namespace string, rule *rbacv1.PolicyRule) []scope {
	out := make([]scope, 0, len(rule.APIGroups)*len(rule.Resources))
	for _, group := range rule.APIGroups {
		for _, resource := range rule.Resources {
			for _, name := range orEmpty(rule.ResourceNames) {
				out = append(out, scope{namespace: namespace, group: group, resource: resource, name: name})
			}
		}
	}
	return out
}

func orEmpty(list []string) []string {
	if len(list) == 0 {
		return []string{""}
	}
	return list
}

// covers reports whether a right includes another, as the API server compares rules.
func (a atom) covers(b atom) bool {
	if a.role != "" || b.role != "" {
		return a.scope == b.scope || a.role == b.role && a.role != "" && a.namespace == ""
	}
	if !matches(a.verb, b.verb) || (a.url == "") != (b.url == "") {
		return false
	}
	if b.url != "" {
		prefix, isPrefix := strings.CutSuffix(a.url, "*")
		return a.url == b.url || isPrefix && strings.HasPrefix(b.url, prefix)
	}
	return orAny(a.namespace, b.namespace) && matches(a.group, b.group) && matchesResource(a.resource, b.resource) && orAny(a.name, b.name)
}

// matches compares a part of a rule that can be a wildcard, and orAny one that can be left out.
func matches(rule, wanted string) bool { return rule == rbacv1.ResourceAll || rule == wanted }
func orAny(rule, wanted string) bool   { return rule == "" || rule == wanted }

// matchesResource compares resources. A rule can name a subresource of all resources: */scale.
func matchesResource(rule, wanted string) bool {
	_, part, hasPart := strings.Cut(wanted, "/")
	return matches(rule, wanted) || hasPart && rule == rbacv1.ResourceAll+"/"+part
}

// usualVerbs are the first verbs of a list, in this order.
var usualVerbs = []string{"*", "get", "list", "watch", "create", "update", "patch", "delete", "deletecollection"}

func compareVerbs(a, b string) int {
	place := func(verb string) int {
		if i := slices.Index(usualVerbs, verb); i >= 0 {
			return i
		}
		return len(usualVerbs)
	}
	return cmp.Or(cmp.Compare(place(a), place(b)), strings.Compare(a, b))
}

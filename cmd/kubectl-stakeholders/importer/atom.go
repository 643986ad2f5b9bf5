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

// Scope is what verbs apply to.
type Scope struct {
	// Namespace is empty for all of the cluster.
	Namespace string `json:"namespace,omitempty"`
	// Role names a role whose rules are unknown. The fields below are empty then.
	Role string `json:"role,omitempty"`
	// Group is empty for the core group.
	Group string `json:"group,omitempty"`
	// Resource can have a subresource: pods/log.
	Resource string `json:"resource,omitempty"`
	// Name is empty for all objects.
	Name string `json:"name,omitempty"`
	URL  string `json:"url,omitempty"`
}

// atom is a right that cannot be divided.
type atom struct {
	Scope

	verb string
}

// String says in words what the scope is.
func (s Scope) String() string {
	where := " in every namespace"
	if s.Namespace != "" {
		where = " in " + s.Namespace
	}
	switch {
	case s.URL != "":
		return s.URL
	case s.Role != "":
		return "all that " + s.Role + " allows" + where
	}
	topic, isTopic := strings.CutPrefix(s.Resource, render.MapResource+"/")
	if isTopic && s.Group == v1alpha1.GroupVersion.Group && s.Name != "" {
		return s.Name + "/" + topic + where
	}
	what := s.Resource
	if s.Group != "" {
		what += "." + s.Group
	}
	if s.Name != "" {
		what += " " + s.Name
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
					out = append(out, atom{Scope{URL: url}, verb})
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
func scopes(namespace string, rule *rbacv1.PolicyRule) []Scope {
	out := make([]Scope, 0, len(rule.APIGroups)*len(rule.Resources))
	for _, group := range rule.APIGroups {
		for _, resource := range rule.Resources {
			for _, name := range orEmpty(rule.ResourceNames) {
				out = append(out, Scope{Namespace: namespace, Group: group, Resource: resource, Name: name})
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
	if a.Role != "" || b.Role != "" {
		return a.Scope == b.Scope || a.Role == b.Role && a.Role != "" && a.Namespace == ""
	}
	if !matches(a.verb, b.verb) || (a.URL == "") != (b.URL == "") {
		return false
	}
	if b.URL != "" {
		prefix, isPrefix := strings.CutSuffix(a.URL, "*")
		return a.URL == b.URL || isPrefix && strings.HasPrefix(b.URL, prefix)
	}
	return orAny(a.Namespace, b.Namespace) && matches(a.Group, b.Group) && matchesResource(a.Resource, b.Resource) && orAny(a.Name, b.Name)
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

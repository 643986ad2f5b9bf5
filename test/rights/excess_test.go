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

package rights

import (
	"fmt"
	"slices"
	"testing"

	rbacv1 "k8s.io/api/rbac/v1"
)

// excess reports the rights in some rules that exceed what the operator, or a user who gives its rights, may hold.
func excess(rules []rbacv1.PolicyRule) []string {
	var out []string
	for _, rule := range rules {
		for _, check := range []func(rbacv1.PolicyRule) string{wildcard, secrets, escalation, binding} {
			if complaint := check(rule); complaint != "" {
				out = append(out, fmt.Sprintf("%s: %+v", complaint, rule))
			}
		}
	}
	return out
}

// wildcard is about "*". Any topic is a subresource of a map, so all resources of the operator's own group have to be
// allowed. Wildcards for verbs and groups are not needed.
func wildcard(rule rbacv1.PolicyRule) string {
	own := slices.Equal(rule.APIGroups, []string{"stakeholders.dev"})
	if slices.Contains(rule.APIGroups, "*") || slices.Contains(rule.Verbs, "*") || slices.Contains(rule.NonResourceURLs, "*") ||
		!own && slices.ContainsFunc(rule.Resources, hasWildcard) {
		return "a wildcard outside of the resources of stakeholders.dev"
	}
	return ""
}

// hasWildcard finds "*" and "*/status".
func hasWildcard(resource string) bool { return resource != "" && resource[0] == '*' }

func secrets(rule rbacv1.PolicyRule) string {
	if slices.Contains(rule.APIGroups, "") && slices.Contains(rule.Resources, "secrets") {
		return "a right on Secrets"
	}
	return ""
}

func escalation(rule rbacv1.PolicyRule) string {
	for _, verb := range []string{"escalate", "impersonate"} {
		if slices.Contains(rule.Verbs, verb) {
			return "the verb " + verb
		}
	}
	return ""
}

func binding(rule rbacv1.PolicyRule) string {
	names := slices.Sorted(slices.Values(rule.ResourceNames))
	if slices.Contains(rule.Verbs, "bind") && !slices.Equal(names, allThree) {
		return "the verb bind on more or less than the three ClusterRoles"
	}
	return ""
}

// TestExcess tests the guard with rules that it has to report, and with rules that it has to accept.
func TestExcess(t *testing.T) {
	rule := func(group, resource, verb string, names ...string) rbacv1.PolicyRule {
		return rbacv1.PolicyRule{APIGroups: []string{group}, Resources: []string{resource}, Verbs: []string{verb}, ResourceNames: names}
	}
	const rbac = rbacv1.GroupName
	tests := map[string]struct {
		rule rbacv1.PolicyRule
		want int
	}{
		"OwnGroup":      {rule("stakeholders.dev", "*", "approve"), 0},
		"Named":         {rule(rbac, "clusterroles", "bind", productOwnerRole, customerRole, endUserRole), 0},
		"Ordinary":      {rule("", "configmaps", "get"), 0},
		"AnyVerb":       {rule("stakeholders.dev", "stakeholdermaps", "*"), 1},
		"AnyGroup":      {rule("*", "stakeholdermaps", "get"), 1},
		"AnyResource":   {rule("", "*", "get"), 1},
		"AnyStatus":     {rule("apps", "*/status", "get"), 1},
		"Secrets":       {rule("", "secrets", "get", "one"), 1},
		"Escalate":      {rule(rbac, "roles", "escalate"), 1},
		"Impersonate":   {rule("", "users", "impersonate"), 1},
		"BindAll":       {rule(rbac, "clusterroles", "bind"), 1},
		"BindTwo":       {rule(rbac, "clusterroles", "bind", customerRole, endUserRole), 1},
		"BindAFourth":   {rule(rbac, "clusterroles", "bind", customerRole, endUserRole, productOwnerRole, "cluster-admin"), 1},
		"BindOtherRole": {rule(rbac, "clusterroles", "bind", "cluster-admin"), 1},
	}
	for name, tc := range tests {
		if got := excess([]rbacv1.PolicyRule{tc.rule}); len(got) != tc.want {
			t.Errorf("%s: %q, want %d complaints", name, got, tc.want)
		}
	}
}

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

package render

import (
	"maps"
	"slices"
	"strings"

	rbacv1 "k8s.io/api/rbac/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"

	"github.com/stakeholders-dev/stakeholder-operator/api/v1alpha1"
	"github.com/stakeholders-dev/stakeholder-operator/controllers/approvals"
	"github.com/stakeholders-dev/stakeholder-operator/controllers/names"
)

// VerbUse is on what was approved for a topic. Everyone has it while an approval is in force, and no user can forge it: RBAC lets
// no user give a right that they do not hold.
const VerbUse = "use"

// Everyone has the subjects of an ApprovedBinding. The second group is part of the first, but an admission policy that asks
// about a ServiceAccount (authorizer.serviceAccount in CEL) sees only the second. The component admission-gate does so for a
// user who has every right, because what such a user may use says nothing about approvals.
var Everyone = map[rbacv1.Subject]bool{
	{APIGroup: rbacv1.GroupName, Kind: rbacv1.GroupKind, Name: "system:authenticated"}:   true,
	{APIGroup: rbacv1.GroupName, Kind: rbacv1.GroupKind, Name: "system:serviceaccounts"}: true,
}

// ApprovedRules returns the rules that open approvals of a map in a canonical form: one for each topic, sorted by topic and subject.
// Each opens the topic by itself, for a tool that asks whether something was approved in a namespace, and the topic of this map,
// because another map can have the topic too.
func ApprovedRules(owner names.Owner, open map[approvals.Approval]bool) []rbacv1.PolicyRule {
	var rules []rbacv1.PolicyRule
	for _, a := range slices.SortedFunc(maps.Keys(open), approvals.Compare) {
		resource := RequestResource + "/" + a.Topic
		if len(rules) == 0 || rules[len(rules)-1].Resources[0] != resource {
			rules = append(rules, rbacv1.PolicyRule{
				Verbs: []string{VerbUse}, APIGroups: []string{v1alpha1.GroupVersion.Group},
				Resources: []string{resource, RequestResource + "/" + names.QualifiedTopic(owner, a.Topic)},
			})
		}
		last := &rules[len(rules)-1]
		last.ResourceNames = append(last.ResourceNames, a.Subject)
	}
	return rules
}

// ApprovalsOf returns the approvals that some rules open, by the topics themselves. It leaves out what no ApprovedRules can have.
func ApprovalsOf(rules []rbacv1.PolicyRule) map[approvals.Approval]bool {
	open := make(map[approvals.Approval]bool)
	for i := range rules {
		rule := &rules[i]
		if !slices.Contains(rule.Verbs, VerbUse) || !slices.Contains(rule.APIGroups, v1alpha1.GroupVersion.Group) {
			continue
		}
		for _, resource := range rule.Resources {
			topic, isTopic := strings.CutPrefix(resource, RequestResource+"/")
			if !isTopic || strings.Contains(topic, ".") {
				continue
			}
			for _, subject := range rule.ResourceNames {
				open[approvals.Approval{Topic: topic, Subject: subject}] = true
			}
		}
	}
	return open
}

// ApprovedRole returns the Role that opens approvals in a namespace: the map's own, or a target namespace.
func ApprovedRole(owner names.Owner, namespace string, rules []rbacv1.PolicyRule) *rbacv1.Role {
	return &rbacv1.Role{
		TypeMeta:   metav1.TypeMeta{APIVersion: rbacVersion, Kind: "Role"},
		ObjectMeta: metadata(owner, namespace, names.ApprovedName(owner), owner.Labels("")),
		Rules:      rules,
	}
}

// ApprovedBinding returns the RoleBinding of an ApprovedRole. The subjects are Everyone or nobody.
func ApprovedBinding(owner names.Owner, namespace string, subjects map[rbacv1.Subject]bool) *rbacv1.RoleBinding {
	name := names.ApprovedName(owner)
	return newRoleBinding(metadata(owner, namespace, name, owner.Labels("")), RoleRef(owner, name), subjects)
}

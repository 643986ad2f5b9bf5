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
	"slices"
	"strings"

	rbacv1 "k8s.io/api/rbac/v1"

	"github.com/stakeholders-dev/stakeholder-operator/controllers/render"
)

// makers are ClusterRoles of Kubernetes that may change what runs.
var makers = []string{"admin", "edit", "cluster-admin"}

// rules returns the rules of a role, and false if its object is not there.
func (r *RBAC) rules(namespace string, ref rbacv1.RoleRef) ([]rbacv1.PolicyRule, bool) {
	if ref.Kind == "Role" {
		for i := range r.Roles {
			if r.Roles[i].Namespace == namespace && r.Roles[i].Name == ref.Name {
				return r.Roles[i].Rules, true
			}
		}
		return nil, false
	}
	for i := range r.ClusterRoles {
		if role := &r.ClusterRoles[i]; role.Name == ref.Name {
			// In a file, an aggregated ClusterRole has no rules yet: the cluster adds them.
			return role.Rules, role.AggregationRule == nil || len(role.Rules) > 0
		}
	}
	return nil, false
}

// workloads are the resources of what runs.
var workloads = []string{"pods", "deployments", "statefulsets", "daemonsets", "replicasets", "jobs", "cronjobs", rbacv1.ResourceAll}

// changesWorkloads reports whether a role may change what runs.
func (r *RBAC) changesWorkloads(namespace string, ref rbacv1.RoleRef) bool {
	rules, known := r.rules(namespace, ref)
	if !known {
		return ref.Kind == "ClusterRole" && slices.Contains(makers, ref.Name)
	}
	return slices.ContainsFunc(rules, func(rule rbacv1.PolicyRule) bool {
		return containsAny(rule.Verbs, "create", "update", "patch", "delete", rbacv1.VerbAll) &&
			containsAny(rule.APIGroups, "", "apps", "batch", rbacv1.APIGroupAll) && containsAny(rule.Resources, workloads...)
	})
}

// letsApprove reports whether a role lets its subjects approve something.
func (r *RBAC) letsApprove(namespace string, ref rbacv1.RoleRef) bool {
	rules, _ := r.rules(namespace, ref)
	return strings.Contains(strings.ToLower(ref.Name), "approve") ||
		slices.ContainsFunc(rules, func(rule rbacv1.PolicyRule) bool { return slices.Contains(rule.Verbs, render.VerbApprove) })
}

func containsAny(list []string, wanted ...string) bool {
	return slices.ContainsFunc(wanted, func(s string) bool { return slices.Contains(list, s) })
}

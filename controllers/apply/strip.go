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

package apply

import (
	corev1 "k8s.io/api/core/v1"
	rbacv1 "k8s.io/api/rbac/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"

	"github.com/stakeholders-dev/stakeholder-operator/controllers/approvals"
	"github.com/stakeholders-dev/stakeholder-operator/controllers/intern"
	"github.com/stakeholders-dev/stakeholder-operator/controllers/names"
)

// These bounds exceed every output of a valid map. Another writer has changed an object that exceeds them.
const (
	maxSubjects     = 1024
	maxSubjectBytes = 2 << 10
	maxRules        = 8
	maxRuleBytes    = 16 << 10
	// maxApprovedBytes is for all rules of a Role that opens approvals: each can have 512 bytes, and a rule of its own.
	maxApprovedBytes = approvals.Max * (512 + 256)
)

// excess replaces, in the cache, what Strip removed from a Role or a RoleBinding. So the object differs from every
// output, and the operator repairs it. The name ends with a space, as no name in a map does.
const excess = "(more than the operator remembers) "

// Strip is the cache transform for the kinds that the operator writes. Any user who may write such objects in some
// namespace can put our labels on them. These objects can be numerous, and as large as the API server allows. So Strip
// keeps only what the operator compares. Of the metadata, it keeps what the operator writes. Of a ConfigMap, it keeps a
// digest of the data, because a table can have a megabyte. Of a Role or a RoleBinding, it keeps no more than an output
// can hold. If the object cannot be an output, it keeps only metadata.
func Strip(object any) (any, error) {
	o, ok := object.(metav1.Object)
	if !ok {
		return object, nil
	}
	stripMetadata(o)
	cached.join(o)
	switch o := object.(type) {
	case *corev1.ConfigMap:
		keepDigest(o)
	case *rbacv1.Role:
		if rules := stripRules(o, o.Rules); names.IsApprovedName(o.Name) {
			o.Rules = cached.shareApproved(o.Annotations[names.AnnotationMapUID], rules)
		} else {
			o.Rules = shareRules(o, rules)
		}
	case *rbacv1.RoleBinding:
		o.Subjects = shareSubjects(stripSubjects(o, o.Subjects))
		o.RoleRef.APIGroup, o.RoleRef.Kind = intern.String(o.RoleRef.APIGroup), intern.String(o.RoleRef.Kind)
		if o.RoleRef.Name == o.Name {
			o.RoleRef.Name = o.Name
		}
	}
	return object, nil
}

// keepDigest replaces the data of a ConfigMap by their digest, unless that was done before.
func keepDigest(cm *corev1.ConfigMap) {
	if !isDigest(cm) {
		cm.GenerateName, cm.Data, cm.BinaryData = digestOf(cm.Data, cm.BinaryData), nil, nil
	}
}

func stripMetadata(o metav1.Object) {
	o.SetManagedFields(nil)
	o.SetAnnotations(only(o.GetAnnotations(), names.AnnotationMapUID))
	o.SetLabels(only(o.GetLabels(), names.LabelManagedBy, names.LabelMap, names.LabelMapNamespace, names.LabelRole, names.LabelExclude))
	var owners []metav1.OwnerReference
	if controller := metav1.GetControllerOf(o); controller != nil {
		owners = append(owners, *controller)
	}
	o.SetOwnerReferences(owners)
	if finalizers := o.GetFinalizers(); len(finalizers) > 1 {
		// It only matters whether there is any finalizer.
		o.SetFinalizers([]string{finalizers[0]})
	}
}

// only returns a new map with some keys, so that the others can be garbage-collected.
func only(all map[string]string, keys ...string) map[string]string {
	var out map[string]string
	for _, key := range keys {
		if value, ok := all[key]; ok {
			if out == nil {
				out = make(map[string]string, len(keys))
			}
			out[key] = value
		}
	}
	return out
}

// canBeOutput reports whether a Role or a RoleBinding can be an output of some map, or a copy of one. Such an object
// has the name of an output, and metadata that names the map. If a tool has copied it to another namespace without
// annotations and owners, only a label names the map.
func canBeOutput(o metav1.Object) bool {
	if !names.IsGrantName(o.GetName()) {
		return false
	}
	home := o.GetLabels()[names.LabelMapNamespace]
	return o.GetAnnotations()[names.AnnotationMapUID] != "" || metav1.GetControllerOf(o) != nil || home != "" && home != o.GetNamespace()
}

func stripRules(role *rbacv1.Role, rules []rbacv1.PolicyRule) []rbacv1.PolicyRule {
	if !canBeOutput(role) {
		return nil
	}
	rest := rbacv1.PolicyRule{Verbs: []string{excess}}
	if names.IsApprovedName(role.Name) {
		bytes := 0
		for i := range rules {
			bytes += sizeOf(&rules[i])
		}
		if len(rules) > approvals.Max || bytes > maxApprovedBytes {
			return []rbacv1.PolicyRule{rest}
		}
		return rules
	}
	return bounded(rules, maxRules, rest, func(rule *rbacv1.PolicyRule) bool { return sizeOf(rule) <= maxRuleBytes })
}

func sizeOf(rule *rbacv1.PolicyRule) (bytes int) {
	for _, list := range [][]string{rule.Verbs, rule.APIGroups, rule.Resources, rule.ResourceNames, rule.NonResourceURLs} {
		for _, text := range list {
			bytes += 16 + len(text)
		}
	}
	return bytes
}

func stripSubjects(binding *rbacv1.RoleBinding, subjects []rbacv1.Subject) []rbacv1.Subject {
	if !canBeOutput(binding) {
		return nil
	}
	return bounded(subjects, maxSubjects, rbacv1.Subject{Kind: rbacv1.UserKind, APIGroup: rbacv1.GroupName, Name: excess}, func(s *rbacv1.Subject) bool {
		return len(s.Kind)+len(s.APIGroup)+len(s.Namespace)+len(s.Name) <= maxSubjectBytes
	})
}

// bounded returns a copy of a list without the items that exceed the bounds. If it omits any, it appends rest once.
func bounded[T any](list []T, most int, rest T, within func(*T) bool) []T {
	fits := len(list) <= most
	for i := range list {
		fits = fits && within(&list[i])
	}
	if fits {
		return list
	}
	// Copy the list: a slice of it would keep all items in memory.
	out := make([]T, 0, min(len(list), most)+1)
	for i := range list {
		if len(out) < most && within(&list[i]) {
			out = append(out, list[i])
		}
	}
	return append(out, rest)
}

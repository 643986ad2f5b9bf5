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
	"cmp"
	"fmt"
	"maps"
	"slices"
	"strings"

	corev1 "k8s.io/api/core/v1"
	rbacv1 "k8s.io/api/rbac/v1"
	"k8s.io/apimachinery/pkg/api/equality"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"sigs.k8s.io/controller-runtime/pkg/client"

	"github.com/stakeholders-dev/stakeholder-operator/controllers/messages"
	"github.com/stakeholders-dev/stakeholder-operator/controllers/names"
	"github.com/stakeholders-dev/stakeholder-operator/controllers/render"
)

// fingerprint is a digest of the parts of an output that the operator writes. Like is a rendered object. Only the
// labels and the owner that it has are compared, because other writers may add their own. A ConfigMap may have a digest
// in place of its data.
func fingerprint(object, like client.Object) string {
	labels := make(map[string]string)
	for key := range like.GetLabels() {
		if names.IsOwnLabel(key) {
			labels[key] = labelOf(object, key)
		}
	}
	parts := []any{labels, object.GetAnnotations()[names.AnnotationMapUID]}
	if controller := metav1.GetControllerOf(object); controller != nil && metav1.GetControllerOf(like) != nil {
		parts = append(parts, controller.UID, controller.BlockOwnerDeletion)
	}
	switch o := object.(type) {
	case *corev1.ConfigMap:
		parts = append(parts, digest(o), o.Immutable != nil && *o.Immutable)
	case *rbacv1.Role:
		parts = append(parts, append([]rbacv1.PolicyRule{}, rulesOf(o)...))
	case *rbacv1.RoleBinding:
		parts = append(parts, o.RoleRef, append([]rbacv1.Subject{}, o.Subjects...))
	case *corev1.ServiceAccount:
		parts = append(parts, o.Annotations[render.KargoClaims], render.AddsClaims(o.Annotations), o.AutomountServiceAccountToken)
	}
	return Digest(parts...)
}

// alteration describes how the answer to a write differs from what was sent. The caller knows that their fingerprints
// differ.
func alteration(sent, answer client.Object) string {
	told := ""
	switch sent := sent.(type) {
	case *corev1.ConfigMap:
		answer, _ := answer.(*corev1.ConfigMap)
		told = difference("key", keysOf(sent), keysOf(answer))
		if told == "" && !maps.Equal(sent.Data, answer.Data) {
			told = "it changes the value of a key"
		}
	case *rbacv1.RoleBinding:
		answer, _ := answer.(*rbacv1.RoleBinding)
		told = difference("subject", namesOf(sent), namesOf(answer))
	case *rbacv1.Role:
		if answer, ok := answer.(*rbacv1.Role); ok && !equality.Semantic.DeepEqual(sent.Rules, answer.Rules) {
			told = "it changes the rules"
		}
	}
	return cmp.Or(told, "it changes our labels, annotations or owner references")
}

func keysOf(cm *corev1.ConfigMap) []string {
	keys := slices.Concat(slices.Collect(maps.Keys(cm.Data)), slices.Collect(maps.Keys(cm.BinaryData)))
	slices.Sort(keys)
	return keys
}

func namesOf(binding *rbacv1.RoleBinding) []string {
	subjects := subjectsOf(binding)
	told := make([]string, 0, len(subjects))
	for _, s := range slices.SortedFunc(maps.Keys(subjects), compareSubjects) {
		name := s.Name
		if s.Namespace != "" {
			name = s.Namespace + "/" + s.Name
		}
		told = append(told, s.Kind+" "+name)
	}
	return told
}

// difference names up to five names that were added, and that were removed.
func difference(noun string, sent, answer []string) string {
	const most = 5
	var told []string
	for _, change := range []struct {
		verb       string
		from, what []string
	}{{"adds", sent, answer}, {"removes", answer, sent}} {
		differing := slices.DeleteFunc(slices.Clone(change.what), func(name string) bool { return slices.Contains(change.from, name) })
		if len(differing) > 0 {
			list := strings.Join(messages.Abbreviate(differing, most), ", ")
			told = append(told, fmt.Sprintf("it %s the %s %s", change.verb, noun, list))
		}
	}
	return strings.Join(told, " and ")
}

// heldBack returns why an object must not be written now: either other writers undid the same write repeatedly, or
// admission altered it. Wanted and is are fingerprints of the wanted and the current state. The error is nil if the
// object may be written.
func (s *Session) heldBack(key Part, wanted, is string) error {
	return s.Rewrites.HeldBack(s.owner.NamespacedName(), key, wanted, is)
}

func (s *Session) dispute(key Part) error {
	return s.Rewrites.Dispute(s.owner.NamespacedName(), key)
}

// recordExact records that an object has the wanted state. The error is a *DisputeError while an earlier dispute about
// it is not over.
func (s *Session) recordExact(key Part) error {
	s.Rewrites.RecordExact(s.owner.NamespacedName(), key)
	return s.dispute(key)
}

// recordAnswer remembers the result of a write and the wanted state. Exact says whether the answer is what was sent;
// the error is a *DisputeError if the object is in dispute.
func (s *Session) recordAnswer(key Part, wanted string, sent, answer client.Object) (exact bool, err error) {
	// Labels that admission has removed are reported separately. They are no reason to write the object again.
	s.acceptStripped(answer)
	is, altered := fingerprint(answer, sent), ""
	if is != wanted && is != fingerprint(sent, sent) {
		altered = alteration(sent, answer)
	}
	s.Rewrites.Record(s.owner.NamespacedName(), key, Write{Wanted: wanted, After: is, Altered: altered})
	return altered == "", s.dispute(key)
}

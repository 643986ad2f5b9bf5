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
	"fmt"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	corev1 "k8s.io/api/core/v1"
	rbacv1 "k8s.io/api/rbac/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/types"

	"github.com/stakeholders-dev/stakeholder-operator/controllers/names"
)

var checkout = names.Owner{Namespace: "payments", Name: "checkout", UID: "1"}

// output returns the metadata of an output of checkout, which other users can imitate.
func output(namespace, name string) metav1.ObjectMeta {
	return metav1.ObjectMeta{
		Namespace: namespace, Name: name, UID: "7", ResourceVersion: "8",
		Labels:      checkout.Labels(names.RoleCustomer),
		Annotations: map[string]string{names.AnnotationMapUID: string(checkout.UID)},
	}
}

func strip[T any](t *testing.T, object T) T {
	t.Helper()
	got, err := Strip(object)
	if err != nil {
		t.Fatal(err)
	}
	return got.(T) //nolint:errcheck,forcetypeassert // it is the one that was given
}

// TestStripKeepsNoData strips ConfigMaps with our labels. The cache must not keep the data of any of them, because it
// can have a megabyte.
func TestStripKeepsNoData(t *testing.T) {
	t.Parallel()
	for reason, meta := range map[string]metav1.ObjectMeta{
		"a map's own":         output("payments", "checkout-routing"),
		"a copy":              output("shop", "payments.checkout.routing"),
		"by any other name":   output("shop", "anything"),
		"labels, and no more": {Namespace: "shop", Name: "anything", Labels: map[string]string{names.LabelManagedBy: names.ManagedBy}},
	} {
		cm := &corev1.ConfigMap{
			ObjectMeta: meta, Data: map[string]string{"routing.json": "{}"}, BinaryData: map[string][]byte{"more": {1}},
		}
		want := digestOf(cm.Data, cm.BinaryData)
		cm = strip(t, cm)
		if cm.Data != nil || cm.BinaryData != nil || digest(cm) != want {
			t.Errorf("%s: %d keys are kept, and the digest %q, want %q", reason, len(cm.Data)+len(cm.BinaryData), digest(cm), want)
		}
		// A cache can put the same object in again.
		if cm = strip(t, cm); digest(cm) != want {
			t.Errorf("%s: the digest of the digest is another", reason)
		}
	}
}

// TestStripBoundsGrants checks how much the cache keeps of Roles and RoleBindings with our labels.
func TestStripBoundsGrants(t *testing.T) {
	t.Parallel()
	rule := func(n int) rbacv1.PolicyRule {
		return rbacv1.PolicyRule{Verbs: []string{"approve"}, Resources: []string{strings.Repeat("x", n)}}
	}
	subject := func(n int) rbacv1.Subject { return rbacv1.Subject{Kind: rbacv1.UserKind, Name: strings.Repeat("x", n)} }
	unowned := output("payments", "stakeholders:checkout:customer")
	unowned.Annotations = nil
	controlled := unowned
	controlled.OwnerReferences = []metav1.OwnerReference{{UID: "another"}, {UID: "1", Controller: new(true)}}
	for reason, tc := range map[string]struct {
		meta            metav1.ObjectMeta
		rules, subjects int
		// textBytes is the length of the text in each item.
		textBytes               int
		wantRules, wantSubjects int
		excess                  bool
	}{
		"an output":                     {output("payments", "stakeholders:checkout:customer"), 4, 600, 253, 4, 600, false},
		"with nothing but an owner":     {controlled, 4, 600, 253, 4, 600, false},
		"in a target namespace":         {output("shop", "stakeholders:target:payments:checkout:customer"), 4, 600, 253, 4, 600, false},
		"too many":                      {output("payments", "stakeholders:checkout:customer"), 1000, 5000, 20, maxRules + 1, maxSubjects + 1, true},
		"too large":                     {output("payments", "stakeholders:checkout:customer"), 4, 4, 100_000, 1, 1, true},
		"under another name":            {output("payments", "anything"), 4, 600, 253, 0, 0, false},
		"that does not say whose it is": {unowned, 4, 600, 253, 0, 0, false},
	} {
		role, binding := &rbacv1.Role{ObjectMeta: *tc.meta.DeepCopy()}, &rbacv1.RoleBinding{ObjectMeta: *tc.meta.DeepCopy()}
		for range tc.rules {
			role.Rules = append(role.Rules, rule(tc.textBytes))
		}
		for range tc.subjects {
			binding.Subjects = append(binding.Subjects, subject(tc.textBytes))
		}
		role, binding = strip(t, role), strip(t, binding)
		for range 2 {
			if len(role.Rules) != tc.wantRules || len(binding.Subjects) != tc.wantSubjects {
				t.Errorf("%s: %d rules and %d subjects are kept, want %d and %d", reason, len(role.Rules), len(binding.Subjects), tc.wantRules, tc.wantSubjects)
			}
			if tc.excess && (role.Rules[len(role.Rules)-1].Verbs[0] != excess || binding.Subjects[len(binding.Subjects)-1].Name != excess) {
				t.Errorf("%s: it is not to be seen that something was left out", reason)
			}
			// A cache can put the same object in again.
			role, binding = strip(t, role), strip(t, binding)
		}
	}
}

// TestStripBoundsMetadata adds to an output all metadata that other writers can add. Only what the operator compares
// stays.
func TestStripBoundsMetadata(t *testing.T) {
	t.Parallel()
	session := &Session{owner: checkout}
	binding := &rbacv1.RoleBinding{ObjectMeta: output("payments", "stakeholders:checkout:customer")}
	binding.OwnerReferences = []metav1.OwnerReference{{UID: "1", Controller: new(true), BlockOwnerDeletion: new(true)}}
	want := binding.DeepCopy()
	want.Labels[names.LabelRole] = roleByName
	want.Finalizers = []string{"example.com/0"}
	for i := range 100 {
		name := fmt.Sprintf("example.com/%d", i)
		binding.Labels[name], binding.Annotations[name] = "x", strings.Repeat("x", 1000)
		binding.Finalizers = append(binding.Finalizers, name)
		binding.OwnerReferences = append(binding.OwnerReferences, metav1.OwnerReference{UID: types.UID(name)})
		binding.ManagedFields = append(binding.ManagedFields, metav1.ManagedFieldsEntry{Manager: name})
	}
	binding = strip(t, binding)
	if diff := cmp.Diff(want, binding); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
	if !session.hasMetadata(binding, checkout.Labels(names.RoleCustomer)) || session.hasForeignController(binding) {
		t.Error("it no longer has the metadata of an output")
	}
}

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

package stakeholdermap

import (
	"errors"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	corev1 "k8s.io/api/core/v1"
	rbacv1 "k8s.io/api/rbac/v1"
	apierrors "k8s.io/apimachinery/pkg/api/errors"
	"k8s.io/apimachinery/pkg/runtime/schema"
	ctrl "sigs.k8s.io/controller-runtime"
	"sigs.k8s.io/controller-runtime/pkg/client"

	"github.com/stakeholders-dev/stakeholder-operator/api/v1alpha1"
	"github.com/stakeholders-dev/stakeholder-operator/controllers/names"
	"github.com/stakeholders-dev/stakeholder-operator/test/fixtures"
)

const (
	replaced = "Normal OutputsReplaced When this operator took over, outputs of this map were those of another version or policy, " +
		"or another writer had changed or deleted them; the operator has replaced "
	repaired = "Normal DriftRepaired Another writer had changed or deleted "
)

// writeOtherwise writes the table and a Role in another form, as an operator of another version can.
func (w *world) writeOtherwise() {
	w.Helper()
	table := &corev1.ConfigMap{}
	if err := w.client.Get(w.Context(), client.ObjectKey{Namespace: w.key.Namespace, Name: "checkout-routing"}, table); err != nil {
		w.Fatal(err)
	}
	table.Data["of-another-version"] = "true"
	if err := w.client.Update(w.Context(), table); err != nil {
		w.Fatal(err)
	}
	w.writeRoleOtherwise()
}

// writeRoleOtherwise writes a Role with a rule more.
func (w *world) writeRoleOtherwise() {
	w.Helper()
	role := &rbacv1.Role{}
	if err := w.client.Get(w.Context(), client.ObjectKey{Namespace: w.key.Namespace, Name: "stakeholders:checkout:customer"}, role); err != nil {
		w.Fatal(err)
	}
	role.Rules = append(role.Rules, rbacv1.PolicyRule{APIGroups: []string{"stakeholders.dev"}, Resources: []string{"stakeholdermaps/old"}, Verbs: []string{"approve"}})
	if err := w.client.Update(w.Context(), role); err != nil {
		w.Fatal(err)
	}
}

// writeBindingOtherwise writes the RoleBinding of customers in a target namespace with a subject more.
func (w *world) writeBindingOtherwise(namespace string) {
	w.Helper()
	binding := &rbacv1.RoleBinding{}
	key := client.ObjectKey{Namespace: namespace, Name: names.TargetBindingName(names.Owner{Namespace: "payments", Name: "checkout"}, names.RoleCustomer)}
	if err := w.client.Get(w.Context(), key, binding); err != nil {
		w.Fatal(err)
	}
	binding.Subjects = append(binding.Subjects, rbacv1.Subject{APIGroup: rbacv1.GroupName, Kind: rbacv1.UserKind, Name: "of-another-version"})
	if err := w.client.Update(w.Context(), binding); err != nil {
		w.Fatal(err)
	}
}

// TestOutputsOfAnotherVersion: an operator that starts does not take for drift what an operator of another version has written.
func TestOutputsOfAnotherVersion(t *testing.T) {
	t.Parallel()
	w := newWorld(t, fixtures.Minimal(), fixtures.Now)
	w.settle()
	for reason, tc := range map[string]struct {
		restart bool
		want    []string
	}{
		"after an upgrade": {restart: true, want: []string{replaced + "the ConfigMap, a Role"}},
		"later": {want: []string{
			repaired + "the ConfigMap of this map; the operator has restored it", repaired + "a Role of this map; the operator has restored it",
		}},
	} {
		w.writeOtherwise()
		if tc.restart {
			w.restart()
		}
		w.told()
		w.settle()
		if diff := cmp.Diff(tc.want, w.told()); diff != "" {
			t.Errorf("%s (-want +got):\n%s", reason, diff)
		}
	}
}

// TestOutputsOfAnotherVersionAtTheSecondTry: that holds until a reconcile is complete.
func TestOutputsOfAnotherVersionAtTheSecondTry(t *testing.T) {
	t.Parallel()
	w := newWorld(t, fixtures.Minimal(), fixtures.Now)
	w.settle()
	w.writeOtherwise()
	w.restart()
	w.refuse = func(kind string) error {
		if kind != "*v1.Role" {
			return nil
		}
		w.writeRoleOtherwise()
		return apierrors.NewConflict(schema.GroupResource{Resource: "roles"}, "", errors.New("another writer was faster"))
	}
	// Only the events matter: the reconcile is tried again.
	_, _ = w.r.Reconcile(t.Context(), ctrl.Request{NamespacedName: w.key})
	w.refuse = nil
	w.settle()
	if diff := cmp.Diff([]string{replaced + "the ConfigMap", replaced + "a Role"}, w.told()); diff != "" {
		t.Errorf("events (-want +got):\n%s", diff)
	}
}

// TestOutputsOfAnotherVersionAfterAFailure: the same if the API server fails once.
func TestOutputsOfAnotherVersionAfterAFailure(t *testing.T) {
	t.Parallel()
	w := newWorld(t, targeting(), fixtures.Now)
	w.target("prod")
	w.settle()
	w.writeBindingOtherwise("prod")
	w.restart()
	w.refuse = in("RoleBinding", apierrors.NewInternalError(errors.New("etcd has no leader")))
	if err := w.try(); err == nil {
		t.Error("it is not tried again")
	}
	w.refuse = nil
	w.settle()
	events := slices.DeleteFunc(w.told(), func(event string) bool {
		return !strings.HasPrefix(event, replaced) && !strings.HasPrefix(event, repaired)
	})
	if diff := cmp.Diff([]string{replaced + "a RoleBinding in a target namespace"}, events); diff != "" {
		t.Errorf("events (-want +got):\n%s", diff)
	}
}

// TestOutputsByAnotherPolicyAreNoDrift: the policy adds keys to the ConfigMap without a change of the routing table.
func TestOutputsByAnotherPolicyAreNoDrift(t *testing.T) {
	t.Parallel()
	w := newWorld(t, fixtures.Minimal(), fixtures.Now)
	w.settle()
	keys := len(w.data())
	w.told()
	w.putPolicy(&v1alpha1.StakeholderPolicySpec{Outputs: v1alpha1.PolicyOutputs{ManualApprovalGate: v1alpha1.Enabled}})
	w.settle()
	if len(w.data()) <= keys {
		t.Error("the policy has added no key")
	}
	if told := w.told(); len(told) > 0 {
		t.Errorf("events: %q", told)
	}
}

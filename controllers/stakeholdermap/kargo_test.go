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
	"testing"

	corev1 "k8s.io/api/core/v1"
	"sigs.k8s.io/controller-runtime/pkg/client"

	"github.com/stakeholders-dev/stakeholder-operator/api/v1alpha1"
	"github.com/stakeholders-dev/stakeholder-operator/controllers/names"
	"github.com/stakeholders-dev/stakeholder-operator/controllers/optionalwatch"
	"github.com/stakeholders-dev/stakeholder-operator/controllers/render"
	"github.com/stakeholders-dev/stakeholder-operator/test/fixtures"
)

// noAccounts is for an operator that does not look at ServiceAccounts.
func noAccounts() (client.Reader, error) { return nil, nil }

// TestAccountsByWhatIsKnown goes through what can be known of the ServiceAccounts for Kargo. The people keep what they
// have, whatever that is.
func TestAccountsByWhatIsKnown(t *testing.T) {
	t.Parallel()
	m := targeting()
	m.Spec.Customers[0].Subjects = []v1alpha1.Subject{{Kind: v1alpha1.SubjectGroup, Name: "board"}, {Kind: v1alpha1.SubjectGroup, Name: "buyers"}}
	w := newWorld(t, m, fixtures.Now)
	w.target("shop")
	var ns corev1.Namespace
	if err := w.client.Get(t.Context(), client.ObjectKey{Name: "shop"}, &ns); err != nil {
		t.Fatal(err)
	}
	ns.Labels[render.KargoProjectLabel] = "true"
	if err := w.client.Update(t.Context(), &ns); err != nil {
		t.Fatal(err)
	}
	account := names.AccountName(names.Owner{Namespace: "payments", Name: "checkout"}, "customer")
	reason := func() string { return w.reason(v1alpha1.ConditionAuthorized) }
	known := func() (client.Reader, error) { return w.client, nil }
	unknown := func() (client.Reader, error) { return nil, optionalwatch.ErrNotSynced }
	claims := func() string {
		var is corev1.ServiceAccount
		if err := client.IgnoreNotFound(w.client.Get(t.Context(), client.ObjectKey{Namespace: "shop", Name: account}, &is)); err != nil {
			t.Fatal(err)
		}
		return is.Annotations[render.KargoClaims]
	}
	refuseAccounts := func(kind string) error {
		if kind == "*v1.ServiceAccount" {
			return errors.New("refused")
		}
		return nil
	}
	people := []string{"board", "buyers", "tom"}
	everybody := []string{"board", "buyers", account, "tom"}

	w.settle()
	w.wantBound("no policy wants it", "shop", "customer", people...)
	w.putPolicy(&v1alpha1.StakeholderPolicySpec{Outputs: v1alpha1.PolicyOutputs{Kargo: v1alpha1.Enabled}})
	w.settle()
	w.wantBound("the operator does not look yet", "shop", "customer", people...)
	w.accounts = unknown
	w.settle()
	w.wantBound("not known yet", "shop", "customer", people...)
	w.accounts = known
	w.settle()
	w.wantBound("known", "shop", "customer", everybody...)
	if got := claims(); got != `{"groups":["board","buyers"]}` {
		t.Errorf("the claims are %s", got)
	}

	// The operator starts anew.
	w.restart()
	for _, state := range []func() (client.Reader, error){noAccounts, unknown} {
		w.accounts = state
		w.refuse = func(kind string) error {
			t.Errorf("it writes a %s", kind)
			return nil
		}
		w.settle()
		w.refuse = nil
		w.wantBound("not known again", "shop", "customer", everybody...)
	}

	w.accounts = func() (client.Reader, error) { return nil, errors.New("install the component") }
	if _, err := w.r.Reconcile(t.Context(), requestFor(w)); err == nil {
		t.Error("it is not tried again")
	}
	w.wantBound("it is not known who acts as it", "shop", "customer", people...)
	if got := reason(); got != "False "+v1alpha1.ReasonApplyFailed {
		t.Errorf("Authorized is %s", got)
	}

	w.accounts = known
	w.settle()
	w.wantBound("known after all", "shop", "customer", everybody...)
	w.edit(func(s *v1alpha1.StakeholderMapSpec) { s.Customers[0].Subjects = s.Customers[0].Subjects[:1] })
	w.refuse = refuseAccounts
	if _, err := w.r.Reconcile(t.Context(), requestFor(w)); err == nil {
		t.Error("it is not tried again")
	}
	w.wantBound("who has left cannot be taken out of it", "shop", "customer", "board", "tom")
	w.edit(func(s *v1alpha1.StakeholderMapSpec) {
		s.Customers[0].Subjects = append(s.Customers[0].Subjects, fixtures.User("zoe@acme.example"), v1alpha1.Subject{Kind: v1alpha1.SubjectGroup, Name: "buyers"})
	})
	w.refuse = nil
	w.settle()
	w.edit(func(s *v1alpha1.StakeholderMapSpec) {
		s.Customers[0].Subjects = append(s.Customers[0].Subjects, fixtures.User("abe@acme.example"))
	})
	w.refuse = refuseAccounts
	if _, err := w.r.Reconcile(t.Context(), requestFor(w)); err == nil {
		t.Error("it is not tried again")
	}
	w.wantBound("it only lacks a person", "shop", "customer", "abe@acme.example", "board", "buyers", account, "tom", "zoe@acme.example")
	w.refuse = nil
	w.settle()

	w.putPolicy(nil)
	w.settle()
	w.wantBound("switched off", "shop", "customer", "abe@acme.example", "board", "buyers", "tom", "zoe@acme.example")
	if got := claims(); got != "" {
		t.Errorf("a ServiceAccount with the claims %s is left", got)
	}
}

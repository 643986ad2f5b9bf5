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
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/prometheus/client_golang/prometheus"
	corev1 "k8s.io/api/core/v1"
	rbacv1 "k8s.io/api/rbac/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"

	"github.com/stakeholders-dev/stakeholder-operator/api/v1alpha1"
	"github.com/stakeholders-dev/stakeholder-operator/test/fixtures"
)

// only keeps the events about grants and drift.
func only(told []string) []string {
	out := []string{}
	for _, e := range told {
		if contains([]string{e}, " Granted ") || contains([]string{e}, " Revoked ") || contains([]string{e}, " DriftRepaired ") {
			out = append(out, e)
		}
	}
	return out
}

// TestTold follows a map from its beginning to its end, and compares everything that is told of grants.
func TestTold(t *testing.T) {
	t.Parallel()
	m := fixtures.Minimal()
	guest := fixtures.Customer("guest", fixtures.User("guest"))
	guest.ValidFrom, guest.ValidUntil = fixtures.Soon, fixtures.Future
	m.Spec.Customers = append(m.Spec.Customers, guest)
	w := newWorld(t, m, fixtures.Now)
	check := func(reason string, want ...string) {
		t.Helper()
		w.settle()
		if diff := cmp.Diff(append([]string{}, want...), only(w.told())); diff != "" {
			t.Errorf("%s (-want +got):\n%s", reason, diff)
		}
	}
	check("a new map",
		"Normal Granted User cfo@acme.example got the rights of customer; Group acme:cashiers got the rights of end-user; "+
			"User dana@vendor.example got the rights of product-owner: the map is new, and its routing table is in ConfigMap checkout-routing")
	check("nothing")
	w.restart()
	check("an operator that has just been started")
	w.clock.SetTime(fixtures.Soon.Time)
	check("a window opens", "Normal Granted User guest got the rights of customer: the window has opened")
	w.edit(func(s *v1alpha1.StakeholderMapSpec) {
		s.EndUsers[0].Subjects = []v1alpha1.Subject{fixtures.ServiceAccount("payments", "ledger")}
		s.Customers[0].Topics = []string{"budget", "delivery-date", "process-change", "release"}
	})
	check("an edit",
		"Normal Revoked User cfo@acme.example lost some rights of customer; Group acme:cashiers lost the rights of end-user: the map was edited",
		"Normal Granted ServiceAccount payments/ledger got the rights of end-user: the map was edited")
	binding := &rbacv1.RoleBinding{ObjectMeta: metav1.ObjectMeta{Namespace: w.key.Namespace, Name: "stakeholders:checkout:end-user"}}
	if err := w.client.Delete(t.Context(), binding); err != nil {
		t.Fatal(err)
	}
	check("drift", "Normal DriftRepaired Another writer had changed or deleted a RoleBinding of this map; the operator has restored it")
	cm := &corev1.ConfigMap{ObjectMeta: metav1.ObjectMeta{Namespace: w.key.Namespace, Name: "checkout-routing"}}
	if err := w.client.Delete(t.Context(), cm); err != nil {
		t.Fatal(err)
	}
	check("drift", "Normal DriftRepaired Another writer had changed or deleted the ConfigMap of this map; the operator has restored it")
	w.clock.SetTime(fixtures.Future.Time)
	check("a window closes", "Normal Revoked User guest lost the rights of customer: the window has closed")
	if err := w.client.Delete(t.Context(), w.get()); err != nil {
		t.Fatal(err)
	}
	w.reconcile()
	if diff := cmp.Diff([]string{
		"Normal Revoked User cfo@acme.example lost the rights of customer; ServiceAccount payments/ledger lost the rights of end-user; " +
			"User dana@vendor.example lost the rights of product-owner: the map was deleted",
	}, w.told()); diff != "" {
		t.Errorf("the end (-want +got):\n%s", diff)
	}
	w.reconcile()
	if told := w.told(); len(told) > 0 {
		t.Errorf("a map that is gone is told of again: %q", told)
	}
}

// measured is how many revocations there were, and how many seconds they took together.
type measured struct{ count, seconds float64 }

// revocations are what the metric says of each cause.
func revocations(t *testing.T, w *world) map[string]measured {
	t.Helper()
	registry := prometheus.NewPedanticRegistry()
	registry.MustRegister(w.config.Board)
	families, err := registry.Gather()
	if err != nil {
		t.Fatal(err)
	}
	out := make(map[string]measured)
	for _, family := range families {
		for _, m := range family.GetMetric() {
			if family.GetName() == "stakeholders_revocation_duration_seconds" {
				h := m.GetHistogram()
				out[m.GetLabel()[0].GetValue()] = measured{float64(h.GetSampleCount()), h.GetSampleSum()}
			}
		}
	}
	return out
}

// TestRevocationIsMeasured looks at how long after it was due a subject has lost a grant: since the edit was
// seen, or since the window closed.
func TestRevocationIsMeasured(t *testing.T) {
	t.Parallel()
	m := withLeavers()
	m.Spec.Customers[1].ValidUntil = fixtures.Soon
	w := newWorld(t, m, fixtures.Now)
	w.settle()
	check := func(reason, cause string, want float64) {
		t.Helper()
		if got := revocations(t, w)[cause]; got != (measured{1, want}) {
			t.Errorf("%s: %v revocations took %v s, want one of %v s", reason, got.count, got.seconds, want)
		}
		if _, pending := w.config.Board.PendingSince(w.key); pending {
			t.Errorf("%s: a map that is in force again is still pending", reason)
		}
	}
	w.edit(func(s *v1alpha1.StakeholderMapSpec) { s.EndUsers = s.EndUsers[:1] })
	w.config.Board.Pending(w.key)
	w.clock.SetTime(fixtures.Now.Add(2 * time.Second))
	w.settle()
	check("an edit that was seen two seconds ago", "edited", 2)
	w.clock.SetTime(fixtures.Soon.Add(3 * time.Second))
	w.settle()
	check("a window that closed three seconds ago", "expired", 3)
}

// TestWindowOfOwnServiceAccount : a ServiceAccount without a namespace is one of the map's own, for the cause of a revocation too.
func TestWindowOfOwnServiceAccount(t *testing.T) {
	t.Parallel()
	m := fixtures.Minimal()
	ledger := fixtures.EndUser("ledger", fixtures.ServiceAccount("", "ledger"))
	ledger.ValidUntil = fixtures.Soon
	m.Spec.EndUsers = append(m.Spec.EndUsers, ledger)
	w := newWorld(t, m, fixtures.Now)
	w.settle()
	w.clock.SetTime(fixtures.Soon.Add(3 * time.Second))
	w.settle()
	if got := revocations(t, w)["expired"]; got != (measured{1, 3}) {
		t.Errorf("%v revocations by a window took %v s, want one of 3 s", got.count, got.seconds)
	}
}

// TestEditIntoThePast closes a window by an edit: what counts is since when the operator knew.
func TestEditIntoThePast(t *testing.T) {
	t.Parallel()
	w := newWorld(t, withLeavers(), fixtures.Now)
	w.settle()
	w.edit(func(s *v1alpha1.StakeholderMapSpec) { s.Customers[1].ValidUntil = fixtures.Past })
	w.config.Board.Pending(w.key)
	w.clock.SetTime(fixtures.Now.Add(time.Second))
	w.settle()
	if sum := revocations(t, w)["expired"].seconds; sum != 1 {
		t.Errorf("the revocation took %v s, want one", sum)
	}
}

// TestForeignObjectGone has a foreign Role keep a grant from being given, and go. What is given then is no
// repair.
func TestForeignObjectGone(t *testing.T) {
	t.Parallel()
	w := newWorld(t, fixtures.Minimal(), fixtures.Now)
	theirs := &rbacv1.Role{ObjectMeta: metav1.ObjectMeta{Namespace: w.key.Namespace, Name: "stakeholders:checkout:customer"}}
	if err := w.client.Create(t.Context(), theirs); err != nil {
		t.Fatal(err)
	}
	if wait := w.settle(); wait != foreignRetry {
		t.Errorf("it looks again after %s", wait)
	}
	w.told()
	if err := w.client.Delete(t.Context(), theirs); err != nil {
		t.Fatal(err)
	}
	w.settle()
	want := []string{"Normal Granted User cfo@acme.example got the rights of customer: what kept it from being granted is gone"}
	if diff := cmp.Diff(want, only(w.told())); diff != "" {
		t.Errorf("events (-want +got):\n%s", diff)
	}
}

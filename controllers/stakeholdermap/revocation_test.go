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
	"fmt"
	"maps"
	"math/rand/v2"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	corev1 "k8s.io/api/core/v1"
	rbacv1 "k8s.io/api/rbac/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	ctrl "sigs.k8s.io/controller-runtime"
	"sigs.k8s.io/controller-runtime/pkg/client"

	"github.com/stakeholders-dev/stakeholder-operator/api/v1alpha1"
	"github.com/stakeholders-dev/stakeholder-operator/controllers/apply"
	"github.com/stakeholders-dev/stakeholder-operator/controllers/names"
	"github.com/stakeholders-dev/stakeholder-operator/controllers/render"
	"github.com/stakeholders-dev/stakeholder-operator/controllers/route"
	"github.com/stakeholders-dev/stakeholder-operator/controllers/topics"
	"github.com/stakeholders-dev/stakeholder-operator/controllers/validate"
	"github.com/stakeholders-dev/stakeholder-operator/test/fixtures"
)

// withLeavers is a valid map with a subject in every role that is to leave.
func withLeavers() *v1alpha1.StakeholderMap {
	m := fixtures.Minimal()
	m.Spec.Customers = append(m.Spec.Customers, fixtures.Customer("leaving", fixtures.User("customer-leaver")))
	m.Spec.EndUsers = append(m.Spec.EndUsers, fixtures.EndUser("leaving-too", fixtures.User("user-leaver")))
	m.Spec.EndUsers[1].Topics = []string{"usability"}
	m.Spec.ProductOwner.Subjects = append(m.Spec.ProductOwner.Subjects, fixtures.User("owner-leaver"))
	return m
}

// TestRevocationNeverWaits edits a map so that a subject leaves every role and, in the same edit, a rule is
// broken, in each way that there is. Who has left has lost everything, everybody else has what he had, and
// no subject has gained anything, whether the last valid table is there to go by or not.
func TestRevocationNeverWaits(t *testing.T) {
	t.Parallel()
	proved := make(map[v1alpha1.FindingCode]bool)
	alike := make(map[string]int)
	for _, c := range fixtures.Cases() {
		broken := c.Map()
		findings := validate.Map(broken, c.Policy, fixtures.Now)
		if !validate.HasErrors(findings) {
			continue
		}
		// There are dozens of bad names; a few of each kind will do.
		kind := fmt.Sprint(c.Want)
		alike[kind]++
		if alike[kind] > 3 {
			continue
		}
		for _, f := range findings {
			proved[f.Code] = proved[f.Code] || f.Level == v1alpha1.LevelError
		}
		for _, lost := range []bool{false, true} {
			t.Run(fmt.Sprintf("%s/%t", c.Name, lost), func(t *testing.T) {
				t.Parallel()
				w := newWorld(t, withLeavers(), fixtures.Now)
				w.settle()
				before := w.holdings()
				if lost {
					cm := &corev1.ConfigMap{ObjectMeta: metav1.ObjectMeta{Namespace: w.key.Namespace, Name: "checkout-routing"}}
					if err := w.client.Delete(t.Context(), cm); err != nil {
						t.Fatal(err)
					}
				}
				w.putPolicy(c.Policy)
				w.edit(func(s *v1alpha1.StakeholderMapSpec) { *s = broken.Spec })
				w.settle()
				w.checkStanding("an edit that breaks a rule")
				after := w.holdings()
				may := render.PartySubjects(route.Present(broken, topics.Assign(broken, c.Policy, fixtures.Now)).Parties)
				want := maps.Clone(before)
				maps.DeleteFunc(want, func(h holding, _ bool) bool { return !may[h.role][h.subject] })
				if diff := cmp.Diff(want, after); diff != "" {
					t.Errorf("%s: rights (-last valid without who has left +now):\n%s", c.Reason, diff)
				}
				if reason := w.reason(v1alpha1.ConditionPublished); lost != (reason == "False LastValidLost") {
					t.Errorf("Published is %s, the table is lost: %t", reason, lost)
				}
				// Who comes back while the map is still invalid gains nothing either.
				w.edit(func(s *v1alpha1.StakeholderMapSpec) {
					s.EndUsers = append(slices.Clone(s.EndUsers), fixtures.EndUser("leaving-too", fixtures.User("user-leaver")))
				})
				if !validate.HasErrors(validate.Map(w.get(), c.Policy, fixtures.Now)) {
					return
				}
				w.settle()
				for h := range w.holdings() {
					if !after[h] {
						t.Errorf("%s: %v gained %s of an invalid map", c.Reason, h.subject, h.right)
					}
				}
			})
		}
	}
	for _, rule := range validate.Rules() {
		if rule.Level == v1alpha1.LevelError && !proved[rule.Code] {
			t.Errorf("no edit breaks %s", rule.Code)
		}
	}
}

// TestRevocationDoesNotWaitForTheTable lets the ConfigMap fail in each way that there is while a subject
// leaves a map that stays valid. He loses his grant at the first try.
func TestRevocationDoesNotWaitForTheTable(t *testing.T) {
	t.Parallel()
	for name, failure := range map[string]error{
		"conflict": conflict, "cache behind": apply.ErrStale, "forbidden": errors.New("no"), "foreign": foreign,
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			w := newWorld(t, withLeavers(), fixtures.Now)
			w.settle()
			w.refuse = func(kind string) error {
				if strings.Contains(kind, "ConfigMap") {
					return failure
				}
				return nil
			}
			w.edit(func(s *v1alpha1.StakeholderMapSpec) { s.Customers = s.Customers[:1] })
			// What becomes of the error is another matter.
			_, _ = w.r.Reconcile(t.Context(), ctrl.Request{NamespacedName: w.key})
			if slices.Contains(w.names(), "customer customer-leaver") {
				t.Error("the leaver is still a customer")
			}
			w.refuse = nil
			w.settle()
			w.checkStanding("the table can be written again")
		})
	}
}

// TestRoleWithoutBindingStays has another replica write the table and the Roles of a map, and be about to write the
// RoleBindings. This replica cannot write the table. It removes no Role that the map still needs.
func TestRoleWithoutBindingStays(t *testing.T) {
	t.Parallel()
	w := newWorld(t, withLeavers(), fixtures.Now)
	w.settle()
	if err := w.client.DeleteAllOf(t.Context(), &rbacv1.RoleBinding{}, client.InNamespace(w.key.Namespace)); err != nil {
		t.Fatal(err)
	}
	w.refuse = func(string) error { return apply.ErrStale }
	w.refuseDelete = func(object client.Object) error {
		t.Errorf("it deletes %T %s", object, object.GetName())
		return nil
	}
	w.edit(func(s *v1alpha1.StakeholderMapSpec) { s.Customers = s.Customers[:1] })
	_, _ = w.r.Reconcile(t.Context(), ctrl.Request{NamespacedName: w.key})
	w.refuse, w.refuseDelete = nil, nil
	w.settle()
	w.checkStanding("the RoleBindings can be written")
}

// TestLostTableStaysLost puts a table back that was lost, with a subject in it that has left and come back
// since. He gains nothing by it as long as the map is invalid.
func TestLostTableStaysLost(t *testing.T) {
	t.Parallel()
	w := newWorld(t, withLeavers(), fixtures.Now)
	w.settle()
	cm := &corev1.ConfigMap{}
	if err := w.client.Get(t.Context(), client.ObjectKey{Namespace: w.key.Namespace, Name: "checkout-routing"}, cm); err != nil {
		t.Fatal(err)
	}
	if err := w.client.Delete(t.Context(), cm.DeepCopy()); err != nil {
		t.Fatal(err)
	}
	broken := []string{"no-such-topic"}
	w.edit(func(s *v1alpha1.StakeholderMapSpec) { s.Customers, s.EndUsers[0].Topics = s.Customers[:1], broken })
	w.settle()
	w.edit(func(s *v1alpha1.StakeholderMapSpec) { *s = withLeavers().Spec; s.EndUsers[0].Topics = broken })
	w.settle()
	cm.ResourceVersion = ""
	if err := w.client.Create(t.Context(), cm); err != nil {
		t.Fatal(err)
	}
	w.settle()
	if slices.Contains(w.names(), "customer customer-leaver") {
		t.Error("who had left gained a grant of an invalid map")
	}
	w.edit(func(s *v1alpha1.StakeholderMapSpec) { *s = withLeavers().Spec })
	w.settle()
	if !slices.Contains(w.names(), "customer customer-leaver") {
		t.Error("the map is valid again, and who stands in it has no grant")
	}
}

// TestRelabelledGrantOfLostTable takes the table away and relabels a grant: what a role is does not go by
// labels, which others can change.
func TestRelabelledGrantOfLostTable(t *testing.T) {
	t.Parallel()
	w := newWorld(t, withLeavers(), fixtures.Now)
	w.settle()
	cm := &corev1.ConfigMap{ObjectMeta: metav1.ObjectMeta{Namespace: w.key.Namespace, Name: "checkout-routing"}}
	if err := w.client.Delete(t.Context(), cm); err != nil {
		t.Fatal(err)
	}
	for _, object := range []client.Object{&rbacv1.Role{}, &rbacv1.RoleBinding{}} {
		if err := w.client.Get(t.Context(), client.ObjectKey{Namespace: w.key.Namespace, Name: "stakeholders:checkout:customer"}, object); err != nil {
			t.Fatal(err)
		}
		object.GetLabels()[names.LabelRole] = names.RoleEndUser
		if err := w.client.Update(t.Context(), object); err != nil {
			t.Fatal(err)
		}
	}
	w.edit(func(s *v1alpha1.StakeholderMapSpec) {
		s.Customers = s.Customers[:1]
		// An end user now, and no customer any more; and a topic that makes the map invalid.
		s.EndUsers = append(s.EndUsers, fixtures.EndUser("mover", fixtures.User("customer-leaver")))
		s.EndUsers[0].Topics = []string{"no-such-topic"}
	})
	w.settle()
	if slices.Contains(w.names(), "customer customer-leaver") {
		t.Error("a user who relabels a grant keeps people in it")
	}
	if !slices.Contains(w.names(), "customer cfo@acme.example") {
		t.Errorf("a label has taken grants away: %v", w.names())
	}
}

// TestDeletionRevokes deletes a map that another writer's finalizer keeps: its grants are gone, and stay
// gone.
func TestDeletionRevokes(t *testing.T) {
	t.Parallel()
	m := fixtures.Minimal()
	m.Finalizers = []string{"example.com/wait"}
	w := newWorld(t, m, fixtures.Now)
	w.settle()
	w.told()
	if err := w.client.Delete(t.Context(), w.get()); err != nil {
		t.Fatal(err)
	}
	w.settle()
	if held := w.names(); len(held) > 0 {
		t.Errorf("%v still hold grants of a map that is being deleted", held)
	}
	if told := w.told(); len(told) != 1 || !contains(told, "Revoked", "User cfo@acme.example", "Group acme:cashiers", "User dana@vendor.example", "the map was deleted") {
		t.Errorf("told %q", told)
	}
	w.restart()
	w.settle()
	if told := w.told(); len(told) > 0 || len(w.names()) > 0 {
		t.Errorf("after a restart it told %q", told)
	}
	// The finalizer goes, and the map with it.
	m = w.get()
	m.Finalizers = nil
	if err := w.client.Update(t.Context(), m); err != nil {
		t.Fatal(err)
	}
	w.reconcile()
	if told := w.told(); len(told) > 0 {
		t.Errorf("told again: %q", told)
	}
}

// TestLastCustomerLeavesOnTime closes the window of the only customer.
func TestLastCustomerLeavesOnTime(t *testing.T) {
	t.Parallel()
	m := fixtures.Minimal()
	m.Spec.Customers[0].ValidUntil = fixtures.Soon
	w := newWorld(t, m, fixtures.Now)
	w.settle()
	w.clock.SetTime(fixtures.Soon.Add(-time.Second))
	w.settle()
	if diff := cmp.Diff([]string{"customer cfo@acme.example", "end-user acme:cashiers", "product-owner dana@vendor.example"}, w.names()); diff != "" {
		t.Errorf("a second before (-want +got):\n%s", diff)
	}
	w.told()
	w.clock.SetTime(fixtures.Soon.Time)
	w.settle()
	if diff := cmp.Diff([]string{"end-user acme:cashiers", "product-owner dana@vendor.example"}, w.names()); diff != "" {
		t.Errorf("at the moment (-want +got):\n%s", diff)
	}
	if got := w.reason(v1alpha1.ConditionValid); got != "False UnroutableTopic" {
		t.Errorf("Valid is %s", got)
	}
	if got, there := w.data()["budget.to.users"]; got != "" || !there {
		t.Errorf("budget goes to %q", got)
	}
	if got := w.data()["usability.to.groups"]; got != "acme:cashiers" {
		t.Errorf("usability goes to %q", got)
	}
	if told := w.told(); !contains(told, "Revoked", "User cfo@acme.example", "customer", "the window has closed") {
		t.Errorf("no event says so: %q", told)
	}
	w.checkStanding("a window that has closed")
	if status := w.get().Status; *status.Customers != 0 || *status.EndUsers != 1 || status.NextTransitionTime != nil {
		t.Errorf("status counts %d customers and %d end users, and the next transition is %v", *status.Customers, *status.EndUsers, status.NextTransitionTime)
	}
}

// TestWindowsOpenAndCloseOnTime follows a map through all its windows, looking only when it asks to be
// looked at, and now and then with an operator that has just been started. The operator does not look during most of the days in which nothing
// happens.
func TestWindowsOpenAndCloseOnTime(t *testing.T) {
	t.Parallel()
	at := func(d time.Duration) *metav1.Time { return new(metav1.NewTime(fixtures.Now.Add(d))) }
	party := func(name string, from, until *metav1.Time) v1alpha1.Customer {
		c := fixtures.Customer(name, fixtures.User(name))
		c.ValidFrom, c.ValidUntil = from, until
		return c
	}
	m := fixtures.Minimal()
	m.Spec.Customers = append(m.Spec.Customers,
		party("a", nil, at(time.Second)), party("b", at(time.Second), at(2*time.Second)), party("c", at(-time.Hour), at(0)),
		party("d", at(2*time.Hour), at(3*time.Hour)), party("e", at(20*24*time.Hour), at(30*24*time.Hour)))
	for i := range 20 {
		m.Spec.Customers = append(m.Spec.Customers, party(fmt.Sprintf("many-%d", i), nil, at(5*time.Hour)))
	}
	w := newWorld(t, m, fixtures.Now)
	changes := make(map[time.Duration][]string)
	last, idle := []string{}, 0
	for step := 0; ; step++ {
		wait := w.settle()
		w.checkStanding("at " + w.clock.Now().String())
		var customers []string
		for i := range m.Spec.Customers {
			if m.Spec.Customers[i].ValidAt(w.clock.Now()) {
				customers = append(customers, "customer "+m.Spec.Customers[i].Subjects[0].Name)
			}
		}
		slices.Sort(customers)
		got := slices.DeleteFunc(w.names(), func(s string) bool { return s[0] != 'c' })
		if diff := cmp.Diff(customers, got); diff != "" {
			t.Fatalf("customers at %s (-want +got):\n%s", w.clock.Now(), diff)
		}
		transition, _ := validate.NextChange(m, w.clock.Now())
		if next := w.get().Status.NextTransitionTime; (next == nil) != (transition == nil) || next != nil && !next.Time.Equal(*transition) {
			t.Errorf("at %s status has the next transition at %v, want %v", w.clock.Now(), next, transition)
		}
		idle++
		if !slices.Equal(last, got) {
			changes[w.clock.Now().Sub(fixtures.Now)], last, idle = got, got, 0
		}
		if wait == 0 {
			break
		}
		if transition == nil || wait > longestWait || w.clock.Now().Add(wait).After(*transition) || step > 500 {
			t.Fatalf("it waits for %s in step %d, and the next change is at %v", wait, step, transition)
		}
		if idle > 3 && transition.Sub(w.clock.Now()) > 5*longestWait {
			// Days in which nothing changes, without an operator.
			w.clock.SetTime(transition.Add(-5 * longestWait / 2))
			w.restart()
			continue
		}
		w.clock.SetTime(w.clock.Now().Add(wait))
		if step%3 == 0 {
			w.restart()
		}
	}
	want := []time.Duration{0, time.Second, 2 * time.Second, 2 * time.Hour, 3 * time.Hour, 5 * time.Hour, 20 * 24 * time.Hour, 30 * 24 * time.Hour}
	if diff := cmp.Diff(want, slices.Sorted(maps.Keys(changes))); diff != "" {
		t.Errorf("moments at which a subject came or went (-want +got):\n%s", diff)
	}
}

// TestRandomWalk edits a map at random, valid or not, and lets time pass at random. At every moment, who
// holds a right stands under the role, and while the map is invalid no subject gains one.
func TestRandomWalk(t *testing.T) {
	t.Parallel()
	const steps = 40
	for walk := range 8 {
		t.Run(strconv.Itoa(walk), func(t *testing.T) {
			t.Parallel()
			source := rand.New(rand.NewChaCha8([32]byte{byte(walk)})) //nolint:gosec // the same walk each time
			w := newWorld(t, fixtures.Minimal(), fixtures.Now)
			w.settle()
			invalid := 0
			for range steps {
				seed := make([]byte, 8+source.IntN(120))
				for i := range seed {
					seed[i] = byte(source.IntN(256))
				}
				before := w.holdings()
				switch source.IntN(6) {
				case 0:
					w.clock.SetTime(w.clock.Now().Add(time.Duration(source.IntN(10*24)) * time.Hour))
				case 1:
					w.restart()
				case 2:
					cm := &corev1.ConfigMap{ObjectMeta: metav1.ObjectMeta{Namespace: w.key.Namespace, Name: "checkout-routing"}}
					if err := w.client.Delete(t.Context(), cm); err != nil && w.data() != nil {
						t.Fatal(err)
					}
				case 3:
					w.edit(func(s *v1alpha1.StakeholderMapSpec) { *s = withLeavers().Spec })
				default:
					w.edit(func(s *v1alpha1.StakeholderMapSpec) { *s = fixtures.Generate(seed, true).Spec })
				}
				w.settle()
				w.checkStanding("on the way")
				if validate.HasErrors(validate.Map(w.get(), nil, w.clock.Now())) {
					invalid++
					for h := range w.holdings() {
						if !before[h] {
							t.Fatalf("%v gained %s of an invalid map", h.subject, h.right)
						}
					}
				}
			}
			if invalid == 0 || invalid == steps {
				t.Errorf("%d of %d steps were of an invalid map", invalid, steps)
			}
		})
	}
}

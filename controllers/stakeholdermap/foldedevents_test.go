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
	"fmt"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	rbacv1 "k8s.io/api/rbac/v1"

	"github.com/stakeholders-dev/stakeholder-operator/api/v1alpha1"
	"github.com/stakeholders-dev/stakeholder-operator/test/fixtures"
)

// TestEditsAreToldInTwoEvents makes random edits. Each has at most one event that says who gained and one that says who
// lost, and together they name exactly the subjects whose rights differ. An edit that changes no rights is one event about
// the routing table at most.
func TestEditsAreToldInTwoEvents(t *testing.T) {
	t.Parallel()
	const edits = 24
	random := rand.New(rand.NewPCG(1, 12)) //nolint:gosec // the same edits in each run
	w := newWorld(t, fixtures.Minimal(), fixtures.Now)
	w.settle()
	w.told()
	both := 0
	for range edits {
		before := rightsByHolder(w)
		w.edit(func(s *v1alpha1.StakeholderMapSpec) { editAtRandom(random, s) })
		w.settle()
		if got := w.reason(v1alpha1.ConditionReady); got != "True Ready" {
			t.Fatalf("after an edit Ready is %s", got)
		}
		gained, lost := changedHolders(before, rightsByHolder(w))
		events := w.told()
		var rest []string
		toldGained, toldLost := []string{}, []string{}
		for _, event := range events {
			note, isGain := strings.CutPrefix(event, "Normal Granted ")
			note, isLoss := strings.CutPrefix(note, "Normal Revoked ")
			switch {
			case isGain && len(toldGained) == 0:
				toldGained = toldHolders(t, note, "got")
			case isLoss && len(toldLost) == 0:
				toldLost = toldHolders(t, note, "lost")
			default:
				rest = append(rest, event)
			}
		}
		if diff := cmp.Diff([][]string{gained, lost}, [][]string{toldGained, toldLost}); diff != "" {
			t.Errorf("who gained and who lost (-really +told):\n%s", diff)
		}
		if published := len(rest) == 1 && strings.HasPrefix(rest[0], "Normal Published "); len(rest) > 0 && (len(gained)+len(lost) > 0 || !published) {
			t.Errorf("besides it is told that %q", rest)
		}
		if len(gained) > 0 && len(lost) > 0 {
			both++
		}
	}
	if both < edits/4 {
		t.Errorf("only %d edits of %d both give and take rights", both, edits)
	}
}

// editAtRandom gives each role other people, at most as many as a note names, and the second end user other topics.
func editAtRandom(random *rand.Rand, s *v1alpha1.StakeholderMapSpec) {
	some := func(prefix string) []v1alpha1.Subject {
		var out []v1alpha1.Subject
		for _, i := range random.Perm(6)[:1+random.IntN(3)] {
			out = append(out, fixtures.User(fmt.Sprint(prefix, i)))
		}
		return out
	}
	s.Customers[0].Subjects = some("customer-")
	s.ProductOwner.Subjects = some("owner-")
	s.EndUsers = s.EndUsers[:1]
	s.EndUsers[0].Subjects = some("user-")
	if random.IntN(2) == 0 {
		second := fixtures.EndUser("second", some("second-")...)
		second.Topics = [][]string{nil, {"usability"}, {"usability", "defect-report"}}[random.IntN(3)]
		s.EndUsers = append(s.EndUsers, second)
	}
}

// rightsByHolder are the rights of everybody, by role and subject.
func rightsByHolder(w *world) map[string]map[string]bool {
	out := make(map[string]map[string]bool)
	for h := range w.holdings() {
		key := h.role + " " + h.subject.Kind + " " + h.subject.Name
		if out[key] == nil {
			out[key] = make(map[string]bool)
		}
		out[key][h.right] = true
	}
	return out
}

// changedHolders are those who gained some right, and those who lost one, sorted.
func changedHolders(before, after map[string]map[string]bool) (gained, lost []string) {
	more := func(a, b map[string]map[string]bool) []string {
		out := []string{}
		for holder, rights := range a {
			for right := range rights {
				if !b[holder][right] {
					out = append(out, holder)
					break
				}
			}
		}
		slices.Sort(out)
		return out
	}
	return more(after, before), more(before, after)
}

// toldHolders are the subjects that a note names, by role and subject, sorted.
func toldHolders(t *testing.T, note, verb string) []string {
	t.Helper()
	note, ok := strings.CutSuffix(note, ": the map was edited")
	if !ok {
		t.Errorf("%q does not say why", note)
	}
	out := []string{}
	for phrase := range strings.SplitSeq(note, "; ") {
		subjects, rights, _ := strings.Cut(phrase, " "+verb+" ")
		_, role, ok := strings.Cut(rights, " rights of ")
		if !ok {
			t.Errorf("%q does not say what", phrase)
		}
		for subject := range strings.SplitSeq(subjects, ", ") {
			out = append(out, role+" "+subject)
		}
	}
	slices.Sort(out)
	return out
}

// TestConditionsAreToldUnlessSaid follows maps that fail and recover: everything that is not true, or was not, is told beside
// who gained and lost rights.
func TestConditionsAreToldUnlessSaid(t *testing.T) {
	t.Parallel()
	const (
		newOnes    = "Normal Granted User cfo@acme.example got the rights of customer; Group acme:cashiers got the rights of end-user; User dana@vendor.example got the rights of product-owner: the map is new"
		inForce    = ", and its routing table is in ConfigMap checkout-routing"
		published  = "Normal Published The routing table is in ConfigMap checkout-routing"
		valid      = "Normal Valid The roles are declared as they should be"
		keptByRule = "Normal LastValidKept The map is invalid; what was last valid stays in force, without the parties that no longer have their role"
	)
	mixUp := func(s *v1alpha1.StakeholderMapSpec) {
		s.Customers[0].Subjects = append(s.Customers[0].Subjects, s.ProductOwner.Subjects[0])
	}
	type step struct {
		reason string
		do     func(*world)
		want   []string
	}
	for name, tc := range map[string]struct {
		m     func(*v1alpha1.StakeholderMap)
		steps []step
	}{
		"routing": {steps: []step{
			{"a new map", func(*world) {}, []string{newOnes + inForce}},
			{"an edit that changes no rights", func(w *world) {
				w.edit(func(s *v1alpha1.StakeholderMapSpec) { s.Customers[0].Handles[0].Value = "board@acme.example" })
			}, []string{published}},
		}},
		"no subject has rights yet": {
			m: func(m *v1alpha1.StakeholderMap) {
				*m = *fixtures.Minimal()
				for _, p := range []*v1alpha1.Party{&m.Spec.Customers[0].Party, &m.Spec.EndUsers[0].Party} {
					p.Subjects = nil
				}
				m.Spec.ProductOwner.Subjects = nil
			},
			steps: []step{{"a new map", func(*world) {}, []string{published}}},
		},
		"foreign table": {steps: []step{
			{"a new map whose table cannot be written", func(w *world) { w.refuse = in("ConfigMap", conflict) }, []string{
				"Warning ApplyFailed", newOnes,
			}},
			{"it can", func(w *world) { w.refuse = nil }, []string{published}},
		}},
		"refused grants": {steps: []step{
			{"a new map whose grants cannot be written", func(w *world) { w.refuse = in("Role", conflict) }, []string{
				published, "Warning ApplyFailed",
			}},
			{"they can", func(w *world) { w.refuse = nil }, []string{strings.Replace(newOnes, causeNew.text, causeFreed.text, 1)}},
		}},
		"invalid": {steps: []step{
			{"a new map", func(*world) {}, []string{newOnes + inForce}},
			{"an edit that breaks a rule", func(w *world) { w.edit(mixUp) }, []string{"Warning ProductOwnerIsCustomer", keptByRule, keptByRule}},
			{"an edit that mends it, and changes rights", func(w *world) {
				w.edit(func(s *v1alpha1.StakeholderMapSpec) {
					s.Customers[0].Subjects = []v1alpha1.Subject{fixtures.User("chris")}
				})
			}, []string{
				"Normal Revoked User cfo@acme.example lost the rights of customer: the map was edited",
				"Normal Granted User chris got the rights of customer: the map was edited", valid, published,
			}},
		}},
		"never valid": {
			m: func(m *v1alpha1.StakeholderMap) { mixUp(&m.Spec) },
			steps: []step{
				{"a new map that breaks a rule", func(*world) {}, []string{"Warning ProductOwnerIsCustomer"}},
				{"an edit that mends it", func(w *world) {
					w.edit(func(s *v1alpha1.StakeholderMapSpec) { s.Customers[0].Subjects = s.Customers[0].Subjects[:1] })
				}, []string{strings.Replace(newOnes, causeNew.text, causeEdited.text, 1), valid, published}},
			},
		},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			m := fixtures.Minimal()
			if tc.m != nil {
				tc.m(m)
			}
			w := newWorld(t, m, fixtures.Now)
			for _, s := range tc.steps {
				s.do(w)
				for range 4 {
					w.look()
				}
				told := w.told()
				matched := len(told) == len(s.want)
				for _, want := range s.want {
					matched = matched && slices.ContainsFunc(told, func(e string) bool {
						return e == want || strings.HasPrefix(want, "Warning ") && strings.HasPrefix(e, want)
					})
				}
				if !matched {
					t.Errorf("%s is told as %q, want %q", s.reason, told, s.want)
				}
			}
		})
	}
}

// A map that is deleted, or that another has left outputs for, has one event about all roles and namespaces.
func TestDeletionIsOneEvent(t *testing.T) {
	t.Parallel()
	w := newWorld(t, targeting(), fixtures.Now)
	w.target("shop")
	w.settle()
	want := []string{"Normal Granted User carla, User chris, User tom got the rights of customer; Group acme:cashiers got the rights of end-user; " +
		"User dana@vendor.example got the rights of product-owner; the stakeholders got the rights of their roles in namespace shop: " +
		"the map is new, and its routing table is in ConfigMap checkout-routing"}
	if diff := cmp.Diff(want, w.told()); diff != "" {
		t.Errorf("a new map with a target namespace (-want +got):\n%s", diff)
	}
	if err := w.client.Delete(t.Context(), w.get()); err != nil {
		t.Fatal(err)
	}
	for range 3 {
		w.reconcile()
	}
	want = []string{"Normal Revoked User carla, User chris, User tom lost the rights of customer; Group acme:cashiers lost the rights of end-user; " +
		"User dana@vendor.example lost the rights of product-owner; the stakeholders lost the rights of their roles in namespace shop: the map was deleted"}
	if diff := cmp.Diff(want, w.told()); diff != "" {
		t.Errorf("its deletion (-want +got):\n%s", diff)
	}
}

// What was left over, and what an edit takes, are one event, each with its cause.
func TestLeftoversAndEditAreOneEvent(t *testing.T) {
	t.Parallel()
	var changes grantChanges
	changes.lose(map[string][]rbacv1.Subject{"end-user": {userSubject("b")}, "customer": {userSubject("a")}, "product-owner": nil}, causeLeftover)
	if changes.ofThisMap() {
		t.Error("leftovers are told as a change of the map")
	}
	changes.leave([]string{"shop"}, causeEdited)
	want := "User a lost the rights of customer; User b lost the rights of end-user: it was left over from another map, or restored or copied. " +
		"The stakeholders lost the rights of their roles in namespace shop: the map was edited"
	if got := grantNote(losing, changes.lost); got != want || !changes.ofThisMap() {
		t.Errorf("the note is %q", got)
	}
}

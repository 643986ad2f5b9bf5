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

package requests

import (
	"testing"

	"github.com/google/go-cmp/cmp"
	apierrors "k8s.io/apimachinery/pkg/api/errors"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"sigs.k8s.io/controller-runtime/pkg/client"

	"github.com/stakeholders-dev/stakeholder-operator/api/v1alpha1"
	"github.com/stakeholders-dev/stakeholder-operator/test/controlplane"
	"github.com/stakeholders-dev/stakeholder-operator/test/suite"
)

// TestApproval has a release approved by two customers.
func TestApproval(t *testing.T) {
	m := newProduct(t, release)
	r := ask(t, m, "release", func(s *v1alpha1.StakeholderRequestSpec) { s.Subject = "registry.example/checkout@sha256:0123" })
	routed := waitCondition(t, r, v1alpha1.ConditionRouted, metav1.ConditionTrue, v1alpha1.ReasonRouted)
	if diff := cmp.Diff([]string{"customer/board", "customer/shops"}, routed.Status.To); diff != "" || routed.Status.Required != 2 || routed.Status.MapUID != string(m.UID) {
		t.Errorf("asked (-want +got):\n%s%+v", diff, routed.Status)
	}
	answer(t, r, "carla", v1alpha1.VerdictApprove)
	pending := waitStatus(t, r, "one has approved", func(s *v1alpha1.StakeholderRequestStatus) bool { return len(s.Decisions) == 1 })
	if pending.Status.Outcome != v1alpha1.OutcomePending {
		t.Errorf("one of two has approved: %+v", pending.Status)
	}
	answer(t, r, "chris", v1alpha1.VerdictApprove)
	waitOutcome(t, r, v1alpha1.OutcomeApproved)
	approved := waitCondition(t, r, v1alpha1.ConditionApproved, metav1.ConditionTrue, "Approved")
	if !env.MayUse(t, m.Namespace, "release", r.Spec.Subject) {
		t.Error("the condition says that it is open, and it is not")
	}
	// An outcome is final: answers are refused, and so is another outcome.
	if err := tryAnswer(t, as(t, "chris"), r, "chris", v1alpha1.VerdictReject, ""); !apierrors.IsForbidden(err) {
		t.Errorf("an answer after the outcome gets %v", err)
	}
	approved.Status.Outcome = v1alpha1.OutcomeRejected
	if err := env.Admin.Status().Update(t.Context(), approved); !apierrors.IsInvalid(err) {
		t.Errorf("another outcome gets %v", err)
	}
}

// TestFeatureRequest has an end user ask, another one support it, and the product owner decide.
func TestFeatureRequest(t *testing.T) {
	m := newProduct(t, func(s *v1alpha1.StakeholderMapSpec) {
		s.EndUsers[0].Subjects = append(s.EndUsers[0].Subjects, v1alpha1.Subject{Kind: v1alpha1.SubjectGroup, Name: "acme:cashiers"})
	})
	r := &v1alpha1.StakeholderRequest{
		ObjectMeta: metav1.ObjectMeta{Namespace: m.Namespace, Name: "receipts"},
		Spec:       v1alpha1.StakeholderRequestSpec{Map: m.Name, Topic: "feature-request", Title: "Receipts by e-mail", RequestedBy: "eve"},
	}
	controlplane.Eventually(t, suite.Patience, "an end user may ask about a feature", func() error { return as(t, "eve").Create(t.Context(), r) })
	answer(t, r, "una", v1alpha1.VerdictSupport, "acme:cashiers")
	supported := waitStatus(t, r, "one supports it", func(s *v1alpha1.StakeholderRequestStatus) bool { return s.Supporters == 1 })
	if supported.Status.Outcome != v1alpha1.OutcomePending {
		t.Errorf("no party has decided: %+v", supported.Status)
	}
	if err := tryAnswer(t, as(t, "eve"), r, "eve", v1alpha1.VerdictAccept, ""); !apierrors.IsForbidden(err) {
		t.Errorf("an end user decides: %v", err)
	}
	answer(t, r, "paul", v1alpha1.VerdictAccept)
	waitOutcome(t, r, v1alpha1.OutcomeAccepted)
	waitCondition(t, r, v1alpha1.ConditionReady, metav1.ConditionTrue, "Accepted")
}

// TestTime has a request come due, and expire.
func TestTime(t *testing.T) {
	m := newProduct(t, func(s *v1alpha1.StakeholderMapSpec) {
		release(s)
		s.Topics[0].RespondWithin, s.Topics[0].EscalateTo = "2s", []v1alpha1.Role{v1alpha1.RoleProductOwner}
	})
	r := ask(t, m, "release", func(s *v1alpha1.StakeholderRequestSpec) { s.ExpiresAfter = "4s" })
	due := waitCondition(t, r, v1alpha1.ConditionEscalated, metav1.ConditionTrue, v1alpha1.ReasonOverdue)
	if diff := cmp.Diff([]string{"product-owner/paul"}, due.Status.EscalatedTo); diff != "" {
		t.Errorf("escalated (-want +got):\n%s", diff)
	}
	expired := waitOutcome(t, r, v1alpha1.OutcomeExpired)
	if late := expired.Status.DecidedAt.Sub(expired.Status.ExpiresAt.Time).Seconds(); late < 0 || late > 2 {
		t.Errorf("it expired %v s late", late)
	}
}

// TestWithdrawn lets only the user who has asked withdraw a request.
func TestWithdrawn(t *testing.T) {
	m := newProduct(t, nil)
	r := ask(t, m, "release")
	withdraw := func(user string) error {
		is := read(t, r)
		before := is.DeepCopy()
		is.Spec.Withdrawn = new(true)
		return as(t, user).Patch(t.Context(), is, client.MergeFrom(before))
	}
	if err := withdraw("carla"); !apierrors.IsForbidden(err) {
		t.Errorf("another user withdraws: %v", err)
	}
	controlplane.Eventually(t, suite.Patience, "the asker withdraws", func() error { return withdraw(asker) })
	waitOutcome(t, r, v1alpha1.OutcomeWithdrawn)
}

// TestMapGone deletes the map of an open request, and makes another one of the name.
func TestMapGone(t *testing.T) {
	m := newProduct(t, nil)
	r := ask(t, m, "release")
	waitCondition(t, r, v1alpha1.ConditionRouted, metav1.ConditionTrue, v1alpha1.ReasonRouted)
	env.Delete(t, m)
	env.WaitGone(t, m)
	waitCondition(t, r, v1alpha1.ConditionReady, metav1.ConditionFalse, v1alpha1.ReasonMapNotFound)
	again := suite.NewMap(m.Namespace, m.Name)
	env.Create(t, again)
	env.WaitReady(t, again)
	waitCondition(t, r, v1alpha1.ConditionReady, metav1.ConditionFalse, v1alpha1.ReasonMapReplaced)
	answer(t, r, "carla", v1alpha1.VerdictApprove)
	answered := waitStatus(t, r, "an answer has come", func(s *v1alpha1.StakeholderRequestStatus) bool { return len(s.Decisions) == 1 })
	if answered.Status.Outcome != v1alpha1.OutcomePending || len(answered.Status.Decisions[0].Parties) > 0 {
		t.Errorf("no user has asked the second map: %+v", answered.Status)
	}
}

// TestAskedBeforeTheMap makes a request before its map. It waits for the map, and says so.
func TestAskedBeforeTheMap(t *testing.T) {
	m := newProduct(t, nil)
	other := suite.NewMap(m.Namespace, "ledger")
	r := ask(t, other, "release")
	waitCondition(t, r, v1alpha1.ConditionReady, metav1.ConditionFalse, v1alpha1.ReasonMapNotFound)
	env.Create(t, other)
	waitCondition(t, r, v1alpha1.ConditionRouted, metav1.ConditionTrue, v1alpha1.ReasonRouted)
	unknown := ask(t, m, "no-such-topic")
	waitCondition(t, unknown, v1alpha1.ConditionReady, metav1.ConditionFalse, v1alpha1.ReasonTopicNotFound)
}

// TestNeverValid asks about a map that was never valid.
func TestNeverValid(t *testing.T) {
	newProduct(t, nil)
	invalid := suite.NewMap(env.NewNamespace(t, suite.Unguarded, ""), "ledger")
	invalid.Spec.ProductOwner.Subjects = invalid.Spec.Customers[0].Subjects
	env.Create(t, invalid)
	env.Create(t, suite.Editor(invalid.Namespace))
	env.WaitFor(t, invalid, v1alpha1.ConditionReady, metav1.ConditionFalse, "ProductOwnerIsCustomer")
	r := ask(t, invalid, "release")
	waitCondition(t, r, v1alpha1.ConditionReady, metav1.ConditionFalse, v1alpha1.ReasonMapNotInForce)
}

// TestLeaver takes a customer out of the map after they have answered.
func TestLeaver(t *testing.T) {
	m := newProduct(t, release)
	r := ask(t, m, "release")
	answer(t, r, "carla", v1alpha1.VerdictApprove)
	waitStatus(t, r, "one has approved", func(s *v1alpha1.StakeholderRequestStatus) bool {
		return len(s.Decisions) == 1 && len(s.Decisions[0].Parties) == 1
	})
	env.Edit(t, m, func(s *v1alpha1.StakeholderMapSpec) { s.Customers[0].Subjects = suite.Users("cleo") })
	waitStatus(t, r, "the leaver does not count", func(s *v1alpha1.StakeholderRequestStatus) bool { return len(s.Decisions[0].Parties) == 0 })
	answer(t, r, "chris", v1alpha1.VerdictApprove)
	answer(t, r, "cleo", v1alpha1.VerdictApprove)
	waitOutcome(t, r, v1alpha1.OutcomeApproved)
}

// TestConsultation lets everybody comment, and decides nothing.
func TestConsultation(t *testing.T) {
	m := newProduct(t, func(s *v1alpha1.StakeholderMapSpec) {
		s.Topics = append(s.Topics, v1alpha1.Topic{Name: "palette", Class: v1alpha1.ClassConsultation, To: []v1alpha1.Role{v1alpha1.RoleEndUser}})
	})
	r := ask(t, m, "palette", func(s *v1alpha1.StakeholderRequestSpec) { s.Subject = "#fff" })
	answer(t, r, "eve", v1alpha1.VerdictComment)
	commented := waitStatus(t, r, "it was commented", func(s *v1alpha1.StakeholderRequestStatus) bool { return s.Class == v1alpha1.ClassConsultation })
	if commented.Status.Outcome != v1alpha1.OutcomePending {
		t.Errorf("%+v", commented.Status)
	}
	for _, verdict := range []v1alpha1.Verdict{v1alpha1.VerdictApprove, v1alpha1.VerdictAccept, v1alpha1.VerdictSupport} {
		if err := tryAnswer(t, as(t, "eve"), r, "eve", verdict, ""); !apierrors.IsForbidden(err) {
			t.Errorf("%s gets %v", verdict, err)
		}
	}
}

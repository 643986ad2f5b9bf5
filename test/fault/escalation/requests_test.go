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

package escalation

import (
	"fmt"
	"strings"
	"testing"

	authorizationv1 "k8s.io/api/authorization/v1"
	rbacv1 "k8s.io/api/rbac/v1"
	apierrors "k8s.io/apimachinery/pkg/api/errors"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/types"
	"sigs.k8s.io/controller-runtime/pkg/client"

	"github.com/stakeholders-dev/stakeholder-operator/api/v1alpha1"
	"github.com/stakeholders-dev/stakeholder-operator/test/controlplane"
	"github.com/stakeholders-dev/stakeholder-operator/test/suite"
)

// image is what carla approves. No party approves evil.
const (
	image = "registry.example/shop/checkout@sha256:0123"
	evil  = "registry.example/shop/checkout@sha256:6666"
)

// withRelease is a topic that one customer has to approve.
func withRelease(m *v1alpha1.StakeholderMap) *v1alpha1.StakeholderMap {
	m.Spec.Topics = []v1alpha1.Topic{{Name: "release", Class: v1alpha1.ClassApproval, To: []v1alpha1.Role{v1alpha1.RoleCustomer}}}
	return m
}

// gated makes a product in which Asker asks about releases, with a target namespace. It returns the map when it is in force.
func gated(t *testing.T) (m *v1alpha1.StakeholderMap, target string) {
	t.Helper()
	home := env.NewNamespace(t)
	target = env.NewTarget(t, home, "product", home)
	m = withRelease(suite.Selecting(home, "checkout", home))
	env.Create(t, m)
	env.Create(t, suite.Editor(home))
	must(t, env.WaitRequestPolicy(t.Context()))
	return env.WaitReady(t, m), target
}

// asked makes a request about the release of an image.
func asked(t *testing.T, m *v1alpha1.StakeholderMap, name, subject string) *v1alpha1.StakeholderRequest {
	t.Helper()
	r := suite.NewRequest(m, name, "release")
	r.Spec.Subject = subject
	env.Ask(t, r)
	return r
}

// approved makes a request about image that carla has approved, and waits until it is open in the map's namespace and a target.
func approved(t *testing.T, m *v1alpha1.StakeholderMap, target string) *v1alpha1.StakeholderRequest {
	t.Helper()
	r := asked(t, m, "release-1", image)
	env.Answer(t, r, "carla", v1alpha1.VerdictApprove)
	r = env.WaitRequestCondition(t, r, v1alpha1.ConditionApproved, metav1.ConditionTrue, string(v1alpha1.OutcomeApproved))
	env.WaitOpen(t, "release", image, map[string]bool{m.Namespace: true, target: true})
	return r
}

// rightToUse is the right that an approval of an image gives everyone.
func rightToUse(namespace, subject string) authorizationv1.ResourceAttributes {
	return authorizationv1.ResourceAttributes{
		Namespace: namespace, Name: subject, Verb: "use", Group: "stakeholders.dev", Resource: "stakeholderrequests", Subresource: "release",
	}
}

// wantRefused fails unless the admission policy of requests has refused a write with a code.
func wantRefused(t *testing.T, what, code string, err error) {
	t.Helper()
	if !apierrors.IsForbidden(err) || !strings.Contains(err.Error(), string(suite.PolicyRequestAuthors)) || !strings.Contains(err.Error(), code+": ") {
		t.Errorf("%s gives %v, want %s", what, err, code)
	}
}

// wantAnswerRefused is wantRefused for an answer by the user of a client.
func wantAnswerRefused(t *testing.T, what, code string, c client.Client, r *v1alpha1.StakeholderRequest, answer v1alpha1.Response) {
	t.Helper()
	var err error
	// The operator may write the status at the same time.
	controlplane.Eventually(t, suite.Patience, what+" is judged", func() error {
		if err = suite.TryAnswer(t.Context(), c, r, answer); apierrors.IsConflict(err) {
			return err
		}
		return nil
	})
	wantRefused(t, what, code, err)
}

// Guard: only the operator may write the status of a request, and the API server ignores a status when a request is created. A namespace
// admin who copies an approved request, in its namespace or into their own, gets a request that no party has approved.
func TestForgedStatus(t *testing.T) {
	t.Parallel()
	m, target := gated(t)
	open := approved(t, m, target)
	pending := asked(t, m, "release-2", evil)
	mallory := tenant(t, m.Namespace, adminRole)
	forged := pending.DeepCopy()
	forged.Status = open.Status
	before := client.MergeFrom(pending)
	wantForbidden(t, "writing a status", mallory.Status().Patch(t.Context(), forged.DeepCopy(), before))
	// Without the subresource a status is ignored.
	must(t, mallory.Patch(t.Context(), forged.DeepCopy(), before))

	elsewhere, own := gated(t)
	other := tenant(t, elsewhere.Namespace, adminRole)
	for namespace, attacker := range map[string]client.Client{m.Namespace: mallory, elsewhere.Namespace: other} {
		copied := &v1alpha1.StakeholderRequest{ObjectMeta: metav1.ObjectMeta{Namespace: namespace, Name: "copied"}, Spec: open.Spec, Status: open.Status}
		wantRefused(t, "copying a request of "+suite.Asker, "NotYourName", attacker.Create(t.Context(), copied.DeepCopy()))
		copied.Spec.RequestedBy = "tenant-of-" + namespace
		wantRefused(t, "copying the answers", "NotYourName", attacker.Create(t.Context(), copied.DeepCopy()))
		copied.Spec.Responses, copied.Spec.Subject = nil, evil
		must(t, attacker.Create(t.Context(), copied))
		is := env.WaitRequestCondition(t, copied, v1alpha1.ConditionRouted, metav1.ConditionTrue, v1alpha1.ReasonRouted)
		if is.Status.Outcome != v1alpha1.OutcomePending || len(is.Status.Decisions) > 0 {
			t.Errorf("a copy is %+v", is.Status)
		}
	}
	env.WaitOpen(t, "release", evil, map[string]bool{m.Namespace: false, target: false, elsewhere.Namespace: false, own: false})
	// What is approved in one product is open in no other.
	env.WaitOpen(t, "release", image, map[string]bool{m.Namespace: true, target: true, elsewhere.Namespace: false, own: false})
}

// Guard: RBAC lets no user give `use` of an image that is not approved, and the operator owns the Role that gives it: a namespace admin can
// neither widen it nor bind it anew, and what they delete is made again. Finalizers, and labels that another user removes, keep nothing
// open.
func TestForgedUse(t *testing.T) {
	m, target := gated(t)
	open := approved(t, m, target)
	name := "stakeholders:target:" + m.Namespace + ":checkout:approved"
	for _, namespace := range []string{m.Namespace, target} {
		mallory := tenant(t, namespace, adminRole)
		for what, rule := range map[string]rbacv1.PolicyRule{
			"an image":  {Verbs: []string{"use"}, APIGroups: []string{"stakeholders.dev"}, Resources: []string{"stakeholderrequests/release"}, ResourceNames: []string{evil}},
			"all":       {Verbs: []string{"use"}, APIGroups: []string{"stakeholders.dev"}, Resources: []string{"stakeholderrequests/release"}},
			"any verb":  {Verbs: []string{"*"}, APIGroups: []string{"stakeholders.dev"}, Resources: []string{"*"}},
			"approved":  {Verbs: []string{"use"}, APIGroups: []string{"stakeholders.dev"}, Resources: []string{"stakeholderrequests/release"}, ResourceNames: []string{image}},
			"any topic": {Verbs: []string{"use"}, APIGroups: []string{"stakeholders.dev"}, Resources: []string{"*/release"}, ResourceNames: []string{evil}},
		} {
			role := &rbacv1.Role{ObjectMeta: metav1.ObjectMeta{Namespace: namespace, GenerateName: "mine-"}, Rules: []rbacv1.PolicyRule{rule}}
			wantForbidden(t, "a Role with use of "+what, mallory.Create(t.Context(), role))
			widened := suite.Get(t, env, namespace, name, &rbacv1.Role{})
			before := client.MergeFrom(widened.DeepCopy())
			widened.Rules = append(widened.Rules, rule)
			if what != "approved" {
				wantForbidden(t, "widening the Role by "+what, mallory.Patch(t.Context(), widened, before))
			}
		}
		wantForbidden(t, "another binding of the Role", mallory.Create(t.Context(), &rbacv1.RoleBinding{
			ObjectMeta: metav1.ObjectMeta{Namespace: namespace, Name: "mine"},
			RoleRef:    rbacv1.RoleRef{APIGroup: rbacv1.GroupName, Kind: "Role", Name: name}, Subjects: people("mallory"),
		}))
		wantForbidden(t, "taking our labels away", mallory.Patch(t.Context(),
			&rbacv1.RoleBinding{ObjectMeta: metav1.ObjectMeta{Namespace: namespace, Name: name}}, client.RawPatch(types.MergePatchType, []byte(`{"metadata":{"labels":null}}`))))
		must(t, mallory.Delete(t.Context(), suite.Get(t, env, namespace, name, &rbacv1.Role{})))
		env.WaitOpen(t, "release", image, map[string]bool{m.Namespace: true, target: true})
	}
	whileDown(t, func() {
		for _, namespace := range []string{m.Namespace, target} {
			mallory, key := as(t, "tenant-of-"+namespace), metav1.ObjectMeta{Namespace: namespace, Name: name}
			held(t, mallory, &rbacv1.Role{ObjectMeta: key})
			held(t, mallory, &rbacv1.RoleBinding{ObjectMeta: key})
		}
		relabel(t, "null", m.Namespace, target)
		env.Delete(t, open)
	})
	env.WaitOpen(t, "release", image, map[string]bool{m.Namespace: false, target: false})
	if allowed(t, "mallory", rightToUse(m.Namespace, evil)) {
		t.Error("the evil image is open")
	}
}

// Guard: an approval ends when its request is deleted, even if a finalizer keeps the request (approvals.IsValid). Labels, annotations and
// owners say nothing. Only users who may delete a request may put finalizers and owners on it.
func TestRequestThatStays(t *testing.T) {
	t.Parallel()
	m, target := gated(t)
	r := approved(t, m, target)
	mallory, asker := tenant(t, m.Namespace, adminRole), as(t, suite.Asker)
	owned := fmt.Sprintf(`{"metadata":{"ownerReferences":[{"apiVersion":"stakeholders.dev/v1alpha1","kind":"StakeholderMap","name":"checkout","uid":%q}]}}`, m.UID)
	for what, patch := range map[string]string{"finalizers": hold, "owners": owned} {
		err := asker.Patch(t.Context(), r.DeepCopy(), client.RawPatch("application/merge-patch+json", []byte(patch)))
		wantRefused(t, "changing the "+what+" without the right to delete", "NotYourRequest", err)
	}
	for _, patch := range []string{
		owned, hold, `{"metadata":{"labels":{"stakeholders.dev/map":"checkout"},"annotations":{"stakeholders.dev/map-uid":"` + string(m.UID) + `"}}}`,
	} {
		merge(t, mallory, r.DeepCopy(), patch)
	}
	must(t, mallory.Delete(t.Context(), r))
	env.WaitOpen(t, "release", image, map[string]bool{m.Namespace: false, target: false})
	if is := suite.Get(t, env, r.Namespace, r.Name, &v1alpha1.StakeholderRequest{}); is.DeletionTimestamp == nil {
		t.Error("the request is not being deleted")
	}
	merge(t, mallory, r.DeepCopy(), `{"metadata":{"finalizers":null}}`)
	env.WaitGone(t, r)
}

// Guard: what is asked never changes, and an approval opens the subject of its request byte by byte. An approval of one image is worth
// nothing for another, or for the same by another name.
func TestReplayedApproval(t *testing.T) {
	t.Parallel()
	m, target := gated(t)
	r := approved(t, m, target)
	mallory := tenant(t, m.Namespace, adminRole)
	for what, patch := range map[string]string{
		"subject": `{"spec":{"subject":"` + evil + `"}}`, "map": `{"spec":{"map":"ledger"}}`, "topic": `{"spec":{"topic":"budget"}}`,
		"user": `{"spec":{"requestedBy":"mallory"}}`, "time": `{"spec":{"validFor":"9999h"}}`,
	} {
		err := mallory.Patch(t.Context(), r.DeepCopy(), client.RawPatch("application/merge-patch+json", []byte(patch)))
		if !apierrors.IsInvalid(err) {
			t.Errorf("another %s gives %v", what, err)
		}
	}
	wantAnswerRefused(t, "a verdict after the outcome", "AlreadyDecided", env.As(t, "carla"), r, v1alpha1.Response{By: "carla", Verdict: v1alpha1.VerdictReject})
	for _, subject := range []string{evil, image + "0", image[:len(image)-1], strings.ToUpper(image), strings.TrimPrefix(image, "registry.example/"), "*", ""} {
		for _, namespace := range []string{m.Namespace, target} {
			if allowed(t, "anybody", rightToUse(namespace, subject)) {
				t.Errorf("%q is open in %s", subject, namespace)
			}
		}
	}
	other := rightToUse(m.Namespace, image)
	other.Subresource = "budget"
	if allowed(t, "anybody", other) {
		t.Error("the approval of a release is one of a budget")
	}
}

// Guard: an answer counts only for the parties of the map that the request names, and only of the user who gave it: the API server holds
// users to their names and groups. The customers of one map decide nothing about another in the same namespace.
func TestAnswerOfAnother(t *testing.T) {
	t.Parallel()
	m, target := gated(t)
	ledger := withRelease(suite.NewMap(m.Namespace, "ledger"))
	ledger.Spec.Customers[0].Subjects = append(suite.Users("lena"), v1alpha1.Subject{Kind: v1alpha1.SubjectGroup, Name: "acme:board"})
	env.Create(t, ledger)
	env.WaitReady(t, ledger)
	r := asked(t, ledger, "release-1", image)
	yes := func(by string, groups ...string) v1alpha1.Response {
		return v1alpha1.Response{By: by, Verdict: v1alpha1.VerdictApprove, Groups: groups}
	}
	ctx := t.Context()
	carla, mallory := env.As(t, "carla"), tenant(t, m.Namespace, adminRole)
	wantAnswerRefused(t, "an answer of another map's customer", "MayNotAnswer", carla, r, yes("carla"))
	wantAnswerRefused(t, "an answer in a customer's name", "NotYourName", mallory, r, yes("lena"))
	wantAnswerRefused(t, "an answer for a group that the user is not in", "NotYourGroup", mallory, r, yes("tenant-of-"+m.Namespace, "acme:board"))
	wantAnswerRefused(t, "an admin's own answer", "MayNotAnswer", mallory, r, yes("tenant-of-"+m.Namespace))
	wantRefused(t, "asking in another's name", "NotYourName", mallory.Create(ctx, suite.NewRequest(m, "forged", "release")))
	// The operator has every right on topics, to hand it out. It is in no party.
	env.Answer(t, r, suite.OperatorUser, v1alpha1.VerdictApprove)
	is := env.WaitRequest(t, r, "the operator has answered", func(s *v1alpha1.StakeholderRequestStatus) bool { return len(s.Decisions) == 1 })
	if is.Status.Outcome != v1alpha1.OutcomePending || len(is.Status.Decisions[0].Parties) > 0 {
		t.Errorf("the operator's answer counts: %+v", is.Status)
	}
	env.Answer(t, r, "erin", v1alpha1.VerdictApprove, "acme:board")
	env.WaitOutcome(t, r, v1alpha1.OutcomeApproved)
	env.WaitOpen(t, "release", image, map[string]bool{m.Namespace: true, target: false})
}

// Guard: only people are customers, and the API server and the operator compare names byte by byte. A customer whose name looks like that
// of a ServiceAccount is another user, and the ServiceAccount decides nothing in their name, nor they in the name of it.
func TestLookalikeDecidesNothing(t *testing.T) {
	t.Parallel()
	home := env.NewNamespace(t)
	robot := "system:serviceaccount:" + home + ":robot"
	m := withRelease(suite.NewMap(home, "checkout"))
	m.Spec.Customers[0].Subjects = []v1alpha1.Subject{{Kind: v1alpha1.SubjectServiceAccount, Namespace: home, Name: "robot"}}
	if err := env.Admin.Create(t.Context(), m.DeepCopy()); !apierrors.IsInvalid(err) {
		t.Errorf("a ServiceAccount as a customer gives %v", err)
	}
	lookalikes := []string{"\uff53ystem:serviceaccount:" + home + ":robot", "system\uff1aserviceaccount:" + home + ":robot", "System:serviceaccount:" + home + ":robot"}
	m.Spec.Customers[0].Subjects = suite.Users(lookalikes...)
	// It may answer, and not approve.
	m.Spec.EndUsers[0].Subjects = []v1alpha1.Subject{{Kind: v1alpha1.SubjectServiceAccount, Namespace: home, Name: "robot"}}
	env.Create(t, m)
	env.Create(t, suite.Editor(home))
	must(t, env.WaitRequestPolicy(t.Context()))
	env.WaitReady(t, m)
	answering := authorizationv1.ResourceAttributes{Namespace: home, Verb: "patch", Group: "stakeholders.dev", Resource: "stakeholderrequests"}
	waitAllowed(t, robot, answering, true)
	for i, name := range lookalikes {
		r := asked(t, m, fmt.Sprintf("release-%d", i), image)
		waitAllowed(t, name, answering, true)
		yes := func(by string) v1alpha1.Response { return v1alpha1.Response{By: by, Verdict: v1alpha1.VerdictApprove} }
		wantAnswerRefused(t, name+" answers as the robot", "NotYourName", env.As(t, name), r, yes(robot))
		wantAnswerRefused(t, "the robot answers as "+name, "NotYourName", env.As(t, robot), r, yes(name))
		wantAnswerRefused(t, "the robot answers", "MayNotAnswer", env.As(t, robot), r, yes(robot))
		env.Answer(t, r, name, v1alpha1.VerdictApprove)
		is := env.WaitOutcome(t, r, v1alpha1.OutcomeApproved)
		if len(is.Status.Decisions) != 1 || is.Status.Decisions[0].By != name {
			t.Errorf("%s has decided: %+v", name, is.Status.Decisions)
		}
	}
}

// Guard: an approval, and an answer, is for the map with the UID to which the request went. Another map of the name inherits neither.
func TestReplacedMapInheritsNothing(t *testing.T) {
	t.Parallel()
	m, target := gated(t)
	open := approved(t, m, target)
	pending := asked(t, m, "release-2", evil)
	env.WaitRequestCondition(t, pending, v1alpha1.ConditionRouted, metav1.ConditionTrue, v1alpha1.ReasonRouted)
	env.Delete(t, m)
	env.WaitGone(t, m)
	env.WaitOpen(t, "release", image, map[string]bool{m.Namespace: false, target: false})
	again := withRelease(suite.Selecting(m.Namespace, m.Name, m.Namespace))
	env.Create(t, again)
	env.WaitHolders(t, again, target, suite.Everybody()...)
	env.WaitReady(t, again)
	env.Answer(t, pending, "carla", v1alpha1.VerdictApprove)
	is := env.WaitRequest(t, pending, "the answer was seen", func(s *v1alpha1.StakeholderRequestStatus) bool { return len(s.Decisions) == 1 })
	if is.Status.Outcome != v1alpha1.OutcomePending || len(is.Status.Decisions[0].Parties) > 0 {
		t.Errorf("the answer counts for another map: %+v", is.Status)
	}
	env.WaitRequestCondition(t, open, v1alpha1.ConditionApproved, metav1.ConditionFalse, v1alpha1.ReasonMapReplaced)
	for _, subject := range []string{image, evil} {
		env.WaitOpen(t, "release", subject, map[string]bool{m.Namespace: false, target: false})
	}
}

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

package rights

import (
	"strings"
	"testing"

	apierrors "k8s.io/apimachinery/pkg/api/errors"
	"k8s.io/apimachinery/pkg/types"
	"sigs.k8s.io/controller-runtime/pkg/client"

	"github.com/stakeholders-dev/stakeholder-operator/api/v1alpha1"
)

// What is stored in release and decided: answers of a customer and of an end user.
var (
	chrisApproves = fields{"by": "chris", "verdict": "Approve", "comment": "fine by us", "groups": []any{procurement}}
	unaComments   = answer("una", "Comment")
)

// newRequests is a product with requests: release and feature wait for answers, decided is approved.
func newRequests(t *testing.T) *product {
	t.Helper()
	p := newProduct(t)
	decide(t, p.store(t, "release", "ann", asked(nil), chrisApproves, unaComments), v1alpha1.OutcomePending)
	p.store(t, "feature", "una", wanted(nil), answer("una", "Support"))
	decide(t, p.store(t, "decided", "ann", asked(nil), chrisApproves, unaComments), v1alpha1.OutcomeApproved)
	return p
}

// TestAnsweringAsYourself lets people answer, and write what others have answered.
func TestAnsweringAsYourself(t *testing.T) {
	p := newRequests(t)
	const changes, removes, mayNot = "NotYourName: una changes the answer of chris: ", "NotYourName: una removes the answer of chris: ", "MayNotAnswer: una may not "
	twoStrange := answer("cleo", "Approve", procurement, "acme:board")
	for name, tc := range map[string]try{
		"Approve":        {"A customer approves.", "cleo", apply1("release", answers(answer("cleo", "Approve"))), ""},
		"ApproveByPatch": {"The same by a JSON patch.", "cleo", operation("release", "add", "responses/-", answer("cleo", "Approve")), ""},
		"AtTheBeginning": {"Where their entry stands does not matter.", "cleo", operation("release", "add", "responses/0", answer("cleo", "Approve")), ""},
		"ApproveByMerge": {"A merge patch may hold the answers of others as they are.", "cleo", spec("release", answers(chrisApproves, unaComments, answer("cleo", "Approve"))), ""},
		"First":          {"The first answer.", "paul", operation("feature", "add", "responses", []any{answer("una", "Support"), answer("paul", "Accept")}), ""},
		"Reject":         {"A customer can change their mind.", "chris", operation("release", "replace", "responses/0/verdict", "Reject"), ""},
		"Board":          {"They can answer for another group that they are in.", "chris", operation("release", "replace", "responses/0/groups", []any{"acme:board", "system:authenticated"}), ""},
		"TakeBack":       {"They can take the answer back.", "chris", operation("release", "remove", "responses/0", nil), ""},
		"CommentBack":    {"That needs no right.", "una", operation("release", "remove", "responses/1", nil), ""},
		"Triage":         {"The product owner triages.", "paul", apply1("feature", answers(answer("paul", "Defer"))), ""},
		"AppliedAgain":   {"A GitOps tool that applies its request again leaves the answers.", "ann", apply1("release", asked(nil)), ""},
		"EditorComments": {"Every user who may patch can comment.", "ann", apply1("release", answers(answer("ann", "Comment"))), ""},
		"RootApproves":   {"A cluster admin has every right, in their own name.", "root", apply1("release", answers(answer("root", "Approve"))), ""},

		"ForAnother":        {"No user answers for another.", "cleo", apply1("release", answers(answer("chris", "Reject"))), "NotYourName: cleo changes the answer of chris: write only the entry of spec.responses whose by is your own name"},
		"ForSomebodyNew":    {"Also if the other has not answered yet.", "cleo", apply1("release", answers(answer("dora", "Approve"))), "NotYourName: cleo adds an answer of dora: "},
		"LookAlike":         {"Names are compared byte by byte.", "cleo", apply1("release", answers(answer("Cleo", "Approve"))), "NotYourName: cleo adds an answer of Cleo: "},
		"SameManager":       {"Server-side apply takes back what the same field manager has applied, for any user.", "cleo", patch(types.ApplyPatchType, "release", answers(answer("cleo", "Approve")), client.FieldOwner("answer-chris")), "NotYourName: cleo removes the answer of chris: write only the entry of spec.responses whose by is your own name, by a JSON patch, or by server-side apply with a field manager that no other user has"},
		"AndOwn":            {"Also beside their own answer.", "cleo", apply1("release", answers(answer("cleo", "Approve"), answer("dora", "Approve"))), "NotYourName: cleo adds an answer of dora: "},
		"RemoveOthers":      {"No user removes the answer of another.", "una", operation("release", "remove", "responses/0", nil), removes},
		"RemoveAll":         {"Neither do they remove all of them.", "una", operation("release", "remove", "responses", nil), removes},
		"EditComment":       {"No user changes what another has said.", "una", operation("release", "replace", "responses/0/comment", "no"), changes},
		"RemoveComment":     {"Neither do they shorten it.", "una", operation("release", "remove", "responses/0/comment", nil), changes},
		"EditGroups":        {"The groups of another count, too.", "una", operation("release", "remove", "responses/0/groups", nil), changes},
		"EditVerdict":       {"So does their verdict.", "una", operation("release", "replace", "responses/0/verdict", "Reject"), changes},
		"Rename":            {"No user takes over the answer of another.", "cleo", operation("release", "replace", "responses/0/by", "cleo"), "NotYourName: cleo removes the answer of chris: "},
		"GiveAway":          {"No user gives their own answer to another.", "una", operation("release", "replace", "responses/1/by", "dora"), "NotYourName: una adds an answer of dora: "},
		"WholeList":         {"A merge patch that replaces the list removes the others.", "cleo", spec("release", answers(answer("cleo", "Approve"))), "NotYourName: cleo removes the answer of chris (and 1 more): "},
		"EmptyInGit":        {"A request in Git has no responses.", "ann", spec("release", answers()), "NotYourName: ann removes the answer of chris (and 1 more): "},
		"Order":             {"The order is not one user's to change.", "cleo", spec("release", answers(unaComments, chrisApproves)), "NotYourName: cleo changes the order of answers of other users: "},
		"RootForAnother":    {"A cluster admin is not exempt.", "root", operation("release", "replace", "responses/0/verdict", "Reject"), "NotYourName: root changes the answer of chris: "},
		"RootRemoves":       {"A cluster admin removes no answer.", "root", operation("release", "remove", "responses", nil), "NotYourName: root removes the answer of chris (and 1 more): "},
		"Operator":          {"Neither is the operator.", "operator", operation("release", "replace", "responses/0/verdict", "Reject"), "NotYourName: " + operatorUser[:80] + "… changes the answer of chris: "},
		"MastersForAnother": {"Neither is system:masters.", "masters", operation("release", "replace", "responses/0/verdict", "Reject"), "NotYourName: admin changes the answer of chris: "},

		"StrangeGroup":   {"A user claims no group that they are not in.", "cleo", apply1("release", answers(answer("cleo", "Approve", procurement))), "NotYourGroup: cleo is not in the group acme:procurement: "},
		"StrangeGroups":  {"The message names one of several.", "cleo", apply1("release", answers(twoStrange)), "NotYourGroup: cleo is not in the group acme:procurement, nor in 1 more: "},
		"OneStrange":     {"One is enough.", "chris", operation("release", "replace", "responses/0/groups", []any{procurement, "system:masters"}), "NotYourGroup: chris is not in the group system:masters: "},
		"CommentInGroup": {"That includes a comment.", "una", operation("release", "add", "responses/1/groups", []any{procurement}), "NotYourGroup: una is not in the group acme:procurement: "},

		"EndUserApproves": {"An end user does not approve a release.", "una", operation("release", "replace", "responses/1/verdict", "Approve"), mayNot + "approve release of StakeholderMap checkout in namespace NAMESPACE, which the verdict Approve needs: "},
		"EndUserRejects":  {"Neither do they reject it.", "una", operation("release", "replace", "responses/1/verdict", "Reject"), mayNot + "approve release of StakeholderMap checkout in namespace NAMESPACE, which the verdict Reject needs: "},
		"EndUserSupports": {"Support takes the right on this topic.", "una", operation("release", "replace", "responses/1/verdict", "Support"), mayNot + "request release of"},
		"EndUserAccepts":  {"An end user does not triage.", "una", operation("feature", "replace", "responses/0/verdict", "Accept"), mayNot + "triage feature-request of StakeholderMap checkout in namespace NAMESPACE, which the verdict Accept needs: "},
		"EndUserDeclines": {"Also not to decline.", "una", operation("feature", "replace", "responses/0/verdict", "Decline"), mayNot + "triage feature-request of"},
		"EndUserDefers":   {"Also not to defer.", "una", operation("feature", "replace", "responses/0/verdict", "Defer"), mayNot + "triage feature-request of"},
		"CustomerTriages": {"A customer does not triage.", "cleo", apply1("feature", answers(answer("cleo", "Accept"))), "MayNotAnswer: cleo may not triage feature-request of"},
		"OwnerApproves":   {"The product owner does not approve in place of the customers.", "paul", apply1("release", answers(answer("paul", "Approve"))), "MayNotAnswer: paul may not approve release of"},
		"EditorApproves":  {"Neither does a user who works in the namespace.", "ann", apply1("release", answers(answer("ann", "Approve"))), "MayNotAnswer: ann may not approve release of"},
		"AdminApproves":   {"Neither does its admin.", "adam", apply1("release", answers(answer("adam", "Approve"))), "MayNotAnswer: adam may not approve release of"},
	} {
		t.Run(name, func(t *testing.T) { tc.check(t, p) })
	}
}

// TestAnsweringTwice adds a second answer of one user, which could count for a second party.
func TestAnsweringTwice(t *testing.T) {
	p := newRequests(t)
	err := operation("release", "add", "responses/-", answer("chris", "Approve", "acme:board"))(t.Context(), p.clients["chris"], p.namespace)
	if !apierrors.IsInvalid(err) || !strings.Contains(err.Error(), "Duplicate value") {
		t.Errorf("it gives %v, want a duplicate", err)
	}
}

// TestNothingChangesAfterTheOutcome changes answers and what counts as one.
func TestNothingChangesAfterTheOutcome(t *testing.T) {
	p := newRequests(t)
	const decided = "AlreadyDecided: the outcome of this request is Approved, and no answer changes it: "
	for name, tc := range map[string]try{
		"NewAnswer":   {"No user answers any more.", "cleo", apply1("decided", answers(answer("cleo", "Reject"))), decided},
		"Changed":     {"No answer changes.", "chris", operation("decided", "replace", "responses/0/verdict", "Reject"), decided},
		"TakenBack":   {"No answer is taken back.", "chris", operation("decided", "remove", "responses/0", nil), decided},
		"Commented":   {"No comment is added.", "ann", apply1("decided", answers(answer("ann", "Comment"))), decided},
		"Reordered":   {"The order stays.", "una", spec("decided", answers(unaComments, chrisApproves)), decided},
		"Withdrawn":   {"It is too late to withdraw.", "ann", spec("decided", fields{"withdrawn": true}), decided},
		"Root":        {"A cluster admin is not exempt.", "root", operation("decided", "remove", "responses", nil), decided},
		"Operator":    {"Neither is the operator.", "operator", operation("decided", "remove", "responses", nil), decided},
		"Labelled":    {"Labels may change.", "ann", metadata("decided", fields{"labels": fields{"team": "checkout"}}), ""},
		"AppliedSame": {"An answer that is applied again is the same.", "chris", apply1("decided", answers(chrisApproves)), ""},
		"NotSetAtAll": {"To say that it is not withdrawn says nothing new.", "ann", spec("decided", fields{"withdrawn": false}), ""},
	} {
		t.Run(name, func(t *testing.T) { tc.check(t, p) })
	}
}

// TestOnlyWhoAskedWithdraws withdraws requests, and ends them in other ways.
func TestOnlyWhoAskedWithdraws(t *testing.T) {
	p := newRequests(t)
	const notYours = "NotYourRequest: only ann may withdraw this request, and "
	mayNotDelete := func(user string) string { return "NotYourRequest: " + user + " may not delete this request, " }
	withdraw := spec("release", fields{"withdrawn": true})
	p.clients["collector"] = as(t, "system:serviceaccount:kube-system:generic-garbage-collector")
	finalizer := newClusterRole(t, clusterRoleWith("", nil, rule("stakeholders.dev", "stakeholderrequests", "patch"), rule("stakeholders.dev", "stakeholderrequests/finalizers", "update")))
	bind(t, p.namespace, finalizer, "holder")
	waitHeld(t, "holder", p.namespace, []right{"update stakeholders.dev/stakeholderrequests/finalizers"}, true)
	p.clients["holder"] = as(t, "holder")
	for name, tc := range map[string]try{
		"Requester":        {"The user who asked may withdraw.", "ann", withdraw, ""},
		"Customer":         {"A user who may answer may not.", "chris", withdraw, notYours + "chris has not asked: "},
		"Editor":           {"A user who may ask may not.", pipeline, withdraw, notYours + pipeline + " has not asked: "},
		"Admin":            {"An admin of the namespace may delete it, and not withdraw it.", "adam", withdraw, notYours + "adam has not asked: "},
		"Root":             {"A cluster admin is not exempt.", "root", withdraw, notYours + "root has not asked: "},
		"Applied":          {"Server-side apply is one way of many.", "chris", apply1("release", fields{"withdrawn": true}), notYours + "chris has not asked: "},
		"Label":            {"Labels do not matter.", "una", metadata("release", fields{"labels": fields{"mine": "true"}, "annotations": fields{"mine": "true"}}), ""},
		"Owner":            {"The garbage collector would delete a request whose owner does not exist.", "una", metadata("release", owner()), mayNotDelete("una")},
		"OwnerOfDecided":   {"That would close what it has opened.", "chris", metadata("decided", owner()), mayNotDelete("chris")},
		"RequesterOwner":   {"Deleting takes the right to delete, also of the user who asked.", "ann", metadata("release", owner()), mayNotDelete("ann")},
		"Finalizer":        {"A finalizer would keep the request, and its namespace.", "una", metadata("release", finalizers("example.com/hold")), mayNotDelete("una")},
		"AdminOwner":       {"An admin of the namespace may delete.", "adam", metadata("release", owner()), ""},
		"AdminFinalizer":   {"So they may say when.", "adam", metadata("release", finalizers("example.com/hold")), ""},
		"FinalizerRight":   {"A controller needs no right to delete for its finalizer.", "holder", metadata("release", finalizers("example.com/hold")), ""},
		"GarbageCollector": {"The garbage collector does its work.", "collector", metadata("decided", finalizers("foregroundDeletion")), ""},
	} {
		t.Run(name, func(t *testing.T) { tc.check(t, p) })
	}
}

// TestLosingTheRightKeepsOnlyTheWayOut takes the right to answer from a user who has answered.
func TestLosingTheRightKeepsOnlyTheWayOut(t *testing.T) {
	p := newRequests(t)
	const lost = right("approve stakeholders.dev/stakeholdermaps/release")
	bind(t, p.namespace, "edit", "vic")
	goes := roleWith(p.namespace, "goes", rule("stakeholders.dev", "stakeholdermaps/release", "approve"))
	create(t, goes)
	create(t, bindingTo(p.namespace, "goes", "Role", "goes", "vic"))
	waitHeld(t, "vic", p.namespace, []right{lost, "patch stakeholders.dev/stakeholderrequests", "ask stakeholders.dev/stakeholderrequests"}, true)
	p.clients["vic"] = as(t, "vic")
	p.store(t, "left", "vic", asked(fields{"requestedBy": "vic"}), answer("vic", "Approve"))
	if err := admin.Delete(t.Context(), goes); err != nil {
		t.Fatal(err)
	}
	waitHeld(t, "vic", p.namespace, []right{lost}, false)
	for name, tc := range map[string]try{
		"Says":      {"A user who may no longer approve says nothing more about it.", "vic", operation("left", "add", "responses/0/comment", "still fine"), "MayNotAnswer: vic may not approve release of"},
		"Back":      {"They may take their answer back.", "vic", operation("left", "remove", "responses/0", nil), ""},
		"Withdraws": {"An unchanged answer is not judged again.", "vic", spec("left", fields{"withdrawn": true}), ""},
		"Comments":  {"They may turn it into a comment.", "vic", operation("left", "replace", "responses/0/verdict", "Comment"), ""},
	} {
		t.Run(name, func(t *testing.T) { tc.check(t, p) })
	}
}

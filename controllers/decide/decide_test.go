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

package decide_test

import (
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"

	routing "github.com/stakeholders-dev/stakeholder-operator/api/routing/v1alpha1"
	"github.com/stakeholders-dev/stakeholder-operator/api/v1alpha1"
	"github.com/stakeholders-dev/stakeholder-operator/controllers/decide"
)

// asked is when every request was made, and now is an hour later.
var (
	asked = time.Date(2026, 5, 1, 12, 0, 0, 0, time.UTC)
	now   = asked.Add(time.Hour)
)

func at(t time.Time) *metav1.Time { return new(metav1.NewTime(t)) }

func users(names ...string) []routing.Subject {
	var out []routing.Subject
	for _, name := range names {
		out = append(out, routing.Subject{Kind: "User", Name: name})
	}
	return out
}

func party(role, name string, subjects ...routing.Subject) routing.Party {
	return routing.Party{Role: role, Name: name, Subjects: subjects}
}

var (
	board = party("Customer", "board", append(users("cfo", "ceo"), routing.Subject{Kind: "Group", Name: "acme:procurement"})...)
	shops = party("Customer", "shops", users("shopkeeper")...)
	// union has no account in the cluster, so nobody can answer for it.
	union    = party("Customer", "union")
	cashiers = party("EndUser", "cashiers", routing.Subject{Kind: "Group", Name: "acme:cashiers"})
	ledger   = party("EndUser", "ledger", routing.Subject{Kind: "ServiceAccount", Namespace: "payments", Name: "ledger"})
	dana     = party("ProductOwner", "dana", users("dana")...)
)

func table(topics ...routing.Topic) *routing.RoutingTable {
	return &routing.RoutingTable{Topics: topics, Default: routing.Topic{Name: routing.DefaultTopic}}
}

func approval(quorum int32, to ...routing.Party) routing.Topic {
	return routing.Topic{Name: "release", Class: "Approval", To: to, DecidedBy: to, Quorum: &routing.Quorum{Count: quorum}}
}

var wish = routing.Topic{Name: "release", Class: "FeatureRequest", To: []routing.Party{cashiers, ledger}, DecidedBy: []routing.Party{dana}}

func request(responses ...v1alpha1.Response) *v1alpha1.StakeholderRequest {
	return &v1alpha1.StakeholderRequest{
		ObjectMeta: metav1.ObjectMeta{Name: "r", Namespace: "payments", CreationTimestamp: metav1.NewTime(asked)},
		Spec:       v1alpha1.StakeholderRequestSpec{Map: "checkout", Topic: "release", Title: "Release 1.4", Responses: responses},
	}
}

// inForce is the admission policy, which was there before anybody asked.
var inForce = decide.Admission{Revision: "one", Since: asked.Add(-time.Hour)}

// judge decides about a request while admission is in force. A nil table stands for a map that does not exist.
func judge(r *v1alpha1.StakeholderRequest, table *routing.RoutingTable, now time.Time) decide.Verdict {
	in := decide.Inputs{Table: table, Admission: inForce}
	if table != nil {
		in.MapUID = "map"
	}
	return decide.Decide(r, in, now)
}

func says(by string, verdict v1alpha1.Verdict, groups ...string) v1alpha1.Response {
	return v1alpha1.Response{By: by, Verdict: verdict, Groups: groups}
}

func TestOutcome(t *testing.T) {
	t.Parallel()
	const approve, reject = v1alpha1.VerdictApprove, v1alpha1.VerdictReject
	for name, tc := range map[string]struct {
		reason  string
		topic   routing.Topic
		answers []v1alpha1.Response
		want    v1alpha1.Outcome
	}{
		"NoAnswer":        {"A request waits.", approval(1, board), nil, v1alpha1.OutcomePending},
		"Approved":        {"One party is enough.", approval(1, board, shops), []v1alpha1.Response{says("cfo", approve)}, v1alpha1.OutcomeApproved},
		"ByGroup":         {"A person speaks for the party of a group.", approval(1, board), []v1alpha1.Response{says("erin", approve, "acme:procurement")}, v1alpha1.OutcomeApproved},
		"GroupNotClaimed": {"A group that a person does not claim does not count.", approval(1, board), []v1alpha1.Response{says("erin", approve)}, v1alpha1.OutcomePending},
		"OtherGroup":      {"A group that no party has does not count.", approval(1, board), []v1alpha1.Response{says("erin", approve, "acme:cashiers")}, v1alpha1.OutcomePending},
		"Stranger":        {"Admission may have let somebody through.", approval(1, board), []v1alpha1.Response{says("mallory", approve)}, v1alpha1.OutcomePending},
		"GroupAsUser":     {"A group is no user of its name.", approval(1, board), []v1alpha1.Response{says("acme:procurement", approve)}, v1alpha1.OutcomePending},
		"PartyOnce":       {"A party counts once, however many of its people answer.", approval(2, board, shops), []v1alpha1.Response{says("cfo", approve), says("ceo", approve)}, v1alpha1.OutcomePending},
		"Quorum":          {"Two parties have approved.", approval(2, board, shops, union), []v1alpha1.Response{says("cfo", approve), says("shopkeeper", approve)}, v1alpha1.OutcomeApproved},
		"RejectedLater":   {"Another party can still approve.", approval(1, board, shops), []v1alpha1.Response{says("cfo", reject)}, v1alpha1.OutcomePending},
		"Rejected":        {"The quorum cannot be reached any more.", approval(2, board, shops), []v1alpha1.Response{says("cfo", reject)}, v1alpha1.OutcomeRejected},
		"SameSecond":      {"Of two answers for a party in one second, the rejection counts.", approval(1, board), []v1alpha1.Response{says("ceo", reject), says("cfo", approve)}, v1alpha1.OutcomeRejected},
		"Comment":         {"A comment decides nothing.", approval(1, board), []v1alpha1.Response{says("cfo", v1alpha1.VerdictComment)}, v1alpha1.OutcomePending},
		"OtherClass":      {"Accept is no answer to an approval.", approval(1, board), []v1alpha1.Response{says("cfo", v1alpha1.VerdictAccept)}, v1alpha1.OutcomePending},
		"Accepted":        {"The product owner triages.", wish, []v1alpha1.Response{says("dana", v1alpha1.VerdictAccept)}, v1alpha1.OutcomeAccepted},
		"Declined":        {"The product owner triages.", wish, []v1alpha1.Response{says("dana", v1alpha1.VerdictDecline)}, v1alpha1.OutcomeDeclined},
		"Deferred":        {"The product owner triages.", wish, []v1alpha1.Response{says("dana", v1alpha1.VerdictDefer)}, v1alpha1.OutcomeDeferred},
		"NotTheirs":       {"End users raise feature requests and do not decide about them.", wish, []v1alpha1.Response{says("erin", v1alpha1.VerdictAccept, "acme:cashiers")}, v1alpha1.OutcomePending},
		"Supported":       {"Support decides nothing.", wish, []v1alpha1.Response{says("erin", v1alpha1.VerdictSupport, "acme:cashiers")}, v1alpha1.OutcomePending},
		"Consultation": {
			"A consultation is commented and has no outcome.", routing.Topic{Name: "release", Class: "Consultation", To: []routing.Party{board}, DecidedBy: []routing.Party{dana}},
			[]v1alpha1.Response{says("cfo", approve), says("dana", v1alpha1.VerdictAccept)}, v1alpha1.OutcomePending,
		},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			if got := judge(request(tc.answers...), table(tc.topic), now).Status.Outcome; got != tc.want {
				t.Errorf("%s: %s, want %s", tc.reason, got, tc.want)
			}
		})
	}
}

// TestStatus looks at everything that a request with answers comes to.
func TestStatus(t *testing.T) {
	t.Parallel()
	topic := approval(2, shops, board)
	topic.RespondWithin, topic.EscalateTo = "30m", []routing.Party{dana}
	r := request(says("shopkeeper", v1alpha1.VerdictApprove), says("cfo", v1alpha1.VerdictComment))
	got := judge(r, table(topic), now)
	want := decide.Verdict{
		Status: v1alpha1.StakeholderRequestStatus{
			MapUID: "map", Authorship: v1alpha1.AuthorshipVerified, Admission: "one",
			Outcome: v1alpha1.OutcomePending, Class: v1alpha1.ClassApproval, To: []string{"customer/board", "customer/shops"}, Required: 2,
			Decisions: []v1alpha1.Decision{{By: "shopkeeper", Parties: []string{"customer/shops"}, Verdict: v1alpha1.VerdictApprove, At: at(now)}},
			DueAt:     at(asked.Add(30 * time.Minute)), ExpiresAt: at(asked.Add(decide.DefaultExpiry)), EscalatedTo: []string{"product-owner/dana"},
		},
		Have: []string{"customer/shops"}, WaitsFor: []string{"customer/board"},
		Escalated: true, Next: asked.Add(decide.DefaultExpiry),
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("escalated (-want +got):\n%s", diff)
	}
}

// TestOneAfterTheOther has a request answered, and looks at what is remembered of it.
func TestOneAfterTheOther(t *testing.T) {
	t.Parallel()
	r, topic := request(says("cfo", v1alpha1.VerdictApprove)), table(approval(2, board, shops))
	r.Status = judge(r, topic, now).Status
	later := now.Add(time.Minute)
	// The latest answer of a party counts, also if another person of it has given it.
	r.Spec.Responses = append(r.Spec.Responses, says("ceo", v1alpha1.VerdictReject))
	if got := judge(r, topic, later).Status; got.Outcome != v1alpha1.OutcomeRejected {
		t.Errorf("the board has rejected: %+v", got)
	}
	// A person who leaves the map before there is an outcome does not count any more.
	r.Spec.Responses = r.Spec.Responses[:1]
	left := board
	left.Subjects = users("ceo")
	if got := judge(r, table(approval(1, left, shops)), later).Status; got.Outcome != v1alpha1.OutcomePending || len(got.Decisions[0].Parties) > 0 {
		t.Errorf("no party that is left has answered: %+v", got)
	}
	r.Spec.Responses = append(r.Spec.Responses, says("shopkeeper", v1alpha1.VerdictApprove))
	r.Spec.ValidFor = "1h"
	v := judge(r, topic, later)
	if v.Status.Outcome != v1alpha1.OutcomeApproved || !v.Status.DecidedAt.Equal(at(later)) || !v.Status.ValidUntil.Equal(at(later.Add(time.Hour))) {
		t.Errorf("both have approved: %+v", v.Status)
	}
	if first := v.Status.Decisions[0]; first.By != "cfo" || !first.At.Equal(at(now)) {
		t.Errorf("the first answer was counted at %v: %+v", now, first)
	}
	if !v.Next.Equal(later.Add(time.Hour)) {
		t.Errorf("it closes at %v", v.Next)
	}
	// An outcome never changes, whatever happens to answers, table and time.
	r.Status = v.Status
	r.Spec.Responses = []v1alpha1.Response{says("cfo", v1alpha1.VerdictReject)}
	r.Spec.Withdrawn = new(true)
	after := judge(r, nil, later.Add(100*24*time.Hour))
	if diff := cmp.Diff(v.Status, after.Status); diff != "" || !after.Next.IsZero() {
		t.Errorf("once decided (-before +after):\n%s next %v", diff, after.Next)
	}
}

// TestAnswerKeepsItsTime takes a person, or the map, away for a moment. What they answered before is no later answer then.
func TestAnswerKeepsItsTime(t *testing.T) {
	t.Parallel()
	topic := table(approval(2, board, shops, union))
	without := board
	without.Subjects = users("ceo")
	for reason, gap := range map[string]*routing.RoutingTable{
		"the person leaves the map and comes back": table(approval(2, without, shops, union)),
		"the map is deleted and created again":     nil,
		"the topic is missing for a moment":        table(),
	} {
		r := request(says("cfo", v1alpha1.VerdictApprove))
		look := func(published *routing.RoutingTable, after time.Duration) v1alpha1.StakeholderRequestStatus {
			r.Status = judge(r, published, now.Add(after)).Status
			return r.Status
		}
		look(topic, 0)
		r.Spec.Responses = append(r.Spec.Responses, says("ceo", v1alpha1.VerdictReject))
		look(topic, time.Minute)
		look(gap, 2*time.Minute)
		look(topic, 3*time.Minute)
		r.Spec.Responses = append(r.Spec.Responses, says("shopkeeper", v1alpha1.VerdictApprove))
		if got := look(topic, 4*time.Minute); got.Outcome != v1alpha1.OutcomePending {
			t.Errorf("%s: %s, although the board's latest answer is a rejection", reason, got.Outcome)
		}
	}
}

// TestAnswerForAnotherGroup has a person claim a group later: for its party that is their answer of that moment.
func TestAnswerForAnotherGroup(t *testing.T) {
	t.Parallel()
	topic := table(approval(2, board, shops, union))
	r := request(says("shopkeeper", v1alpha1.VerdictReject))
	r.Status = judge(r, topic, now).Status
	r.Spec.Responses = append(r.Spec.Responses, says("cfo", v1alpha1.VerdictApprove))
	r.Status = judge(r, topic, now.Add(time.Minute)).Status
	r.Spec.Responses[0] = says("shopkeeper", v1alpha1.VerdictReject, "acme:procurement")
	if got := judge(r, topic, now.Add(2*time.Minute)).Status; got.Outcome != v1alpha1.OutcomeRejected {
		t.Errorf("%+v: the person rejects for both parties, and was the last to answer", got)
	}
}

// TestFirstAnswerDecides has two people triage a feature request in one second. The API server stored one of them first.
func TestFirstAnswerDecides(t *testing.T) {
	t.Parallel()
	both := wish
	both.DecidedBy = []routing.Party{party("ProductOwner", "owners", users("aaron", "zoe")...)}
	r := request(says("zoe", v1alpha1.VerdictAccept), says("aaron", v1alpha1.VerdictDecline))
	if got := judge(r, table(both), now).Status.Outcome; got != v1alpha1.OutcomeAccepted {
		t.Errorf("%s, although Accept was there first", got)
	}
}

func TestUnrouted(t *testing.T) {
	t.Parallel()
	for name, tc := range map[string]struct {
		reason string
		table  *routing.RoutingTable
		want   decide.Routing
	}{
		"NoMap":   {"A map that does not exist has no table.", nil, decide.MapNotFound},
		"NoTopic": {"The default recipient is for questions, not for decisions.", table(), decide.TopicNotFound},
		"Nobody":  {"An invalid map loses recipients and gains none.", table(approval(1)), decide.TooFewToAsk},
		"TooFew":  {"A window that closes for a moment rejects nothing.", table(approval(2, board)), decide.TooFewToAsk},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			r := request(says("cfo", v1alpha1.VerdictReject))
			r.Status.DueAt, r.Status.EscalatedTo = at(asked), []string{"product-owner/dana"}
			v := judge(r, tc.table, now)
			if v.Routing != tc.want || v.Status.Outcome != v1alpha1.OutcomePending || len(v.Status.Decisions[0].Parties) > 0 {
				t.Errorf("%s: %+v", tc.reason, v)
			}
			if !v.Escalated || len(v.Status.EscalatedTo) != 1 {
				t.Errorf("it was escalated before: %+v", v)
			}
			if !v.Next.Equal(asked.Add(decide.DefaultExpiry)) {
				t.Errorf("it expires all the same: %v", v.Next)
			}
		})
	}
	r := request()
	r.Spec.Topic = routing.DefaultTopic
	if v := judge(r, table(approval(1, board)), now); v.Routing != decide.TopicNotFound {
		t.Errorf("no party decides about what no topic names: %+v", v)
	}
}

func TestEnds(t *testing.T) {
	t.Parallel()
	expiring := request(says("cfo", v1alpha1.VerdictApprove))
	expiring.Spec.ExpiresAfter = "1h"
	if got := judge(expiring, table(approval(1, board)), now).Status; got.Outcome != v1alpha1.OutcomeExpired || !got.DecidedAt.Equal(at(now)) {
		t.Errorf("at the moment of expiry: %+v", got)
	}
	if v := judge(expiring, table(approval(2, board, shops)), now.Add(-time.Second)); v.Status.Outcome != v1alpha1.OutcomePending || !v.Next.Equal(now) {
		t.Errorf("a second before: %+v", v)
	}
	withdrawn := request(says("cfo", v1alpha1.VerdictApprove))
	withdrawn.Spec.Withdrawn = new(true)
	if got := judge(withdrawn, table(approval(1, board)), now).Status.Outcome; got != v1alpha1.OutcomeWithdrawn {
		t.Errorf("withdrawn: %s", got)
	}
}

// TestSupporters counts people, not parties, and only those who may request.
func TestSupporters(t *testing.T) {
	t.Parallel()
	const support = v1alpha1.VerdictSupport
	r := request(says("erin", support, "acme:cashiers"), says("eve", support, "acme:cashiers"), says("cfo", support),
		says("system:serviceaccount:payments:ledger", support), says("system:serviceaccount:other:ledger", support))
	if got := judge(r, table(wish), now).Status.Supporters; got != 3 {
		t.Errorf("%d people support it, want 3", got)
	}
	if got := judge(r, table(approval(1, cashiers)), now).Status.Supporters; got != 0 {
		t.Errorf("%d people support an approval", got)
	}
}

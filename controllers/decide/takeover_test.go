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

	"github.com/stakeholders-dev/stakeholder-operator/api/v1alpha1"
	"github.com/stakeholders-dev/stakeholder-operator/controllers/decide"
)

// story is a request that is looked at again and again, every minute.
type story struct {
	*v1alpha1.StakeholderRequest

	t         *testing.T
	admission decide.Admission
	// revision is the policy that is known.
	revision string
	at       time.Time
}

func newStory(t *testing.T) *story {
	t.Helper()
	return &story{request(), t, inForce, "one", asked}
}

// look decides about the request, and stores the status.
func (s *story) look(answers ...v1alpha1.Response) decide.Verdict {
	s.t.Helper()
	s.Spec.Responses = answers
	s.at = s.at.Add(time.Minute)
	v := decide.Decide(s.StakeholderRequest, decide.Inputs{MapUID: "map", Table: table(approval(2, board, shops)), Admission: s.admission}, s.at)
	s.Status = v.Status
	return v
}

func (s *story) wantOutcome(want v1alpha1.Outcome, reason string) {
	s.t.Helper()
	if got := s.Status.Outcome; got != want {
		s.t.Errorf("%s: %s, want %s; %+v", reason, got, want, s.Status)
	}
}

var none = decide.Admission{}

// TestUncheckedAnswersDoNotCount has answers written, changed and removed while no admission policy is in force.
func TestUncheckedAnswersDoNotCount(t *testing.T) {
	t.Parallel()
	cfo, shopkeeper := says("cfo", v1alpha1.VerdictApprove), says("shopkeeper", v1alpha1.VerdictApprove)
	t.Run("Written", func(t *testing.T) {
		t.Parallel()
		s := newStory(t)
		s.look(cfo)
		s.admission = none
		v := s.look(cfo, shopkeeper)
		s.wantOutcome(v1alpha1.OutcomePending, "it is not known who has answered for the shopkeeper")
		if diff := cmp.Diff([]string{"shopkeeper"}, v.Unverified); diff != "" {
			t.Errorf("told (-want +got):\n%s", diff)
		}
		if again := s.look(cfo, shopkeeper); again.Unverified != nil {
			t.Errorf("told twice: %v", again.Unverified)
		}
		s.admission = inForce
		s.look(cfo, shopkeeper)
		s.wantOutcome(v1alpha1.OutcomePending, "it is still not known")
		confirmed := shopkeeper
		confirmed.Comment = "it was me"
		s.look(cfo, confirmed)
		s.wantOutcome(v1alpha1.OutcomeApproved, "another comment is another answer, which admission has checked")
		if len(s.Status.Unverified) > 0 {
			t.Errorf("%+v", s.Status.Unverified)
		}
	})
	t.Run("Changed", func(t *testing.T) {
		t.Parallel()
		s := newStory(t)
		s.look(says("cfo", v1alpha1.VerdictReject, "acme:procurement"))
		s.wantOutcome(v1alpha1.OutcomeRejected, "one of two has rejected")
		s = newStory(t)
		s.look(says("cfo", v1alpha1.VerdictComment), shopkeeper)
		s.admission = none
		s.look(says("cfo", v1alpha1.VerdictApprove), shopkeeper)
		s.wantOutcome(v1alpha1.OutcomePending, "the board has not answered")
	})
	t.Run("Removed", func(t *testing.T) {
		t.Parallel()
		s := newStory(t)
		s.look(shopkeeper)
		s.admission = none
		s.look()
		if len(s.Status.Decisions) != 1 {
			t.Errorf("the answer that was removed stays: %+v", s.Status)
		}
		s.admission = inForce
		s.look(cfo)
		s.wantOutcome(v1alpha1.OutcomePending, "it is not known who has removed the first answer")
		s.look(cfo, says("shopkeeper", v1alpha1.VerdictComment))
		if len(s.Status.Unverified) > 0 || len(s.Status.Decisions) != 1 {
			t.Errorf("admission has checked the comment, which has taken the place of the answer: %+v", s.Status)
		}
		s.look(cfo, shopkeeper)
		s.wantOutcome(v1alpha1.OutcomeApproved, "both have approved")
	})
	t.Run("Withdrawn", func(t *testing.T) {
		t.Parallel()
		s := newStory(t)
		s.look(cfo)
		s.admission = none
		s.Spec.Withdrawn = new(true)
		s.look(cfo)
		s.wantOutcome(v1alpha1.OutcomePending, "it is not known who has withdrawn it")
		s.admission = inForce
		if v := s.look(cfo, shopkeeper); v.Routing != decide.WithdrawalUnverified {
			t.Errorf("%+v", v)
		}
		s.wantOutcome(v1alpha1.OutcomePending, "if it was the user who asked, nothing may be approved any more")
	})
	t.Run("Asked", func(t *testing.T) {
		t.Parallel()
		for reason, admission := range map[string]decide.Admission{
			"no policy":                 none,
			"a policy that came later":  {Revision: "one", Since: asked.Add(time.Second)},
			"a policy of the same time": {Revision: "one", Since: asked},
		} {
			s := newStory(t)
			s.admission = admission
			v := s.look()
			s.admission = inForce
			later := s.look(cfo, shopkeeper)
			if v.Routing != decide.AuthorUnverified || later.Routing != decide.AuthorUnverified || later.Status.Outcome != v1alpha1.OutcomePending {
				t.Errorf("%s: %+v, then %+v", reason, v, later)
			}
		}
	})
}

// TestUncheckedChangeBlocksItsParty has a person who has approved reject while it is not known whether admission checks it. Their party
// counts neither way until a person of it answers again. A rejection stays.
func TestUncheckedChangeBlocksItsParty(t *testing.T) {
	t.Parallel()
	cfo, shopkeeper := says("cfo", v1alpha1.VerdictApprove), says("shopkeeper", v1alpha1.VerdictApprove)
	s := newStory(t)
	s.look(cfo)
	s.admission = decide.Admission{Revision: "two", Since: s.at}
	no := says("cfo", v1alpha1.VerdictReject)
	v := s.look(no, shopkeeper)
	s.wantOutcome(v1alpha1.OutcomePending, "the board may have said no")
	if diff := cmp.Diff([]string{"customer/board", "customer/shops"}, v.WaitsFor); diff != "" {
		t.Errorf("waits for (-want +got):\n%s", diff)
	}
	confirmed := shopkeeper
	confirmed.Comment = "confirmed"
	s.look(no, confirmed)
	s.wantOutcome(v1alpha1.OutcomePending, "the board may still have said no")
	s.look(no, confirmed, says("ceo", v1alpha1.VerdictApprove))
	s.wantOutcome(v1alpha1.OutcomeApproved, "another person of the board has answered later")

	s = newStory(t)
	two := table(approval(1, board, shops, union))
	look := func(answers ...v1alpha1.Response) {
		s.Spec.Responses, s.at = answers, s.at.Add(time.Minute)
		s.Status = decide.Decide(s.StakeholderRequest, decide.Inputs{MapUID: "map", Table: two, Admission: s.admission}, s.at).Status
	}
	look(says("cfo", v1alpha1.VerdictReject))
	s.admission = none
	look(cfo)
	s.wantOutcome(v1alpha1.OutcomePending, "the board has rejected, and it is not known who says otherwise")
	s.admission = inForce
	look(cfo, says("ceo", v1alpha1.VerdictComment))
	s.wantOutcome(v1alpha1.OutcomePending, "that is still so")
}

// TestClockGoesBack has a rejection come while the clock is behind. It is the later answer all the same.
func TestClockGoesBack(t *testing.T) {
	t.Parallel()
	s := newStory(t)
	s.look(says("cfo", v1alpha1.VerdictApprove))
	s.at = s.at.Add(-10 * time.Minute)
	s.look(says("cfo", v1alpha1.VerdictApprove), says("ceo", v1alpha1.VerdictReject))
	s.wantOutcome(v1alpha1.OutcomeRejected, "the board has rejected last")
}

// TestAnotherPolicy has the policy changed, as by an upgrade. What was not seen before may have been written in between.
func TestAnotherPolicy(t *testing.T) {
	t.Parallel()
	cfo, shopkeeper := says("cfo", v1alpha1.VerdictApprove), says("shopkeeper", v1alpha1.VerdictApprove)
	s := newStory(t)
	s.look(cfo)
	s.admission = decide.Admission{Revision: "two", Since: s.at}
	s.look(cfo, shopkeeper)
	s.wantOutcome(v1alpha1.OutcomePending, "the answer may have come before the policy")
	s = newStory(t)
	s.look(cfo)
	s.admission = decide.Admission{Revision: "two", Since: s.at}
	s.look(cfo)
	s.look(cfo, shopkeeper)
	s.wantOutcome(v1alpha1.OutcomeApproved, "the request was seen under the new policy before the answer came")
}

// TestTooManyAnswers removes 128 answers while no policy is in force, and adds others.
func TestTooManyAnswers(t *testing.T) {
	t.Parallel()
	many := func(prefix string) []v1alpha1.Response {
		var out []v1alpha1.Response
		for i := range 128 {
			out = append(out, says(prefix+string(rune('A'+i/16))+string(rune('a'+i%16)), v1alpha1.VerdictSupport))
		}
		return out
	}
	s := newStory(t)
	s.look(many("z")...)
	s.admission = none
	s.look()
	s.admission = inForce
	s.look(many("a")...)
	if n := len(s.Status.Decisions); n != 128 || s.Status.Decisions[0].By[0] != 'z' {
		t.Errorf("%d answers, the first by %s", n, s.Status.Decisions[0].By)
	}
	if n := len(s.Status.Unverified); n != 128 {
		t.Errorf("%d are unverified", n)
	}
}

// TestMapReplaced has the map deleted and created again.
func TestMapReplaced(t *testing.T) {
	t.Parallel()
	r := request(says("cfo", v1alpha1.VerdictApprove))
	in := decide.Inputs{MapUID: "first", Table: table(approval(2, board, shops)), Admission: inForce}
	r.Status = decide.Decide(r, in, now).Status
	r.Spec.Responses = append(r.Spec.Responses, says("shopkeeper", v1alpha1.VerdictApprove))
	in.MapUID = "second"
	v := decide.Decide(r, in, now)
	if v.Routing != decide.MapReplaced || v.Status.Outcome != v1alpha1.OutcomePending || v.Status.MapUID != "first" {
		t.Errorf("no user has asked the second map: %+v", v)
	}
	in = decide.Inputs{MapUID: "first", Admission: inForce}
	if v := decide.Decide(r, in, now); v.Routing != decide.MapNotInForce || v.Status.Outcome != v1alpha1.OutcomePending {
		t.Errorf("the map has no table: %+v", v)
	}
}

// TestNeedsAdmission says when the policy has to be looked at.
func TestNeedsAdmission(t *testing.T) {
	t.Parallel()
	cfo := says("cfo", v1alpha1.VerdictApprove)
	for name, tc := range map[string]struct {
		reason string
		change func(*story)
		want   bool
	}{
		"Seen":           {"nothing has changed", func(*story) {}, false},
		"Commented":      {"a comment decides nothing", func(s *story) { s.Spec.Responses = append(s.Spec.Responses, says("ceo", v1alpha1.VerdictComment)) }, false},
		"New":            {"the operator has not looked at it yet", func(s *story) { s.Status = v1alpha1.StakeholderRequestStatus{} }, true},
		"Answered":       {"there is another answer", func(s *story) { s.Spec.Responses = append(s.Spec.Responses, says("ceo", v1alpha1.VerdictReject)) }, true},
		"Removed":        {"there is one answer less", func(s *story) { s.Spec.Responses = nil }, true},
		"Withdrawn":      {"it was withdrawn", func(s *story) { s.Spec.Withdrawn = new(true) }, true},
		"Removed policy": {"without a policy there is nothing to note", func(s *story) { s.revision = "" }, false},
		"Left": {"it was withdrawn while no policy was in force", func(s *story) {
			s.Status.Authorship, s.Spec.Withdrawn = v1alpha1.AuthorshipWithdrawalUnverified, new(true)
		}, false},
		"Upgraded": {"it was seen under another policy", func(s *story) { s.Status.Admission = "zero" }, true},
		"Decided":  {"an outcome never changes", func(s *story) { s.Status.Outcome, s.Spec.Responses = v1alpha1.OutcomeApproved, nil }, false},
		"Unknown":  {"who has asked will never be known", func(s *story) { s.Status.Authorship, s.Spec.Responses = v1alpha1.AuthorshipUnverified, nil }, false},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			s := newStory(t)
			s.look(cfo)
			tc.change(s)
			if got := decide.NeedsAdmission(s.StakeholderRequest, s.revision); got != tc.want {
				t.Errorf("%s: %t", tc.reason, got)
			}
		})
	}
}

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
	"context"
	"encoding/json"
	"fmt"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	rbacv1 "k8s.io/api/rbac/v1"
	apierrors "k8s.io/apimachinery/pkg/api/errors"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/types"
	"sigs.k8s.io/controller-runtime/pkg/client"

	"github.com/stakeholders-dev/stakeholder-operator/api/v1alpha1"
	"github.com/stakeholders-dev/stakeholder-operator/test/controlplane"
	"github.com/stakeholders-dev/stakeholder-operator/test/suite"
)

// board is a group of customers that is larger than what a request takes.
const board = "acme:board"

// TestMoreAnswersThanFit has more people answer a request than it takes: 96 answers that decide nothing, and 128 in all. Every other one is
// refused, with the reason, and the operator does not notice. So it makes no difference how many are tried.
func TestMoreAnswersThanFit(t *testing.T) {
	const most, mostComments, tooMany = 128, 96, 200
	m := newProduct(t, func(s *v1alpha1.StakeholderMapSpec) {
		release(s)
		s.Customers[0].Subjects = []v1alpha1.Subject{{Kind: v1alpha1.SubjectGroup, Name: board}}
	})
	for _, object := range commenters(m.Namespace) {
		env.Create(t, object)
	}
	r := ask(t, m, "release")
	// There has to be a list to which others can add.
	answer(t, r, "chris", v1alpha1.VerdictComment)
	since := markAudit(t)
	if taken := tryMany(t, r, mostComments-1+tooMany, "commenter", v1alpha1.VerdictComment, "has 96 answers that decide nothing"); taken != mostComments-1 {
		t.Errorf("%d comments were taken, want %d", taken, mostComments-1)
	}
	if taken := tryMany(t, r, most-mostComments, "member", v1alpha1.VerdictApprove, "nothing is refused yet", board); taken != most-mostComments {
		t.Errorf("%d answers that decide were taken, want %d", taken, most-mostComments)
	}
	full := waitStatus(t, r, "every answer was seen", func(s *v1alpha1.StakeholderRequestStatus) bool { return len(s.Decisions) == most-mostComments })
	if full.Status.Outcome != v1alpha1.OutcomePending || len(full.Spec.Responses) != most {
		t.Errorf("%d answers, outcome %s", len(full.Spec.Responses), full.Status.Outcome)
	}
	// A status and an event for each that was taken, and for a decision three requests more, which see that admission is in force.
	if made := madeSince(t, since); made > 5*most {
		t.Errorf("the operator made %d requests for %d answers", made, most)
	} else {
		t.Logf("the operator made %d requests for %d answers", made, most)
	}
	waitNoMore(t)
	since = markAudit(t)
	if taken := tryMany(t, r, tooMany, "late", v1alpha1.VerdictApprove, "must have at most 128 items", board); taken != 0 {
		t.Errorf("%d answers more were taken", taken)
	}
	if made := madeSince(t, since); made > 0 {
		t.Errorf("the operator made %d requests for answers that were refused", made)
	}
	// Chris has an entry, in which any answer fits.
	answer(t, r, "chris", v1alpha1.VerdictApprove)
	waitOutcome(t, r, v1alpha1.OutcomeApproved)
}

// commenters lets every user read and answer requests in a namespace.
func commenters(namespace string) []client.Object {
	return []client.Object{
		&rbacv1.Role{
			ObjectMeta: metav1.ObjectMeta{Namespace: namespace, Name: "commenters"},
			Rules: []rbacv1.PolicyRule{{
				APIGroups: []string{v1alpha1.GroupVersion.Group}, Resources: []string{"stakeholderrequests"}, Verbs: []string{"get", "patch"},
			}},
		},
		&rbacv1.RoleBinding{
			ObjectMeta: metav1.ObjectMeta{Namespace: namespace, Name: "commenters"},
			RoleRef:    rbacv1.RoleRef{APIGroup: rbacv1.GroupName, Kind: "Role", Name: "commenters"},
			Subjects:   []rbacv1.Subject{{APIGroup: rbacv1.GroupName, Kind: rbacv1.GroupKind, Name: "system:authenticated"}},
		},
	}
}

// tryMany has n people answer a request, several at the same time. It returns how many answers were taken. Every other one must be
// refused with the reason.
func tryMany(t *testing.T, r *v1alpha1.StakeholderRequest, n int, name string, verdict v1alpha1.Verdict, reason string, groups ...string) int {
	t.Helper()
	var taken, wrong atomic.Int64
	var group sync.WaitGroup
	// More of them would mostly repeat each other: each answer that is taken makes the API server judge the others again.
	slots := make(chan struct{}, 4)
	for i := range n {
		group.Go(func() {
			slots <- struct{}{}
			defer func() { <-slots }()
			by := fmt.Sprintf("%s-%d@acme.example", name, i)
			switch err := addAnswer(t.Context(), as(t, by, groups...), r, v1alpha1.Response{By: by, Verdict: verdict, Groups: groups}); {
			case err == nil:
				taken.Add(1)
			case !apierrors.IsInvalid(err) || !strings.Contains(err.Error(), reason):
				if wrong.Add(1) == 1 {
					t.Errorf("an answer that is too many gets %v", err)
				}
			}
		})
	}
	group.Wait()
	return int(taken.Load())
}

// addAnswer adds an answer to those of others, who can answer at the same time.
func addAnswer(ctx context.Context, c client.Client, r *v1alpha1.StakeholderRequest, response v1alpha1.Response) error {
	entry, err := json.Marshal(response)
	if err != nil {
		return err
	}
	patch := fmt.Appendf(nil, `[{"op":"add","path":"/spec/responses/-","value":%s}]`, entry)
	for {
		err := c.Patch(ctx, r.DeepCopy(), client.RawPatch(types.JSONPatchType, patch))
		if !apierrors.IsConflict(err) || ctx.Err() != nil {
			return err
		}
	}
}

// markAudit is the end of the audit log.
func markAudit(t *testing.T) int64 {
	t.Helper()
	end, err := env.Plane.AuditMark()
	if err != nil {
		t.Fatal(err)
	}
	return end
}

// madeSince counts the operator's requests to the API server since a mark, but for watches and leases.
func madeSince(t *testing.T, since int64) int {
	t.Helper()
	events, _, err := env.Plane.AuditEvents(since)
	if err != nil {
		t.Fatal(err)
	}
	made := 0
	for i := range events {
		if e := &events[i]; e.User == suite.OperatorUser && e.Verb != "watch" && e.Resource != "leases" {
			made++
		}
	}
	return made
}

// waitNoMore waits until the operator has made no request for a second.
func waitNoMore(t *testing.T) {
	t.Helper()
	since, at := markAudit(t), time.Now()
	controlplane.Eventually(t, suite.Patience, "the operator has nothing to do", func() error {
		if madeSince(t, since) > 0 {
			since, at = markAudit(t), time.Now()
		}
		if quiet := time.Since(at); quiet < time.Second {
			return fmt.Errorf("for %s only", quiet)
		}
		return nil
	})
}

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
	"encoding/json"
	"errors"
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	apierrors "k8s.io/apimachinery/pkg/api/errors"
	"k8s.io/apimachinery/pkg/api/meta"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/runtime/schema"
	"k8s.io/apimachinery/pkg/types"

	routing "github.com/stakeholders-dev/stakeholder-operator/api/routing/v1alpha1"
	"github.com/stakeholders-dev/stakeholder-operator/api/v1alpha1"
	"github.com/stakeholders-dev/stakeholder-operator/controllers/apply"
	"github.com/stakeholders-dev/stakeholder-operator/controllers/validate"
	"github.com/stakeholders-dev/stakeholder-operator/test/fixtures"
)

var (
	epoch = time.Date(2026, 1, 2, 3, 4, 5, 600, time.UTC)
	table = &routing.RoutingTable{Revision: "sha256:new", Source: routing.Source{Namespace: "payments", Name: "checkout"}}

	mixedUp = v1alpha1.Finding{Code: v1alpha1.UnacknowledgedOverlap, Level: v1alpha1.LevelError, Field: "spec.customers[0]", Message: "who?"}
	unknown = v1alpha1.Finding{Code: v1alpha1.UnknownTopic, Level: v1alpha1.LevelError, Field: "spec.endUsers[0]", Message: "what?"}
	warning = v1alpha1.Finding{Code: "SomeWarning", Level: v1alpha1.LevelWarning, Field: "spec.product", Message: "hm"}

	foreign  = &apply.ForeignError{Part: apply.Part{Kind: "ConfigMap", Key: types.NamespacedName{Namespace: "payments", Name: "checkout-routing"}}}
	conflict = apierrors.NewConflict(schema.GroupResource{Resource: "roles"}, "x", errors.New("17 is not 18"))
)

func TestConditions(t *testing.T) {
	t.Parallel()
	tests := map[string]struct {
		reason   string
		findings []v1alpha1.Finding
		result   enforcementResult
		// want has "Type status reason" of each condition.
		want     []string
		revision string
	}{
		"Ready": {
			"everything is in force", nil, enforcementResult{decision: decision{table: table}},
			[]string{"Valid True Valid", "Published True Published", "Authorized True Authorized", "Ready True Ready"}, "sha256:new",
		},
		"Warning": {
			"a warning leaves a map valid", []v1alpha1.Finding{warning}, enforcementResult{decision: decision{table: table}},
			[]string{"Valid True Valid", "Published True Published", "Authorized True Authorized", "Ready True Ready"}, "sha256:new",
		},
		"InvalidFromTheStart": {
			"nothing is in force", []v1alpha1.Finding{mixedUp, mixedUp, warning}, enforcementResult{},
			[]string{"Valid False UnacknowledgedOverlap", "Published False NeverValid", "Authorized False NeverValid", "Ready False UnacknowledgedOverlap"}, "sha256:old",
		},
		"BecameInvalid": {
			"the last valid table is in force", []v1alpha1.Finding{mixedUp, unknown}, enforcementResult{decision: decision{table: table}},
			[]string{"Valid False SeveralRulesBroken", "Published True LastValidKept", "Authorized True LastValidKept", "Ready False SeveralRulesBroken"}, "sha256:new",
		},
		"LastValidLost": {
			"there is nothing to compare the grants with", []v1alpha1.Finding{mixedUp}, enforcementResult{decision: decision{lost: true}},
			[]string{"Valid False UnacknowledgedOverlap", "Published False LastValidLost", "Authorized Unknown LastValidLost", "Ready False UnacknowledgedOverlap"}, "",
		},
		"Foreign": {
			"the table is not published, the grants are in force", nil, enforcementResult{decision: decision{table: table}, published: apply.ResultOf(foreign)},
			[]string{"Valid True Valid", "Published False ForeignObject", "Authorized True Authorized", "Ready False ForeignObject"}, "",
		},
		"Failed": {
			"a failure is worse than a foreign object", nil, enforcementResult{decision: decision{table: table}, authorized: apply.ResultOf(foreign, fmt.Errorf("apply: %w", errors.New("no")))},
			[]string{"Valid True Valid", "Published True Published", "Authorized False ApplyFailed", "Ready False ApplyFailed"}, "sha256:new",
		},
	}
	for name, tc := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			m := &v1alpha1.StakeholderMap{ObjectMeta: metav1.ObjectMeta{Namespace: "payments", Name: "checkout", Generation: 7}}
			m.Status.RoutingRevision = "sha256:old"
			tc.result.invalid = validate.HasErrors(tc.findings)
			next := nextStatus(m, nil, tc.findings, tc.result, epoch)
			var got []string
			for _, c := range next.Conditions {
				got = append(got, fmt.Sprintf("%s %s %s", c.Type, c.Status, c.Reason))
				if c.ObservedGeneration != 7 || c.Message == "" || !c.LastTransitionTime.Time.Equal(epoch.Truncate(time.Second)) {
					t.Errorf("condition %+v", c)
				}
			}
			if diff := cmp.Diff(tc.want, got); diff != "" {
				t.Errorf("%s: conditions (-want +got):\n%s", tc.reason, diff)
			}
			if next.RoutingRevision != tc.revision {
				t.Errorf("%s: revision in force is %q, want %q", tc.reason, next.RoutingRevision, tc.revision)
			}
			// The same again, later, is the same status: times change with conditions only.
			m.Status = next
			if diff := cmp.Diff(next, nextStatus(m, nil, tc.findings, tc.result, epoch.Add(time.Hour))); diff != "" {
				t.Errorf("%s: status an hour later (-want +got):\n%s", tc.reason, diff)
			}
		})
	}
}

func TestStatusIsBounded(t *testing.T) {
	t.Parallel()
	findings := make([]v1alpha1.Finding, 500)
	for i := range findings {
		findings[i] = mixedUp
	}
	m := &v1alpha1.StakeholderMap{}
	next := nextStatus(m, nil, findings, enforcementResult{decision: decision{invalid: true}, authorized: apply.ResultOf(errors.New(strings.Repeat("ü", 100_000)))}, epoch)
	if len(next.Findings) != v1alpha1.MaxFindings || next.MoreFindings != 500-v1alpha1.MaxFindings {
		t.Errorf("%d findings, and %d more", len(next.Findings), next.MoreFindings)
	}
	valid := meta.FindStatusCondition(next.Conditions, v1alpha1.ConditionValid)
	if !strings.Contains(valid.Message, "497 more") {
		t.Errorf("the condition does not say how many more there are: %q", valid.Message)
	}
	for _, c := range next.Conditions {
		if len(c.Message) > 32768 {
			t.Errorf("%s has a message of %d bytes", c.Type, len(c.Message))
		}
	}
}

// TestHundredThousandFindings judges a map that no CRD would let in, as one from before the bounds could be:
// the status that comes of it is as small as any.
func TestHundredThousandFindings(t *testing.T) {
	t.Parallel()
	m := fixtures.Minimal()
	for i := range 1000 {
		c := fixtures.Customer(fmt.Sprintf("party-%d", i))
		for j := range 100 {
			c.Subjects = append(c.Subjects, fixtures.User(fmt.Sprintf("system:%d-%d", i, j)))
		}
		m.Spec.Customers = append(m.Spec.Customers, c)
	}
	findings := validate.Map(m, nil, epoch)
	if len(findings) < 100_000 {
		t.Fatalf("there are only %d findings", len(findings))
	}
	next := nextStatus(m, nil, findings, enforcementResult{decision: decision{invalid: true}}, epoch)
	if len(next.Findings) != v1alpha1.MaxFindings || int(next.MoreFindings) != len(findings)-v1alpha1.MaxFindings {
		t.Errorf("status lists %d findings and says that there are %d more, of %d", len(next.Findings), next.MoreFindings, len(findings))
	}
	content, err := json.Marshal(next)
	if err != nil || len(content) > 64<<10 {
		t.Errorf("status has %d bytes, %v", len(content), err)
	}
}

func TestForgedConditionGoes(t *testing.T) {
	t.Parallel()
	m := &v1alpha1.StakeholderMap{}
	m.Status.Conditions = []metav1.Condition{{Type: "Approved", Status: metav1.ConditionTrue}}
	next := nextStatus(m, nil, nil, enforcementResult{decision: decision{table: table}}, epoch)
	if meta.FindStatusCondition(next.Conditions, "Approved") != nil {
		t.Error("a condition of another writer is still there")
	}
	if len(m.Status.Conditions) != 1 {
		t.Error("the map's own status was changed")
	}
}

func TestMessagesAreStable(t *testing.T) {
	t.Parallel()
	one, two := errors.New("first"), errors.New("second")
	_, a := apply.Failure(apply.ResultOf(one, two, conflict))
	_, b := apply.Failure(apply.ResultOf(two, one, two))
	if a != b {
		t.Errorf("messages %q and %q tell the same", a, b)
	}
	if reason, message := apply.Failure(apply.ResultOf(conflict)); strings.Contains(message, "17") || reason != v1alpha1.ReasonApplyFailed {
		t.Errorf("a conflict is told as %s: %q", reason, message)
	}
}

func TestRetry(t *testing.T) {
	t.Parallel()
	transient := errors.New("no route")
	tests := map[string]struct {
		reason    string
		result    enforcementResult
		retry     bool
		conflicts bool
	}{
		"Fine":      {"nothing went wrong", enforcementResult{decision: decision{table: table}}, false, false},
		"Foreign":   {"looked at again later, not tried again and again", enforcementResult{published: apply.ResultOf(foreign)}, false, false},
		"Transient": {"tried again", enforcementResult{authorized: apply.ResultOf(foreign, transient)}, true, false},
		"Conflict":  {"tried again without a word", enforcementResult{authorized: apply.ResultOf(fmt.Errorf("apply: %w", conflict))}, true, true},
		"Both":      {"what is no conflict is told", enforcementResult{authorized: apply.ResultOf(conflict), published: apply.ResultOf(transient)}, true, false},
	}
	for name, tc := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			retry := tc.result.all().Retry()
			if len(retry) > 0 != tc.retry || retry.OnlyRaced() != tc.conflicts {
				t.Errorf("%s: retry is %v, only conflicts: %t", tc.reason, retry, retry.OnlyRaced())
			}
		})
	}
}

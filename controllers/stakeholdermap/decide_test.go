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
	"slices"
	"testing"

	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"

	routing "github.com/stakeholders-dev/stakeholder-operator/api/routing/v1alpha1"
	"github.com/stakeholders-dev/stakeholder-operator/api/v1alpha1"
	"github.com/stakeholders-dev/stakeholder-operator/controllers/apply"
	"github.com/stakeholders-dev/stakeholder-operator/controllers/evaluate"
	"github.com/stakeholders-dev/stakeholder-operator/controllers/render"
	"github.com/stakeholders-dev/stakeholder-operator/controllers/route"
	"github.com/stakeholders-dev/stakeholder-operator/controllers/topics"
	"github.com/stakeholders-dev/stakeholder-operator/test/fixtures"
)

// publishedOf returns the document that a map publishes, and its revision.
func publishedOf(t *testing.T, m *v1alpha1.StakeholderMap) (document, revision string) {
	t.Helper()
	table := route.Table(m, topics.Assign(m, nil, fixtures.Now))
	content, err := table.Seal()
	if err != nil {
		t.Fatal(err)
	}
	configMap, err := render.ConfigMap(ownerOf(m), nil, table, content)
	if err != nil {
		t.Fatal(err)
	}
	return configMap.Data[routing.DocumentKey], table.Revision
}

// TestDecide has one case for each thing that can be known of a map.
func TestDecide(t *testing.T) {
	t.Parallel()
	invalid := []v1alpha1.Finding{mixedUp}
	whole, wholeRevision := publishedOf(t, withLeavers())
	// The map has lost all customers except the first since it was valid.
	left := withLeavers()
	left.Spec.Customers = left.Spec.Customers[:1]
	narrow, narrowRevision := publishedOf(t, left)
	unreadable := errors.New("no route")
	tests := map[string]struct {
		reason   string
		findings []v1alpha1.Finding
		status   v1alpha1.StakeholderMapStatus
		document string
		err      error
		// want
		mode  apply.Mode
		table bool
		lost  bool
	}{
		"Valid": {
			"a valid map is enforced, also after a forged table",
			nil, v1alpha1.StakeholderMapStatus{RoutingRevision: wholeRevision}, "forged", nil,
			apply.Enforce, true, false,
		},
		"Warning": {
			"a warning leaves a map valid",
			[]v1alpha1.Finding{warning}, v1alpha1.StakeholderMapStatus{}, "", nil,
			apply.Enforce, true, false,
		},
		"NeverValid": {
			"a map that was never valid has nothing to keep",
			invalid, v1alpha1.StakeholderMapStatus{}, "", nil,
			apply.RestrictOnly, false, false,
		},
		"LastValid": {
			"what is left of the last valid table stays",
			invalid, v1alpha1.StakeholderMapStatus{RoutingRevision: wholeRevision}, whole, nil,
			apply.KeepLastValid, true, false,
		},
		"Pending": {
			"the narrower table was written, and status did not say so yet",
			invalid, v1alpha1.StakeholderMapStatus{RoutingRevision: wholeRevision, PendingRoutingRevision: narrowRevision}, narrow, nil,
			apply.KeepLastValid, true, false,
		},
		"PendingLost": {
			"a narrower table than now was decided on and never written: parties would come back",
			invalid, v1alpha1.StakeholderMapStatus{RoutingRevision: wholeRevision, PendingRoutingRevision: "sha256:other"}, whole, nil,
			apply.RestrictOnly, false, true,
		},
		"Forged": {
			"a table that status does not name is not the last valid one",
			invalid, v1alpha1.StakeholderMapStatus{RoutingRevision: "sha256:other"}, whole, nil,
			apply.RestrictOnly, false, true,
		},
		"Deleted": {
			"the ConfigMap is gone, or another owner's",
			invalid, v1alpha1.StakeholderMapStatus{RoutingRevision: wholeRevision}, "", nil,
			apply.RestrictOnly, false, true,
		},
		"Unpublished": {
			"grants were in force without a published table",
			invalid, v1alpha1.StakeholderMapStatus{Conditions: []metav1.Condition{{Type: v1alpha1.ConditionAuthorized, Reason: v1alpha1.ReasonAuthorized}}}, "", nil,
			apply.RestrictOnly, false, true,
		},
		"Unreadable": {
			"the table cannot be read at the moment, which does not mean that it is lost",
			invalid, v1alpha1.StakeholderMapStatus{RoutingRevision: wholeRevision}, "", unreadable,
			apply.RestrictOnly, false, false,
		},
	}
	for name, tc := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			m := left.DeepCopy()
			m.Status = tc.status
			got := decide(m, observation{
				Evaluation: evaluate.Evaluation{Findings: tc.findings, Consented: m, Assigned: topics.Assign(m, nil, fixtures.Now)},
				published:  tc.document, unreadable: tc.err,
			})
			if got.mode != tc.mode || (got.table != nil) != tc.table || got.lost != tc.lost || !errors.Is(got.err, tc.err) {
				t.Fatalf("%s: mode %v, table %t, lost %t, error %v; want %v, %t, %t, %v",
					tc.reason, got.mode, got.table != nil, got.lost, got.err, tc.mode, tc.table, tc.lost, tc.err)
			}
			if got.table == nil {
				return
			}
			if slices.ContainsFunc(got.table.Default.To, func(p routing.Party) bool { return p.Role == "customer" && p.Name != left.Spec.Customers[0].Name }) {
				t.Errorf("%s: a customer who has left is still asked: %+v", tc.reason, got.table.Default.To)
			}
		})
	}
}

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

package requests_test

import (
	"encoding/json"
	"fmt"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"

	"github.com/stakeholders-dev/stakeholder-operator/api/v1alpha1"
	"github.com/stakeholders-dev/stakeholder-operator/controllers/requests"
)

func request(outcome v1alpha1.Outcome) *v1alpha1.StakeholderRequest {
	return &v1alpha1.StakeholderRequest{
		ObjectMeta: metav1.ObjectMeta{Namespace: "payments", Name: "release"},
		Spec:       v1alpha1.StakeholderRequestSpec{Map: "checkout"},
		Status:     v1alpha1.StakeholderRequestStatus{Outcome: outcome},
	}
}

func TestIndexByMap(t *testing.T) {
	t.Parallel()
	for outcome, want := range map[v1alpha1.Outcome][]string{
		"":                        {"open/payments/checkout"},
		v1alpha1.OutcomePending:   {"open/payments/checkout"},
		v1alpha1.OutcomeApproved:  {"approved/payments/checkout"},
		v1alpha1.OutcomeRejected:  nil,
		v1alpha1.OutcomeAccepted:  nil,
		v1alpha1.OutcomeExpired:   nil,
		v1alpha1.OutcomeWithdrawn: nil,
	} {
		if diff := cmp.Diff(want, requests.IndexByMap(request(outcome))); diff != "" {
			t.Errorf("%q (-want +got):\n%s", outcome, diff)
		}
	}
}

// TestStrip keeps what a decision depends on, and little else: 10,000 open requests are in memory.
func TestStrip(t *testing.T) {
	t.Parallel()
	r := request(v1alpha1.OutcomePending)
	r.Annotations = map[string]string{"kubectl.kubernetes.io/last-applied-configuration": strings.Repeat("x", 10_000)}
	r.ManagedFields = []metav1.ManagedFieldsEntry{{Manager: "kubectl"}}
	r.Spec.Title, r.Spec.Description, r.Spec.Links = "Release", strings.Repeat("y", 8192), []v1alpha1.Link{{Title: "Changelog"}}
	for i := range 10 {
		r.Spec.Responses = append(r.Spec.Responses, v1alpha1.Response{By: fmt.Sprintf("user-%d", i), Verdict: v1alpha1.VerdictApprove, Comment: strings.Repeat("z", 1024)})
	}
	other := r.DeepCopy()
	other.Spec.Responses[0].Comment = "another comment"
	a, b := strip(t, r), strip(t, other)
	if a.Spec.Responses[0].Comment == b.Spec.Responses[0].Comment || a.Spec.Responses[0].Comment == "" {
		t.Error("two comments look the same")
	}
	if diff := cmp.Diff(a, strip(t, a)); diff != "" {
		t.Errorf("stripped again (-once +twice):\n%s", diff)
	}
	if content, err := json.Marshal(a); err != nil || len(content) > 2000 {
		t.Errorf("%d bytes are left, %v:\n%s", len(content), err, content)
	}
	r.Spec.Responses[0].Comment = ""
	if got := strip(t, r).Spec.Responses[0].Comment; got != "" {
		t.Errorf("no comment has become %q", got)
	}
	// Of a request that has ended, only what it opens matters.
	r.Spec.Subject = "registry.example/checkout@sha256:0123"
	for outcome, subject := range map[v1alpha1.Outcome]string{v1alpha1.OutcomeApproved: r.Spec.Subject, v1alpha1.OutcomeRejected: ""} {
		r.Status = v1alpha1.StakeholderRequestStatus{Outcome: outcome, Decisions: []v1alpha1.Decision{{By: "cfo"}}}
		if ended := strip(t, r); len(ended.Spec.Responses)+len(ended.Status.Decisions) > 0 || ended.Spec.Subject != subject {
			t.Errorf("%s: %+v", outcome, ended)
		}
	}
}

func strip(t *testing.T, r *v1alpha1.StakeholderRequest) *v1alpha1.StakeholderRequest {
	t.Helper()
	stripped, err := requests.Strip(r.DeepCopy())
	if err != nil {
		t.Fatal(err)
	}
	out, ok := stripped.(*v1alpha1.StakeholderRequest)
	if !ok {
		t.Fatalf("a request has become a %T", stripped)
	}
	return out
}

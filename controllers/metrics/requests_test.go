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

package metrics_test

import (
	"strings"
	"testing"
	"time"

	"github.com/prometheus/client_golang/prometheus/testutil"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/types"
	testingclock "k8s.io/utils/clock/testing"

	"github.com/stakeholders-dev/stakeholder-operator/api/v1alpha1"
	"github.com/stakeholders-dev/stakeholder-operator/controllers/metrics"
)

// TestRequestBoard counts open requests, and overdue ones as time passes.
func TestRequestBoard(t *testing.T) {
	t.Parallel()
	start := time.Date(2026, 5, 1, 12, 0, 0, 0, time.UTC)
	clock := testingclock.NewFakePassiveClock(start)
	b := metrics.NewRequestBoard(clock)
	key := func(name string) types.NamespacedName { return types.NamespacedName{Namespace: "payments", Name: name} }
	due := new(metav1.NewTime(start.Add(time.Hour)))
	release := v1alpha1.StakeholderRequestStatus{Outcome: v1alpha1.OutcomePending, Class: v1alpha1.ClassApproval, DueAt: due}
	b.Report(key("release"), &release)
	b.Report(key("lost"), &v1alpha1.StakeholderRequestStatus{Outcome: v1alpha1.OutcomePending})
	b.Report(key("gone"), &release)
	b.Forget(key("gone"))
	b.Report(key("decided"), &release)
	decided := release
	decided.Outcome = v1alpha1.OutcomeApproved
	b.Report(key("decided"), &decided)
	b.Decided(&decided, 90*time.Second)
	b.Unverified(2)
	want := func(overdue string) {
		t.Helper()
		text := `
# HELP stakeholders_open_requests StakeholderRequests without an outcome, by the class of their topic.
# TYPE stakeholders_open_requests gauge
stakeholders_open_requests{class="Approval"} 1
stakeholders_open_requests{class="Consultation"} 0
stakeholders_open_requests{class="FeatureRequest"} 0
stakeholders_open_requests{class="Unrouted"} 1
# HELP stakeholders_overdue_requests StakeholderRequests without an outcome whose time to respond has passed, by the class of their topic.
# TYPE stakeholders_overdue_requests gauge
stakeholders_overdue_requests{class="Approval"} ` + overdue + `
stakeholders_overdue_requests{class="Consultation"} 0
stakeholders_overdue_requests{class="FeatureRequest"} 0
stakeholders_overdue_requests{class="Unrouted"} 0
# HELP stakeholders_unverified_answers_total Changes of answers that do not count, because the admission policy of requests was not in force.
# TYPE stakeholders_unverified_answers_total counter
stakeholders_unverified_answers_total 2
`
		if err := testutil.CollectAndCompare(b, strings.NewReader(text), "stakeholders_open_requests", "stakeholders_overdue_requests", "stakeholders_unverified_answers_total"); err != nil {
			t.Error(err)
		}
	}
	want("0")
	clock.SetTime(start.Add(time.Hour))
	want("1")
	if n := testutil.CollectAndCount(b, "stakeholders_request_decision_seconds"); n != 1 {
		t.Errorf("%d series of decisions", n)
	}
}

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
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/prometheus/client_golang/prometheus"
	"github.com/prometheus/client_golang/prometheus/testutil"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/types"
	testingclock "k8s.io/utils/clock/testing"

	"github.com/stakeholders-dev/stakeholder-operator/api/v1alpha1"
	"github.com/stakeholders-dev/stakeholder-operator/controllers/metrics"
)

var epoch = time.Date(2026, 1, 2, 3, 4, 5, 0, time.UTC)

func key(name string) types.NamespacedName {
	return types.NamespacedName{Namespace: "payments", Name: name}
}

// TestGauges compares all gauges after some reconciles.
func TestGauges(t *testing.T) {
	t.Parallel()
	clock := testingclock.NewFakePassiveClock(epoch)
	b := metrics.NewBoard(clock, func() map[string]int { return map[string]int{"Role": 2, "RoleBinding": 0} })
	overlap := metrics.Finding{Code: v1alpha1.UnacknowledgedOverlap, Level: v1alpha1.LevelError}
	silent := metrics.Finding{Code: v1alpha1.NoHandle, Level: v1alpha1.LevelWarning}
	b.Report(key("gone"), metrics.State{Ready: metav1.ConditionTrue, Grants: map[string]int{"customer": 100}, Converged: true})
	b.Report(key("a"), metrics.State{Ready: metav1.ConditionFalse, Findings: map[metrics.Finding]int{overlap: 100}, Converged: true})
	b.Report(key("a"), metrics.State{
		Ready: metav1.ConditionTrue, Findings: map[metrics.Finding]int{silent: 2}, Grants: map[string]int{"customer": 2, "end-user": 3}, Converged: true,
		Namespaces: map[string]int{"ready": 2, "refused": 1},
	})
	b.Report(key("b"), metrics.State{
		Ready: metav1.ConditionFalse, Findings: map[metrics.Finding]int{silent: 1, overlap: 4}, Grants: map[string]int{"customer": 1}, Converged: true,
		Namespaces: map[string]int{"ready": 3}, Disputes: map[string]int{"admission": 2},
	})
	b.Forget(key("gone"))
	b.Policy(true)
	b.HeldChanged(5)
	b.HeldChanged(-2)
	b.PolicyDisputes(map[string]int{"writer": 1})
	b.Pending(key("a"))
	clock.SetTime(epoch.Add(90 * time.Second))
	b.Pending(key("a"))
	b.Pending(key("b"))
	want := `
# HELP stakeholders_disputed_outputs Outputs, statuses and finalizers that do not stay as the operator writes them: admission changes them as they are written, or another writer does again and again.
# TYPE stakeholders_disputed_outputs gauge
stakeholders_disputed_outputs{by="admission"} 2
stakeholders_disputed_outputs{by="writer"} 1
# HELP stakeholders_findings Places in which StakeholderMaps break a rule, by the rule's code and level.
# TYPE stakeholders_findings gauge
stakeholders_findings{code="NoHandle",level="warning"} 3
stakeholders_findings{code="UnacknowledgedOverlap",level="error"} 4
# HELP stakeholders_grants Subjects that hold grants, counted once for each StakeholderMap, by role.
# TYPE stakeholders_grants gauge
stakeholders_grants{role="customer"} 3
stakeholders_grants{role="end-user"} 3
stakeholders_grants{role="product-owner"} 0
# HELP stakeholders_maps StakeholderMaps by the status of their condition Ready.
# TYPE stakeholders_maps gauge
stakeholders_maps{ready="false"} 1
stakeholders_maps{ready="true"} 1
stakeholders_maps{ready="unknown"} 0
# HELP stakeholders_held_maps StakeholderMaps that wait because the maps of their namespace have their share of the workers. They are not in workqueue_depth.
# TYPE stakeholders_held_maps gauge
stakeholders_held_maps 3
# HELP stakeholders_oldest_pending_map_age_seconds Time since the oldest change that is not in force yet was seen, or 0 if everything is as it should be.
# TYPE stakeholders_oldest_pending_map_age_seconds gauge
stakeholders_oldest_pending_map_age_seconds 90
# HELP stakeholders_policy_invalid 1 if the StakeholderPolicy is invalid, so that an earlier one stays in force, or else 0.
# TYPE stakeholders_policy_invalid gauge
stakeholders_policy_invalid 1
# HELP stakeholders_target_namespaces Target namespaces, counted once for each StakeholderMap: ready, refused (they do not accept the map), or waiting (missing, being deleted or failing).
# TYPE stakeholders_target_namespaces gauge
stakeholders_target_namespaces{state="ready"} 5
stakeholders_target_namespaces{state="refused"} 1
stakeholders_target_namespaces{state="waiting"} 0
# HELP stakeholders_unmanaged_grants Objects, by kind, that give what only a StakeholderMap gives, and are no output of one. Up to 10,000 of a kind are counted.
# TYPE stakeholders_unmanaged_grants gauge
stakeholders_unmanaged_grants{kind="Role"} 2
stakeholders_unmanaged_grants{kind="RoleBinding"} 0
`
	if err := testutil.CollectAndCompare(b, strings.NewReader(want), "stakeholders_maps", "stakeholders_findings", "stakeholders_grants",
		"stakeholders_held_maps", "stakeholders_oldest_pending_map_age_seconds", "stakeholders_target_namespaces", "stakeholders_disputed_outputs", "stakeholders_policy_invalid", "stakeholders_unmanaged_grants"); err != nil {
		t.Error(err)
	}
}

// TestPending follows one map: the first change since it converged counts, and a failure is a change.
func TestPending(t *testing.T) {
	t.Parallel()
	clock := testingclock.NewFakePassiveClock(epoch)
	b := metrics.NewBoard(clock, nil)
	check := func(reason string, want time.Time) {
		t.Helper()
		got, _ := b.PendingSince(key("a"))
		if diff := cmp.Diff(want, got); diff != "" {
			t.Errorf("%s (-want +got):\n%s", reason, diff)
		}
	}
	check("nothing is known", time.Time{})
	b.Pending(key("a"))
	clock.SetTime(epoch.Add(time.Minute))
	b.Pending(key("a"))
	check("the first edit counts", epoch)
	b.Report(key("a"), metrics.State{})
	check("it has not converged", epoch)
	b.Report(key("a"), metrics.State{AsOf: epoch.Add(-time.Second), Converged: true})
	check("the edit came after the reconcile had looked", epoch)
	b.Report(key("a"), metrics.State{AsOf: epoch, Converged: true})
	check("it has converged", time.Time{})
	b.Report(key("a"), metrics.State{})
	check("it does not hold", epoch.Add(time.Minute))
	b.Forget(key("a"))
	check("it is gone", time.Time{})
}

// TestCounters checks the counters.
func TestCounters(t *testing.T) {
	t.Parallel()
	clock := testingclock.NewFakePassiveClock(epoch)
	b := metrics.NewBoard(clock, nil)
	b.DriftRepaired("Role")
	b.DriftRepaired("Role")
	b.DriftRepaired("ConfigMap")
	want := `
# HELP stakeholders_drift_repairs_total Outputs that another writer had changed or deleted, and that were put right, by kind.
# TYPE stakeholders_drift_repairs_total counter
stakeholders_drift_repairs_total{kind="ConfigMap"} 1
stakeholders_drift_repairs_total{kind="Role"} 2
stakeholders_drift_repairs_total{kind="RoleBinding"} 0
stakeholders_drift_repairs_total{kind="ServiceAccount"} 0
`
	if err := testutil.CollectAndCompare(b, strings.NewReader(want), "stakeholders_drift_repairs_total"); err != nil {
		t.Error(err)
	}
	b.Revoked("expired", epoch.Add(-3*time.Second))
	// A clock that was set back must not cause a negative duration.
	b.Revoked("expired", epoch.Add(time.Second))
	registry := prometheus.NewPedanticRegistry()
	registry.MustRegister(b)
	families, err := registry.Gather()
	if err != nil {
		t.Fatal(err)
	}
	for _, family := range families {
		if family.GetName() != "stakeholders_revocation_duration_seconds" {
			continue
		}
		for _, m := range family.GetMetric() {
			count, sum := uint64(0), 0.0
			if m.GetLabel()[0].GetValue() == metrics.CauseExpired {
				count, sum = 2, 3
			}
			if h := m.GetHistogram(); h.GetSampleCount() != count || h.GetSampleSum() != sum {
				t.Errorf("%d revocations %v took %f seconds together, want %d and %f", h.GetSampleCount(), m.GetLabel(), h.GetSampleSum(), count, sum)
			}
		}
	}
}

// TestLint checks names and help texts with the rules of promtool check metrics.
func TestLint(t *testing.T) {
	t.Parallel()
	b := metrics.NewBoard(testingclock.NewFakePassiveClock(epoch), nil)
	b.Report(key("a"), metrics.State{Findings: map[metrics.Finding]int{{Code: "X", Level: "Error"}: 1}})
	b.DriftRepaired("Role")
	b.Revoked("edited", epoch)
	problems, err := testutil.CollectAndLint(b)
	if err != nil || len(problems) > 0 {
		t.Error(problems, err)
	}
}

func BenchmarkCollect(b *testing.B) {
	board := metrics.NewBoard(testingclock.NewFakePassiveClock(epoch), nil)
	for i := range 10_000 {
		board.Report(key(strconv.Itoa(i)), metrics.State{
			Ready: metav1.ConditionTrue, Findings: map[metrics.Finding]int{{Code: v1alpha1.NoHandle, Level: v1alpha1.LevelWarning}: 1},
			Grants: map[string]int{"customer": 2, "end-user": 3, "product-owner": 1},
		})
	}
	b.ResetTimer()
	for b.Loop() {
		testutil.CollectAndCount(board)
	}
}

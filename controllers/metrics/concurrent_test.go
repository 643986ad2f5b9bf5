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
	"fmt"
	"sync"
	"testing"

	"github.com/prometheus/client_golang/prometheus"
	"github.com/prometheus/client_golang/prometheus/testutil"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	testingclock "k8s.io/utils/clock/testing"

	"github.com/stakeholders-dev/stakeholder-operator/api/v1alpha1"
	"github.com/stakeholders-dev/stakeholder-operator/controllers/metrics"
)

// TestConcurrentUse makes workers report while Prometheus scrapes. It relies on the race detector. A pedantic registry
// checks each scrape for consistency.
func TestConcurrentUse(t *testing.T) {
	t.Parallel()
	board := metrics.NewBoard(testingclock.NewFakePassiveClock(epoch), nil)
	registry := prometheus.NewPedanticRegistry()
	registry.MustRegister(board)
	var workers sync.WaitGroup
	for worker := range 4 {
		workers.Go(func() {
			for i := range 200 {
				k := key(fmt.Sprint(worker, i%10))
				board.Pending(k)
				board.PendingSince(k)
				board.DriftRepaired("Role")
				board.Revoked("edited", epoch)
				board.Report(k, metrics.State{
					Ready:    metav1.ConditionTrue,
					Findings: map[metrics.Finding]int{{Code: v1alpha1.NoHandle, Level: v1alpha1.LevelWarning}: 1},
					Grants:   map[string]int{"customer": i}, Converged: i%2 == 0,
				})
				board.Forget(k)
			}
		})
	}
	workers.Go(func() {
		for range 50 {
			if _, err := registry.Gather(); err != nil {
				t.Error(err)
				return
			}
		}
	})
	workers.Wait()
	if n := testutil.CollectAndCount(board, "stakeholders_findings"); n != 0 {
		t.Errorf("%d findings of maps that are all gone", n)
	}
}

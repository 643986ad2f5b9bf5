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

package bench

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/stakeholders-dev/stakeholder-operator/test/bench/results"
	"github.com/stakeholders-dev/stakeholder-operator/test/controlplane"
)

// measureRestart is C: an operator that starts in a cluster in which every output is as wanted. The raw client has
// written them, so it also shows whether the raw client has the same effect as the operator.
func measureRestart(b *testing.B, r *results.Result) {
	b.Helper()
	populated.fill(b, max(*newMaps, *restartMaps))
	r.Size = fmt.Sprintf("%d maps", populated.size)
	mark, err := env.Plane.AuditMark()
	if err != nil {
		b.Fatal(err)
	}
	started := time.Now()
	operator := env.StartOperator(b, env.Kubeconfig)
	settleFrom(b, operator, populated.size)
	took := time.Since(started)
	counted := countSince(b, mark)
	if len(counted.first) > 0 {
		b.Logf("writes: %s", strings.Join(counted.first, ", "))
	}
	memory := settledMemory(b, operator)
	stop(b, operator)
	r.Add("writes", float64(counted.writes+counted.events), "")
	r.Add("until-empty", took.Seconds(), "s")
	r.Add("memory", memory["process_resident_memory_bytes"]/(1<<20), "MiB")
	r.Add("heap", memory["go_memstats_heap_inuse_bytes"]/(1<<20), "MiB")
}

// settledMemory returns an operator's metrics when Go has returned the memory that only the start needed: when resident
// memory has not fallen for ten seconds. It waits for a minute at most.
func settledMemory(tb testing.TB, operator *controlplane.Operator) map[string]float64 {
	tb.Helper()
	const resident = "process_resident_memory_bytes"
	var least map[string]float64
	for since, end := time.Now(), time.Now().Add(time.Minute); time.Since(since) < 10*time.Second && time.Now().Before(end); {
		metrics, err := operator.Metrics(tb.Context())
		if err != nil {
			tb.Fatal(err)
		}
		if least == nil || metrics[resident] < 0.99*least[resident] {
			least, since = metrics, time.Now()
		}
		<-time.After(time.Second)
	}
	return least
}

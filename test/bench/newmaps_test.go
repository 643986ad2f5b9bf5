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
	"context"
	"fmt"
	"testing"

	"sigs.k8s.io/controller-runtime/pkg/client"

	"github.com/stakeholders-dev/stakeholder-operator/api/v1alpha1"
	"github.com/stakeholders-dev/stakeholder-operator/test/bench/results"
	"github.com/stakeholders-dev/stakeholder-operator/test/controlplane"
)

// roundLabel distinguishes the maps of a round of A from all others.
const roundLabel = "bench.example/round"

// measureNewMaps is A: many maps, created as fast as the API server accepts them, until all are ready. The raw client
// puts each in force right after it has created it, 16 at the same time.
func measureNewMaps(b *testing.B, r *results.Result) {
	b.Helper()
	namespaces := namespacesFor(b, "new", *newMaps)
	r.Size = fmt.Sprintf("%d maps over %d namespaces, %d rounds", *newMaps, len(namespaces), *rounds)
	raw := newRawClient(b, exemplar(b, smallMap))
	creation := apiServerCost(b, func() { createMaps(b, namespaces, "creation", nil) })
	remove(b, namespaces)
	var operatorTimes, rawTimes, operatorCPU, apiServerCPU, rawAPIServerCPU, writes, reads []float64
	for round := range *rounds {
		operator := env.StartOperator(b, env.Kubeconfig)
		counted := countRequests(b, operator, func() {
			apiServerCPU = append(apiServerCPU, apiServerCost(b, func() {
				operatorCPU = append(operatorCPU, operatorCost(b, operator, func() {
					operatorTimes = append(operatorTimes, newMapsTime(b, namespaces, fmt.Sprint("operator-", round), nil))
				}))
			}))
		})
		writes, reads = append(writes, float64(counted.writes+counted.events)), append(reads, float64(counted.reads))
		stop(b, operator)
		remove(b, namespaces)

		rawAPIServerCPU = append(rawAPIServerCPU, apiServerCost(b, func() {
			rawTimes = append(rawTimes, newMapsTime(b, namespaces, fmt.Sprint("raw-", round), raw))
		}))
		remove(b, namespaces)
	}
	each := func(values []float64) float64 { return median(values) / float64(*newMaps) }
	r.Add("ratio", ratios(operatorTimes, rawTimes), "")
	r.Add("operator", median(operatorTimes), "s")
	r.Add("raw", median(rawTimes), "s")
	r.Add("writes", each(writes), "")
	r.Add("reads", each(reads), "")
	r.Add("creation-cpu", 1000*creation/float64(*newMaps), "ms")
	r.Add("api-server-cpu", 1000*(each(apiServerCPU)-creation/float64(*newMaps)), "ms")
	r.Add("raw-api-server-cpu", 1000*(each(rawAPIServerCPU)-creation/float64(*newMaps)), "ms")
	r.Add("operator-cpu", 1000*each(operatorCPU), "ms")
}

// newMapsTime is the time in seconds until all maps of a round are ready. Without a raw client, an operator must run.
func newMapsTime(b *testing.B, namespaces []string, round string, raw *rawClient) float64 {
	b.Helper()
	return timed(b, func() { createMaps(b, namespaces, round, raw) },
		&v1alpha1.StakeholderMapList{}, allReady(*newMaps, isReady), client.MatchingLabels{roundLabel: round}).Seconds()
}

// createMaps creates the maps of a round, 16 at the same time, and lets the raw client, if there is one, put them in
// force.
func createMaps(b *testing.B, namespaces []string, round string, raw *rawClient) {
	b.Helper()
	inParallel(b, *newMaps, func(i int) error {
		m, err := createMap(b.Context(), namespaces, round, i)
		if err != nil || raw == nil {
			return err
		}
		return raw.enforce(b.Context(), m, nil)
	})
}

func createMap(ctx context.Context, namespaces []string, round string, i int) (*v1alpha1.StakeholderMap, error) {
	m := smallMap(namespaces[i%len(namespaces)], fmt.Sprintf("map-%d", i))
	m.Labels = map[string]string{roundLabel: round}
	return m, env.Admin.Create(ctx, m)
}

// apiServerCost is how much CPU the API server uses during f, in seconds.
func apiServerCost(b *testing.B, do func()) float64 {
	b.Helper()
	before := apiServerSeconds(b)
	do()
	return apiServerSeconds(b) - before
}

// operatorCost is how much CPU an operator uses, in seconds, during f and until it has no work left.
func operatorCost(b *testing.B, operator *controlplane.Operator, do func()) float64 {
	b.Helper()
	const seconds = "process_cpu_seconds_total"
	before := settle(b, operator)[seconds]
	do()
	return settle(b, operator)[seconds] - before
}

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
	"testing"

	"sigs.k8s.io/controller-runtime/pkg/client"

	"github.com/stakeholders-dev/stakeholder-operator/api/v1alpha1"
	"github.com/stakeholders-dev/stakeholder-operator/test/bench/results"
)

// measureOneMap is B: one map at a time on an idle cluster, from its creation until it is ready. The raw client makes one
// request after another.
func measureOneMap(b *testing.B, r *results.Result) {
	b.Helper()
	r.Size = fmt.Sprintf("%d rounds of %d small maps and a big one", *rounds, *repetitions)
	for _, kind := range []struct {
		name   string
		newMap shape
		times  int
	}{{"small", smallMap, *repetitions}, {"big", bigMap, 1}} {
		raw := newRawClient(b, exemplar(b, kind.newMap))
		namespace := env.NewNamespace(b)
		var operatorTimes, rawTimes []float64
		for range *rounds {
			operator := env.StartOperator(b, env.Kubeconfig)
			settle(b, operator)
			operatorTimes = append(operatorTimes, oneMapTimes(b, kind.newMap, namespace, kind.times, nil)...)
			stop(b, operator)
			remove(b, []string{namespace})
			rawTimes = append(rawTimes, oneMapTimes(b, kind.newMap, namespace, kind.times, raw)...)
			remove(b, []string{namespace})
		}
		r.Add(kind.name+"-ratio", median(operatorTimes)/median(rawTimes), "")
		r.Add(kind.name+"-operator", median(operatorTimes), "ms")
		r.Add(kind.name+"-raw", median(rawTimes), "ms")
	}
}

// oneMapTimes are the times in milliseconds until each of some maps is ready. Without a raw client, an operator must
// run.
func oneMapTimes(b *testing.B, newMap shape, namespace string, times int, raw *rawClient) []float64 {
	b.Helper()
	out := make([]float64, times)
	for i := range out {
		m := newMap(namespace, fmt.Sprintf("map-%d", i))
		out[i] = milliseconds(timed(b, func() {
			env.Create(b, m)
			if raw == nil {
				return
			}
			if err := raw.enforce(b.Context(), m, nil); err != nil {
				b.Fatal(err)
			}
		}, &v1alpha1.StakeholderMapList{}, allReady(i+1, isReady), client.InNamespace(namespace)))
	}
	return out
}

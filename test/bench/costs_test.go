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
	"math"
	"strings"
	"testing"

	"github.com/stakeholders-dev/stakeholder-operator/test/bench/results"
)

// scenario is one line, or several, of the table of targets.
type scenario struct {
	letter, name string
	measure      func(*testing.B, *results.Result)
}

// scenarios are in an order in which each leaves the cluster as the next one needs it: first those that need it empty.
// H leaves a policy behind, and F unfinished work of the operator.
var scenarios = []scenario{
	{"B", "one-map", measureOneMap},
	{"D", "many-namespaces", measureManyNamespaces},
	{"A", "new-maps", measureNewMaps},
	{"E", "quiet", measureQuiet},
	{"G", "drift", measureDrift},
	{"C", "restart", measureRestart},
	{"K", "plugin", measurePlugin},
	{"J", "requests", measureRequests},
	{"H", "fan-out", measureFanOut},
	{"F", "revocation", measureRevocation},
}

// BenchmarkCosts compares the operator with a client that makes the cheapest requests with the same effect. Each
// scenario is measured once, so run it with -benchtime 1x; -bench '^BenchmarkCosts$/^D' runs one.
func BenchmarkCosts(b *testing.B) {
	environment, err := results.Here(b.Context())
	if err != nil {
		b.Fatal(err)
	}
	for _, s := range scenarios {
		b.Run(s.letter+"-"+s.name, func(b *testing.B) {
			result := results.Result{Scenario: s.letter, Fsync: *fsync}
			s.measure(b, &result)
			// A scenario has no time limit.
			b.ReportMetric(0, "ns/op")
			for _, metric := range result.Metrics {
				b.ReportMetric(metric.Value, strings.TrimSuffix(metric.Name+"-"+metric.Unit, "-"))
				if math.IsNaN(metric.Value) || math.IsInf(metric.Value, 0) {
					b.Fatalf("%s is %v", metric.Name, metric.Value)
				}
			}
			if *resultsPath == "" {
				return
			}
			if err := results.Record(*resultsPath, environment, result); err != nil {
				b.Fatal(err)
			}
		})
	}
}

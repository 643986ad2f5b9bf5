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

package main

import (
	"strings"
	"testing"

	"github.com/stakeholders-dev/stakeholder-operator/test/bench/results"
)

// The page shows the measured values, marks those that exceed their bound, and shows only values with fsync in that
// section.
func TestRender(t *testing.T) {
	quiet := results.Result{Scenario: "E", Size: "1m0s at 1000 maps"}
	quiet.Add("requests", 3, "")
	many := results.Result{Scenario: "D", Fsync: true, Size: "500 namespaces, 5 rounds"}
	many.Add("ratio", 1.149, "")
	many.Add("operator", 12.34, "s")
	decided := results.Result{Scenario: "I", Size: "two maps"}
	decided.Add("typical", 0.099, "ms")
	page := string(render(&results.Run{
		Environment: results.Environment{Commit: "abc", CPU: "a processor", Cores: 2, Platform: "linux/amd64", Go: "go1", KubeAPIServer: "v1", Etcd: "3"},
		Results:     []results.Result{many, quiet, decided},
	}))
	for _, want := range []string{
		"| commit | abc |",
		"| machine | a processor, 2 cores, linux/amd64 |",
		"| E | requests in a quiet period, but for leases and watches | 1m0s at 1000 maps | 0 | 0 | **3** |  |",
		"## etcd with fsync",
		"| 500 namespaces, 5 rounds | 1.9, as system:masters | 1.15 | 1.15 | operator 12.3 s, raw not measured |",
		"| not measured | 100 µs · 30 | 99 µs · not measured |  |",
	} {
		if !strings.Contains(page, want) {
			t.Errorf("the page lacks %q:\n%s", want, page)
		}
	}
	if strings.Contains(page, "| A |") {
		t.Errorf("the page has what was not measured:\n%s", page)
	}
}

// A scenario that was measured again later replaces the earlier one, and the page says at which commit.
func TestRenderSeveralRuns(t *testing.T) {
	result := func(scenario string, requests float64) results.Result {
		r := results.Result{Scenario: scenario, Size: "some"}
		r.Add("requests", requests, "")
		r.Add("p50", requests, "ms")
		return r
	}
	first := &results.Run{Environment: results.Environment{Commit: "abc"}, Results: []results.Result{result("E", 3), result("G", 4)}}
	later := &results.Run{Environment: results.Environment{Commit: "def"}, Results: []results.Result{result("E", 7)}}
	page := string(render(first, later))
	for _, want := range []string{"| commit | abc; E at def |", "| some | 0 | 0 | **7** |", "4 ms"} {
		if !strings.Contains(page, want) {
			t.Errorf("the page lacks %q:\n%s", want, page)
		}
	}
	if first.Results[0].Metrics[0].Value != 3 {
		t.Error("the first run was changed")
	}
}

func TestFormat(t *testing.T) {
	tests := []struct {
		value float64
		unit  string
		want  string
	}{
		{0, "", "0"}, {1, "", "1"}, {0.149, "", "0.15"}, {583.2, "ms", "583 ms"}, {0.1, "ms", "100 µs"}, {4.75, "ms", "4.75 ms"},
		{28_000, "ms", "28 s"}, {999, "ms", "999 ms"}, {1000, "ms", "1 s"}, {12_345, "ms", "12.3 s"}, {22.5, "ms", "22.5 ms"}, {450, "MiB", "450 MiB"},
	}
	for _, test := range tests {
		if got := format(test.value, test.unit); got != test.want {
			t.Errorf("format(%v, %q) is %q, want %q", test.value, test.unit, got, test.want)
		}
	}
}

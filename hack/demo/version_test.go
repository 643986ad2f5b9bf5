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
	"os"
	"slices"
	"strings"
	"testing"
)

func TestCheckVersion(t *testing.T) {
	t.Parallel()
	tests := map[string]struct {
		reason  string
		version string
		fails   bool
	}{
		"Oldest":       {reason: "It is supported.", version: "v1.34.0"},
		"Distribution": {reason: "Distributions add text to the version.", version: "v1.36.3-gke.100+k3s1"},
		"NextMajor":    {reason: "Versions are numbers, not text.", version: "v2.0.0"},
		"TooOld":       {reason: "The chart refuses it, too.", version: "v1.33.9", fails: true},
		"MuchTooOld":   {reason: "Versions are numbers, not text.", version: "v1.4.0", fails: true},
		"NoVersion":    {reason: "An API server of another kind is refused.", version: "unknown", fails: true},
	}
	for name, tc := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			if err := checkVersion(tc.version); (err != nil) != tc.fails {
				t.Errorf("%s checkVersion(%q): %v", tc.reason, tc.version, err)
			}
		})
	}
}

// TestOldestIsThatOfTheChart : the demo and the chart refuse the same versions.
func TestOldestIsThatOfTheChart(t *testing.T) {
	t.Parallel()
	chart, err := os.ReadFile("../../dist/chart/Chart.yaml")
	if err != nil {
		t.Fatal(err)
	}
	if want := "\nkubeVersion: \">=" + oldestKubernetes + "-0\"\n"; !strings.Contains(string(chart), want) {
		t.Errorf("Chart.yaml does not have %q", strings.TrimSpace(want))
	}
}

// TestGateIsThatOfTheChart : the demo leaves the gate out where the chart refuses it.
func TestGateIsThatOfTheChart(t *testing.T) {
	t.Parallel()
	checks, err := os.ReadFile("../../dist/chart/templates/checks.yaml")
	if err != nil {
		t.Fatal(err)
	}
	minor := strings.TrimSuffix(oldestForGate, ".0")
	if want := `"admissionGate" "` + minor + `"`; !strings.Contains(string(checks), want) {
		t.Errorf("checks.yaml does not have %s", want)
	}
}

// TestWithoutTheGate : on a version that refuses the gate, the demo shows nothing of it and names no request.
func TestWithoutTheGate(t *testing.T) {
	t.Parallel()
	for version, gate := range map[string]bool{"v1.34.5": false, "v1.35.0": true, "v1.36.3": true} {
		if got, err := atLeast(version, oldestForGate); err != nil || got != gate {
			t.Errorf("the gate on %s: got %t and error %v, want %t", version, got, err, gate)
		}
		d := &demo{gate: gate}
		offered := slices.ContainsFunc(d.toTry(), func(t try) bool { return strings.Contains(t.args, requestName) })
		if offered != gate {
			t.Errorf("the request is offered on %s: got %t, want %t", version, offered, gate)
		}
	}
}

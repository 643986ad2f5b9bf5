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

package controlplane

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

func TestServerFaults(t *testing.T) {
	dir := t.TempDir()
	if err := serverFaults(dir); err != nil {
		t.Errorf("servers that were not started: %v", err)
	}
	for name, content := range map[string]string{
		apiServerBinary + ".log":           "I all is well\n",
		controllerManagerBinary + "-1.log": "E Observed a panic: boom\n",
		controllerManagerBinary + "-2.log": "I all is well\n",
	} {
		if err := os.WriteFile(filepath.Join(dir, name), []byte(content), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	if err := serverFaults(dir); err == nil || !strings.Contains(err.Error(), controllerManagerBinary+"-1.log") || !strings.Contains(err.Error(), "boom") {
		t.Errorf("a controller that panicked: %v", err)
	}
}

func TestFindFaults(t *testing.T) {
	tests := map[string]struct {
		reason string
		log    string
		want   []string
	}{
		"Clean": {
			reason: "A log that mentions panic in passing is no fault.",
			log:    "INFO starting\nINFO no panic here: all is well\n",
		},
		"Recovered": {
			reason: "controller-runtime says so in two lines.",
			log:    "INFO Observed a panic in reconciler: boom\nERROR Reconciler error {\"error\": \"panic: boom [recovered]\"}\n",
			want:   []string{"INFO Observed a panic in reconciler: boom", `ERROR Reconciler error {"error": "panic: boom [recovered]"}`},
		},
		"Race": {
			reason: "The race detector's headline is a fault.",
			log:    "==================\nWARNING: DATA RACE\nWrite at 0x00c000",
			want:   []string{"WARNING: DATA RACE"},
		},
		"Runtime": {
			reason: "The last words of a Go program are faults, also without a line break.",
			log:    "panic: nil map\nfatal error: concurrent map writes",
			want:   []string{"panic: nil map", "fatal error: concurrent map writes"},
		},
		"Many": {
			reason: "A handful is enough for an error.",
			log:    strings.Repeat("panic: x\n", 100),
			want:   []string{"panic: x", "panic: x", "panic: x", "panic: x", "panic: x"},
		},
	}
	for name, tc := range tests {
		t.Run(name, func(t *testing.T) {
			got, err := findFaults(strings.NewReader(tc.log))
			if err != nil {
				t.Fatal(err)
			}
			if diff := cmp.Diff(tc.want, got); diff != "" {
				t.Errorf("%s (-want +got):\n%s", tc.reason, diff)
			}
		})
	}
}

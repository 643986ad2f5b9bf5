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
	"errors"
	"os"
	"testing"
	"time"
)

// testProgram runs the fake operator as a program, which fails in one way per case.
func (p parts) testProgram(t *testing.T) {
	tests := map[string]struct {
		reason, role string
		// wait and stop are parts of the errors of WaitFor and of Stop; empty means no error.
		wait, stop string
	}{
		"Sound":    {reason: "Nothing is wrong.", role: operatorSound},
		"Crashes":  {reason: "The log says why.", role: operatorCrashes, wait: "crashing as told", stop: "ended on its own"},
		"NotReady": {reason: "The wait has a limit.", role: operatorNotReady, wait: "500 Internal Server Error"},
		"Panics":   {reason: "The error reports a recovered panic.", role: operatorPanics, stop: "Observed a panic"},
		"Fails":    {reason: "The exit status does not matter.", role: operatorFails},
	}
	for name, tc := range tests {
		t.Run(name, func(t *testing.T) {
			probe, metrics, err := freeAddresses(t.Context())
			if err != nil {
				t.Fatal(err)
			}
			program, err := p.c.StartProgram(t.Context(), "program-"+name, os.Args[0], []string{helperEnv + "=" + tc.role},
				"--health-probe-bind-address="+probe, "--metrics-bind-address="+metrics)
			if err != nil {
				t.Fatal(err)
			}
			err = program.WaitFor(t.Context(), 3*time.Second, "it answers", func() error {
				return ready(t.Context(), "http://"+probe+"/readyz")
			})
			if !says(err, tc.wait) {
				t.Errorf("%s WaitFor: %v, want %q", tc.reason, err, tc.wait)
			}
			for range 2 {
				if err := program.Stop(); !says(err, tc.stop) {
					t.Errorf("%s Stop: %v, want %q", tc.reason, err, tc.stop)
				}
			}
			if runs(program.process.cmd.Process.Pid) {
				t.Errorf("%s It still runs.", tc.reason)
			}
		})
	}
}

// TestStopWithProgram proves that a control plane runs further controllers if the options name them, and stops programs
// that no test stopped.
func TestStopWithProgram(t *testing.T) {
	t.Parallel()
	c := startForTest(t, Options{Controllers: []string{"replicaset-controller"}})
	probe, metrics, err := freeAddresses(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	if _, err := c.StartProgram(t.Context(), "program", os.Args[0], []string{helperEnv + "=" + operatorSound},
		"--health-probe-bind-address="+probe, "--metrics-bind-address="+metrics); err != nil {
		t.Fatal(err)
	}
	kubectl(t, c, replicaSet, "apply", "-f", "-")
	Eventually(t, testTimeout, "the ReplicaSet has a Pod", func() error {
		out, err := c.Kubectl(t.Context(), "get", "pods", "-o", "name")
		if err == nil && out == "" {
			err = errors.New("there is none")
		}
		return err
	})
	pids := notedProcesses(t, c.Dir)
	if len(pids) != 4 {
		t.Errorf("processes: %v", pids)
	}
	if err := c.Stop(); err != nil {
		t.Error(err)
	}
	checkGone(t, c.Dir, pids)
}

const replicaSet = `
apiVersion: apps/v1
kind: ReplicaSet
metadata: {name: set, namespace: default}
spec:
  replicas: 1
  selector: {matchLabels: {app: set}}
  template:
    metadata: {labels: {app: set}}
    spec: {containers: [{name: main, image: "example/main:1"}]}
`

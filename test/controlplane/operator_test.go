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
	"strings"
	"testing"
	"time"

	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/client-go/kubernetes"
)

// operatorTest is one way in which an operator can behave.
type operatorTest struct {
	reason string
	role   string
	// start and stop are parts of the errors of StartOperator and of Stop; empty means no error.
	start, stop string
}

// testOperator runs the test binary as an operator that misbehaves, in one way per case.
func (p parts) testOperator(t *testing.T) {
	tests := map[string]operatorTest{
		"Sound":     {reason: "Nothing is wrong.", role: operatorSound},
		"Crashes":   {reason: "The log says why it is not ready.", role: operatorCrashes, start: "crashing as told"},
		"NotReady":  {reason: "The wait has a limit.", role: operatorNotReady, start: "500 Internal Server Error"},
		"NoMetrics": {reason: "It would end as soon as its caches are filled.", role: operatorNoMetrics, start: "connection refused"},
		"Others":    {reason: "The operator of another suite answers.", role: operatorOthersMetrics, start: "another program answers"},
		"Panics":    {reason: "The error reports a recovered panic.", role: operatorPanics, stop: "Observed a panic"},
		"Fails":     {reason: "The error reports the exit status.", role: operatorFails, stop: "exit status 3"},
		"Quits":     {reason: "The error reports an end that no test asked for.", role: operatorQuits, stop: "ended on its own"},
	}
	for name, tc := range tests {
		t.Run(name, func(t *testing.T) {
			operator, err := p.c.StartOperator(t.Context(), fakeOperatorOptions(p.c, tc.role))
			if !says(err, tc.start) {
				t.Fatalf("%s StartOperator: %v, want %q", tc.reason, err, tc.start)
			}
			if err == nil {
				stopOperator(t, operator, tc)
			}
		})
	}
}

// stopOperator checks the error of Stop, and that a second call returns the same.
func stopOperator(t *testing.T, operator *Operator, tc operatorTest) {
	t.Helper()
	if tc.role == operatorQuits {
		<-operator.Done()
	}
	for range 2 {
		if err := operator.Stop(); !says(err, tc.stop) {
			t.Errorf("%s Stop: %v, want %q", tc.reason, err, tc.stop)
		}
	}
	if runs(operator.PID()) {
		t.Errorf("%s It still runs.", tc.reason)
	}
}

func (p parts) testOperatorKill(t *testing.T) {
	operator, err := p.c.StartOperator(t.Context(), fakeOperatorOptions(p.c, operatorSound))
	if err != nil {
		t.Fatal(err)
	}
	if err := operator.Kill(); err != nil {
		t.Error(err)
	}
	if err := operator.Stop(); err != nil {
		t.Errorf("Stop after Kill: %v", err)
	}
	if runs(operator.PID()) {
		t.Error("it still runs")
	}
}

// testTwoOperators proves that operators with different kubeconfigs run side by side, and that ending one does not end
// the other.
func (p parts) testTwoOperators(t *testing.T) {
	paths := []string{p.c.Kubeconfig, robotKubeconfig(t, p.c)}
	operators := make([]*Operator, len(paths))
	for i, path := range paths {
		options := fakeOperatorOptions(p.c, operatorSound)
		options.Kubeconfig = path
		var err error
		if operators[i], err = p.c.StartOperator(t.Context(), options); err != nil {
			t.Fatal(err)
		}
	}
	first, second := operators[0], operators[1]
	if first.ProbeURL == second.ProbeURL || first.MetricsURL == second.MetricsURL || first.LogPath == second.LogPath {
		t.Errorf("they share something: %+v, %+v", first, second)
	}
	for i, operator := range operators {
		if log, err := os.ReadFile(operator.LogPath); err != nil || !strings.Contains(string(log), "kubeconfig: "+paths[i]+"\n") {
			t.Errorf("operator %d has not the kubeconfig %s: %s %v", i, paths[i], log, err)
		}
	}
	if err := first.Kill(); err != nil {
		t.Error(err)
	}
	if err := ready(t.Context(), second.ProbeURL+"/readyz"); err != nil {
		t.Errorf("the second after the first was killed: %v", err)
	}
	if err := second.Stop(); err != nil {
		t.Error(err)
	}
}

func (p parts) testOperatorWithoutKubeconfig(t *testing.T) {
	if _, err := p.c.StartOperator(t.Context(), OperatorOptions{Binary: os.Args[0]}); err == nil {
		t.Error("an operator without a kubeconfig started")
	}
}

// TestStopWithOperator proves that a control plane stops its operators, and that a watch that a test forgot to stop
// does not delay it.
func TestStopWithOperator(t *testing.T) {
	t.Parallel()
	c := startForTest(t, Options{})
	operator, err := c.StartOperator(t.Context(), fakeOperatorOptions(c, operatorSound))
	if err != nil {
		t.Fatal(err)
	}
	client, err := kubernetes.NewForConfig(c.Config)
	if err != nil {
		t.Fatal(err)
	}
	forgotten, err := client.CoreV1().ConfigMaps("").Watch(t.Context(), metav1.ListOptions{})
	if err != nil {
		t.Fatal(err)
	}
	defer forgotten.Stop()
	pids := notedProcesses(t, c.Dir)
	if len(pids) != 4 {
		t.Errorf("processes: %v", pids)
	}
	if err := c.Stop(); err != nil {
		t.Error(err)
	}
	<-operator.Done()
	checkGone(t, c.Dir, pids)
}

// fakeOperatorOptions start the fake operator of main_test.go.
func fakeOperatorOptions(c *ControlPlane, role string) OperatorOptions {
	return OperatorOptions{
		Binary:                  os.Args[0],
		Kubeconfig:              c.Kubeconfig,
		LeaderElectionNamespace: "default",
		Env:                     []string{helperEnv + "=" + role},
		ReadyTimeout:            3 * time.Second,
	}
}

// says reports whether err contains text, or is nil if text is empty.
func says(err error, text string) bool {
	if err == nil || text == "" {
		return err == nil && text == ""
	}
	return strings.Contains(err.Error(), text)
}

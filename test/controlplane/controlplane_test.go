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
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"syscall"
	"testing"
	"time"
)

// testTimeout bounds each wait in these tests; normally no wait comes near it.
const testTimeout = time.Minute

// TestControlPlane proves, on one control plane, that each part of it works.
func TestControlPlane(t *testing.T) {
	c := startForTest(t, Options{AuditObjectsOf: []string{robotUser}, Log: t.Output()})
	pids := notedProcesses(t, c.Dir)
	for _, name := range []string{etcdBinary, apiServerBinary, controllerManagerBinary} {
		if pid, noted := pids[name]; !noted || !runs(pid) {
			t.Errorf("%s does not run as the process that was noted: %v", name, pids)
		}
	}

	p := parts{c}
	t.Run("NamespaceController", p.testNamespace)
	t.Run("GarbageCollector", p.testGarbageCollector)
	t.Run("GarbageCollectorAndNewKind", p.testNewKind)
	t.Run("AggregatedClusterRole", p.testAggregation)
	t.Run("AdmissionPolicyStatus", p.testPolicyStatus)
	t.Run("ServiceAccount", p.testServiceAccount)
	t.Run("AuditLog", p.testAuditLog)
	t.Run("AuditMark", p.testAuditMark)
	t.Run("Kubectl", p.testKubectl)
	t.Run("InstallOperator", p.testInstallOperator)
	t.Run("Operator", p.testOperator)
	t.Run("Detector", p.testDetector)
	t.Run("OperatorKill", p.testOperatorKill)
	t.Run("TwoOperators", p.testTwoOperators)
	t.Run("Program", p.testProgram)
	t.Run("OperatorWithoutKubeconfig", p.testOperatorWithoutKubeconfig)

	// The controller manager was restarted in between.
	pids = notedProcesses(t, c.Dir)
	if len(pids) != 3 {
		t.Errorf("processes before Stop: %v", pids)
	}
	begin := time.Now()
	if err := c.Stop(); err != nil {
		t.Errorf("Stop: %v", err)
	}
	t.Logf("stopped after %s", time.Since(begin).Round(time.Millisecond))
	checkGone(t, c.Dir, pids)
	if err := c.Stop(); err != nil {
		t.Errorf("second Stop: %v", err)
	}
}

// parts are the tests that share a control plane. They leave objects behind under names of their own.
type parts struct{ c *ControlPlane }

// TestStartFails proves that nothing remains when the last part does not start.
func TestStartFails(t *testing.T) {
	t.Parallel()
	good, err := Assets(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	bad := t.TempDir()
	for _, name := range []string{etcdBinary, apiServerBinary, kubectlBinary} {
		if err := os.Symlink(filepath.Join(good, name), filepath.Join(bad, name)); err != nil {
			t.Fatal(err)
		}
	}
	// It leaves the other processes' ids and its folder where this test finds them.
	script := fmt.Sprintf("#!/bin/sh\ncp -R \"$HOME/pids\" '%s/pids'\necho \"$HOME\" >'%s/dir'\necho boom >&2\nexit 7\n", bad, bad)
	//nolint:gosec // it is a program, and only for its owner
	if err := os.WriteFile(filepath.Join(bad, controllerManagerBinary), []byte(script), 0o700); err != nil {
		t.Fatal(err)
	}

	_, err = Start(t.Context(), Options{Assets: bad, Log: t.Output()})
	if err == nil || !strings.Contains(err.Error(), "boom") || !strings.Contains(err.Error(), "exit status 7") {
		t.Errorf("Start with a controller manager that fails returned %v, want its exit status and its log", err)
	}
	dir, err := os.ReadFile(filepath.Join(bad, "dir"))
	if err != nil {
		t.Fatal(err)
	}
	pids := notedProcesses(t, bad)
	if len(pids) < 2 {
		t.Errorf("processes during Start: %v", pids)
	}
	checkGone(t, strings.TrimSpace(string(dir)), pids)
}

// TestStartCancelled proves the same for a caller who cancels the start.
func TestStartCancelled(t *testing.T) {
	t.Setenv("TMPDIR", t.TempDir())
	ctx, cancel := context.WithCancel(t.Context())
	defer cancel()
	log := writerFunc(func(line []byte) (int, error) {
		if strings.Contains(string(line), controllerManagerBinary) {
			cancel()
		}
		return len(line), nil
	})
	if _, err := Start(ctx, Options{Log: log}); !errors.Is(err, context.Canceled) {
		t.Errorf("Start returned %v, want %v", err, context.Canceled)
	}
	left, err := os.ReadDir(os.Getenv("TMPDIR"))
	if err != nil || len(left) > 0 {
		t.Errorf("left behind: %v, %v", left, err)
	}
}

// writerFunc is an io.Writer.
type writerFunc func([]byte) (int, error)

// Write calls f.
func (f writerFunc) Write(p []byte) (int, error) { return f(p) }

func TestStartWithoutBinaries(t *testing.T) {
	_, err := Start(t.Context(), Options{Assets: t.TempDir()})
	for _, name := range []string{etcdBinary, apiServerBinary, controllerManagerBinary, kubectlBinary} {
		if err == nil || !strings.Contains(err.Error(), name) {
			t.Errorf("Start with an empty folder returned %v, want it to name %s", err, name)
		}
	}
}

// startForTest starts a control plane that stops with the test at the latest.
func startForTest(t *testing.T, options Options) *ControlPlane {
	t.Helper()
	begin := time.Now()
	c, err := Start(t.Context(), options)
	if err != nil {
		t.Fatal(err)
	}
	t.Logf("started after %s", time.Since(begin).Round(time.Millisecond))
	t.Cleanup(func() {
		if err := c.Stop(); err != nil {
			t.Errorf("Stop: %v", err)
		}
	})
	return c
}

// kubectl runs kubectl as the administrator and ends the test when it fails.
func kubectl(t *testing.T, c *ControlPlane, stdin string, args ...string) string {
	t.Helper()
	out, err := c.KubectlInput(t.Context(), strings.NewReader(stdin), args...)
	if err != nil {
		t.Fatal(err)
	}
	return out
}

// waitGone waits until kubectl get no longer finds an object, and logs how long that took.
func waitGone(t *testing.T, c *ControlPlane, args ...string) {
	t.Helper()
	begin := time.Now()
	what := strings.Join(args, " ")
	Eventually(t, testTimeout, what+" is gone", func() error {
		out, err := c.Kubectl(t.Context(), append([]string{"get", "--ignore-not-found", "-o", "name"}, args...)...)
		if err == nil && out != "" {
			return fmt.Errorf("still there: %s", out)
		}
		return err
	})
	t.Logf("%s was gone after %s", what, time.Since(begin).Round(time.Millisecond))
}

// notedProcesses are the ids of the processes that run for a control plane, by name.
func notedProcesses(t *testing.T, dir string) map[string]int {
	t.Helper()
	files, err := filepath.Glob(filepath.Join(dir, pidFolder, "*"))
	if err != nil {
		t.Fatal(err)
	}
	pids := map[string]int{}
	for _, file := range files {
		content, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		if pids[filepath.Base(file)], err = strconv.Atoi(strings.TrimSpace(string(content))); err != nil {
			t.Fatal(err)
		}
	}
	return pids
}

// checkGone fails for each process that still runs, and for the folder.
func checkGone(t *testing.T, dir string, pids map[string]int) {
	t.Helper()
	for name, pid := range pids {
		if runs(pid) {
			t.Errorf("%s still runs as process %d", name, pid)
		}
	}
	if _, err := os.Stat(dir); !errors.Is(err, os.ErrNotExist) {
		t.Errorf("folder %s is still there: %v", dir, err)
	}
}

// runs reports whether a process runs. A process that has ended but was not reaped does not count. That can happen to
// an orphan in a container.
func runs(pid int) bool {
	if syscall.Kill(pid, 0) != nil {
		return false
	}
	stat, err := os.ReadFile(fmt.Sprintf("/proc/%d/stat", pid))
	return err != nil || !strings.Contains(string(stat), ") Z ")
}

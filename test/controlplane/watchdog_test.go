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
	"bufio"
	"fmt"
	"os"
	"os/exec"
	"strings"
	"testing"
)

// TestWatchdog proves that a control plane does not outlive a program that is killed, even if its servers were
// restarted.
func TestWatchdog(t *testing.T) {
	t.Parallel()
	for _, role := range []string{helperOrphan, helperOrphanAfterOutage} {
		t.Run(role, func(t *testing.T) {
			t.Parallel()
			killParent(t, role)
		})
	}
}

// killParent kills a program that has started a control plane.
func killParent(t *testing.T, role string) {
	t.Helper()
	parent := exec.CommandContext(t.Context(), os.Args[0])
	parent.Env = append(os.Environ(), helperEnv+"="+role)
	parent.Stderr = t.Output()
	stdout, err := parent.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := parent.Start(); err != nil {
		t.Fatal(err)
	}
	line, err := bufio.NewReader(stdout).ReadString('\n')
	if err != nil {
		t.Fatalf("folder of the control plane: %v, %v", err, parent.Wait())
	}
	dir := strings.TrimSpace(line)
	pids := notedProcesses(t, dir)
	if len(pids) != 3 {
		t.Errorf("processes: %v", pids)
	}

	if err := parent.Process.Kill(); err != nil {
		t.Fatal(err)
	}
	_ = parent.Wait() // It was killed, and says so.
	Eventually(t, testTimeout, "the control plane is gone", func() error {
		for name, pid := range pids {
			if runs(pid) {
				return fmt.Errorf("%s still runs as process %d", name, pid)
			}
		}
		if _, err := os.Stat(dir); err == nil {
			return fmt.Errorf("%s is still there", dir)
		}
		return nil
	})
}

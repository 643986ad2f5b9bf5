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
	"fmt"
	"maps"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	corev1 "k8s.io/api/core/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/client-go/kubernetes"
)

// TestOutage proves that everything is as before etcd and the API server were killed: the stored objects, who may
// connect, and the controllers.
func TestOutage(t *testing.T) {
	t.Parallel()
	c := startForTest(t, Options{AuditLog: true, Log: t.Output()})
	if err := c.RestartServers(t.Context()); !errors.Is(err, ErrServersRun) {
		t.Errorf("RestartServers: %v, want %v", err, ErrServersRun)
	}
	kubectl(t, c, "", "create", "namespace", robotNamespace)
	kubectl(t, c, "", "create", "serviceaccount", robot, "--namespace="+robotNamespace)
	token := robotKubeconfig(t, c)
	operator, err := c.StartOperator(t.Context(), fakeOperatorOptions(c, operatorSound))
	if err != nil {
		t.Fatal(err)
	}
	mark, err := c.AuditMark()
	if err != nil {
		t.Fatal(err)
	}
	before := notedProcesses(t, c.Dir)
	delete(before, "operator-1")

	// Killed while it writes, and right after an answer.
	written := writeUntilKilled(t, c)
	for name, pid := range before {
		if runs(pid) {
			t.Errorf("%s still runs as process %d", name, pid)
		}
	}
	if left := slices.Collect(maps.Keys(notedProcesses(t, c.Dir))); !cmp.Equal(left, []string{"operator-1"}) {
		t.Errorf("the watchdog would kill %v", left)
	}
	if _, err := c.Kubectl(t.Context(), "get", "namespaces"); err == nil {
		t.Error("the API server still answers")
	}
	if err := c.KillServers(); err != nil {
		t.Errorf("KillServers when they are down: %v", err)
	}

	begin := time.Now()
	if err := c.RestartServers(t.Context()); err != nil {
		t.Fatal(err)
	}
	t.Logf("back after %s", time.Since(begin).Round(time.Millisecond))
	checkWritten(t, c, written)
	who := kubectl(t, c, "", "--kubeconfig="+token, "auth", "whoami", "-o", "jsonpath={.status.userInfo.username}")
	if who != robotUser {
		t.Errorf("the token is of %q, want %q", who, robotUser)
	}
	if got := creations(t, c, mark, written[0]); got != 1 {
		t.Errorf("%d creations of %s in the audit log", got, written[0])
	}
	parts{c}.testGarbageCollector(t)

	after := notedProcesses(t, c.Dir)
	if len(after) != 4 {
		t.Errorf("processes: %v", after)
	}
	if err := operator.Stop(); err != nil {
		t.Errorf("the operator during the outage: %v", err)
	}
	if err := c.Stop(); err != nil {
		t.Errorf("Stop: %v", err)
	}
	checkGone(t, c.Dir, after)
}

// TestStopInOutage proves that a control plane can stop when its servers are killed.
func TestStopInOutage(t *testing.T) {
	t.Parallel()
	c := startForTest(t, Options{})
	pids := notedProcesses(t, c.Dir)
	if err := c.KillServers(); err != nil {
		t.Fatal(err)
	}
	if err := c.Stop(); err != nil {
		t.Errorf("Stop: %v", err)
	}
	checkGone(t, c.Dir, pids)
}

// writeUntilKilled creates ConfigMaps, one after the other, and kills the servers in between. It returns the names of
// those whose creation was answered.
func writeUntilKilled(t *testing.T, c *ControlPlane) (written []string) {
	t.Helper()
	client, err := kubernetes.NewForConfig(c.Config)
	if err != nil {
		t.Fatal(err)
	}
	const enough = 50
	killed := make(chan error, 1)
	for i := 0; ; i++ {
		cm := &corev1.ConfigMap{ObjectMeta: metav1.ObjectMeta{Name: fmt.Sprintf("written-%d", i)}}
		if _, err := client.CoreV1().ConfigMaps("default").Create(t.Context(), cm, metav1.CreateOptions{}); err != nil {
			if i < enough {
				t.Fatalf("write %d: %v", i, err)
			}
			break
		}
		written = append(written, cm.Name)
		if len(written) == enough {
			go func() { killed <- c.KillServers() }()
		}
	}
	if err := <-killed; err != nil {
		t.Errorf("KillServers: %v", err)
	}
	return written
}

// checkWritten checks that every answered write exists.
func checkWritten(t *testing.T, c *ControlPlane, written []string) {
	t.Helper()
	there := strings.Fields(kubectl(t, c, "", "get", "configmaps", "-o", "name"))
	for _, name := range written {
		if !slices.Contains(there, "configmap/"+name) {
			t.Errorf("%s is lost", name)
		}
	}
}

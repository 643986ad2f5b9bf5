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

package waiting

import (
	"bufio"
	"bytes"
	"context"
	"errors"
	"fmt"
	"maps"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"sigs.k8s.io/controller-runtime/pkg/client"

	"github.com/stakeholders-dev/stakeholder-operator/api/v1alpha1"
	"github.com/stakeholders-dev/stakeholder-operator/test/controlplane"
)

// settings are environment variables of the script.
type settings map[string]string

// ask are the settings of a question that is waited for longer than a test takes, with changes.
func ask(changes settings) settings {
	out := settings{
		"ASK_NAMESPACE": namespace, "ASK_MAP": "checkout", "ASK_TOPIC": "release", "ASK_TITLE": "Release 1.4.0",
		"ASK_SUBJECT": "registry.example/shop/checkout@sha256:0123", "ASK_TIMEOUT": "1h",
	}
	maps.Copy(out, changes)
	return out
}

// waiting is a pipeline that runs.
type waiting struct {
	cmd    *exec.Cmd
	stdout *bufio.Reader
	// dir is where it runs, which is empty before.
	dir    string
	stderr synchronized
	ended  chan error
}

// synchronized is a buffer that is written and read at the same time.
type synchronized struct {
	mu      sync.Mutex
	content bytes.Buffer
}

func (s *synchronized) Write(p []byte) (int, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.content.Write(p)
}

func (s *synchronized) String() string {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.content.String()
}

// start runs the script as the pipeline, by a shell.
func start(t *testing.T, shell string, with settings) *waiting {
	t.Helper()
	return startCommand(t, env.kubeconfig, with, shell, filepath.Join(env.examples, "ask-and-wait.sh"))
}

// startCommand runs a command with a kubeconfig, and with no other settings than those given.
func startCommand(t *testing.T, kubeconfig string, with settings, command ...string) *waiting {
	t.Helper()
	w := &waiting{dir: t.TempDir(), ended: make(chan error, 1)}
	// It ends with the test, if it has not before.
	w.cmd = exec.CommandContext(t.Context(), command[0], command[1:]...)
	w.cmd.WaitDelay = 5 * time.Second
	w.cmd.Dir = w.dir
	w.cmd.Env = []string{
		"KUBECONFIG=" + kubeconfig, "HOME=" + filepath.Join(env.plane.Dir, "home"),
		"PATH=" + env.assets + string(os.PathListSeparator) + os.Getenv("PATH"),
	}
	for _, name := range slices.Sorted(maps.Keys(with)) {
		w.cmd.Env = append(w.cmd.Env, name+"="+with[name])
	}
	w.cmd.Stderr = &w.stderr
	read, write, err := os.Pipe()
	if err != nil {
		t.Fatal(err)
	}
	w.cmd.Stdout, w.stdout = write, bufio.NewReader(read)
	err = w.cmd.Start()
	if err := errors.Join(err, write.Close()); err != nil {
		t.Fatal(err)
	}
	go func() { w.ended <- w.cmd.Wait() }()
	t.Cleanup(func() {
		if err := read.Close(); err != nil {
			t.Error(err)
		}
	})
	return w
}

// request waits for the request that the pipeline makes.
func (w *waiting) request(t *testing.T) *v1alpha1.StakeholderRequest {
	t.Helper()
	line, err := w.stdout.ReadString('\n')
	if err != nil {
		t.Fatalf("it prints no name: %v: %s", err, w.stderr.String())
	}
	name, found := strings.CutPrefix(strings.TrimSuffix(line, "\n"), "stakeholderrequest.stakeholders.dev/")
	if !found {
		t.Fatalf("it prints %q, want the name of a request", line)
	}
	r := &v1alpha1.StakeholderRequest{ObjectMeta: metav1.ObjectMeta{Namespace: namespace, Name: name}}
	if err := env.admin.Get(t.Context(), client.ObjectKeyFromObject(r), r); err != nil {
		t.Fatal(err)
	}
	return r
}

// says waits until standard error has a text.
func (w *waiting) says(t *testing.T, text string) {
	t.Helper()
	controlplane.Eventually(t, patience, "it says "+text, func() error {
		if !strings.Contains(w.stderr.String(), text) {
			return fmt.Errorf("it says %q", w.stderr.String())
		}
		return nil
	})
}

// exits waits until the pipeline ends with a code.
func (w *waiting) exits(t *testing.T, code int) {
	t.Helper()
	ctx, cancel := context.WithTimeout(t.Context(), patience)
	defer cancel()
	select {
	case <-ctx.Done():
		t.Fatalf("it still runs, and says: %s", w.stderr.String())
	case err := <-w.ended:
		var failed *exec.ExitError
		if err != nil && !errors.As(err, &failed) {
			t.Fatal(err)
		}
	}
	if got := w.cmd.ProcessState.ExitCode(); got != code {
		t.Errorf("it exits with %d, want %d: %s", got, code, w.stderr.String())
	}
}

// answer is what the operator writes.
type answer struct {
	outcome v1alpha1.Outcome
	// approved and reason are those of the condition Approved.
	approved metav1.ConditionStatus
	reason   string
	message  string
	// stuck is the reason of the condition Ready, if no party can decide any more.
	stuck string
}

// write writes a status as the operator does, in one request.
func (a answer) write(t *testing.T, r *v1alpha1.StakeholderRequest) {
	t.Helper()
	if err := env.admin.Get(t.Context(), client.ObjectKeyFromObject(r), r); err != nil {
		t.Fatal(err)
	}
	of := func(kind string, status metav1.ConditionStatus, reason string) metav1.Condition {
		return metav1.Condition{
			Type: kind, Status: status, Reason: reason, Message: a.message,
			ObservedGeneration: r.Generation, LastTransitionTime: metav1.NewTime(time.Now()),
		}
	}
	decided, ready := metav1.ConditionTrue, of("Ready", metav1.ConditionTrue, "Ready")
	if a.stuck != "" {
		ready = of("Ready", metav1.ConditionFalse, a.stuck)
	}
	if a.outcome == v1alpha1.OutcomePending {
		decided = metav1.ConditionFalse
	} else if r.Status.DecidedAt == nil {
		r.Status.DecidedAt = new(metav1.NewTime(time.Now().Truncate(time.Second)))
	}
	r.Status.ObservedGeneration, r.Status.Outcome, r.Status.To = r.Generation, a.outcome, []string{"customer/acme-board"}
	r.Status.Conditions = []metav1.Condition{of("Decided", decided, string(a.outcome)), ready}
	if a.approved != "" {
		r.Status.Conditions = append(r.Status.Conditions, of("Approved", a.approved, a.reason))
	}
	if err := env.admin.Status().Update(t.Context(), r); err != nil {
		t.Fatal(err)
	}
}

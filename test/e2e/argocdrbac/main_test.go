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

// Package argocdrbac asks Argo CD's own RBAC code who may do what under the rendered policy. No Argo CD and no cluster
// run: hack/argocd/rbac-oracle is a program with argocd-server's enforcer.
package argocdrbac

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"sync"
	"testing"
	"time"

	"github.com/stakeholders-dev/stakeholder-operator/test/controlplane"
)

// buildTimeout bounds the oracle's build, which takes some minutes if Argo CD is not in Go's build cache.
const buildTimeout = 20 * time.Minute

var oracle *process

func TestMain(m *testing.M) {
	status, err := run(m)
	if err != nil {
		fmt.Fprintln(os.Stderr, "argocdrbac:", err)
		os.Exit(1)
	}
	os.Exit(status)
}

func run(m *testing.M) (status int, err error) {
	root, err := controlplane.Root()
	if err != nil {
		return 0, err
	}
	dir, err := os.MkdirTemp("", "rbac-oracle")
	if err != nil {
		return 0, err
	}
	defer func() { err = errors.Join(err, os.RemoveAll(dir)) }()
	ctx, cancel := context.WithTimeout(context.Background(), buildTimeout)
	defer cancel()
	file := filepath.Join(dir, "rbac-oracle")
	// The flags are those of hack/argocd.sh, so that Go's build cache serves both.
	build := exec.CommandContext(ctx, "go", "build", "-mod=readonly", "-buildvcs=false", "-o", file, "./rbac-oracle")
	build.Dir = filepath.Join(root, "hack", "argocd")
	build.Env = append(os.Environ(), "CGO_ENABLED=0", "GOWORK=off")
	if output, err := build.CombinedOutput(); err != nil {
		return 0, fmt.Errorf("building hack/argocd/rbac-oracle: %w: %s", err, output)
	}
	if oracle, err = start(file); err != nil {
		return 0, err
	}
	status = m.Run()
	return status, oracle.stop()
}

// process is a running oracle. It answers one request after the other.
type process struct {
	mu      sync.Mutex
	cmd     *exec.Cmd
	in      io.WriteCloser
	encoder *json.Encoder
	decoder *json.Decoder
}

func start(file string) (*process, error) {
	// It ends when its input ends.
	p := &process{cmd: exec.CommandContext(context.Background(), file)}
	in, err := p.cmd.StdinPipe()
	if err != nil {
		return nil, err
	}
	out, err := p.cmd.StdoutPipe()
	if err != nil {
		return nil, err
	}
	p.in, p.encoder, p.decoder = in, json.NewEncoder(in), json.NewDecoder(out)
	return p, p.cmd.Start()
}

func (p *process) stop() error { return errors.Join(p.in.Close(), p.cmd.Wait()) }

type question struct {
	Subject  string   `json:"subject"`
	Groups   []string `json:"groups"`
	Resource string   `json:"resource"`
	Action   string   `json:"action"`
	Object   string   `json:"object"`
}

type answer struct {
	Allowed bool   `json:"allowed"`
	Error   string `json:"error"`
}

func (p *process) request(t testing.TB, request any) answer {
	t.Helper()
	var a answer
	if err := errors.Join(p.encoder.Encode(request), p.decoder.Decode(&a)); err != nil {
		t.Fatalf("the oracle does not answer: %v", err)
	}
	return a
}

// policy asks about one policy: the data of argocd-rbac-cm.
type policy map[string]string

// answers loads the policy and asks all questions. A policy that does not load fails the test: Argo CD would then allow
// no user anything.
func (data policy) answers(t testing.TB, questions []question) []bool {
	t.Helper()
	oracle.mu.Lock()
	defer oracle.mu.Unlock()
	if a := oracle.request(t, map[string]any{"load": data}); a.Error != "" {
		t.Fatalf("Argo CD does not load the policy: %s\n%q", a.Error, data)
	}
	out := make([]bool, len(questions))
	for i := range questions {
		a := oracle.request(t, map[string]any{"ask": questions[i]})
		if a.Error != "" {
			t.Fatalf("Argo CD does not answer %+v: %s\n%q", questions[i], a.Error, data)
		}
		out[i] = a.Allowed
	}
	return out
}

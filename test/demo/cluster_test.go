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

package demo

import (
	"fmt"
	"os"
	"os/exec"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

// typed is what the user types in another terminal, below the lines that the demo prints for it. The last line shows that the operator
// works.
const typed = `
set -e
command -v manager >/dev/null
kubectl get stakeholdermaps --all-namespaces
kubectl get namespaces payments --ignore-not-found
kubectl apply --server-side -f config/samples/v1alpha1_stakeholdermap_b2b.yaml >/dev/null
kubectl wait --for=condition=Ready stakeholdermap/checkout -n payments --timeout=60s
`

// TestCluster does what a user of "make demo-cluster" does: set what it prints, use kubectl, and end it with Ctrl-C.
func TestCluster(t *testing.T) {
	cmd := exec.CommandContext(t.Context(), env.demo, "--no-samples", "--manager="+env.manager)
	cmd.Dir = env.root
	// The cluster of the user's kubeconfig is not touched.
	cmd.Env = append(os.Environ(), "HOME="+env.home, "KUBECONFIG="+env.plane.Kubeconfig)
	before, err := objects()
	if err != nil {
		t.Fatal(err)
	}
	var answers, kubeconfig string
	output := &interrupter{cmd: cmd, at: "Ctrl-C ends it", before: func(printed string) error {
		var exports []string
		for line := range strings.Lines(printed) {
			if export, found := strings.CutPrefix(line, "  export "); found {
				exports = append(exports, "export "+export)
			}
		}
		shell := exec.CommandContext(t.Context(), "/bin/sh", "-c", strings.Join(exports, "")+"echo $KUBECONFIG"+typed)
		shell.Dir, shell.Env = cmd.Dir, cmd.Env
		said, err := shell.CombinedOutput()
		kubeconfig, answers, _ = strings.Cut(string(said), "\n")
		if err != nil {
			return fmt.Errorf("in the other terminal: %w: %s", err, said)
		}
		return nil
	}}
	cmd.Stdout, cmd.Stderr = output, output
	if err := cmd.Run(); err != nil {
		t.Fatalf("The demo ends with %v, want exit status 0. It has printed:\n%s", err, output.text.String())
	}
	want := "No resources found\nstakeholdermap.stakeholders.dev/checkout condition met\n"
	if answers != want {
		t.Errorf("in the other terminal: got %q, want %q", answers, want)
	}
	if kubeconfig == env.plane.Kubeconfig {
		t.Error("the demo prints no KUBECONFIG")
	}
	if _, err := os.Stat(kubeconfig); !os.IsNotExist(err) {
		t.Errorf("the demo leaves its kubeconfig %q: %v", kubeconfig, err)
	}
	after, err := objects()
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(before, after); diff != "" {
		t.Errorf("objects of the other cluster before and after the demo differ (-before +after):\n%s", diff)
	}
}

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

package cli

import (
	"fmt"
	"maps"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/rogpeppe/go-internal/testscript"
	corev1 "k8s.io/api/core/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"

	"github.com/stakeholders-dev/stakeholder-operator/test/controlplane"
	"github.com/stakeholders-dev/stakeholder-operator/test/golden"
	"github.com/stakeholders-dev/stakeholder-operator/test/script"
	"github.com/stakeholders-dev/stakeholder-operator/test/suite"
)

// TestScripts runs what tests the commands, and TestReference what the reference page shows. The scripts run one after the
// other, because those of the page use the same namespace.
//
// The PATH has kubectl, the plugin, and its helper for completion. Beside the commands of script.Params they have these:
//
//	namespace NAME             makes a namespace, which is deleted at the end, and the default of as. $NAMESPACE has its name
//	as USER [GROUP…]           the commands that follow connect as this user
//	pod SERVICEACCOUNT         the commands that follow run as in a Pod of this ServiceAccount in the namespace
//	admin ARG…                 kubectl as an administrator
//	same stdout|stderr FILE    cmp without times of the run, and ages in tables: see golden.Output
//	reviewed before|after FILE asks the API server about every right in the JSON of import --prove
func TestScripts(t *testing.T) { runScripts(t, "testdata/script") }

// TestReference runs the examples of the reference page.
func TestReference(t *testing.T) { runScripts(t, "testdata/reference") }

func runScripts(t *testing.T, dir string) {
	t.Helper()
	assets, err := controlplane.Assets(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	root, err := controlplane.Root()
	if err != nil {
		t.Fatal(err)
	}
	params := script.Params(t, dir)
	params.Setup = func(e *testscript.Env) error {
		path := strings.Join([]string{assets, filepath.Join(root, "hack", "krew"), e.Getenv("PATH")}, string(os.PathListSeparator))
		e.Vars = append(e.Vars, "KUBECONFIG="+filepath.Join(e.WorkDir, "none"), "PATH="+path)
		e.Values[testKey{}] = e.T()
		return nil
	}
	maps.Copy(params.Cmds, map[string]func(*testscript.TestScript, bool, []string){
		"namespace": makeNamespace, "as": connectAs, "pod": runInPod, "admin": runKubectl, "same": compare, "reviewed": reviewProof,
	})
	testscript.RunT(sequential{t}, params)
	waitNamespacesGone(t)
}

// waitNamespacesGone waits until the namespaces of the scripts are gone. Until then the operator cleans up in them, which is no
// loop.
func waitNamespacesGone(t *testing.T) {
	t.Helper()
	controlplane.Eventually(t, suite.Patience, "the namespaces of the scripts are gone", func() error {
		namespaces := &corev1.NamespaceList{}
		if err := env.Admin.List(t.Context(), namespaces); err != nil {
			return err
		}
		for i := range namespaces.Items {
			if !namespaces.Items[i].DeletionTimestamp.IsZero() {
				return fmt.Errorf("%s is there", namespaces.Items[i].Name)
			}
		}
		return nil
	})
}

// testKey is the key of the test in the values of a script.
type testKey struct{}

// testOf returns the test of a script.
func testOf(ts *testscript.TestScript) *testing.T {
	t, ok := ts.Value(testKey{}).(sequential)
	if !ok {
		ts.Fatalf("runScripts has not set the test")
	}
	return t.T
}

// sequential runs scripts one after the other.
type sequential struct {
	*testing.T
}

func (s sequential) Parallel() {}

func (s sequential) Run(name string, f func(testscript.T)) {
	s.T.Run(name, func(t *testing.T) { f(sequential{t}) })
}

func (s sequential) Verbose() bool { return testing.Verbose() }

func makeNamespace(ts *testscript.TestScript, neg bool, args []string) {
	if neg || len(args) != 1 {
		ts.Fatalf("usage: namespace NAME")
	}
	ns := &corev1.Namespace{ObjectMeta: metav1.ObjectMeta{Name: args[0]}}
	t := testOf(ts)
	controlplane.Eventually(t, suite.Patience, "another script's namespace is gone", func() error {
		return env.Admin.Create(t.Context(), ns)
	})
	ts.Defer(func() {
		// A namespace takes its time to go. The next script, and the operator, shall not meet the maps of this one.
		env.DeleteMaps(t)
		env.Delete(t, ns)
	})
	ts.Setenv("NAMESPACE", args[0])
}

func connectAs(ts *testscript.TestScript, neg bool, args []string) {
	if neg || len(args) == 0 {
		ts.Fatalf("usage: as USER [GROUP…]")
	}
	path := ts.MkAbs("kubeconfig-" + fmt.Sprintf("%x", strings.Join(args, " ")))
	ts.Check(env.Plane.UserKubeconfig(path, ts.Getenv("NAMESPACE"), args[0], args[1:]...))
	ts.Setenv("KUBECONFIG", path)
}

func runKubectl(ts *testscript.TestScript, neg bool, args []string) {
	namespace := ts.Getenv("NAMESPACE")
	if namespace != "" {
		args = append([]string{"--namespace=" + namespace}, args...)
	}
	for i, arg := range args {
		if i > 0 && args[i-1] == "-f" {
			args[i] = ts.MkAbs(arg)
		}
	}
	t := testOf(ts)
	out, err := env.Plane.Kubectl(t.Context(), args...)
	_, _ = ts.Stdout().Write([]byte(out))
	switch {
	case err != nil && !neg:
		ts.Fatalf("%v", err)
	case err == nil && neg:
		ts.Fatalf("kubectl succeeded")
	}
}

func compare(ts *testscript.TestScript, neg bool, args []string) {
	if neg || len(args) != 2 {
		ts.Fatalf("usage: same stdout|stderr FILE")
	}
	if err := (golden.Output{}).Compare(ts.ReadFile(args[1]), ts.ReadFile(args[0])); err != nil {
		ts.Fatalf("%s: %v\nas written:\n%s", args[0], err, ts.ReadFile(args[0]))
	}
}

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
	"context"
	"errors"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/rogpeppe/go-internal/testscript"
)

// TestCurrentCluster runs what a user types. Beside the commands of testscript the script has
//
//	demo ARG…       runs the demo on the current cluster; it has to end with status 0, and leave no object behind
//	refuses ARG…    runs the demo on the current cluster; it has to end with status 1, and change nothing
func TestCurrentCluster(t *testing.T) {
	// No group, no rights.
	stranger := filepath.Join(t.TempDir(), "stranger.kubeconfig")
	if err := env.plane.UserKubeconfig(stranger, "default", "eve"); err != nil {
		t.Fatal(err)
	}
	testscript.Run(t, testscript.Params{
		Dir: "testdata/script", RequireExplicitExec: true, RequireUniqueNames: true,
		Setup: func(e *testscript.Env) error {
			e.Vars = append(e.Vars, "HOME="+env.home, "KUBECONFIG="+env.plane.Kubeconfig, "STRANGER="+stranger, "KUBECTL="+env.kubectl, "DEMO="+env.demo, "ROOT="+env.root)
			return nil
		},
		Cmds: map[string]func(*testscript.TestScript, bool, []string){"demo": runDemo, "refuses": refuse},
	})
}

// arguments are those of the demo, with what a script adds.
func arguments(more []string) []string {
	return append([]string{"--cluster=current", "--manager=" + env.manager}, more...)
}

func runDemo(ts *testscript.TestScript, neg bool, args []string) {
	if neg {
		ts.Fatalf("unsupported: ! demo")
	}
	before, err := objects()
	ts.Check(err)
	ts.Check(ts.Exec(env.demo, append(arguments(args), "--kubectl="+env.kubectl)...))
	after, err := objects()
	ts.Check(err)
	if diff := cmp.Diff(before, after); diff != "" {
		ts.Fatalf("objects before and after the demo differ (-before +after):\n%s", diff)
	}
}

func refuse(ts *testscript.TestScript, neg bool, args []string) {
	if neg {
		ts.Fatalf("unsupported: ! refuses")
	}
	mark, err := env.plane.AuditMark()
	ts.Check(err)
	err = ts.Exec(env.demo, arguments(args)...)
	if exit, failed := errors.AsType[*exec.ExitError](err); !failed || exit.ExitCode() != 1 {
		ts.Fatalf("the demo ends with %v, want exit status 1", err)
	}
	events, _, err := env.plane.AuditEvents(mark)
	ts.Check(err)
	for _, event := range events {
		if event.Mutating() && !strings.HasPrefix(event.User, "system:") && event.Resource != "selfsubjectaccessreviews" {
			ts.Fatalf("the demo has sent %s %s", event.Verb, event.URI)
		}
	}
}

// objects are the names of all objects of the kinds that the demo creates, except in namespaces of its own.
func objects() ([]string, error) {
	kinds := "customresourcedefinitions,namespaces,clusterroles,clusterrolebindings,roles,rolebindings,serviceaccounts,configmaps," +
		"validatingadmissionpolicies,validatingadmissionpolicybindings"
	// The tests' context ends before a failing test has been reported.
	output, err := env.plane.Kubectl(context.Background(), "get", kinds, "--all-namespaces", "-o", "name")
	return strings.Fields(output), err
}

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

package install

import (
	"context"
	"fmt"
	"os/exec"
	"strings"
	"testing"
	"time"

	"golang.org/x/sync/errgroup"
	"k8s.io/apimachinery/pkg/watch"
	"sigs.k8s.io/controller-runtime/pkg/client"

	"github.com/stakeholders-dev/stakeholder-operator/api/v1alpha1"
	"github.com/stakeholders-dev/stakeholder-operator/test/suite"
)

// many is more than the command deletes at a time.
const many = 510

// TestDeleteMaps runs the command of the hook without an operator: for many objects, for one that a tool creates again, and for one
// that another tool keeps.
func TestDeleteMaps(t *testing.T) {
	home, _ := newNamespaces(t)
	before := takeInventoryBefore(t)
	if output, err := deleteMaps(t, time.Minute); err != nil {
		t.Errorf("without the CustomResourceDefinitions there is nothing to delete, and the command fails: %v: %s", err, output)
	}
	mustShell(t, "kubectl apply --server-side -k config/crd\nkubectl wait --for=condition=Established crd --all")
	if err := env.Plane.ResyncGarbageCollector(t.Context()); err != nil {
		t.Fatal(err)
	}
	var group errgroup.Group
	group.SetLimit(16)
	for i := range many {
		group.Go(func() error { return env.Admin.Create(t.Context(), suite.NewMap(home, fmt.Sprintf("map-%d", i))) })
	}
	if err := group.Wait(); err != nil {
		t.Fatal(err)
	}
	again := createAgain(t, suite.NewMap(home, "map-1"))
	if output, err := deleteMaps(t, time.Minute); err != nil {
		t.Fatalf("%v: %s", err, output)
	}
	if err := <-again; err != nil {
		t.Fatal(err)
	}
	left := &v1alpha1.StakeholderMapList{}
	if err := env.Admin.List(t.Context(), left); err != nil || len(left.Items) > 0 {
		t.Errorf("%d maps are left: %v", len(left.Items), err)
	}

	kept := suite.NewMap(home, "kept")
	kept.Finalizers = []string{"example.com/archive"}
	env.Create(t, kept)
	output, err := deleteMaps(t, 2*time.Second)
	want := "StakeholderMaps:\n  " + home + "/kept: another tool keeps it, by the finalizers example.com/archive\n"
	if err == nil || !strings.Contains(output, want) {
		t.Errorf("the command ends with %v and does not say %q:\n%s", err, want, output)
	}
	if err := env.Admin.Patch(t.Context(), kept, client.RawPatch("application/merge-patch+json", []byte(`{"metadata":{"finalizers":null}}`))); err != nil {
		t.Fatal(err)
	}

	// A map is gone only when its outputs are, which takes the garbage collector.
	if err := env.Plane.StopControllerManager(); err != nil {
		t.Fatal(err)
	}
	env.Create(t, suite.NewMap(home, "waits"))
	output, err = deleteMaps(t, 2*time.Second)
	want = home + "/waits: the garbage collector of Kubernetes has not removed its outputs\n"
	if err == nil || !strings.Contains(output, want) {
		t.Errorf("the command ends with %v and does not say %q:\n%s", err, want, output)
	}
	if err := env.Plane.StartControllerManager(t.Context()); err != nil {
		t.Fatal(err)
	}
	if output, err := deleteMaps(t, time.Minute); err != nil {
		t.Errorf("%v: %s", err, output)
	}
	mustShell(t, "kubectl delete -k config/crd")
	before.requireOnly(t)
}

// deleteMaps runs the command as an administrator, and returns what it prints.
func deleteMaps(t *testing.T, timeout time.Duration) (string, error) {
	t.Helper()
	cmd := exec.CommandContext(t.Context(), env.Binary, "delete-maps", "--timeout="+timeout.String(), "--kubeconfig="+env.Plane.Kubeconfig)
	output, err := cmd.CombinedOutput()
	return string(output), err
}

// createAgain creates a map again when it is deleted, once, as a GitOps tool would. The channel gets what became of it.
func createAgain(t *testing.T, m *v1alpha1.StakeholderMap) <-chan error {
	t.Helper()
	events, err := env.Admin.Watch(t.Context(), &v1alpha1.StakeholderMapList{}, client.MatchingFields{"metadata.name": m.Name})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(events.Stop)
	ended := make(chan error, 1)
	ctx := context.WithoutCancel(t.Context())
	go func() {
		for event := range events.ResultChan() {
			if event.Type == watch.Deleted {
				ended <- env.Admin.Create(ctx, m)
				return
			}
		}
		ended <- fmt.Errorf("%s was not deleted", m.Name)
	}()
	return ended
}

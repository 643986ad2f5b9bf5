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

package escalation

import (
	"context"
	"fmt"
	"strings"
	"testing"

	corev1 "k8s.io/api/core/v1"
	eventsv1 "k8s.io/api/events/v1"
	rbacv1 "k8s.io/api/rbac/v1"
	"k8s.io/apimachinery/pkg/api/meta"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"
	"k8s.io/apimachinery/pkg/runtime"
	"sigs.k8s.io/controller-runtime/pkg/client"

	"github.com/stakeholders-dev/stakeholder-operator/api/v1alpha1"
	"github.com/stakeholders-dev/stakeholder-operator/test/controlplane"
	"github.com/stakeholders-dev/stakeholder-operator/test/suite"
)

// waitEvent waits for an event in a namespace with a reason, and with these parts in its note.
func waitEvent(t *testing.T, namespace, reason string, parts ...string) {
	t.Helper()
	controlplane.Eventually(t, suite.Patience, fmt.Sprintf("an event %s with %q", reason, parts), func() error {
		var list eventsv1.EventList
		must(t, env.Admin.List(t.Context(), &list, client.InNamespace(namespace)))
		var notes []string
		for i := range list.Items {
			note := list.Items[i].Reason + ": " + list.Items[i].Note
			missing := list.Items[i].Reason != reason
			for _, part := range parts {
				missing = missing || !strings.Contains(note, part)
			}
			if !missing {
				return nil
			}
			notes = append(notes, note)
		}
		return fmt.Errorf("there are %q", notes)
	})
}

// ownOutputs are the outputs of a map in its own namespace for which WaitGone can wait.
func ownOutputs(m *v1alpha1.StakeholderMap) []client.Object {
	name := metav1.ObjectMeta{Namespace: m.Namespace, Name: "stakeholders:" + m.Name + ":customer"}
	return []client.Object{
		&rbacv1.RoleBinding{ObjectMeta: name}, &rbacv1.Role{ObjectMeta: name},
		&corev1.ConfigMap{ObjectMeta: metav1.ObjectMeta{Namespace: m.Namespace, Name: m.Name + "-routing"}},
	}
}

// Guard: the operator itself removes the outputs of a map without finalizer (Applier.RemoveOrphans). No garbage
// collector runs here. The discovery of an API group fails, which would also block a running garbage collector.
func TestDeletionWithoutGarbageCollector(t *testing.T) {
	must(t, env.Plane.StopControllerManager())
	t.Cleanup(func() { must(t, env.Plane.StartControllerManager(context.WithoutCancel(t.Context()))) })
	broken := &unstructured.Unstructured{Object: map[string]any{
		"apiVersion": "apiregistration.k8s.io/v1", "kind": "APIService", "metadata": map[string]any{"name": "v1.broken.example"},
		"spec": map[string]any{
			"group": "broken.example", "version": "v1", "groupPriorityMinimum": int64(1000), "versionPriority": int64(15),
			"insecureSkipTLSVerify": true, "service": map[string]any{"name": "none", "namespace": "default"},
		},
	}}
	env.Create(t, broken)
	t.Cleanup(func() { must(t, env.Admin.Delete(context.WithoutCancel(t.Context()), broken)) })
	for name, down := range map[string]bool{"Running": false, "Down": true} {
		t.Run(name, func(t *testing.T) {
			m := suite.NewMap(env.NewNamespace(t), "checkout")
			env.Create(t, m)
			m = env.WaitReady(t, m)
			if len(m.Finalizers) > 0 {
				t.Errorf("a map without target namespaces has the finalizers %v", m.Finalizers)
			}
			waitAllowed(t, "carla", approve(m), true)
			if down {
				whileDown(t, func() {
					env.Delete(t, m)
					if !allowed(t, "carla", approve(m)) {
						t.Error("without an operator and a garbage collector the right is gone")
					}
				})
			} else {
				env.Delete(t, m)
			}
			waitAllowed(t, "carla", approve(m), false)
			for _, object := range ownOutputs(m) {
				env.WaitGone(t, object)
			}
			waitEvent(t, m.Namespace, "Revoked", "User carla", "the map was deleted")
		})
	}
}

// Guard: an output is recognized by its name and its map's UID, not by the namespace in its labels (names.OwnerOfGrant,
// isOrphan). Outputs that a restore or a copy brings into another namespace are removed, with and without a map there.
// The map whose outputs were copied keeps its own.
func TestRestoredElsewhereKeepsNoRight(t *testing.T) {
	home, restored, bare := env.NewNamespace(t), env.NewNamespace(t), env.NewNamespace(t)
	m := suite.NewMap(home, "checkout")
	env.Create(t, m)
	m = env.WaitReady(t, m)
	again := suite.NewMap(restored, "checkout")
	again.Spec.Customers[0].Subjects = suite.Users("chris")
	whileDown(t, func() {
		env.Create(t, again)
		copyOutputs(t, home, restored, bare)
		waitAllowed(t, "carla", approve(again), true)
	})
	env.WaitReady(t, again)
	waitAllowed(t, "carla", approve(again), false)
	waitAllowed(t, "chris", approve(again), true)
	waitEvent(t, restored, "Revoked", "User carla", "restored or copied")
	for _, object := range ownOutputs(suite.NewMap(bare, "checkout")) {
		env.WaitGone(t, object)
	}
	// The same while the operator runs.
	second := env.NewNamespace(t)
	copyOutputs(t, home, second)
	for _, object := range ownOutputs(suite.NewMap(second, "checkout")) {
		env.WaitGone(t, object)
	}
	waitAllowed(t, "carla", approve(m), true)
	env.WaitReady(t, m)
}

// copyOutputs copies the outputs of a namespace as backup tools do: with name, labels and annotations, but without
// owners.
func copyOutputs(t *testing.T, from string, to ...string) {
	t.Helper()
	for _, list := range []client.ObjectList{&rbacv1.RoleList{}, &rbacv1.RoleBindingList{}, &corev1.ConfigMapList{}} {
		must(t, env.Admin.List(t.Context(), list, client.InNamespace(from), client.HasLabels{"stakeholders.dev/map"}))
		must(t, meta.EachListItem(list, func(item runtime.Object) error {
			for _, namespace := range to {
				object, ok := item.DeepCopyObject().(client.Object)
				if !ok {
					t.Fatalf("%T is no object", item)
				}
				object.SetNamespace(namespace)
				object.SetResourceVersion("")
				object.SetUID("")
				object.SetOwnerReferences(nil)
				object.SetManagedFields(nil)
				env.Create(t, object)
			}
			return nil
		}))
	}
}

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
	"maps"
	"path"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	corev1 "k8s.io/api/core/v1"
	apierrors "k8s.io/apimachinery/pkg/api/errors"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/runtime/schema"
	"k8s.io/client-go/discovery"
	"k8s.io/client-go/metadata"
	"sigs.k8s.io/controller-runtime/pkg/client"

	"github.com/stakeholders-dev/stakeholder-operator/test/controlplane"
	"github.com/stakeholders-dev/stakeholder-operator/test/suite"
)

// inventory has every object of the cluster, as "resource.group/namespace/name".
type inventory []string

// takeInventory lists every object of every kind, except for events, which the API server removes after an hour.
func takeInventory(ctx context.Context) (inventory, error) {
	finder, err := discovery.NewDiscoveryClientForConfig(env.config)
	if err != nil {
		return nil, err
	}
	reader, err := metadata.NewForConfig(env.config)
	if err != nil {
		return nil, err
	}
	lists, err := finder.ServerPreferredResources()
	if err != nil {
		return nil, err
	}
	var found inventory
	for _, list := range discovery.FilteredBy(discovery.SupportsAllVerbs{Verbs: []string{"list", "delete"}}, lists) {
		version, err := schema.ParseGroupVersion(list.GroupVersion)
		if err != nil {
			return nil, err
		}
		for i := range list.APIResources {
			kind := version.WithResource(list.APIResources[i].Name)
			if kind.Resource == "events" {
				continue
			}
			objects, err := reader.Resource(kind).List(ctx, metav1.ListOptions{})
			// Discovery still has a kind that has just been deleted.
			if err != nil && !apierrors.IsNotFound(err) {
				return nil, fmt.Errorf("list %s: %w", kind, err)
			}
			if err != nil {
				continue
			}
			for j := range objects.Items {
				found = append(found, path.Join(kind.GroupResource().String(), objects.Items[j].Namespace, objects.Items[j].Name))
			}
		}
	}
	slices.Sort(found)
	return found, nil
}

// takeInventoryBefore is the inventory before an installation.
func takeInventoryBefore(t *testing.T) inventory {
	t.Helper()
	found, err := takeInventory(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	return found
}

// requireOnly waits until the cluster has what it had before, and only these further objects.
func (before inventory) requireOnly(t *testing.T, further ...string) {
	t.Helper()
	want := map[string]bool{}
	for _, object := range slices.Concat(before, further) {
		want[object] = true
	}
	controlplane.Eventually(t, suite.Patience, "nothing else is left", func() error {
		now, err := takeInventory(t.Context())
		if err != nil {
			return err
		}
		if diff := cmp.Diff(slices.Sorted(maps.Keys(want)), []string(now)); diff != "" {
			return fmt.Errorf("the objects of the cluster (- want, + got):\n%s", diff)
		}
		return nil
	})
}

// without returns the inventory without the objects whose name contains one of the texts.
func (before inventory) without(texts ...string) inventory {
	return slices.DeleteFunc(slices.Clone(before), func(object string) bool {
		return slices.ContainsFunc(texts, func(text string) bool { return strings.Contains(object, text) })
	})
}

// leftByHelm is what Helm leaves in the namespace of a release: Kubernetes has created the first, and the operator the second.
var leftByHelm = []string{
	"namespaces/" + suite.OperatorNamespace,
	"serviceaccounts/" + suite.OperatorNamespace + "/default",
	"leases.coordination.k8s.io/" + suite.OperatorNamespace + "/stakeholder-operator.stakeholders.dev",
}

// newNamespaces makes the namespace of a map, and one that accepts it, and waits for what Kubernetes creates in each namespace.
func newNamespaces(t *testing.T) (home, target string) {
	t.Helper()
	home = env.NewNamespace(t)
	target = env.NewTarget(t, home)
	env.Create(t, suite.Editor(home))
	for _, namespace := range []string{home, target} {
		controlplane.Eventually(t, suite.Patience, namespace+" is complete", func() error {
			return env.Admin.Get(t.Context(), client.ObjectKey{Namespace: namespace, Name: "default"}, &corev1.ServiceAccount{})
		})
	}
	return home, target
}

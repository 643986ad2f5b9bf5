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
	"context"
	"fmt"
	"path/filepath"
	"time"

	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/runtime/schema"
	"k8s.io/client-go/discovery"
)

const (
	// mapsGroup and mapsResource are the resource that the operator owns things by.
	mapsGroup    = "stakeholders.dev"
	mapsResource = "stakeholdermaps"
	// installTimeout bounds each wait of an installation. Each takes about a second.
	installTimeout = time.Minute
)

// InstallOperator applies config/default of this checkout, as a user would with kubectl apply
// --server-side -k, and returns when every CustomResourceDefinition is Established, discovery
// lists stakeholdermaps.stakeholders.dev, and the garbage collector knows them.
//
// It does not run the operator: the Deployment that it creates stays without Pods. Its
// ServiceAccount and rights are there, for ServiceAccountKubeconfig and StartOperator. An object
// that another field owner has changed since is a conflict, and an error.
func (c *ControlPlane) InstallOperator(ctx context.Context) error {
	root, err := Root()
	if err != nil {
		return err
	}
	c.progress("installing the operator's configuration")
	if _, err := c.Kubectl(ctx, "apply", "--server-side", "-k", filepath.Join(root, "config", "default")); err != nil {
		return err
	}
	if _, err := c.Kubectl(ctx, "wait", "--for=condition=Established", "--timeout="+installTimeout.String(),
		"customresourcedefinitions", "--all"); err != nil {
		return err
	}
	if err := c.waitForDiscovery(ctx, mapsGroup, mapsResource); err != nil {
		return err
	}
	return c.ResyncGarbageCollector(ctx)
}

// waitForDiscovery returns when discovery lists a resource. That comes a moment after the
// CustomResourceDefinition is Established, and the garbage collector goes by it.
func (c *ControlPlane) waitForDiscovery(ctx context.Context, group, resource string) error {
	client, err := discovery.NewDiscoveryClientForConfig(c.Config)
	if err != nil {
		return err
	}
	return WaitFor(ctx, installTimeout, "discovery lists "+resource+"."+group, func() error {
		// The call that the garbage collector makes.
		lists, err := client.ServerPreferredResources()
		if err != nil {
			return err
		}
		if !listed(lists, group, resource) {
			return fmt.Errorf("not among %d groups", len(lists))
		}
		return nil
	})
}

// listed tells whether lists hold a resource of a group, in any version.
func listed(lists []*metav1.APIResourceList, group, resource string) bool {
	for _, list := range discovery.FilteredBy(discovery.SupportsAllVerbs{Verbs: []string{"delete", "list", "watch"}}, lists) {
		gv, err := schema.ParseGroupVersion(list.GroupVersion)
		if err != nil || gv.Group != group {
			continue
		}
		for _, candidate := range list.APIResources {
			if candidate.Name == resource {
				return true
			}
		}
	}
	return false
}

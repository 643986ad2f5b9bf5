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
	"errors"
	"fmt"
	"time"

	apierrors "k8s.io/apimachinery/pkg/api/errors"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"
	"k8s.io/apimachinery/pkg/runtime/schema"
	"k8s.io/client-go/discovery"
	"k8s.io/client-go/dynamic"
	"k8s.io/client-go/rest"
)

const (
	// mapsGroup and mapsResource are the resource that owns the operator's outputs.
	mapsGroup    = "stakeholders.dev"
	mapsResource = "stakeholdermaps"
	mapsVersion  = "v1alpha1"
	// policiesResource is the parameter of the admission policies.
	policiesResource = "stakeholderpolicies"
	// installTimeout bounds each wait of an installation. Each takes about a second.
	installTimeout = time.Minute
)

// InstallOperator applies config/default of this checkout, as a user would with kubectl apply
// --server-side -k: see Install.
func (c *ControlPlane) InstallOperator(ctx context.Context) error {
	configuration, err := c.operatorConfiguration()
	if err != nil {
		return err
	}
	return c.Install(ctx, "-k", configuration)
}

// Install applies the operator's configuration, as a user would with kubectl apply --server-side and these arguments, and
// returns when every CustomResourceDefinition is Established, discovery lists stakeholdermaps.stakeholders.dev, the API
// server knows the admission policies, and the garbage collector knows the maps. The admission policies judge no map until
// the operator has created the StakeholderPolicy, shortly after it becomes leader.
//
// It does not run the operator: the Deployment that it creates stays without Pods, also in a cluster that runs Pods. Its
// ServiceAccount and rights exist, for ServiceAccountKubeconfig and StartOperator. It is an error if another field owner has
// changed an object since: that is a conflict.
func (c *ControlPlane) Install(ctx context.Context, args ...string) error {
	c.progress("installing the operator's configuration")
	if _, err := c.Kubectl(ctx, append([]string{"apply", "--server-side"}, args...)...); err != nil {
		return err
	}
	if _, err := c.Kubectl(ctx, "wait", "--for=condition=Established", "--timeout="+installTimeout.String(),
		"customresourcedefinitions", "--selector=app.kubernetes.io/part-of=stakeholder-operator"); err != nil {
		return err
	}
	if err := c.waitForDiscovery(ctx, mapsGroup, mapsResource); err != nil {
		return err
	}
	if err := c.waitForPolicies(ctx); err != nil {
		return err
	}
	return c.ResyncGarbageCollector(ctx)
}

// waitForPolicies returns when the API server refuses a map with conflicting roles. The API server learns of an
// admission policy from a watch, and accepts everything until then. During the wait there is a StakeholderPolicy, as
// the operator would create it: without one the API server also accepts everything.
func (c *ControlPlane) waitForPolicies(ctx context.Context) (err error) {
	if c.withoutPolicies {
		return nil
	}
	// The API server also warns about the probe; the warnings are dropped.
	config := rest.CopyConfig(c.Config)
	config.WarningHandlerWithContext = rest.NoWarnings{}
	client, err := dynamic.NewForConfig(config)
	if err != nil {
		return err
	}
	policies := client.Resource(schema.GroupVersionResource{Group: mapsGroup, Version: mapsVersion, Resource: policiesResource})
	policy := &unstructured.Unstructured{Object: map[string]any{
		"apiVersion": mapsGroup + "/" + mapsVersion, "kind": "StakeholderPolicy", "metadata": map[string]any{"name": "in-force"},
	}}
	switch _, createErr := policies.Create(ctx, policy, metav1.CreateOptions{}); {
	case createErr == nil:
		defer func() { err = errors.Join(err, policies.Delete(ctx, policy.GetName(), metav1.DeleteOptions{})) }()
	case apierrors.IsAlreadyExists(createErr), apierrors.IsNotFound(createErr):
		// There may be a policy that stays, or a configuration without one.
	default:
		return createErr
	}
	subjects := []any{map[string]any{"kind": "User", "name": "same"}}
	mixedUp := &unstructured.Unstructured{Object: map[string]any{
		"apiVersion": mapsGroup + "/" + mapsVersion, "kind": "StakeholderMap",
		"metadata": map[string]any{"name": "policy-probe"},
		"spec": map[string]any{
			"product":      map[string]any{"displayName": "Probe", "market": "B2B"},
			"customers":    []any{map[string]any{"name": "customer", "subjects": subjects}},
			"endUsers":     []any{map[string]any{"name": "user", "subjects": subjects}},
			"productOwner": map[string]any{"name": "owner", "subjects": subjects},
		},
	}}
	maps := client.Resource(schema.GroupVersionResource{Group: mapsGroup, Version: mapsVersion, Resource: mapsResource}).Namespace("default")
	return WaitFor(ctx, installTimeout, "the admission policy is in force", func() error {
		_, err := maps.Create(ctx, mixedUp, metav1.CreateOptions{DryRun: []string{metav1.DryRunAll}})
		if !apierrors.IsInvalid(err) {
			return fmt.Errorf("a map that mixes up roles gives %w", err)
		}
		return nil
	})
}

// waitForDiscovery returns when discovery lists a resource. That happens a moment after the CustomResourceDefinition is
// Established, and the garbage collector relies on it.
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

// listed reports whether lists hold a resource of a group, in any version.
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

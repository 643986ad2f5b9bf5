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

package cluster

import (
	"context"
	"slices"

	corev1 "k8s.io/api/core/v1"
	apierrors "k8s.io/apimachinery/pkg/api/errors"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"sigs.k8s.io/controller-runtime/pkg/client"

	"github.com/stakeholders-dev/stakeholder-operator/api/v1alpha1"
	"github.com/stakeholders-dev/stakeholder-operator/cmd/kubectl-stakeholders/preview"
	"github.com/stakeholders-dev/stakeholder-operator/cmd/kubectl-stakeholders/product"
	"github.com/stakeholders-dev/stakeholder-operator/controllers/namespaces"
)

// PolicyUnreadable is the note about a policy that the user may not read.
const PolicyUnreadable = "You may not read the StakeholderPolicy in force, so the defaults are assumed. Name a file with --policy."

// World reads the maps of the same names as some others, and what both depend on, as far as the user may read it. The notes
// say what they may not read. Policy replaces that of the cluster, if it is not nil. Progress is told how many maps are read.
func (c *Cluster) World(
	ctx context.Context, others []*v1alpha1.StakeholderMap, policy *v1alpha1.StakeholderPolicySpec, progress func(int),
) (world *preview.World, notes []string, err error) {
	world = &preview.World{Policy: policy, Namespaces: make(map[string]metav1.Object), Absent: make(map[string]bool)}
	for i, other := range others {
		progress(i)
		m := &v1alpha1.StakeholderMap{}
		key := client.ObjectKeyFromObject(other)
		switch err := c.Get(ctx, key, m); {
		case apierrors.IsNotFound(err) && !isKindMissing(err):
			continue
		case err != nil:
			return nil, nil, c.Explain("read StakeholderMap "+key.String(), err)
		}
		world.Maps = append(world.Maps, m)
	}
	if policy == nil {
		inForce, readable, err := c.Policy(ctx)
		if err != nil {
			return nil, nil, err
		}
		if world.Policy = inForce; !readable {
			notes = append(notes, PolicyUnreadable)
		}
	}
	unread, err := c.addNamespaces(ctx, world, slices.Concat(world.Maps, others))
	return world, append(notes, unread...), err
}

// addNamespaces reads the namespaces that maps name, and all if one has a selector.
func (c *Cluster) addNamespaces(ctx context.Context, world *preview.World, all []*v1alpha1.StakeholderMap) (notes []string, err error) {
	if slices.ContainsFunc(all, func(m *v1alpha1.StakeholderMap) bool { return m.Spec.TargetNamespaces.Selector != nil }) {
		list := &metav1.PartialObjectMetadataList{}
		list.SetGroupVersionKind(corev1.SchemeGroupVersion.WithKind("NamespaceList"))
		switch err := c.List(ctx, list); {
		case IsForbidden(err):
			notes = append(notes, "You may not list namespaces, so what selectors of target namespaces pick is not compared.")
		case err != nil:
			return nil, c.Explain("list namespaces", err)
		}
		for i := range list.Items {
			world.Namespaces[list.Items[i].Name] = &list.Items[i]
		}
	}
	for _, name := range namedNamespaces(all) {
		if world.Namespaces[name] != nil {
			continue
		}
		ns := namespaces.Metadata()
		switch err := c.Get(ctx, client.ObjectKey{Name: name}, ns); {
		case err == nil:
			world.Namespaces[name] = ns
		case apierrors.IsNotFound(err):
			world.Absent[name] = true
		case !IsForbidden(err):
			return nil, c.Explain("read namespace "+name, err)
		}
	}
	return notes, nil
}

// namedNamespaces returns the other namespaces that maps name, as target namespaces or for ServiceAccounts, sorted.
func namedNamespaces(all []*v1alpha1.StakeholderMap) []string {
	var names []string
	for _, m := range all {
		names = append(names, m.Spec.TargetNamespaces.Names...)
		m.Spec.EachSubjects(func(list *[]v1alpha1.Subject) {
			for _, s := range *list {
				if s.Kind == v1alpha1.SubjectServiceAccount && s.Namespace != "" && s.Namespace != m.Namespace {
					names = append(names, s.Namespace)
				}
			}
		})
	}
	slices.Sort(names)
	return slices.Compact(names)
}

// InForce fills in what is in force for an invalid map of the cluster: what is left of its last valid table. The note says
// that the user may not read it.
func (c *Cluster) InForce(ctx context.Context, p *preview.Product) (note string, err error) {
	if !p.IsInvalid() {
		return "", nil
	}
	document, unreadable, err := c.published(ctx, p.Map)
	if err != nil {
		return "", err
	}
	if unreadable {
		return p.Name() + " is invalid, and you may not read the routing table that is still in force.", nil
	}
	if table, ok := product.PublishedTable(p.Map, document); ok {
		p.Table, p.Document = table, document
		p.Namespaces, p.Copies = p.Targets.Accepted(), p.Targets.Copies()
	}
	return "", nil
}

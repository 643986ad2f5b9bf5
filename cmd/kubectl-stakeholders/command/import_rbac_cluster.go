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

package command

import (
	"context"
	"slices"

	rbacv1 "k8s.io/api/rbac/v1"
	apierrors "k8s.io/apimachinery/pkg/api/errors"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"sigs.k8s.io/controller-runtime/pkg/client"

	"github.com/stakeholders-dev/stakeholder-operator/cmd/kubectl-stakeholders/cluster"
	"github.com/stakeholders-dev/stakeholder-operator/cmd/kubectl-stakeholders/failure"
	"github.com/stakeholders-dev/stakeholder-operator/cmd/kubectl-stakeholders/product"
	"github.com/stakeholders-dev/stakeholder-operator/controllers/messages"
	"github.com/stakeholders-dev/stakeholder-operator/controllers/names"
	"github.com/stakeholders-dev/stakeholder-operator/controllers/render"
)

// rbacInCluster reads the RoleBindings of a namespace, and as many of their roles as the user may read.
func (i *importing) rbacInCluster(ctx context.Context) (*rbacFound, error) {
	c, err := i.connect(false)
	if err != nil {
		return nil, err
	}
	out := &rbacFound{cluster: c, read: map[roleKey]bool{}}
	if out.RoleBindings, err = out.roleBindings(ctx, c.Namespace); err != nil {
		return nil, c.Explain("list the RoleBindings of namespace "+c.Namespace, err)
	}
	if len(out.RoleBindings) == 0 {
		return nil, failure.Usage("namespace %s has no RoleBindings: choose another with -n", c.Namespace)
	}
	return out, nil
}

// roleBindings reads those of a namespace, with their roles.
func (r *rbacFound) roleBindings(ctx context.Context, namespace string) ([]rbacv1.RoleBinding, error) {
	var list rbacv1.RoleBindingList
	if err := r.cluster.List(ctx, &list, client.InNamespace(namespace)); err != nil {
		return nil, err
	}
	for i := range list.Items {
		if err := r.readRole(ctx, namespace, list.Items[i].RoleRef); err != nil {
			return nil, err
		}
	}
	return list.Items, nil
}

// roleKey is a role. The namespace is empty for a ClusterRole.
type roleKey struct{ kind, namespace, name string }

// readRole reads a role, if the user may. A role that does not exist has no rules.
func (r *rbacFound) readRole(ctx context.Context, namespace string, ref rbacv1.RoleRef) error {
	if ref.Kind != "Role" {
		namespace = ""
	}
	key := roleKey{ref.Kind, namespace, ref.Name}
	if r.read[key] {
		return nil
	}
	r.read[key] = true
	metadata := metav1.ObjectMeta{Namespace: namespace, Name: ref.Name}
	if ref.Kind == "Role" {
		role := rbacv1.Role{ObjectMeta: metadata}
		known, err := r.get(ctx, ref, &role)
		if known {
			r.Roles = append(r.Roles, role)
		}
		return err
	}
	role := rbacv1.ClusterRole{ObjectMeta: metadata}
	known, err := r.get(ctx, ref, &role)
	if known {
		// The cluster has added the rules of other roles already.
		role.AggregationRule = nil
		r.ClusterRoles = append(r.ClusterRoles, role)
	}
	return err
}

// get reads an object, and reports whether its rules are known then.
func (r *rbacFound) get(ctx context.Context, ref rbacv1.RoleRef, role client.Object) (known bool, err error) {
	switch err := r.cluster.Get(ctx, client.ObjectKeyFromObject(role), role); {
	case cluster.IsForbidden(err):
		return false, nil
	case apierrors.IsNotFound(err):
		r.absent = append(r.absent, ref.Kind+" "+ref.Name)
		return true, nil
	case err != nil:
		return false, r.cluster.Explain("read "+ref.Kind+" "+ref.Name, err)
	}
	return true, nil
}

// readStaying reads what gives rights before and after a map replaces the bindings: the bindings elsewhere, and the roles of the
// map's own. The notes say what the user may not read.
func (r *rbacFound) readStaying(ctx context.Context, p *product.Product) (notes []string, err error) {
	for _, role := range names.Roles {
		if len(p.Map.Spec.TargetNamespaces.Names) > 0 {
			if err := r.readRole(ctx, "", render.TargetRoleRef(role)); err != nil {
				return nil, err
			}
		}
	}
	elsewhere := append(slices.Clone(p.Map.Spec.TargetNamespaces.Names), p.Map.Namespace)
	slices.Sort(elsewhere)
	for _, namespace := range slices.Compact(elsewhere) {
		if namespace == r.cluster.Namespace {
			continue
		}
		bindings, err := r.roleBindings(ctx, namespace)
		switch {
		case cluster.IsForbidden(err):
			notes = append(notes, "You may not list the RoleBindings of namespace "+namespace+", so the table takes it that there are none.")
		case err != nil:
			return nil, r.cluster.Explain("list the RoleBindings of namespace "+namespace, err)
		}
		r.Staying.RoleBindings = append(r.Staying.RoleBindings, bindings...)
	}
	unread, err := r.readClusterWide(ctx, p)
	notes = append(notes, unread...)
	if len(r.absent) > 0 {
		notes = append(notes, "These roles do not exist, so bindings to them give nothing: "+messages.And(r.absent, maxAbsent)+".")
	}
	return notes, err
}

// maxAbsent is how many roles a note names.
const maxAbsent = 12

// readClusterWide reads the ClusterRoleBindings that give something to a subject of the table.
func (r *rbacFound) readClusterWide(ctx context.Context, p *product.Product) (notes []string, err error) {
	var list rbacv1.ClusterRoleBindingList
	switch err := r.cluster.List(ctx, &list); {
	case cluster.IsForbidden(err):
		return []string{"You may not list ClusterRoleBindings, so a subject may keep a right that it loses in the table."}, nil
	case err != nil:
		return nil, r.cluster.Explain("list ClusterRoleBindings", err)
	}
	r.Staying.ClusterRoleBindings = r.Concerning(p, list.Items)
	for i := range r.Staying.ClusterRoleBindings {
		if err := r.readRole(ctx, "", r.Staying.ClusterRoleBindings[i].RoleRef); err != nil {
			return nil, err
		}
	}
	return nil, nil
}

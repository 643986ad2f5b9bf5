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

	rbacv1 "k8s.io/api/rbac/v1"
	apierrors "k8s.io/apimachinery/pkg/api/errors"
	"sigs.k8s.io/controller-runtime/pkg/client"

	"github.com/stakeholders-dev/stakeholder-operator/cmd/kubectl-stakeholders/cluster"
	"github.com/stakeholders-dev/stakeholder-operator/cmd/kubectl-stakeholders/failure"
	"github.com/stakeholders-dev/stakeholder-operator/cmd/kubectl-stakeholders/importer"
	"github.com/stakeholders-dev/stakeholder-operator/cmd/kubectl-stakeholders/manifest"
)

func (i *importing) roleBindings(ctx context.Context, names []string) (*importer.Draft, error) {
	rbac, err := i.rbac(ctx, names)
	if err != nil {
		return nil, err
	}
	return importer.RoleBindings(rbac, i.options()), nil
}

// rbac reads the objects of files or, without any, those of the namespace in the cluster.
func (i *importing) rbac(ctx context.Context, names []string) (*importer.RBAC, error) {
	if len(names) == 0 {
		return i.rbacInCluster(ctx)
	}
	out := &importer.RBAC{}
	files := manifest.Files{Names: names}
	err := files.Read(ctx, i.In, func(d *manifest.Document) error { return addRBAC(out, d, i.namespaceGiven()) })
	if err != nil {
		return nil, failure.Usage("%w", err)
	}
	if len(out.RoleBindings)+len(out.ClusterRoleBindings) == 0 {
		return nil, failure.Usage("the files have no RoleBinding and no ClusterRoleBinding")
	}
	return out, nil
}

// addRBAC adds an object of a file. Others are ignored.
func addRBAC(out *importer.RBAC, d *manifest.Document, namespace string) error {
	if d.APIVersion != rbacv1.SchemeGroupVersion.String() {
		return nil
	}
	if d.Namespace == "" {
		d.Namespace = namespace
	}
	if d.Namespace == "" && (d.Kind == "RoleBinding" || d.Kind == "Role") {
		// Without one, its rights would count for the whole cluster.
		return &manifest.SyntaxError{File: d.File, Line: d.Line, Problem: d.Kind + " " + d.Name + " names no namespace: add -n NAMESPACE"}
	}
	switch d.Kind {
	case "RoleBinding":
		return decodeInto(d, &out.RoleBindings, func(o *rbacv1.RoleBinding) { o.Namespace = d.Namespace })
	case "ClusterRoleBinding":
		return decodeInto(d, &out.ClusterRoleBindings, func(*rbacv1.ClusterRoleBinding) {})
	case "Role":
		return decodeInto(d, &out.Roles, func(o *rbacv1.Role) { o.Namespace = d.Namespace })
	case "ClusterRole":
		return decodeInto(d, &out.ClusterRoles, func(*rbacv1.ClusterRole) {})
	}
	return nil
}

func decodeInto[T any](d *manifest.Document, list *[]T, complete func(*T)) error {
	var object T
	if err := d.Decode(&object); err != nil {
		return err
	}
	complete(&object)
	*list = append(*list, object)
	return nil
}

// rbacInCluster reads the RoleBindings of a namespace, and as many of their roles as the user may read.
func (i *importing) rbacInCluster(ctx context.Context) (*importer.RBAC, error) {
	c, err := i.connect(false)
	if err != nil {
		return nil, err
	}
	var bindings rbacv1.RoleBindingList
	if err := c.List(ctx, &bindings, client.InNamespace(c.Namespace)); err != nil {
		return nil, c.Explain("list the RoleBindings of namespace "+c.Namespace, err)
	}
	out := &importer.RBAC{RoleBindings: bindings.Items}
	seen := map[rbacv1.RoleRef]bool{}
	for b := range bindings.Items {
		ref := bindings.Items[b].RoleRef
		if seen[ref] {
			continue
		}
		seen[ref] = true
		if err := readRole(ctx, c, out, ref); err != nil {
			return nil, c.Explain("read "+ref.Kind+" "+ref.Name, err)
		}
	}
	if len(out.RoleBindings) == 0 {
		return nil, failure.Usage("namespace %s has no RoleBindings: choose another with -n", c.Namespace)
	}
	return out, nil
}

// readRole reads a role, if it is there and the user may read it.
func readRole(ctx context.Context, c *cluster.Cluster, out *importer.RBAC, ref rbacv1.RoleRef) (err error) {
	if ref.Kind == "Role" {
		var role rbacv1.Role
		if err = c.Get(ctx, client.ObjectKey{Namespace: c.Namespace, Name: ref.Name}, &role); err == nil {
			out.Roles = append(out.Roles, role)
		}
	} else {
		var role rbacv1.ClusterRole
		if err = c.Get(ctx, client.ObjectKey{Name: ref.Name}, &role); err == nil {
			out.ClusterRoles = append(out.ClusterRoles, role)
		}
	}
	if apierrors.IsForbidden(err) || apierrors.IsNotFound(err) {
		return nil
	}
	return err
}

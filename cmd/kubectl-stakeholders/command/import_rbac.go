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

	"github.com/stakeholders-dev/stakeholder-operator/api/v1alpha1"
	"github.com/stakeholders-dev/stakeholder-operator/cmd/kubectl-stakeholders/cluster"
	"github.com/stakeholders-dev/stakeholder-operator/cmd/kubectl-stakeholders/failure"
	"github.com/stakeholders-dev/stakeholder-operator/cmd/kubectl-stakeholders/importer"
	"github.com/stakeholders-dev/stakeholder-operator/cmd/kubectl-stakeholders/manifest"
	"github.com/stakeholders-dev/stakeholder-operator/cmd/kubectl-stakeholders/schema"
)

func (i *importing) roleBindings(ctx context.Context, names []string) (*importer.Draft, error) {
	found, err := i.rbac(ctx, names)
	if err != nil {
		return nil, err
	}
	return importer.RoleBindings(&found.RBAC, i.options()), nil
}

// rbacFound is what import has found about who may do what.
type rbacFound struct {
	importer.RBAC

	// policy is the one in the files. Nil: they have none.
	policy *v1alpha1.StakeholderPolicySpec
	// refusal has the problems of the map to prove, if the API server refuses it.
	refusal []schema.Problem
	// cluster is where the bindings are, or nil if they are in files.
	cluster *cluster.Cluster
	// read has the roles in the cluster that are read already, and absent those that do not exist.
	read   map[roleKey]bool
	absent []string
}

// rbac reads the objects of files or, without any, those of the namespace in the cluster.
func (i *importing) rbac(ctx context.Context, names []string) (*rbacFound, error) {
	if len(names) == 0 {
		return i.rbacInCluster(ctx)
	}
	out := &rbacFound{}
	files := manifest.Files{Names: names}
	err := files.Read(ctx, i.In, func(d *manifest.Document) (err error) {
		if isPolicy(d) {
			out.policy, err = decodePolicy(ctx, d)
			return err
		}
		return addRBAC(&out.RBAC, d, i.namespaceGiven())
	})
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
		return &manifest.SyntaxError{File: d.File, Line: d.Begin(), Problem: d.Kind + " " + d.Name + " names no namespace: add -n NAMESPACE"}
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

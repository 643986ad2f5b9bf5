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

package render

import (
	"maps"

	rbacv1 "k8s.io/api/rbac/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/runtime"

	routing "github.com/stakeholders-dev/stakeholder-operator/api/routing/v1alpha1"
	"github.com/stakeholders-dev/stakeholder-operator/api/v1alpha1"
	"github.com/stakeholders-dev/stakeholder-operator/controllers/names"
)

// Object is an object of a cluster.
type Object interface {
	metav1.Object
	runtime.Object
}

// Outputs describes what a valid map has in a cluster once everything is in force. Package apply brings a cluster there.
type Outputs struct {
	Owner  names.Owner
	Policy *v1alpha1.StakeholderPolicySpec
	// Table is the routing table, and Document is how it is published.
	Table    *routing.RoutingTable
	Document string
	// Namespaces are the target namespaces that take part. Copies has those with a copy of the routing table, and
	// Projects those that are Kargo projects.
	Namespaces       []string
	Copies, Projects map[string]bool
}

// Objects returns everything that the operator writes for the map, except for what requests open: the ConfigMap, the
// grants by name, and for each target namespace the ServiceAccount and the RoleBinding of each role, and the copy of the
// ConfigMap.
func (o *Outputs) Objects() ([]Object, error) {
	table, err := ConfigMap(o.Owner, o.Policy, o.Table, o.Document)
	if err != nil {
		return nil, err
	}
	grants := Grants(o.Owner.Name, o.Table)
	objects := make([]Object, 0, 1+2*len(grants)+4*len(o.Namespaces))
	objects = append(objects, table)
	for i := range grants {
		objects = append(objects, grants[i].RoleObject(o.Owner), grants[i].BindingObject(o.Owner))
	}
	subjects := GrantSubjects(grants)
	claims := ClaimsOfTable(o.Policy.TokenIdentities(), subjects, o.Table)
	hasAccounts := o.Policy != nil && o.Policy.Outputs.Kargo == v1alpha1.Enabled
	for _, namespace := range o.Namespaces {
		for _, role := range names.Roles {
			people := Claims{}
			if hasAccounts && o.Projects[namespace] {
				people = claims[role]
			}
			objects = append(objects, targetObjects(o.Owner, namespace, role, subjects[role], people)...)
		}
		if o.Copies[namespace] && namespace != o.Owner.Namespace {
			objects = append(objects, TargetConfigMap(o.Owner, namespace, table.Data))
		}
	}
	return objects, nil
}

// targetObjects returns what a role has in a target namespace.
func targetObjects(owner names.Owner, namespace, role string, subjects map[rbacv1.Subject]bool, people Claims) []Object {
	var objects []Object
	bound := make(map[rbacv1.Subject]bool, len(subjects)+1)
	if !people.Empty() {
		objects = append(objects, Account(owner, namespace, role, people))
		bound[AccountSubject(owner, namespace, role)] = true
	}
	maps.Copy(bound, subjects)
	if len(bound) == 0 {
		return objects
	}
	return append(objects, TargetBinding(owner, namespace, role, bound))
}

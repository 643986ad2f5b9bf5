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

package apply

import (
	"context"
	"slices"

	rbacv1 "k8s.io/api/rbac/v1"
	"sigs.k8s.io/controller-runtime/pkg/client"

	"github.com/stakeholders-dev/stakeholder-operator/controllers/render"
)

// clusterGrants writes the grants of one map. It can write several at the same time, because each has its own entry in
// objects.
type clusterGrants struct {
	*Session
	ctx     context.Context //nolint:containedctx // lives for one transition
	objects grantObjects
}

func (w *clusterGrants) setRole(name, label string, rights rightSet) Result {
	grant := render.Grant{Name: name, Role: label, Rights: rights}
	o := w.objects[name]
	if role := o.role(); role != nil && w.hasForeignController(role) {
		if err := w.discard(o, role); err != nil {
			return failure(kindRole, err)
		}
	}
	err := w.write(o, grant.RoleObject(w.owner))
	if StateOf(err) == ForeignObject {
		// Our RoleBinding would grant the rules of the foreign Role.
		o.foreignRole = true
		return slices.Concat(failure(kindRole, err), w.deleteBinding(name))
	}
	return failure(kindRole, err)
}

func (w *clusterGrants) setBinding(name, label string, subjects subjectSet) Result {
	grant := render.Grant{Name: name, Role: label, Subjects: subjects}
	o := w.objects[name]
	if o.foreignRole {
		// setRole has reported it.
		return nil
	}
	if binding := o.binding(); binding != nil && (binding.RoleRef != grant.RoleRef() || w.hasForeignController(binding)) {
		// A roleRef is immutable, so delete the RoleBinding and create it again.
		if err := w.discard(o, binding); err != nil {
			return failure(kindRoleBinding, err)
		}
	}
	wanted := grant.BindingObject(w.owner)
	result := failure(kindRoleBinding, w.write(o, wanted))
	if !result.OK() && o.binding() == nil && w.first && !result.Has(ForeignObject) {
		result = append(result, w.findForeign(wanted)...)
	}
	if result.Has(ForeignObject) {
		// The foreign RoleBinding grants the rules of our Role.
		result = append(result, w.deleteRole(name)...)
	}
	return result
}

// discard deletes an object of a grant that cannot be changed, so that it can be created again.
func (w *clusterGrants) discard(o *grantObject, object client.Object) error {
	if err := w.replace(w.ctx, object); err != nil {
		return err
	}
	delete(o.byKind, kindOf(object))
	return nil
}

// write creates or changes an object of a grant.
func (w *clusterGrants) write(o *grantObject, wanted client.Object) error {
	kind := kindOf(wanted)
	answer, err := w.writeObject(w.ctx, wanted, o.byKind[kind])
	if err != nil {
		return err
	}
	o.byKind[kind], o.sent[kind] = answer, wanted
	return nil
}

// findForeign checks for a foreign RoleBinding after a creation has failed for another reason, because the session has
// not checked that before. If the API server does not answer, the next reconcile checks again.
func (w *clusterGrants) findForeign(wanted *rbacv1.RoleBinding) Result {
	_, err := w.observeLive(w.ctx, newObject(partOf(wanted)))
	return failure(kindRoleBinding, err).In(ForeignObject)
}

func (w *clusterGrants) deleteBinding(name string) Result {
	return w.deleteObject(kindRoleBinding, name)
}

func (w *clusterGrants) deleteRole(name string) Result { return w.deleteObject(kindRole, name) }

// deleteObject deletes an object of a grant, if there is one. If a finalizer holds it, it has no subjects or rules
// after that.
func (w *clusterGrants) deleteObject(kind, name string) Result {
	object := w.objects.get(kind, name)
	if object == nil {
		return nil
	}
	if err := w.remove(w.ctx, object); err != nil {
		return failure(kind, err)
	}
	w.objects[name].gone[kind] = true
	if len(object.GetFinalizers()) == 0 {
		delete(w.objects[name].byKind, kind)
		return nil
	}
	switch object := object.(type) {
	case *rbacv1.Role:
		object.Rules = nil
	case *rbacv1.RoleBinding:
		object.Subjects = nil
	}
	return nil
}

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
	"sync"

	rbacv1 "k8s.io/api/rbac/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"sigs.k8s.io/controller-runtime/pkg/client"

	"github.com/stakeholders-dev/stakeholder-operator/controllers/render"
)

// grantObjects writes the grants of one map, several at the same time: each has an entry of its own in objects.
type grantObjects struct {
	*Session
	ctx     context.Context //nolint:containedctx // lives for one transition
	objects map[string]*grantObject

	mu sync.Mutex
	// sent has the objects as they were last written, until the answer is noted.
	sent map[Part]client.Object
	// gone has the objects that were deleted.
	gone map[Part]bool
}

func (w *grantObjects) setRole(name, label string, rights rightSet) Result {
	grant := render.Grant{Name: name, Role: label, Rights: rights}
	o := w.objects[name]
	if o.role != nil && w.hasForeignController(o.role) {
		if err := w.replace(w.ctx, kindRole, o.role); err != nil {
			return failure(kindRole, err)
		}
		o.role = nil
	}
	sent := grant.RoleObject(w.owner)
	answer, err := writeTyped(w.ctx, w.Session, sent, o.role)
	if StateOf(err) == ForeignObject {
		// Our RoleBinding would grant the rules of the foreign Role.
		o.foreignRole = true
		return slices.Concat(failure(kindRole, err), w.deleteBinding(name))
	}
	if err != nil {
		return failure(kindRole, err)
	}
	o.role = answer
	w.recordSent(kindRole, sent)
	return nil
}

func (w *grantObjects) setBinding(name, label string, subjects subjectSet) Result {
	grant := render.Grant{Name: name, Role: label, Subjects: subjects}
	o := w.objects[name]
	if o.foreignRole {
		// setRole has reported it.
		return nil
	}
	if o.binding != nil && (o.binding.RoleRef != grant.RoleRef() || w.hasForeignController(o.binding)) {
		// A roleRef cannot be changed, only created anew.
		if err := w.replace(w.ctx, kindRoleBinding, o.binding); err != nil {
			return failure(kindRoleBinding, err)
		}
		o.binding = nil
	}
	sent := grant.BindingObject(w.owner)
	answer, err := writeTyped(w.ctx, w.Session, sent, o.binding)
	if err != nil {
		result := failure(kindRoleBinding, err)
		if o.binding == nil && w.first && !result.Has(ForeignObject) {
			result = append(result, w.findForeign(sent)...)
		}
		if result.Has(ForeignObject) {
			// The foreign RoleBinding grants the rules of our Role.
			result = append(result, w.deleteRole(name)...)
		}
		return result
	}
	o.binding = answer
	w.recordSent(kindRoleBinding, sent)
	return nil
}

// findForeign looks for a foreign RoleBinding after a creation has failed for another reason. Nothing has looked for one
// before. If the API server does not answer, the next reconcile finds out.
func (w *grantObjects) findForeign(wanted *rbacv1.RoleBinding) Result {
	there := &rbacv1.RoleBinding{ObjectMeta: metav1.ObjectMeta{Namespace: wanted.Namespace, Name: wanted.Name}}
	_, err := w.observeLive(w.ctx, kindRoleBinding, there)
	return failure(kindRoleBinding, err).In(ForeignObject)
}

func (w *grantObjects) recordSent(kind string, sent client.Object) {
	w.mu.Lock()
	defer w.mu.Unlock()
	w.sent[keyFor(kind, sent)] = sent
}

func (w *grantObjects) recordDeleted(kind string, object client.Object) {
	w.mu.Lock()
	defer w.mu.Unlock()
	w.gone[keyFor(kind, object)] = true
}

func (w *grantObjects) deleteBinding(name string) Result {
	o := w.objects[name]
	if o.binding == nil {
		return nil
	}
	if err := w.remove(w.ctx, kindRoleBinding, o.binding); err != nil {
		return failure(kindRoleBinding, err)
	}
	w.recordDeleted(kindRoleBinding, o.binding)
	if len(o.binding.Finalizers) > 0 {
		o.binding.Subjects = nil
		return nil
	}
	o.binding = nil
	return nil
}

func (w *grantObjects) deleteRole(name string) Result {
	o := w.objects[name]
	if o.role == nil {
		return nil
	}
	if err := w.remove(w.ctx, kindRole, o.role); err != nil {
		return failure(kindRole, err)
	}
	w.recordDeleted(kindRole, o.role)
	if len(o.role.Finalizers) > 0 {
		o.role.Rules = nil
		return nil
	}
	o.role = nil
	return nil
}

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

	rbacv1 "k8s.io/api/rbac/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"sigs.k8s.io/controller-runtime/pkg/client"

	"github.com/stakeholders-dev/stakeholder-operator/controllers/render"
)

// grantObjects writes the grants of one map.
type grantObjects struct {
	*Session
	ctx     context.Context //nolint:containedctx // lives for one call of Grants
	objects map[string]*grantObject
	// written has the kinds of the objects that were written or deleted.
	written map[string]bool
	// sent has the objects as they were last written, until the answer is noted.
	sent map[writtenKey]client.Object
	// gone has the objects that were deleted.
	gone map[writtenKey]bool
}

func (w *grantObjects) setRole(name, label string, rights rightSet) error {
	grant := render.Grant{Name: name, Role: label, Rights: rights}
	config := grant.RoleConfiguration(w.owner)
	sent, err := decoded(config, &rbacv1.Role{})
	if err != nil {
		return err
	}
	o := w.objects[name]
	if o.role != nil && w.usurped(o.role) {
		if err := w.replace(w.ctx, kindRole, o.role); err != nil {
			return err
		}
		o.role = nil
	}
	if o.role == nil {
		o.role = &rbacv1.Role{ObjectMeta: metav1.ObjectMeta{Namespace: w.owner.Namespace, Name: name}}
	}
	if o.role.UID != "" {
		config.WithUID(o.role.UID).WithResourceVersion(o.role.ResourceVersion)
	}
	if err := w.apply(w.ctx, kindRole, config, config.ObjectMetaApplyConfiguration); err != nil {
		return err
	}
	w.sent[keyFor(kindRole, sent)] = sent
	// The answer has been read into config.
	if o.role, err = decoded(config, &rbacv1.Role{}); err != nil {
		return err
	}
	if len(rights) > 0 || len(o.role.Rules) == 0 {
		return nil
	}
	// Somebody else has written them.
	answer, err := w.clear(w.ctx, kindRole, o.role)
	if role, ok := answer.(*rbacv1.Role); ok {
		o.role = role
	}
	return err
}

func (w *grantObjects) setBinding(name, label string, subjects subjectSet) error {
	grant := render.Grant{Name: name, Role: label, Subjects: subjects}
	o := w.objects[name]
	if o.binding != nil && (o.binding.RoleRef != grant.RoleRef() || w.usurped(o.binding)) {
		// A roleRef cannot be changed, only created anew.
		if err := w.replace(w.ctx, kindRoleBinding, o.binding); err != nil {
			return err
		}
		o.binding = nil
	}
	if o.binding == nil {
		o.binding = &rbacv1.RoleBinding{
			ObjectMeta: metav1.ObjectMeta{Namespace: w.owner.Namespace, Name: name}, RoleRef: grant.RoleRef(),
		}
	}
	config := grant.BindingConfiguration(w.owner)
	sent, err := decoded(config, &rbacv1.RoleBinding{})
	if err != nil {
		return err
	}
	if o.binding.UID != "" {
		config.WithUID(o.binding.UID).WithResourceVersion(o.binding.ResourceVersion)
	}
	if err := w.apply(w.ctx, kindRoleBinding, config, config.ObjectMetaApplyConfiguration); err != nil {
		return err
	}
	w.sent[keyFor(kindRoleBinding, sent)] = sent
	if o.binding, err = decoded(config, &rbacv1.RoleBinding{}); err != nil {
		return err
	}
	if len(subjects) > 0 || len(o.binding.Subjects) == 0 {
		return nil
	}
	// Somebody else has applied them too.
	answer, err := w.clear(w.ctx, kindRoleBinding, o.binding)
	if binding, ok := answer.(*rbacv1.RoleBinding); ok {
		o.binding = binding
	}
	return err
}

func (w *grantObjects) deleteBinding(name string) error {
	o := w.objects[name]
	if o.binding == nil {
		return nil
	}
	if err := w.remove(w.ctx, kindRoleBinding, o.binding); err != nil {
		return err
	}
	w.written[kindRoleBinding] = true
	w.gone[keyFor(kindRoleBinding, o.binding)] = true
	if len(o.binding.Finalizers) > 0 {
		o.binding.Subjects = nil
		return nil
	}
	o.binding = nil
	return nil
}

func (w *grantObjects) deleteRole(name string) error {
	o := w.objects[name]
	if o.role == nil {
		return nil
	}
	if err := w.remove(w.ctx, kindRole, o.role); err != nil {
		return err
	}
	w.written[kindRole] = true
	w.gone[keyFor(kindRole, o.role)] = true
	if len(o.role.Finalizers) > 0 {
		o.role.Rules = nil
		return nil
	}
	o.role = nil
	return nil
}

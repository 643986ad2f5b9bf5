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
	"errors"
	"maps"
	"slices"

	corev1 "k8s.io/api/core/v1"
	rbacv1 "k8s.io/api/rbac/v1"
	apierrors "k8s.io/apimachinery/pkg/api/errors"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"

	"github.com/stakeholders-dev/stakeholder-operator/controllers/render"
)

// gives says whether something is to be created in a namespace, or somebody to be given a right there.
func (s *Session) gives(p *Plan, task targetTask) bool {
	if !task.wanted || p.OnlyRestrict {
		return false
	}
	have := task.have
	if have.nothing() || have.configMap == nil && p.Data != nil && task.namespace != s.owner.Namespace {
		return true
	}
	return slices.ContainsFunc(render.Roles, func(role string) bool {
		var held subjectSet
		if binding := have.bindings[role]; binding != nil && binding.RoleRef == render.TargetRoleRef(role) {
			held = subjectsOf(binding)
		}
		return !subset(p.Holders[role], held) || s.givesAccount(p.Accounts, task, role, held)
	})
}

// putTarget does what is to be done in one namespace, all that can be, and lists the kinds that were written.
func (s *Session) putTarget(ctx context.Context, plan Plan, task targetTask) (written []string, err error) {
	if task.have == nil {
		task.have = &targetObjects{}
	} else if task.have.behind != nil {
		return nil, task.have.behind
	}
	have := task.have
	var errs []error
	note := func(kind string, wrote bool, err error) {
		if wrote {
			written = append(written, kind)
		}
		if err != nil {
			errs = append(errs, err)
		}
	}
	if s.gives(&plan, task) {
		if err := s.consents(ctx, task.namespace, plan.TakesPart); err != nil {
			note("", false, err)
			plan.OnlyRestrict = true
		}
	}
	for _, role := range render.Roles {
		s.putRole(ctx, &plan, task, role, note)
	}
	switch {
	case !task.wanted:
		if have.configMap != nil {
			err := s.remove(ctx, kindConfigMap, have.configMap)
			note(kindConfigMap, err == nil, err)
		}
	case plan.Data != nil && !plan.OnlyRestrict && task.namespace != s.owner.Namespace:
		wrote, err := s.putCopy(ctx, task.namespace, have.configMap, plan)
		note(kindConfigMap, wrote, err)
	}
	return written, classify(errors.Join(errs...), task.wanted)
}

// putRole does it for one role, and notes each kind, whether it was written, and what went wrong.
func (s *Session) putRole(ctx context.Context, plan *Plan, task targetTask, role string, note func(kind string, wrote bool, err error)) {
	subjects := plan.Holders[role]
	if !task.wanted {
		subjects = nil
	}
	// Who acts as the ServiceAccount is settled before it holds the right, and it goes after that.
	bound, wrote, err := s.putAccount(ctx, plan, task, role)
	note(kindServiceAccount, wrote, err)
	if bound {
		subjects = with(subjects, render.AccountSubject(s.owner, task.namespace, role))
	}
	wrote, err = s.putTargetBinding(ctx, task.namespace, role, task.have.bindings[role], subjects, plan.OnlyRestrict)
	note(kindRoleBinding, wrote, err)
	account := task.have.accounts[role]
	if err == nil && !bound && account != nil && account.DeletionTimestamp == nil && plan.unwanted(task, role) {
		err := s.remove(ctx, kindServiceAccount, account)
		note(kindServiceAccount, err == nil, err)
	}
}

// classify tells a namespace that is being deleted from one that refuses a write.
func classify(err error, wanted bool) error {
	for _, e := range Others(err) {
		status, ok := errors.AsType[*apierrors.StatusError](e)
		gone := ok && status.Status().Details != nil && apierrors.IsNotFound(e) && status.Status().Details.Kind == "namespaces"
		if wanted && (gone || apierrors.HasStatusCause(e, corev1.NamespaceTerminatingCause)) {
			return ErrNamespaceTerminating
		}
	}
	return err
}

// putTargetBinding brings a role's RoleBinding to what it should be, and says whether something was written.
// Nobody is added if it should only be restricted.
func (s *Session) putTargetBinding(ctx context.Context, namespace, role string, have *rbacv1.RoleBinding, subjects subjectSet, onlyRestrict bool) (wrote bool, err error) {
	adds := !onlyRestrict && len(subjects) > 0
	if have == nil && adds {
		if have, err = s.hiddenBinding(ctx, namespace, role); err != nil {
			return false, err
		}
	}
	if have != nil && (have.RoleRef != render.TargetRoleRef(role) || s.usurped(have)) {
		// Somebody has put another in its place. A roleRef cannot be changed, only created anew.
		remove := s.remove
		if adds {
			remove = s.replace
		}
		wrote = have.DeletionTimestamp == nil
		if err := remove(ctx, kindRoleBinding, have); err != nil {
			return wrote && len(Others(err)) == 0, err
		}
		have = nil
	}
	if have == nil {
		if !adds {
			return wrote, nil
		}
		config := render.TargetBinding(s.owner, namespace, role, subjects)
		err := s.apply(ctx, kindRoleBinding, config, config.ObjectMetaApplyConfiguration)
		return wrote || err == nil, err
	}
	return s.changeTargetBinding(ctx, role, have, subjects, onlyRestrict)
}

// changeTargetBinding is putTargetBinding for one that refers to the right ClusterRole.
func (s *Session) changeTargetBinding(ctx context.Context, role string, have *rbacv1.RoleBinding, subjects subjectSet, onlyRestrict bool) (wrote bool, err error) {
	held := subjectsOf(have)
	if onlyRestrict {
		subjects = intersection(held, subjects)
	}
	if len(subjects) == 0 {
		return s.removeTargetBinding(ctx, have)
	}
	exact := onlyRestrict || len(have.Subjects) == len(held) && s.hasMetadata(have, render.TargetLabels(s.owner, role))
	if exact && maps.Equal(held, subjects) {
		return false, nil
	}
	config := render.TargetBinding(s.owner, have.Namespace, role, subjects).WithUID(have.UID).WithResourceVersion(have.ResourceVersion)
	err = s.apply(ctx, kindRoleBinding, config, config.ObjectMetaApplyConfiguration)
	return err == nil, err
}

// hiddenBinding asks the API server for a role's RoleBinding that the cache does not show, as when it has lost
// our label. It returns nil if there is none.
func (s *Session) hiddenBinding(ctx context.Context, namespace, role string) (*rbacv1.RoleBinding, error) {
	binding := &rbacv1.RoleBinding{ObjectMeta: metav1.ObjectMeta{Namespace: namespace, Name: render.TargetBindingName(s.owner, role)}}
	found, err := s.observe(ctx, kindRoleBinding, binding)
	if err != nil || !found {
		return nil, err
	}
	return binding, nil
}

// removeTargetBinding makes no request about one that is only waiting for somebody's finalizer.
func (s *Session) removeTargetBinding(ctx context.Context, have *rbacv1.RoleBinding) (wrote bool, err error) {
	if have.DeletionTimestamp != nil && len(have.Subjects) == 0 {
		return false, nil
	}
	err = s.remove(ctx, kindRoleBinding, have)
	return err == nil, err
}

func subjectsOf(binding *rbacv1.RoleBinding) subjectSet {
	held := make(subjectSet, len(binding.Subjects))
	for _, subject := range binding.Subjects {
		held[subject] = true
	}
	return held
}

// putCopy brings the copy of the routing table to what it should be, and says whether something was written.
func (s *Session) putCopy(ctx context.Context, namespace string, have *corev1.ConfigMap, plan Plan) (wrote bool, err error) {
	if have != nil && s.hasMetadata(have, render.TargetLabels(s.owner, "")) && digest(have) == plan.digest && (have.Immutable == nil || !*have.Immutable) {
		return false, nil
	}
	// The answer of the API server is read into the configuration.
	desired := render.TargetConfigMap(s.owner, namespace, maps.Clone(plan.Data))
	cm := &corev1.ConfigMap{ObjectMeta: metav1.ObjectMeta{Namespace: namespace, Name: *desired.Name}}
	found, err := s.observeLive(ctx, kindConfigMap, cm)
	if err != nil {
		return false, err
	}
	if !found {
		cm = nil
	}
	return s.putConfigMap(ctx, desired, cm)
}

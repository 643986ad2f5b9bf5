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
	"sigs.k8s.io/controller-runtime/pkg/client"

	"github.com/stakeholders-dev/stakeholder-operator/controllers/names"
	"github.com/stakeholders-dev/stakeholder-operator/controllers/render"
)

// gives says whether something is to be created in a namespace, or somebody to be given a right there.
func (s *Session) gives(p *Plan, task targetTask) bool {
	if !task.wanted || p.OnlyRestrict {
		return false
	}
	have := task.have
	if have.nothing() || have.configMap == nil && s.writesCopy(p, task) {
		return true
	}
	return slices.ContainsFunc(names.Roles, func(role string) bool {
		var held subjectSet
		if binding := have.bindings[role]; binding != nil && binding.RoleRef == render.TargetRoleRef(role) {
			held = subjectsOf(binding)
		}
		return !subset(p.Holders[role], held) || s.givesAccount(p.Accounts, task, role, held)
	})
}

// copyDue says whether a namespace is to have a copy of the routing table.
func (p *Plan) copyDue(task targetTask) bool { return task.wanted && p.Copies[task.namespace] }

// writesCopy says whether a copy of the routing table may be written in a namespace. The map's own has the table
// itself. Nobody's contact data goes where it was not yet because of an edit that makes the map invalid.
func (s *Session) writesCopy(p *Plan, task targetTask) bool {
	return p.copyDue(task) && p.Data != nil && !p.OnlyRestrict && task.namespace != s.owner.Namespace &&
		(task.have.configMap != nil || !p.OnlyExisting)
}

// putTarget does what is to be done in one namespace, all that can be.
func (s *Session) putTarget(ctx context.Context, plan Plan, task targetTask) (done targetResult, err error) {
	if task.have == nil {
		task.have = &targetObjects{}
	} else if task.have.behind != nil {
		return targetResult{}, task.have.behind
	}
	have := task.have
	var errs []error
	note := func(kind string, wrote bool, err error) {
		if wrote {
			done.written = append(done.written, kind)
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
	if !task.wanted {
		if err := s.completeTarget(ctx, task); err != nil {
			note("", false, err)
		}
	}
	for _, role := range names.Roles {
		if s.putRole(ctx, &plan, task, role, note) {
			done.gained = append(done.gained, role)
		}
	}
	switch {
	case !plan.copyDue(task):
		if have.configMap != nil {
			err := s.removeUnwanted(ctx, kindConfigMap, have.configMap)
			// That the map no longer asks for a copy is no repair.
			note(kindConfigMap, err == nil && !task.wanted, err)
		}
	case s.writesCopy(&plan, task):
		wrote, err := s.putCopy(ctx, task.namespace, have.configMap, plan)
		note(kindConfigMap, wrote, err)
	}
	return done, classify(errors.Join(errs...), task.wanted)
}

// completeTarget asks the API server by name for what the cache does not show of the outputs in a namespace that everything
// is to leave. What is there of them can have lost our label.
func (s *Session) completeTarget(ctx context.Context, task targetTask) error {
	var errs []error
	for _, role := range names.Roles {
		if task.have.bindings[role] == nil {
			binding, err := s.targetBinding(ctx, task.namespace, role, s.observe)
			if binding != nil {
				task.have.bindings[role] = binding
			}
			errs = append(errs, Others(err)...)
		}
	}
	if task.have.configMap == nil && task.namespace != s.owner.Namespace {
		cm := &corev1.ConfigMap{ObjectMeta: metav1.ObjectMeta{Namespace: task.namespace, Name: names.TargetConfigMapName(s.owner)}}
		found, err := s.observeLive(ctx, kindConfigMap, cm)
		if found && err == nil {
			task.have.configMap = cm
		}
		errs = append(errs, Others(err)...)
	}
	return errors.Join(errs...)
}

// putRole does it for one role, and notes each kind, whether it was written, and what went wrong. Gained says that nobody
// held the role and somebody now does.
func (s *Session) putRole(
	ctx context.Context, plan *Plan, task targetTask, role string, note func(kind string, wrote bool, err error),
) (gained bool) {
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
	gained = err == nil && wrote && !plan.OnlyRestrict && len(subjects) > 0 && !bindsSomebody(task.have.bindings[role], role)
	account := task.have.accounts[role]
	if err == nil && !bound && account != nil && account.DeletionTimestamp == nil && plan.unwanted(task, role) {
		err := s.removeUnwanted(ctx, kindServiceAccount, account)
		note(kindServiceAccount, err == nil, err)
	}
	return gained
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
		if have, err = s.targetBinding(ctx, namespace, role, s.observeToCreate); err != nil {
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
		_, created, err := s.writeTargetBinding(ctx, role, nil, namespace, subjects)
		return wrote || created, err
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
	exact := onlyRestrict || len(have.Subjects) == len(held) && s.hasMetadata(have, s.owner.Labels(role))
	if exact && maps.Equal(held, subjects) {
		return false, s.exact(keyFor(kindRoleBinding, have))
	}
	known := s.knownDispute(render.TargetBinding(s.owner, have.Namespace, role, subjects))
	answer, wrote, err := s.writeTargetBinding(ctx, role, have, have.Namespace, subjects)
	if IsRefused(err) && !subset(held, subjects) {
		return s.recreateTargetBinding(ctx, role, have, subjects, onlyRestrict, err)
	}
	if answer != nil && !known && !subset(intersection(held, subjectsOf(answer)), subjects) {
		// Admission carries over what was there.
		return s.recreateTargetBinding(ctx, role, answer, subjects, onlyRestrict, err)
	}
	return wrote, err
}

// writeTargetBinding creates a role's RoleBinding, or changes the one that there is, unless that is held back. It returns
// what there is then, nil if it was not written, and says whether that is as it was sent.
func (s *Session) writeTargetBinding(
	ctx context.Context, role string, have *rbacv1.RoleBinding, namespace string, subjects subjectSet,
) (answer *rbacv1.RoleBinding, exact bool, err error) {
	sent := render.TargetBinding(s.owner, namespace, role, subjects)
	key, wanted, is := keyFor(kindRoleBinding, sent), stateOf(sent, sent), absent
	if have != nil {
		is = stateOf(have, sent)
	}
	if err := s.heldBack(key, wanted, is); err != nil {
		return nil, false, err
	}
	if answer, err = put(ctx, s, sent, have); err != nil {
		return nil, false, err
	}
	exact, err = s.noteAnswer(key, wanted, sent, answer)
	return answer, exact, err
}

// recreateTargetBinding is for one that somebody has to leave and that may not be changed: it may be deleted. Those who
// are to stay may lose their rights until they can be given anew: that a revocation does not happen is worse.
func (s *Session) recreateTargetBinding(
	ctx context.Context, role string, have *rbacv1.RoleBinding, subjects subjectSet, onlyRestrict bool, refused error,
) (wrote bool, err error) {
	if err := s.replace(ctx, kindRoleBinding, have); err != nil {
		return false, errors.Join(refused, err)
	}
	if onlyRestrict {
		// It is not known who is to have it now.
		return true, refused
	}
	_, _, err = s.writeTargetBinding(ctx, role, nil, have.Namespace, subjects)
	return true, err
}

// observer fills in an object, and says whether it is there: see observe.
type observer func(ctx context.Context, kind string, object client.Object) (bool, error)

// targetBinding is a role's RoleBinding that was not among those that the cache shows, as when it has lost our label, or nil
// if there is none.
func (s *Session) targetBinding(ctx context.Context, namespace, role string, observe observer) (*rbacv1.RoleBinding, error) {
	binding := &rbacv1.RoleBinding{ObjectMeta: metav1.ObjectMeta{Namespace: namespace, Name: names.TargetBindingName(s.owner, role)}}
	found, err := observe(ctx, kindRoleBinding, binding)
	if err != nil || !found {
		return nil, err
	}
	return binding, nil
}

// removeUnwanted is remove for what the map no longer wants, which it notes: when it is wanted again after that, this is no
// repair.
func (s *Session) removeUnwanted(ctx context.Context, kind string, have client.Object) error {
	if err := s.remove(ctx, kind, have); err != nil {
		return err
	}
	s.Rewrites.done(s.owner.NamespacedName(), keyFor(kind, have), absent, absent, "")
	return nil
}

// removeTargetBinding makes no request about one that is only waiting for somebody's finalizer.
func (s *Session) removeTargetBinding(ctx context.Context, have *rbacv1.RoleBinding) (wrote bool, err error) {
	if have.DeletionTimestamp != nil && len(have.Subjects) == 0 {
		return false, nil
	}
	err = s.removeUnwanted(ctx, kindRoleBinding, have)
	if !IsRefused(err) || len(have.Subjects) == 0 {
		return err == nil, err
	}
	// Emptied it stays, and gives nobody anything.
	failed := s.clear(ctx, kindRoleBinding, have)
	return failed == nil, err
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
	if have == nil {
		cm := &corev1.ConfigMap{ObjectMeta: metav1.ObjectMeta{Namespace: namespace, Name: names.TargetConfigMapName(s.owner)}}
		if found, err := s.observeToCreate(ctx, kindConfigMap, cm); err != nil {
			return false, err
		} else if found {
			have = cm
		}
	}
	return s.putConfigMap(ctx, render.TargetConfigMap(s.owner, namespace, plan.Data), have, plan.digest)
}

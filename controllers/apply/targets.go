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
	"cmp"
	"context"
	"errors"
	"fmt"
	"maps"
	"slices"
	"sync"

	"golang.org/x/sync/errgroup"
	corev1 "k8s.io/api/core/v1"
	rbacv1 "k8s.io/api/rbac/v1"
	apierrors "k8s.io/apimachinery/pkg/api/errors"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/types"
	"sigs.k8s.io/controller-runtime/pkg/client"

	"github.com/stakeholders-dev/stakeholder-operator/controllers/render"
)

// fanOut is in how many namespaces a map is written at the same time. As many maps as are reconciled at
// the same time can do so.
const fanOut = 8

// ErrNamespaceTerminating is in the chain of a namespace's error if it is being deleted, or gone, before the
// cache shows it. There is nothing to do about it until it changes.
var ErrNamespaceTerminating = errors.New("the namespace is being deleted")

// Plan is what a map should have in other namespaces than its own, and in its own if that is a target.
type Plan struct {
	// Namespaces take part. In every other one, everything of the map's goes.
	Namespaces []string
	// TakesPart says the same of a namespace as the API server shows it.
	TakesPart func(namespace metav1.Object) bool
	// Holders are who is to hold a right there, by the value of render.LabelRole.
	Holders map[string]map[rbacv1.Subject]bool
	// Data is that of the copies of the routing table. Nil: there is none, copies stay as they are.
	Data map[string]string
	// digest is that of Data.
	digest string
	// OnlyRestrict is for when it is not known what should be in force: whoever is not among the holders
	// goes, and nothing is added.
	OnlyRestrict bool
	// OnlyExisting leaves out namespaces in which the map has nothing yet: an invalid map gains nothing.
	OnlyExisting bool
}

// TargetsReport is what came of a plan.
type TargetsReport struct {
	// Failed has what went wrong, by namespace.
	Failed map[string]error
	// Joined and Left are the namespaces in which the map had nothing and now has something, and the other
	// way round, sorted. LeftOut are those of the plan in which it has nothing, because nothing is added now.
	Joined, Left, LeftOut []string
	// Repaired lists the kinds of the objects that were written in namespaces that have neither joined nor
	// left, sorted.
	Repaired []string
	// Elsewhere is false if it is certain that the map has nothing in any other namespace.
	Elsewhere bool
}

// Err joins what went wrong in all namespaces.
func (r *TargetsReport) Err() error {
	errs := make([]error, 0, len(r.Failed))
	for _, namespace := range slices.Sorted(maps.Keys(r.Failed)) {
		errs = append(errs, r.Failed[namespace])
	}
	return errors.Join(errs...)
}

// Targets puts a plan in force. Every namespace is tried, several at the same time, and none waits for another
// one that fails; those in which somebody loses something come first. No request is made where nothing
// differs. The error is that of reading the cache; what went wrong in a namespace is reported.
func (s *Session) Targets(ctx context.Context, plan Plan) (TargetsReport, error) {
	have, elsewhere, err := s.targetObjects(ctx)
	if err != nil {
		return TargetsReport{}, err
	}
	report := TargetsReport{Failed: make(map[string]error), Elsewhere: elsewhere}
	plan.digest = digestOf(plan.Data, nil)
	var tasks []targetTask
	wanted := make(map[string]bool, len(plan.Namespaces))
	for _, namespace := range plan.Namespaces {
		wanted[namespace] = true
		if have[namespace] == nil && (plan.OnlyRestrict || plan.OnlyExisting) {
			report.LeftOut = append(report.LeftOut, namespace)
			continue
		}
		tasks = append(tasks, targetTask{namespace: namespace, have: have[namespace], wanted: true})
	}
	for namespace, objects := range have {
		if !wanted[namespace] {
			tasks = append(tasks, targetTask{namespace: namespace, have: objects})
		}
	}
	slices.SortFunc(tasks, func(a, b targetTask) int {
		return cmp.Or(cmp.Compare(a.order(plan), b.order(plan)), cmp.Compare(a.namespace, b.namespace))
	})
	var mu sync.Mutex
	repaired := make(map[string]bool)
	var group errgroup.Group
	group.SetLimit(fanOut)
	for _, task := range tasks {
		group.Go(func() error {
			written, err := s.putTarget(ctx, plan, task)
			mu.Lock()
			defer mu.Unlock()
			report.add(task, written, err, repaired)
			return nil
		})
	}
	_ = group.Wait() // what went wrong is in the report
	slices.Sort(report.Joined)
	slices.Sort(report.Left)
	report.Repaired = slices.Sorted(maps.Keys(repaired))
	return report, nil
}

// add notes what came of a namespace.
func (r *TargetsReport) add(task targetTask, written []string, err error, repaired map[string]bool) {
	if err != nil {
		r.Failed[task.namespace] = err
	}
	switch {
	case len(written) == 0:
	case task.have == nil:
		r.Joined = append(r.Joined, task.namespace)
	case !task.wanted:
		if err == nil {
			r.Left = append(r.Left, task.namespace)
		}
	default:
		for _, kind := range written {
			repaired[kind] = true
		}
	}
}

// targetTask is what is to be done in one namespace.
type targetTask struct {
	namespace string
	// have is what there is. Nil: nothing that the cache knows.
	have   *targetObjects
	wanted bool
}

// order puts those namespaces first in which somebody loses something.
func (t *targetTask) order(plan Plan) int {
	if !t.wanted {
		return 0
	}
	if t.have != nil {
		for role, binding := range t.have.bindings {
			for _, subject := range binding.Subjects {
				if !plan.Holders[role][subject] {
					return 1
				}
			}
		}
	}
	return 2
}

// targetObjects is what a map has in a target namespace.
type targetObjects struct {
	// bindings are by role.
	bindings map[string]*rbacv1.RoleBinding
	// configMap has a digest in the place of its data: see Strip.
	configMap *corev1.ConfigMap
	// behind is ErrCacheBehind if the cache shows an older state than was last written.
	behind error
}

// targetObjects lists what the cache knows of the map's objects in target namespaces, and says whether any
// of them is, or may be, in another namespace than the map's. Only objects with the names that the map's
// have are looked at: whatever else claims to be the map's is not touched.
//
// The objects are the cache's own, and must not be changed.
func (s *Session) targetObjects(ctx context.Context) (have map[string]*targetObjects, elsewhere bool, err error) {
	have = make(map[string]*targetObjects)
	entry := func(object client.Object) *targetObjects {
		namespace := object.GetNamespace()
		if have[namespace] == nil {
			have[namespace] = &targetObjects{bindings: make(map[string]*rbacv1.RoleBinding)}
		}
		elsewhere = elsewhere || namespace != s.owner.Namespace && !s.released(object)
		return have[namespace]
	}
	owned := []client.ListOption{client.MatchingFields{OwnerIndex: string(s.owner.UID)}, client.UnsafeDisableDeepCopy}
	var bindings rbacv1.RoleBindingList
	if err := s.Cache.List(ctx, &bindings, owned...); err != nil {
		return nil, false, fmt.Errorf("list RoleBindings: %w", err)
	}
	for i := range bindings.Items {
		binding := &bindings.Items[i]
		if role := render.TargetBindingRole(s.owner, binding.Name); role != "" && s.owns(binding) {
			t := entry(binding)
			t.bindings[role] = binding
			s.checkBehind(t, kindRoleBinding, binding)
		}
	}
	var configMaps corev1.ConfigMapList
	if err := s.Cache.List(ctx, &configMaps, owned...); err != nil {
		return nil, false, fmt.Errorf("list ConfigMaps: %w", err)
	}
	for i := range configMaps.Items {
		cm := &configMaps.Items[i]
		if cm.Name == render.TargetConfigMapName(s.owner) && cm.Namespace != s.owner.Namespace && s.owns(cm) {
			t := entry(cm)
			t.configMap = cm
			s.checkBehind(t, kindConfigMap, cm)
		}
	}
	if unseen := s.unseen(have); !elsewhere && len(unseen) > 0 {
		elsewhere, err = s.anyLeft(ctx, unseen)
	}
	return have, elsewhere, err
}

func (s *Session) checkBehind(t *targetObjects, kind string, object client.Object) {
	if s.Writes.Behind(s.owner.NamespacedName(), kind, object) {
		t.behind = fmt.Errorf("%s %s: %w", kind, client.ObjectKeyFromObject(object), ErrCacheBehind)
	}
}

// released says whether nothing is left to be done about an object: it is being deleted, gives nobody anything that
// the map gave, and waits for somebody's finalizer. Nobody elsewhere may keep a map from being deleted by that.
func (s *Session) released(object client.Object) bool {
	binding, ok := object.(*rbacv1.RoleBinding)
	return object.GetDeletionTimestamp() != nil && (!ok || !needsEmptying(s.owner, binding))
}

// unseen lists what was written in other namespaces and the cache has not shown yet.
func (s *Session) unseen(have map[string]*targetObjects) []client.Object {
	elsewhere := func(namespace string) bool { return namespace != s.owner.Namespace }
	owner := s.owner.NamespacedName()
	bindings := s.Writes.Unseen(owner, kindRoleBinding, elsewhere, func(key types.NamespacedName) bool {
		t := have[key.Namespace]
		return t != nil && t.bindings[render.TargetBindingRole(s.owner, key.Name)] != nil
	})
	configMaps := s.Writes.Unseen(owner, kindConfigMap, elsewhere, func(key types.NamespacedName) bool {
		return have[key.Namespace] != nil && have[key.Namespace].configMap != nil
	})
	out := make([]client.Object, 0, len(bindings)+len(configMaps))
	for _, key := range bindings {
		out = append(out, &rbacv1.RoleBinding{ObjectMeta: metav1.ObjectMeta{Namespace: key.Namespace, Name: key.Name}})
	}
	for _, key := range configMaps {
		out = append(out, &corev1.ConfigMap{ObjectMeta: metav1.ObjectMeta{Namespace: key.Namespace, Name: key.Name}})
	}
	return out
}

// anyLeft asks the API server whether any of these objects is there and the map's: a map must not be let go
// while something of it is left that the cache does not know of. What is gone is forgotten. What is there will
// be shown, and sets off another reconcile.
func (s *Session) anyLeft(ctx context.Context, objects []client.Object) (bool, error) {
	for _, object := range objects {
		kind := kindConfigMap
		if _, ok := object.(*rbacv1.RoleBinding); ok {
			kind = kindRoleBinding
		}
		found, err := s.observeLive(ctx, kind, object)
		if len(Others(err)) > 0 {
			return false, err
		}
		if found && err == nil && !s.released(object) {
			return true, nil
		}
		s.Writes.Gone(s.owner.NamespacedName(), kind, client.ObjectKeyFromObject(object))
	}
	return false, nil
}

// gives says whether something is to be created in a namespace, or somebody to be given a right there.
func (p *Plan) gives(task targetTask, mapNamespace string) bool {
	if !task.wanted || p.OnlyRestrict {
		return false
	}
	have := task.have
	if have == nil || have.configMap == nil && p.Data != nil && task.namespace != mapNamespace {
		return true
	}
	return slices.ContainsFunc(render.Roles, func(role string) bool {
		var held subjectSet
		if binding := have.bindings[role]; binding != nil && binding.RoleRef == render.TargetRoleRef(role) {
			held = subjectsOf(binding)
		}
		return !subset(p.Holders[role], held)
	})
}

// putTarget does what is to be done in one namespace, all that can be, and lists the kinds that were written.
func (s *Session) putTarget(ctx context.Context, plan Plan, task targetTask) (written []string, err error) {
	have := task.have
	if have == nil {
		have = &targetObjects{}
	}
	if have.behind != nil {
		return nil, have.behind
	}
	var errs []error
	note := func(kind string, wrote bool, err error) {
		if wrote {
			written = append(written, kind)
		}
		if err != nil {
			errs = append(errs, err)
		}
	}
	if plan.gives(task, s.owner.Namespace) {
		if err := s.consents(ctx, task.namespace, plan.TakesPart); err != nil {
			note("", false, err)
			plan.OnlyRestrict = true
		}
	}
	for _, role := range render.Roles {
		subjects := plan.Holders[role]
		if !task.wanted {
			subjects = nil
		}
		wrote, err := s.putTargetBinding(ctx, task.namespace, role, have.bindings[role], subjects, plan.OnlyRestrict)
		note(kindRoleBinding, wrote, err)
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

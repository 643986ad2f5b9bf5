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
	"slices"

	corev1 "k8s.io/api/core/v1"
	rbacv1 "k8s.io/api/rbac/v1"
	"k8s.io/apimachinery/pkg/types"
	"sigs.k8s.io/controller-runtime/pkg/client"

	"github.com/stakeholders-dev/stakeholder-operator/controllers/names"
	"github.com/stakeholders-dev/stakeholder-operator/controllers/render"
)

// slot identifies an output in a target namespace. Role is "" for the copy of the routing table, and approvedRole for the Role and
// the RoleBinding that open approvals, which the map's own namespace has, too.
type slot struct{ kind, role string }

const approvedRole = "approved"

// slotOf returns the slot of the map's output with this name, or false if the map can have no such output.
func (s *Session) slotOf(part Part) (slot, bool) {
	place := slot{kind: part.Kind}
	if (part.Kind == kindRole || part.Kind == kindRoleBinding) && part.Key.Name == names.ApprovedName(s.owner) {
		place.role = approvedRole
		return place, true
	}
	switch part.Kind {
	case kindRoleBinding:
		place.role = names.TargetBindingRole(s.owner, part.Key.Name)
	case kindServiceAccount:
		place.role = names.AccountRole(s.owner, part.Key.Name)
	case kindConfigMap:
		return place, part.Key.Name == names.TargetConfigMapName(s.owner) && part.Key.Namespace != s.owner.Namespace
	}
	return place, place.role != ""
}

// nameOf returns the name of the output in a slot.
func (s *Session) nameOf(place slot) string {
	switch {
	case place.role == approvedRole:
		return names.ApprovedName(s.owner)
	case place.kind == kindRoleBinding:
		return names.TargetBindingName(s.owner, place.role)
	case place.kind == kindServiceAccount:
		return names.AccountName(s.owner, place.role)
	default:
		return names.TargetConfigMapName(s.owner)
	}
}

// ownSlots returns the slots of a map in a target namespace, without ServiceAccounts, which give no rights by
// themselves.
func ownSlots() []slot {
	places := make([]slot, 0, len(names.Roles)+3)
	for _, role := range names.Roles {
		places = append(places, slot{kindRoleBinding, role})
	}
	return append(places, slot{kindRoleBinding, approvedRole}, slot{kindRole, approvedRole}, slot{kind: kindConfigMap})
}

// targetObjects has a map's objects in one target namespace. The ConfigMap has a digest in place of its data: see
// Strip.
type targetObjects struct {
	bySlot map[slot]client.Object
	// stale is ErrStale if the cache shows an older state than the last write.
	stale error
}

func newTargetObjects() *targetObjects { return &targetObjects{bySlot: make(map[slot]client.Object)} }

// put adds an object. Of a table that was not read from the cache it keeps only the digest: a map can have tables in hundreds
// of namespaces, and all of these objects are kept until the session ends.
func (t *targetObjects) put(place slot, object client.Object) {
	if table, ok := object.(*corev1.ConfigMap); ok {
		keepDigest(table)
	}
	t.bySlot[place] = object
}

// binding returns the RoleBinding of a role, or nil if there is none.
func (t *targetObjects) binding(role string) *rbacv1.RoleBinding {
	binding, _ := t.bySlot[slot{kindRoleBinding, role}].(*rbacv1.RoleBinding)
	return binding
}

// approved returns the Role that opens approvals, or nil if there is none.
func (t *targetObjects) approved() *rbacv1.Role {
	role, _ := t.bySlot[slot{kindRole, approvedRole}].(*rbacv1.Role)
	return role
}

// opens reports whether there is a Role or a RoleBinding that opens approvals.
func (t *targetObjects) opens() bool { return t.approved() != nil || t.binding(approvedRole) != nil }

// held returns the subjects that have the rights of a role.
func (t *targetObjects) held(role string) subjectSet {
	binding := t.binding(role)
	if binding == nil || binding.RoleRef != render.TargetRoleRef(role) {
		return nil
	}
	return subjectsOf(binding)
}

// account returns the ServiceAccount of a role, or nil if there is none.
func (t *targetObjects) account(role string) *corev1.ServiceAccount {
	account, _ := t.bySlot[slot{kindServiceAccount, role}].(*corev1.ServiceAccount)
	return account
}

// table returns the copy of the routing table, or nil if there is none.
func (t *targetObjects) table() *corev1.ConfigMap {
	table, _ := t.bySlot[slot{kind: kindConfigMap}].(*corev1.ConfigMap)
	return table
}

// targetKinds returns the kinds that a map has in target namespaces. ServiceAccounts are omitted if they are not known.
func targetKinds(accounts *Accounts) []string {
	kinds := []string{kindRoleBinding, kindRole, kindConfigMap}
	if accounts.known() {
		kinds = append(kinds, kindServiceAccount)
	}
	return kinds
}

// targetObjects lists the map's objects in target namespaces, and what opens approvals in the map's own. It reports whether the
// cache shows any of them outside the map's namespace. It ignores objects without the name of an output of the map, even if they
// claim to be the map's. The error is that of reading the cache.
//
// The objects belong to the cache, so they must not be changed.
func (s *Session) targetObjects(ctx context.Context, accounts *Accounts) (have map[string]*targetObjects, elsewhere bool, err error) {
	have = make(map[string]*targetObjects)
	for _, kind := range targetKinds(accounts) {
		reader := s.Cache
		if kind == kindServiceAccount {
			reader = accounts.Cache
		}
		named, failed := listNamed(ctx, reader, s.owner, kind)
		err = errors.Join(err, failed)
		for _, object := range named {
			place, ok := s.slotOf(partOf(object))
			if !ok || !s.owns(object) {
				continue
			}
			t := entryOf(have, object.GetNamespace())
			t.put(place, object)
			if stale := s.recordRead(object); stale != nil {
				t.stale = stale
			}
			elsewhere = elsewhere || object.GetNamespace() != s.owner.Namespace && !released(s.owner, object)
		}
	}
	return have, elsewhere, err
}

func entryOf(have map[string]*targetObjects, namespace string) *targetObjects {
	if have[namespace] == nil {
		have[namespace] = newTargetObjects()
	}
	return have[namespace]
}

// addHidden adds outputs in target namespaces that the cache does not show. These have lost their label, or were just
// written and matter now, because they have to be removed or the finalizer depends on them. Elsewhere says whether the
// map certainly has an object in another namespace. The result has the objects that could not be read.
func (s *Session) addHidden(ctx context.Context, plan *Plan, have map[string]*targetObjects, elsewhere bool) Result {
	for _, kind := range targetKinds(plan.Accounts) {
		for _, part := range s.pending(have, kind) {
			here := part.Key.Namespace == s.owner.Namespace
			if !s.wants(plan, part) || !elsewhere && !here {
				s.hide(part)
			}
		}
	}
	objects, problems := s.hiddenOutputs(ctx)
	for _, object := range objects {
		place, ok := s.slotOf(partOf(object))
		if !ok {
			continue
		}
		if t := entryOf(have, object.GetNamespace()); t.bySlot[place] == nil {
			t.put(place, object)
		}
	}
	return problems
}

// wants reports whether a plan keeps an output where it is.
func (s *Session) wants(plan *Plan, part Part) bool {
	takesPart := slices.Contains(plan.Namespaces, part.Key.Namespace)
	switch place, _ := s.slotOf(part); {
	case place.role == approvedRole:
		return len(plan.Approved) > 0 && (takesPart || part.Key.Namespace == s.owner.Namespace)
	case place.kind == kindRoleBinding:
		return takesPart && len(plan.Subjects[place.role]) > 0
	default:
		return takesPart
	}
}

// released reports whether the operator is done with an object: it is being deleted, gives no right of the map any
// more, and waits for another finalizer. So users of other namespaces cannot block the deletion of a map with a
// finalizer.
func released(owner names.Owner, object client.Object) bool {
	return object.GetDeletionTimestamp() != nil && !needsClearing(owner, object)
}

// pending lists the objects of a kind, except grants and the routing table, that were written and that the cache does not show
// yet. Have is what the cache shows.
func (s *Session) pending(have map[string]*targetObjects, kind string) []Part {
	anywhere := func(string) bool { return true }
	return s.Writes.RecordList(s.owner.NamespacedName(), kind, anywhere, func(key types.NamespacedName) bool {
		place, ok := s.slotOf(Part{kind, key})
		t := have[key.Namespace]
		return !ok || t != nil && t.bySlot[place] != nil
	})
}

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
	"maps"
	"slices"

	rbacv1 "k8s.io/api/rbac/v1"
	"k8s.io/apimachinery/pkg/types"
	"sigs.k8s.io/controller-runtime/pkg/client"

	"github.com/stakeholders-dev/stakeholder-operator/controllers/names"
	"github.com/stakeholders-dev/stakeholder-operator/controllers/render"
)

// half is one of the two objects of a grant: what is wanted of it and what there is. Either may be nil.
type half struct {
	key          Part
	wanted, have client.Object
}

func (h half) states() (wanted, is string) {
	wanted, is = absent, absent
	like := h.wanted
	if like == nil {
		like = h.have
	}
	if h.wanted != nil {
		wanted = fingerprint(h.wanted, like)
	}
	if h.have != nil {
		is = fingerprint(h.have, like)
	}
	return wanted, is
}

// halves are those of a grant, which is nil if there should be none.
func (s *Session) halves(name string, o *grantObject, g *render.Grant) []half {
	keys := s.grantKeys(name)
	role, binding := half{key: keys[0]}, half{key: keys[1]}
	if o != nil && o.role != nil {
		role.have = o.role
	}
	if o != nil && o.binding != nil {
		binding.have = o.binding
	}
	if g != nil {
		role.wanted, binding.wanted = g.RoleObject(s.owner), g.BindingObject(s.owner)
	}
	return []half{role, binding}
}

// holdBack takes out of the current and the desired grants those that are not to be written now, because others change
// them over and over, or they are as admission has made them. It returns the desired ones that are left. The result has the disputes.
func (s *Session) holdBack(objects map[string]*grantObject, current map[string]*pair, desired []render.Grant) (free []render.Grant, result Result) {
	held := make(map[string]bool)
	wanted := make(map[string]*render.Grant, len(desired))
	for i := range desired {
		wanted[desired[i].Name] = &desired[i]
	}
	for _, name := range slices.Sorted(maps.Keys(current)) {
		g := wanted[name]
		if g != nil && settled(map[string]*pair{name: current[name]}, []render.Grant{*g}) {
			for _, key := range s.grantKeys(name) {
				s.Rewrites.RecordExact(s.owner.NamespacedName(), key)
			}
			continue
		}
		if disputes := s.waitForGrant(name, objects[name], g); !disputes.OK() {
			result = append(result, disputes...)
			held[name] = true
			delete(current, name)
		}
	}
	for i := range desired {
		name := desired[i].Name
		if current[name] == nil && !held[name] {
			if disputes := s.waitForGrant(name, nil, &desired[i]); !disputes.OK() {
				result = append(result, disputes...)
				held[name] = true
			}
		}
		if !held[name] {
			free = append(free, desired[i])
		}
	}
	return free, result
}

// waitForGrant says why no half of a grant is to be written now. It is nil if one of them is.
func (s *Session) waitForGrant(name string, o *grantObject, g *render.Grant) Result {
	var disputes Result
	for _, h := range s.halves(name, o, g) {
		if wanted, is := h.states(); wanted != is {
			err := s.heldBack(h.key, wanted, is)
			if err == nil {
				return nil
			}
			disputes = disputes.add(h.key.Kind, false, err)
		}
	}
	return disputes
}

// insist deletes and creates a RoleBinding that still has a subject that a write has removed. Admission can cause that if it
// carries over the subjects that were there.
func (w *grantObjects) insist(desired []render.Grant, before map[holding]rightSet) Result {
	var result Result
	for i := range desired {
		g := &desired[i]
		key := w.grantKeys(g.Name)[1]
		o := w.objects[g.Name]
		if w.sent[key] == nil || o == nil || o.binding == nil {
			continue
		}
		if w.knownDispute(g.BindingObject(w.owner)) {
			continue
		}
		kept := slices.ContainsFunc(o.binding.Subjects, func(s rbacv1.Subject) bool {
			return !g.Subjects[s] && before[holding{names.GrantRole(w.owner.Name, g.Name), s}] != nil
		})
		if !kept {
			continue
		}
		deleted := w.deleteBinding(g.Name)
		result = append(result, deleted...)
		if deleted.OK() {
			result = append(result, w.setBinding(g.Name, g.Role, g.Subjects)...)
		}
	}
	return result
}

// knownDispute says whether a RoleBinding was in dispute already when the same was wanted of it. A dispute about what was wanted
// before says nothing about the subjects that are to leave now.
func (s *Session) knownDispute(wanted *rbacv1.RoleBinding) bool {
	key := keyFor(kindRoleBinding, wanted)
	return s.Rewrites.wantedBefore(s.owner.NamespacedName(), key, fingerprint(wanted, wanted)) && s.dispute(key) != nil
}

// recordAnswers remembers what came of each write. The result has the objects that the API server stored as they were sent, and
// those that are in dispute. Grants that were held back are not among the desired ones.
func (w *grantObjects) recordAnswers(desired []render.Grant) Result {
	var result Result
	for i := range desired {
		keys := w.grantKeys(desired[i].Name)
		if w.sent[keys[0]] == nil && w.sent[keys[1]] == nil {
			result = result.add(kindRole, false, w.dispute(keys[0]))
			result = result.add(kindRoleBinding, false, w.dispute(keys[1]))
			continue
		}
		for _, h := range w.halves(desired[i].Name, w.objects[desired[i].Name], &desired[i]) {
			exact, err := w.recordHalf(h)
			result = result.add(h.key.Kind, exact, err)
		}
	}
	for key := range w.gone {
		var dispute error
		// An object that comes back is removed again, with the same delays.
		if o := w.objects[key.Key.Name]; o == nil || o.role == nil && o.binding == nil {
			w.Rewrites.Record(w.owner.NamespacedName(), key, Write{Wanted: absent, After: absent})
			dispute = w.dispute(key)
		}
		result = result.add(key.Kind, true, dispute)
	}
	return result
}

// recordHalf says whether one half was written and stored as it was sent. The error is a *DisputeError if it is in dispute.
func (w *grantObjects) recordHalf(h half) (exact bool, err error) {
	wanted, is := h.states()
	sent := w.sent[h.key]
	if sent == nil || h.have == nil {
		return false, w.dispute(h.key)
	}
	if wanted != is && fingerprint(h.have, sent) == fingerprint(sent, sent) {
		// It is as it was sent, and something else has kept it from becoming what is wanted.
		return true, w.dispute(h.key)
	}
	return w.recordAnswer(h.key, wanted, sent, h.have)
}

// grantKeys are those of the Role and the RoleBinding of a grant.
func (s *Session) grantKeys(name string) [2]Part {
	key := types.NamespacedName{Namespace: s.owner.Namespace, Name: name}
	return [2]Part{{kindRole, key}, {kindRoleBinding, key}}
}

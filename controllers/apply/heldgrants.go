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
	"errors"
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
	key          writtenKey
	wanted, have client.Object
}

func (h half) states() (wanted, is string) {
	like := h.wanted
	if like == nil {
		like = h.have
	}
	if h.wanted != nil {
		wanted = stateOf(h.wanted, like)
	}
	if h.have != nil {
		is = stateOf(h.have, like)
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
// them over and over, or they are as admission has made them. It returns the desired ones that are left. The error joins a *DisputeError for each.
func (s *Session) holdBack(objects map[string]*grantObject, current map[string]*pair, desired []render.Grant) (free []render.Grant, err error) {
	held := make(map[string]bool)
	wanted := make(map[string]*render.Grant, len(desired))
	for i := range desired {
		wanted[desired[i].Name] = &desired[i]
	}
	var errs []error
	for _, name := range slices.Sorted(maps.Keys(current)) {
		g := wanted[name]
		if g != nil && settled(map[string]*pair{name: current[name]}, []render.Grant{*g}) {
			for _, key := range s.grantKeys(name) {
				s.Rewrites.exact(s.owner.NamespacedName(), key)
			}
			continue
		}
		if err := s.waitForGrant(name, objects[name], g); err != nil {
			errs = append(errs, err)
			held[name] = true
			delete(current, name)
		}
	}
	for i := range desired {
		name := desired[i].Name
		if current[name] == nil && !held[name] {
			if err := s.waitForGrant(name, nil, &desired[i]); err != nil {
				errs = append(errs, err)
				held[name] = true
			}
		}
		if !held[name] {
			free = append(free, desired[i])
		}
	}
	return free, errors.Join(errs...)
}

// waitForGrant says why no half of a grant is to be written now. It is nil if one of them is.
func (s *Session) waitForGrant(name string, o *grantObject, g *render.Grant) error {
	var errs []error
	for _, h := range s.halves(name, o, g) {
		if wanted, is := h.states(); wanted != is {
			err := s.heldBack(h.key, wanted, is)
			if err == nil {
				return nil
			}
			errs = append(errs, err)
		}
	}
	return errors.Join(errs...)
}

// insist deletes and creates a RoleBinding that somebody was to leave and that has kept them all the same, as admission
// can see to that carries over what was there.
func (w *grantObjects) insist(desired []render.Grant, before map[holding]rightSet) error {
	var errs []error
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
		if err := w.deleteBinding(g.Name); err != nil {
			errs = append(errs, err)
			continue
		}
		errs = append(errs, w.setBinding(g.Name, g.Role, g.Subjects))
	}
	return errors.Join(errs...)
}

// knownDispute says whether a RoleBinding was in dispute already when the same was wanted of it. A dispute about what was wanted
// before says nothing about the subjects that are to leave now.
func (s *Session) knownDispute(wanted *rbacv1.RoleBinding) bool {
	key := keyFor(kindRoleBinding, wanted)
	return s.Rewrites.wantedBefore(s.owner.NamespacedName(), key, stateOf(wanted, wanted)) && s.dispute(key) != nil
}

// wantedBefore says whether the latest write of an object wanted a certain state of it.
func (r *Rewrites) wantedBefore(owner types.NamespacedName, key writtenKey, wanted string) bool {
	r.mu.Lock()
	defer r.mu.Unlock()
	last, ok := r.byMap[owner][key]
	return ok && last.wanted == wanted
}

// noteAnswers remembers what came of each write, notes the kinds of which one is as it was sent, and says which objects
// are in dispute. Those that were held back are not among the desired ones.
func (w *grantObjects) noteAnswers(desired []render.Grant) error {
	var errs []error
	for i := range desired {
		keys := w.grantKeys(desired[i].Name)
		if w.sent[keys[0]] == nil && w.sent[keys[1]] == nil {
			errs = append(errs, w.dispute(keys[0]), w.dispute(keys[1]))
			continue
		}
		for _, h := range w.halves(desired[i].Name, w.objects[desired[i].Name], &desired[i]) {
			errs = append(errs, w.noteAnswerOf(h))
		}
	}
	for key := range w.gone {
		// What comes again is removed again, with the same patience.
		if o := w.objects[key.key.Name]; o == nil || o.role == nil && o.binding == nil {
			w.Rewrites.done(w.owner.NamespacedName(), key, absent, absent, "")
			errs = append(errs, w.dispute(key))
		}
	}
	return errors.Join(errs...)
}

func (w *grantObjects) noteAnswerOf(h half) error {
	wanted, is := h.states()
	sent := w.sent[h.key]
	if sent == nil || h.have == nil {
		return w.dispute(h.key)
	}
	if wanted != is && stateOf(h.have, sent) == stateOf(sent, sent) {
		// It is as it was sent, and something else has kept it from becoming what is wanted.
		w.written[h.key.kind] = true
		return w.dispute(h.key)
	}
	exact, err := w.noteAnswer(h.key, wanted, sent, h.have)
	if exact {
		w.written[h.key.kind] = true
	}
	return err
}

// grantKeys are those of the Role and the RoleBinding of a grant.
func (s *Session) grantKeys(name string) [2]writtenKey {
	key := types.NamespacedName{Namespace: s.owner.Namespace, Name: name}
	return [2]writtenKey{{kindRole, key}, {kindRoleBinding, key}}
}

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
	"slices"

	rbacv1 "k8s.io/api/rbac/v1"
	"k8s.io/apimachinery/pkg/types"
	"k8s.io/apimachinery/pkg/util/sets"
	"sigs.k8s.io/controller-runtime/pkg/client"

	"github.com/stakeholders-dev/stakeholder-operator/controllers/names"
	"github.com/stakeholders-dev/stakeholder-operator/controllers/render"
)

// half is one of the two objects of a grant.
type half struct {
	part Part
	// grant is the desired grant, or nil if there should be none.
	grant *render.Grant
	// have is the current object, and sent is the object as this session sent it. Each can be nil.
	have, sent client.Object
}

// halves returns the two objects of a grant. The grant is nil if there should be none.
func (s *Session) halves(name string, objects grantObjects, g *render.Grant) [len(grantKinds)]half {
	var out [len(grantKinds)]half
	for i, kind := range grantKinds {
		out[i] = half{part: s.partOfGrant(kind, name), grant: g}
		if o := objects[name]; o != nil {
			out[i].have, out[i].sent = o.byKind[kind], o.sent[kind]
		}
	}
	return out
}

// partOfGrant names the object of one kind of a grant.
func (s *Session) partOfGrant(kind, name string) Part {
	return Part{kind, types.NamespacedName{Namespace: s.owner.Namespace, Name: name}}
}

// states returns fingerprints of the wanted and the current state of a half.
func (h half) states(owner names.Owner) (wanted, is string) {
	wanted, is = absent, absent
	like := h.have
	if h.grant != nil {
		if h.part.Kind == kindRole {
			like = h.grant.RoleObject(owner)
		} else {
			like = h.grant.BindingObject(owner)
		}
		wanted = fingerprint(like, like)
	}
	if h.have != nil {
		is = fingerprint(h.have, like)
	}
	return wanted, is
}

// holdBack removes grants in dispute from the current and the desired ones: those that other writers change repeatedly,
// or that admission alters. It returns the remaining desired grants. The result has the disputes.
func (s *Session) holdBack(objects grantObjects, current map[string]*pair, desired []render.Grant) (free []render.Grant, result Result) {
	wanted := byName(desired)
	for _, name := range sets.List(sets.KeySet(current).Union(sets.KeySet(wanted))) {
		g := wanted[name]
		if g != nil && current[name].isSettled(g) {
			for _, kind := range grantKinds {
				s.Rewrites.RecordExact(s.owner.NamespacedName(), s.partOfGrant(kind, name))
			}
		} else if disputes := s.waitForGrant(name, objects, g); !disputes.OK() {
			result = append(result, disputes...)
			delete(current, name)
			continue
		}
		if g != nil {
			free = append(free, *g)
		}
	}
	return free, result
}

// waitForGrant returns the disputes because of which neither half of a grant may be written now. It is nil if one half
// may be written.
func (s *Session) waitForGrant(name string, objects grantObjects, g *render.Grant) Result {
	var disputes Result
	for _, h := range s.halves(name, objects, g) {
		if wanted, is := h.states(s.owner); wanted != is {
			err := s.heldBack(h.part, wanted, is)
			if err == nil {
				return nil
			}
			disputes = disputes.add(h.part.Kind, false, err)
		}
	}
	return disputes
}

// insist deletes and creates a RoleBinding that still has a subject after a write removed it. Admission causes that if
// it carries over the earlier subjects.
func (w *clusterGrants) insist(desired []render.Grant, before map[holding]rightSet) Result {
	var result Result
	for i := range desired {
		g := &desired[i]
		o := w.objects[g.Name]
		if o == nil || o.binding() == nil || o.sent[kindRoleBinding] == nil || w.knownDispute(g.BindingObject(w.owner)) {
			continue
		}
		kept := slices.ContainsFunc(o.binding().Subjects, func(s rbacv1.Subject) bool {
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

// knownDispute reports whether a RoleBinding was already in dispute with the same wanted state. A dispute about an
// earlier wanted state does not cover the subjects that must be removed now.
func (s *Session) knownDispute(wanted *rbacv1.RoleBinding) bool {
	key := partOf(wanted)
	return s.Rewrites.wantedBefore(s.owner.NamespacedName(), key, fingerprint(wanted, wanted)) && s.dispute(key) != nil
}

// recordAnswers remembers the result of each write. The result has the objects that the API server stored as they were
// sent, and those in dispute. The desired grants do not include those that were held back.
func (w *clusterGrants) recordAnswers(desired []render.Grant) Result {
	var result Result
	for i := range desired {
		for _, h := range w.halves(desired[i].Name, w.objects, &desired[i]) {
			exact, err := w.recordHalf(h)
			result = result.add(h.part.Kind, exact, err)
		}
	}
	for name, o := range w.objects {
		for kind := range o.gone {
			part, dispute := w.partOfGrant(kind, name), error(nil)
			// An object that another writer creates again is removed again, with the same delays.
			if len(o.byKind) == 0 {
				w.Rewrites.Record(w.owner.NamespacedName(), part, Write{Wanted: absent, After: absent})
				dispute = w.dispute(part)
			}
			result = result.add(kind, true, dispute)
		}
	}
	return result
}

// recordHalf reports whether one half was written and stored as it was sent. The error is a *DisputeError if it is in
// dispute.
func (w *clusterGrants) recordHalf(h half) (exact bool, err error) {
	if h.sent == nil || h.have == nil {
		return false, w.dispute(h.part)
	}
	wanted, is := h.states(w.owner)
	if wanted != is && fingerprint(h.have, h.sent) == fingerprint(h.sent, h.sent) {
		// The object was stored as it was sent, but another failure kept the session from sending the wanted state.
		return true, w.dispute(h.part)
	}
	return w.recordAnswer(h.part, wanted, h.sent, h.have)
}

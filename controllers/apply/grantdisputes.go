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
	// grant is the one that is wanted, or nil.
	grant *render.Grant
	// have is what there is, or nil, and sent what was written of it in this session, or nil.
	have, sent client.Object
}

// halves are those of a grant, which is nil if there should be none.
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

// partOfGrant names the object of a grant of a kind.
func (s *Session) partOfGrant(kind, name string) Part {
	return Part{kind, types.NamespacedName{Namespace: s.owner.Namespace, Name: name}}
}

// states are fingerprints of what is wanted of a half, and of what there is.
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

// holdBack takes out of the current and the desired grants those that are not to be written now, because others change
// them over and over, or they are as admission has made them. It returns the desired ones that are left. The result has the disputes.
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

// waitForGrant says why no half of a grant is to be written now. It is nil if one of them is.
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

// insist deletes and creates a RoleBinding that still has a subject that a write has removed. Admission can cause that if it
// carries over the subjects that were there.
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

// knownDispute says whether a RoleBinding was in dispute already when the same was wanted of it. A dispute about what was wanted
// before says nothing about the subjects that are to leave now.
func (s *Session) knownDispute(wanted *rbacv1.RoleBinding) bool {
	key := partOf(wanted)
	return s.Rewrites.wantedBefore(s.owner.NamespacedName(), key, fingerprint(wanted, wanted)) && s.dispute(key) != nil
}

// recordAnswers remembers what came of each write. The result has the objects that the API server stored as they were sent, and
// those that are in dispute. Grants that were held back are not among the desired ones.
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
			// An object that comes back is removed again, with the same delays.
			if len(o.byKind) == 0 {
				w.Rewrites.Record(w.owner.NamespacedName(), part, Write{Wanted: absent, After: absent})
				dispute = w.dispute(part)
			}
			result = result.add(kind, true, dispute)
		}
	}
	return result
}

// recordHalf says whether one half was written and stored as it was sent. The error is a *DisputeError if it is in dispute.
func (w *clusterGrants) recordHalf(h half) (exact bool, err error) {
	if h.sent == nil || h.have == nil {
		return false, w.dispute(h.part)
	}
	wanted, is := h.states(w.owner)
	if wanted != is && fingerprint(h.have, h.sent) == fingerprint(h.sent, h.sent) {
		// It is as it was sent, and something else has kept it from becoming what is wanted.
		return true, w.dispute(h.part)
	}
	return w.recordAnswer(h.part, wanted, h.sent, h.have)
}

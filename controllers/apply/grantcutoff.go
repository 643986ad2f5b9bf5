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

	"github.com/stakeholders-dev/stakeholder-operator/controllers/render"
)

// cutOff revokes rights in another way if the API server or admission has refused the write that should have revoked
// them. A RoleBinding that may not be changed may still be deleted, and without its Role it gives no rights. Subjects
// that should keep their rights may lose them until the grant is created again. A revocation that does not happen would
// be worse.
func (t *transition) cutOff(desired map[string]*render.Grant) {
	for _, name := range slices.Sorted(maps.Keys(t.current)) {
		if p := t.current[name]; p.problems.Has(Refused) && !p.pruned && t.exceeds(p) {
			t.cutOffOne(name, p, desired[name])
		}
	}
}

// exceeds reports whether the pair gives any subject a right that it should not have.
func (t *transition) exceeds(p *pair) bool {
	for s := range p.subjects {
		if p.widened || !subset(p.rights, t.after[s]) {
			return true
		}
	}
	return false
}

// cutOffOne tries the ways in turn. If it could delete the RoleBinding, it creates the grant again.
func (t *transition) cutOffOne(name string, p *pair, g *render.Grant) {
	if g != nil && t.writer.deleteBinding(name).OK() {
		p.subjects, p.exactBinding = nil, false
		t.makeAnew(name, p, g)
		return
	}
	if g == nil && t.writer.setBinding(name, p.label, nil).OK() {
		p.subjects = subjectSet{}
		return
	}
	common := maps.Clone(p.rights)
	for s := range p.subjects {
		common = intersection(common, t.after[s])
	}
	if t.writer.setRole(name, p.label, common).OK() {
		p.rights, p.exactRole, p.widened = common, true, false
		return
	}
	if t.writer.deleteRole(name).OK() {
		p.rights, p.exactRole, p.widened = nil, false, false
	}
}

// makeAnew creates a grant again after no subject holds it any more. If that succeeds, the earlier refusals no longer
// count as problems.
func (t *transition) makeAnew(name string, p *pair, g *render.Grant) {
	refused := p.problems
	p.problems, p.failed = nil, false
	if p.widened || !subset(p.rights, g.Rights) {
		if result := t.writer.deleteRole(name); !result.OK() {
			p.fail(result)
		} else {
			p.rights, p.exactRole, p.widened = nil, false, false
		}
	}
	t.setRole(name, g.Rights)
	t.setBinding(name, g.Subjects)
	if p.failed {
		p.problems = append(p.problems, refused...)
	}
}

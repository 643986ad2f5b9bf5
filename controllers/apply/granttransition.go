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

	"github.com/stakeholders-dev/stakeholder-operator/controllers/render"
)

type (
	rightSet   = map[render.Right]bool
	subjectSet = map[rbacv1.Subject]bool
)

// pair is the current state of a grant: a Role and the RoleBinding that refers to it.
type pair struct {
	// label is the value of names.LabelRole.
	label string
	// rights are the rights of the Role, without rules that the operator never writes. Nil means that there is no Role.
	rights rightSet
	// subjects are those of the RoleBinding, if it refers to the Role. Nil means that there is no such RoleBinding.
	subjects subjectSet
	// exactRole and exactBinding say that the object equals the one that is rendered for these rights and subjects, so
	// that writing it again would change nothing.
	exactRole, exactBinding bool
	// widened says that another writer has edited the Role: it gives more than these rights, or gives them in another way.
	widened bool

	// failed says that a write has failed in the transition, or that the grant is blocked. Then the transition adds no
	// right and no subject to it.
	failed bool
	// pruned says that the transition has removed the pair, so that no subject holds it any more.
	pruned bool
	// problems are the failures in the transition.
	problems Result
}

func (p *pair) fail(result Result) {
	p.failed = true
	p.problems = append(p.problems, result...)
}

// grantWriter makes the changes that a transition decides on, and returns the failures. It is called concurrently for
// different grants, and never concurrently for the same one.
type grantWriter interface {
	setRole(name, label string, rights rightSet) Result
	setBinding(name, label string, subjects subjectSet) Result
	deleteBinding(name string) Result
	deleteRole(name string) Result
}

// transition changes the current grants to the desired ones, in steps. All grants take a step at the same time. At
// every moment in between
//
//   - no subject has a right that it neither had before nor should have, and
//   - no subject lacks a right that it had before and should keep, even if another grant gives it from now on.
//
// The first rule takes precedence: if an edit moves subjects between several grants and also changes the rights of
// these grants, subjects can lack a right for some milliseconds. Subjects that should have no right leave first, in
// removeLeavers. A grant that loses its last subject is no longer desired, and prune removes it.
type transition struct {
	writer  grantWriter
	current map[string]*pair
	// after has the rights that each subject should have through all grants together. allowed adds those that it had before.
	after, allowed map[rbacv1.Subject]rightSet
	// limit is how many grants are written at the same time.
	limit int
}

// runTransition makes all writes that are possible, those of up to limit grants at the same time. A failure delays only
// its own grant, and never a revocation. Afterwards current is what is in force. It makes no write if nothing differs.
// Blocked grants are desired but cannot be written, so it removes their objects in current. The result has the
// failures, in the order of the grants' names.
func runTransition(current map[string]*pair, desired, blocked []render.Grant, writer grantWriter, limit int) Result {
	if len(blocked) == 0 && settled(current, desired) {
		return nil
	}
	t := &transition{
		writer: writer, current: current, limit: limit,
		after: make(map[rbacv1.Subject]rightSet), allowed: make(map[rbacv1.Subject]rightSet),
	}
	for _, p := range current {
		collect(t.allowed, p.subjects, p.rights)
	}
	for _, g := range slices.Concat(desired, blocked) {
		collect(t.after, g.Subjects, g.Rights)
		collect(t.allowed, g.Subjects, g.Rights)
	}
	for i := range desired {
		if current[desired[i].Name] == nil {
			current[desired[i].Name] = &pair{}
		}
		current[desired[i].Name].label = desired[i].Role
	}
	for i := range blocked {
		if p := current[blocked[i].Name]; p != nil {
			p.failed = true
		}
	}
	wanted := byName(desired)
	t.removeForeignRules()
	for _, step := range []func(*render.Grant){t.removeLeaversEarly, t.removeLeavers, t.settleRights, t.settleSubjects} {
		atOnce(t.limit, len(desired), func(i int) { step(&desired[i]) })
	}
	names := slices.Sorted(maps.Keys(current))
	t.prune(slices.DeleteFunc(slices.Clone(names), func(name string) bool { return wanted[name] != nil }), len(blocked) > 0)
	t.cutOff(wanted)
	var result Result
	for _, name := range names {
		result = append(result, current[name].problems...)
		if current[name].pruned {
			delete(current, name)
		}
	}
	return result
}

func byName(grants []render.Grant) map[string]*render.Grant {
	out := make(map[string]*render.Grant, len(grants))
	for i := range grants {
		out[grants[i].Name] = &grants[i]
	}
	return out
}

func settled(current map[string]*pair, desired []render.Grant) bool {
	if len(current) != len(desired) {
		return false
	}
	for i := range desired {
		if !current[desired[i].Name].isSettled(&desired[i]) {
			return false
		}
	}
	return true
}

// isSettled reports whether a pair, which may be nil, is as desired.
func (p *pair) isSettled(g *render.Grant) bool {
	return p != nil && p.exactRole && p.exactBinding && p.label == g.Role &&
		maps.Equal(p.rights, g.Rights) && maps.Equal(p.subjects, g.Subjects)
}

func collect(into map[rbacv1.Subject]rightSet, subjects subjectSet, rights rightSet) {
	for s := range subjects {
		if into[s] == nil {
			into[s] = make(rightSet)
		}
		maps.Copy(into[s], rights)
	}
}

// removeForeignRules removes from Roles the rules that another writer has added. It comes first, because it revokes rights. Also,
// the operator may not write a RoleBinding to a Role with rights that the operator itself lacks.
func (t *transition) removeForeignRules() {
	names := slices.DeleteFunc(slices.Sorted(maps.Keys(t.current)), func(name string) bool { return !t.current[name].widened })
	atOnce(t.limit, len(names), func(i int) {
		p := t.current[names[i]]
		if result := t.writer.setRole(names[i], p.label, p.rights); !result.OK() {
			p.fail(result)
			return
		}
		p.widened = false
	})
}

// removeLeaversEarly is removeLeavers for the grants in which it removes no subject that keeps some right. So subjects that
// move to such a grant get their rights there before they leave the other one.
func (t *transition) removeLeaversEarly(g *render.Grant) {
	p := t.current[g.Name]
	rights := union(p.rights, g.Rights)
	for s := range p.subjects {
		if len(t.after[s]) > 0 && !subset(rights, t.allowed[s]) {
			return
		}
	}
	t.removeLeavers(g)
}

// removeLeavers removes from the RoleBinding the subjects that should no longer have any right, such as a customer who has
// left the map. For the others, it adds the new rights to the old ones if they may have both: each subject had, or should
// have, every one of these rights.
func (t *transition) removeLeavers(g *render.Grant) {
	p := t.current[g.Name]
	rights := union(p.rights, g.Rights)
	suits := union(p.subjects, g.Subjects)
	maps.DeleteFunc(suits, func(s rbacv1.Subject, _ bool) bool {
		return len(t.after[s]) == 0 || !subset(rights, t.allowed[s])
	})
	if !maps.Equal(rights, p.rights) {
		// First remove the subjects that may not have the new rights.
		t.setBinding(g.Name, intersection(p.subjects, suits))
	}
	t.setRole(g.Name, rights)
	t.setBinding(g.Name, suits)
}

// settleRights removes the old rights, and then adds the missing subjects.
func (t *transition) settleRights(g *render.Grant) {
	t.setRole(g.Name, g.Rights)
	t.setBinding(g.Name, union(t.current[g.Name].subjects, g.Subjects))
}

// settleSubjects removes all subjects that are not desired. By now these have their rights from another grant, because
// removeLeavers has removed those that should have none. If the grant has failed before, it only removes subjects.
func (t *transition) settleSubjects(g *render.Grant) {
	p := t.current[g.Name]
	if !p.failed {
		t.setBinding(g.Name, g.Subjects)
		return
	}
	p.failed = false
	t.setBinding(g.Name, intersection(p.subjects, g.Subjects))
	p.failed = true
}

// prune removes grants that are no longer desired, or are blocked. Incomplete says that some desired grants are
// blocked.
func (t *transition) prune(names []string, incomplete bool) {
	for _, p := range t.current {
		incomplete = incomplete || p.failed
	}
	atOnce(t.limit, len(names), func(i int) { t.pruneOne(names[i], incomplete) })
}

// pruneOne removes a grant. If the desired grants are incomplete, subjects keep here the rights that the missing grants
// should give them.
func (t *transition) pruneOne(name string, incomplete bool) {
	p := t.current[name]
	// Without our Role, it is not known which rights the RoleBinding gives.
	if incomplete && !p.failed && p.rights != nil {
		keep := maps.Clone(p.subjects)
		maps.DeleteFunc(keep, func(s rbacv1.Subject, _ bool) bool { return !subset(p.rights, t.after[s]) })
		if len(keep) > 0 {
			t.setBinding(name, keep)
			return
		}
	}
	result := t.writer.deleteBinding(name)
	if result.OK() {
		p.pruned = true
		result = t.writer.deleteRole(name)
	}
	if !result.OK() {
		p.fail(result)
	}
}

func (t *transition) setRole(name string, rights rightSet) {
	p := t.current[name]
	if p.failed || p.exactRole && maps.Equal(p.rights, rights) {
		return
	}
	if result := t.writer.setRole(name, p.label, rights); !result.OK() {
		p.fail(result)
		return
	}
	p.rights, p.exactRole = rights, true
}

func (t *transition) setBinding(name string, subjects subjectSet) {
	p := t.current[name]
	if p.failed || p.exactBinding && maps.Equal(p.subjects, subjects) || p.subjects == nil && len(subjects) == 0 {
		return
	}
	if result := t.writer.setBinding(name, p.label, subjects); !result.OK() {
		p.fail(result)
		return
	}
	p.subjects, p.exactBinding = subjects, true
}

func union[K comparable](a, b map[K]bool) map[K]bool {
	out := make(map[K]bool, len(a)+len(b))
	maps.Copy(out, a)
	maps.Copy(out, b)
	return out
}

func intersection[K comparable](a, b map[K]bool) map[K]bool {
	out := make(map[K]bool, len(a))
	for k := range a {
		if b[k] {
			out[k] = true
		}
	}
	return out
}

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
	"maps"
	"slices"
	"strings"

	rbacv1 "k8s.io/api/rbac/v1"
	"k8s.io/apimachinery/pkg/api/equality"
	"k8s.io/apimachinery/pkg/types"
	"sigs.k8s.io/controller-runtime/pkg/client"

	"github.com/stakeholders-dev/stakeholder-operator/api/v1alpha1"
	"github.com/stakeholders-dev/stakeholder-operator/controllers/names"
	"github.com/stakeholders-dev/stakeholder-operator/controllers/render"
)

// Grants creates and updates the desired grants, and removes every other grant that the map owns. It orders the writes
// so that no subject ever gets a right that it should not have. Subjects keep the rights that they should keep, with
// the exception that transition documents. It makes no request if nothing differs.
//
// A problem with one grant does not delay the others.
func (s *Session) Grants(ctx context.Context, desired []render.Grant) GrantReport {
	objects, err := s.ownedGrants(ctx)
	if err != nil {
		return GrantReport{Result: ResultOf(err)}
	}
	var problems Result
	var free, blocked []render.Grant
	for i := range desired {
		incomplete := s.completeGrant(ctx, objects, desired[i].Name, s.first)
		problems = append(problems, incomplete...)
		if incomplete.OK() {
			free = append(free, desired[i])
		} else {
			blocked = append(blocked, desired[i])
		}
	}
	return s.transition(ctx, objects, free, blocked, problems)
}

// Restrict removes from the map's grants every subject that is not allowed for the grant's role. Allowed has subjects
// by the value of names.LabelRole. No subject gains a right. Use it for a map with unknown desired grants. A Role of such
// a grant stays if it has no RoleBinding: another replica may have just created it, and is about to create that.
func (s *Session) Restrict(ctx context.Context, allowed map[string]map[rbacv1.Subject]bool) GrantReport {
	objects, err := s.ownedGrants(ctx)
	if err != nil {
		return GrantReport{Result: ResultOf(err)}
	}
	var problems Result
	for _, name := range slices.Sorted(maps.Keys(objects)) {
		problems = append(problems, s.completeGrant(ctx, objects, name, false)...)
	}
	current := s.currentPairs(objects)
	var desired []render.Grant
	for _, name := range slices.Sorted(maps.Keys(current)) {
		g := render.Grant{Name: name, Role: names.GrantRole(s.owner.Name, name), Rights: current[name].rights}
		g.Subjects = intersection(current[name].subjects, allowed[g.Role])
		unbound := current[name].subjects == nil && len(allowed[g.Role]) > 0
		if len(g.Rights) > 0 && (len(g.Subjects) > 0 || unbound) {
			desired = append(desired, g)
		}
	}
	return s.transition(ctx, objects, desired, nil, problems)
}

func (s *Session) currentPairs(objects grantObjects) map[string]*pair {
	current := make(map[string]*pair)
	for name, o := range objects {
		if len(o.byKind) > 0 {
			current[name] = o.pair(s)
		}
	}
	return current
}

// transition changes the current grants to the desired ones. Blocked grants cannot be written, because of problems.
func (s *Session) transition(ctx context.Context, objects grantObjects, desired, blocked []render.Grant, problems Result) GrantReport {
	current := s.currentPairs(objects)
	before := holdings(s.owner.Name, current)
	free, disputes := s.holdBack(objects, current, desired)
	writer := &clusterGrants{Session: s, ctx: ctx, objects: objects}
	result := slices.Concat(problems, disputes, runTransition(current, free, blocked, writer, fanOut))
	result = append(result, writer.insist(free, before)...)
	result = append(result, writer.recordAnswers(free)...)
	// The report uses the answers of the API server, because admission can change what was sent.
	after := holdings(s.owner.Name, s.currentPairs(objects))
	return GrantReport{Result: result, Changes: changes(before, after), Subjects: grantees(after)}
}

// grantKinds are the kinds of the two objects of a grant.
var grantKinds = [...]string{kindRole, kindRoleBinding}

// grantObject has the existing objects of one grant.
type grantObject struct {
	// byKind has the Role and the RoleBinding, as far as they exist.
	byKind map[string]client.Object
	// sent has the objects that this session wrote, as it last sent them.
	sent map[string]client.Object
	// gone has the kinds of the objects that this session deleted.
	gone map[string]bool
	// foreignRole says that a Role of another owner has this name.
	foreignRole bool
}

// role returns the Role, or nil if there is none.
func (o *grantObject) role() *rbacv1.Role {
	role, _ := o.byKind[kindRole].(*rbacv1.Role)
	return role
}

// binding returns the RoleBinding, or nil if there is none.
func (o *grantObject) binding() *rbacv1.RoleBinding {
	binding, _ := o.byKind[kindRoleBinding].(*rbacv1.RoleBinding)
	return binding
}

// grantObjects are grants by name.
type grantObjects map[string]*grantObject

// entry returns the entry of a grant, and creates it if it is missing.
func (o grantObjects) entry(name string) *grantObject {
	if o[name] == nil {
		o[name] = &grantObject{
			byKind: make(map[string]client.Object), sent: make(map[string]client.Object), gone: make(map[string]bool),
		}
	}
	return o[name]
}

// get returns the object of one kind of a grant, or nil if there is none.
func (o grantObjects) get(kind, name string) client.Object {
	if o[name] == nil {
		return nil
	}
	return o[name].byKind[kind]
}

// isGrant reports whether a Role or a RoleBinding has the name of a grant of the map. Other outputs of the map, such as
// RoleBindings in target namespaces, have other names.
func (s *Session) isGrant(part Part) bool {
	if part.Key.Namespace != s.owner.Namespace || names.GrantRole(s.owner.Name, part.Key.Name) == "" {
		return false
	}
	_, other := s.slotOf(part)
	return !other
}

// ownedGrants lists the map's grants in the cache, by name. It ignores objects without the name of a grant of the map,
// even if they claim to be the map's. The objects share memory with the cache, so they must not be changed.
func (s *Session) ownedGrants(ctx context.Context) (grantObjects, error) {
	objects := make(grantObjects)
	for _, kind := range grantKinds {
		named, err := listNamed(ctx, s.Cache, s.owner, kind)
		if err != nil {
			return nil, err
		}
		for _, object := range named {
			if !s.owns(object) || !s.isGrant(partOf(object)) {
				continue
			}
			if stale := s.recordRead(object); stale != nil {
				return nil, stale
			}
			objects.entry(object.GetName()).byKind[kind] = object
		}
	}
	s.addHiddenGrants(ctx, objects)
	return objects, nil
}

// addHiddenGrants adds grants that the cache does not show, because they were just written or have lost our label. If
// some of them cannot be read, Targets reports it, and revocations go on.
func (s *Session) addHiddenGrants(ctx context.Context, objects grantObjects) {
	here := func(namespace string) bool { return namespace == s.owner.Namespace }
	for _, kind := range grantKinds {
		for _, part := range s.Writes.RecordList(s.owner.NamespacedName(), kind, here, func(key types.NamespacedName) bool {
			// Targets lists the other outputs.
			return objects.get(kind, key.Name) != nil || !s.isGrant(Part{kind, key})
		}) {
			s.hide(part)
		}
	}
	hidden, _ := s.hiddenOutputs(ctx)
	for _, object := range hidden {
		kind := kindOf(object)
		if slices.Contains(grantKinds[:], kind) && s.isGrant(partOf(object)) && objects.get(kind, object.GetName()) == nil {
			objects.entry(object.GetName()).byKind[kind] = object
		}
	}
}

// completeGrant asks the API server for those of the Role and the RoleBinding of a grant that the cache does not show.
// If that fails, it removes the grant from objects, so that the session does not touch it. If one of the two belongs to
// another owner, the map's own must be pruned, because our RoleBinding would grant the rules of a foreign Role. So the
// own one stays in objects.
//
// First is true for a map that never had a grant: then it makes a request only about an object that was just written. A
// creation fails if an object exists unseen. For every other map, a RoleBinding that has lost our label can name
// subjects of an earlier edit. It would give them the rights of the Role once that is created.
func (s *Session) completeGrant(ctx context.Context, objects grantObjects, name string, first bool) Result {
	observe := s.observe
	if first {
		observe = s.observeToCreate
	}
	o := objects.entry(name)
	var result Result
	for _, kind := range grantKinds {
		if o.byKind[kind] != nil {
			continue
		}
		object := newObject(s.partOfGrant(kind, name))
		found, err := observe(ctx, object)
		if err == nil && found {
			o.byKind[kind] = object
		}
		result = result.add(kind, false, err)
	}
	if len(result.Failures()) > 0 {
		delete(objects, name)
	}
	return result
}

// pair returns the state of a grant according to its objects.
func (o *grantObject) pair(s *Session) *pair {
	p := &pair{}
	if role := o.role(); role != nil {
		p.label = labelOf(role, names.LabelRole)
		rules := rulesOf(role)
		p.rights = rightsOf(rules, s.owner.Name)
		g := render.Grant{Name: role.Name, Role: p.label, Rights: p.rights}
		p.widened = !equality.Semantic.DeepEqual(rules, g.RoleRules(s.owner.Name))
		p.exactRole = s.hasMetadata(role, s.owner.Labels(p.label)) && !p.widened
	}
	if binding := o.binding(); binding != nil {
		if p.label == "" {
			p.label = labelOf(binding, names.LabelRole)
		}
		g := render.Grant{Name: binding.Name, Role: p.label, Subjects: subjectsOf(binding)}
		if binding.RoleRef == g.RoleRef() {
			p.subjects = g.Subjects
			p.exactBinding = s.hasMetadata(binding, s.owner.Labels(p.label)) &&
				equality.Semantic.DeepEqual(binding.Subjects, g.BindingSubjects())
		}
	}
	return p
}

// rightsOf returns the rights on the map and on requests that the rules of a Role give. Another writer added all other rules, and
// the next write of the Role removes them.
func rightsOf(rules []rbacv1.PolicyRule, mapName string) rightSet {
	rights := make(rightSet)
	for i := range rules {
		rule := &rules[i]
		switch {
		case !slices.Equal(rule.APIGroups, []string{v1alpha1.GroupVersion.Group}):
		case slices.Equal(rule.ResourceNames, []string{mapName}):
			addRightsOnMap(rights, rule)
		case len(rule.ResourceNames) == 0 && slices.Contains(rule.Resources, render.RequestResource):
			for _, verb := range rule.Verbs {
				if render.RequestVerb(verb) {
					rights[render.Right{Verb: verb, OnRequests: true}] = true
				}
			}
		}
	}
	return rights
}

// addRightsOnMap adds the rights of a rule on the map and its topics.
func addRightsOnMap(rights rightSet, rule *rbacv1.PolicyRule) {
	for _, verb := range rule.Verbs {
		for _, r := range rule.Resources {
			topic, isTopic := strings.CutPrefix(r, render.MapResource+"/")
			switch {
			case r == render.MapResource && verb == render.VerbGet:
				rights[render.Right{Verb: verb}] = true
			case isTopic && (verb == render.VerbApprove || verb == render.VerbRequest || verb == render.VerbTriage):
				rights[render.Right{Verb: verb, Topic: topic}] = true
			}
		}
	}
}

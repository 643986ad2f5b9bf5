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
	"fmt"
	"maps"
	"runtime"
	"slices"
	"strings"
	"sync"
	"testing"

	"github.com/google/go-cmp/cmp"
	rbacv1 "k8s.io/api/rbac/v1"

	"github.com/stakeholders-dev/stakeholder-operator/controllers/render"
)

func person(name string) rbacv1.Subject {
	return rbacv1.Subject{Kind: "User", APIGroup: rbacv1.GroupName, Name: name}
}

func people(names ...string) subjectSet {
	set := make(subjectSet)
	for _, name := range names {
		set[person(name)] = true
	}
	return set
}

func approve(topics ...string) rightSet {
	set := rightSet{{Verb: render.VerbGet}: true}
	for _, topic := range topics {
		set[render.Right{Verb: render.VerbApprove, Topic: topic}] = true
	}
	return set
}

func there(rights rightSet, subjects subjectSet) *pair {
	return &pair{label: "customer", rights: rights, subjects: subjects, exactRole: true, exactBinding: true}
}

func wanted(name string, rights rightSet, subjects subjectSet) render.Grant {
	return render.Grant{Name: name, Role: "customer", Rights: rights, Subjects: subjects}
}

// simulation is an API server with only grants. After each write it checks that no subject has a right that it should
// not have. If continuous is set, it also checks that no subject lacks a right that it should keep.
type simulation struct {
	t             testing.TB
	grants        map[string]*pair
	before, after map[rbacv1.Subject]rightSet
	// continuous is false if a subject may lack a right for a moment.
	continuous bool
	// fail decides which writes are refused.
	fail func(write string) bool
	// refusal is the error of refused writes.
	refusal error
	mu      sync.Mutex
	wrote   []string
}

var errRefused = errors.New("refused")

func effective(grants map[string]*pair) map[rbacv1.Subject]rightSet {
	held := make(map[rbacv1.Subject]rightSet)
	for _, p := range grants {
		collect(held, p.subjects, p.rights)
	}
	return held
}

func newSimulation(t testing.TB, current map[string]*pair, desired []render.Grant) *simulation {
	t.Helper()
	s := &simulation{
		t: t, grants: make(map[string]*pair), continuous: true,
		before: effective(current), after: make(map[rbacv1.Subject]rightSet),
		fail: func(string) bool { return false }, refusal: errRefused,
	}
	for name, p := range current {
		s.grants[name] = &pair{rights: maps.Clone(p.rights), subjects: maps.Clone(p.subjects)}
	}
	for _, g := range desired {
		collect(s.after, g.Subjects, g.Rights)
	}
	return s
}

func (s *simulation) write(what, name string, change func(*pair)) error {
	// Let concurrent writers run first.
	runtime.Gosched()
	s.mu.Lock()
	defer s.mu.Unlock()
	write := what + " " + name
	if s.fail(write) {
		return s.refusal
	}
	if s.grants[name] == nil {
		s.grants[name] = &pair{}
	}
	change(s.grants[name])
	s.wrote = append(s.wrote, write)
	held := effective(s.grants)
	for subject, rights := range held {
		for right := range rights {
			if !s.before[subject][right] && !s.after[subject][right] {
				s.t.Errorf("after %v %s may %s %q, which he neither had nor is to have", s.wrote, subject.Name, right.Verb, right.Topic)
			}
		}
	}
	if !s.continuous {
		return nil
	}
	for subject, rights := range s.before {
		for right := range rights {
			if s.after[subject][right] && !held[subject][right] {
				s.t.Errorf("after %v %s may not %s %q, which he had and is to keep", s.wrote, subject.Name, right.Verb, right.Topic)
			}
		}
	}
	return nil
}

func (s *simulation) setRole(name, _ string, rights rightSet) Result {
	return ResultOf(s.write("role", name, func(p *pair) { p.rights = maps.Clone(rights) }))
}

func (s *simulation) setBinding(name, _ string, subjects subjectSet) Result {
	return ResultOf(s.write("binding", name, func(p *pair) { p.subjects = maps.Clone(subjects) }))
}

func (s *simulation) deleteBinding(name string) Result {
	return ResultOf(s.write("unbind", name, func(p *pair) { p.subjects = nil }))
}

func (s *simulation) deleteRole(name string) Result {
	return ResultOf(s.write("unrole", name, func(p *pair) { p.rights = nil }))
}

func TestTransition(t *testing.T) {
	t.Parallel()
	tests := map[string]struct {
		reason  string
		current map[string]*pair
		desired []render.Grant
		want    []string
	}{
		"Nothing": {
			reason:  "what is as it should be is not written",
			current: map[string]*pair{"a": there(approve("budget"), people("carla"))},
			desired: []render.Grant{wanted("a", approve("budget"), people("carla"))},
		},
		"Create": {
			reason:  "a Role comes before the RoleBinding to it",
			desired: []render.Grant{wanted("a", approve("budget"), people("carla"))},
			want:    []string{"role a", "binding a"},
		},
		"Prune": {
			reason:  "a RoleBinding goes before its Role",
			current: map[string]*pair{"a": there(approve("budget"), people("carla"))},
			want:    []string{"unbind a", "unrole a"},
		},
		"OneWriteForOneChange": {
			reason:  "adding and removing people takes one write",
			current: map[string]*pair{"a": there(approve("budget"), people("carla", "chris"))},
			desired: []render.Grant{wanted("a", approve("budget"), people("chris", "cleo"))},
			want:    []string{"binding a"},
		},
		"Narrow": {
			reason:  "who is narrowed has the new grant before he loses the old one",
			current: map[string]*pair{"a": there(approve("budget", "release"), people("carla", "fiona"))},
			desired: []render.Grant{
				wanted("a", approve("budget", "release"), people("carla")),
				wanted("a:finance", approve("budget"), people("fiona")),
			},
			want: []string{"role a:finance", "binding a:finance", "binding a"},
		},
		"Widen": {
			reason: "who is narrowed no longer has the shared grant before he loses his own",
			current: map[string]*pair{
				"a":         there(approve("budget", "release"), people("carla")),
				"a:finance": there(approve("budget"), people("fiona")),
			},
			desired: []render.Grant{wanted("a", approve("budget", "release"), people("carla", "fiona"))},
			want:    []string{"binding a", "unbind a:finance", "unrole a:finance"},
		},
		"Swap": {
			reason: "two who change places are in both for a moment",
			current: map[string]*pair{
				"a": there(approve("budget"), people("carla")),
				"b": there(approve("budget"), people("fiona")),
			},
			desired: []render.Grant{
				wanted("a", approve("budget"), people("fiona")),
				wanted("b", approve("budget"), people("carla")),
			},
			want: []string{"binding a", "binding b", "binding a", "binding b"},
		},
		"LeaverBeforeNewRights": {
			reason:  "who leaves is out before the Role gains a right",
			current: map[string]*pair{"a": there(approve("budget"), people("carla", "chris"))},
			desired: []render.Grant{wanted("a", approve("budget", "release"), people("carla"))},
			want:    []string{"binding a", "role a"},
		},
		"NarrowWhileGaining": {
			reason:  "who is narrowed while the shared grant gains a right has his own before he leaves it",
			current: map[string]*pair{"a": there(approve("budget"), people("carla", "fiona"))},
			desired: []render.Grant{
				wanted("a", approve("budget", "pricing"), people("carla")),
				wanted("a:finance", approve("budget"), people("fiona")),
			},
			want: []string{"role a:finance", "binding a:finance", "binding a", "role a"},
		},
		"DriftOfForm": {
			reason:  "an object that lacks a label is written although its content is right",
			current: map[string]*pair{"a": {label: "customer", rights: approve("budget"), subjects: people("carla"), exactRole: false, exactBinding: true}},
			desired: []render.Grant{wanted("a", approve("budget"), people("carla"))},
			want:    []string{"role a"},
		},
		"IntruderFirst": {
			reason:  "a subject that was put in by hand is out first",
			current: map[string]*pair{"a": {label: "customer", rights: approve("budget"), subjects: people("carla", "mallory")}},
			desired: []render.Grant{wanted("a", approve("budget"), people("carla"))},
			want:    []string{"role a", "binding a"},
		},
	}
	for name, tc := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			if tc.current == nil {
				tc.current = make(map[string]*pair)
			}
			s := newSimulation(t, tc.current, tc.desired)
			if err := runTransition(tc.current, tc.desired, nil, s, 1).Err(); err != nil {
				t.Fatal(err)
			}
			s.checkKnown(tc.current)
			if diff := cmp.Diff(tc.want, s.wrote); diff != "" {
				t.Errorf("%s: writes (-want +got):\n%s", tc.reason, diff)
			}
		})
	}
}

// checkKnown fails unless the transition's result equals the actual state, because reports are computed from it.
func (s *simulation) checkKnown(current map[string]*pair) {
	s.t.Helper()
	none := func(_ rbacv1.Subject, r rightSet) bool { return len(r) == 0 }
	known, held := effective(current), effective(s.grants)
	maps.DeleteFunc(known, none)
	maps.DeleteFunc(held, none)
	if diff := cmp.Diff(held, known); diff != "" {
		s.t.Errorf("what the transition believes to be in force (-there +believed):\n%s", diff)
	}
}

// A failure delays only its own grant, and never a revocation.
func TestTransitionFailure(t *testing.T) {
	t.Parallel()
	state := func() map[string]*pair {
		return map[string]*pair{
			"a":         there(approve("budget"), people("carla", "chris", "lea")),
			"a:finance": there(approve("budget"), people("fiona", "leo")),
		}
	}
	desired := []render.Grant{
		wanted("a", approve("budget", "release"), people("carla", "fiona")),
		wanted("b", approve("pricing"), people("chris")),
	}
	for _, refused := range []string{"role a", "binding a", "role b", "binding b"} {
		current := state()
		s := newSimulation(t, current, desired)
		s.continuous = false
		s.fail = func(write string) bool { return write == refused }
		if err := runTransition(current, desired, nil, s, 1).Err(); !errors.Is(err, errRefused) {
			t.Errorf("refused %s: error is %v", refused, err)
		}
		s.checkKnown(current)
		held := effective(s.grants)
		for _, leaver := range []string{"lea", "leo"} {
			if len(held[person(leaver)]) > 0 && refused != "binding a" {
				t.Errorf("refused %s: %s has kept his rights", refused, leaver)
			}
		}
		budget := render.Right{Verb: render.VerbApprove, Topic: "budget"}
		if !held[person("carla")][budget] || !held[person("fiona")][budget] {
			t.Errorf("refused %s: carla or fiona may not approve the budget any more", refused)
		}
	}
}

// If a foreign object has the name of a grant, the existing half of the grant is removed. Subjects that should get
// their rights from it keep those that they have from other grants.
func TestTransitionBlocked(t *testing.T) {
	t.Parallel()
	current := map[string]*pair{
		// The Role belongs to another owner: only the RoleBinding is ours.
		"a":         {label: "customer", subjects: people("carla")},
		"a:finance": there(approve("budget"), people("fiona", "leo")),
	}
	blocked := []render.Grant{wanted("a", approve("budget", "release"), people("carla", "fiona"))}
	s := newSimulation(t, current, blocked)
	if err := runTransition(current, nil, blocked, s, 1).Err(); err != nil {
		t.Fatal(err)
	}
	s.checkKnown(current)
	if diff := cmp.Diff([]string{"unbind a", "unrole a", "binding a:finance"}, s.wrote); diff != "" {
		t.Errorf("writes (-want +got):\n%s", diff)
	}
	held := effective(s.grants)
	if len(held[person("fiona")]) == 0 || len(held[person("leo")]) > 0 {
		t.Errorf("fiona keeps what she is to have and leo nothing: %v", held)
	}
}

// FuzzTransition changes any grants to any others. After each write it checks that no subject has too many rights, and
// at the end that each subject has the desired rights. If gapless returns true, it also checks that no subject lacks a
// right that it should keep.
func FuzzTransition(f *testing.F) {
	f.Add([]byte{}, []byte{})
	f.Add([]byte{1, 2, 3, 4, 5, 6}, []byte{6, 5, 4, 3, 2, 1})
	f.Add([]byte{0x11, 0xff, 0x21, 0x0f, 0x31, 0xf0}, []byte{0x21, 0xf0, 0x11, 0x0f})
	f.Add([]byte{0x0f, 0x01, 0x03, 0x02}, []byte{0x0f, 0x02, 0x0c, 0x01})
	f.Add([]byte("07"), []byte("0"))
	f.Fuzz(func(t *testing.T, from, to []byte) {
		for _, limit := range []int{1, 5} {
			fuzzTransition(t, from, to, limit)
		}
	})
}

// fuzzTransition writes at most limit grants at the same time.
func fuzzTransition(t *testing.T, from, to []byte, limit int) {
	t.Helper()
	current := make(map[string]*pair)
	for name, g := range decodeGrants(from) {
		current[name] = there(g.Rights, g.Subjects)
	}
	decoded := decodeGrants(to)
	var desired []render.Grant
	for _, name := range slices.Sorted(maps.Keys(decoded)) {
		if len(decoded[name].Subjects) > 0 {
			desired = append(desired, decoded[name])
		}
	}
	// The transition removes deleted grants from current.
	most := 6 * (len(current) + len(desired))
	s := newSimulation(t, current, desired)
	s.continuous = gapless(s, current, desired)
	if err := runTransition(current, desired, nil, s, limit).Err(); err != nil {
		t.Fatal(err)
	}
	s.checkKnown(current)
	maps.DeleteFunc(s.after, func(_ rbacv1.Subject, r rightSet) bool { return len(r) == 0 })
	held := effective(s.grants)
	maps.DeleteFunc(held, func(_ rbacv1.Subject, r rightSet) bool { return len(r) == 0 })
	if diff := cmp.Diff(s.after, held); diff != "" {
		t.Errorf("at the end (-want +got):\n%s", diff)
	}
	if n := len(s.wrote); n > most {
		t.Errorf("%d writes: %s", n, strings.Join(s.wrote, ", "))
	}
}

// gapless reports whether the transition must be possible without a gap. Either every subject may have the old and the
// new rights of its grants together. Or only one grant gains rights that some of its leaving subjects should not have,
// and no grant loses any.
func gapless(s *simulation, current map[string]*pair, desired []render.Grant) bool {
	leaves, waits, loses := 0, 0, false
	for _, g := range desired {
		p := current[g.Name]
		if p == nil {
			continue
		}
		sum := union(p.rights, g.Rights)
		loses = loses || !includes(g.Rights, p.rights)
		suits := func(subject rbacv1.Subject) bool {
			return len(s.after[subject]) == 0 || includes(union(s.before[subject], s.after[subject]), sum)
		}
		if !all(p.subjects, suits) {
			leaves++
		}
		if !all(g.Subjects, suits) {
			waits++
		}
	}
	return leaves+waits == 0 || leaves == 1 && !loses
}

func all(subjects subjectSet, holds func(rbacv1.Subject) bool) bool {
	for s := range subjects {
		if !holds(s) {
			return false
		}
	}
	return true
}

func includes(a, b rightSet) bool {
	for right := range b {
		if !a[right] {
			return false
		}
	}
	return true
}

// decodeGrants reads two bytes for each of up to five grants: four bits of topics, eight of people.
func decodeGrants(data []byte) map[string]render.Grant {
	grants := make(map[string]render.Grant)
	for i := 0; i+1 < len(data) && i < 10; i += 2 {
		name := fmt.Sprintf("grant-%d", data[i]>>4%5)
		g := wanted(name, approve(), people())
		for bit, topic := range []string{"budget", "release", "pricing", "scope"} {
			if data[i]&(1<<bit) != 0 {
				g.Rights[render.Right{Verb: render.VerbApprove, Topic: topic}] = true
			}
		}
		for bit := range 8 {
			if data[i+1]&(1<<bit) != 0 {
				g.Subjects[person(fmt.Sprintf("user-%d", bit))] = true
			}
		}
		grants[name] = g
	}
	return grants
}

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

package request

import (
	"testing"

	"github.com/stakeholders-dev/stakeholder-operator/api/v1alpha1"
	"github.com/stakeholders-dev/stakeholder-operator/test/controlplane/faultproxy"
	"github.com/stakeholders-dev/stakeholder-operator/test/suite"
)

// phase is a part of the life of a map.
type phase struct {
	name string
	// begin makes a change for the operator, and wait waits until it is done.
	begin, wait func(*testing.T, *place)
}

// course is the life of what a place has.
type course struct {
	place  func(*testing.T) *place
	phases []phase
	kinds  []writeKind
}

// mapCourse is the life of a map.
var mapCourse = course{place: func(t *testing.T) *place { t.Helper(); return newPlace(t, 2) }, phases: phases, kinds: writeKinds}

var phases = []phase{
	{
		"creation",
		func(t *testing.T, p *place) { t.Helper(); env.Create(t, p.m) },
		func(t *testing.T, p *place) { t.Helper(); env.WaitReady(t, p.m) },
	},
	{
		// The customers change, and so does their Role, by another topic.
		"edit",
		func(t *testing.T, p *place) {
			t.Helper()
			env.Edit(t, p.m, func(s *v1alpha1.StakeholderMapSpec) {
				s.Customers[0].Subjects = suite.Users("chris")
				s.Topics = append(s.Topics, v1alpha1.Topic{
					Name: "security-exception", Class: v1alpha1.ClassApproval,
					To: []v1alpha1.Role{v1alpha1.RoleCustomer}, DecidedBy: []v1alpha1.Role{v1alpha1.RoleCustomer},
				})
			})
		},
		func(t *testing.T, p *place) { t.Helper(); env.WaitReady(t, p.m) },
	},
	{
		"deletion",
		func(t *testing.T, p *place) { t.Helper(); env.Delete(t, p.m) },
		func(t *testing.T, p *place) { t.Helper(); env.WaitGone(t, p.m.DeepCopy()) },
	},
}

// writeKind is a kind of write that a map takes.
type writeKind struct {
	name string
	// match picks such writes in the namespaces of a place.
	match func(*place) faultproxy.Match
	// phases have such a write.
	phases []string
}

func atHome(resource string) func(*place) faultproxy.Match {
	return func(p *place) faultproxy.Match {
		return faultproxy.All(faultproxy.Resources(resource), faultproxy.In(p.m.Namespace))
	}
}

func inTarget(resource string) func(*place) faultproxy.Match {
	return func(p *place) faultproxy.Match {
		return faultproxy.All(faultproxy.Resources(resource), faultproxy.In(p.targets[0]))
	}
}

var writeKinds = []writeKind{
	{"table", atHome("configmaps"), []string{"creation", "edit"}},
	{"role", atHome("roles"), []string{"creation", "edit", "deletion"}},
	{"binding", atHome("rolebindings"), []string{"creation", "edit", "deletion"}},
	{"target's binding", inTarget("rolebindings"), []string{"creation", "edit", "deletion"}},
	{"target's copy", inTarget("configmaps"), []string{"creation", "edit", "deletion"}},
	{"finalizer", atHome("stakeholdermaps"), []string{"creation", "deletion"}},
	{"status", atHome("stakeholdermaps/status"), []string{"creation", "edit"}},
}

// Every kind of write fails once in every way, when a map is created, edited and deleted. The result is always the same
// as without faults: nothing is missing, nothing is left, and no subject has a right that they should not have. The
// guards are that the operator reads existing objects before it creates any, that an object that is already gone counts
// as deleted, and that a reconcile returns the error of every write.
func TestEveryWrite(t *testing.T) {
	proxy, operator := behindProxy(t)
	want := mapCourse.undisturbed(t)
	// The garbage collector deletes some outputs after the map, so they may remain for a moment.
	want["deletion"] = map[string]string{}
	mapCourse.run(t, proxy, want)
	stop(t, operator)
}

// undisturbed returns the contents of a place after each phase without faults.
func (c *course) undisturbed(t *testing.T) map[string]map[string]string {
	t.Helper()
	p := c.place(t)
	want := make(map[string]map[string]string)
	for _, phase := range c.phases {
		phase.begin(t, p)
		phase.wait(t, p)
		want[phase.name] = p.contents(t)
	}
	return want
}

// run makes each kind of write fail once in every way, and waits for the wanted contents after each phase.
func (c *course) run(t *testing.T, proxy *faultproxy.Proxy, want map[string]map[string]string) {
	t.Helper()
	for name, fault := range map[string]faultproxy.Fault{
		"lost answer": faultproxy.LoseAnswer(), "late and lost answer": faultproxy.HangAnswer(), "lost request": faultproxy.LoseRequest(),
		"conflict": faultproxy.Conflict(), "too many requests": faultproxy.TooManyRequests(1),
		"internal error": faultproxy.InternalError(), "forbidden": faultproxy.Forbidden(),
	} {
		t.Run(name, func(t *testing.T) {
			places := make([]*place, len(c.kinds))
			for i := range c.kinds {
				places[i] = c.place(t)
			}
			for _, phase := range c.phases {
				rules := c.inject(proxy, places, phase.name, fault)
				for _, p := range places {
					phase.begin(t, p)
				}
				for i, rule := range rules {
					waitFired(t, c.kinds[i].name+" at "+phase.name, rule, 1)
					// Requests that hang are lost now.
					rule.Lift()
				}
				for i, p := range places {
					t.Logf("%s, %s: %s", phase.name, c.kinds[i].name, p.m.Namespace)
					phase.wait(t, p)
					p.waitContents(t, want[phase.name])
				}
			}
		})
	}
}

// inject makes the write of each kind fail whose number it gives, if the phase has one.
func (c *course) inject(proxy *faultproxy.Proxy, places []*place, phase string, fault faultproxy.Fault) map[int]*faultproxy.Injection {
	rules := make(map[int]*faultproxy.Injection)
	for i, kind := range c.kinds {
		for _, has := range kind.phases {
			if has == phase {
				match := faultproxy.All(faultproxy.Writes, kind.match(places[i]))
				rules[i] = proxy.Inject(faultproxy.Rule{Match: match, Times: 1, Fault: fault})
			}
		}
	}
	return rules
}

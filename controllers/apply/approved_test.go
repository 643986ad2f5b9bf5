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
	"fmt"
	"maps"
	"slices"
	"strings"
	"sync"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"
	rbacv1 "k8s.io/api/rbac/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/types"
	"sigs.k8s.io/controller-runtime/pkg/client"

	"github.com/stakeholders-dev/stakeholder-operator/controllers/approvals"
	"github.com/stakeholders-dev/stakeholder-operator/controllers/names"
	"github.com/stakeholders-dev/stakeholder-operator/controllers/render"
)

// releases returns approvals of the topic release.
func releases(subjects ...string) []approvals.Approval {
	out := make([]approvals.Approval, 0, len(subjects))
	for _, subject := range subjects {
		out = append(out, approvals.Approval{Topic: "release", Subject: subject})
	}
	return out
}

func approvedIn(namespace string, subjects ...string) *rbacv1.Role {
	role := render.ApprovedRole(checkout, namespace, render.ApprovedRules(checkout, setOf(releases(subjects...))))
	role.UID = types.UID("role-" + namespace)
	return role
}

func boundIn(namespace string) *rbacv1.RoleBinding {
	binding := render.ApprovedBinding(checkout, namespace, render.Everyone)
	binding.UID = types.UID("binding-" + namespace)
	return binding
}

// opened returns what everyone may use in a namespace by the Role and the RoleBinding of checkout, sorted.
func (c *cluster) opened(namespace string) []string {
	c.Helper()
	key := types.NamespacedName{Namespace: namespace, Name: names.ApprovedName(checkout)}
	role, binding := &rbacv1.Role{}, &rbacv1.RoleBinding{}
	for _, object := range []client.Object{role, binding} {
		if err := client.IgnoreNotFound(c.Get(c.Context(), key, object)); err != nil {
			c.Fatal(err)
		}
	}
	if binding.RoleRef.Kind != kindRole || binding.RoleRef.Name != key.Name || !subsetOf(render.Everyone, binding.Subjects) {
		return nil
	}
	var out []string
	for _, rule := range role.Rules {
		for _, subject := range rule.ResourceNames {
			out = append(out, strings.Join(rule.Verbs, ",")+" "+strings.TrimPrefix(rule.Resources[0], "stakeholderrequests/")+" "+subject)
		}
	}
	slices.Sort(out)
	return out
}

func subsetOf(some subjectSet, list []rbacv1.Subject) bool {
	return subset(some, subjectsOf(&rbacv1.RoleBinding{Subjects: list}))
}

// TestApproved has the map's namespace payments and the target namespace prod. It checks what is open in both, and the writes in
// their order.
func TestApproved(t *testing.T) {
	t.Parallel()
	widened := approvedIn("payments", "a")
	widened.Rules[0].ResourceNames = nil
	joined := boundIn("payments")
	joined.Subjects = append(joined.Subjects, rbacv1.Subject{APIGroup: rbacv1.GroupName, Kind: rbacv1.GroupKind, Name: "system:unauthenticated"})
	redirected := boundIn("payments")
	redirected.RoleRef.Name = "view"
	foreignRole, foreignBound := approvedIn("payments", "theirs"), boundIn("payments")
	for _, object := range []client.Object{foreignRole, foreignBound} {
		object.SetAnnotations(nil)
		object.SetOwnerReferences(nil)
	}
	stripped := approvedIn("payments", "a")
	stripped.Labels, stripped.OwnerReferences = nil, nil
	orphaned := boundIn("payments")
	orphaned.OwnerReferences = nil
	held := boundIn("payments")
	held.Finalizers = []string{"example.com/hold"}
	prod := []string{"prod"}
	refusing := func(writes ...string) func(string) error {
		return func(write string) error {
			if slices.Contains(writes, write) {
				return errForbidden
			}
			return nil
		}
	}
	const (
		createRole, createBinding = "create Role payments/approved", "create RoleBinding payments/approved"
		patchRole, patchBinding   = "patch Role payments/approved", "patch RoleBinding payments/approved"
		deleteRole, deleteBinding = "delete Role payments/approved", "delete RoleBinding payments/approved"
	)
	for name, tc := range map[string]struct {
		there  []client.Object
		plan   Plan
		refuse func(string) error
		// home and elsewhere is what is open in payments and prod afterwards, and writes are those in payments.
		home, elsewhere, writes []string
		open                    []approvals.Approval
		problems                []problem
	}{
		"nothing is approved": {},
		"the first approval: the Role comes before the RoleBinding": {
			plan: Plan{Approved: releases("a")}, home: []string{"use release a"}, writes: []string{createRole, createBinding}, open: releases("a"),
		},
		"in a target namespace, too": {
			there: []client.Object{namespace("prod")}, plan: Plan{Namespaces: prod, Approved: releases("a", "b")},
			home: []string{"use release a", "use release b"}, elsewhere: []string{"use release a", "use release b"},
			writes: []string{createRole, createBinding}, open: releases("a", "b"),
		},
		"the map's own namespace as a target": {
			there: []client.Object{namespace("payments")}, plan: Plan{Namespaces: []string{"payments"}, Approved: releases("a")},
			home: []string{"use release a"}, writes: []string{createRole, createBinding}, open: releases("a"),
		},
		"nothing differs": {
			there: []client.Object{namespace("prod"), approvedIn("payments", "a"), boundIn("payments"), approvedIn("prod", "a"), boundIn("prod")},
			plan:  Plan{Namespaces: prod, Approved: releases("a")},
			home:  []string{"use release a"}, elsewhere: []string{"use release a"}, open: releases("a"),
		},
		"another approval": {
			there: []client.Object{approvedIn("payments", "a"), boundIn("payments")}, plan: Plan{Approved: releases("a", "b")},
			home: []string{"use release a", "use release b"}, writes: []string{patchRole}, open: releases("a", "b"),
		},
		"one of two ends": {
			there: []client.Object{approvedIn("payments", "a", "b"), boundIn("payments")}, plan: Plan{Approved: releases("b")},
			home: []string{"use release b"}, writes: []string{patchRole}, open: releases("b"),
		},
		"the last one ends: the RoleBinding goes before the Role": {
			there: []client.Object{approvedIn("payments", "a"), boundIn("payments")}, writes: []string{deleteBinding, deleteRole},
		},
		"a namespace that takes no part any more": {
			there: []client.Object{approvedIn("payments", "a"), boundIn("payments"), approvedIn("prod", "a"), boundIn("prod")}, plan: Plan{Approved: releases("a")},
			home: []string{"use release a"}, open: releases("a"),
		},
		"a namespace that has withdrawn its consent, and the cache does not show it": {
			there: []client.Object{namespace("prod"), approvedIn("prod", "a", "b"), boundIn("prod")},
			plan:  Plan{Namespaces: prod, Approved: releases("b", "c"), TakesPart: func(metav1.Object) bool { return false }},
			home:  []string{"use release b", "use release c"}, elsewhere: []string{"use release b"}, writes: []string{createRole, createBinding},
			open: releases("b", "c"), problems: []problem{{"prod", StaleRetry}},
		},
		"it has only the Role, and gets no RoleBinding": {
			there: []client.Object{namespace("prod"), approvedIn("prod", "a")},
			plan:  Plan{Namespaces: prod, Approved: releases("a"), TakesPart: func(metav1.Object) bool { return false }},
			home:  []string{"use release a"}, writes: []string{createRole, createBinding}, open: releases("a"), problems: []problem{{"prod", StaleRetry}},
		},
		"RestrictOnly opens nothing": {plan: Plan{Approved: releases("a"), Mode: RestrictOnly}},
		"RestrictOnly only closes": {
			there: []client.Object{approvedIn("payments", "a", "b"), boundIn("payments")}, plan: Plan{Approved: releases("b", "c"), Mode: RestrictOnly},
			home: []string{"use release b"}, writes: []string{patchRole}, open: releases("b"),
		},
		"RestrictOnly makes no RoleBinding": {
			there: []client.Object{approvedIn("payments", "a")}, plan: Plan{Approved: releases("a"), Mode: RestrictOnly},
		},
		"KeepLastValid opens in the map's own namespace": {
			there: []client.Object{namespace("prod")}, plan: Plan{Namespaces: prod, Approved: releases("a"), Mode: KeepLastValid},
			home: []string{"use release a"}, writes: []string{createRole, createBinding}, open: releases("a"),
		},
		"KeepLastValid opens where the map has something": {
			there: []client.Object{namespace("prod"), targetBinding("prod", "carla")},
			plan:  Plan{Namespaces: prod, Subjects: customers("carla"), Approved: releases("a"), Mode: KeepLastValid},
			home:  []string{"use release a"}, elsewhere: []string{"use release a"}, writes: []string{createRole, createBinding}, open: releases("a"),
		},
		"a widened Role is put right": {
			there: []client.Object{widened, boundIn("payments")}, plan: Plan{Approved: releases("a")},
			home: []string{"use release a"}, writes: []string{patchRole}, open: releases("a"),
		},
		"RestrictOnly closes what a widened Role gives": {
			there: []client.Object{widened, boundIn("payments")}, plan: Plan{Approved: releases("a"), Mode: RestrictOnly},
			writes: []string{deleteBinding, deleteRole},
		},
		"a subject that joins leaves": {
			there: []client.Object{approvedIn("payments", "a"), joined}, plan: Plan{Approved: releases("a")},
			home: []string{"use release a"}, writes: []string{patchBinding}, open: releases("a"),
		},
		"a RoleBinding to another role is created anew": {
			there: []client.Object{approvedIn("payments", "a"), redirected}, plan: Plan{Approved: releases("a")},
			home: []string{"use release a"}, writes: []string{deleteBinding, createBinding}, open: releases("a"),
		},
		"labels and owner are put back": {
			there: []client.Object{stripped, orphaned}, plan: Plan{Approved: releases("a")},
			home: []string{"use release a"}, writes: []string{patchRole, patchBinding}, open: releases("a"),
		},
		"a foreign Role gets no RoleBinding": {
			there: []client.Object{foreignRole}, plan: Plan{Approved: releases("a")}, writes: []string{createRole}, problems: []problem{{"payments", ForeignObject}},
		},
		"a foreign Role keeps no RoleBinding of the map": {
			there: []client.Object{foreignRole, boundIn("payments")}, plan: Plan{Approved: releases("a")},
			writes: []string{createRole, deleteBinding}, problems: []problem{{"payments", ForeignObject}},
		},
		"a foreign RoleBinding gets no Role": {
			there: []client.Object{foreignBound}, plan: Plan{Approved: releases("a")}, problems: []problem{{"payments", ForeignObject}},
		},
		"a foreign RoleBinding keeps no Role of the map": {
			there: []client.Object{foreignBound, approvedIn("payments", "a")}, plan: Plan{Approved: releases("a")},
			writes: []string{createBinding, deleteRole}, problems: []problem{{"payments", ForeignObject}},
		},
		"what a finalizer holds is emptied": {
			there: []client.Object{approvedIn("payments", "a"), held}, writes: []string{patchBinding, deleteBinding, deleteRole},
		},
		"a change that is refused": {
			there: []client.Object{approvedIn("payments", "a", "b"), boundIn("payments")}, plan: Plan{Approved: releases("a")}, refuse: refusing(patchRole),
			home: []string{"use release a"}, writes: []string{deleteRole, createRole}, open: releases("a"),
		},
		"a change that is refused and opens only": {
			there: []client.Object{approvedIn("payments", "a"), boundIn("payments")}, plan: Plan{Approved: releases("a", "b")}, refuse: refusing(patchRole),
			home: []string{"use release a"}, open: releases("a"), problems: []problem{{"payments", Refused}},
		},
		"a change that fails: what has ended gets no RoleBinding meanwhile": {
			there: []client.Object{approvedIn("payments", "a", "b")}, plan: Plan{Approved: releases("a")},
			refuse: func(write string) error {
				if write == patchRole {
					return errors.New("no route")
				}
				return nil
			},
			problems: []problem{{"payments", Failed}},
		},
		"a Role that may be neither changed nor deleted": {
			there: []client.Object{approvedIn("payments", "a", "b"), boundIn("payments")}, plan: Plan{Approved: releases("a")},
			refuse: refusing(patchRole, deleteRole), writes: []string{deleteBinding}, problems: []problem{{"payments", Refused}},
		},
		"a RoleBinding that may not be deleted": {
			there: []client.Object{approvedIn("payments", "a"), boundIn("payments")}, refuse: refusing(deleteBinding),
			writes: []string{patchBinding, deleteRole}, problems: []problem{{"payments", Refused}},
		},
		"neither of them may be deleted": {
			there: []client.Object{approvedIn("payments", "a"), boundIn("payments")}, refuse: refusing(deleteBinding, deleteRole),
			writes: []string{patchBinding, patchRole}, problems: []problem{{"payments", Refused}, {"payments", Refused}},
		},
		"nothing may be written": {
			there: []client.Object{approvedIn("payments", "a", "b"), boundIn("payments")}, plan: Plan{Approved: releases("a")},
			refuse: func(string) error { return errForbidden }, home: []string{"use release a", "use release b"}, open: releases("a", "b"),
			problems: []problem{{"payments", Refused}, {"payments", Refused}},
		},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			objects := make([]client.Object, 0, len(tc.there))
			for _, object := range tc.there {
				objects = append(objects, copyOf(object))
			}
			c := newCluster(t, objects...)
			c.refuse = tc.refuse
			report := c.enforceInOrder(tc.plan)
			if diff := cmp.Diff(tc.home, c.opened("payments")); diff != "" {
				t.Errorf("open in the map's namespace (-want +got):\n%s", diff)
			}
			if diff := cmp.Diff(tc.elsewhere, c.opened("prod")); diff != "" {
				t.Errorf("open in the target namespace (-want +got):\n%s", diff)
			}
			writes := slices.DeleteFunc(c.writes, func(write string) bool { return !strings.Contains(write, " payments/") })
			if diff := cmp.Diff(tc.writes, writes, cmpopts.EquateEmpty()); diff != "" {
				t.Errorf("writes (-want +got):\n%s", diff)
			}
			if diff := cmp.Diff(tc.problems, problemsOf(report)); diff != "" {
				t.Errorf("problems (-want +got):\n%s", diff)
			}
			if report.Opened == nil {
				t.Fatal("it is not known what is open")
			}
			if diff := cmp.Diff(setOf(tc.open), report.Opened.Open, cmpopts.EquateEmpty()); diff != "" {
				t.Errorf("reported as open (-want +got):\n%s", diff)
			}
			if len(report.Gained)+len(report.Left)+len(report.Repaired)+len(report.Opened.Repaired) > 0 {
				t.Errorf("approvals are told as rights of roles, or as repairs: %v", report)
			}
		})
	}
}

// TestApprovedTwice : what is open causes no more requests.
func TestApprovedTwice(t *testing.T) {
	t.Parallel()
	c := newCluster(t, namespace("prod"))
	plan := Plan{Namespaces: []string{"prod"}, Approved: releases("a", "b")}
	c.enforce(plan)
	if len(c.writes) != 4 {
		t.Errorf("the writes are %q", c.writes)
	}
	// A read of the API server would panic.
	c.applier.Live = nil
	if report := c.enforce(plan); len(c.writes) > 0 || !report.OK() || len(report.ByNamespace) > 0 {
		t.Errorf("writes %q, report %v", c.writes, report)
	}
}

// TestApprovedIsNoGrant : what opens approvals in the map's own namespace is not read with its grants, and a deletion of it is not
// forgotten with theirs, while the cache is behind.
func TestApprovedIsNoGrant(t *testing.T) {
	t.Parallel()
	c := newCluster(t)
	owner, key := checkout.NamespacedName(), types.NamespacedName{Namespace: checkout.Namespace, Name: names.ApprovedName(checkout)}
	c.applier.Writes.RecordWrite(owner, Part{kindRole, key}, "5")
	c.applier.Writes.RecordRemoval(owner, Part{kindRoleBinding, key}, "1")
	// A read of the API server would panic.
	c.applier.Live = nil
	if report := c.applier.Session(checkout, 1, 1).Grants(t.Context(), nil); !report.OK() {
		t.Errorf("the report is %v", report)
	}
	if !c.applier.Writes.HasRemoved(owner, Part{kindRoleBinding, key}, "1") {
		t.Error("the deletion is forgotten")
	}
}

// TestApprovedIsConfirmed : an approval is opened only if the API server says that its request is still there, which is asked once
// for all namespaces. What is open already is not asked about. A Role without its RoleBinding opens nothing yet.
func TestApprovedIsConfirmed(t *testing.T) {
	t.Parallel()
	c := newCluster(t, namespace("prod"), namespace("test"), namespace("unbound"), approvedIn("payments", "a"), boundIn("payments"), approvedIn("unbound", "a", "ended"))
	var mu sync.Mutex
	asked := make(map[string]int)
	plan := Plan{
		Namespaces: []string{"prod", "test", "unbound"}, Approved: releases("a", "b", "ended", "unknown"),
		StillApproved: func(_ context.Context, a approvals.Approval) error {
			mu.Lock()
			defer mu.Unlock()
			asked[a.Subject]++
			switch a.Subject {
			case "ended":
				return ErrApprovalEnded
			case "unknown":
				return errors.New("no route")
			}
			return nil
		},
	}
	report := c.enforce(plan)
	for _, namespace := range []string{"payments", "prod", "test", "unbound"} {
		if diff := cmp.Diff([]string{"use release a", "use release b"}, c.opened(namespace)); diff != "" {
			t.Errorf("open in %s (-want +got):\n%s", namespace, diff)
		}
		if got := report.ByNamespace[namespace]; !got.IsStale() {
			t.Errorf("in %s the problems are %v", namespace, got)
		}
	}
	if want := map[string]int{"a": 1, "b": 1, "ended": 1, "unknown": 1}; !maps.Equal(asked, want) {
		t.Errorf("asked about %v, want %v", asked, want)
	}
	clear(asked)
	plan.Approved = releases("a", "b")
	c.enforce(plan)
	if len(asked) > 0 || len(c.writes) > 0 {
		t.Errorf("with nothing to open, asked about %v, writes %q", asked, c.writes)
	}
}

// TestApprovedDrift : what was open before and is missing was removed by another writer, which an event tells.
func TestApprovedDrift(t *testing.T) {
	t.Parallel()
	c := newCluster(t, namespace("prod"), boundIn("payments"), boundIn("prod"), approvedIn("prod", "a", "b"))
	report := c.enforce(Plan{Namespaces: []string{"prod"}, Approved: releases("a"), SameApproved: true})
	if !slices.Equal(report.Opened.Repaired, []string{kindRole}) || !slices.Equal(report.Repaired, []string{kindRole}) {
		t.Errorf("repaired is %v in the map's own namespace, and %v elsewhere", report.Opened.Repaired, report.Repaired)
	}
}

// TestApprovedFirst : namespaces in which an approval ends come before those in which one only begins.
func TestApprovedFirst(t *testing.T) {
	t.Parallel()
	c := newCluster(t)
	plan := &Plan{Namespaces: []string{"begins", "ends", "widened"}, Approved: releases("a", "b")}
	plan.open = setOf(plan.Approved)
	plan.rules = render.ApprovedRules(checkout, plan.open)
	have := make(map[string]*targetObjects)
	for namespace, role := range map[string]*rbacv1.Role{
		"begins": approvedIn("begins", "a"), "ends": approvedIn("ends", "a", "b", "c"), "widened": approvedIn("widened", "a"),
	} {
		have[namespace] = newTargetObjects()
		have[namespace].put(slot{kindRole, approvedRole}, role)
	}
	have["widened"].approved().Rules[0].ResourceNames = nil
	targets, _ := c.applier.Session(checkout, 1, 1).targets(plan, have)
	var order []string
	for _, w := range targets {
		if w.namespace != "payments" {
			order = append(order, w.namespace)
		}
	}
	if want := []string{"ends", "widened", "begins"}; !slices.Equal(order, want) {
		t.Errorf("the order is %v, want %v", order, want)
	}
}

// TestStripApproved : the cache keeps what the largest Role has, once for all namespaces, and no more.
func TestStripApproved(t *testing.T) {
	t.Parallel()
	owner := names.Owner{Namespace: "payments", Name: "checkout", UID: "strip-approved"}
	open := make(approvalSet)
	for i := range approvals.Max {
		open[approvals.Approval{Topic: fmt.Sprintf("%s%03d", strings.Repeat("t", 37), i), Subject: fmt.Sprintf("%0512d", i)}] = true
	}
	inCache := func(namespace string, open approvalSet) *rbacv1.Role {
		role := render.ApprovedRole(owner, namespace, render.ApprovedRules(owner, open))
		if _, err := Strip(role); err != nil {
			t.Fatal(err)
		}
		return role
	}
	one, two := inCache("one", open), inCache("two", open)
	if !equalRules(one.Rules, render.ApprovedRules(owner, open)) {
		t.Error("the largest Role is not remembered as it is")
	}
	if &one.Rules[0] != &two.Rules[0] {
		t.Error("the Roles of two namespaces do not share their rules")
	}
	other := inCache("three", setOf(releases("a")))
	if !equalRules(other.Rules, render.ApprovedRules(owner, setOf(releases("a")))) || !equalRules(one.Rules, render.ApprovedRules(owner, open)) {
		t.Error("a Role has the rules of another")
	}
	many := make(approvalSet)
	for i := range approvals.Max {
		many[approvals.Approval{Topic: "release", Subject: fmt.Sprintf("%04096d", i)}] = true
	}
	if huge := inCache("four", many); len(huge.Rules) != 1 || huge.Rules[0].Verbs[0] != excess {
		t.Errorf("of more than any output has, %d rules are remembered", len(huge.Rules))
	}
}

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
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"
	corev1 "k8s.io/api/core/v1"
	rbacv1 "k8s.io/api/rbac/v1"
	apierrors "k8s.io/apimachinery/pkg/api/errors"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/runtime/schema"
	"sigs.k8s.io/controller-runtime/pkg/client"

	"github.com/stakeholders-dev/stakeholder-operator/controllers/names"
	"github.com/stakeholders-dev/stakeholder-operator/controllers/render"
)

// problem returns why a namespace does not match the plan.
type problem struct {
	Namespace string
	State     State
}

func problemsOf(report TargetsReport) []problem {
	var out []problem
	for _, namespace := range slices.Sorted(maps.Keys(report.ByNamespace)) {
		for _, o := range report.ByNamespace[namespace] {
			out = append(out, problem{namespace, o.State})
		}
	}
	return out
}

func foreignBinding(namespace string) *rbacv1.RoleBinding {
	return &rbacv1.RoleBinding{
		ObjectMeta: metav1.ObjectMeta{Namespace: namespace, Name: names.TargetBindingName(checkout, names.RoleCustomer), UID: "9"},
		RoleRef:    rbacv1.RoleRef{APIGroup: rbacv1.GroupName, Kind: "ClusterRole", Name: "view"}, Subjects: []rbacv1.Subject{person("theirs")},
	}
}

func terminating(name string) *corev1.Namespace {
	ns := namespace(name)
	ns.DeletionTimestamp, ns.Finalizers = &metav1.Time{Time: time.Unix(1, 0)}, []string{"kubernetes"}
	return ns
}

// TestTargets uses one namespace, prod, with or without a customers' RoleBinding, and checks the subjects in it
// afterwards.
func TestTargets(t *testing.T) {
	t.Parallel()
	only := func(parts ...string) func(string) error {
		return func(write string) error {
			if slices.ContainsFunc(parts, func(part string) bool { return strings.HasPrefix(write, part) }) {
				return errForbidden
			}
			return nil
		}
	}
	prod := []string{"prod"}
	redirected := targetBinding("prod", "carla")
	redirected.RoleRef.Name = "view"
	for name, tc := range map[string]struct {
		there  []client.Object
		plan   Plan
		refuse func(string) error
		// want are the subjects afterwards, or nil if there is no RoleBinding.
		want     []string
		writes   []string
		report   TargetsReport
		problems []problem
	}{
		"a namespace that has nothing gains": {
			there: []client.Object{namespace("prod")}, plan: Plan{Namespaces: prod, Subjects: customers("carla")},
			want: []string{"carla"}, writes: []string{"create RoleBinding prod/customer"},
			report: TargetsReport{
				Gained:            []Gain{{Namespace: "prod", Roles: []string{names.RoleCustomer}, First: true, Written: []string{kindRoleBinding}}},
				InOtherNamespaces: true,
			},
		},
		"no consent check for a namespace in which the map grants nothing": {
			there: []client.Object{terminating("prod")}, plan: Plan{Namespaces: prod},
		},
		"a namespace that is as it should be": {
			there: []client.Object{namespace("prod"), targetBinding("prod", "carla")}, plan: Plan{Namespaces: prod, Subjects: customers("carla")},
			want: []string{"carla"}, report: TargetsReport{InOtherNamespaces: true},
		},
		"a subject joins and one leaves": {
			there: []client.Object{namespace("prod"), targetBinding("prod", "carla", "lea")}, plan: Plan{Namespaces: prod, Subjects: customers("carla", "chris")},
			want: []string{"carla", "chris"}, writes: []string{"patch RoleBinding prod/customer"},
			report: TargetsReport{Repaired: []string{kindRoleBinding}, InOtherNamespaces: true},
		},
		"the last subject leaves": {
			there: []client.Object{namespace("prod"), targetBinding("prod", "lea")}, plan: Plan{Namespaces: prod},
			writes: []string{"delete RoleBinding prod/customer"}, report: TargetsReport{Repaired: []string{kindRoleBinding}},
		},
		"a namespace that the map leaves": {
			there: []client.Object{namespace("prod"), targetBinding("prod", "carla")}, plan: Plan{Subjects: customers("carla")},
			writes: []string{"delete RoleBinding prod/customer"}, report: TargetsReport{Left: prod},
		},
		"RestrictOnly adds no subject": {
			there: []client.Object{namespace("prod"), targetBinding("prod", "carla", "lea")},
			plan:  Plan{Namespaces: prod, Subjects: customers("carla", "chris"), Mode: RestrictOnly},
			want:  []string{"carla"}, writes: []string{"patch RoleBinding prod/customer"},
			report: TargetsReport{Repaired: []string{kindRoleBinding}, InOtherNamespaces: true},
		},
		"RestrictOnly leaves a namespace out that has nothing": {
			there: []client.Object{namespace("prod")}, plan: Plan{Namespaces: prod, Subjects: customers("carla"), Mode: RestrictOnly},
			report: TargetsReport{LeftOut: prod},
		},
		"KeepLastValid leaves a namespace out that has nothing": {
			there: []client.Object{namespace("prod")}, plan: Plan{Namespaces: prod, Subjects: customers("carla"), Mode: KeepLastValid},
			report: TargetsReport{LeftOut: prod},
		},
		"KeepLastValid puts back what a namespace had": {
			there: []client.Object{namespace("prod"), targetBinding("prod", "lea")},
			plan:  Plan{Namespaces: prod, Subjects: customers("carla"), Mode: KeepLastValid},
			want:  []string{"carla"}, writes: []string{"patch RoleBinding prod/customer"},
			report: TargetsReport{Repaired: []string{kindRoleBinding}, InOtherNamespaces: true},
		},
		"KeepLastValid publishes no copy where there is none": {
			there: []client.Object{namespace("prod"), targetBinding("prod", "carla")},
			plan: Plan{
				Namespaces: prod, Subjects: customers("carla"), Mode: KeepLastValid,
				Copies: map[string]bool{"prod": true}, Data: map[string]string{"routing.json": "{}"},
			},
			want: []string{"carla"}, report: TargetsReport{InOtherNamespaces: true},
		},
		"a RoleBinding of ours to another ClusterRole is created anew": {
			there: []client.Object{namespace("prod"), redirected}, plan: Plan{Namespaces: prod, Subjects: customers("carla")},
			want: []string{"carla"}, writes: []string{"create RoleBinding prod/customer", "delete RoleBinding prod/customer"},
			report: TargetsReport{
				Gained:            []Gain{{Namespace: "prod", Roles: []string{names.RoleCustomer}, Written: []string{kindRoleBinding}}},
				InOtherNamespaces: true,
			},
		},
		"a foreign RoleBinding is left alone": {
			there: []client.Object{namespace("prod"), foreignBinding("prod")}, plan: Plan{Namespaces: prod, Subjects: customers("carla")},
			want: []string{"theirs"}, writes: []string{"create RoleBinding prod/customer"}, problems: []problem{{"prod", ForeignObject}},
		},
		"a foreign RoleBinding is left alone when the map leaves": {
			there: []client.Object{
				namespace("prod"), foreignBinding("prod"), render.TargetConfigMap(checkout, "prod", map[string]string{"routing.json": "{}"}),
			},
			want: []string{"theirs"}, writes: []string{"delete ConfigMap prod/payments.checkout.routing"},
		},
		"a terminating namespace gains nothing": {
			there: []client.Object{terminating("prod")}, plan: Plan{Namespaces: prod, Subjects: customers("carla")},
			problems: []problem{{"prod", Terminating}},
		},
		"a terminating namespace loses": {
			there: []client.Object{terminating("prod"), targetBinding("prod", "carla", "lea")}, plan: Plan{Namespaces: prod, Subjects: customers("carla", "chris")},
			want: []string{"carla"}, writes: []string{"patch RoleBinding prod/customer"}, problems: []problem{{"prod", Terminating}},
			report: TargetsReport{Repaired: []string{kindRoleBinding}, InOtherNamespaces: true},
		},
		"a namespace that is gone": {
			plan: Plan{Namespaces: prod, Subjects: customers("carla")}, problems: []problem{{"prod", Terminating}},
		},
		"a namespace that begins to terminate between the look and the write": {
			there: []client.Object{namespace("prod")}, plan: Plan{Namespaces: prod, Subjects: customers("carla")},
			refuse: func(string) error { return errTerminating }, problems: []problem{{"prod", Terminating}},
		},
		"a namespace that is gone between the look and the write": {
			there: []client.Object{namespace("prod")}, plan: Plan{Namespaces: prod, Subjects: customers("carla")},
			refuse: func(string) error {
				return apierrors.NewNotFound(schema.GroupResource{Resource: "namespaces"}, "prod")
			}, problems: []problem{{"prod", Terminating}},
		},
		"a namespace that no longer takes part only loses": {
			there: []client.Object{namespace("prod"), targetBinding("prod", "carla", "lea")},
			plan:  Plan{Namespaces: prod, Subjects: customers("carla", "chris"), TakesPart: func(metav1.Object) bool { return false }},
			want:  []string{"carla"}, writes: []string{"patch RoleBinding prod/customer"}, problems: []problem{{"prod", StaleRetry}},
			report: TargetsReport{Repaired: []string{kindRoleBinding}, InOtherNamespaces: true},
		},
		"a change that is refused": {
			there: []client.Object{namespace("prod"), targetBinding("prod", "carla", "lea")}, plan: Plan{Namespaces: prod, Subjects: customers("carla")},
			refuse: only("patch"), want: []string{"carla"}, writes: []string{"create RoleBinding prod/customer", "delete RoleBinding prod/customer"},
			report: TargetsReport{Repaired: []string{kindRoleBinding}, InOtherNamespaces: true},
		},
		"a change that is refused and adds only": {
			there: []client.Object{namespace("prod"), targetBinding("prod", "carla")}, plan: Plan{Namespaces: prod, Subjects: customers("carla", "chris")},
			refuse: only("patch"), want: []string{"carla"}, problems: []problem{{"prod", Refused}}, report: TargetsReport{InOtherNamespaces: true},
		},
		"a change and a deletion that are refused": {
			there: []client.Object{namespace("prod"), targetBinding("prod", "carla", "lea")}, plan: Plan{Namespaces: prod, Subjects: customers("carla")},
			refuse: only("patch", "delete"), want: []string{"carla", "lea"}, problems: []problem{{"prod", Refused}, {"prod", Refused}},
			report: TargetsReport{InOtherNamespaces: true},
		},
		"a deletion that is refused": {
			there: []client.Object{namespace("prod"), targetBinding("prod", "carla")}, refuse: only("delete"),
			want: []string{}, writes: []string{"patch RoleBinding prod/customer"}, problems: []problem{{"prod", Refused}},
			report: TargetsReport{InOtherNamespaces: true},
		},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			c := newCluster(t, tc.there...)
			c.refuse = tc.refuse
			report := c.enforce(tc.plan)
			if diff := cmp.Diff(tc.want, c.subjects("prod", names.RoleCustomer)); diff != "" {
				t.Errorf("subjects (-want +got):\n%s", diff)
			}
			if diff := cmp.Diff(tc.writes, c.writes); diff != "" {
				t.Errorf("writes (-want +got):\n%s", diff)
			}
			if diff := cmp.Diff(tc.problems, problemsOf(report)); diff != "" {
				t.Errorf("problems (-want +got):\n%s", diff)
			}
			report.ByNamespace = nil
			if diff := cmp.Diff(tc.report, report, cmpopts.EquateEmpty(), cmpopts.IgnoreFields(TargetsReport{}, "Opened")); diff != "" {
				t.Errorf("report (-want +got):\n%s", diff)
			}
		})
	}
}

// TestTargetsTwice: an enforced plan causes no more writes.
func TestTargetsTwice(t *testing.T) {
	t.Parallel()
	c := newCluster(t, namespace("prod"), namespace("test"))
	plan := Plan{
		Namespaces: []string{"prod", "test"}, Subjects: customers("carla"),
		Copies: map[string]bool{"test": true}, Data: map[string]string{"routing.json": "{}"},
	}
	c.enforce(plan)
	want := []string{
		"create ConfigMap test/payments.checkout.routing", "create RoleBinding prod/customer", "create RoleBinding test/customer",
	}
	if diff := cmp.Diff(want, c.writes); diff != "" {
		t.Errorf("writes (-want +got):\n%s", diff)
	}
	if report := c.enforce(plan); len(c.writes) > 0 || !report.OK() || len(report.ByNamespace) > 0 {
		t.Errorf("writes are %q, the report is %v", c.writes, report)
	}
}

// TestTargetOrder: namespaces that the map leaves come first, then those in which a subject loses a right.
func TestTargetOrder(t *testing.T) {
	t.Parallel()
	have := func(subjects ...string) *targetObjects {
		return &targetObjects{bySlot: map[slot]client.Object{{kindRoleBinding, names.RoleCustomer}: targetBinding("", subjects...)}}
	}
	account := render.AccountSubject(checkout, "c-account", names.RoleCustomer)
	withAccount := have("carla")
	withAccount.binding(names.RoleCustomer).Subjects = append(withAccount.binding(names.RoleCustomer).Subjects, account)
	there := map[string]*targetObjects{
		"b-keeps": have("carla"), "c-account": withAccount, "d-gains": have(), "y-loses": have("carla", "lea"), "z-left": have("carla"),
	}
	for mode, want := range map[Mode]struct{ order, leftOut []string }{
		Enforce:       {[]string{"z-left", "c-account", "y-loses", "a-new", "b-keeps", "d-gains"}, nil},
		KeepLastValid: {[]string{"z-left", "c-account", "y-loses", "b-keeps", "d-gains"}, []string{"a-new"}},
		RestrictOnly:  {[]string{"z-left", "c-account", "y-loses", "b-keeps", "d-gains"}, []string{"a-new"}},
	} {
		// The ServiceAccount of c-account has a claim that is no longer wanted.
		there["c-account"].bySlot[slot{kindServiceAccount, names.RoleCustomer}] =
			render.Account(checkout, "c-account", names.RoleCustomer, render.Claims{"groups": {"acme"}})
		plan := &Plan{Namespaces: []string{"a-new", "b-keeps", "c-account", "d-gains", "y-loses"}, Subjects: customers("carla"), Mode: mode}
		tasks, leftOut := (&Applier{}).Session(checkout, 1, 1).targets(plan, there)
		var order []string
		for _, task := range tasks {
			order = append(order, task.namespace)
		}
		if diff := cmp.Diff(want.order, order); diff != "" {
			t.Errorf("mode %d: order (-want +got):\n%s", mode, diff)
		}
		if diff := cmp.Diff(want.leftOut, leftOut); diff != "" {
			t.Errorf("mode %d: left out (-want +got):\n%s", mode, diff)
		}
	}
}

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

package stakeholdermap

import (
	"errors"
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	corev1 "k8s.io/api/core/v1"
	rbacv1 "k8s.io/api/rbac/v1"
	apierrors "k8s.io/apimachinery/pkg/api/errors"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/types"
	ctrl "sigs.k8s.io/controller-runtime"
	"sigs.k8s.io/controller-runtime/pkg/client"

	"github.com/stakeholders-dev/stakeholder-operator/api/v1alpha1"
	"github.com/stakeholders-dev/stakeholder-operator/controllers/apply"
	"github.com/stakeholders-dev/stakeholder-operator/controllers/names"
	"github.com/stakeholders-dev/stakeholder-operator/controllers/render"
	"github.com/stakeholders-dev/stakeholder-operator/controllers/targets"
	"github.com/stakeholders-dev/stakeholder-operator/test/fixtures"
)

// target makes a namespace with the label product: checkout that accepts maps of payments.
func (w *world) target(name string) {
	w.Helper()
	ns := &corev1.Namespace{ObjectMeta: metav1.ObjectMeta{
		Name: name, Labels: map[string]string{"product": "checkout"}, Annotations: map[string]string{v1alpha1.AcceptMapsFrom: "payments"},
	}}
	if err := w.client.Create(w.Context(), ns); err != nil {
		w.Fatal(err)
	}
}

// consent sets the annotation of a namespace.
func (w *world) consent(name, accepts string) {
	w.Helper()
	var ns corev1.Namespace
	if err := w.client.Get(w.Context(), client.ObjectKey{Name: name}, &ns); err != nil {
		w.Fatal(err)
	}
	ns.Annotations = map[string]string{v1alpha1.AcceptMapsFrom: accepts}
	if err := w.client.Update(w.Context(), &ns); err != nil {
		w.Fatal(err)
	}
}

// bound are those who are bound to a role's ClusterRole in a namespace, sorted.
func (w *world) bound(namespace, role string) []string {
	w.Helper()
	var binding rbacv1.RoleBinding
	key := client.ObjectKey{Namespace: namespace, Name: names.TargetBindingName(names.Owner{Namespace: "payments", Name: "checkout"}, role)}
	if err := client.IgnoreNotFound(w.client.Get(w.Context(), key, &binding)); err != nil {
		w.Fatal(err)
	}
	var subjects []string
	for _, s := range binding.Subjects {
		subjects = append(subjects, s.Name)
	}
	slices.Sort(subjects)
	return subjects
}

func (w *world) wantBound(reason, namespace, role string, want ...string) {
	w.Helper()
	if got := w.bound(namespace, role); !slices.Equal(got, want) {
		w.Errorf("%s: %s in %s is %v, want %v", reason, role, namespace, got, want)
	}
}

// requestFor is the request for the map of a world.
func requestFor(w *world) ctrl.Request { return ctrl.Request{NamespacedName: w.key} }

// targeting is a map with two customers, one of them for a while, whose product runs in all namespaces that
// have its label.
func targeting() *v1alpha1.StakeholderMap {
	m := fixtures.Minimal()
	m.Spec.Customers[0].Subjects = []v1alpha1.Subject{fixtures.User("carla"), fixtures.User("chris")}
	temporary := fixtures.Customer("temporary", fixtures.User("tom"))
	temporary.ValidUntil = &metav1.Time{Time: fixtures.Now.Add(time.Hour)}
	m.Spec.Customers = append(m.Spec.Customers, temporary)
	m.Spec.TargetNamespaces.Selector = &v1alpha1.NamespaceSelector{MatchLabels: map[string]v1alpha1.LabelValue{"product": "checkout"}}
	return m
}

// An invalid map gains nothing and still loses, in target namespaces too.
func TestInvalidMapInTargets(t *testing.T) {
	t.Parallel()
	w := newWorld(t, targeting(), fixtures.Now)
	w.target("shop")
	w.settle()
	w.wantBound("valid", "shop", "customer", "carla", "chris", "tom")

	w.edit(func(s *v1alpha1.StakeholderMapSpec) {
		// The product owner is no customer.
		s.ProductOwner.Subjects = append(s.ProductOwner.Subjects, fixtures.User("carla"), fixtures.User("new"))
		s.Customers[0].Subjects = []v1alpha1.Subject{fixtures.User("carla"), fixtures.User("another")}
	})
	w.target("late")
	w.settle()
	w.wantBound("chris has left, and another gains nothing", "shop", "customer", "carla", "tom")
	w.wantBound("no new subject speaks for the product", "shop", "product-owner", "dana@vendor.example")
	for _, role := range names.Roles {
		w.wantBound("the map had nothing there when it became invalid", "late", role)
	}
	if got := *w.get().Status.Namespaces.Ready; got != 1 {
		t.Errorf("%d namespaces are ready, want 1", got)
	}
	w.clock.SetTime(fixtures.Now.Add(2 * time.Hour))
	w.settle()
	w.wantBound("the window has closed", "shop", "customer", "carla")

	w.edit(func(s *v1alpha1.StakeholderMapSpec) { s.TargetNamespaces = v1alpha1.TargetNamespaces{} })
	w.settle()
	w.wantBound("it is no target any more", "shop", "customer")
	if f := w.get().Finalizers; len(f) > 0 {
		t.Errorf("finalizers are %v", f)
	}
}

// When the last valid table is lost too, those who have left still lose their rights, and no subject gains any.
func TestLostTableInTargets(t *testing.T) {
	t.Parallel()
	w := newWorld(t, targeting(), fixtures.Now)
	w.target("shop")
	w.settle()
	w.edit(func(s *v1alpha1.StakeholderMapSpec) {
		s.ProductOwner.Subjects = append(s.ProductOwner.Subjects, fixtures.User("carla"))
		s.Customers[0].Subjects = []v1alpha1.Subject{fixtures.User("carla"), fixtures.User("another")}
	})
	cm := &corev1.ConfigMap{ObjectMeta: metav1.ObjectMeta{Namespace: "payments", Name: "checkout-routing"}}
	if err := w.client.Delete(t.Context(), cm); err != nil {
		t.Fatal(err)
	}
	w.settle()
	if got := w.reason(v1alpha1.ConditionAuthorized); got != "Unknown "+v1alpha1.ReasonLastValidLost {
		t.Errorf("authorized is %s", got)
	}
	w.wantBound("chris has left", "shop", "customer", "carla", "tom")
	w.consent("shop", "")
	w.settle()
	w.wantBound("consent withdrawn means revoked", "shop", "customer")
}

// The order in which a narrower table of an invalid map is noted, published and confirmed survives the
// operator's end after each step: what was in force is neither lost nor given back.
func TestAnnouncedTable(t *testing.T) {
	t.Parallel()
	refused := errors.New("refused")
	for _, kind := range []string{"*v1.ConfigMap", "*v1.RoleBinding"} {
		w := newWorld(t, targeting(), fixtures.Now)
		w.settle()
		w.edit(func(s *v1alpha1.StakeholderMapSpec) {
			s.ProductOwner.Subjects = append(s.ProductOwner.Subjects, fixtures.User("carla"))
			s.Customers[0].Subjects = []v1alpha1.Subject{fixtures.User("carla")}
		})
		w.refuse = func(written string) error {
			if written == kind {
				return refused
			}
			return nil
		}
		if _, err := w.r.Reconcile(t.Context(), requestFor(w)); !errors.Is(err, refused) {
			t.Fatalf("the error is %v", err)
		}
		if w.get().Status.PendingRoutingRevision == "" && kind == "*v1.ConfigMap" {
			t.Error("the table was not announced")
		}
		w.refuse = nil
		w.restart()
		w.settle()
		if got := w.reason(v1alpha1.ConditionPublished); got != "True "+v1alpha1.ReasonLastValidKept {
			t.Errorf("%s: published is %s", kind, got)
		}
		if w.get().Status.PendingRoutingRevision != "" {
			t.Errorf("%s: a table is still announced", kind)
		}
		w.checkStanding("after a restart")
	}
}

// Who was taken out by one invalid edit whose table could not be written, and comes back by the next one, does
// not get back what he had.
func TestAnnouncedTableIsNotUndone(t *testing.T) {
	t.Parallel()
	w := newWorld(t, targeting(), fixtures.Now)
	w.settle()
	invalid := func(customers ...string) {
		w.edit(func(s *v1alpha1.StakeholderMapSpec) {
			s.ProductOwner.Subjects = append(s.ProductOwner.Subjects[:1:1], fixtures.User("carla"))
			s.Customers[0].Subjects = nil
			for _, name := range customers {
				s.Customers[0].Subjects = append(s.Customers[0].Subjects, fixtures.User(name))
			}
		})
	}
	w.refuse = func(kind string) error {
		if kind == "*v1.ConfigMap" {
			return errors.New("refused")
		}
		return nil
	}
	invalid("carla")
	if _, err := w.r.Reconcile(t.Context(), requestFor(w)); err == nil {
		t.Fatal("the ConfigMap could be written")
	}
	if slices.Contains(w.names(), "customer chris") {
		t.Error("chris has left")
	}
	w.refuse = nil
	invalid("carla", "chris")
	w.settle()
	if slices.Contains(w.names(), "customer chris") {
		t.Error("chris has got back what he had, by an edit that is invalid")
	}
}

// A copied finalizer, and a map that was deleted, in every order.
func TestDeletionWithTargets(t *testing.T) {
	t.Parallel()
	w := newWorld(t, targeting(), fixtures.Now)
	w.target("shop")
	w.target("late")
	w.settle()
	m := w.get()
	if !slices.Contains(m.Finalizers, v1alpha1.TargetsFinalizer) {
		t.Fatalf("finalizers are %v", m.Finalizers)
	}
	if err := w.client.Delete(t.Context(), m); err != nil {
		t.Fatal(err)
	}
	w.restart()
	for range 3 {
		if _, err := w.r.Reconcile(t.Context(), requestFor(w)); err != nil {
			t.Fatal(err)
		}
	}
	for _, namespace := range []string{"shop", "late", "payments"} {
		for _, role := range names.Roles {
			w.wantBound("the map is gone", namespace, role)
		}
	}
	if err := w.client.Get(t.Context(), w.key, m); client.IgnoreNotFound(err) != nil || err == nil {
		t.Errorf("the map is still there: %v", err)
	}
}

// What an earlier map of the name has left in other namespaces goes; what the present one has stays.
func TestOrphans(t *testing.T) {
	t.Parallel()
	w := newWorld(t, targeting(), fixtures.Now)
	w.target("shop")
	w.settle()
	for _, namespace := range []string{"elsewhere", "shop"} {
		orphan := &rbacv1.RoleBinding{
			ObjectMeta: metav1.ObjectMeta{
				Namespace: "elsewhere", Name: "stakeholders:target:payments:checkout:customer", UID: "of-the-orphan",
				Labels: map[string]string{
					names.LabelManagedBy: names.ManagedBy, names.LabelMap: "checkout", names.LabelMapNamespace: "payments",
				},
				Annotations: map[string]string{names.AnnotationMapUID: "earlier"},
			},
			RoleRef:  render.TargetRoleRef("customer"),
			Subjects: []rbacv1.Subject{{Kind: "User", Name: "former"}},
		}
		if namespace == "shop" {
			// Not by a name that a map's objects have: it is none of ours, whatever it says.
			orphan.Name = "stakeholders:target:payments:checkout:admin"
		}
		if err := w.client.Create(t.Context(), orphan); err != nil {
			t.Fatal(err)
		}
	}
	w.settle()
	var left rbacv1.RoleBindingList
	if err := w.client.List(t.Context(), &left, client.InNamespace("elsewhere")); err != nil {
		t.Fatal(err)
	}
	if len(left.Items) != 1 || left.Items[0].Name != "stakeholders:target:payments:checkout:admin" {
		t.Errorf("in elsewhere there are %v", left.Items)
	}
	w.wantBound("the map's own stay", "shop", "customer", "carla", "chris", "tom")
}

// A cache that still shows an earlier map of the name is no reason to delete what the present one has.
func TestOrphansByLiveMap(t *testing.T) {
	t.Parallel()
	w := newWorld(t, targeting(), fixtures.Now)
	w.target("shop")
	w.settle()
	for _, stale := range []types.UID{"", "earlier"} {
		if removed := w.applier.RemoveOrphans(t.Context(), w.key, stale); !removed.OK() || len(removed.Objects) > 0 {
			t.Fatalf("%v was removed: %v", removed.Objects, removed.Err())
		}
	}
	w.wantBound("they belong to the map that there is", "shop", "customer", "carla", "chris", "tom")
}

// The finalizer goes only once everything else has gone.
func TestFinalizerGoesLast(t *testing.T) {
	t.Parallel()
	w := newWorld(t, targeting(), fixtures.Now)
	w.target("shop")
	w.settle()
	w.refuseDelete = func(object client.Object) error {
		if object.GetNamespace() == "shop" && strings.HasSuffix(object.GetName(), ":end-user") {
			return errors.New("refused")
		}
		return nil
	}
	if err := w.client.Delete(t.Context(), w.get()); err != nil {
		t.Fatal(err)
	}
	if _, err := w.r.Reconcile(t.Context(), requestFor(w)); err == nil {
		t.Fatal("a RoleBinding could be deleted")
	}
	w.wantBound("the customers have lost their rights", "shop", "customer")
	if f := w.get().Finalizers; !slices.Contains(f, v1alpha1.TargetsFinalizer) {
		t.Errorf("finalizers are %v", f)
	}
	w.refuseDelete = nil
	w.refuse = func(kind string) error {
		if kind == "*v1alpha1.StakeholderMap" {
			w.wantBound("the finalizer is about to go", "shop", "end-user")
		}
		return nil
	}
	if _, err := w.r.Reconcile(t.Context(), requestFor(w)); err != nil {
		t.Fatal(err)
	}
	if err := w.client.Get(t.Context(), w.key, &v1alpha1.StakeholderMap{}); !apierrors.IsNotFound(err) {
		t.Errorf("the map is still there: %v", err)
	}
}

// Before the grants of a table that cannot be published are written, it is noted that the published one is no
// longer in force: an operator that ends right then must not restore it when the map is invalid next.
func TestUnpublishedTableIsDisowned(t *testing.T) {
	t.Parallel()
	w := newWorld(t, targeting(), fixtures.Now)
	w.settle()
	w.edit(func(s *v1alpha1.StakeholderMapSpec) {
		s.Customers[0].Subjects = []v1alpha1.Subject{fixtures.User("carla")}
	})
	bindings := 0
	w.refuse = func(kind string) error {
		switch kind {
		case "*v1.ConfigMap":
			return errors.New("refused")
		case "*v1.RoleBinding":
			bindings++
			if revision := w.get().Status.RoutingRevision; revision != "" {
				t.Errorf("grants are written while %s is said to be in force", revision)
			}
		}
		return nil
	}
	if _, err := w.r.Reconcile(t.Context(), requestFor(w)); err == nil {
		t.Fatal("the ConfigMap could be written")
	}
	if bindings == 0 {
		t.Error("no grant was written")
	}
}

// The condition names up to five namespaces and says how many more there are, failing ones first, and says the
// same as long as the causes are the same.
func TestComplaint(t *testing.T) {
	t.Parallel()
	o := targetsResult{participation: participation{declared: true, unaccepted: []string{"ledgers"}}, report: apply.TargetsReport{ByNamespace: map[string]apply.Result{
		"ns-8": apply.ResultOf(errors.New("quota exceeded")), "ns-9": apply.ResultOf(apply.ErrNamespaceTerminating),
	}}}
	if reason, message := (&targetsResult{participation: participation{Resolution: targets.Resolution{Targets: []targets.Target{{Namespace: "a", State: targets.Accepted}}}}}).complaint("payments"); reason != "" || message != "" {
		t.Errorf("without anything to complain about it says %s: %s", reason, message)
	}
	for i, state := range []targets.State{
		targets.Refused, targets.Missing, targets.Terminating, targets.Refused, targets.Refused, targets.Refused, targets.Accepted, targets.Accepted, targets.Accepted,
	} {
		o.Targets = append(o.Targets, targets.Target{Namespace: fmt.Sprintf("ns-%d", i+1), State: state})
	}
	reason, message := o.complaint("payments")
	want := "Namespace ns-8: quota exceeded; Namespace ns-9 is being deleted; Namespace ns-1 does not accept maps from payments; " +
		"Namespace ns-2 does not exist; Namespace ns-3 is being deleted; and 4 more; " +
		"A namespace accepts them by listing payments in its annotation stakeholders.dev/accept-maps-from"
	if diff := cmp.Diff(want, message); diff != "" || reason != v1alpha1.ReasonApplyFailed {
		t.Errorf("reason %s (-want +got):\n%s", reason, diff)
	}
	if s := o.status(); *s.Matched != 9 || *s.Ready != 1 || *s.Refused != 4 {
		t.Errorf("%d matched, %d ready, %d refused", *s.Matched, *s.Ready, *s.Refused)
	}
	for range 20 {
		if _, again := o.complaint("payments"); again != message {
			t.Fatalf("it says something else: %s", again)
		}
	}
	o.report.ByNamespace = nil
	if reason, _ := o.complaint("payments"); reason != v1alpha1.ReasonNamespaceRefused {
		t.Errorf("the reason is %s", reason)
	}
}

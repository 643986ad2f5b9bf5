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
	"context"
	"errors"
	"maps"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	corev1 "k8s.io/api/core/v1"
	rbacv1 "k8s.io/api/rbac/v1"
	apierrors "k8s.io/apimachinery/pkg/api/errors"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/runtime/schema"
	ctrl "sigs.k8s.io/controller-runtime"
	"sigs.k8s.io/controller-runtime/pkg/client"
	"sigs.k8s.io/controller-runtime/pkg/client/interceptor"
	"sigs.k8s.io/controller-runtime/pkg/controller/priorityqueue"
	"sigs.k8s.io/controller-runtime/pkg/event"

	"github.com/stakeholders-dev/stakeholder-operator/api/v1alpha1"
	"github.com/stakeholders-dev/stakeholder-operator/controllers/apply"
	"github.com/stakeholders-dev/stakeholder-operator/controllers/approvals"
	"github.com/stakeholders-dev/stakeholder-operator/controllers/names"
	"github.com/stakeholders-dev/stakeholder-operator/controllers/requeue"
	"github.com/stakeholders-dev/stakeholder-operator/test/fixtures"
)

// approvedName is the name of what opens the approvals of the map payments/checkout.
const approvedName = "stakeholders:target:payments:checkout:approved"

// approvedRequest is a request about the map that was approved a minute ago.
func (w *world) approvedRequest(name, topic, subject string) *v1alpha1.StakeholderRequest {
	w.Helper()
	return &v1alpha1.StakeholderRequest{
		ObjectMeta: metav1.ObjectMeta{Namespace: "payments", Name: name},
		Spec:       v1alpha1.StakeholderRequestSpec{Map: "checkout", Topic: topic, Subject: subject, Title: name, RequestedBy: "ci"},
		Status: v1alpha1.StakeholderRequestStatus{
			Outcome: v1alpha1.OutcomeApproved, MapUID: string(w.get().UID), DecidedAt: &metav1.Time{Time: fixtures.Now.Add(-time.Minute)},
		},
	}
}

// approve creates a request that was approved, for some time or, if that is 0, until it is deleted.
func (w *world) approve(name, topic, subject string, validFor time.Duration) *v1alpha1.StakeholderRequest {
	w.Helper()
	r := w.approvedRequest(name, topic, subject)
	if validFor > 0 {
		r.Status.ValidUntil = &metav1.Time{Time: w.clock.Now().Add(validFor)}
	}
	w.createRequest(r)
	return r
}

func (w *world) createRequest(r *v1alpha1.StakeholderRequest) {
	w.Helper()
	status := r.Status
	if err := w.client.Create(w.Context(), r); err != nil {
		w.Fatal(err)
	}
	r.Status = status
	if err := w.client.Status().Update(w.Context(), r); err != nil {
		w.Fatal(err)
	}
}

// usable is what everyone may use in a namespace, as "topic subject", sorted.
func (w *world) usable(namespace string) []string {
	w.Helper()
	found := make(map[string]bool)
	var bindings rbacv1.RoleBindingList
	if err := w.client.List(w.Context(), &bindings, client.InNamespace(namespace)); err != nil {
		w.Fatal(err)
	}
	for _, b := range bindings.Items {
		if !slices.ContainsFunc(b.Subjects, func(s rbacv1.Subject) bool { return s.Kind == "Group" && s.Name == "system:authenticated" }) {
			continue
		}
		role := &rbacv1.Role{}
		if err := client.IgnoreNotFound(w.client.Get(w.Context(), client.ObjectKey{Namespace: namespace, Name: b.RoleRef.Name}, role)); err != nil {
			w.Fatal(err)
		}
		for _, rule := range role.Rules {
			if !slices.Equal(rule.Verbs, []string{"use"}) || !slices.Equal(rule.APIGroups, []string{"stakeholders.dev"}) || len(rule.ResourceNames) == 0 {
				w.Errorf("everyone in %s has %v", namespace, rule)
			}
			for _, subject := range rule.ResourceNames {
				found[strings.TrimPrefix(rule.Resources[0], "stakeholderrequests/")+" "+subject] = true
			}
		}
	}
	return slices.Sorted(maps.Keys(found))
}

func (w *world) wantUsable(reason, namespace string, want ...string) {
	w.Helper()
	if got := w.usable(namespace); !slices.Equal(got, want) {
		w.Errorf("%s: usable in %s is %v, want %v", reason, namespace, got, want)
	}
}

// wantOpened checks what is reported as open, and that it is what is open in the map's namespace.
func (w *world) wantOpened(reason string, want ...string) {
	w.Helper()
	w.wantUsable(reason, "payments", want...)
	state, _ := w.config.Opened.Of(w.key)
	var got []string
	for a := range state.Open {
		got = append(got, a.Topic+" "+a.Subject)
	}
	slices.Sort(got)
	if !slices.Equal(got, want) {
		w.Errorf("%s: reported as open is %v, want %v", reason, got, want)
	}
}

// wantNothingLeft fails if a Role or a RoleBinding that opens approvals is there.
func (w *world) wantNothingLeft(reason string) {
	w.Helper()
	for _, list := range []client.ObjectList{&rbacv1.RoleList{}, &rbacv1.RoleBindingList{}} {
		if err := w.client.List(w.Context(), list, client.MatchingFields{metav1.ObjectNameField: approvedName}); err != nil {
			w.Fatal(err)
		}
		if got := listed(list); len(got) > 0 {
			w.Errorf("%s: %v are left", reason, got)
		}
	}
}

func listed(list client.ObjectList) (out []string) {
	switch list := list.(type) {
	case *rbacv1.RoleList:
		for i := range list.Items {
			out = append(out, "Role "+list.Items[i].Namespace)
		}
	case *rbacv1.RoleBindingList:
		for i := range list.Items {
			out = append(out, "RoleBinding "+list.Items[i].Namespace)
		}
	}
	return out
}

func (w *world) delete(object client.Object) {
	w.Helper()
	if err := w.client.Delete(w.Context(), object); err != nil {
		w.Fatal(err)
	}
}

// An approval is open in the map's namespace and in its target namespaces, and ends by time, with its request, with consent and
// with the map. Nothing of it is left then.
func TestApprovalsOpenAndEnd(t *testing.T) {
	t.Parallel()
	w := newWorld(t, targeting(), fixtures.Now)
	w.target("shop")
	w.settle()
	w.wantNothingLeft("nothing was approved")
	w.wantOpened("nothing was approved")

	forever := w.approve("forever", "release", "image-1", 0)
	w.approve("soon-over", "release", "image-2", 30*time.Minute)
	w.approve("budget", "budget", "2027", 0)
	all := []string{"budget 2027", "release image-1", "release image-2"}
	if wait := w.settle(); wait != 30*time.Minute {
		t.Errorf("the map is to be looked at again after %s, and an approval ends after 30 minutes", wait)
	}
	w.wantOpened("all are approved", all...)
	w.wantUsable("all are approved", "shop", all...)
	w.wantUsable("it takes no part", "default")

	before := w.writes.Load()
	w.settle()
	w.restart()
	w.settle()
	if after := w.writes.Load(); after != before {
		t.Errorf("with nothing to do, also after a restart, there were %d writes", after-before)
	}
	w.wantOpened("after a restart", all...)

	w.clock.SetTime(fixtures.Now.Add(30*time.Minute - time.Second))
	w.settle()
	w.wantOpened("it ends in a second", all...)
	w.clock.SetTime(fixtures.Now.Add(30 * time.Minute))
	w.settle()
	w.wantOpened("it has ended by time", "budget 2027", "release image-1")
	w.wantUsable("it has ended by time", "shop", "budget 2027", "release image-1")

	w.delete(forever)
	w.settle()
	w.wantOpened("the request was deleted", "budget 2027")
	w.wantUsable("the request was deleted", "shop", "budget 2027")

	w.consent("shop", "")
	w.settle()
	w.wantUsable("consent was withdrawn", "shop")
	w.wantOpened("consent was withdrawn", "budget 2027")
	w.consent("shop", "payments")
	w.settle()
	w.wantUsable("consent was given again", "shop", "budget 2027")

	w.delete(w.get())
	w.settleGone()
	w.wantNothingLeft("the map is deleted")
	if state, known := w.config.Opened.Of(w.key); known {
		t.Errorf("of a map that is gone it is remembered that %v is open", state.Open)
	}
}

// settleGone reconciles a map that is being deleted until it is gone, and once more.
func (w *world) settleGone() {
	w.Helper()
	for range 3 {
		w.reconcile()
	}
	if err := w.client.Get(w.Context(), w.key, &v1alpha1.StakeholderMap{}); client.IgnoreNotFound(err) != nil || err == nil {
		w.Fatalf("the map is there: %v", err)
	}
}

// Only an approval of this map, for a subject, opens anything.
func TestOnlyApprovalsOfThisMapOpen(t *testing.T) {
	t.Parallel()
	for name, change := range map[string]func(r *v1alpha1.StakeholderRequest){
		"Pending":      func(r *v1alpha1.StakeholderRequest) { r.Status.Outcome = v1alpha1.OutcomePending },
		"Rejected":     func(r *v1alpha1.StakeholderRequest) { r.Status.Outcome = v1alpha1.OutcomeRejected },
		"Accepted":     func(r *v1alpha1.StakeholderRequest) { r.Status.Outcome = v1alpha1.OutcomeAccepted },
		"AnotherMap":   func(r *v1alpha1.StakeholderRequest) { r.Spec.Map = "another" },
		"AnotherUID":   func(r *v1alpha1.StakeholderRequest) { r.Status.MapUID = "of an earlier map" },
		"NoSubject":    func(r *v1alpha1.StakeholderRequest) { r.Spec.Subject = "" },
		"Ended":        func(r *v1alpha1.StakeholderRequest) { r.Status.ValidUntil = &metav1.Time{Time: fixtures.Now} },
		"Elsewhere":    func(r *v1alpha1.StakeholderRequest) { r.Namespace = "shop" },
		"BeingDeleted": func(r *v1alpha1.StakeholderRequest) { r.Finalizers = []string{"example.com/hold"} },
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			w := newWorld(t, fixtures.Minimal(), fixtures.Now)
			r := w.approvedRequest("release", "release", "image")
			change(r)
			w.createRequest(r)
			if len(r.Finalizers) > 0 {
				w.delete(r)
			}
			w.settle()
			w.wantNothingLeft(name)
			w.wantOpened(name)
		})
	}
}

// An approval stays open when its topic leaves the map, and when the map becomes invalid. An invalid map opens approvals, too: a
// request is decided by the table that is in force. Where there is no table, nothing is opened any more, and approvals still end.
func TestApprovalsOfInvalidMap(t *testing.T) {
	t.Parallel()
	w := newWorld(t, targeting(), fixtures.Now)
	w.target("shop")
	first := w.approve("first", "release", "image-1", 0)
	w.settle()
	w.edit(mixUp)
	w.approve("second", "release", "image-2", 0)
	w.settle()
	w.wantOpened("the last valid table is in force", "release image-1", "release image-2")
	w.wantUsable("the last valid table is in force", "shop", "release image-1", "release image-2")

	w.delete(w.strip(&rbacv1.Role{}, "shop", approvedName))
	w.delete(w.table())
	w.approve("third", "release", "image-3", 0)
	w.settle()
	if got := w.reason(v1alpha1.ConditionPublished); got != "False LastValidLost" {
		t.Fatalf("the table is %s", got)
	}
	w.wantOpened("nothing is opened without a table", "release image-1", "release image-2")
	w.wantUsable("nothing is opened without a table", "shop")
	if state, _ := w.config.Opened.Of(w.key); !strings.Contains(state.Problem, "last valid routing table") {
		t.Errorf("why it is not open: %q", state.Problem)
	}
	w.delete(first)
	w.settle()
	w.wantOpened("its request is deleted", "release image-2")
}

// readApproved reads the Role or the RoleBinding that opens approvals in a namespace.
func readApproved[T client.Object](w *world, namespace string, into T) T {
	w.Helper()
	if err := w.client.Get(w.Context(), client.ObjectKey{Namespace: namespace, Name: approvedName}, into); err != nil {
		w.Fatal(err)
	}
	return into
}

func (w *world) table() client.Object {
	return &corev1.ConfigMap{ObjectMeta: metav1.ObjectMeta{Namespace: w.key.Namespace, Name: names.ConfigMapName(w.key.Name)}}
}

// What another writer changes is put right at once, and told as a repair. What only follows from requests is no repair.
func TestApprovalsDrift(t *testing.T) {
	t.Parallel()
	for name, tc := range map[string]struct {
		change func(w *world) error
		kind   string
	}{
		"Widened": {func(w *world) error {
			role := readApproved(w, "payments", &rbacv1.Role{})
			role.Rules[0].ResourceNames = append(role.Rules[0].ResourceNames, "forged")
			return w.client.Update(w.Context(), role)
		}, "a Role"},
		"AllSubjects": {func(w *world) error {
			role := readApproved(w, "payments", &rbacv1.Role{})
			role.Rules[0].ResourceNames = nil
			return w.client.Update(w.Context(), role)
		}, "a Role"},
		"RoleDeleted": {func(w *world) error { return w.client.Delete(w.Context(), readApproved(w, "payments", &rbacv1.Role{})) }, "a Role"},
		"BindingDeleted": {func(w *world) error {
			return w.client.Delete(w.Context(), readApproved(w, "payments", &rbacv1.RoleBinding{}))
		}, "a RoleBinding"},
		"NobodyBound": {func(w *world) error {
			binding := readApproved(w, "payments", &rbacv1.RoleBinding{})
			binding.Subjects = []rbacv1.Subject{{APIGroup: rbacv1.GroupName, Kind: "User", Name: "mallory"}}
			return w.client.Update(w.Context(), binding)
		}, "a RoleBinding"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			w := newWorld(t, fixtures.Minimal(), fixtures.Now)
			w.settle()
			w.told()
			w.approve("first", "release", "image", 0)
			w.settle()
			if told := w.told(); contains(told, "the operator has restored it") {
				t.Errorf("opening is told as a repair: %q", told)
			}
			if err := tc.change(w); err != nil {
				t.Fatal(err)
			}
			w.settle()
			w.wantOpened("after the repair", "release image")
			if told := w.told(); !contains(told, tc.kind+" of this map; the operator has restored it") {
				t.Errorf("the repair of %s is not told: %q", tc.kind, told)
			}
		})
	}
}

// Copies of what opens approvals, from another namespace or of an earlier map, and those that have lost our labels, open nothing.
func TestApprovalsOfOthersAreClosed(t *testing.T) {
	t.Parallel()
	w := newWorld(t, targeting(), fixtures.Now)
	w.target("shop")
	w.approve("first", "release", "image", 0)
	w.settle()
	restore := func(object client.Object, namespace string, change func(client.Object)) {
		readApproved(w, "shop", object)
		object.SetNamespace(namespace)
		object.SetUID("")
		object.SetResourceVersion("")
		change(object)
		if err := w.client.Create(t.Context(), object); err != nil {
			t.Fatal(err)
		}
	}
	earlier := func(object client.Object) {
		object.SetAnnotations(map[string]string{names.AnnotationMapUID: "earlier"})
	}
	held := func(object client.Object) { earlier(object); object.SetFinalizers([]string{"example.com/hold"}) }
	for _, empty := range []func() client.Object{func() client.Object { return &rbacv1.Role{} }, func() client.Object { return &rbacv1.RoleBinding{} }} {
		restore(empty(), "copied", func(client.Object) {})
		restore(empty(), "earlier", earlier)
		restore(empty(), "held", held)
	}
	w.settle()
	for _, namespace := range []string{"copied", "earlier", "held"} {
		w.wantUsable("it takes no part", namespace)
	}
	w.wantUsable("it takes part", "shop", "release image")

	// The labels are taken off while no operator runs, and then consent is withdrawn.
	w.hide()
	lost := []client.Object{w.strip(&rbacv1.Role{}, "shop", approvedName), w.strip(&rbacv1.RoleBinding{}, "shop", approvedName)}
	w.consent("shop", "")
	for _, object := range lost {
		w.applier.RecordVanished(object)
	}
	w.settle()
	for _, object := range lost {
		w.wantGone("it has lost its label, and is not wanted", object)
	}
	w.wantOpened("the map's own namespace", "release image")
}

// A map is not let go while what opens its approvals may be in another namespace.
func TestFinalizerWaitsForHiddenApprovals(t *testing.T) {
	t.Parallel()
	w := newWorld(t, targeting(), fixtures.Now)
	w.target("shop")
	w.approve("first", "release", "image", 0)
	w.settle()
	w.hide()
	w.strip(&rbacv1.Role{}, "shop", approvedName)
	w.strip(&rbacv1.RoleBinding{}, "shop", approvedName)
	w.delete(w.get())
	for range 4 {
		// The first ones report what was found.
		_, _ = w.r.Reconcile(t.Context(), ctrl.Request{NamespacedName: w.key})
	}
	w.settleGone()
	w.wantNothingLeft("the map is deleted")
}

// What could not be written is reported, what was open stays, and what has ended is closed by the next reconcile.
func TestApprovalsThatCannotBeWritten(t *testing.T) {
	t.Parallel()
	w := newWorld(t, fixtures.Minimal(), fixtures.Now)
	w.approve("first", "release", "image-1", 0)
	w.settle()
	w.refuse = func(kind string) error {
		if strings.Contains(kind, "Role") {
			return errors.New("no route to the API server")
		}
		return nil
	}
	w.approve("second", "release", "image-2", 0)
	if _, err := w.r.Reconcile(t.Context(), ctrl.Request{NamespacedName: w.key}); err == nil {
		t.Error("the failure is not tried again")
	}
	w.wantOpened("the Role could not be written", "release image-1")
	if state, _ := w.config.Opened.Of(w.key); !strings.Contains(state.Problem, "no route") {
		t.Errorf("why it is not open: %q", state.Problem)
	}
	w.refuse = nil
	w.settle()
	w.wantOpened("the Role could be written again", "release image-1", "release image-2")
	if state, _ := w.config.Opened.Of(w.key); state.Problem != "" {
		t.Errorf("the problem that is over is reported: %q", state.Problem)
	}
}

// TestEndedApprovalIsNotOpenedAgain : the cache shows a request that was deleted, as it does when a watch has stopped, and another
// operator has closed what it opened. This one does not open it again.
func TestEndedApprovalIsNotOpenedAgain(t *testing.T) {
	t.Parallel()
	w := newWorld(t, targeting(), fixtures.Now)
	w.target("shop")
	w.approve("first", "release", "image-1", 0)
	second := w.approve("second", "release", "image-2", 0)
	w.settle()
	for _, namespace := range []string{"payments", "shop"} {
		role := readApproved(w, namespace, &rbacv1.Role{})
		role.Rules[0].ResourceNames = []string{"image-1"}
		if err := w.client.Update(t.Context(), role); err != nil {
			t.Fatal(err)
		}
	}
	w.applier.Live = interceptor.NewClient(w.client, interceptor.Funcs{
		Get: func(ctx context.Context, c client.WithWatch, key client.ObjectKey, object client.Object, options ...client.GetOption) error {
			if object.GetObjectKind().GroupVersionKind().Kind == "StakeholderRequest" && key.Name == second.Name {
				return apierrors.NewNotFound(schema.GroupResource{}, key.Name)
			}
			return c.Get(ctx, key, object, options...)
		},
	})
	if _, err := w.r.Reconcile(t.Context(), ctrl.Request{NamespacedName: w.key}); !errors.Is(err, apply.ErrApprovalEnded) {
		t.Errorf("the error is %v", err)
	}
	w.wantUsable("its request is deleted", "payments", "release image-1")
	w.wantUsable("its request is deleted", "shop", "release image-1")
}

// TestRequestEvents : a map is reconciled for a request only when what that opens has changed, and before others if it may end.
func TestRequestEvents(t *testing.T) {
	t.Parallel()
	approved := func(change ...func(*v1alpha1.StakeholderRequest)) *v1alpha1.StakeholderRequest {
		r := &v1alpha1.StakeholderRequest{
			ObjectMeta: metav1.ObjectMeta{Namespace: "payments", Name: "release"},
			Spec:       v1alpha1.StakeholderRequestSpec{Map: "checkout", Topic: "release", Subject: "image"},
			Status:     v1alpha1.StakeholderRequestStatus{Outcome: v1alpha1.OutcomeApproved, MapUID: "1", DecidedAt: &metav1.Time{Time: fixtures.Now}},
		}
		for _, change := range change {
			change(r)
		}
		return r
	}
	pending := func(r *v1alpha1.StakeholderRequest) {
		r.Status = v1alpha1.StakeholderRequestStatus{Outcome: v1alpha1.OutcomePending}
	}
	answered := func(r *v1alpha1.StakeholderRequest) { r.Spec.Responses = []v1alpha1.Response{{By: "carla"}} }
	told := func(r *v1alpha1.StakeholderRequest) { r.Status.Conditions = []metav1.Condition{{Type: "Approved"}} }
	nothing := func(r *v1alpha1.StakeholderRequest) { r.Spec.Subject = "" }
	deleting := func(r *v1alpha1.StakeholderRequest) { r.DeletionTimestamp = &metav1.Time{Time: fixtures.Now} }
	until := func(r *v1alpha1.StakeholderRequest) { r.Status.ValidUntil = &metav1.Time{Time: fixtures.Now} }
	another := func(r *v1alpha1.StakeholderRequest) { r.Spec.Map = "another" }
	const none = -1000
	for name, tc := range map[string]struct {
		before, after *v1alpha1.StakeholderRequest
		initial       bool
		want          map[string]int
	}{
		"Asked":            {nil, approved(pending), false, nil},
		"Answered":         {approved(pending), approved(pending, answered), false, nil},
		"Approved":         {approved(pending), approved(), false, map[string]int{"checkout": requeue.PriorityDue}},
		"ApprovedForGood":  {approved(pending), approved(nothing), false, nil},
		"Restored":         {nil, approved(), false, map[string]int{"checkout": requeue.PriorityDue}},
		"AtStart":          {nil, approved(), true, nil},
		"ConditionChanged": {approved(), approved(told), false, nil},
		"Deleting":         {approved(), approved(deleting), false, map[string]int{"checkout": requeue.PriorityEdit}},
		"DeletedAtLast":    {approved(deleting), nil, false, nil},
		"Deleted":          {approved(), nil, false, map[string]int{"checkout": requeue.PriorityEdit}},
		"PendingDeleted":   {approved(pending), nil, false, nil},
		"EndChanged":       {approved(), approved(until), false, map[string]int{"checkout": requeue.PriorityEdit}},
		"StatusTakenAway":  {approved(), approved(pending), false, map[string]int{"checkout": requeue.PriorityEdit}},
		"AnotherOfItsName": {approved(), approved(another), false, map[string]int{"checkout": requeue.PriorityEdit, "another": requeue.PriorityDue}},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			queue := priorityqueue.New[ctrl.Request](name)
			defer queue.ShutDown()
			h := requestEvents()
			switch {
			case tc.before == nil:
				h.Create(context.Background(), event.CreateEvent{Object: tc.after, IsInInitialList: tc.initial}, queue)
			case tc.after == nil:
				h.Delete(context.Background(), event.DeleteEvent{Object: tc.before}, queue)
			default:
				h.Update(context.Background(), event.UpdateEvent{ObjectOld: tc.before, ObjectNew: tc.after}, queue)
			}
			// Whatever was added before this comes out of the queue before it.
			requeue.Add(queue, none, ctrl.Request{})
			got := make(map[string]int)
			for {
				request, priority, _ := queue.GetWithPriority()
				queue.Done(request)
				if priority == none {
					break
				}
				if request.Namespace != "payments" {
					t.Errorf("map %s is reconciled", request)
				}
				got[request.Name] = priority
			}
			if diff := cmp.Diff(tc.want, got); diff != "" && len(tc.want)+len(got) > 0 {
				t.Errorf("reconciled maps (-want +got):\n%s", diff)
			}
		})
	}
}

// TestMostRecentApprovals : more approvals than fit do not make a larger Role. The most recent ones are open.
func TestMostRecentApprovals(t *testing.T) {
	t.Parallel()
	w := newWorld(t, fixtures.Minimal(), fixtures.Now)
	for i := range approvals.Max + 3 {
		r := w.approvedRequest(strings.ToLower(string(rune('a'+i/26))+string(rune('a'+i%26))), "release", "image-"+string(rune('a'+i/26))+string(rune('a'+i%26)))
		r.Status.DecidedAt = &metav1.Time{Time: fixtures.Now.Add(time.Duration(i) * time.Second)}
		w.createRequest(r)
	}
	w.settle()
	got := w.usable("payments")
	if len(got) != approvals.Max || slices.Contains(got, "release image-aa") || slices.Contains(got, "release image-ac") || !slices.Contains(got, "release image-ad") {
		t.Errorf("%d are open, the first is %s", len(got), got[0])
	}
}

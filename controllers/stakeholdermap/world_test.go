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
	"fmt"
	"io"
	"maps"
	"slices"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	corev1 "k8s.io/api/core/v1"
	rbacv1 "k8s.io/api/rbac/v1"
	apierrors "k8s.io/apimachinery/pkg/api/errors"
	"k8s.io/apimachinery/pkg/api/meta"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/runtime"
	"k8s.io/apimachinery/pkg/types"
	"k8s.io/apimachinery/pkg/util/uuid"
	"k8s.io/client-go/tools/events"
	testingclock "k8s.io/utils/clock/testing"
	ctrl "sigs.k8s.io/controller-runtime"
	"sigs.k8s.io/controller-runtime/pkg/client"
	"sigs.k8s.io/controller-runtime/pkg/client/interceptor"
	"sigs.k8s.io/controller-runtime/pkg/log"
	"sigs.k8s.io/controller-runtime/pkg/log/zap"

	routing "github.com/stakeholders-dev/stakeholder-operator/api/routing/v1alpha1"
	"github.com/stakeholders-dev/stakeholder-operator/api/v1alpha1"
	"github.com/stakeholders-dev/stakeholder-operator/controllers/apply"
	"github.com/stakeholders-dev/stakeholder-operator/controllers/approvals"
	"github.com/stakeholders-dev/stakeholder-operator/controllers/argocd"
	"github.com/stakeholders-dev/stakeholder-operator/controllers/effectivepolicy"
	"github.com/stakeholders-dev/stakeholder-operator/controllers/messages"
	"github.com/stakeholders-dev/stakeholder-operator/controllers/metrics"
	"github.com/stakeholders-dev/stakeholder-operator/controllers/names"
	"github.com/stakeholders-dev/stakeholder-operator/controllers/namespaces"
	"github.com/stakeholders-dev/stakeholder-operator/controllers/render"
	"github.com/stakeholders-dev/stakeholder-operator/controllers/requests"
	"github.com/stakeholders-dev/stakeholder-operator/controllers/requeue"
	"github.com/stakeholders-dev/stakeholder-operator/controllers/route"
	"github.com/stakeholders-dev/stakeholder-operator/controllers/topics"
	"github.com/stakeholders-dev/stakeholder-operator/test/fakecluster"
	"github.com/stakeholders-dev/stakeholder-operator/test/fixtures"
)

// world is one map in a cluster without an API server, and a clock that stands still. What only a real
// API server can show is tested in test/integration.
type world struct {
	*testing.T
	client   client.WithWatch
	clock    *testingclock.FakePassiveClock
	recorder *events.FakeRecorder
	// hooks is held while one of the functions below is called, because several grants are written at the same time.
	hooks sync.Mutex
	// refuse, if it is there, is asked before a write and may make it fail.
	refuse func(kind string) error
	// mutate, if it is there, changes an object as it is written, as admission can, and says whether it has.
	mutate func(object client.Object) bool
	// writes counts the writes of outputs.
	writes atomic.Int64
	// statusWrites counts the writes of the map's status.
	statusWrites int
	// refuseDelete is refuse for a deletion.
	refuseDelete func(object client.Object) error
	// accounts is what is known of ServiceAccounts.
	accounts func() (client.Reader, error)
	applier  *apply.Applier
	// config is that of r.
	config Config
	r      *Reconciler
	key    client.ObjectKey
}

// quiet discards the log of controller-runtime.
var quiet = sync.OnceFunc(func() { log.SetLogger(zap.New(zap.WriteTo(io.Discard))) })

func newWorld(t *testing.T, m *v1alpha1.StakeholderMap, now time.Time) *world {
	t.Helper()
	quiet()
	w := &world{T: t, clock: testingclock.NewFakePassiveClock(now), key: client.ObjectKeyFromObject(m), accounts: noAccounts}
	builder := fakecluster.NewClientBuilder().WithStatusSubresource(&v1alpha1.StakeholderMap{}, &v1alpha1.StakeholderPolicy{}, &v1alpha1.StakeholderRequest{}).
		WithInterceptorFuncs(interceptor.Funcs{Create: w.createMutated, Patch: w.patchMutated, Delete: w.deleteUnlessRefused, SubResourceApply: w.applyStatus})
	for _, object := range append(apply.Outputs(), &corev1.ServiceAccount{}) {
		builder = builder.WithIndex(object, apply.MapIndex, apply.IndexByMap)
		builder = builder.WithIndex(object, metav1.ObjectNameField, func(object client.Object) []string { return []string{object.GetName()} })
	}
	builder = builder.WithIndex(&v1alpha1.StakeholderRequest{}, requests.MapIndex, requests.IndexByMap)
	builder = builder.WithIndex(namespaces.Metadata(), namespaces.TargetsIndex, namespaces.IndexNamespace).WithIndex(&v1alpha1.StakeholderMap{}, namespaces.TargetsIndex, namespaces.IndexMap)
	m = m.DeepCopy()
	m.UID, m.Generation, m.ResourceVersion = "8f8d3b1e", 1, ""
	w.client = builder.Build()
	if err := w.client.Create(t.Context(), m); err != nil {
		t.Fatal(err)
	}
	w.restart()
	return w
}

func (w *world) applyStatus(
	ctx context.Context, c client.Client, subresource string, config runtime.ApplyConfiguration, options ...client.SubResourceApplyOption,
) error {
	w.statusWrites++
	return c.SubResource(subresource).Apply(ctx, config, options...)
}

// createMutated creates an object with a UID, as an API server does, and with what admission makes of it.
func (w *world) createMutated(ctx context.Context, c client.WithWatch, object client.Object, options ...client.CreateOption) error {
	w.writes.Add(1)
	if err := w.refused(object); err != nil {
		return err
	}
	object.SetUID(uuid.NewUUID())
	w.mutated(object)
	return c.Create(ctx, object, options...)
}

func (w *world) patchMutated(ctx context.Context, c client.WithWatch, object client.Object, patch client.Patch, options ...client.PatchOption) error {
	w.writes.Add(1)
	if err := w.refused(object); err != nil {
		return err
	}
	if err := c.Patch(ctx, object, patch, options...); err != nil || !w.mutated(object) {
		return err
	}
	return c.Update(ctx, object)
}

func (w *world) deletionRefused(object client.Object) error {
	w.hooks.Lock()
	defer w.hooks.Unlock()
	if w.refuseDelete == nil {
		return nil
	}
	return w.refuseDelete(object)
}

func (w *world) mutated(object client.Object) bool {
	w.hooks.Lock()
	defer w.hooks.Unlock()
	return w.mutate != nil && w.mutate(object)
}

func (w *world) refused(object client.Object) error {
	w.hooks.Lock()
	defer w.hooks.Unlock()
	if w.refuse == nil {
		return nil
	}
	return w.refuse(fmt.Sprintf("%T", object))
}

func (w *world) deleteUnlessRefused(ctx context.Context, c client.WithWatch, object client.Object, options ...client.DeleteOption) error {
	if err := w.deletionRefused(object); err != nil {
		return err
	}
	return c.Delete(ctx, object, options...)
}

// restart forgets everything that the operator has in memory.
func (w *world) restart() {
	w.recorder = events.NewFakeRecorder(1000)
	w.applier = &apply.Applier{
		Cache: stripping{w.client}, Live: w.client, Writer: w.client, Rewrites: apply.Rewrites{Clock: w.clock},
		Accounts: func() (client.Reader, error) { return w.accounts() },
	}
	w.config = Config{
		Client: w.client, Applier: w.applier, Recorder: w.recorder, Clock: w.clock, Policies: &effectivepolicy.Memory{},
		Board:  metrics.NewBoard(w.clock, nil),
		Opened: &approvals.Opened{},
		ArgoCD: &argocd.Writer{Changed: func() {}, Requeue: func([]types.NamespacedName) {}}, Requeuer: requeue.New(requeue.PriorityNew),
	}
	w.r = New(w.config)
}

// stripping is a cache, which keeps of outputs what apply.Strip leaves.
type stripping struct{ client.Reader }

func (s stripping) Get(ctx context.Context, key client.ObjectKey, object client.Object, options ...client.GetOption) error {
	if err := s.Reader.Get(ctx, key, object, options...); err != nil {
		return err
	}
	_, err := apply.Strip(object)
	return err
}

func (s stripping) List(ctx context.Context, list client.ObjectList, options ...client.ListOption) error {
	if err := s.Reader.List(ctx, list, options...); err != nil {
		return err
	}
	return meta.EachListItem(list, func(object runtime.Object) error {
		_, err := apply.Strip(object)
		return err
	})
}

// reconcile returns after how long the map wants to be looked at again.
func (w *world) reconcile() time.Duration {
	w.Helper()
	result, err := w.r.Reconcile(w.Context(), ctrl.Request{NamespacedName: w.key})
	if err != nil {
		w.Fatal(err)
	}
	return result.RequeueAfter
}

// settle reconciles until nothing changes any more, as watches would.
func (w *world) settle() time.Duration {
	w.Helper()
	for before := ""; ; {
		wait := w.reconcile()
		after := fmt.Sprint(w.holdings(), w.get().ResourceVersion)
		if before == after {
			return wait
		}
		before = after
	}
}

func (w *world) get() *v1alpha1.StakeholderMap {
	w.Helper()
	m := &v1alpha1.StakeholderMap{}
	if err := w.client.Get(w.Context(), w.key, m); err != nil {
		w.Fatal(err)
	}
	return m
}

// edit gives the map another spec.
func (w *world) edit(change func(*v1alpha1.StakeholderMapSpec)) {
	w.Helper()
	m := w.get()
	change(&m.Spec)
	m.Generation++
	if err := w.client.Update(w.Context(), m); err != nil {
		w.Fatal(err)
	}
}

// putPolicy puts a policy in force, or none, as the policy's reconciler does.
func (w *world) putPolicy(spec *v1alpha1.StakeholderPolicySpec) {
	w.Helper()
	policy := &v1alpha1.StakeholderPolicy{ObjectMeta: metav1.ObjectMeta{Name: v1alpha1.PolicyInForceName}}
	if err := w.client.Create(w.Context(), policy); apierrors.IsAlreadyExists(err) {
		err = w.client.Get(w.Context(), effectivepolicy.InForceKey, policy)
		if err != nil {
			w.Fatal(err)
		}
	} else if err != nil {
		w.Fatal(err)
	}
	policy.Status.InForce = v1alpha1.PolicyInForce{}
	if spec != nil {
		policy.Status.InForce = v1alpha1.PolicyInForce{Generation: 1, Spec: spec}
	}
	messages.SetCondition(&policy.Status.Conditions, metav1.Condition{Type: v1alpha1.ConditionValid, Status: metav1.ConditionTrue, Reason: v1alpha1.ReasonValid}, fixtures.Now)
	if err := w.client.Status().Update(w.Context(), policy); err != nil {
		w.Fatal(err)
	}
}

// reason is that of a condition, and its status.
func (w *world) reason(conditionType string) string {
	w.Helper()
	c := meta.FindStatusCondition(w.get().Status.Conditions, conditionType)
	if c == nil {
		return "none"
	}
	return string(c.Status) + " " + c.Reason
}

// holding is a right of a subject under a role, as the API server would see it.
type holding struct {
	role    string
	subject rbacv1.Subject
	right   string
}

// holdings are all rights that the bindings in the namespace give.
func (w *world) holdings() map[holding]bool {
	w.Helper()
	var bindings rbacv1.RoleBindingList
	if err := w.client.List(w.Context(), &bindings); err != nil {
		w.Fatal(err)
	}
	out := make(map[holding]bool)
	for _, b := range bindings.Items {
		var role rbacv1.Role
		if err := client.IgnoreNotFound(w.client.Get(w.Context(), client.ObjectKey{Namespace: b.Namespace, Name: b.RoleRef.Name}, &role)); err != nil {
			w.Fatal(err)
		}
		for _, s := range b.Subjects {
			for _, rule := range role.Rules {
				for _, verb := range rule.Verbs {
					for _, resource := range rule.Resources {
						out[holding{b.Labels[names.LabelRole], s, verb + " " + resource}] = true
					}
				}
			}
		}
	}
	return out
}

// names are those who hold something, as "customer carla".
func (w *world) names() []string {
	w.Helper()
	found := make(map[string]bool)
	for h := range w.holdings() {
		found[h.role+" "+h.subject.Name] = true
	}
	return slices.Sorted(maps.Keys(found))
}

// told drains the events, as "type reason note".
func (w *world) told() []string {
	var out []string
	for {
		select {
		case e := <-w.recorder.Events:
			out = append(out, e)
		default:
			return out
		}
	}
}

// data is that of the routing ConfigMap, or nil.
func (w *world) data() map[string]string {
	w.Helper()
	cm := &corev1.ConfigMap{}
	key := client.ObjectKey{Namespace: w.key.Namespace, Name: names.ConfigMapName(w.key.Name)}
	if err := client.IgnoreNotFound(w.client.Get(w.Context(), key, cm)); err != nil {
		w.Fatal(err)
	}
	return cm.Data
}

// checkStanding fails if a subject holds a right, or stands in the published table, under a role that he
// does not have in the map at this moment.
func (w *world) checkStanding(reason string) {
	w.Helper()
	m := w.get()
	present := route.Present(m, topics.Assign(m, nil, w.clock.Now())).Parties
	may := render.PartySubjects(present)
	for h := range w.holdings() {
		if !may[h.role][h.subject] {
			w.Errorf("%s: %s %q still has %q as %s", reason, h.subject.Kind, h.subject.Name, h.right, h.role)
		}
	}
	document := w.data()[routing.DocumentKey]
	if document == "" {
		return
	}
	table, err := routing.Parse([]byte(document))
	if err != nil {
		w.Fatal(err)
	}
	stands := make(map[string]bool)
	for _, p := range present {
		for _, s := range p.Subjects {
			stands[p.Role+s.Kind+s.Namespace+"/"+s.Name] = true
		}
		for _, h := range p.Handles {
			stands[p.Role+h.System+"="+h.Value] = true
		}
	}
	for _, topic := range append(table.Topics, table.Default) {
		for _, p := range slices.Concat(topic.To, topic.CC, topic.DecidedBy, topic.EscalateTo) {
			for _, s := range p.Subjects {
				if !stands[p.Role+s.Kind+s.Namespace+"/"+s.Name] {
					w.Errorf("%s: %s is still asked about %s as %s", reason, s.Name, topic.Name, p.Role)
				}
			}
			for _, h := range p.Handles {
				if !stands[p.Role+h.System+"="+h.Value] {
					w.Errorf("%s: %s is still asked about %s as %s", reason, h.Value, topic.Name, p.Role)
				}
			}
		}
	}
}

// contains says whether some text has all of the parts.
func contains(texts []string, parts ...string) bool {
	return slices.ContainsFunc(texts, func(text string) bool {
		return !slices.ContainsFunc(parts, func(part string) bool { return !strings.Contains(text, part) })
	})
}

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
	"testing"
	"time"

	apierrors "k8s.io/apimachinery/pkg/api/errors"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/runtime"
	"k8s.io/apimachinery/pkg/runtime/schema"
	"k8s.io/client-go/tools/events"
	testingclock "k8s.io/utils/clock/testing"
	ctrl "sigs.k8s.io/controller-runtime"
	"sigs.k8s.io/controller-runtime/pkg/client"

	"github.com/stakeholders-dev/stakeholder-operator/api/v1alpha1"
	"github.com/stakeholders-dev/stakeholder-operator/controllers/apply"
	"github.com/stakeholders-dev/stakeholder-operator/controllers/argocd"
	"github.com/stakeholders-dev/stakeholder-operator/controllers/effectivepolicy"
	"github.com/stakeholders-dev/stakeholder-operator/controllers/metrics"
	"github.com/stakeholders-dev/stakeholder-operator/controllers/requeue"
	"github.com/stakeholders-dev/stakeholder-operator/controllers/validate"
)

// cluster has one map, which the cache shows as it was at some time, and takes status writes.
type cluster struct {
	client.Client
	t      *testing.T
	cached *v1alpha1.StakeholderMap
	// version is that of the latest write, and writes how many there were.
	version string
	writes  int
}

func (c *cluster) Get(_ context.Context, _ client.ObjectKey, into client.Object, _ ...client.GetOption) error {
	if _, ok := into.(*v1alpha1.StakeholderPolicy); ok {
		return apierrors.NewNotFound(schema.GroupResource{Resource: "stakeholderpolicies"}, v1alpha1.PolicyName)
	}
	if _, ok := into.(*metav1.PartialObjectMetadata); ok {
		return apierrors.NewNotFound(schema.GroupResource{Resource: "namespaces"}, "payments")
	}
	m, ok := into.(*v1alpha1.StakeholderMap)
	if !ok {
		c.t.Fatalf("an invalid map needs no %T", into)
	}
	c.cached.DeepCopyInto(m)
	return nil
}

// List finds no requests about the map.
func (c *cluster) List(_ context.Context, list client.ObjectList, _ ...client.ListOption) error {
	if _, ok := list.(*v1alpha1.StakeholderRequestList); !ok {
		c.t.Fatalf("an invalid map needs no %T", list)
	}
	return nil
}

func (c *cluster) Status() client.SubResourceWriter { return statusSubresource{cluster: c} }

// nothing is a cache without grants.
type nothing struct{ client.Reader }

func (nothing) List(context.Context, client.ObjectList, ...client.ListOption) error { return nil }

func (nothing) Get(_ context.Context, key client.ObjectKey, _ client.Object, _ ...client.GetOption) error {
	return apierrors.NewNotFound(schema.GroupResource{}, key.Name)
}

type statusSubresource struct {
	client.SubResourceWriter
	cluster *cluster
}

func (w statusSubresource) Apply(_ context.Context, config runtime.ApplyConfiguration, _ ...client.SubResourceApplyOption) error {
	status, ok := config.(interface{ SetResourceVersion(string) })
	if !ok {
		w.cluster.t.Fatalf("%T is no status", config)
	}
	w.cluster.writes++
	status.SetResourceVersion(w.cluster.version)
	return nil
}

// As long as the cache shows a map as it was before its status was written, the status is not written,
// and no event is told, once more.
func TestStaleMapIsNotJudgedAgain(t *testing.T) {
	t.Parallel()
	invalid := &v1alpha1.StakeholderMap{ObjectMeta: metav1.ObjectMeta{Namespace: "payments", Name: "checkout", UID: "1", Generation: 1, ResourceVersion: "5"}}
	c := &cluster{t: t, cached: invalid, version: "8"}
	recorder := events.NewFakeRecorder(10)
	r := New(Config{
		ArgoCD: &argocd.Writer{Changed: func() {}}, Policies: &effectivepolicy.Memory{}, Requeuer: requeue.New(requeue.PriorityNew),
		Client: c, Applier: &apply.Applier{Cache: nothing{}, Accounts: noAccounts}, Recorder: recorder, Clock: testingclock.NewFakePassiveClock(epoch),
		Board: metrics.NewBoard(testingclock.NewFakePassiveClock(epoch), nil),
	})
	reconcile := func(wantWrites, wantEvents int, reason string) {
		t.Helper()
		if _, err := r.Reconcile(t.Context(), ctrl.Request{NamespacedName: client.ObjectKeyFromObject(invalid)}); err != nil {
			t.Fatal(err)
		}
		if c.writes != wantWrites || len(recorder.Events) != wantEvents {
			t.Errorf("%s: %d writes and %d events, want %d and %d", reason, c.writes, len(recorder.Events), wantWrites, wantEvents)
		}
	}
	reconcile(1, 1, "a new map")
	reconcile(1, 1, "the cache is behind the write")
	edited := invalid.DeepCopy()
	edited.ResourceVersion, edited.Labels = "7", map[string]string{"a": "b"}
	c.cached = edited
	reconcile(1, 1, "another writer wrote before us, and the cache shows that first")
	written := invalid.DeepCopy()
	written.ResourceVersion = "8"
	written.Status = nextStatus(invalid, nil, validate.Map(invalid, nil, epoch), enforcementResult{decision: decision{invalid: true}}, epoch.Add(-time.Hour))
	c.cached = written
	reconcile(1, 1, "the cache shows the write, and nothing differs")
	again := written.DeepCopy()
	again.ResourceVersion, again.Generation = "9", 2
	c.cached, c.version = again, "10"
	reconcile(2, 1, "an edit that changes no condition is written and not told")
}

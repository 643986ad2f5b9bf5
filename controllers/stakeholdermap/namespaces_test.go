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
	"fmt"
	"maps"
	"slices"
	"strings"
	"testing"

	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/client-go/util/workqueue"
	ctrl "sigs.k8s.io/controller-runtime"
	"sigs.k8s.io/controller-runtime/pkg/event"

	"github.com/stakeholders-dev/stakeholder-operator/api/v1alpha1"
	"github.com/stakeholders-dev/stakeholder-operator/controllers/namespaces"
	"github.com/stakeholders-dev/stakeholder-operator/controllers/render"
	"github.com/stakeholders-dev/stakeholder-operator/controllers/requeue"
	"github.com/stakeholders-dev/stakeholder-operator/test/fakecluster"
	"github.com/stakeholders-dev/stakeholder-operator/test/fixtures"
)

// queued lists the maps that are reconciled because a namespace has changed, as "namespace/name", sorted. Nil is for
// a namespace that is not there.
func queued(t *testing.T, handler onChange, before, after *metav1.PartialObjectMetadata) []string {
	t.Helper()
	queue := workqueue.NewTypedRateLimitingQueue(requeue.RateLimiter())
	defer queue.ShutDown()
	switch {
	case before == nil:
		handler.Create(t.Context(), event.CreateEvent{Object: after}, queue)
	case after == nil:
		handler.Delete(t.Context(), event.DeleteEvent{Object: before}, queue)
	default:
		handler.Update(t.Context(), event.UpdateEvent{ObjectOld: before, ObjectNew: after}, queue)
	}
	return drain(queue)
}

// drain lists the maps in a queue, as "namespace/name", sorted.
func drain(queue requeue.Queue) []string {
	found := make(map[string]bool)
	for queue.Len() > 0 {
		var request ctrl.Request
		request, _ = queue.Get()
		found[request.String()] = true
		queue.Done(request)
	}
	return slices.Sorted(maps.Keys(found))
}

// A namespace's event reaches the maps whose match or consent has changed, and no other: one that refuses costs
// nothing, however many maps select it and however often it changes.
func TestNamespaceEventReachesOnlyMapsThatChange(t *testing.T) {
	t.Parallel()
	builder := fakecluster.NewClientBuilder().WithIndex(&v1alpha1.StakeholderMap{}, namespaces.TargetsIndex, namespaces.IndexMap)
	for _, namespace := range []string{"payments", "crm"} {
		for i := range 20 {
			m := fixtures.Minimal()
			m.Namespace, m.Name = namespace, fmt.Sprintf("selects-all-%d", i)
			m.Spec.TargetNamespaces.Selector = &v1alpha1.NamespaceSelector{}
			builder = builder.WithObjects(m)
		}
	}
	named := fixtures.Minimal()
	named.Namespace, named.Name, named.Spec.TargetNamespaces.Names = "hr", "names-it", []string{"shop"}
	handler := namespaceEvents(builder.WithObjects(named).Build())

	shop := func(accepts string, labels ...string) *metav1.PartialObjectMetadata {
		ns := namespaces.Metadata()
		ns.Name, ns.Annotations, ns.Labels = "shop", map[string]string{v1alpha1.AcceptMapsFrom: accepts}, make(map[string]string)
		for _, label := range labels {
			ns.Labels[label] = "true"
		}
		return ns
	}
	const ofPayments, ofCRM, ofHR = "payments/selects-all-", "crm/selects-all-", "hr/names-it"
	for reason, tc := range map[string]struct {
		before, after *metav1.PartialObjectMetadata
		want          []string
	}{
		"a label of a namespace that refuses":     {shop(""), shop("", "a"), nil},
		"a namespace that refuses comes":          {nil, shop("elsewhere"), []string{ofHR}},
		"a label of a namespace that accepts all": {shop("*"), shop("*", "a"), nil},
		"consent to one":                          {shop(""), shop("payments"), []string{ofPayments}},
		"consent to another beside it":            {shop("payments"), shop("payments,crm"), []string{ofCRM}},
		"consent to all beside one":               {shop("payments"), shop("*"), []string{ofCRM, ofHR}},
		"consent to one instead of all":           {shop("*"), shop("crm"), []string{ofPayments, ofHR}},
		"it becomes a project of Kargo":           {shop("crm"), shop("crm", render.KargoProjectLabel), []string{ofCRM}},
		"it goes":                                 {shop("crm"), nil, []string{ofCRM, ofHR}},
	} {
		got := queued(t, handler, tc.before, tc.after)
		rest := slices.DeleteFunc(slices.Clone(got), func(name string) bool {
			return slices.ContainsFunc(tc.want, func(want string) bool { return strings.HasPrefix(name, want) })
		})
		if len(rest) > 0 {
			t.Errorf("%s: reconciled without a reason: %v", reason, rest)
		}
		for _, want := range tc.want {
			n := len(slices.DeleteFunc(slices.Clone(got), func(name string) bool { return !strings.HasPrefix(name, want) }))
			if all := map[string]int{ofPayments: 20, ofCRM: 20, ofHR: 1}[want]; n != all {
				t.Errorf("%s: %d of the %d maps %s are reconciled", reason, n, all, want)
			}
		}
	}
}

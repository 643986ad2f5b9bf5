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

	"sigs.k8s.io/controller-runtime/pkg/client"
	"sigs.k8s.io/controller-runtime/pkg/event"
	"sigs.k8s.io/controller-runtime/pkg/handler"
	"sigs.k8s.io/controller-runtime/pkg/log"

	"github.com/stakeholders-dev/stakeholder-operator/api/v1alpha1"
	"github.com/stakeholders-dev/stakeholder-operator/controllers/namespaces"
	"github.com/stakeholders-dev/stakeholder-operator/controllers/requeue"
	"github.com/stakeholders-dev/stakeholder-operator/controllers/targets"
)

// namespaceEvents requeues each map for which a namespace has changed. The namespaces that exist when the operator starts
// requeue none, because every map is reconciled then.
type namespaceEvents struct{ reader client.Reader }

var _ handler.EventHandler = namespaceEvents{}

// Create implements handler.EventHandler.
func (h namespaceEvents) Create(ctx context.Context, e event.CreateEvent, queue requeue.Queue) {
	if !e.IsInInitialList {
		h.enqueue(ctx, queue, nil, e.Object)
	}
}

// Update implements handler.EventHandler.
func (h namespaceEvents) Update(ctx context.Context, e event.UpdateEvent, queue requeue.Queue) {
	if !targets.IsRelevantChange(e.ObjectOld, e.ObjectNew) {
		return
	}
	h.enqueue(ctx, queue, e.ObjectOld, e.ObjectNew)
	if e.ObjectOld.GetDeletionTimestamp() == nil && e.ObjectNew.GetDeletionTimestamp() != nil {
		// The maps in it go with it.
		h.enqueueFound(ctx, queue, func(*v1alpha1.StakeholderMap) bool { return true }, client.InNamespace(e.ObjectNew.GetName()))
	}
}

// Delete implements handler.EventHandler.
func (h namespaceEvents) Delete(ctx context.Context, e event.DeleteEvent, queue requeue.Queue) {
	h.enqueue(ctx, queue, e.Object, nil)
}

// Generic implements handler.EventHandler.
func (namespaceEvents) Generic(context.Context, event.GenericEvent, requeue.Queue) {}

// enqueue adds the maps that depend on what has changed between two states of a namespace. One of them can be nil.
func (h namespaceEvents) enqueue(ctx context.Context, queue requeue.Queue, before, after client.Object) {
	was, is := snapshots(before, after)
	seen := make(map[client.ObjectKey]bool)
	projectChanged := becameProject(before, after)
	for _, lookup := range targets.Lookups(was, is) {
		h.enqueueFound(ctx, queue, func(m *v1alpha1.StakeholderMap) bool {
			key := client.ObjectKeyFromObject(m)
			before := seen[key]
			seen[key] = true
			return !before && concerns(m, was, is, projectChanged)
		}, client.MatchingFields{namespaces.TargetsIndex: lookup.Key}, client.InNamespace(lookup.MapNamespace))
	}
}

// enqueueFound adds those of the maps that the cache finds for which f says so.
func (h namespaceEvents) enqueueFound(ctx context.Context, queue requeue.Queue, f func(*v1alpha1.StakeholderMap) bool, where ...client.ListOption) {
	var maps v1alpha1.StakeholderMapList
	if err := h.reader.List(ctx, &maps, append(where, client.UnsafeDisableDeepCopy)...); err != nil {
		// The cache's index is in memory; this is a mistake in the program, and the next event or start mends it.
		log.FromContext(ctx).Error(err, "Cannot find the maps that depend on a namespace")
		return
	}
	for i := range maps.Items {
		if f(&maps.Items[i]) {
			requeue.Add(queue, requeue.PriorityDue, requestOf(&maps.Items[i]))
		}
	}
}

func snapshots(before, after client.Object) (was, is targets.Snapshot) {
	switch {
	case before == nil:
		return targets.Absent(after.GetName()), targets.Observed(after)
	case after == nil:
		return targets.Observed(before), targets.Absent(before.GetName())
	default:
		return targets.Observed(before), targets.Observed(after)
	}
}

// concerns says whether a change of a namespace is one for a map.
func concerns(m *v1alpha1.StakeholderMap, was, is targets.Snapshot, projectChanged bool) bool {
	part := is.Participation(m)
	return part != was.Participation(m) || projectChanged && part.State == targets.Accepted
}

// becameProject says whether a namespace has become a project of Kargo, or no longer is one.
func becameProject(before, after client.Object) bool {
	return before != nil && after != nil && isKargoProject(before) != isKargoProject(after)
}

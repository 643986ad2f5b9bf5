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

	"github.com/stakeholders-dev/stakeholder-operator/api/v1alpha1"
	"github.com/stakeholders-dev/stakeholder-operator/controllers/namespaces"
	"github.com/stakeholders-dev/stakeholder-operator/controllers/render"
	"github.com/stakeholders-dev/stakeholder-operator/controllers/requeue"
	"github.com/stakeholders-dev/stakeholder-operator/controllers/targets"
)

// namespaceEvents requeues each map for which a namespace has changed. The namespaces that exist when the operator starts
// requeue none, because every map is reconciled then.
func namespaceEvents(reader client.Reader) onChange {
	return func(ctx context.Context, before, after client.Object, initial bool, queue requeue.Queue) {
		isUpdate := before != nil && after != nil
		if initial || isUpdate && !targets.IsRelevantChange(before, after) {
			return
		}
		enqueueDependents(ctx, reader, queue, before, after)
		if isUpdate && before.GetDeletionTimestamp() == nil && after.GetDeletionTimestamp() != nil {
			// The maps in it go with it.
			enqueueMaps(ctx, reader, queue, requeue.PriorityDue, anyMap, client.InNamespace(after.GetName()))
		}
	}
}

// enqueueDependents adds the maps that depend on what has changed between two states of a namespace. One of them can be nil.
func enqueueDependents(ctx context.Context, reader client.Reader, queue requeue.Queue, before, after client.Object) {
	was, is := snapshot(before, after), snapshot(after, before)
	seen := make(map[client.ObjectKey]bool)
	// The namespace has become a project of Kargo, or no longer is one.
	projectChanged := before != nil && after != nil && render.IsKargoProject(before) != render.IsKargoProject(after)
	concerned := func(m *v1alpha1.StakeholderMap) bool {
		key := client.ObjectKeyFromObject(m)
		known := seen[key]
		seen[key] = true
		return !known && concerns(m, was, is, projectChanged)
	}
	for _, lookup := range targets.Lookups(was, is) {
		enqueueMaps(ctx, reader, queue, requeue.PriorityDue, concerned,
			client.MatchingFields{namespaces.TargetsIndex: lookup.Key}, client.InNamespace(lookup.MapNamespace))
	}
}

// snapshot returns a state of a namespace. Nil means that it does not exist in that state, but in the other one.
func snapshot(ns, other client.Object) targets.Snapshot {
	if ns == nil {
		return targets.Absent(other.GetName())
	}
	return targets.Observed(ns)
}

// concerns says whether a change of a namespace is one for a map.
func concerns(m *v1alpha1.StakeholderMap, was, is targets.Snapshot, projectChanged bool) bool {
	part := is.Participation(m)
	return part != was.Participation(m) || projectChanged && part.State == targets.Accepted
}

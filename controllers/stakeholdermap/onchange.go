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

	"k8s.io/apimachinery/pkg/types"
	ctrl "sigs.k8s.io/controller-runtime"
	"sigs.k8s.io/controller-runtime/pkg/client"
	"sigs.k8s.io/controller-runtime/pkg/log"

	"github.com/stakeholders-dev/stakeholder-operator/api/v1alpha1"
	"github.com/stakeholders-dev/stakeholder-operator/controllers/requeue"
)

type onChange = requeue.OnChange

func requestOf(object client.Object) ctrl.Request {
	return ctrl.Request{NamespacedName: client.ObjectKeyFromObject(object)}
}

// enqueueMaps adds those of some maps that are concerned.
func enqueueMaps(
	ctx context.Context, reader client.Reader, queue requeue.Queue, priority int, concerned func(*v1alpha1.StakeholderMap) bool, some ...client.ListOption,
) {
	add := func(key types.NamespacedName) { requeue.Add(queue, priority, ctrl.Request{NamespacedName: key}) }
	if err := eachMap(ctx, reader, concerned, add, some...); err != nil {
		// The cache is in memory; this is a mistake in the program, and the next event or start mends it.
		log.FromContext(ctx).Error(err, "Cannot find the maps that a change concerns")
	}
}

// eachMap calls f with those of some maps that are concerned.
func eachMap(
	ctx context.Context, reader client.Reader, concerned func(*v1alpha1.StakeholderMap) bool, f func(types.NamespacedName), some ...client.ListOption,
) error {
	var maps v1alpha1.StakeholderMapList
	// From the cache, and without copies: only the names are kept.
	if err := reader.List(ctx, &maps, append(some, client.UnsafeDisableDeepCopy)...); err != nil {
		return fmt.Errorf("list maps: %w", err)
	}
	for i := range maps.Items {
		if concerned(&maps.Items[i]) {
			f(client.ObjectKeyFromObject(&maps.Items[i]))
		}
	}
	return nil
}

func anyMap(*v1alpha1.StakeholderMap) bool { return true }

func declaresTargets(m *v1alpha1.StakeholderMap) bool {
	return len(m.Spec.TargetNamespaces.Names) > 0 || m.Spec.TargetNamespaces.Selector != nil
}

// EachMapWithTargets calls f with every map that can have outputs in other namespaces.
func EachMapWithTargets(ctx context.Context, reader client.Reader, f func(types.NamespacedName)) {
	if err := eachMap(ctx, reader, declaresTargets, f); err != nil {
		// The cache is in memory, so this error is a bug. The next start repairs its effect.
		log.FromContext(ctx).Error(err, "Cannot find the maps with target namespaces")
	}
}

// isElected says whether a channel is closed that tells of the operator's election.
func isElected(elected <-chan struct{}) bool {
	select {
	case <-elected:
		return true
	default:
		return false
	}
}

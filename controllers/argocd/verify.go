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

package argocd

import (
	"context"
	"slices"
	"strings"
	"sync"

	"k8s.io/apimachinery/pkg/types"
	"k8s.io/apimachinery/pkg/util/sets"
	"sigs.k8s.io/controller-runtime/pkg/client"

	"github.com/stakeholders-dev/stakeholder-operator/api/v1alpha1"
	"github.com/stakeholders-dev/stakeholder-operator/controllers/apply"
	"github.com/stakeholders-dev/stakeholder-operator/controllers/render/rbaccsv"
)

// verifyAdditions returns the policy without additions that the API server does not confirm. It asks the API server,
// because watches can be stale and an operator can run on for a while after it has lost its lease. It drops additions
// for maps that are invalid or have changed, for maps whose project no longer accepts them, and all additions if the
// StakeholderPolicy no longer configures this Argo CD. Removals need no check. Waiting means that additions of a map
// were dropped. After an error it makes no further request and drops all further additions.
func (w *Writer) verifyAdditions(ctx context.Context, namespace string, policy rbaccsv.Policy, current string) (csv string, waiting bool, err error) {
	currentLines := sets.New(slices.Collect(strings.Lines(current))...)
	configured := sync.OnceValues(func() (bool, error) { return w.isConfigured(ctx, namespace) })
	confirm := func(entry rbaccsv.Entry, known contribution) (bool, error) {
		if ok, err := configured(); err != nil || !ok {
			return false, err
		}
		return w.isUpToDate(ctx, namespace, entry, known)
	}
	var out strings.Builder
	for _, block := range policy.Blocks {
		known := w.contributions.get(mapKey(block.Entry))
		if known.invalid {
			// The last valid state of an invalid map can lack a handle that the party had before. Without that handle,
			// the party's rights would go to its Groups.
			block.CSV = rbaccsv.KeptMembers(current, block.CSV)
		}
		if !currentLines.HasAll(slices.Collect(strings.Lines(block.CSV))...) {
			confirmed := false
			if err == nil {
				confirmed, err = confirm(block.Entry, known)
			}
			if !confirmed {
				waiting = true
				block.CSV = rbaccsv.Kept(current, block.CSV)
			}
		}
		out.WriteString(block.CSV)
	}
	return out.String(), waiting, err
}

func mapKey(entry rbaccsv.Entry) types.NamespacedName {
	return types.NamespacedName{Namespace: entry.Source.Namespace, Name: entry.Source.Name}
}

// isConfigured asks the API server whether the policy in force still has an Argo CD in the namespace.
func (w *Writer) isConfigured(ctx context.Context, namespace string) (bool, error) {
	live := &v1alpha1.StakeholderPolicy{}
	if err := w.Live.Get(ctx, client.ObjectKey{Name: v1alpha1.PolicyInForceName}, live); err != nil {
		return false, client.IgnoreNotFound(err)
	}
	status := live.Status.ArgoCD
	return live.DeletionTimestamp == nil && (status.Namespace == namespace || status.NextNamespace == namespace), nil
}

// isUpToDate reports whether an entry is still what its map contributes. It asks the API server about the map and its
// project.
func (w *Writer) isUpToDate(ctx context.Context, namespace string, entry rbaccsv.Entry, known contribution) (bool, error) {
	if !known.entry.Equal(entry) {
		// The map was reconciled again after the policy was rendered.
		return false, nil
	}
	live, found, err := apply.ReadMap(ctx, w.Live, mapKey(entry))
	if err != nil || !found {
		return false, err
	}
	if live.UID != known.uid || live.Generation != known.generation || live.DeletionTimestamp != nil {
		return false, nil
	}
	return isAccepted(ctx, w.Live, namespace, entry), nil
}

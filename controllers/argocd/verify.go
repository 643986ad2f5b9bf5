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
	"fmt"
	"strings"
	"sync"

	apierrors "k8s.io/apimachinery/pkg/api/errors"
	"k8s.io/apimachinery/pkg/types"
	"sigs.k8s.io/controller-runtime/pkg/client"

	"github.com/stakeholders-dev/stakeholder-operator/api/v1alpha1"
	"github.com/stakeholders-dev/stakeholder-operator/controllers/render/rbaccsv"
)

// verified is the policy with nothing new in it for maps that are invalid, are not as we know them, or whose project does
// not take them any more, and for none if the StakeholderPolicy wants nothing there any more: watches can be behind, and an
// operator that has lost its lease can go on for a while. What goes is not asked about. Waiting says that there was such a
// map. After an error nothing more is asked, and there is nothing new in it.
func (w *Writer) verified(ctx context.Context, namespace string, policy rbaccsv.Policy, there string) (csv string, waiting bool, err error) {
	lines := make(map[string]bool)
	for line := range strings.Lines(there) {
		lines[line] = true
	}
	wanted := sync.OnceValues(func() (bool, error) { return w.isWanted(ctx, namespace) })
	var out strings.Builder
	for _, block := range policy.Blocks {
		known := w.contributions.get(keyOf(block.Entry))
		if known.invalid {
			// What is in force of it can say less than before of how a party is called in Argo CD, and so give its rights to
			// others: to its Groups, if it has lost its handle.
			block.CSV = rbaccsv.KeptMembers(there, block.CSV)
		}
		current := true
		for line := range strings.Lines(block.CSV) {
			if !lines[line] {
				current = false
				if err == nil {
					current, err = wanted()
				}
				if current && err == nil {
					current, err = w.asWeKnowIt(ctx, namespace, block.Entry, known)
				}
				break
			}
		}
		if !current {
			waiting = true
			block.CSV = rbaccsv.Kept(there, block.CSV)
		}
		out.WriteString(block.CSV)
	}
	return out.String(), waiting, err
}

func keyOf(entry rbaccsv.Entry) types.NamespacedName {
	return types.NamespacedName{Namespace: entry.Source.Namespace, Name: entry.Source.Name}
}

// isWanted asks the API server whether the policy still has an Argo CD in a namespace.
func (w *Writer) isWanted(ctx context.Context, namespace string) (bool, error) {
	live := &v1alpha1.StakeholderPolicy{}
	if err := w.Live.Get(ctx, client.ObjectKey{Name: v1alpha1.PolicyInForceName}, live); err != nil {
		return false, client.IgnoreNotFound(err)
	}
	is := live.Status.ArgoCD
	return live.DeletionTimestamp == nil && (is.Namespace == namespace || is.NextNamespace == namespace), nil
}

// asWeKnowIt says whether an entry is still what is known of its map, and asks the API server about that and its project.
func (w *Writer) asWeKnowIt(ctx context.Context, namespace string, entry rbaccsv.Entry, known contribution) (bool, error) {
	if !known.entry.Equal(entry) {
		// The map has been looked at since the policy was rendered, and what is asked for is no longer what it says.
		return false, nil
	}
	key, live := keyOf(entry), mapMetadata()
	if err := w.Live.Get(ctx, key, live); err != nil {
		if apierrors.IsNotFound(err) {
			return false, nil
		}
		return false, fmt.Errorf("read StakeholderMap %s: %w", key, err)
	}
	if live.UID != known.uid || live.Generation != known.generation || live.DeletionTimestamp != nil {
		return false, nil
	}
	return w.accepted(ctx, w.Live, namespace, entry), nil
}

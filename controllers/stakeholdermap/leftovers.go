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
	"maps"
	"slices"

	rbacv1 "k8s.io/api/rbac/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/types"

	"github.com/stakeholders-dev/stakeholder-operator/api/v1alpha1"
	"github.com/stakeholders-dev/stakeholder-operator/controllers/names"
)

// removeLeftovers removes what a deleted map has left, without waiting for the garbage collector, and drops what is
// remembered of the map. An event says who lost a grant once no object is left that gives it.
func (d *deleter) removeLeftovers(ctx context.Context, key types.NamespacedName) error {
	d.argoCD.Forget(key)
	d.applier.Writes.Forget(key)
	d.applier.Rewrites.Forget(key)
	d.conflicts.forget(key)
	d.opened.Forget(key)
	d.status.writer.Rewrites.Forget(key)
	d.events.board.Forget(key)
	removed := d.applier.RemoveOrphans(ctx, key, "")
	if err := removed.Err(); err != nil {
		return fmt.Errorf("remove what the map has left: %w", err)
	}
	uid, held := d.events.lastKnown.forget(key)
	d.events.settled.forget(key)
	gone := &v1alpha1.StakeholderMap{
		TypeMeta:   metav1.TypeMeta{APIVersion: v1alpha1.GroupVersion.String(), Kind: names.KindMap},
		ObjectMeta: metav1.ObjectMeta{Namespace: key.Namespace, Name: key.Name, UID: uid},
	}
	// After a restart nothing is remembered. The removed objects say who had rights.
	var changes grantChanges
	changes.lose(mergeSubjects(held, removed.Subjects), causeDeleted)
	changes.leave(removed.Namespaces, causeDeleted)
	d.events.recordGrantEvents(gone, &changes)
	return nil
}

// mergeSubjects joins two lists of subjects by role, each subject once.
func mergeSubjects(a, b map[string][]rbacv1.Subject) map[string][]rbacv1.Subject {
	out := make(map[string][]rbacv1.Subject, len(a)+len(b))
	maps.Copy(out, a)
	for role, subjects := range b {
		for _, subject := range subjects {
			if !slices.Contains(out[role], subject) {
				out[role] = append(slices.Clip(out[role]), subject)
			}
		}
	}
	return out
}

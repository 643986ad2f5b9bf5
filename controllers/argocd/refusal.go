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
	"slices"
	"strings"

	"k8s.io/apimachinery/pkg/types"
	"k8s.io/apimachinery/pkg/util/sets"
	"sigs.k8s.io/controller-runtime/pkg/client"

	"github.com/stakeholders-dev/stakeholder-operator/api/v1alpha1"
	"github.com/stakeholders-dev/stakeholder-operator/controllers/messages"
	"github.com/stakeholders-dev/stakeholder-operator/controllers/render/rbaccsv"
	"github.com/stakeholders-dev/stakeholder-operator/controllers/validate"
)

// Refusal returns why a map lacks something in its Argo CD project, or "". It is also "" while that is unknown, and if
// Argo CD is not configured.
func (w *Writer) Refusal(ctx context.Context, m *v1alpha1.StakeholderMap) string {
	name := m.Spec.Product.ArgoCDProject
	w.mu.Lock()
	watch, unavailable, refused := w.watch, w.unavailable, w.refused[client.ObjectKeyFromObject(m)]
	w.mu.Unlock()
	switch {
	case name == "":
		return ""
	case unavailable != "":
		return unavailable
	case watch == nil:
		return ""
	}
	reader, synced := watch.objects.Cached()
	if !synced {
		return ""
	}
	if why, err := whyRefused(ctx, reader, watch.namespace, name, m.Namespace); err != nil || why != "" {
		return why
	}
	return refused
}

// setRefused stores which groups were left out because of other keys of the ConfigMap or for lack of room, and requeues
// the maps for which that changed. A finding of the map reports groups whose name is itself invalid.
func (w *Writer) setRefused(refused []rbaccsv.Refusal) {
	now := make(map[types.NamespacedName]string)
	for _, r := range refused {
		if r.Group != "" && validate.ArgoCDGroupProblem(r.Group) != "" {
			continue
		}
		key := mapKey(r.Entry)
		line := fmt.Sprintf("Group %q gets nothing in Argo CD: it %s", r.Group, r.Why)
		if r.Group == "" {
			line = "The map " + r.Why
		}
		if before := now[key]; before != "" && !strings.Contains(before, line) {
			line = messages.Join(before, line)
		}
		now[key] = line
	}
	w.mu.Lock()
	before := w.refused
	w.refused = now
	w.mu.Unlock()
	isSame := func(key types.NamespacedName) bool { return before[key] == now[key] }
	w.Requeue(slices.DeleteFunc(sets.KeySet(now).Union(sets.KeySet(before)).UnsortedList(), isSame))
}

func refusalsOfReduced(blocks []rbaccsv.Block) []rbaccsv.Refusal {
	var out []rbaccsv.Refusal
	for _, block := range blocks {
		if block.Reduced {
			out = append(out, rbaccsv.Refusal{Entry: block.Entry, Why: "does not have everything that it should in Argo CD, whose policy is full: " +
				"ask the platform team, which finds more in the StakeholderPolicy"})
		}
	}
	return out
}

// SetUnavailable stores why the operator cannot write to Argo CD for any map, or "" if it can. A new reason requeues
// all maps that name a project, so the text must be stable for the same reason.
func (w *Writer) SetUnavailable(why string) {
	w.mu.Lock()
	changed := w.unavailable != why
	w.unavailable = why
	w.mu.Unlock()
	if changed {
		w.Requeue(w.contributions.mapsOfProject(""))
	}
}

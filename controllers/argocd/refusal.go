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

	"k8s.io/apimachinery/pkg/types"

	"github.com/stakeholders-dev/stakeholder-operator/api/v1alpha1"
	"github.com/stakeholders-dev/stakeholder-operator/controllers/messages"
	"github.com/stakeholders-dev/stakeholder-operator/controllers/render/rbaccsv"
	"github.com/stakeholders-dev/stakeholder-operator/controllers/targets"
	"github.com/stakeholders-dev/stakeholder-operator/controllers/validate"
)

// Refusal returns why a map lacks something in its Argo CD project, or "". It is also "" while that is unknown, and if
// Argo CD is not configured.
func (w *Writer) Refusal(ctx context.Context, m *v1alpha1.StakeholderMap) string {
	watch, name := w.currentWatch(), m.Spec.Product.ArgoCDProject
	if name == "" {
		return ""
	}
	w.mu.Lock()
	unavailable := w.unavailable
	w.mu.Unlock()
	if unavailable != "" {
		return unavailable
	}
	if watch == nil {
		return ""
	}
	reader, synced := watch.objects.Cached()
	if !synced {
		return ""
	}
	appProject, err := project(ctx, reader, watch.namespace, name)
	switch {
	case err != nil:
		return ""
	case appProject == nil:
		return fmt.Sprintf("There is no AppProject %s in namespace %s", name, watch.namespace)
	case appProject.DeletionTimestamp != nil:
		return fmt.Sprintf("AppProject %s in namespace %s is being deleted", name, watch.namespace)
	case !targets.Lists(appProject, m.Namespace):
		return fmt.Sprintf("AppProject %s in namespace %s does not accept maps from %s; it does by listing %s in its annotation %s",
			name, watch.namespace, m.Namespace, m.Namespace, v1alpha1.AcceptMapsFrom)
	}
	w.mu.Lock()
	defer w.mu.Unlock()
	return w.refused[types.NamespacedName{Namespace: m.Namespace, Name: m.Name}]
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
	var changed []types.NamespacedName
	for key := range now {
		if before[key] != now[key] {
			changed = append(changed, key)
		}
	}
	for key := range before {
		if now[key] == "" {
			changed = append(changed, key)
		}
	}
	w.Requeue(changed)
}

func refusalsOfReduced(blocks []rbaccsv.Block) []rbaccsv.Refusal {
	var out []rbaccsv.Refusal
	for _, block := range blocks {
		if block.Reduced {
			out = append(out, rbaccsv.Refusal{Entry: block.Entry, Why: "does not have everything that it should in Argo CD, whose policy is full: " +
				"ask the platform team, to whom the StakeholderPolicy says more"})
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

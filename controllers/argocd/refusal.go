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

// Refusal says why a map does not have, in its Argo CD project, everything that it should, or "". It is "" as well as
// long as that is not known, or Argo CD is not configured.
func (w *Writer) Refusal(ctx context.Context, m *v1alpha1.StakeholderMap) string {
	watch, name := w.current(), m.Spec.Product.ArgoCDProject
	if name == "" {
		return ""
	}
	w.mu.Lock()
	held := w.held
	w.mu.Unlock()
	if held != "" {
		return held
	}
	if watch == nil {
		return ""
	}
	reader, all := watch.objects.Cached()
	if !all {
		return ""
	}
	is, err := project(ctx, reader, watch.namespace, name)
	switch {
	case err != nil:
		return ""
	case is == nil:
		return fmt.Sprintf("There is no AppProject %s in namespace %s", name, watch.namespace)
	case is.DeletionTimestamp != nil:
		return fmt.Sprintf("AppProject %s in namespace %s is being deleted", name, watch.namespace)
	case !targets.Lists(is, m.Namespace):
		return fmt.Sprintf("AppProject %s in namespace %s does not accept maps from %s; it does by listing %s in its annotation %s",
			name, watch.namespace, m.Namespace, m.Namespace, v1alpha1.AcceptMapsFrom)
	}
	w.mu.Lock()
	defer w.mu.Unlock()
	return w.refused[types.NamespacedName{Namespace: m.Namespace, Name: m.Name}]
}

// noteRefused notes which groups were left out because of what other keys of the ConfigMap say, or because there is no
// room, and has the maps looked at of which that is new. What is wrong with the name itself is a finding of the map's.
func (w *Writer) noteRefused(refused []rbaccsv.Refusal) {
	now := make(map[types.NamespacedName]string)
	for _, r := range refused {
		if r.Group != "" && validate.ArgoCDGroupProblem(r.Group) != "" {
			continue
		}
		key := keyOf(r.Entry)
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

// heldBack are the maps that gain something that is not there, for which there is no room.
func heldBack(blocks []rbaccsv.Block) []rbaccsv.Refusal {
	var out []rbaccsv.Refusal
	for _, block := range blocks {
		if block.Reduced {
			out = append(out, rbaccsv.Refusal{Entry: block.Entry, Why: "does not have everything that it should in Argo CD, whose policy is full: " +
				"ask the platform team, to whom the StakeholderPolicy says more"})
		}
	}
	return out
}

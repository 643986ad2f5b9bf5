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

package preview

import (
	"fmt"

	corev1 "k8s.io/api/core/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/types"

	"github.com/stakeholders-dev/stakeholder-operator/controllers/render/rbaccsv"
	"github.com/stakeholders-dev/stakeholder-operator/controllers/targets"
)

// ArgoCD returns Argo CD's ConfigMap with only the key that the operator writes: what some products give in Argo CD
// together. It is nil if the policy does not enable that, or if there is nothing to write. The notes say what was left
// out, and what was assumed.
func (w *World) ArgoCD(products []*Product) (configMap *corev1.ConfigMap, notes []string, err error) {
	if w.Policy == nil || w.Policy.Outputs.ArgoCD.Namespace == "" {
		return nil, []string{"The policy does not enable the output for Argo CD (spec.outputs.argoCD)."}, nil
	}
	output := w.Policy.Outputs.ArgoCD
	var entries []rbaccsv.Entry
	for _, p := range products {
		if p.Table == nil || p.Table.Product.ArgoCDProject == "" {
			continue
		}
		entry := rbaccsv.EntryOf(w.Policy.TokenIdentities(), p.Table)
		switch project := w.Projects[types.NamespacedName{Namespace: output.Namespace, Name: entry.Project}]; {
		case project == nil:
			notes = append(notes, fmt.Sprintf("No file describes AppProject %s in namespace %s, so it is assumed to accept %s.", entry.Project, output.Namespace, p.Name()))
		case !targets.Lists(project, p.Map.Namespace):
			notes = append(notes, fmt.Sprintf("AppProject %s does not accept maps from %s, so %s gives nothing there.", entry.Project, p.Map.Namespace, p.Name()))
			continue
		}
		entries = append(entries, entry)
	}
	policy, err := rbaccsv.Render(entries, output.Customers, w.ArgoCDKeys)
	if err != nil {
		return nil, notes, err
	}
	for _, refusal := range policy.Refused {
		who := refusal.Entry.Source.Namespace + "/" + refusal.Entry.Source.Name
		if refusal.Group != "" {
			who = fmt.Sprintf("group %q of %s", refusal.Group, who)
		}
		notes = append(notes, "Not in Argo CD's policy: "+who+" "+refusal.Why+".")
	}
	csv := policy.CSV()
	if csv == "" {
		return nil, notes, nil
	}
	return &corev1.ConfigMap{
		TypeMeta:   metav1.TypeMeta{APIVersion: corev1.SchemeGroupVersion.String(), Kind: "ConfigMap"},
		ObjectMeta: metav1.ObjectMeta{Namespace: output.Namespace, Name: rbaccsv.ConfigMapName},
		Data:       map[string]string{rbaccsv.PolicyKey: csv},
	}, notes, nil
}

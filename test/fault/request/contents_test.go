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

package request

import (
	"encoding/json"
	"fmt"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	corev1 "k8s.io/api/core/v1"
	rbacv1 "k8s.io/api/rbac/v1"
	"sigs.k8s.io/controller-runtime/pkg/client"

	"github.com/stakeholders-dev/stakeholder-operator/test/controlplane"
	"github.com/stakeholders-dev/stakeholder-operator/test/suite"
)

// contents are all outputs of a map, in all namespaces, with their contents. Namespaces are named by their role for the
// map, so that two maps with the same spec have the same contents.
func (p *place) contents(t *testing.T) map[string]string {
	t.Helper()
	names := []string{p.m.Namespace, "home"}
	for i, target := range p.targets {
		names = append(names, target, fmt.Sprintf("target-%d", i+1))
	}
	unnamed := strings.NewReplacer(names...)
	out := make(map[string]string)
	add := func(kind string, object client.Object, content any) {
		text, err := json.Marshal(content)
		if err != nil {
			t.Fatal(err)
		}
		out[unnamed.Replace(kind+" "+object.GetNamespace()+"/"+object.GetName())] = unnamed.Replace(string(text))
	}
	ours := client.MatchingLabels{"stakeholders.dev/map": p.m.Name, "stakeholders.dev/map-namespace": p.m.Namespace}
	var configMaps corev1.ConfigMapList
	var roles rbacv1.RoleList
	var bindings rbacv1.RoleBindingList
	for _, list := range []client.ObjectList{&configMaps, &roles, &bindings} {
		if err := env.Admin.List(t.Context(), list, ours); err != nil {
			t.Fatal(err)
		}
	}
	for i := range configMaps.Items {
		data := configMaps.Items[i].Data
		// The document contains its own digest, which depends on the namespace; the other keys hold the same data.
		delete(data, "routing.json")
		add("ConfigMap", &configMaps.Items[i], data)
	}
	for i := range roles.Items {
		add("Role", &roles.Items[i], roles.Items[i].Rules)
	}
	for i := range bindings.Items {
		add("RoleBinding", &bindings.Items[i], []any{bindings.Items[i].RoleRef, bindings.Items[i].Subjects})
	}
	return out
}

// waitContents waits until the map has exactly these outputs.
func (p *place) waitContents(t *testing.T, want map[string]string) {
	t.Helper()
	controlplane.Eventually(t, suite.Patience, "the outputs of the map are as wanted", func() error {
		if diff := cmp.Diff(want, p.contents(t)); diff != "" {
			return fmt.Errorf("(-want +got):\n%s", diff)
		}
		return nil
	})
}

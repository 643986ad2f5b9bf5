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

package render_test

import (
	"bytes"
	"testing"

	corev1 "k8s.io/api/core/v1"
	"sigs.k8s.io/yaml"

	routing "github.com/stakeholders-dev/stakeholder-operator/api/routing/v1alpha1"
	"github.com/stakeholders-dev/stakeholder-operator/api/v1alpha1"
	"github.com/stakeholders-dev/stakeholder-operator/controllers/names"
	"github.com/stakeholders-dev/stakeholder-operator/controllers/render"
	"github.com/stakeholders-dev/stakeholder-operator/controllers/route"
	"github.com/stakeholders-dev/stakeholder-operator/controllers/topics"
	"github.com/stakeholders-dev/stakeholder-operator/test/fixtures"
	"github.com/stakeholders-dev/stakeholder-operator/test/golden"
)

func ownerOf(m *v1alpha1.StakeholderMap) names.Owner {
	return names.Owner{Namespace: m.Namespace, Name: m.Name, UID: m.UID}
}

func tableOf(m *v1alpha1.StakeholderMap) *routing.RoutingTable {
	return route.Table(m, topics.Assign(m, nil, fixtures.Now))
}

// configMapOf renders the ConfigMap of a map under a policy. The table does not depend on that.
func configMapOf(t testing.TB, m *v1alpha1.StakeholderMap, policy *v1alpha1.StakeholderPolicySpec) *corev1.ConfigMap {
	t.Helper()
	table := tableOf(m)
	document, err := table.Seal()
	if err != nil {
		t.Fatal(err)
	}
	configMap, err := render.ConfigMap(ownerOf(m), policy, table, document)
	if err != nil {
		t.Fatal(err)
	}
	return configMap
}

// objects renders all outputs of a map to one YAML stream.
func objects(t *testing.T, m *v1alpha1.StakeholderMap) []byte {
	t.Helper()
	table, owner := tableOf(m), ownerOf(m)
	// The gate's keys are only written if a policy says so; the golden files show them.
	list := []any{configMapOf(t, m, gate)}
	for _, grant := range render.Grants(m.Name, table) {
		list = append(list, grant.RoleObject(owner), grant.BindingObject(owner))
	}
	holders := render.GrantSubjects(render.Grants(m.Name, table))
	for _, namespace := range []string{"shop", m.Namespace} {
		for _, role := range names.Roles {
			if len(holders[role]) > 0 {
				list = append(list, render.TargetBinding(owner, namespace, role, holders[role]))
			}
		}
	}
	// A copy has the same data.
	list = append(list, render.TargetConfigMap(owner, "shop", nil))
	var out bytes.Buffer
	for _, object := range list {
		content, err := yaml.Marshal(object)
		if err != nil {
			t.Fatal(err)
		}
		out.WriteString("---\n")
		out.Write(content)
	}
	return out.Bytes()
}

func TestObjects(t *testing.T) {
	for _, example := range fixtures.Examples(t) {
		t.Run(example.Name, func(t *testing.T) {
			got := objects(t, example.Map)
			golden.Compare(t, example.Name+".yaml", got)
			// Go maps hold the rights and values. If their random order affects the output, repeated rendering shows
			// it.
			for range 20 {
				if !bytes.Equal(got, objects(t, example.Map)) {
					t.Fatal("the same map gave other bytes")
				}
			}
			if !bytes.Equal(got, objects(t, fixtures.Reversed(example.Map))) {
				t.Error("another order of the map's lists gave other bytes")
			}
		})
	}
}

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

package main

import (
	"testing"

	"github.com/google/go-cmp/cmp"
	"sigs.k8s.io/kustomize/api/resmap"
	"sigs.k8s.io/kustomize/kyaml/resid"
)

// TestRenamed requires that an overlay that renames the ClusterRoles of stakeholders tells the operator so. The operator then
// does not start: see cmd/manager/clusterrole.go.
func TestRenamed(t *testing.T) {
	src := config(t)
	for fields, want := range map[string]string{
		"":                                 "stakeholders-customer",
		"namespace: platform\n":            "stakeholders-customer",
		"namePrefix: acme-\n":              "acme-stakeholders-customer",
		"nameSuffix: -v2\n":                "stakeholders-customer-v2",
		"namePrefix: a-\nnameSuffix: -b\n": "a-stakeholders-customer-b",
		"namePrefix: acme-\ncomponents: [../components/strict-authors]\n": "acme-stakeholders-customer",
	} {
		built, err := src.overlay(fields)
		if err != nil {
			t.Fatal(err)
		}
		id := resid.NewResId(resid.NewGvk("rbac.authorization.k8s.io", "v1", "ClusterRole"), want)
		if _, err := built.GetByCurrentId(id); err != nil {
			t.Errorf("with %q: %v", fields, err)
		}
		if diff := cmp.Diff(want, environment(t, built)["CUSTOMER_CLUSTER_ROLE"]); diff != "" {
			t.Errorf("with %q the operator expects (- want, + got):\n%s", fields, diff)
		}
	}
}

// environment returns the environment variables of the operator.
func environment(t *testing.T, built resmap.ResMap) map[string]string {
	t.Helper()
	variables := map[string]string{}
	for _, resource := range built.Resources() {
		if resource.GetKind() != "Deployment" {
			continue
		}
		env, err := resource.GetSlice("spec.template.spec.containers.[name=manager].env")
		if err != nil {
			t.Fatal(err)
		}
		for _, variable := range env {
			fields, _ := variable.(map[string]any)
			name, _ := fields["name"].(string)
			variables[name], _ = fields["value"].(string)
		}
	}
	return variables
}

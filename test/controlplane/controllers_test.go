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

package controlplane

import (
	"fmt"
	"strings"
	"testing"
)

func (p parts) testNamespace(t *testing.T) {
	c := p.c
	kubectl(t, c, "", "create", "namespace", "short-lived")
	kubectl(t, c, "", "create", "configmap", "content", "--namespace=short-lived")
	Eventually(t, testTimeout, "the namespace has its ServiceAccount", func() error {
		_, err := c.Kubectl(t.Context(), "get", "serviceaccount", "default", "--namespace=short-lived")
		return err
	})
	kubectl(t, c, "", "delete", "namespace", "short-lived", "--wait=false")
	waitGone(t, c, "namespace", "short-lived")
}

func (p parts) testGarbageCollector(t *testing.T) {
	t.Helper()
	c := p.c
	kubectl(t, c, "", "create", "configmap", "owner")
	uid := kubectl(t, c, "", "get", "configmap", "owner", "-o", "jsonpath={.metadata.uid}")
	kubectl(t, c, dependent("v1", "ConfigMap", "owner", uid), "apply", "-f", "-")
	kubectl(t, c, "", "delete", "configmap", "owner")
	waitGone(t, c, "configmap", "dependent")
}

// testNewKind proves that ResyncGarbageCollector spares a test the collector's discovery interval.
func (p parts) testNewKind(t *testing.T) {
	c := p.c
	kubectl(t, c, widgets, "apply", "-f", "-")
	kubectl(t, c, "", "wait", "--for=condition=Established", "crd/widgets.harness.example")
	if err := c.waitForDiscovery(t.Context(), "harness.example", "widgets"); err != nil {
		t.Fatal(err)
	}
	if err := c.ResyncGarbageCollector(t.Context()); err != nil {
		t.Fatal(err)
	}
	kubectl(t, c, `{apiVersion: harness.example/v1, kind: Widget, metadata: {name: owner}}`, "apply", "-f", "-")
	uid := kubectl(t, c, "", "get", "widget", "owner", "-o", "jsonpath={.metadata.uid}")
	kubectl(t, c, dependent("harness.example/v1", "Widget", "owner", uid), "apply", "-f", "-")
	kubectl(t, c, "", "delete", "widget", "owner")
	waitGone(t, c, "configmap", "dependent")
}

func (p parts) testAggregation(t *testing.T) {
	c := p.c
	kubectl(t, c, aggregatedRoles, "apply", "-f", "-")
	Eventually(t, testTimeout, "the ClusterRole has the rules of the other", func() error {
		out, err := c.Kubectl(t.Context(), "get", "clusterrole", "sum", "-o", "jsonpath={.rules[*].resources}")
		if err == nil && !strings.Contains(out, "widgets") {
			return fmt.Errorf("rules for %q", out)
		}
		return err
	})
}

func (p parts) testPolicyStatus(t *testing.T) {
	c := p.c
	kubectl(t, c, mistypedPolicy, "apply", "-f", "-")
	Eventually(t, testTimeout, "the policy's types are checked", func() error {
		out, err := c.Kubectl(t.Context(), "get", "validatingadmissionpolicy", "mistyped", "-o", "jsonpath={.status.typeChecking}")
		if err == nil && !strings.Contains(out, "undefined field") {
			return fmt.Errorf("type checking: %q", out)
		}
		return err
	})
}

// dependent is a ConfigMap in namespace default with an owner.
func dependent(apiVersion, kind, name, uid string) string {
	return fmt.Sprintf(`
apiVersion: v1
kind: ConfigMap
metadata:
  name: dependent
  ownerReferences:
  - {apiVersion: %s, kind: %s, name: %s, uid: %s}
`, apiVersion, kind, name, uid)
}

const widgets = `
apiVersion: apiextensions.k8s.io/v1
kind: CustomResourceDefinition
metadata:
  name: widgets.harness.example
spec:
  group: harness.example
  scope: Namespaced
  names: {kind: Widget, listKind: WidgetList, plural: widgets, singular: widget}
  versions:
  - name: v1
    served: true
    storage: true
    schema: {openAPIV3Schema: {type: object}}
`

const aggregatedRoles = `
apiVersion: rbac.authorization.k8s.io/v1
kind: ClusterRole
metadata:
  name: sum
aggregationRule:
  clusterRoleSelectors:
  - matchLabels: {harness.example/part-of: sum}
---
apiVersion: rbac.authorization.k8s.io/v1
kind: ClusterRole
metadata:
  name: summand
  labels: {harness.example/part-of: sum}
rules:
- apiGroups: [harness.example]
  resources: [widgets]
  verbs: [get]
`

// mistypedPolicy reads a field that a ConfigMap does not have. It is not bound to anything.
const mistypedPolicy = `
apiVersion: admissionregistration.k8s.io/v1
kind: ValidatingAdmissionPolicy
metadata:
  name: mistyped
spec:
  matchConstraints:
    resourceRules:
    - {apiGroups: [""], apiVersions: [v1], operations: [CREATE], resources: [configmaps]}
  validations:
  - expression: object.spec.absent == 1
`

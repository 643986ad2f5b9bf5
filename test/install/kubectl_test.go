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

package install

import (
	"strings"
	"testing"
	"time"

	"github.com/stakeholders-dev/stakeholder-operator/test/suite"
)

// TestKubectl installs dist/install.yaml, and uninstalls in the documented order.
func TestKubectl(t *testing.T) {
	home, target := newNamespaces(t)
	before := takeInventoryBefore(t)
	operator, p := installByKubectl(t, home, target)
	// The operator needs these rights for what the policy says.
	const component = "config/components/kargo-accounts/cluster_role.yaml -f config/components/kargo-accounts/cluster_role_binding.yaml"
	mustShell(t, "kubectl apply --server-side -f "+component)
	p.newSurroundings(t)

	started := time.Now()
	mustShell(t, strings.ReplaceAll(suite.Documented(t, page, "kubectl", 1)[0], "--timeout=5m", "--timeout=1m"))
	t.Logf("uninstalling took %s", time.Since(started).Round(10*time.Millisecond))
	operator.waitEnd(t)
	mustShell(t, "kubectl delete -f "+component)
	before.requireOnly(t)
}

// TestOperatorIsGone deletes the operator before the maps. Grants stay, and maps wait for it, until the documented commands remove both.
func TestOperatorIsGone(t *testing.T) {
	home, target := newNamespaces(t)
	before := takeInventoryBefore(t)
	operator, p := installByKubectl(t, home, target)
	p.newSurroundings(t)
	outputs := p.outputs(t)
	mustShell(t, "kubectl delete namespace "+suite.OperatorNamespace)
	operator.waitEnd(t)
	p.requireOutputs(t, outputs, "the deletion of the operator")

	started := time.Now()
	mustShell(t, suite.Documented(t, page, "If the operator is already gone", 1)[0])
	t.Logf("uninstalling took %s", time.Since(started).Round(10*time.Millisecond))
	before.requireOnly(t)
}

// installByKubectl installs the operator and a map.
func installByKubectl(t *testing.T, home, target string) (*deployment, product) {
	t.Helper()
	started := time.Now()
	mustShell(t, "kubectl apply --server-side -f dist/install.yaml")
	operator := startDeployment(t)
	p := newProduct(t, home, target, started)
	if err := env.Plane.ResyncGarbageCollector(t.Context()); err != nil {
		t.Fatal(err)
	}
	return operator, p
}

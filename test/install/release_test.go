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

	"github.com/stakeholders-dev/stakeholder-operator/test/controlplane"
	"github.com/stakeholders-dev/stakeholder-operator/test/suite"
)

// TestHelm follows a release through its life: installed as of the previous commit, upgraded, rolled back, uninstalled with the maps
// kept, installed again, and uninstalled with all that it had.
func TestHelm(t *testing.T) {
	for _, binary := range controlplane.HelmBinaries {
		t.Run(binary, func(t *testing.T) {
			h := newHelm(t, binary)
			home, target := newNamespaces(t)
			before := takeInventoryBefore(t)

			started := time.Now()
			h.must(t, "install", previousChart(t), "--create-namespace")
			operator := startDeployment(t)
			p := newProduct(t, home, target, started)
			outputs := p.outputs(t)

			h.must(t, "upgrade", chart, "--reset-then-reuse-values")
			p.requireOutputs(t, outputs, "the upgrade")
			h.checkDowngrade(t)
			p.requireOutputs(t, outputs, "the rollback")
			h.must(t, "rollback", "1")
			p.requireOutputs(t, outputs, "the rollback to the previous chart")
			h.must(t, "upgrade", chart, "--reset-then-reuse-values")
			p.edit(t, "carol")
			p.requireActAs(t, "carol", true)

			h.must(t, "uninstall")
			operator.waitEnd(t)
			p.requireOutputs(t, outputs, "helm uninstall")
			if !env.May(t, "carol", "approve", p.StakeholderMap, "budget") {
				t.Error("a customer has lost their right when the operator was uninstalled, although maps are kept")
			}
			// Rights in target namespaces come from ClusterRoles of the release.
			p.requireActAs(t, "carol", false)

			h.must(t, "install", chart, "--set components.kargoAccounts.enabled=true")
			p.requireActAs(t, "carol", true)
			operator = startDeployment(t)
			p.edit(t, "carla")
			p.requireActAs(t, "carla", true)
			p.requireOutputs(t, outputs, "the second installation")
			p.newSurroundings(t)
			// The Pod of the hook is admitted all the same.
			mustShell(t, "kubectl label namespace "+suite.OperatorNamespace+" pod-security.kubernetes.io/enforce=restricted")
			if err := env.Plane.ResyncGarbageCollector(t.Context()); err != nil {
				t.Fatal(err)
			}
			uninstall, removeNamespace, found := strings.Cut(suite.Documented(t, page, "Helm", 1)[0], "kubectl delete namespace")
			if !found {
				t.Fatal("the page does not delete the namespace")
			}
			started = time.Now()
			mustShell(t, uninstall, h.folder)
			t.Logf("the upgrade to crds.keep=false and helm uninstall took %s", time.Since(started).Round(10*time.Millisecond))
			operator.waitEnd(t)
			before.requireOnly(t, leftByHelm...)
			mustShell(t, "kubectl delete namespace"+removeNamespace)
			before.requireOnly(t)
		})
	}
}

// checkDowngrade installs a newer chart, requires that this one is refused over it, and rolls back.
func (h helm) checkDowngrade(t *testing.T) {
	t.Helper()
	h.must(t, "upgrade", futureChart(t), "--reset-then-reuse-values")
	const want = "is of chart version " + newerVersion + ", and this chart is older"
	if output, err := h.release(t, "upgrade", chart, "--reset-then-reuse-values"); err == nil || !strings.Contains(err.Error(), want) {
		t.Errorf("an upgrade to an older chart gives %v, want %q; it prints:\n%s", err, want, output)
	}
	h.must(t, "upgrade", chart, "--reset-then-reuse-values", "--set allowDowngrade=true", "--dry-run=server")
	h.must(t, "rollback")
}

// TestMoveToHelm lets a release take over what kubectl has installed.
func TestMoveToHelm(t *testing.T) {
	for binary, flags := range map[string]string{"helm3": "", "helm4": " --force-conflicts"} {
		t.Run(binary, func(t *testing.T) {
			h := newHelm(t, binary)
			home, target := newNamespaces(t)
			before := takeInventoryBefore(t)
			operator, p := installByKubectl(t, home, target)
			outputs := p.outputs(t)
			if output, err := h.release(t, "install", chart); err == nil || !strings.Contains(err.Error(), "invalid ownership metadata") {
				t.Errorf("without a flag, helm install gives %v; it prints:\n%s", err, output)
			}
			move := suite.Documented(t, "docs/operations/upgrade.md", "Move from kubectl to Helm", 1)[0]
			mustShell(t, strings.TrimSpace(move)+flags, h.folder)
			p.requireOutputs(t, outputs, "the move to Helm")
			p.edit(t, "carol")
			p.requireActAs(t, "carol", true)
			h.must(t, "upgrade", chart, "--reset-then-reuse-values", "--set crds.keep=false,image.tag=v0.1.1"+flags)
			h.must(t, "uninstall")
			operator.waitEnd(t)
			mustShell(t, "kubectl delete namespace "+suite.OperatorNamespace)
			before.requireOnly(t)
		})
	}
}

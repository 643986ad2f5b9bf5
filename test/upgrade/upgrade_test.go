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

package upgrade

import (
	"fmt"
	"testing"

	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"

	"github.com/stakeholders-dev/stakeholder-operator/api/v1alpha1"
	"github.com/stakeholders-dev/stakeholder-operator/test/controlplane"
	"github.com/stakeholders-dev/stakeholder-operator/test/suite"
)

// TestUpgradeKeepsGrants installs the previous version, and maps of many kinds. It upgrades and rolls back as
// docs/operations/upgrade.md says. All the time, every user keeps every right that they had before, and no object that gives one
// is deleted or gives less. No version takes what the other has written for the work of another writer.
func TestUpgradeKeepsGrants(t *testing.T) {
	t.Parallel()
	before, after := previous(t), current(t)
	s := suite.StartFrom(t, controlplane.Options{}, before.manifests, before.manager)
	running := startReplica(t, s, before.manager)
	p := populate(t, s)
	g := startGuard(t, s, p.rights(t))

	// A rolling update: the next Pod is ready before the last one ends.
	apply(t, s, after)
	next := startReplica(t, s, after.manager)
	stop(t, running)
	running = next
	p.enforced(t, running)
	g.check(t, "after the upgrade")

	// The other order, in which no operator runs for a while.
	apply(t, s, before)
	stop(t, running)
	running = startReplica(t, s, before.manager)
	p.enforced(t, running)
	g.check(t, "after the rollback")
	g.stop()
	stop(t, running)
}

// apply installs the manifests of a version over those of another one.
func apply(t *testing.T, s *suite.Suite, v version) {
	t.Helper()
	kubectl(t.Context(), t, s, "apply", "--server-side", "-f", v.manifests)
}

// enforced waits until an operator has enforced all maps as they are, and then once more after an edit.
func (p *population) enforced(t *testing.T, operator *controlplane.Operator) {
	t.Helper()
	controlplane.Eventually(t, suite.Patience, "the operator has enforced all maps", func() error {
		m, err := operator.Metrics(t.Context())
		if err != nil {
			return err
		}
		// Whatever else is in the queue at its start is there before the first reconcile.
		done, queued, working := m["controller_runtime_reconcile_total"], m["workqueue_depth"], m["controller_runtime_active_workers"]
		if int(done) < len(p.maps) || queued > 0 || working > 0 {
			return fmt.Errorf("%v reconciles are done, %v are queued, and %v run", done, queued, working)
		}
		return nil
	})
	m, err := operator.Metrics(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	if repaired := m["stakeholders_drift_repairs_total"]; repaired > 0 {
		t.Errorf("the operator says that another writer has changed %v outputs", repaired)
	}
	for _, is := range p.maps {
		edited := p.suite.Edit(t, is, func(s *v1alpha1.StakeholderMapSpec) { s.Product.Description += "." })
		p.follows(t, edited)
	}
}

// follows waits until the operator has enforced the map as it is.
func (p *population) follows(t *testing.T, m *v1alpha1.StakeholderMap) {
	t.Helper()
	wantReason := v1alpha1.ReasonAuthorized
	if m.Name == "invalid" {
		wantReason = v1alpha1.ReasonLastValidKept
	}
	p.suite.WaitFor(t, m, v1alpha1.ConditionAuthorized, metav1.ConditionTrue, wantReason)
}

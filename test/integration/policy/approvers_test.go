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

package policy

import (
	"fmt"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	corev1 "k8s.io/api/core/v1"

	"github.com/stakeholders-dev/stakeholder-operator/api/v1alpha1"
	"github.com/stakeholders-dev/stakeholder-operator/test/controlplane"
	"github.com/stakeholders-dev/stakeholder-operator/test/suite"
)

// The policy switches the keys for the manual-approval-gate on and off, in the copies as well.
func TestApproversFollowThePolicy(t *testing.T) {
	namespace := env.NewNamespace(t)
	target := env.NewTarget(t, namespace)
	m := suite.NewMap(namespace, "checkout")
	m.Spec.TargetNamespaces.Names = []string{target}
	env.Create(t, m)
	env.WaitReady(t, m)
	waitApprovers := func(want map[string]string) {
		t.Helper()
		controlplane.Eventually(t, suite.Patience, "the keys follow", func() error {
			for ns, name := range map[string]string{namespace: "checkout-routing", target: namespace + ".checkout.routing"} {
				got := make(map[string]string)
				for key, value := range suite.Get(t, env.Suite, ns, name, &corev1.ConfigMap{}).Data {
					if strings.HasPrefix(key, "release.approvers") {
						got[key] = value
					}
				}
				if diff := cmp.Diff(want, got); diff != "" {
					return fmt.Errorf("%s (-want +got):\n%s", name, diff)
				}
			}
			return nil
		})
	}
	waitApprovers(map[string]string{})
	outputs := func(gate v1alpha1.Switch) *v1alpha1.StakeholderPolicySpec {
		return &v1alpha1.StakeholderPolicySpec{Outputs: v1alpha1.PolicyOutputs{ManualApprovalGate: gate}}
	}
	enforce(t, outputs(v1alpha1.Enabled))
	waitApprovers(map[string]string{"release.approvers": `["carla"]`, "release.approvers-required": "1"})
	env.Edit(t, m, func(spec *v1alpha1.StakeholderMapSpec) {
		spec.Customers[0].Subjects = suite.Users("carla", "caspar")
	})
	waitApprovers(map[string]string{"release.approvers": `["carla","caspar"]`, "release.approvers-required": "1"})
	env.CheckRender(t, m)
	waitInForce(t, put(t, outputs(v1alpha1.Disabled)))
	waitApprovers(map[string]string{})
}

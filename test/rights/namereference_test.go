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

package rights

import (
	"path/filepath"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/stakeholders-dev/stakeholder-operator/api/v1alpha1"
)

// withAccounts is a map with two ServiceAccounts, one of them with its own namespace.
const withAccounts = `
apiVersion: v1
kind: ServiceAccount
metadata: {name: ledger}
---
apiVersion: v1
kind: ServiceAccount
metadata: {name: robot, namespace: ci}
---
apiVersion: stakeholders.dev/v1alpha1
kind: StakeholderMap
metadata: {name: checkout}
spec:
  product: {displayName: Checkout, market: B2B}
  customers:
  - name: acme-board
    subjects: [{kind: User, name: ledger}]
  endUsers:
  - name: no-account
    handles: [{system: email, value: a@acme.example}]
  - name: systems
    subjects:
    - {kind: ServiceAccount, name: ledger}
    - {kind: ServiceAccount, name: robot, namespace: ci}
    - {kind: ServiceAccount, name: ledger, namespace: elsewhere}
    - {kind: ServiceAccount, name: other}
    - {kind: User, name: ledger@acme.example}
    - {kind: Group, name: "acme:cashiers"}
  developmentTeam:
    subjects: [{kind: ServiceAccount, name: robot, namespace: ci}, {kind: ServiceAccount, name: ledger}]
`

// TestRenamedServiceAccounts builds overlays that rename ServiceAccounts: kustomize changes the names in the maps, too,
// and no other subjects.
func TestRenamedServiceAccounts(t *testing.T) {
	account := func(namespace, name string) v1alpha1.Subject {
		return v1alpha1.Subject{Kind: v1alpha1.SubjectServiceAccount, Namespace: namespace, Name: name}
	}
	cashier := v1alpha1.Subject{Kind: v1alpha1.SubjectUser, Name: "ledger@acme.example"}
	cashiers := v1alpha1.Subject{Kind: v1alpha1.SubjectGroup, Name: "acme:cashiers"}
	for name, tc := range map[string]struct {
		overlay     string
		users, team []v1alpha1.Subject
	}{
		"AsItIs": {
			users: []v1alpha1.Subject{
				account("", "ledger"), account("ci", "robot"), account("elsewhere", "ledger"), account("", "other"), cashier, cashiers,
			},
			team: []v1alpha1.Subject{account("ci", "robot"), account("", "ledger")},
		},
		// Kustomize follows a ServiceAccount only within a namespace: docs/integrations/kustomize.md says so.
		"Prefix": {
			overlay: "namePrefix: staging-\n",
			users: []v1alpha1.Subject{
				account("", "staging-ledger"), account("ci", "robot"), account("elsewhere", "ledger"), account("", "other"), cashier, cashiers,
			},
			team: []v1alpha1.Subject{account("ci", "robot"), account("", "staging-ledger")},
		},
		"Namespace": {
			overlay: "namespace: staging\n",
			users: []v1alpha1.Subject{
				account("staging", "ledger"), account("staging", "robot"), account("elsewhere", "ledger"), account("", "other"), cashier, cashiers,
			},
			team: []v1alpha1.Subject{account("staging", "robot"), account("staging", "ledger")},
		},
		"NamespaceAndSuffix": {
			overlay: "namespace: staging\nnameSuffix: -b\n",
			users: []v1alpha1.Subject{
				account("staging", "ledger-b"), account("staging", "robot-b"), account("elsewhere", "ledger"), account("", "other"), cashier, cashiers,
			},
			team: []v1alpha1.Subject{account("staging", "robot-b"), account("staging", "ledger-b")},
		},
	} {
		t.Run(name, func(t *testing.T) {
			base := overlay(t, "resources: [objects.yaml]\ncomponents: [CONFIG/components/kustomize]\n", map[string]string{"objects.yaml": withAccounts})
			m := find(t, build(t, "resources: [../"+filepath.Base(base)+"]\n"+tc.overlay), "StakeholderMap", "", &v1alpha1.StakeholderMap{})
			if diff := cmp.Diff(tc.users, m.Spec.EndUsers[1].Subjects); diff != "" {
				t.Errorf("end users (-want +got):\n%s", diff)
			}
			if diff := cmp.Diff(tc.team, m.Spec.DevelopmentTeam.Subjects); diff != "" {
				t.Errorf("development team (-want +got):\n%s", diff)
			}
			if diff := cmp.Diff([]v1alpha1.Subject{{Kind: v1alpha1.SubjectUser, Name: "ledger"}}, m.Spec.Customers[0].Subjects); diff != "" {
				t.Errorf("customers (-want +got):\n%s", diff)
			}
		})
	}
}

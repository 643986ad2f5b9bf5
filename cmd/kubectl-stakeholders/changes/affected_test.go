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

package changes_test

import (
	"fmt"
	"math/rand/v2"
	"slices"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"

	"github.com/stakeholders-dev/stakeholder-operator/api/v1alpha1"
	"github.com/stakeholders-dev/stakeholder-operator/cmd/kubectl-stakeholders/changes"
	"github.com/stakeholders-dev/stakeholder-operator/cmd/kubectl-stakeholders/preview"
	"github.com/stakeholders-dev/stakeholder-operator/test/fixtures"
)

// TestAffected compares all maps of two namespaces, and only those that are affected. The changes have to be the same.
func TestAffected(t *testing.T) {
	t.Parallel()
	leftOut := 0
	for seed := range uint64(500) {
		random := rand.New(rand.NewPCG(seed, 15)) //nolint:gosec // a test
		before, after := world(), world()
		for i := range 4 {
			m := base()
			m.Namespace, m.Name = []string{"payments", "shops"}[i%2], fmt.Sprintf("map-%d", i)
			if random.IntN(2) == 0 {
				m.Spec.TargetNamespaces.Names = []string{"checkout-prod"}
			}
			edited := m.DeepCopy()
			switch random.IntN(8) {
			case 0:
				edited.Spec.Customers[0].Subjects = append(edited.Spec.Customers[0].Subjects, fixtures.User("nina"))
			case 1:
				edited.Spec.Customers = edited.Spec.Customers[:1]
			case 2:
				edited.Spec.TargetNamespaces = v1alpha1.TargetNamespaces{}
			}
			before.Maps = append(before.Maps, m)
			if random.IntN(8) > 0 {
				after.Maps = append(after.Maps, edited)
			}
		}
		if random.IntN(4) == 0 {
			delete(after.Namespaces, "checkout-prod")
		}
		affected := changes.Affected(before, after, true, nil)
		all := append(slices.Clone(before.Maps), after.Maps...)
		var every, some []changes.Pair
		seen := make(map[string]bool)
		for _, m := range all {
			key := preview.KeyOf(m)
			if seen[key.String()] {
				continue
			}
			seen[key.String()] = true
			pair := changes.Pair{Before: productIn(t, before, before.ByName()[key]), After: productIn(t, after, after.ByName()[key])}
			every = append(every, pair)
			if slices.Contains(affected, key) {
				some = append(some, pair)
			} else {
				leftOut++
			}
		}
		want, got := changes.Compare(every, changes.Options{}), changes.Compare(some, changes.Options{})
		if diff := cmp.Diff(want, got, cmpopts.IgnoreFields(changes.Change{}, "Phrase")); diff != "" {
			t.Fatalf("seed %d: all maps (-), and those that are affected (+):\n%s", seed, diff)
		}
	}
	if leftOut == 0 {
		t.Error("all maps are affected: the test proves too little")
	}
}

func productIn(t *testing.T, world *preview.World, m *v1alpha1.StakeholderMap) *preview.Product {
	t.Helper()
	if m == nil {
		return nil
	}
	p, err := world.Product(m, fixtures.Now)
	if err != nil {
		t.Fatal(err)
	}
	return p
}

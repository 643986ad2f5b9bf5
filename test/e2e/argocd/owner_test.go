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

package argocd

import (
	"fmt"
	"testing"

	"github.com/google/go-cmp/cmp"
	"k8s.io/apimachinery/pkg/types"
	"sigs.k8s.io/controller-runtime/pkg/client"

	"github.com/stakeholders-dev/stakeholder-operator/api/v1alpha1"
	"github.com/stakeholders-dev/stakeholder-operator/test/controlplane"
	"github.com/stakeholders-dev/stakeholder-operator/test/suite"
)

// TestWhatGitDoesNotSayGoes adds to a map that Argo CD applies server-side, under another field manager. Argo CD sees
// the addition and removes it, with the rights. The same holds after the next commit.
func TestWhatGitDoesNotSayGoes(t *testing.T) {
	t.Parallel()
	namespace := env.NewNamespace(t)
	m := suite.NewMap(namespace, "checkout")
	target := env.NewTarget(t, namespace)
	a := newApplication(t, byAnnotation, namespace, newRepository(t), "ServerSideApply=true")
	l := life{application: a, checkout: m}
	commit := a.repository.put(t, m)
	a.refresh(t)
	a.waitCurrent(t, commit, healthy, "checkout")
	want := suite.Get(t, env.Suite, namespace, m.Name, &v1alpha1.StakeholderMap{}).Spec
	for _, added := range []string{
		`[{"op":"add","path":"/spec/customers/-","value":{"name":"mallory","subjects":[{"kind":"User","name":"mallory"}]}}]`,
		`[{"op":"add","path":"/spec/topics","value":[{"name":"budget","class":"Approval","to":["Customer","ProductOwner"]}]}]`,
		`[{"op":"add","path":"/spec/targetNamespaces","value":{"names":["` + target + `"]}}]`,
	} {
		edited := m.DeepCopy()
		patch := client.RawPatch(types.JSONPatchType, []byte(added))
		if err := env.Admin.Patch(t.Context(), edited, patch, client.FieldOwner("mallory")); err != nil {
			t.Fatal(err)
		}
		controlplane.Eventually(t, patience, "the map is as in the repository, without "+added, func() error {
			now := &v1alpha1.StakeholderMap{}
			if err := env.Admin.Get(t.Context(), client.ObjectKeyFromObject(m), now); err != nil {
				return err
			}
			if diff := cmp.Diff(want, now.Spec); now.Generation == edited.Generation || diff != "" {
				return fmt.Errorf("generation %d, after %d (-repository +cluster):\n%s", now.Generation, edited.Generation, diff)
			}
			return nil
		})
	}
	commit = a.repository.put(t, suite.NewMap(namespace, "billing"))
	a.refresh(t)
	a.waitCurrent(t, commit, healthy, "billing", "checkout")
	env.WaitReady(t, m)
	l.waitMay(t, "mallory", m, false)
	l.waitMay(t, "paul", m, false)
	l.waitMay(t, "carla", m, true)
	env.WaitHolders(t, m, target)
	now := suite.Get(t, env.Suite, namespace, m.Name, &v1alpha1.StakeholderMap{}).Spec
	if diff := cmp.Diff(want, now); diff != "" {
		t.Errorf("after the next commit (-repository +cluster):\n%s", diff)
	}
}

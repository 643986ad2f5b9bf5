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

package integration

import (
	"fmt"
	"slices"
	"testing"

	"k8s.io/apimachinery/pkg/api/meta"
	"sigs.k8s.io/controller-runtime/pkg/client"

	"github.com/stakeholders-dev/stakeholder-operator/api/v1alpha1"
	"github.com/stakeholders-dev/stakeholder-operator/test/controlplane"
)

// A new map with many outputs has a Ready condition before they are written, so that "kubectl get" shows that the operator
// works on it.
func TestManyOutputsShowProgress(t *testing.T) {
	t.Parallel()
	home := newNamespace(t)
	m := newMap(home, "checkout")
	for range 10 {
		m.Spec.TargetNamespaces.Names = append(m.Spec.TargetNamespaces.Names, env.NewTarget(t, home))
	}
	watching, err := env.Admin.Watch(t.Context(), &v1alpha1.StakeholderMapList{}, client.InNamespace(home))
	if err != nil {
		t.Fatal(err)
	}
	defer watching.Stop()
	createReady(t, m)
	var reasons []string
	controlplane.Eventually(t, patience, "the watch has shown the map as ready", func() error {
		for {
			select {
			case e := <-watching.ResultChan():
				shown, ok := e.Object.(*v1alpha1.StakeholderMap)
				if !ok {
					continue
				}
				if c := meta.FindStatusCondition(shown.Status.Conditions, v1alpha1.ConditionReady); c != nil {
					reasons = append(reasons, string(c.Status)+" "+c.Reason)
				}
			default:
				if !slices.Contains(reasons, "True Ready") {
					return fmt.Errorf("it was %q", reasons)
				}
				return nil
			}
		}
	})
	if want := []string{"Unknown Progressing", "True Ready"}; !slices.Equal(slices.Compact(reasons), want) {
		t.Errorf("Ready was %q, want %q", reasons, want)
	}
}

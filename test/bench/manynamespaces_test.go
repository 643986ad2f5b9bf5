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

package bench

import (
	"fmt"
	"testing"

	corev1 "k8s.io/api/core/v1"
	rbacv1 "k8s.io/api/rbac/v1"
	"sigs.k8s.io/controller-runtime/pkg/client"

	"github.com/stakeholders-dev/stakeholder-operator/api/v1alpha1"
	"github.com/stakeholders-dev/stakeholder-operator/test/bench/results"
	"github.com/stakeholders-dev/stakeholder-operator/test/suite"
)

// measureManyNamespaces is D: one map with many target namespaces, from its creation until it is in force in all of
// them. The raw client makes one request after another.
func measureManyNamespaces(b *testing.B, r *results.Result) {
	b.Helper()
	r.Size = fmt.Sprintf("%d namespaces, %d rounds", *manyTargets, *rounds)
	home, product := env.NewNamespace(b), "many-namespaces"
	createTargets(b, home, product, *manyTargets, func(int) map[string]string { return map[string]string{"product": product} })
	targets := make([]string, *manyTargets)
	for i := range targets {
		targets[i] = fmt.Sprintf("%s-%d", product, i)
	}
	round := func(enforce func(m *v1alpha1.StakeholderMap) error) (*v1alpha1.StakeholderMap, float64) {
		m := selecting(home, "everywhere", product)
		seconds := timed(b, func() {
			env.Create(b, m)
			if err := enforce(m); err != nil {
				b.Fatal(err)
			}
		}, &v1alpha1.StakeholderMapList{}, allReady(1, isReady), client.InNamespace(home)).Seconds()
		return suite.Get(b, env, m.Namespace, m.Name, &v1alpha1.StakeholderMap{}), seconds
	}
	cleanUp := func() {
		removeOutputs(b, targets, &rbacv1.RoleBinding{}, &corev1.ConfigMap{})
		remove(b, []string{home})
	}
	var operatorTimes, rawTimes []float64
	for range *rounds {
		operator := env.StartOperator(b, env.Kubeconfig)
		settle(b, operator)
		m, seconds := round(func(*v1alpha1.StakeholderMap) error { return nil })
		operatorTimes = append(operatorTimes, seconds)
		stop(b, operator)
		cleanUp()

		raw := newRawClient(b, m)
		_, seconds = round(func(m *v1alpha1.StakeholderMap) error { return raw.enforce(b.Context(), m, targets) })
		rawTimes = append(rawTimes, seconds)
		cleanUp()
	}
	r.Add("ratio", ratios(operatorTimes, rawTimes), "")
	r.Add("operator", median(operatorTimes), "s")
	r.Add("raw", median(rawTimes), "s")
}

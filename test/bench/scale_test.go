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
	"strconv"
	"testing"
	"time"

	"sigs.k8s.io/controller-runtime/pkg/client"

	"github.com/stakeholders-dev/stakeholder-operator/api/v1alpha1"
	"github.com/stakeholders-dev/stakeholder-operator/test/controlplane"
	"github.com/stakeholders-dev/stakeholder-operator/test/suite"
)

// took reports how long something took.
func took(b *testing.B, what string, do func()) {
	b.Helper()
	started := time.Now()
	do()
	b.ReportMetric(time.Since(started).Seconds(), what+"-s")
}

func memory(b *testing.B, operator *controlplane.Operator) {
	b.Helper()
	const mega = 1 << 20
	m := settle(b, operator)
	b.ReportMetric(m["process_resident_memory_bytes"]/mega, "rss-MB")
	b.ReportMetric(m["go_memstats_heap_inuse_bytes"]/mega, "heap-MB")
}

// BenchmarkOneMapManyNamespaces is one map that reaches many namespaces: until it is in force everywhere,
// until somebody who was taken out has lost his rights everywhere, and until it is gone.
func BenchmarkOneMapManyNamespaces(b *testing.B) {
	for _, n := range []int{100, 500} {
		b.Run(strconv.Itoa(n), func(b *testing.B) {
			for b.Loop() {
				namespace := env.NewNamespace(b)
				product := "many-" + namespace
				createTargets(b, namespace, product, n, func(int) map[string]string { return map[string]string{"product": product} })
				operator := env.StartOperator(b, env.Kubeconfig)
				m := suite.Selecting(namespace, "checkout", product)
				took(b, "create", func() {
					env.Create(b, m)
					waitReady(b, namespace, 1)
				})
				took(b, "revoke", func() {
					env.Edit(b, m, func(s *v1alpha1.StakeholderMapSpec) { s.Customers[0].Subjects = suite.Users("chris") })
					waitReady(b, namespace, 1)
				})
				memory(b, operator)
				took(b, "delete", func() {
					env.Delete(b, m)
					env.WaitGone(b, m)
				})
				if err := operator.Stop(); err != nil {
					b.Fatal(err)
				}
			}
		})
	}
}

// BenchmarkNamespaceAdded is a namespace that is added to a cluster of many maps.
func BenchmarkNamespaceAdded(b *testing.B) {
	for b.Loop() {
		made, reconciles := namespaceAdded(b, 1000)
		b.ReportMetric(float64(len(made)), "requests")
		b.ReportMetric(float64(reconciles), "reconciles")
	}
}

// BenchmarkManyMaps is 200 maps of five namespaces each, which a restart has to look through.
func BenchmarkManyMaps(b *testing.B) {
	const maps, each = 200, 5
	for b.Loop() {
		namespace := env.NewNamespace(b)
		createTargets(b, namespace, "of-"+namespace, maps*each, func(i int) map[string]string {
			return map[string]string{"product": fmt.Sprintf("%s-%d", namespace, i/each)}
		})
		operator := env.StartOperator(b, env.Kubeconfig)
		took(b, "create", func() {
			inParallel(b, maps, func(i int) error {
				return env.Admin.Create(b.Context(), suite.Selecting(namespace, fmt.Sprintf("map-%d", i), fmt.Sprintf("%s-%d", namespace, i)))
			})
			waitReady(b, namespace, maps)
		})
		memory(b, operator)
		if err := operator.Stop(); err != nil {
			b.Fatal(err)
		}
		took(b, "restart", func() {
			operator = env.StartOperator(b, env.Kubeconfig)
			settle(b, operator)
		})
		if err := env.Admin.DeleteAllOf(b.Context(), &v1alpha1.StakeholderMap{}, client.InNamespace(namespace)); err != nil {
			b.Fatal(err)
		}
		waitReady(b, namespace, 0)
		if err := operator.Stop(); err != nil {
			b.Fatal(err)
		}
	}
}

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
	"sync"
	"testing"

	"github.com/stakeholders-dev/stakeholder-operator/api/v1alpha1"
	"github.com/stakeholders-dev/stakeholder-operator/test/controlplane"
)

// population are the small maps that are in the cluster during another measurement.
type population struct {
	once   sync.Once
	client *rawClient
	size   int
}

var populated population

// fill puts maps in force until there are n, exactly as the operator would, so that the operator has no work when it
// starts. No operator may run.
func (p *population) fill(tb testing.TB, n int) {
	tb.Helper()
	namespacesFor(tb, "population", n)
	p.once.Do(func() { p.client = newMasterClient(tb, exemplar(tb, smallMap)) })
	from := p.size
	inParallel(tb, max(0, n-from), func(i int) error {
		m := p.at(from + i)
		if err := env.Admin.Create(tb.Context(), m); err != nil {
			return err
		}
		return p.client.enforce(tb.Context(), m, nil)
	})
	p.size = max(p.size, n)
}

// at is map i, as it is created. Its place does not depend on the number of maps.
func (p *population) at(i int) *v1alpha1.StakeholderMap {
	return smallMap(fmt.Sprintf("population-%d", i/mapsPerNamespace), fmt.Sprintf("map-%d", i))
}

// startPopulated starts an operator in a cluster of -maps maps, and returns when it has no work.
func startPopulated(tb testing.TB) *controlplane.Operator {
	tb.Helper()
	populated.fill(tb, *newMaps)
	operator := env.StartOperator(tb, env.Kubeconfig)
	settleFrom(tb, operator, populated.size)
	return operator
}

// settleFrom is settle for an operator that has just started, and has to reconcile this many maps.
func settleFrom(tb testing.TB, operator *controlplane.Operator, maps int) {
	tb.Helper()
	controlplane.Eventually(tb, patience, fmt.Sprintf("the operator has looked at %d maps", maps), func() error {
		metrics, err := operator.Metrics(tb.Context())
		if err != nil {
			return err
		}
		if done := metrics["controller_runtime_reconcile_total"]; done < float64(maps) {
			return fmt.Errorf("it has made %.0f reconciles", done)
		}
		return nil
	})
	settle(tb, operator)
}

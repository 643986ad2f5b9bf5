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

package limits

import (
	"fmt"
	"testing"

	"github.com/stakeholders-dev/stakeholder-operator/test/controlplane"
)

// settle waits until the operator has reconciled n maps and has no work left.
func (o *operator) settle(t *testing.T, n float64) {
	t.Helper()
	const total = "controller_runtime_reconcile_total"
	before := -1.0
	o.eventually(t, "the operator has nothing to do", func() error {
		metrics, err := o.Metrics(t.Context())
		if err != nil {
			return err
		}
		last := before
		before = metrics[total]
		if before < n || before != last || metrics["workqueue_depth"] > 0 || metrics["controller_runtime_active_workers"] > 0 {
			return fmt.Errorf("after %.0f reconciles %.0f wait", before, metrics["workqueue_depth"])
		}
		return nil
	})
}

// heap is how many bytes the operator's objects take, without garbage.
func (o *operator) heap(t *testing.T) int64 {
	t.Helper()
	bytes, err := controlplane.LiveHeap(t.Context(), o.pprof)
	if err != nil {
		t.Fatal(err)
	}
	return bytes
}

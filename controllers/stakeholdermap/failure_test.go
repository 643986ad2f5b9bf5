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

package stakeholdermap

import (
	"errors"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	ctrl "sigs.k8s.io/controller-runtime"

	"github.com/stakeholders-dev/stakeholder-operator/controllers/apply"
	"github.com/stakeholders-dev/stakeholder-operator/test/fakecluster"
	"github.com/stakeholders-dev/stakeholder-operator/test/fixtures"
)

// TestFailureDelaysNoWindow lets a write fail in each way that there is, and wants the map to be looked at
// when its window closes all the same.
func TestFailureDelaysNoWindow(t *testing.T) {
	t.Parallel()
	for name, tc := range map[string]struct {
		failure error
		kind    string
	}{
		"ConfigMap refused":       {errors.New("exceeded quota"), "ConfigMap"},
		"ConfigMap in conflict":   {conflict, "ConfigMap"},
		"cache behind":            {apply.ErrStale, "ConfigMap"},
		"RoleBinding refused":     {errors.New("no"), "RoleBinding"},
		"RoleBinding in conflict": {conflict, "RoleBinding"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			m := withLeavers()
			m.Spec.Customers[1].ValidUntil = fixtures.Soon
			w := newWorld(t, m, fixtures.Soon.Add(-time.Minute))
			var asked *fakecluster.Delays
			asked, w.r.config.Requeuer = fakecluster.RecordedDelays(t)
			w.refuse = func(kind string) error {
				if strings.Contains(kind, tc.kind) {
					return tc.failure
				}
				return nil
			}
			// What becomes of the error is another matter.
			_, _ = w.r.Reconcile(t.Context(), ctrl.Request{NamespacedName: w.key})
			if diff := cmp.Diff([]time.Duration{time.Minute}, asked.List); diff != "" {
				t.Errorf("moments (-want +got):\n%s", diff)
			}
		})
	}
}

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

package controllers

import (
	"context"
	"errors"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"k8s.io/client-go/util/workqueue"
	ctrl "sigs.k8s.io/controller-runtime"

	"github.com/stakeholders-dev/stakeholder-operator/controllers/apply"
	"github.com/stakeholders-dev/stakeholder-operator/test/fixtures"
)

// moments are after which times a queue was asked to look at a map again.
type moments struct{ list []time.Duration }

func (m *moments) AddAfter(_ ctrl.Request, after time.Duration) { m.list = append(m.list, after) }

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
		"cache behind":            {apply.ErrCacheBehind, "ConfigMap"},
		"RoleBinding refused":     {errors.New("no"), "RoleBinding"},
		"RoleBinding in conflict": {conflict, "RoleBinding"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			m := withLeavers()
			m.Spec.Customers[1].ValidUntil = fixtures.Soon
			w := newWorld(t, m, fixtures.Soon.Add(-time.Minute))
			asked := &moments{}
			w.r.alarm = &alarm{queue: asked}
			w.refuse = func(kind string) error {
				if strings.Contains(kind, tc.kind) {
					return tc.failure
				}
				return nil
			}
			// What becomes of the error is another matter.
			_, _ = w.r.Reconcile(t.Context(), ctrl.Request{NamespacedName: w.key})
			if diff := cmp.Diff([]time.Duration{time.Minute}, asked.list); diff != "" {
				t.Errorf("moments (-want +got):\n%s", diff)
			}
		})
	}
}

// TestAlarm rings in a real queue, and not for nothing.
func TestAlarm(t *testing.T) {
	t.Parallel()
	queue := workqueue.NewTypedRateLimitingQueue(workqueue.DefaultTypedControllerRateLimiter[ctrl.Request]())
	defer queue.ShutDown()
	a := &alarm{}
	if err := a.source().Start(context.Background(), queue); err != nil {
		t.Fatal(err)
	}
	want := ctrl.Request{}
	want.Name = "checkout"
	a.set(ctrl.Request{}, 0)
	a.set(want, time.Millisecond)
	if got, _ := queue.Get(); got != want || queue.Len() > 0 {
		t.Errorf("it rang for %v, and there are %d more", got, queue.Len())
	}
	var none *alarm
	none.set(want, time.Second)
}

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

package requeue_test

import (
	"testing"
	"testing/synctest"
	"time"

	"k8s.io/apimachinery/pkg/types"
	"k8s.io/client-go/util/workqueue"
	ctrl "sigs.k8s.io/controller-runtime"

	"github.com/stakeholders-dev/stakeholder-operator/controllers/requeue"
)

func key(name string) types.NamespacedName {
	return types.NamespacedName{Namespace: "payments", Name: name}
}

// TestRequeuer uses a real queue, on a clock of its own.
func TestRequeuer(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		queue := workqueue.NewTypedRateLimitingQueue(workqueue.DefaultTypedControllerRateLimiter[ctrl.Request]())
		defer queue.ShutDown()
		r := requeue.New(0, key("first"))
		r.Now(key("first"))
		r.After(time.Second, key("too early"))
		if err := r.Source().Start(t.Context(), queue); err != nil {
			t.Fatal(err)
		}
		started := time.Now()
		next := func(reason, want string, after time.Duration) {
			t.Helper()
			request, _ := queue.Get()
			queue.Done(request)
			if request.NamespacedName != key(want) || time.Since(started) != after {
				t.Errorf("%s: %v after %s, want %s after %s", reason, request, time.Since(started), want, after)
			}
		}
		next("what there may be nothing to set off", "first", 0)
		r.After(0, key("never"))
		r.After(-time.Second, key("never"))
		r.After(time.Hour, key("b"))
		r.After(time.Minute, key("a"), key("b"))
		r.After(2*time.Hour, key("b"))
		r.Now(key("c"))
		next("now is at once", "c", 0)
		got := make(map[string]bool)
		for range 2 {
			request, _ := queue.Get()
			queue.Done(request)
			got[request.Name] = time.Since(started) == time.Minute
		}
		if !got["a"] || !got["b"] {
			t.Errorf("a minute later: %v, want a and b", got)
		}
		<-time.After(3 * time.Hour)
		synctest.Wait()
		if n := queue.Len(); n > 0 {
			t.Errorf("there are %d more, although the earliest moment is the one that counts", n)
		}
	})
}

// TestNotStarted uses a controller that never starts, such as that of a replica that never becomes leader.
func TestNotStarted(t *testing.T) {
	t.Parallel()
	r := requeue.New(0, key("first"))
	r.Now(key("a"))
	r.After(time.Second, key("a"))
}

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
	"testing"
	"time"

	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	ctrl "sigs.k8s.io/controller-runtime"
	"sigs.k8s.io/controller-runtime/pkg/controller/priorityqueue"
	"sigs.k8s.io/controller-runtime/pkg/event"

	"github.com/stakeholders-dev/stakeholder-operator/api/v1alpha1"
	"github.com/stakeholders-dev/stakeholder-operator/controllers/requeue"
)

// TestRevocationsComeFirst: what may take a right away comes out of the queue before new maps, and these before what the start
// looks at, in whatever order they came in.
func TestRevocationsComeFirst(t *testing.T) {
	t.Parallel()
	queue := priorityqueue.New[ctrl.Request]("test")
	defer queue.ShutDown()
	at := func(name string, generation int64, deleted bool) *v1alpha1.StakeholderMap {
		m := &v1alpha1.StakeholderMap{ObjectMeta: metav1.ObjectMeta{Namespace: "shop", Name: name, Generation: generation}}
		if deleted {
			m.DeletionTimestamp = &metav1.Time{Time: time.Unix(1, 0)}
		}
		return m
	}
	due := requeue.New(requeue.PriorityDue)
	if err := due.Source().Start(t.Context(), queue); err != nil {
		t.Fatal(err)
	}
	h := onChange(editsFirst)
	h.Create(t.Context(), event.CreateEvent{Object: at("start", 1, false), IsInInitialList: true}, queue)
	h.Create(t.Context(), event.CreateEvent{Object: at("new", 1, false)}, queue)
	h.Update(t.Context(), event.UpdateEvent{ObjectOld: at("labelled", 1, false), ObjectNew: at("labelled", 1, false)}, queue)
	due.Now(requestOf(at("due", 1, false)).NamespacedName)
	h.Update(t.Context(), event.UpdateEvent{ObjectOld: at("edited", 1, false), ObjectNew: at("edited", 2, false)}, queue)
	h.Update(t.Context(), event.UpdateEvent{ObjectOld: at("deleting", 1, false), ObjectNew: at("deleting", 1, true)}, queue)
	h.Delete(t.Context(), event.DeleteEvent{Object: at("deleted", 1, false)}, queue)
	for _, want := range []struct {
		name     string
		priority int
	}{
		{"edited", requeue.PriorityEdit}, {"deleting", requeue.PriorityEdit}, {"deleted", requeue.PriorityEdit}, {"due", requeue.PriorityDue},
		{"new", requeue.PriorityNew}, {"labelled", requeue.PriorityNew}, {"start", requeue.PriorityStart},
	} {
		request, priority, _ := queue.GetWithPriority()
		queue.Done(request)
		if request.Name != want.name || priority != want.priority {
			t.Errorf("%s has priority %d, want %s with %d", request.Name, priority, want.name, want.priority)
		}
	}
}

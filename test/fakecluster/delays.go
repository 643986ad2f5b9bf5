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

package fakecluster

import (
	"testing"
	"time"

	ctrl "sigs.k8s.io/controller-runtime"

	"github.com/stakeholders-dev/stakeholder-operator/controllers/requeue"
)

// Delays is a queue that records the delay of each request. Every other call panics.
type Delays struct {
	requeue.Queue
	// List has the delays in the order of the requests.
	List []time.Duration
}

// AddAfter implements workqueue.TypedDelayingInterface.
func (d *Delays) AddAfter(_ ctrl.Request, wait time.Duration) { d.List = append(d.List, wait) }

// RecordedDelays returns a Requeuer and the delays that it is asked for.
func RecordedDelays(t *testing.T) (*Delays, *requeue.Requeuer) {
	t.Helper()
	recorded, requeuer := &Delays{}, requeue.New(requeue.PriorityNew)
	if err := requeuer.Source().Start(t.Context(), recorded); err != nil {
		t.Fatal(err)
	}
	return recorded, requeuer
}

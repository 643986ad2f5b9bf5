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
	"errors"
	"fmt"
	"testing"
	"time"

	"github.com/stakeholders-dev/stakeholder-operator/test/bench/results"
	"github.com/stakeholders-dev/stakeholder-operator/test/controlplane"
)

// measureQuiet is E: the operator's requests to the API server while nothing changes, except watches and leases.
func measureQuiet(b *testing.B, r *results.Result) {
	b.Helper()
	operator := startPopulated(b)
	r.Size = fmt.Sprintf("%s at %d maps", *quietPeriod, populated.size)
	waitUntilStarted(b)
	counted := countRequests(b, operator, func() {
		// It only waits: there is no other way to see that nothing happens.
		<-time.After(*quietPeriod)
	})
	r.Add("requests", float64(counted.all()), "")
	stop(b, operator)
}

// startQuiet is how long an operator must have made no requests to count as started.
const startQuiet = 5 * time.Second

// waitUntilStarted waits until an operator has done its one-time work, such as the search for outputs without labels.
func waitUntilStarted(b *testing.B) {
	b.Helper()
	controlplane.Eventually(b, patience, "the operator has done what it does at its start", func() error {
		mark, err := env.Plane.AuditMark()
		if err != nil {
			return err
		}
		// Only time shows that nothing happens.
		<-time.After(startQuiet)
		if countSince(b, mark).all() > 0 {
			return errors.New("it still makes requests")
		}
		return nil
	})
}

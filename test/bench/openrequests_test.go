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
	"strings"
	"testing"
	"time"

	"sigs.k8s.io/controller-runtime/pkg/client"

	"github.com/stakeholders-dev/stakeholder-operator/api/v1alpha1"
	"github.com/stakeholders-dev/stakeholder-operator/test/bench/results"
	"github.com/stakeholders-dev/stakeholder-operator/test/controlplane"
)

// measureOpen is the part of J with many open requests, some about each map: what an operator writes that finds them when it starts,
// what it keeps of each in memory, and what it writes when one of the maps changes. No operator runs.
func (a *asking) measureOpen(b *testing.B, r *results.Result) {
	b.Helper()
	all := make([]*v1alpha1.StakeholderRequest, *openEach*populated.size)
	for i := range all {
		all[i] = newRequest(populated.at(i / *openEach), fmt.Sprintf("open-%d", i%*openEach))
	}
	operator, profiles := startProfiled(b)
	settleFrom(b, operator, populated.size)
	without := liveHeap(b, profiles)
	stop(b, operator)
	inParallel(b, len(all), func(i int) error { return a.asker.Create(b.Context(), all[i]) })
	operator, _ = startProfiled(b)
	settleFrom(b, operator, populated.size+len(all))
	stop(b, operator)

	mark, err := env.Plane.AuditMark()
	if err != nil {
		b.Fatal(err)
	}
	started := time.Now()
	operator, profiles = startProfiled(b)
	settleFrom(b, operator, populated.size+len(all))
	took := time.Since(started)
	counted := countSince(b, mark)
	if len(counted.first) > 0 {
		b.Logf("writes: %s", strings.Join(counted.first, ", "))
	}
	r.Add("open-writes", float64(counted.writes+counted.events), "")
	r.Add("open-until-empty", took.Seconds(), "s")
	r.Add("open-memory", float64(liveHeap(b, profiles)-without)/float64(len(all))/1024, "KiB")

	// A request says which parties it has reached, so it gets one write when one of them is renamed.
	edited := populated.at(0)
	rename := func(name string) func() {
		return func() {
			env.Edit(b, edited, func(s *v1alpha1.StakeholderMapSpec) { s.Customers[0].Name = name })
			env.WaitReady(b, edited)
		}
	}
	counted = countRequests(b, operator, rename("renamed"))
	b.Logf("an edit of a map with %d requests: %v", *openEach, counted.kinds)
	r.Add("open-edit-ratio", float64(counted.kinds["patch stakeholderrequests/status"])/float64(*openEach), "")
	rename(edited.Spec.Customers[0].Name)()
	inParallel(b, len(all), func(i int) error { return client.IgnoreNotFound(env.Admin.Delete(b.Context(), all[i])) })
	settle(b, operator)
	stop(b, operator)
}

// startProfiled starts an operator, and returns the address of its profiles.
func startProfiled(b *testing.B) (operator *controlplane.Operator, profiles string) {
	b.Helper()
	profiles, err := controlplane.ProfilesAddress(b.Context())
	if err != nil {
		b.Fatal(err)
	}
	return env.StartOperator(b, env.Kubeconfig, "--pprof-bind-address="+profiles), profiles
}

func liveHeap(b *testing.B, profiles string) int64 {
	b.Helper()
	bytes, err := controlplane.LiveHeap(b.Context(), profiles)
	if err != nil {
		b.Fatal(err)
	}
	return bytes
}

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
	"context"
	"fmt"
	"slices"
	"testing"
	"time"

	rbacv1 "k8s.io/api/rbac/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/types"
	"sigs.k8s.io/controller-runtime/pkg/client"

	"github.com/stakeholders-dev/stakeholder-operator/api/v1alpha1"
	"github.com/stakeholders-dev/stakeholder-operator/test/bench/results"
)

// eventPace is the time between two single measured events, unless one takes longer. It is twice the time for which a
// write of a Role or a RoleBinding can delay the next one.
const eventPace = 200 * time.Millisecond

// measureRevocation is F: from the answer to an edit that removes a customer from a map until no RoleBinding contains
// their name. It is measured without other work, while many maps are created, and while the author of other maps floods
// the operator.
func measureRevocation(b *testing.B, r *results.Result) {
	b.Helper()
	operator := startPopulated(b)
	r.Size = fmt.Sprintf("up to %d revocations at %d maps, at most %s beside a flood", *samples, populated.size, *floodPeriod)
	l := newLeavers(b, *samples)

	r.Add("raw-write-p50", quantile(rawGrantTimes(b), 0.5), "ms")
	idle := revocationTimes(b, l, nothingElse, patience)
	r.Add("idle-p50", quantile(idle, 0.5), "ms")
	r.Add("idle-p99", quantile(idle, 0.99), "ms")
	settle(b, operator)

	busy := revocationTimes(b, l, newMapsLoad(namespacesFor(b, "busy", *newMaps)), patience)
	r.Add("new-maps-p50", quantile(busy, 0.5), "ms")
	r.Add("new-maps-p99", quantile(busy, 0.99), "ms")
	settle(b, operator)

	author := newAuthor(b)
	for _, flood := range []struct {
		name string
		load load
	}{{"labels", author.changeLabel}, {"edits", author.edit}, {"fan-out", author.fanOut}} {
		settle(b, operator)
		times := revocationTimes(b, l, flood.load, *floodPeriod)
		r.Add(flood.name+"-median", median(times), "ms")
		r.Add(flood.name+"-longest", slices.Max(times), "ms")
	}
	// The last of them leaves the operator much work.
	if err := operator.Kill(); err != nil {
		b.Fatal(err)
	}
}

// revocationTimes measures revocations in milliseconds under a load, up to a time limit, and at most one for each map.
func revocationTimes(b *testing.B, l *leavers, beside load, atMost time.Duration) []float64 {
	b.Helper()
	l.comeBack(b)
	ctx, cancel := context.WithCancel(b.Context())
	defer cancel()
	ended := make(chan error, 1)
	go func() {
		ended <- beside(ctx)
		// Nothing is measured without the load.
		cancel()
	}()
	pace := time.NewTicker(eventPace)
	defer pace.Stop()
	var times []float64
	for end := time.Now().Add(atMost); len(times) < len(l.maps) && time.Now().Before(end) && ctx.Err() == nil; {
		times = append(times, milliseconds(l.revoke(b, l.maps[len(times)])))
		select {
		case <-ctx.Done():
		case <-pace.C:
		}
	}
	cancel()
	if err := <-ended; err != nil {
		b.Fatal(err)
	}
	return times
}

// rawGrantTimes measures in milliseconds, without other work, how long the API server alone takes for the last request
// of a revocation: the patch of a RoleBinding by a client with the operator's rights.
func rawGrantTimes(b *testing.B) []float64 {
	b.Helper()
	raw := newRawClient(b, &v1alpha1.StakeholderMap{}).client
	namespace := env.NewNamespace(b)
	role := &rbacv1.Role{
		ObjectMeta: metav1.ObjectMeta{Namespace: namespace, Name: "yardstick"},
		Rules:      []rbacv1.PolicyRule{{APIGroups: []string{v1alpha1.GroupVersion.Group}, Resources: []string{"stakeholdermaps/budget"}, Verbs: []string{"approve"}}},
	}
	binding := &rbacv1.RoleBinding{
		ObjectMeta: metav1.ObjectMeta{Namespace: namespace, Name: "yardstick"},
		RoleRef:    rbacv1.RoleRef{APIGroup: rbacv1.GroupName, Kind: "Role", Name: "yardstick"},
	}
	for _, object := range []client.Object{role, binding} {
		if err := raw.Create(b.Context(), object); err != nil {
			b.Fatal(err)
		}
	}
	pace := time.NewTicker(eventPace)
	defer pace.Stop()
	times := make([]float64, *samples/5)
	for i := range times {
		<-pace.C
		patch := fmt.Appendf(nil, `{"subjects":[{"apiGroup":"rbac.authorization.k8s.io","kind":"User","name":"user-%d"}]}`, i)
		start := time.Now()
		if err := raw.Patch(b.Context(), binding, client.RawPatch(types.MergePatchType, patch)); err != nil {
			b.Fatal(err)
		}
		times[i] = milliseconds(time.Since(start))
	}
	return times
}

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

package policy

import (
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/stakeholders-dev/stakeholder-operator/api/v1alpha1"
	"github.com/stakeholders-dev/stakeholder-operator/test/controlplane"
	"github.com/stakeholders-dev/stakeholder-operator/test/suite"
)

// maps is how many there are when the policy changes, and differing how many of them it affects.
const (
	maps      = 50
	differing = 3
)

// settled waits until the operator has reconciled every map since a number of reconciles, and has no work.
func settled(t *testing.T, before int) {
	t.Helper()
	waitIdle(t, before+maps)
}

// waitIdle waits until the operator has reconciled this often, and has no work.
func waitIdle(t *testing.T, reconciles int) {
	t.Helper()
	controlplane.Eventually(t, suite.Patience, "the operator has nothing to do", func() error {
		metrics, err := env.Operator.Metrics(t.Context())
		if err != nil {
			return err
		}
		if done := int(metrics["controller_runtime_reconcile_total"]); done < reconciles {
			return fmt.Errorf("it has reconciled %d times, want %d", done, reconciles)
		}
		if busy := metrics["controller_runtime_active_workers"] + metrics["workqueue_depth"]; busy > 0 {
			return fmt.Errorf("%v are being looked at", busy)
		}
		return nil
	})
}

// When another policy is in force, every map is reconciled, and only those that it affects cause requests.
func TestEditWithoutStorm(t *testing.T) {
	namespace := env.NewNamespace(t)
	all := make([]*v1alpha1.StakeholderMap, maps)
	for i := range all {
		if all[i] = suite.NewMap(namespace, fmt.Sprintf("map-%d", i)); i < differing {
			all[i] = overlapping(namespace, fmt.Sprintf("shop-%d", i), v1alpha1.MarketB2C)
		}
		env.Create(t, all[i])
	}
	for _, m := range all {
		env.WaitReady(t, m)
	}
	requests := func(spec *v1alpha1.StakeholderPolicySpec) []string {
		at, offset, before := time.Now(), auditMark(t), reconciles(t)
		waitInForce(t, put(t, spec))
		settled(t, before)
		return requestsSince(t, namespace, at, offset)
	}

	got := requests(&v1alpha1.StakeholderPolicySpec{HandleSystems: []v1alpha1.HandleSystem{{Name: "pager", Pattern: "[a-z]+"}}})
	if len(got) > 0 {
		t.Errorf("a policy that makes no difference made the requests %v", got)
	}
	got = requests(&v1alpha1.StakeholderPolicySpec{Overlaps: forbid(v1alpha1.MarketB2C)})
	want := []string{"patch stakeholdermaps/status shop-0", "patch stakeholdermaps/status shop-1", "patch stakeholdermaps/status shop-2"}
	slices.Sort(got)
	// Each table is read once, because the cache has none.
	read := []string{"get configmaps shop-0-routing", "get configmaps shop-1-routing", "get configmaps shop-2-routing"}
	if !slices.Equal(got, append(read, want...)) {
		t.Errorf("a policy that makes %d maps invalid made the requests %v", differing, got)
	}
	got = requests(nil)
	slices.Sort(got)
	if !slices.Equal(got, want) {
		t.Errorf("a policy that makes %d maps valid again made the requests %v", differing, got)
	}
	// This change affects all maps: each is written once, and there are no other requests.
	got = requests(&v1alpha1.StakeholderPolicySpec{Topics: []v1alpha1.Topic{security}})
	counts := make(map[string]int)
	for _, request := range got {
		words := strings.Fields(request)
		counts[words[0]+" "+words[1]]++
	}
	for kind, n := range counts {
		if n > maps {
			t.Errorf("%d times %s for %d maps", n, kind, maps)
		}
	}
	if n := counts["patch configmaps"]; n != maps {
		t.Errorf("the topic is in %d of %d tables", n, maps)
	}
	t.Logf("a topic for %d maps: %v", maps, counts)
	waitInForce(t, put(t, nil))
}

// reconciles is how many reconciles of maps the operator has finished.
func reconciles(t *testing.T) int {
	t.Helper()
	metrics, err := env.Operator.Metrics(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	return int(metrics["controller_runtime_reconcile_total"])
}

func auditMark(t *testing.T) int64 {
	t.Helper()
	offset, err := env.Plane.AuditMark()
	if err != nil {
		t.Fatal(err)
	}
	return offset
}

// requestsSince are the operator's requests in a namespace, as "verb resource name", without events, leases and
// watches.
func requestsSince(t *testing.T, namespace string, at time.Time, offset int64) []string {
	t.Helper()
	events, _, err := env.Plane.AuditEvents(offset)
	if err != nil {
		t.Fatal(err)
	}
	var out []string
	for _, e := range events {
		if e.Namespace != namespace || e.Received.Before(at) || e.User != suite.OperatorUser || e.Verb == "watch" || e.Resource == "leases" ||
			e.Resource == "events" {
			continue
		}
		resource := e.Resource
		if e.Subresource != "" {
			resource += "/" + e.Subresource
		}
		out = append(out, fmt.Sprintf("%s %s %s", e.Verb, resource, e.Name))
	}
	return out
}

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
	"context"
	"fmt"
	"maps"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"k8s.io/apimachinery/pkg/api/meta"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/types"
	"sigs.k8s.io/controller-runtime/pkg/client"

	"github.com/stakeholders-dev/stakeholder-operator/api/v1alpha1"
	"github.com/stakeholders-dev/stakeholder-operator/test/controlplane"
	"github.com/stakeholders-dev/stakeholder-operator/test/suite"
)

// maxBytesPerRequest is what an operator may keep in memory of an open request like typicalRequest.
const maxBytesPerRequest = 6 << 10

// requestsPerMap is how many requests are open about each of many maps.
const requestsPerMap = 10

// The customers of a map from releasing, each of a party of their own.
const firstCustomer, secondCustomer = "customer-0@acme.example", "customer-1@acme.example"

// TestManyRequests has requests open about many maps. An operator that finds them when it starts writes nothing, and what it keeps
// of each is limited. An edit of a map writes the status of each of its own requests once, and of no other.
//
// Ten requests for each of 1,000 maps, with which it was run as well, take five times as long and show the same.
func TestManyRequests(t *testing.T) {
	const n, perNamespace = 200, 20
	startCluster(t, controlplane.Options{AuditLog: true})
	namespaces := make([]string, n/perNamespace)
	for i := range namespaces {
		namespaces[i] = env.NewNamespace(t)
	}
	all := make([]*v1alpha1.StakeholderMap, n)
	inParallel(t, n, func(i int) error {
		all[i] = releasing(namespaces[i%len(namespaces)], fmt.Sprintf("map-%d", i))
		return env.Admin.Create(t.Context(), all[i])
	})
	o := start(t, "maps without requests")
	waitAllReady(t, o, all)
	o.stop(t)

	o = start(t, "maps, found at the start")
	o.settle(t, n)
	without := o.heap(t)
	o.stop(t)
	askTypical(t, all)

	o = start(t, "requests, asked before the start")
	o.settle(t, n*(1+requestsPerMap))
	waitAsked(t, o, n*requestsPerMap)
	o.stop(t)

	since := mark(t)
	o = start(t, "requests, found at the start")
	o.settle(t, n*(1+requestsPerMap))
	if writes := writesIn(madeSince(t, since)); len(writes) > 0 {
		t.Errorf("%d writes after a restart, such as %v", len(writes), writes[:min(len(writes), 10)])
	}
	perRequest := (o.heap(t) - without) / (n * requestsPerMap)
	t.Logf("the operator keeps %d bytes for each open request", perRequest)
	if perRequest > maxBytesPerRequest {
		t.Errorf("the operator keeps %d bytes for each open request, want at most %d", perRequest, maxBytesPerRequest)
	}
	editOne(t, o, all[n/2])
	o.stop(t)
}

// releasing is a typicalMap with a topic that both customers have to approve.
func releasing(namespace, name string) *v1alpha1.StakeholderMap {
	m := typicalMap(namespace, name)
	m.Spec.Topics = append(m.Spec.Topics, v1alpha1.Topic{
		Name: "release", Class: v1alpha1.ClassApproval, To: []v1alpha1.Role{v1alpha1.RoleCustomer},
		Quorum: &v1alpha1.Quorum{Mode: v1alpha1.QuorumAtLeast, Count: 2}, RespondWithin: "72h", EscalateTo: []v1alpha1.Role{v1alpha1.RoleProductOwner},
	})
	return m
}

// typicalRequest asks about a release of a map. The first customer asks, and approves.
func typicalRequest(m *v1alpha1.StakeholderMap, i int) *v1alpha1.StakeholderRequest {
	return &v1alpha1.StakeholderRequest{
		ObjectMeta: metav1.ObjectMeta{Namespace: m.Namespace, Name: fmt.Sprintf("%s-release-1-%d", m.Name, i)},
		Spec: v1alpha1.StakeholderRequestSpec{
			Map: m.Name, Topic: "release", Title: fmt.Sprintf("Release 1.%d of %s", i, m.Name),
			Description: strings.Repeat("Faster card payments.\n", 1024/22),
			Subject:     fmt.Sprintf("registry.example/%s/%s@sha256:%064d", m.Namespace, m.Name, i),
			Links:       []v1alpha1.Link{{Title: "Changelog", URL: fmt.Sprintf("https://shop.example/%s/changelog#1.%d", m.Name, i)}},
			RequestedBy: firstCustomer,
			Responses:   []v1alpha1.Response{{By: firstCustomer, Verdict: v1alpha1.VerdictApprove, Comment: fmt.Sprintf("We need 1.%d this week.", i)}},
		},
	}
}

// askTypical makes requests about maps. The second customer comments on each of them. Admission checks both.
func askTypical(t *testing.T, all []*v1alpha1.StakeholderMap) {
	t.Helper()
	env.WaitAuthorsChecked(t)
	first, second := env.As(t, firstCustomer, suite.Masters), env.As(t, secondCustomer, suite.Masters)
	inParallel(t, len(all)*requestsPerMap, func(i int) error {
		r := typicalRequest(all[i/requestsPerMap], i%requestsPerMap)
		if err := first.Create(t.Context(), r); err != nil {
			return err
		}
		return addAnswer(t.Context(), second, r, v1alpha1.Response{By: secondCustomer, Verdict: v1alpha1.VerdictComment, Comment: "We test it until Friday."})
	})
}

// addAnswer adds an answer to those that a request has. It changes nothing else, so that others can answer at the same time.
func addAnswer(ctx context.Context, c client.Client, r *v1alpha1.StakeholderRequest, answer v1alpha1.Response) error {
	patch := fmt.Appendf(nil, `[{"op":"add","path":"/spec/responses/-","value":{"by":%q,"verdict":%q,"comment":%q}}]`, answer.By, answer.Verdict, answer.Comment)
	return c.Patch(ctx, r.DeepCopy(), client.RawPatch(types.JSONPatchType, patch))
}

// waitAsked waits until n requests have reached the parties of their topic, and each has the answer of the first customer.
func waitAsked(t *testing.T, o *operator, n int) {
	t.Helper()
	o.eventually(t, "all requests have reached a party", func() error {
		var all v1alpha1.StakeholderRequestList
		if err := env.Admin.List(t.Context(), &all); err != nil {
			return err
		}
		asked := 0
		for i := range all.Items {
			status := &all.Items[i].Status
			if meta.IsStatusConditionTrue(status.Conditions, v1alpha1.ConditionRouted) && len(status.Decisions) == 1 {
				asked++
			}
		}
		if asked != n || len(all.Items) != n {
			return fmt.Errorf("%d of %d have", asked, len(all.Items))
		}
		return nil
	})
}

// editOne renames a party of a map. The requests about it name the parties that they have reached, so each gets one write.
func editOne(t *testing.T, o *operator, m *v1alpha1.StakeholderMap) {
	t.Helper()
	since := mark(t)
	env.Edit(t, m, func(s *v1alpha1.StakeholderMapSpec) { s.Customers[1].Name = "shops" })
	want := make(map[string]int)
	for i := range requestsPerMap {
		r := typicalRequest(m, i)
		want[r.Namespace+"/"+r.Name] = 1
		o.eventually(t, r.Name+" has reached the shops", func() error {
			is := &v1alpha1.StakeholderRequest{}
			err := env.Admin.Get(t.Context(), client.ObjectKeyFromObject(r), is)
			if err == nil && !slices.Contains(is.Status.To, "customer/shops") {
				err = fmt.Errorf("it has reached %v", is.Status.To)
			}
			return err
		})
	}
	o.settle(t, 1)
	made := madeSince(t, since)
	if diff := cmp.Diff(want, statusWrites(made)); diff != "" {
		t.Errorf("writes of the status of requests (-want +got):\n%s", diff)
	}
	for _, e := range made {
		if e.Mutating() && e.Namespace != m.Namespace {
			t.Errorf("%s in another namespace", kindOf(&e))
		}
	}
	t.Logf("an edit of a map with %d requests: %v", requestsPerMap, sorted(countBy(made)))
}

func sorted(counts map[string]int) []string {
	var out []string
	for _, kind := range slices.Sorted(maps.Keys(counts)) {
		out = append(out, fmt.Sprintf("%d %s", counts[kind], kind))
	}
	return out
}

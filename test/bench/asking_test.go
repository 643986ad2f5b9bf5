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
	"strings"
	"testing"
	"time"

	authorizationv1 "k8s.io/api/authorization/v1"
	"k8s.io/apimachinery/pkg/api/meta"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/types"
	"sigs.k8s.io/controller-runtime/pkg/client"

	"github.com/stakeholders-dev/stakeholder-operator/api/v1alpha1"
	"github.com/stakeholders-dev/stakeholder-operator/test/bench/results"
	"github.com/stakeholders-dev/stakeholder-operator/test/suite"
)

// The user who asks, and the customers of a smallMap. One of the customers has to approve.
const pipeline, rejecter, approver = "pipeline", "customer-0@acme.example", "customer-1@acme.example"

// reviewInterval is how often the API server is asked whether a subject is open, which is how precise these times are.
const reviewInterval = 2 * time.Millisecond

// asking makes requests about the maps of the population, and answers them, as the users themselves.
type asking struct {
	asker, rejecter, approver client.Client
}

// measureRequests is J: what a request costs when it is asked, answered and approved, and how long it takes until its subject is open, and
// until it is closed once the request is deleted. The first approval of a map has a Role and a RoleBinding made, later ones change the Role.
func measureRequests(b *testing.B, r *results.Result) {
	b.Helper()
	populated.fill(b, *newMaps)
	env.WaitAuthorsChecked(b)
	a := newAsking(b)
	n := min(*samples, populated.size)
	r.Size = fmt.Sprintf("%d requests, one after another, three about each of %d of %d maps; then %d open about each map", 3*n, n, populated.size, *openEach)

	// The users' own requests, while no operator runs. The first ones have the API server compile the admission policy and know the users.
	var asked, answered float64
	for _, prefix := range []string{"compiles", "raw"} {
		raw := newRequests(prefix, n)
		asked = apiServerCost(b, func() { a.ask(b, raw...) })
		answered = apiServerCost(b, func() { a.rejectAll(b, raw) })
		inParallel(b, n, func(i int) error { return env.Admin.Delete(b.Context(), raw[i]) })
	}

	operator := env.StartOperator(b, env.Kubeconfig)
	settleFrom(b, operator, populated.size)
	waitUntilStarted(b)
	first, second, third := newRequests("first", n), newRequests("second", n), newRequests("third", n)
	all := slices.Concat(first, second, third)
	each := func(name string, own float64, requests int, do func()) {
		b.Helper()
		var apiServer, operators float64
		counted := countRequests(b, operator, func() {
			apiServer = apiServerCost(b, func() { operators = operatorCost(b, operator, do) })
		})
		b.Logf("%d requests are %s: %v", requests, name, counted.kinds)
		r.Add(name+"-writes", float64(counted.writes)/float64(requests), "")
		r.Add(name+"-events", float64(counted.events)/float64(requests), "")
		r.Add(name+"-reads", float64(counted.reads)/float64(requests), "")
		r.Add(name+"-api-server-cpu", 1000*(apiServer-own)/float64(requests), "ms")
		r.Add(name+"-operator-cpu", 1000*operators/float64(requests), "ms")
	}
	each("asked", 3*asked, len(all), func() { a.ask(b, all...) })
	each("answered", 3*answered, len(all), func() { a.rejectAll(b, all) })

	pace := time.NewTicker(eventPace)
	defer pace.Stop()
	timed := func(name string, requests []*v1alpha1.StakeholderRequest, measure func(*v1alpha1.StakeholderRequest) time.Duration) {
		b.Helper()
		var times []float64
		for _, request := range requests {
			<-pace.C
			times = append(times, milliseconds(measure(request)))
		}
		r.Add(name+"-p50", quantile(times, 0.5), "ms")
		r.Add(name+"-p99", quantile(times, 0.99), "ms")
	}
	var conditions []float64
	approve := func(request *v1alpha1.StakeholderRequest) time.Duration {
		condition, open := a.approveTimes(b, request)
		conditions = append(conditions, milliseconds(condition))
		return open
	}
	timed("first-open", first, approve)
	each("approved", answered, n, func() { a.approveAll(b, second) })
	timed("open", third, approve)
	r.Add("approved-p50", quantile(conditions, 0.5), "ms")
	r.Add("approved-p99", quantile(conditions, 0.99), "ms")
	timed("closed", first, func(request *v1alpha1.StakeholderRequest) time.Duration { return a.closeTime(b, request) })
	// The operator removes what they have opened, so that the next scenario finds the maps as they were.
	inParallel(b, 2*n, func(i int) error { return env.Admin.Delete(b.Context(), all[n+i]) })
	settle(b, operator)
	stop(b, operator)
	a.measureOpen(b, r)
}

func newAsking(tb testing.TB) *asking {
	tb.Helper()
	return &asking{env.As(tb, pipeline, suite.Masters), env.As(tb, rejecter), env.As(tb, approver)}
}

// newRequests are n requests, each about another map. They are not created yet.
func newRequests(prefix string, n int) []*v1alpha1.StakeholderRequest {
	out := make([]*v1alpha1.StakeholderRequest, n)
	for i := range out {
		out[i] = newRequest(populated.at(i), prefix)
	}
	return out
}

func newRequest(m *v1alpha1.StakeholderMap, prefix string) *v1alpha1.StakeholderRequest {
	return &v1alpha1.StakeholderRequest{
		ObjectMeta: metav1.ObjectMeta{Namespace: m.Namespace, Name: m.Name + "-" + prefix},
		Spec: v1alpha1.StakeholderRequestSpec{
			Map: m.Name, Topic: "release", Title: "Release of " + m.Name, Description: strings.Repeat("Faster card payments.\n", 1024/22),
			Subject:     fmt.Sprintf("registry.example/%s/%s@sha256:%064d", prefix, m.Name, 0),
			Links:       []v1alpha1.Link{{Title: "Changelog", URL: "https://shop.example/" + m.Name + "/changelog"}},
			RequestedBy: pipeline,
			// Others can add their answers to a list that is there.
			Responses: []v1alpha1.Response{{By: pipeline, Verdict: v1alpha1.VerdictComment, Comment: "All tests have passed."}},
		},
	}
}

// ask makes requests, one after another.
func (a *asking) ask(tb testing.TB, requests ...*v1alpha1.StakeholderRequest) {
	tb.Helper()
	for _, r := range requests {
		if err := a.asker.Create(tb.Context(), r); err != nil {
			tb.Fatal(err)
		}
	}
}

// answer adds the answer of a user to a request.
func (a *asking) answer(tb testing.TB, r *v1alpha1.StakeholderRequest, c client.Client, by string, verdict v1alpha1.Verdict) {
	tb.Helper()
	patch := fmt.Appendf(nil, `[{"op":"add","path":"/spec/responses/-","value":{"by":%q,"verdict":%q,"comment":"As agreed."}}]`, by, verdict)
	if err := c.Patch(tb.Context(), r.DeepCopy(), client.RawPatch(types.JSONPatchType, patch)); err != nil {
		tb.Fatal(err)
	}
}

// rejectAll and approveAll answer requests, one after another. One of two customers has to approve, so a rejection alone decides nothing.
func (a *asking) rejectAll(tb testing.TB, requests []*v1alpha1.StakeholderRequest) {
	tb.Helper()
	for _, r := range requests {
		a.answer(tb, r, a.rejecter, rejecter, v1alpha1.VerdictReject)
	}
}

func (a *asking) approveAll(tb testing.TB, requests []*v1alpha1.StakeholderRequest) {
	tb.Helper()
	for _, r := range requests {
		a.answer(tb, r, a.approver, approver, v1alpha1.VerdictApprove)
	}
}

// approveTimes approves a request. It returns how long it takes from the answer until the condition is true, and until the API server says that
// its subject is open.
func (a *asking) approveTimes(b *testing.B, r *v1alpha1.StakeholderRequest) (condition, open time.Duration) {
	b.Helper()
	wait, err := observe(b.Context(), &v1alpha1.StakeholderRequestList{}, func(object client.Object) bool {
		is, ok := object.(*v1alpha1.StakeholderRequest)
		return ok && is.UID == r.UID && meta.IsStatusConditionTrue(is.Status.Conditions, v1alpha1.ConditionApproved)
	}, client.InNamespace(r.Namespace))
	if err != nil {
		b.Fatal(err)
	}
	a.answer(b, r, a.approver, approver, v1alpha1.VerdictApprove)
	answered := time.Now()
	opened := waitReviewed(b, r, true)
	at, err := wait(patience)
	if err != nil {
		b.Fatal(err)
	}
	return max(0, at.Sub(answered)), opened.Sub(answered)
}

// closeTime deletes a request, and returns how long it takes until its subject is closed.
func (a *asking) closeTime(b *testing.B, r *v1alpha1.StakeholderRequest) time.Duration {
	b.Helper()
	if err := env.Admin.Delete(b.Context(), r.DeepCopy()); err != nil {
		b.Fatal(err)
	}
	deleted := time.Now()
	return waitReviewed(b, r, false).Sub(deleted)
}

// waitReviewed waits until the API server says whether any user may use what a request is about, and returns that time.
func waitReviewed(b *testing.B, r *v1alpha1.StakeholderRequest, want bool) time.Time {
	b.Helper()
	ctx, cancel := context.WithTimeout(b.Context(), patience)
	defer cancel()
	for {
		review := &authorizationv1.SubjectAccessReview{Spec: authorizationv1.SubjectAccessReviewSpec{
			User: "anybody", Groups: []string{"system:authenticated"},
			ResourceAttributes: &authorizationv1.ResourceAttributes{
				Namespace: r.Namespace, Verb: "use", Group: v1alpha1.GroupVersion.Group, Resource: "stakeholderrequests",
				Subresource: r.Spec.Topic, Name: r.Spec.Subject,
			},
		}}
		if err := env.Admin.Create(ctx, review); err != nil {
			b.Fatal(err)
		}
		if review.Status.Allowed == want {
			return time.Now()
		}
		<-time.After(reviewInterval)
	}
}

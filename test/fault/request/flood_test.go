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

package request

import (
	"fmt"
	"testing"

	"golang.org/x/sync/errgroup"
	"k8s.io/apimachinery/pkg/api/meta"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"sigs.k8s.io/controller-runtime/pkg/client"

	"github.com/stakeholders-dev/stakeholder-operator/api/v1alpha1"
	"github.com/stakeholders-dev/stakeholder-operator/test/controlplane"
	"github.com/stakeholders-dev/stakeholder-operator/test/controlplane/faultproxy"
	"github.com/stakeholders-dev/stakeholder-operator/test/suite"
)

// A pipeline floods its namespace with requests, and none of them ends, because no write of their status is answered. Meanwhile a request in
// another namespace is asked, answered and approved. The guard is that a namespace gets a share of the workers.
func TestFloodOfRequestsDelaysNoOther(t *testing.T) {
	const flood, share = 300, 4
	proxy, operator := behindProxy(t)
	flooded, other := newPlace(t, 0), newPlace(t, 0)
	for _, p := range []*place{flooded, other} {
		env.Create(t, p.m)
		env.WaitReady(t, p.m)
	}
	env.WaitAuthorsChecked(t)
	held := proxy.Inject(faultproxy.Rule{Match: flooded.about(faultproxy.Resources("stakeholderrequests/status")), Fault: faultproxy.Hold()})
	defer held.Lift()
	pipeline := env.As(t, "pipeline", suite.Masters)
	var group errgroup.Group
	group.SetLimit(16)
	for i := range flood {
		group.Go(func() error { return pipeline.Create(t.Context(), question(flooded.m, fmt.Sprintf("release-%d", i))) })
	}
	if err := group.Wait(); err != nil {
		t.Fatal(err)
	}
	waitFired(t, "the operator waits for the answers", held, share)

	r := question(other.m, "release")
	if err := pipeline.Create(t.Context(), r); err != nil {
		t.Fatal(err)
	}
	waitRequests(t, other.m.Namespace, 1, v1alpha1.ConditionRouted)
	before := r.DeepCopy()
	r.Spec.Responses = []v1alpha1.Response{{By: "carla", Verdict: v1alpha1.VerdictApprove}}
	if err := env.As(t, "carla").Patch(t.Context(), r, client.MergeFrom(before)); err != nil {
		t.Fatal(err)
	}
	waitRequests(t, other.m.Namespace, 1, v1alpha1.ConditionApproved)
	waitRequests(t, flooded.m.Namespace, 0, v1alpha1.ConditionRouted)

	held.Lift()
	waitRequests(t, flooded.m.Namespace, flood, v1alpha1.ConditionRouted)
	for _, p := range []*place{flooded, other} {
		if err := env.Admin.DeleteAllOf(t.Context(), &v1alpha1.StakeholderRequest{}, client.InNamespace(p.m.Namespace)); err != nil {
			t.Fatal(err)
		}
		p.remove(t)
	}
	stop(t, operator)
}

// question asks about a release of a map. Its subject is open once it is approved.
func question(m *v1alpha1.StakeholderMap, name string) *v1alpha1.StakeholderRequest {
	return &v1alpha1.StakeholderRequest{
		ObjectMeta: metav1.ObjectMeta{Namespace: m.Namespace, Name: name},
		Spec: v1alpha1.StakeholderRequestSpec{
			Map: m.Name, Topic: "release", Title: "May it go out?", Subject: "registry.example/shop/checkout:" + name, RequestedBy: "pipeline",
		},
	}
}

// waitRequests waits until a condition is true for exactly this many requests of a namespace.
func waitRequests(t *testing.T, namespace string, want int, condition string) {
	t.Helper()
	controlplane.Eventually(t, suite.Patience, fmt.Sprintf("%d requests in %s are %s", want, namespace, condition), func() error {
		var all v1alpha1.StakeholderRequestList
		if err := env.Admin.List(t.Context(), &all, client.InNamespace(namespace)); err != nil {
			return err
		}
		n := 0
		for i := range all.Items {
			if meta.IsStatusConditionTrue(all.Items[i].Status.Conditions, condition) {
				n++
			}
		}
		if n != want {
			return errUnexpected("number of requests", n)
		}
		return nil
	})
}

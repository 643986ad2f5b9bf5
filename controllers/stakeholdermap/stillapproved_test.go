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
	"context"
	"errors"
	"testing"

	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"sigs.k8s.io/controller-runtime/pkg/client"
	"sigs.k8s.io/controller-runtime/pkg/client/interceptor"

	"github.com/stakeholders-dev/stakeholder-operator/api/v1alpha1"
	"github.com/stakeholders-dev/stakeholder-operator/controllers/apply"
	"github.com/stakeholders-dev/stakeholder-operator/controllers/approvals"
	"github.com/stakeholders-dev/stakeholder-operator/test/fakecluster"
)

// TestStillApproved has two requests in the cache that have approved the same, and asks the API server.
func TestStillApproved(t *testing.T) {
	t.Parallel()
	request := func(name string, changes ...func(*v1alpha1.StakeholderRequest)) v1alpha1.StakeholderRequest {
		r := v1alpha1.StakeholderRequest{
			ObjectMeta: metav1.ObjectMeta{Namespace: "payments", Name: name, UID: "uid"},
			Spec:       v1alpha1.StakeholderRequestSpec{Map: "checkout", Topic: "release", Subject: "image"},
			Status:     v1alpha1.StakeholderRequestStatus{Outcome: v1alpha1.OutcomeApproved, MapUID: "map", DecidedAt: new(metav1.Now())},
		}
		for _, change := range changes {
			change(&r)
		}
		return r
	}
	cached := []v1alpha1.StakeholderRequest{request("one"), request("two")}
	unknown := errors.New("unknown")
	for name, tc := range map[string]struct {
		reason string
		live   []v1alpha1.StakeholderRequest
		fails  error
		want   error
	}{
		"Both":     {"It stands.", cached, nil, nil},
		"One":      {"One request is enough.", cached[1:], nil, nil},
		"None":     {"Both requests are gone.", nil, nil, apply.ErrStale},
		"Replaced": {"Another request of the name has approved nothing.", []v1alpha1.StakeholderRequest{request("one", func(r *v1alpha1.StakeholderRequest) { r.UID = "other" })}, nil, apply.ErrStale},
		"Held": {"An approval ends with its request, also if a finalizer keeps that.", []v1alpha1.StakeholderRequest{request("one", func(r *v1alpha1.StakeholderRequest) {
			r.Finalizers, r.DeletionTimestamp = []string{"example.com/hold"}, new(metav1.Now())
		})}, nil, apply.ErrStale},
		"Unknown": {"Nothing is opened as long as nobody knows.", cached, unknown, unknown},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			builder := fakecluster.NewClientBuilder()
			for i := range tc.live {
				builder = builder.WithObjects(tc.live[i].DeepCopy())
			}
			reads := 0
			live := builder.WithInterceptorFuncs(interceptor.Funcs{
				Get: func(ctx context.Context, c client.WithWatch, key client.ObjectKey, object client.Object, options ...client.GetOption) error {
					reads++
					if tc.fails != nil {
						return tc.fails
					}
					return c.Get(ctx, key, object, options...)
				},
			}).Build()
			c := &confirmer{live: live, requests: cached, m: "map", now: metav1.Now().Time}
			approval := approvals.Approval{Topic: "release", Subject: "image"}
			if err := c.stillApproved(t.Context(), approval); !errors.Is(err, tc.want) {
				t.Errorf("%s got %v, want %v", tc.reason, err, tc.want)
			}
			before := reads
			if err := c.stillApproved(t.Context(), approval); !errors.Is(err, tc.want) || reads > before {
				t.Errorf("%s again: got %v, with %d more requests", tc.reason, err, reads-before)
			}
			if err := c.stillApproved(t.Context(), approvals.Approval{Topic: "release", Subject: "another"}); !errors.Is(err, apply.ErrStale) {
				t.Errorf("%s another image: got %v", tc.reason, err)
			}
		})
	}
}

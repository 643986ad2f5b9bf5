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

package statuswriter

import (
	"context"
	"encoding/json"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/runtime"
	"sigs.k8s.io/controller-runtime/pkg/client"
	"sigs.k8s.io/controller-runtime/pkg/client/interceptor"

	"github.com/stakeholders-dev/stakeholder-operator/api/v1alpha1"
	"github.com/stakeholders-dev/stakeholder-operator/test/fakecluster"
)

// A status is applied to the version that was seen, with zeros that mean something and without empty fields.
func TestApply(t *testing.T) {
	t.Parallel()
	moment := metav1.NewTime(time.Date(2026, 1, 2, 3, 4, 5, 0, time.UTC))
	full := v1alpha1.StakeholderMapStatus{
		ObservedGeneration: 3, Customers: new(int32(0)), EndUsers: new(int32(2)), NextTransitionTime: &moment, RoutingRevision: "sha256:a",
		Namespaces: v1alpha1.NamespacesStatus{Matched: new(int32(1)), Ready: new(int32(0)), Refused: new(int32(1))},
		Findings:   []v1alpha1.Finding{{Code: v1alpha1.NoHandle, Level: v1alpha1.LevelWarning, Field: "spec", Message: "m"}},
		Conditions: []metav1.Condition{{Type: "Ready", Status: "True", Reason: "Ready", LastTransitionTime: moment, ObservedGeneration: 3}},
	}
	const metadata = `"apiVersion": "stakeholders.dev/v1alpha1", "kind": "StakeholderMap",
		"metadata": {"namespace": "payments", "name": "checkout", "uid": "1", "resourceVersion": "7"}`
	for name, tc := range map[string]struct {
		status v1alpha1.StakeholderMapStatus
		want   string
	}{
		"empty": {v1alpha1.StakeholderMapStatus{}, `{` + metadata + `, "status": {}}`},
		"full": {full, `{` + metadata + `, "status": {
			"observedGeneration": 3, "customers": 0, "endUsers": 2, "nextTransitionTime": "2026-01-02T03:04:05Z", "routingRevision": "sha256:a",
			"namespaces": {"matched": 1, "ready": 0, "refused": 1},
			"findings": [{"code": "NoHandle", "level": "Warning", "field": "spec", "message": "m"}],
			"conditions": [{"type": "Ready", "status": "True", "reason": "Ready", "message": "", "lastTransitionTime": "2026-01-02T03:04:05Z", "observedGeneration": 3}]}}`},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			var sent []byte
			server := fakecluster.NewClientBuilder().WithInterceptorFuncs(interceptor.Funcs{
				SubResourceApply: func(
					_ context.Context, _ client.Client, _ string, config runtime.ApplyConfiguration, _ ...client.SubResourceApplyOption,
				) (err error) {
					if sent, err = json.Marshal(config); err != nil {
						return err
					}
					return json.Unmarshal([]byte(`{"apiVersion": "stakeholders.dev/v1alpha1", "kind": "StakeholderMap", "metadata": {"resourceVersion": "8"}}`), config)
				},
			}).Build()
			m := &v1alpha1.StakeholderMap{ObjectMeta: metav1.ObjectMeta{Namespace: "payments", Name: "checkout", UID: "1", ResourceVersion: "5"}}
			w := &Writer{Kind: "StakeholderMap", Client: server}
			version, err := w.Apply(t.Context(), Change{Object: m, Status: &tc.status}, "7")
			if err != nil || version != "8" {
				t.Errorf("the version is %q, and the error %v", version, err)
			}
			var want, got any
			if err := json.Unmarshal([]byte(tc.want), &want); err != nil {
				t.Fatal(err)
			}
			if err := json.Unmarshal(sent, &got); err != nil {
				t.Fatal(err)
			}
			if diff := cmp.Diff(want, got); diff != "" {
				t.Errorf("request (-want +got):\n%s", diff)
			}
		})
	}
}

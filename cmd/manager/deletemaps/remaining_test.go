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

package deletemaps

import (
	"testing"

	"github.com/google/go-cmp/cmp"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"
	"k8s.io/apimachinery/pkg/types"
)

func TestReason(t *testing.T) {
	t.Parallel()
	for name, tc := range map[string]struct {
		reason   string
		metadata map[string]any
		status   map[string]any
		want     string
	}{
		"CreatedAgain": {
			reason: "A GitOps tool brings the map back. The operator only wrote its status.",
			metadata: map[string]any{"managedFields": []any{
				map[string]any{"manager": "argocd-controller", "operation": "Apply"},
				map[string]any{"manager": "stakeholder-operator", "operation": "Update", "subresource": "status"},
			}},
			want: "it was created again by argocd-controller, or cannot be deleted: stop the tool that creates it",
		},
		"OperatorSaysWhy": {
			reason:   "The operator knows what it cannot remove.",
			metadata: deleted("stakeholders.dev/target-namespaces"),
			status: map[string]any{"conditions": []any{
				map[string]any{"type": "Valid", "reason": "Valid", "message": "Every rule is kept"},
				map[string]any{"type": "Ready", "reason": "Deleting", "message": "The map is being deleted, and more"},
			}},
			want: "The map is being deleted, and more",
		},
		"NoOperator": {
			reason:   "The condition is from before the deletion.",
			metadata: deleted("stakeholders.dev/target-namespaces"),
			status: map[string]any{"conditions": []any{
				map[string]any{"type": "Ready", "reason": "Ready", "message": "Everything is in force"},
			}},
			want: "the operator has not removed what it gave: it does not run, or its log says why",
		},
		"NoOperatorForPolicy": {
			reason:   "A policy with outputs for tools waits for the operator, too.",
			metadata: deleted("stakeholders.dev/outputs"),
			want:     "the operator has not removed what it gave: it does not run, or its log says why",
		},
		"GarbageCollector": {
			reason:   "Outputs in the namespace of the map are still there.",
			metadata: deleted("foregroundDeletion"),
			want:     "the garbage collector of Kubernetes has not removed its outputs",
		},
		"AnotherTool": {
			reason:   "Only that tool knows why.",
			metadata: deleted("example.com/archive", "example.com/audit"),
			want:     "another tool keeps it, by the finalizers example.com/archive, example.com/audit",
		},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			object := &unstructured.Unstructured{Object: map[string]any{"metadata": tc.metadata, "status": tc.status}}
			if diff := cmp.Diff(tc.want, reason(object)); diff != "" {
				t.Errorf("%s (- want, + got):\n%s", tc.reason, diff)
			}
		})
	}
}

func deleted(finalizers ...any) map[string]any {
	return map[string]any{"deletionTimestamp": "2026-11-30T08:00:00Z", "finalizers": finalizers}
}

// TestPolicies requires that the policy that the operator creates again is not deleted again and again.
func TestPolicies(t *testing.T) {
	t.Parallel()
	policy := func(name string, uid types.UID) *metav1.PartialObjectMetadata {
		return &metav1.PartialObjectMetadata{ObjectMeta: metav1.ObjectMeta{Name: name, UID: uid}}
	}
	inForce := isFirstInForce()
	got := map[string]bool{
		"declared, of people":        isDeclared(policy("default", "1")),
		"declared, of the operator":  isDeclared(policy("in-force", "2")),
		"in force, of people":        inForce(policy("default", "1")),
		"in force":                   inForce(policy("in-force", "2")),
		"in force, as it was before": inForce(policy("in-force", "2")),
		"in force, created again":    inForce(policy("in-force", "3")),
	}
	want := map[string]bool{
		"declared, of people": true, "declared, of the operator": false,
		"in force, of people": false, "in force": true, "in force, as it was before": true, "in force, created again": false,
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("the policies to delete (- want, + got):\n%s", diff)
	}
}

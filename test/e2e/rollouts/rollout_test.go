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

package rollouts

import (
	"fmt"
	"strconv"
	"testing"

	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"
	"k8s.io/apimachinery/pkg/runtime/schema"
	"sigs.k8s.io/controller-runtime/pkg/client"

	"github.com/stakeholders-dev/stakeholder-operator/test/controlplane"
)

// rolloutName is the name of every Rollout: there is one in a namespace.
const rolloutName = "shop"

// state is the progress of a Rollout.
type state struct {
	// Phase is upstream's word: Healthy, Progressing, Paused, Degraded.
	Phase string
	// Step is the index of the canary step that it is at.
	Step int64
	// New is how many of its four Pods run the latest template.
	New int64
}

// The states of the Rollouts here. Their steps are: half of the Pods, pause, three quarters, pause.
var (
	firstPause  = state{Phase: "Paused", Step: 1, New: 2}
	secondPause = state{Phase: "Paused", Step: 3, New: 3}
	rolledOut   = state{Phase: "Healthy", Step: 4, New: 4}
	aborted     = state{Phase: "Degraded", Step: 0, New: 0}
)

// newPausedRollout makes a Rollout in a namespace that waits, at its first pause, until a customer promotes its second
// version.
func newPausedRollout(t *testing.T, namespace string) {
	t.Helper()
	kubelet(t, namespace)
	object := func(fields ...any) map[string]any {
		out := make(map[string]any)
		for i := 0; i+1 < len(fields); i += 2 {
			out[fmt.Sprint(fields[i])] = fields[i+1]
		}
		return out
	}
	pods := object("app", rolloutName)
	pause, weight := func() any { return object("pause", object()) }, func(n int64) any { return object("setWeight", n) }
	rollout := rolloutIn(namespace)
	rollout.Object["spec"] = object(
		"replicas", int64(4),
		"selector", object("matchLabels", pods),
		"template", object(
			"metadata", object("labels", pods),
			"spec", object("containers", []any{object("name", "shop", "image", "shop.example/shop:1")}),
		),
		"strategy", object("canary", object("steps", []any{weight(50), pause(), weight(75), pause()})),
	)
	env.Create(t, rollout)
	// The first version is always rolled out without steps.
	waitState(t, namespace, rolledOut)
	release(t, namespace, "shop.example/shop:2")
	waitState(t, namespace, firstPause)
}

func rolloutIn(namespace string) *unstructured.Unstructured {
	rollout := &unstructured.Unstructured{}
	rollout.SetGroupVersionKind(schema.GroupVersionKind{Group: "argoproj.io", Version: "v1alpha1", Kind: "Rollout"})
	rollout.SetNamespace(namespace)
	rollout.SetName(rolloutName)
	return rollout
}

// release gives the Rollout another image, as a pipeline would.
func release(t *testing.T, namespace, image string) {
	t.Helper()
	patchSpec(t, namespace, `[{"op":"replace","path":"/spec/template/spec/containers/0/image","value":"`+image+`"}]`)
}

// patchSpec changes the Rollout as the administrator.
func patchSpec(t *testing.T, namespace, patch string) {
	t.Helper()
	if err := env.Admin.Patch(t.Context(), rolloutIn(namespace), client.RawPatch("application/json-patch+json", []byte(patch))); err != nil {
		t.Fatal(err)
	}
}

// readState is the Rollout's state when its controller has seen the latest spec.
func readState(t *testing.T, namespace string) (state, error) {
	t.Helper()
	rollout := rolloutIn(namespace)
	if err := env.Admin.Get(t.Context(), client.ObjectKeyFromObject(rollout), rollout); err != nil {
		return state{}, err
	}
	observed, _, _ := unstructured.NestedString(rollout.Object, "status", "observedGeneration")
	if generation := strconv.FormatInt(rollout.GetGeneration(), 10); observed != generation {
		return state{}, fmt.Errorf("generation %s is observed, of %s", observed, generation)
	}
	var s state
	s.Phase, _, _ = unstructured.NestedString(rollout.Object, "status", "phase")
	s.Step, _, _ = unstructured.NestedInt64(rollout.Object, "status", "currentStepIndex")
	s.New, _, _ = unstructured.NestedInt64(rollout.Object, "status", "updatedReplicas")
	return s, nil
}

// waitState waits until upstream's controller has brought the Rollout into a state.
func waitState(t *testing.T, namespace string, want state) {
	t.Helper()
	controlplane.Eventually(t, patience, fmt.Sprintf("the Rollout is %+v", want), func() error {
		got, err := readState(t, namespace)
		if err == nil && got != want {
			err = fmt.Errorf("it is %+v", got)
		}
		return err
	})
}

// checkState fails unless the Rollout is in a state now.
func checkState(t *testing.T, namespace string, want state) {
	t.Helper()
	if got, err := readState(t, namespace); err != nil || got != want {
		t.Errorf("the Rollout is %+v (%v), want %+v", got, err, want)
	}
}

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

package rights

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"testing"

	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"
	"k8s.io/apimachinery/pkg/runtime/schema"
	"sigs.k8s.io/controller-runtime/pkg/client"
)

// rolloutsCRD is a CustomResourceDefinition of Argo Rollouts, without its schema.
const rolloutsCRD = `
apiVersion: apiextensions.k8s.io/v1
kind: CustomResourceDefinition
metadata:
  name: rollouts.argoproj.io
spec:
  group: argoproj.io
  names: {kind: Rollout, listKind: RolloutList, plural: rollouts, singular: rollout}
  scope: Namespaced
  versions:
  - name: v1alpha1
    served: true
    storage: true
    schema: {openAPIV3Schema: {type: object, x-kubernetes-preserve-unknown-fields: true}}
    subresources: {status: {}}
`

func installRollouts(t *testing.T) {
	t.Helper()
	t.Cleanup(func() {
		ctx := context.WithoutCancel(t.Context())
		if _, err := plane.KubectlInput(ctx, strings.NewReader(rolloutsCRD), "delete", "--ignore-not-found", "-f", "-"); err != nil {
			t.Error(err)
		}
	})
	if _, err := plane.KubectlInput(t.Context(), strings.NewReader(rolloutsCRD), "apply", "--server-side", "-f", "-"); err != nil {
		t.Fatal(err)
	}
	if _, err := plane.Kubectl(t.Context(), "wait", "--for=condition=Established", "--timeout=60s", "crd/rollouts.argoproj.io"); err != nil {
		t.Fatal(err)
	}
}

// gateKind is a kind of workload that the gate asks about.
type gateKind struct {
	schema.GroupVersionKind

	// pod is the path of its Pod.
	pod []string
	// pause is the field of its spec that keeps it from running, if it has one.
	pause string
	// spec is what else it needs.
	spec map[string]any
	// fixed says that its template cannot be changed.
	fixed bool
	// plainStatus says that annotations cannot be written with its status.
	plainStatus bool
}

var (
	podLabels   = map[string]any{"app": "checkout"}
	podSelector = map[string]any{"matchLabels": map[string]any{"app": "checkout"}}
	inTemplate  = []string{"spec", "template"}

	gateKinds = []gateKind{
		{GroupVersionKind: kindOf("apps", "v1", "Deployment"), pod: inTemplate, pause: "paused", spec: map[string]any{"selector": podSelector}},
		{GroupVersionKind: kindOf("apps", "v1", "StatefulSet"), pod: inTemplate, spec: map[string]any{"selector": podSelector, "serviceName": "x"}},
		{GroupVersionKind: kindOf("apps", "v1", "DaemonSet"), pod: inTemplate, spec: map[string]any{"selector": podSelector}},
		{GroupVersionKind: kindOf("apps", "v1", "ReplicaSet"), pod: inTemplate, spec: map[string]any{"selector": podSelector}},
		{GroupVersionKind: kindOf("", "v1", "ReplicationController"), pod: inTemplate, spec: map[string]any{"selector": podLabels}},
		{GroupVersionKind: kindOf("batch", "v1", "Job"), pod: inTemplate, pause: "suspend", fixed: true, spec: map[string]any{
			// Otherwise the API server would add a selector that an update has to repeat.
			"selector": podSelector, "manualSelector": true,
		}},
		{
			GroupVersionKind: kindOf("batch", "v1", "CronJob"), pod: []string{"spec", "jobTemplate", "spec", "template"}, pause: "suspend",
			spec: map[string]any{"schedule": "0 0 * * *"},
		},
		{GroupVersionKind: kindOf("argoproj.io", "v1alpha1", "Rollout"), pod: inTemplate, plainStatus: true, spec: map[string]any{"selector": podSelector}},
		{GroupVersionKind: kindOf("", "v1", "Pod")},
	}
)

func kindOf(group, version, kind string) schema.GroupVersionKind {
	return schema.GroupVersionKind{Group: group, Version: version, Kind: kind}
}

func gateKindOf(kind string) gateKind {
	return gateKinds[slices.IndexFunc(gateKinds, func(k gateKind) bool { return k.Kind == kind })]
}

// object is one of the kind with these images. A gate is its own annotation, if there is one.
func (k gateKind) object(namespace, gate string, images ...string) *unstructured.Unstructured {
	o := &unstructured.Unstructured{Object: map[string]any{"spec": map[string]any{}}}
	for field, value := range k.spec {
		set(o, value, "spec", field)
	}
	o.SetGroupVersionKind(k.GroupVersionKind)
	o.SetNamespace(namespace)
	o.SetGenerateName("gate-")
	set(o, podLabels, append(slices.Clone(k.pod), "metadata", "labels")...)
	if len(k.pod) == 0 {
		o.SetName("gate")
	}
	if k.Group == "batch" {
		set(o, "Never", append(slices.Clone(k.pod), "spec", "restartPolicy")...)
	}
	if gate != "" {
		o.SetAnnotations(map[string]string{needsApproval: gate})
	}
	return k.with(o, "containers", images...)
}

// with has images in another list of containers.
func (k gateKind) with(o *unstructured.Unstructured, list string, images ...string) *unstructured.Unstructured {
	var out []any
	for n, image := range images {
		out = append(out, map[string]any{"name": fmt.Sprintf("%s-%d", strings.ToLower(list), n), "image": image})
	}
	set(o, out, append(slices.Clone(k.pod), "spec", list)...)
	return o
}

func set(o *unstructured.Unstructured, value any, path ...string) {
	if err := unstructured.SetNestedField(o.Object, value, path...); err != nil {
		panic(err)
	}
}

// TestAdmissionGateKinds lets users write every kind of workload.
func TestAdmissionGateKinds(t *testing.T) {
	w := newGateWorld(t)
	approveImages(t, w.home, "release", []string{approvedImage, approvedProxy})
	for _, k := range gateKinds {
		t.Run(k.Kind, func(t *testing.T) {
			t.Run("Create", func(t *testing.T) { k.testCreate(t, w) })
			t.Run("Update", func(t *testing.T) { k.testUpdate(t, w) })
			t.Run("Annotation", func(t *testing.T) { k.testAnnotation(t, w) })
			if k.pause != "" {
				t.Run("Pause", func(t *testing.T) { k.testPause(t, w) })
			}
		})
	}
}

// gateWrite is a write of eve's. carla, who may approve, may do all of them.
type gateWrite struct {
	reason string
	// before is what exists, or nil if the object is created.
	before, object *unstructured.Unstructured
	// refused is a part of the message that refuses eve. Empty, she may write it.
	refused string
}

// checkWrites writes each for eve and for carla, and stores nothing.
func checkWrites(t *testing.T, writes map[string]gateWrite) {
	t.Helper()
	for name, tc := range writes {
		t.Run(name, func(t *testing.T) {
			if tc.before != nil {
				tc.before.SetName("")
				create(t, tc.before)
				tc.object.SetName(tc.before.GetName())
				tc.object.SetResourceVersion(tc.before.GetResourceVersion())
				defer func() {
					if err := admin.Delete(t.Context(), tc.before); err != nil {
						t.Error(err)
					}
				}()
			}
			write := func(user string) error {
				if tc.before == nil {
					return as(t, user).Create(t.Context(), tc.object.DeepCopy(), client.DryRunAll)
				}
				return as(t, user).Update(t.Context(), tc.object.DeepCopy(), client.DryRunAll)
			}
			if err := write("carla"); err != nil {
				t.Errorf("%s carla gets %v, want no error", tc.reason, err)
			}
			switch err := write("eve"); {
			case tc.refused == "" && err != nil:
				t.Errorf("%s eve gets %v, want no error", tc.reason, err)
			case tc.refused != "" && (!refusedByGate(err) || !strings.Contains(err.Error(), tc.refused)):
				t.Errorf("%s eve gets %v, want %q", tc.reason, err, tc.refused)
			}
		})
	}
}

func (k gateKind) testCreate(t *testing.T, w gateWorld) {
	t.Helper()
	own := ", which this " + k.Kind + " needs to go live, and the image " + otherImage + " is not approved for it"
	namespaces := ", which everything in this namespace needs to go live, and the image " + otherImage + " is not approved for it"
	checkWrites(t, map[string]gateWrite{
		"Ungated":      {reason: "Without an annotation nothing is asked.", object: k.object(w.plain, "", otherImage)},
		"Own":          {reason: "Its own annotation counts.", object: k.object(w.plain, w.release, otherImage), refused: "eve may not approve " + w.release + own},
		"Namespace":    {reason: "That of the namespace counts.", object: k.object(w.gated, "", otherImage), refused: "eve may not approve " + w.release + namespaces},
		"Approved":     {reason: "What is approved passes.", object: k.object(w.plain, w.release, approvedImage)},
		"ApprovedHere": {reason: "In the namespace as well.", object: k.object(w.gated, "", approvedImage, approvedProxy)},
		"OneOfTwo":     {reason: "One of two is not enough.", object: k.object(w.gated, "", approvedImage, otherImage), refused: otherImage + " is not approved for it (each of the 2 images has to be)"},
		"Init": {
			reason: "Init containers run too.", object: k.with(k.object(w.gated, "", approvedImage), "initContainers", otherImage),
			refused: otherImage + " is not approved for it (each of the 2 images has to be)",
		},
		"ApprovedInit": {reason: "They can be approved.", object: k.with(k.object(w.gated, "", approvedImage), "initContainers", approvedProxy)},
	})
}

func (k gateKind) testUpdate(t *testing.T, w gateWorld) {
	t.Helper()
	labelled := k.object(w.gated, "", otherImage)
	labelled.SetLabels(map[string]string{"team": "checkout"})
	writes := map[string]gateWrite{
		"Label": {reason: "A label changes nothing that runs.", before: k.object(w.gated, "", otherImage), object: labelled},
	}
	if !k.fixed {
		writes["Image"] = gateWrite{
			reason: "Another image is asked for.", before: k.object(w.gated, "", approvedImage), object: k.object(w.gated, "", otherImage),
			refused: "the image " + otherImage + " is not approved for it",
		}
		writes["Approved"] = gateWrite{
			reason: "An approved one passes.", before: k.object(w.gated, "", otherImage), object: k.object(w.gated, "", approvedImage),
		}
	}
	checkWrites(t, writes)
}

// testAnnotation removes the gate, also with the status: the API server stores the annotations of that request too.
func (k gateKind) testAnnotation(t *testing.T, w gateWorld) {
	t.Helper()
	checkWrites(t, map[string]gateWrite{
		"Remove": {
			reason: "An approved image lets no user remove the gate.", before: k.object(w.plain, w.release, approvedImage),
			object: k.object(w.plain, "", approvedImage), refused: "may not approve " + w.release + ", and so not change or remove",
		},
		"Replace": {
			reason: "It cannot be replaced.", before: k.object(w.plain, w.release, approvedImage),
			object: k.object(w.plain, w.budget, approvedImage), refused: "may not approve " + w.release + ", and so not change or remove",
		},
	})
	if k.Kind == "Pod" {
		return
	}
	o := k.object(w.plain, w.release, approvedImage)
	create(t, o)
	without := client.RawPatch("application/merge-patch+json", fmt.Appendf(nil, `{"metadata":{"annotations":{%q:null}}}`, needsApproval))
	dryRun := &client.SubResourcePatchOptions{PatchOptions: client.PatchOptions{DryRun: []string{metav1.DryRunAll}}}
	left := o.DeepCopy()
	err := as(t, "eve").Status().Patch(t.Context(), left, without, dryRun)
	if k.plainStatus {
		if gate := left.GetAnnotations()[needsApproval]; err != nil || gate != w.release {
			t.Errorf("writing the status gives %v and leaves the gate %q", err, gate)
		}
		return
	}
	if !refusedByGate(err) || !strings.Contains(err.Error(), "eve may not approve "+w.release) {
		t.Errorf("removing the gate with the status gives %v", err)
	}
	if err := as(t, "carla").Status().Patch(t.Context(), o.DeepCopy(), without, dryRun); err != nil {
		t.Error("a user who may approve removes the gate with the status:", err)
	}
}

func (k gateKind) testPause(t *testing.T, w gateWorld) {
	t.Helper()
	paused := func(images ...string) *unstructured.Unstructured {
		o := k.object(w.gated, "", images...)
		set(o, true, "spec", k.pause)
		return o
	}
	advice := "(spec." + k.pause + ": true) until it is approved"
	writes := map[string]gateWrite{
		"Create":         {reason: "It runs nothing, and every user may prepare it.", object: paused(otherImage)},
		"Resume":         {reason: "What was prepared is asked for.", before: paused(otherImage), object: k.object(w.gated, "", otherImage), refused: advice},
		"ResumeApproved": {reason: "What is approved can be resumed.", before: paused(approvedImage), object: k.object(w.gated, "", approvedImage)},
		"Stop":           {reason: "Every user may pause what is not approved.", before: k.object(w.gated, "", otherImage), object: paused(otherImage)},
	}
	if !k.fixed {
		writes["Prepare"] = gateWrite{reason: "It can be prepared.", before: paused(approvedImage), object: paused(otherImage)}
	}
	checkWrites(t, writes)
}

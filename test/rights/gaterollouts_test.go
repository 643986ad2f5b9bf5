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
	"testing"

	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"
	"k8s.io/client-go/rest"
	"sigs.k8s.io/controller-runtime/pkg/client"
)

// TestAdmissionGateRollouts is about what only Argo Rollouts has: a pause that holds nothing back, and a template that is
// elsewhere.
func TestAdmissionGateRollouts(t *testing.T) {
	w := newGateWorld(t)
	approveImages(t, w.home, "release", []string{approvedImage})
	k := gateKindOf("Rollout")
	paused := func(o *unstructured.Unstructured) *unstructured.Unstructured {
		set(o, true, "spec", "paused")
		return o
	}
	elsewhere := func(gate, name string) *unstructured.Unstructured {
		o := k.object(w.plain, gate)
		unstructured.RemoveNestedField(o.Object, "spec", "template")
		set(o, map[string]any{"apiVersion": "apps/v1", "kind": "Deployment", "name": name}, "spec", "workloadRef")
		return o
	}
	empty := k.object(w.gated, "")
	unstructured.RemoveNestedField(empty.Object, "spec", "template")
	hidden, isNot := "the images of this Rollout cannot be seen", "the image "+otherImage+" is not approved for it"
	renamed, both := elsewhere(w.release, "b"), elsewhere(w.release, "a")
	k.with(both, "containers", approvedImage)
	smuggled := k.object(w.gated, "", otherImage)
	set(smuggled, k.object(w.gated, "", approvedImage).Object["spec"], "spec", "jobTemplate", "spec")
	checkWrites(t, map[string]gateWrite{
		"Paused":         {reason: "Its ReplicaSet is created although it is paused.", object: paused(k.object(w.gated, "", otherImage)), refused: isNot},
		"PausedApproved": {reason: "What is approved passes.", object: paused(k.object(w.gated, "", approvedImage))},
		"PausedImage": {
			reason: "Another template counts while it is paused.", before: paused(k.object(w.gated, "", approvedImage)),
			object: paused(k.object(w.gated, "", otherImage)), refused: isNot,
		},
		"Resume": {
			reason: "Its template was asked for when it was written.", before: paused(k.object(w.gated, "", otherImage)),
			object: k.object(w.gated, "", otherImage),
		},
		"Elsewhere":        {reason: "A paused Deployment would hide what runs.", object: elsewhere(w.release, "a"), refused: hidden},
		"ElsewhereUngated": {reason: "Without an annotation nothing is asked.", object: elsewhere("", "a")},
		"AnotherElsewhere": {reason: "Another reference is another template.", before: elsewhere(w.release, "a"), object: renamed, refused: hidden},
		"ElsewhereToo":     {reason: "A template of its own may not be what runs.", object: both, refused: hidden},
		"NoTemplate":       {reason: "Nothing is approved that cannot be seen.", object: empty, refused: hidden},
		"OtherTemplate":    {reason: "Only its own template counts.", object: smuggled, refused: isNot},
		"EmptyImage":       {reason: "An image without a name is not approved.", object: k.object(w.gated, "", approvedImage, ""), refused: "a name that is not safe to repeat is not approved"},
	})
}

// TestAdmissionGateControllers lets Kubernetes' controllers, and others who call themselves alike, create what has not been
// approved.
func TestAdmissionGateControllers(t *testing.T) {
	w := newGateWorld(t)
	rollouts := newClusterRole(t, clusterRoleWith("", nil, rule("argoproj.io", "rollouts,rollouts/status", "get,update")))
	const argo, alike, editor = "system:serviceaccount:argo-rollouts:argo-rollouts", "system:serviceaccount:ci:argo-rollouts", "system:serviceaccount:ci:rollouts"
	bindEverywhere(t, rollouts, argo, editor)
	bind(t, w.gated, rollouts, alike)
	const system, manager, node = "system:serviceaccount:kube-system:", "system:kube-controller-manager", "system:node:worker"
	bind(t, w.gated, "edit", argo, alike, editor, system+"helm", manager, node)
	for _, user := range []string{argo, alike, editor, system + "helm", manager, node} {
		waitHeld(t, user, w.gated, []right{"create apps/replicasets"}, true)
	}
	waitHeld(t, argo, "", []right{"update argoproj.io/rollouts/status"}, true)
	waitHeld(t, editor, "", []right{"update argoproj.io/rollouts/status"}, true)

	owned := func(kind string) *unstructured.Unstructured {
		o := gateKindOf("ReplicaSet").object(w.gated, "", otherImage)
		o.SetOwnerReferences([]metav1.OwnerReference{{APIVersion: "argoproj.io/v1alpha1", Kind: kind, Name: "checkout", UID: "1", Controller: new(true)}})
		return o
	}
	mirror := gateKindOf("Pod").object(w.gated, "", otherImage)
	mirror.SetAnnotations(map[string]string{"kubernetes.io/config.mirror": "1"})
	set(mirror, "worker", "spec", "nodeName")
	for name, tc := range map[string]struct {
		reason string
		user   string
		object *unstructured.Unstructured
		passes bool
	}{
		"ReplicaSet":     {"A Pod is created again although nothing approves it now.", system + "replicaset-controller", gateKindOf("Pod").object(w.gated, "", otherImage), true},
		"OwnAnnotation":  {"The same with an annotation of its template.", system + "replicaset-controller", gateKindOf("Pod").object(w.gated, w.release, otherImage), true},
		"Replication":    {"The same.", system + "replication-controller", gateKindOf("Pod").object(w.gated, "", otherImage), true},
		"StatefulSet":    {"The same.", system + "statefulset-controller", gateKindOf("Pod").object(w.gated, "", otherImage), true},
		"DaemonSet":      {"The same.", system + "daemon-set-controller", gateKindOf("Pod").object(w.gated, "", otherImage), true},
		"Job":            {"The same.", system + "job-controller", gateKindOf("Pod").object(w.gated, "", otherImage), true},
		"CronJob":        {"A Job of a CronJob.", system + "cronjob-controller", gateKindOf("Job").object(w.gated, "", otherImage), true},
		"Deployment":     {"A ReplicaSet has the annotations of its Deployment.", system + "deployment-controller", gateKindOf("ReplicaSet").object(w.gated, w.release, otherImage), true},
		"Manager":        {"All controllers can have one user.", manager, gateKindOf("Pod").object(w.gated, "", otherImage), true},
		"Mirror":         {"A kubelet shows what already runs.", node, mirror, true},
		"ManagerDeploys": {"They create no workloads of their own.", manager, gateKindOf("Deployment").object(w.gated, "", otherImage), false},
		"KubeSystem":     {"Other tools in kube-system are tools.", system + "helm", gateKindOf("Pod").object(w.gated, "", otherImage), false},
		"Rollout":        {"Argo Rollouts does the same for a Rollout.", argo, owned("Rollout"), true},
		"Experiment":     {"An Experiment has images of its own.", argo, owned("Experiment"), false},
		"NoOwner":        {"It creates no ReplicaSet without an owner.", argo, gateKindOf("ReplicaSet").object(w.gated, "", otherImage), false},
		"RolloutsPod":    {"It creates no Pods.", argo, gateKindOf("Pod").object(w.gated, "", otherImage), false},
		"SameName":       {"A user can call a ServiceAccount alike, and has no rights in all namespaces.", alike, owned("Rollout"), false},
		"SameRights":     {"A user with such rights is another one.", editor, owned("Rollout"), false},
		"ForgedOwner":    {"An owner can be forged.", "eve", owned("Rollout"), false},
	} {
		t.Run(name, func(t *testing.T) {
			var groups []string
			if tc.user == node {
				groups = []string{"system:nodes", "system:authenticated"}
			}
			c, err := connect(rest.ImpersonationConfig{UserName: tc.user, Groups: groups})
			if err != nil {
				t.Fatal(err)
			}
			if err := c.Create(t.Context(), tc.object, client.DryRunAll); tc.passes && err != nil || !tc.passes && !refusedByGate(err) {
				t.Errorf("%s %s gets %v, want an error: %t", tc.reason, tc.user, err, !tc.passes)
			}
		})
	}
}

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
	"errors"
	"fmt"
	"strings"
	"testing"

	appsv1 "k8s.io/api/apps/v1"
	autoscalingv1 "k8s.io/api/autoscaling/v1"
	corev1 "k8s.io/api/core/v1"
	rbacv1 "k8s.io/api/rbac/v1"
	apierrors "k8s.io/apimachinery/pkg/api/errors"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"sigs.k8s.io/controller-runtime/pkg/client"

	"github.com/stakeholders-dev/stakeholder-operator/test/controlplane"
)

const (
	needsApproval  = "stakeholders.dev/needs-approval"
	gatePolicyName = "stakeholder-operator-admission-gate"
	robot          = "system:serviceaccount:ci:robot"
)

// gateCase is a user who writes a Deployment.
type gateCase struct {
	reason string
	// namespace is that of the Deployment: plain or gated.
	namespace string
	// before changes the existing Deployment, or is nil if the Deployment is created.
	before func(*appsv1.Deployment)
	// change turns it into the one that is written.
	change func(*appsv1.Deployment)
	// refused are the users who are refused, with a part of the message; the others among carla, eve and robot may
	// write it.
	refused map[string]string
}

// TestAdmissionGate lets a customer, an end user and a pipeline write Deployments.
func TestAdmissionGate(t *testing.T) {
	home, plain, gated := newNamespace(t), newNamespace(t), newNamespace(t)
	gate, other := home+"/checkout/release", home+"/checkout/budget"
	role := &rbacv1.Role{
		ObjectMeta: metav1.ObjectMeta{Namespace: home, Name: "approvers"},
		Rules: []rbacv1.PolicyRule{{
			Verbs: []string{"approve"}, APIGroups: []string{"stakeholders.dev"}, Resources: []string{"stakeholdermaps/release"},
			ResourceNames: []string{"checkout"},
		}},
	}
	create(t, role)
	approvers := &rbacv1.RoleBinding{
		ObjectMeta: metav1.ObjectMeta{Namespace: home, Name: "approvers"},
		RoleRef:    rbacv1.RoleRef{APIGroup: rbacv1.GroupName, Kind: "Role", Name: role.Name},
		Subjects:   []rbacv1.Subject{{APIGroup: rbacv1.GroupName, Kind: rbacv1.UserKind, Name: "carla"}},
	}
	create(t, approvers)
	for _, namespace := range []string{plain, gated} {
		bind(t, namespace, "edit", "carla", "eve", robot)
		for _, user := range []string{"carla", "eve", robot} {
			waitHeld(t, user, namespace, []right{"create apps/deployments", "update apps/deployments", "update apps/deployments/scale"}, true)
		}
	}
	ns := &corev1.Namespace{ObjectMeta: metav1.ObjectMeta{Name: gated}}
	annotation := fmt.Sprintf(`{"metadata":{"annotations":{%q:%q}}}`, needsApproval, gate)
	if err := admin.Patch(t.Context(), ns, client.RawPatch("application/merge-patch+json", []byte(annotation))); err != nil {
		t.Fatal(err)
	}

	install(t, "admission-gate")
	fresh := func(namespace string, changes ...func(*appsv1.Deployment)) *appsv1.Deployment {
		d := deployment(namespace, "new")
		for _, change := range changes {
			change(d)
		}
		return d
	}
	controlplane.Eventually(t, patience, "the policy is in force", func() error {
		if err := as(t, "eve").Create(t.Context(), fresh(plain, annotated(gate)), client.DryRunAll); !refusedByGate(err) {
			return errors.Join(errors.New("an end user is not refused by it"), err)
		}
		return nil
	})
	notApprove := func(gate string) map[string]string {
		return map[string]string{"eve": "eve may not approve " + gate, robot: robot + " may not approve " + gate}
	}
	everybody := func(text string) map[string]string {
		return map[string]string{"carla": text, "eve": text, robot: text}
	}
	cases := map[string]gateCase{
		"Untouched":        {"Every user who may write a Deployment without the annotation can.", plain, none, image, nil},
		"UntouchedNew":     {"The same applies to a new one.", plain, nil, none, nil},
		"New":              {"A Deployment that needs approval is created by a customer.", plain, nil, annotated(gate), notApprove(gate)},
		"NewPaused":        {"Paused, it runs nothing, and every user may prepare it.", plain, nil, all(annotated(gate), pause), nil},
		"Image":            {"A customer rolls out.", plain, annotated(gate), image, notApprove(gate)},
		"Prepare":          {"While it is paused, a rollout can be prepared.", plain, all(annotated(gate), pause), image, nil},
		"PrepareAtOnce":    {"It can be paused by the same edit.", plain, annotated(gate), all(image, pause), nil},
		"Resume":           {"A customer makes the prepared rollout go live.", plain, all(annotated(gate), pause), resume, notApprove(gate)},
		"ResumeWithImage":  {"Also if the same edit prepares more.", plain, all(annotated(gate), pause), all(resume, image), notApprove(gate)},
		"Labels":           {"A label of the Deployment changes nothing that runs.", plain, annotated(gate), label, nil},
		"Replicas":         {"The number of replicas does not change what runs.", plain, annotated(gate), replicas, nil},
		"RemoveGate":       {"A user who may not approve must not remove the gate.", plain, annotated(gate), annotated(""), notApprove(gate)},
		"RemoveGatePaused": {"The same applies while nothing goes live.", plain, all(annotated(gate), pause), annotated(""), notApprove(gate)},
		"RemoveAndRollOut": {"The gate must not be removed together with the rollout.", plain, annotated(gate), all(annotated(""), image), notApprove(gate)},
		"ReplaceGate":      {"The gate must not be replaced by another.", plain, annotated(gate), annotated(other), notApprove(gate)},
		"ReplaceAndRollOut": {"Then both count.", plain, annotated(gate), all(annotated(other), image), map[string]string{
			"carla": "carla may not approve " + other, "eve": "eve may not approve " + gate, robot: "may not approve " + gate,
		}},
		"AddGate":           {"Every user may require more approval.", plain, none, annotated(gate), nil},
		"AddAndRollOut":     {"The new gate applies at once.", plain, none, all(annotated(gate), image), notApprove(gate)},
		"OtherTopic":        {"Another topic needs another right.", plain, nil, annotated(other), everybody("may not approve " + other)},
		"NoSuchMap":         {"No user may approve for a map that does not exist.", plain, nil, annotated(home + "/none/release"), everybody("may not approve")},
		"OtherNamespace":    {"A right is valid in its namespace.", plain, nil, annotated(plain + "/checkout/release"), everybody("may not approve")},
		"Malformed":         {"An annotation that names no topic is refused.", plain, nil, annotated("checkout/release"), everybody("has to be <namespace>/<map>/<topic>")},
		"MalformedFour":     {"An annotation that names no topic is refused.", plain, nil, annotated(gate + "/x"), everybody("has to be <namespace>/<map>/<topic>")},
		"MalformedEmpty":    {"No name means any name to the authorizer.", plain, nil, annotated(home + "//release"), everybody("has to be <namespace>/<map>/<topic>")},
		"MalformedStar":     {"A wildcard is not a name.", plain, nil, annotated(home + "/checkout/*"), everybody("has to be <namespace>/<map>/<topic>")},
		"MalformedPaused":   {"It would never go live.", plain, annotated(gate), all(annotated("x"), pause), map[string]string{"carla": "has to be", "eve": "", robot: ""}},
		"Namespace":         {"In a namespace that needs approval each Deployment needs it.", gated, nil, none, notApprove(gate)},
		"NamespaceImage":    {"Each rollout does.", gated, none, image, notApprove(gate)},
		"NamespacePaused":   {"Paused, it can be prepared.", gated, none, all(image, pause), nil},
		"NamespaceResume":   {"A customer makes it go live.", gated, pause, resume, notApprove(gate)},
		"NamespaceSameGate": {"Requiring the same topic twice has the same effect.", gated, annotated(gate), image, notApprove(gate)},
		"NamespaceAndOther": {"A Deployment's own gate does not replace that of the namespace.", gated, nil, annotated(other), everybody("may not approve")},
		"NamespaceLabels":   {"A label makes nothing go live.", gated, none, label, nil},
	}
	for name, tc := range cases {
		t.Run(name, func(t *testing.T) { tc.check(t) })
	}
	t.Run("Subresources", func(t *testing.T) { testGateSubresources(t, plain, gate) })
	t.Run("Controllers", func(t *testing.T) { testGateControllers(t, plain, gate) })
	t.Run("TypeCheck", func(t *testing.T) { testTypeCheck(t, gatePolicyName) })
	t.Run("Defaults", func(t *testing.T) { testDefaults(t, "admission-gate", gatePolicyName) })
	t.Run("Revoked", func(t *testing.T) {
		if err := admin.Delete(t.Context(), approvers); err != nil {
			t.Fatal(err)
		}
		controlplane.Eventually(t, patience, "a user who may no longer approve is refused", func() error {
			if err := as(t, "carla").Create(t.Context(), fresh(plain, annotated(gate)), client.DryRunAll); !refusedByGate(err) {
				return errors.Join(errors.New("not refused"), err)
			}
			return nil
		})
	})
}

func (c gateCase) check(t *testing.T) {
	t.Helper()
	d := deployment(c.namespace, "new")
	if c.before != nil {
		d.GenerateName, d.Name = "gate-", ""
		c.before(d)
		create(t, d)
	}
	for _, user := range []string{"carla", "eve", robot} {
		written := d.DeepCopy()
		c.change(written)
		var err error
		if c.before == nil {
			err = as(t, user).Create(t.Context(), written, client.DryRunAll)
		} else {
			err = as(t, user).Update(t.Context(), written, client.DryRunAll)
		}
		want, refused := c.refused[user]
		switch {
		case !refused && err != nil:
			t.Errorf("%s %s gets %v, want no error", c.reason, user, err)
		case refused && (!refusedByGate(err) || !strings.Contains(err.Error(), want)):
			t.Errorf("%s %s gets %v, want %q", c.reason, user, err, want)
		}
	}
}

// testGateSubresources lets the users scale Deployments and write their status.
func testGateSubresources(t *testing.T, namespace, gate string) {
	t.Helper()
	d := deployment(namespace, "scaled")
	annotated(gate)(d)
	create(t, d)
	scale := &autoscalingv1.Scale{ObjectMeta: metav1.ObjectMeta{Namespace: namespace, Name: d.Name}, Spec: autoscalingv1.ScaleSpec{Replicas: 3}}
	if err := as(t, robot).SubResource("scale").Update(t.Context(), d, client.WithSubResourceBody(scale)); err != nil {
		t.Error("scaling:", err)
	}
	if err := as(t, "system:serviceaccount:kube-system:horizontal-pod-autoscaler").SubResource("scale").
		Update(t.Context(), d, client.WithSubResourceBody(scale)); err != nil {
		t.Error("scaling as the autoscaler:", err)
	}
	testGateStatus(t, namespace, gate)
}

// testGateStatus lets the users write the status. The API server also stores the annotations of that request.
func testGateStatus(t *testing.T, namespace, gate string) {
	t.Helper()
	reporter := newClusterRole(t, &rbacv1.ClusterRole{Rules: []rbacv1.PolicyRule{{
		Verbs: []string{"patch"}, APIGroups: []string{"apps"}, Resources: []string{"deployments/status"},
	}}})
	bind(t, namespace, reporter, "carla", "eve", robot)
	d := deployment(namespace, "reported")
	annotated(gate)(d)
	create(t, d)
	without := client.RawPatch("application/merge-patch+json", fmt.Appendf(nil, `{"metadata":{"annotations":{%q:null}}}`, needsApproval))
	status := client.RawPatch("application/merge-patch+json", []byte(`{"status":{"conditions":[{"type":"Progressing","status":"True"}]}}`))
	for _, user := range []string{"carla", "eve", robot} {
		waitHeld(t, user, namespace, []right{"patch apps/deployments/status"}, true)
		if err := as(t, user).Status().Patch(t.Context(), d.DeepCopy(), status); err != nil {
			t.Errorf("%s writes the status: %v", user, err)
		}
		written := d.DeepCopy()
		err := as(t, user).Status().Patch(t.Context(), written, without, &client.SubResourcePatchOptions{
			PatchOptions: client.PatchOptions{DryRun: []string{metav1.DryRunAll}},
		})
		switch {
		case user != "carla" && (!refusedByGate(err) || !strings.Contains(err.Error(), user+" may not approve "+gate)):
			t.Errorf("%s removes the gate with the status and gets %v, annotations %v", user, err, written.Annotations)
		case user == "carla" && err != nil:
			t.Errorf("%s removes the gate with the status: %v", user, err)
		}
	}
}

// testGateControllers does the work of Kubernetes' own controllers, each with its own rights only. ReplicaSets get the
// annotations of their Deployment.
func testGateControllers(t *testing.T, namespace, gate string) {
	t.Helper()
	d := deployment(namespace, "controlled")
	annotated(gate)(d)
	create(t, d)
	controller := as(t, "system:serviceaccount:kube-system:deployment-controller")
	d.Status.Conditions = []appsv1.DeploymentCondition{{Type: appsv1.DeploymentProgressing, Status: corev1.ConditionTrue}}
	if err := controller.Status().Update(t.Context(), d); err != nil {
		t.Error("writing the status:", err)
	}
	d.Annotations["deployment.kubernetes.io/revision"] = "1"
	if err := controller.Update(t.Context(), d); err != nil {
		t.Error("writing the revision:", err)
	}
	replicaSet := &appsv1.ReplicaSet{
		ObjectMeta: metav1.ObjectMeta{Namespace: namespace, Name: d.Name, Annotations: d.Annotations, Labels: d.Spec.Template.Labels},
		Spec:       appsv1.ReplicaSetSpec{Selector: d.Spec.Selector, Template: d.Spec.Template},
	}
	if err := controller.Create(t.Context(), replicaSet); err != nil {
		t.Error("creating a ReplicaSet:", err)
	}
	collector := as(t, "system:serviceaccount:kube-system:generic-garbage-collector")
	finalizers := client.RawPatch("application/merge-patch+json", []byte(`{"metadata":{"finalizers":["foregroundDeletion"]}}`))
	if err := collector.Patch(t.Context(), d, finalizers, client.DryRunAll); err != nil {
		t.Error("adding a finalizer:", err)
	}
	if err := as(t, robot).Delete(t.Context(), d); err != nil {
		t.Error("deleting:", err)
	}
}

// refusedByGate reports whether the policy has refused a request, and not RBAC.
func refusedByGate(err error) bool {
	return (apierrors.IsForbidden(err) || apierrors.IsInvalid(err)) && strings.Contains(err.Error(), "NeedsApproval: ") &&
		!strings.Contains(err.Error(), "CEL")
}

func deployment(namespace, name string) *appsv1.Deployment {
	labels := map[string]string{"app": "checkout"}
	return &appsv1.Deployment{
		ObjectMeta: metav1.ObjectMeta{Namespace: namespace, Name: name},
		Spec: appsv1.DeploymentSpec{
			Selector: &metav1.LabelSelector{MatchLabels: labels},
			Template: corev1.PodTemplateSpec{
				ObjectMeta: metav1.ObjectMeta{Labels: labels},
				Spec:       corev1.PodSpec{Containers: []corev1.Container{{Name: "checkout", Image: "registry.example.com/checkout:v1"}}},
			},
		},
	}
}

// What is done to a Deployment.

func annotated(gate string) func(*appsv1.Deployment) {
	return func(d *appsv1.Deployment) {
		d.Annotations = map[string]string{needsApproval: gate}
		if gate == "" {
			d.Annotations = nil
		}
	}
}

func all(changes ...func(*appsv1.Deployment)) func(*appsv1.Deployment) {
	return func(d *appsv1.Deployment) {
		for _, change := range changes {
			change(d)
		}
	}
}

func none(*appsv1.Deployment)       {}
func pause(d *appsv1.Deployment)    { d.Spec.Paused = true }
func resume(d *appsv1.Deployment)   { d.Spec.Paused = false }
func label(d *appsv1.Deployment)    { d.Labels = map[string]string{"team": "checkout"} }
func replicas(d *appsv1.Deployment) { d.Spec.Replicas = new(int32(5)) }
func image(d *appsv1.Deployment) {
	d.Spec.Template.Spec.Containers[0].Image = "registry.example.com/checkout:v2"
}

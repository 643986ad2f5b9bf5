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
	"errors"
	"fmt"
	"strings"
	"testing"

	appsv1 "k8s.io/api/apps/v1"
	rbacv1 "k8s.io/api/rbac/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"sigs.k8s.io/controller-runtime/pkg/client"

	"github.com/stakeholders-dev/stakeholder-operator/test/controlplane"
)

// The component admission-gate refuses images of Rollouts, and lets upstream's controller work on what is live.
func TestAdmissionGate(t *testing.T) {
	t.Parallel()
	env.InstallGate(t)
	home, target := env.NewNamespace(t), env.NewNamespace(t)
	env.PatchNamespace(t, target, fmt.Sprintf(`{"metadata":{"annotations":{"stakeholders.dev/needs-approval":"%s/checkout/release"}}}`, home))
	approval := approveImage(t, home, "shop.example/shop:1")
	mayDeploy(t, eve.user, target)
	kubelet(t, target)

	controlplane.Eventually(t, patience, "an image that is not approved is refused", refusedByGate(t, target, rolloutYAML(rolloutName, "shop.example/shop:2", canary, false)))
	controlplane.Eventually(t, patience, "an image that is approved is not", func() error {
		return applyAs(t, eve.user, target, rolloutYAML(rolloutName, "shop.example/shop:1", canary, false))
	})
	waitState(t, target, state{Phase: "Healthy", Step: 2, New: 2})
	// With the schema of upstream's CustomResourceDefinition.
	controlplane.Eventually(t, patience, "the policy's types are checked", func() error {
		out, err := env.Plane.Kubectl(t.Context(), "get", "validatingadmissionpolicy", "stakeholder-operator-admission-gate", "-o", "jsonpath={.status.typeChecking}")
		if err == nil && out != "{}" {
			err = fmt.Errorf("type checking says %q, want no warning", out)
		}
		return err
	})
	// The controller is not asked, neither for what a user who may approve releases, nor when an approval is gone.
	env.Delete(t, approval)
	release(t, target, "shop.example/shop:2")
	waitState(t, target, state{Phase: "Paused", Step: 1, New: 1})
	if err := refusedByGate(t, target, rolloutYAML(rolloutName, "shop.example/shop:3", canary, true))(); err != nil {
		t.Error("paused:", err)
	}
}

// Why the gate counts neither the pause of a Rollout nor a template that is elsewhere: upstream's controller creates the
// ReplicaSet all the same.
func TestPauseHoldsNothingBack(t *testing.T) {
	t.Parallel()
	target := env.NewNamespace(t)
	kubelet(t, target)
	if _, err := env.Plane.Kubectl(t.Context(), "create", "service", "clusterip", "blue-green", "--tcp=80", "-n", target); err != nil {
		t.Fatal(err)
	}
	for image, yaml := range map[string]string{
		"shop.example/shop:canary":     rolloutYAML("canary", "shop.example/shop:canary", canary, true),
		"shop.example/shop:blue-green": rolloutYAML("blue-green", "shop.example/shop:blue-green", "blueGreen: {activeService: blue-green}", true),
		"shop.example/shop:elsewhere":  pausedDeployment + strings.ReplaceAll(rolloutElsewhere, "CANARY", canary),
	} {
		if _, err := env.Plane.KubectlInput(t.Context(), strings.NewReader(yaml), "apply", "-n", target, "-f", "-"); err != nil {
			t.Fatal(err)
		}
		// Of a paused canary it has no Pods, but a user who may scale ReplicaSets gives it some.
		least := int32(1)
		if strings.HasSuffix(image, ":canary") {
			least = 0
		}
		controlplane.Eventually(t, patience, "there is a ReplicaSet of "+image, func() error {
			list := &appsv1.ReplicaSetList{}
			if err := env.Admin.List(t.Context(), list, client.InNamespace(target)); err != nil {
				return err
			}
			for _, rs := range list.Items {
				if rs.Spec.Template.Spec.Containers[0].Image == image && rs.Status.Replicas >= least {
					return nil
				}
			}
			return errors.New("there is none")
		})
	}
}

const (
	canary           = "canary: {steps: [{setWeight: 50}, {pause: {}}]}"
	pausedDeployment = `
apiVersion: apps/v1
kind: Deployment
metadata: {name: elsewhere}
spec:
  paused: true
  selector: {matchLabels: {app: elsewhere}}
  template:
    metadata: {labels: {app: elsewhere}}
    spec: {containers: [{name: shop, image: "shop.example/shop:elsewhere"}]}
---
`
	rolloutElsewhere = `
apiVersion: argoproj.io/v1alpha1
kind: Rollout
metadata: {name: elsewhere}
spec:
  replicas: 1
  workloadRef: {apiVersion: apps/v1, kind: Deployment, name: elsewhere}
  selector: {matchLabels: {app: elsewhere}}
  strategy: {CANARY}
`
)

func rolloutYAML(name, image, strategy string, paused bool) string {
	return fmt.Sprintf(`
apiVersion: argoproj.io/v1alpha1
kind: Rollout
metadata: {name: %s}
spec:
  replicas: 2
  paused: %t
  selector: {matchLabels: {app: %s}}
  template:
    metadata: {labels: {app: %s}}
    spec: {containers: [{name: shop, image: %q}]}
  strategy: {%s}
`, name, paused, name, name, image, strategy)
}

// approveImage opens an image for the topic release, as the operator does for an approved request.
func approveImage(t *testing.T, home, image string) *rbacv1.RoleBinding {
	t.Helper()
	role := &rbacv1.Role{
		ObjectMeta: metav1.ObjectMeta{Namespace: home, Name: "approved"},
		Rules: []rbacv1.PolicyRule{{
			APIGroups: []string{"stakeholders.dev"}, Resources: []string{"stakeholderrequests/" + home + ".checkout.release"}, Verbs: []string{"use"}, ResourceNames: []string{image},
		}},
	}
	env.Create(t, role)
	binding := &rbacv1.RoleBinding{
		ObjectMeta: metav1.ObjectMeta{Namespace: home, Name: "approved"},
		RoleRef:    rbacv1.RoleRef{APIGroup: rbacv1.GroupName, Kind: "Role", Name: "approved"},
		Subjects:   []rbacv1.Subject{{APIGroup: rbacv1.GroupName, Kind: rbacv1.GroupKind, Name: "system:authenticated"}},
	}
	env.Create(t, binding)
	return binding
}

// mayDeploy lets a user write Rollouts in a namespace, by upstream's own ClusterRole.
func mayDeploy(t *testing.T, user, namespace string) {
	t.Helper()
	env.Create(t, &rbacv1.RoleBinding{
		ObjectMeta: metav1.ObjectMeta{Namespace: namespace, Name: "deployers"},
		RoleRef:    rbacv1.RoleRef{APIGroup: rbacv1.GroupName, Kind: "ClusterRole", Name: "argo-rollouts-aggregate-to-edit"},
		Subjects:   []rbacv1.Subject{{APIGroup: rbacv1.GroupName, Kind: rbacv1.UserKind, Name: user}},
	})
}

func applyAs(t *testing.T, user, namespace, yaml string, flags ...string) error {
	t.Helper()
	args := append([]string{"apply", "--server-side", "--force-conflicts", "--as=" + user, "-n", namespace, "-f", "-"}, flags...)
	_, err := env.Plane.KubectlInput(t.Context(), strings.NewReader(yaml), args...)
	return err
}

func refusedByGate(t *testing.T, namespace, yaml string) func() error {
	t.Helper()
	return func() error {
		if err := applyAs(t, eve.user, namespace, yaml, "--dry-run=server"); err == nil || !strings.Contains(err.Error(), "NeedsApproval: eve may not approve") {
			return errors.Join(errors.New("it is not refused by the gate"), err)
		}
		return nil
	}
}

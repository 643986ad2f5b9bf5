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

package integration

import (
	"context"
	"errors"
	"fmt"
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	appsv1 "k8s.io/api/apps/v1"
	corev1 "k8s.io/api/core/v1"
	rbacv1 "k8s.io/api/rbac/v1"
	apierrors "k8s.io/apimachinery/pkg/api/errors"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/types"
	"k8s.io/client-go/rest"
	"sigs.k8s.io/controller-runtime/pkg/client"

	"github.com/stakeholders-dev/stakeholder-operator/api/v1alpha1"
	"github.com/stakeholders-dev/stakeholder-operator/test/controlplane"
)

// A policy switches the keys for the manual-approval-gate on and off, in the copies as well.
func TestApproversFollowThePolicy(t *testing.T) {
	namespace := newNamespace(t)
	target := env.NewTarget(t, namespace)
	m := newMap(namespace, "checkout")
	m.Spec.TargetNamespaces.Names = []string{target}
	m = createReady(t, m)
	approvers := func(namespace, name string) map[string]string {
		got := make(map[string]string)
		for key, value := range get(t, namespace, name, &corev1.ConfigMap{}).Data {
			if strings.HasPrefix(key, "release.approvers") {
				got[key] = value
			}
		}
		return got
	}
	waitApprovers := func(want map[string]string) {
		t.Helper()
		controlplane.Eventually(t, patience, "the keys follow the policy", func() error {
			for ns, name := range map[string]string{namespace: "checkout-routing", target: namespace + ".checkout.routing"} {
				if diff := cmp.Diff(want, approvers(ns, name)); diff != "" {
					return fmt.Errorf("%s (-want +got):\n%s", name, diff)
				}
			}
			return nil
		})
	}
	waitApprovers(map[string]string{})
	// The operator makes a policy that changes nothing.
	set := func(ctx context.Context, spec string) {
		policy := &v1alpha1.StakeholderPolicy{ObjectMeta: metav1.ObjectMeta{Name: "default"}}
		if err := env.Admin.Patch(ctx, policy, client.RawPatch(types.MergePatchType, []byte(`{"spec":`+spec+`}`))); err != nil {
			t.Error(err)
		}
	}
	t.Cleanup(func() { set(context.WithoutCancel(t.Context()), "null") })
	set(t.Context(), `{"outputs":{"manualApprovalGate":"Enabled"}}`)
	waitApprovers(map[string]string{"release.approvers": `["carla"]`, "release.approvers-required": "1"})
	edit(t, m, func(spec *v1alpha1.StakeholderMapSpec) {
		spec.Customers = append(spec.Customers, customer("second", nil, "caspar"))
	})
	waitApprovers(map[string]string{"release.approvers": `["carla","caspar"]`, "release.approvers-required": "1"})
	set(t.Context(), `{"outputs":{"manualApprovalGate":"Disabled"}}`)
	waitApprovers(map[string]string{})
}

// What the component admission-gate asks is what the operator has granted, until the window closes.
func TestAdmissionGateFollowsTheWindow(t *testing.T) {
	t.Parallel()
	root, err := controlplane.Root()
	if err != nil {
		t.Fatal(err)
	}
	files := filepath.Join(root, "config", "components", "admission-gate", "policy.yaml")
	t.Cleanup(func() {
		if _, err := env.Plane.Kubectl(context.WithoutCancel(t.Context()), "delete", "--ignore-not-found", "-f", files); err != nil {
			t.Error(err)
		}
	})
	if _, err := env.Plane.Kubectl(t.Context(), "apply", "--server-side", "-f", files); err != nil {
		t.Fatal(err)
	}
	namespace, shop := newNamespace(t), newNamespace(t)
	create(t, &rbacv1.RoleBinding{
		ObjectMeta: metav1.ObjectMeta{Namespace: shop, Name: "editors"},
		RoleRef:    rbacv1.RoleRef{APIGroup: rbacv1.GroupName, Kind: "ClusterRole", Name: "edit"},
		Subjects: []rbacv1.Subject{
			{APIGroup: rbacv1.GroupName, Kind: rbacv1.UserKind, Name: "temp"}, {APIGroup: rbacv1.GroupName, Kind: rbacv1.UserKind, Name: "eve"},
		},
	})
	m := newMap(namespace, "checkout")
	temp := customer("temp", nil, "temp")
	temp.ValidUntil = inSeconds(8)
	m.Spec.Customers = append(m.Spec.Customers, temp)
	createReady(t, m)
	rollOut := func(user string) error {
		config := rest.CopyConfig(env.Plane.Config)
		config.Impersonate = rest.ImpersonationConfig{UserName: user}
		c, err := client.New(config, client.Options{Scheme: env.Admin.Scheme()})
		if err != nil {
			return err
		}
		labels := map[string]string{"app": "checkout"}
		return c.Create(t.Context(), &appsv1.Deployment{
			ObjectMeta: metav1.ObjectMeta{
				Namespace: shop, Name: "checkout",
				Annotations: map[string]string{"stakeholders.dev/needs-approval": namespace + "/checkout/release"},
			},
			Spec: appsv1.DeploymentSpec{
				Selector: &metav1.LabelSelector{MatchLabels: labels},
				Template: corev1.PodTemplateSpec{
					ObjectMeta: metav1.ObjectMeta{Labels: labels},
					Spec:       corev1.PodSpec{Containers: []corev1.Container{{Name: "checkout", Image: "registry.example.com/checkout:v1"}}},
				},
			},
		}, client.DryRunAll)
	}
	refused := func(user string) func() error {
		return func() error {
			err := rollOut(user)
			if !apierrors.IsForbidden(err) || !strings.Contains(err.Error(), "NeedsApproval: "+user+" may not approve") {
				return errors.Join(errors.New("it is not refused by the gate"), err)
			}
			return nil
		}
	}
	controlplane.Eventually(t, patience, "an end user may not roll out", refused("eve"))
	controlplane.Eventually(t, patience, "a customer may roll out", func() error { return rollOut("temp") })
	controlplane.Eventually(t, patience, "whose window has closed may not", refused("temp"))
}

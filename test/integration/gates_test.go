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
	"errors"
	"strings"
	"testing"

	appsv1 "k8s.io/api/apps/v1"
	corev1 "k8s.io/api/core/v1"
	rbacv1 "k8s.io/api/rbac/v1"
	apierrors "k8s.io/apimachinery/pkg/api/errors"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/client-go/rest"
	"sigs.k8s.io/controller-runtime/pkg/client"

	"github.com/stakeholders-dev/stakeholder-operator/test/controlplane"
)

// The component admission-gate checks the rights that the operator has granted, until the window closes.
func TestAdmissionGateFollowsTheWindow(t *testing.T) {
	t.Parallel()
	env.InstallGate(t)
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
	controlplane.Eventually(t, patience, "a customer whose window has closed may not", refused("temp"))
}

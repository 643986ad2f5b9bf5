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

package requests

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"testing"

	appsv1 "k8s.io/api/apps/v1"
	corev1 "k8s.io/api/core/v1"
	rbacv1 "k8s.io/api/rbac/v1"
	apierrors "k8s.io/apimachinery/pkg/api/errors"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"sigs.k8s.io/controller-runtime/pkg/client"

	"github.com/stakeholders-dev/stakeholder-operator/api/v1alpha1"
	"github.com/stakeholders-dev/stakeholder-operator/test/controlplane"
	"github.com/stakeholders-dev/stakeholder-operator/test/suite"
)

// TestGateFollowsRequests has the component admission-gate hold a user who may edit, and a tool that may do everything, until two
// customers approve the image, and again once the request is gone.
func TestGateFollowsRequests(t *testing.T) {
	const image = "registry.example/checkout@sha256:0123"
	m := newProduct(t, release)
	shop := env.NewNamespace(t)
	env.PatchNamespace(t, shop, fmt.Sprintf(`{"metadata":{"annotations":{"stakeholders.dev/needs-approval":"%s/%s/release"}}}`, m.Namespace, m.Name))
	env.Create(t, suite.Editor(shop))
	tool := newTool(t)
	env.InstallGate(t)

	deploys := func(user string, images ...string) error {
		labels := map[string]string{"app": "checkout"}
		d := &appsv1.Deployment{
			ObjectMeta: metav1.ObjectMeta{Namespace: shop, Name: "checkout"},
			Spec: appsv1.DeploymentSpec{
				Selector: &metav1.LabelSelector{MatchLabels: labels},
				Template: corev1.PodTemplateSpec{ObjectMeta: metav1.ObjectMeta{Labels: labels}},
			},
		}
		for n, image := range images {
			d.Spec.Template.Spec.Containers = append(d.Spec.Template.Spec.Containers, corev1.Container{Name: fmt.Sprintf("c%d", n), Image: image})
		}
		return as(t, user).Create(t.Context(), d, client.DryRunAll)
	}
	refused := func(user string, images ...string) func() error {
		return func() error {
			err := deploys(user, images...)
			if !apierrors.IsForbidden(err) || !strings.Contains(err.Error(), "NeedsApproval: "+user+" may not approve") {
				return errors.Join(fmt.Errorf("%s is not refused by the gate", user), err)
			}
			return nil
		}
	}
	for _, user := range []string{asker, tool} {
		controlplane.Eventually(t, suite.Patience, user+" is refused", refused(user, image))
	}
	// Those who may approve for another map of the namespace approve nothing for this one.
	other := suite.NewMap(m.Namespace, "ledger")
	env.Create(t, other)
	env.WaitReady(t, other)
	ofOther := ask(t, other, "release", func(s *v1alpha1.StakeholderRequestSpec) { s.Subject = image })
	answer(t, ofOther, "carla", v1alpha1.VerdictApprove)
	waitCondition(t, ofOther, v1alpha1.ConditionApproved, metav1.ConditionTrue, "Approved")
	controlplane.Eventually(t, suite.Patience, "the image is approved for the other map", func() error {
		if !env.MayUse(t, m.Namespace, m.Namespace+".ledger.release", image) {
			return errors.New("it may not be used")
		}
		return nil
	})
	if err := refused(asker, image)(); err != nil {
		t.Error("with an approval of another map:", err)
	}
	r := ask(t, m, "release", func(s *v1alpha1.StakeholderRequestSpec) { s.Subject = image })
	waitCondition(t, r, v1alpha1.ConditionRouted, metav1.ConditionTrue, v1alpha1.ReasonRouted)
	answer(t, r, "carla", v1alpha1.VerdictApprove)
	waitStatus(t, r, "one has approved", func(s *v1alpha1.StakeholderRequestStatus) bool { return len(s.Decisions) == 1 })
	if err := refused(asker, image)(); err != nil {
		t.Error("with one of two approvals:", err)
	}
	answer(t, r, "chris", v1alpha1.VerdictApprove)
	waitCondition(t, r, v1alpha1.ConditionApproved, metav1.ConditionTrue, "Approved")
	for _, user := range []string{asker, tool} {
		controlplane.Eventually(t, suite.Patience, user+" deploys what is approved", func() error { return deploys(user, image) })
		if err := refused(user, image, "registry.example/checkout@sha256:4567")(); err != nil {
			t.Error("with another image:", err)
		}
	}
	env.Delete(t, r)
	for _, user := range []string{asker, tool} {
		controlplane.Eventually(t, suite.Patience, user+" is refused again", refused(user, image))
	}
}

// newTool returns a user who may do everything, as Argo CD and Flux may where they are installed as upstream does.
func newTool(t *testing.T) string {
	t.Helper()
	const name = "tool"
	binding := &rbacv1.ClusterRoleBinding{
		ObjectMeta: metav1.ObjectMeta{Name: "gated-tool"},
		RoleRef:    rbacv1.RoleRef{APIGroup: rbacv1.GroupName, Kind: "ClusterRole", Name: "cluster-admin"},
		Subjects:   []rbacv1.Subject{{APIGroup: rbacv1.GroupName, Kind: rbacv1.UserKind, Name: name}},
	}
	env.Create(t, binding)
	t.Cleanup(func() {
		if err := env.Admin.Delete(context.WithoutCancel(t.Context()), binding); err != nil {
			t.Error(err)
		}
	})
	return name
}

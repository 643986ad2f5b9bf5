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

package escalation

import (
	"encoding/json"
	"errors"
	"strings"
	"testing"

	authorizationv1 "k8s.io/api/authorization/v1"
	rbacv1 "k8s.io/api/rbac/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/types"
	"sigs.k8s.io/controller-runtime/pkg/client"

	"github.com/stakeholders-dev/stakeholder-operator/api/v1alpha1"
	"github.com/stakeholders-dev/stakeholder-operator/test/controlplane"
	"github.com/stakeholders-dev/stakeholder-operator/test/suite"
)

// release is a request about a release of a map, with the image "approved". The administrator writes the status.
func release(t *testing.T, m *v1alpha1.StakeholderMap) *v1alpha1.StakeholderRequest {
	t.Helper()
	r := &v1alpha1.StakeholderRequest{
		ObjectMeta: metav1.ObjectMeta{Namespace: m.Namespace, GenerateName: "release-"},
		Spec:       v1alpha1.StakeholderRequestSpec{Map: m.Name, Topic: "release", Subject: "approved", Title: "May it go out?", RequestedBy: "admin"},
	}
	env.Create(t, r)
	status, err := json.Marshal(map[string]any{"status": map[string]any{"outcome": "Approved", "mapUID": m.UID, "decidedAt": metav1.Now()}})
	must(t, err)
	must(t, env.Admin.Status().Patch(t.Context(), r, client.RawPatch(types.MergePatchType, status)))
	return r
}

// use is what everyone may do with the image that was approved.
func use(namespace string) authorizationv1.ResourceAttributes {
	return authorizationv1.ResourceAttributes{
		Namespace: namespace, Name: "approved", Verb: "use", Group: "stakeholders.dev", Resource: "stakeholderrequests", Subresource: "release",
	}
}

func useRole(namespace, name string, images ...string) *rbacv1.Role {
	return &rbacv1.Role{
		ObjectMeta: metav1.ObjectMeta{Namespace: namespace, Name: name},
		Rules: []rbacv1.PolicyRule{{
			Verbs: []string{"use"}, APIGroups: []string{"stakeholders.dev"}, Resources: []string{"stakeholderrequests/release"}, ResourceNames: images,
		}},
	}
}

// approvedName is the name of what opens the approvals of a map.
func approvedName(m client.Object) string {
	return strings.TrimSuffix(targetBinding(m), "customer") + "approved"
}

// Guard: RBAC lets no user give a right that they do not hold, and all users hold an approval while it is open. The admission policy
// grant-roles keeps a namespace admin from writing it into a Role of their own, which would outlive the approval. Without the policy,
// the map reports such a Role (unmanaged.OfRole).
func TestForgedApproval(t *testing.T) {
	t.Parallel()
	home := env.NewNamespace(t)
	target, unguardedTarget := env.NewTarget(t, home), env.NewTarget(t, home, unguarded, "true")
	m := suite.NewMap(home, "checkout")
	m.Spec.TargetNamespaces.Names = []string{target, unguardedTarget}
	env.Create(t, m)
	m = env.WaitReady(t, m)
	for _, namespace := range []string{home, target} {
		mallory := tenant(t, namespace, adminRole)
		wantForbidden(t, "forging an approval", mallory.Create(t.Context(), useRole(namespace, "mine", "forged")))
		wantForbidden(t, "forging it by the name of an output", mallory.Create(t.Context(), useRole(namespace, approvedName(m), "forged")))
	}
	r := release(t, m)
	for _, namespace := range []string{home, target, unguardedTarget} {
		waitAllowed(t, "anybody", use(namespace), true)
	}
	inTarget, inUnguarded := as(t, "tenant-of-"+target), tenant(t, unguardedTarget, adminRole)
	wantUnmanaged(t, "keeping an approval", inTarget.Create(t.Context(), useRole(target, "mine", "approved")))
	wantForbidden(t, "widening it", inTarget.Patch(t.Context(), useRole(target, approvedName(m)),
		client.RawPatch(types.MergePatchType, []byte(`{"rules":[{"apiGroups":["stakeholders.dev"],"resources":["stakeholderrequests/release"],"verbs":["use"]}]}`))))
	wantUnmanaged(t, "taking the map's UID off it", inTarget.Patch(t.Context(), useRole(target, approvedName(m)),
		client.RawPatch(types.MergePatchType, []byte(`{"metadata":{"annotations":null}}`))))

	// Where the policy is not in force, it is reported.
	kept := useRole(unguardedTarget, "kept", "approved")
	must(t, inUnguarded.Create(t.Context(), kept))
	controlplane.Eventually(t, suite.Patience, "the map reports the Role", func() error {
		for _, f := range suite.Get(t, env, home, m.Name, &v1alpha1.StakeholderMap{}).Status.Findings {
			if f.Code == v1alpha1.UnmanagedGrant && strings.Contains(f.Message, "kept") && strings.Contains(f.Message, "use") {
				return nil
			}
		}
		return errors.New("it does not")
	})
	env.Delete(t, r)
	for _, namespace := range []string{home, target, unguardedTarget} {
		waitAllowed(t, "anybody", use(namespace), false)
	}
}

// Guard: what opens approvals is emptied before it is deleted (targetWriter.closeApproved), so that another user's finalizer keeps
// nothing open, and is removed where a restore or a copy has brought it.
func TestHeldAndCopiedApproval(t *testing.T) {
	t.Parallel()
	home, bystander := env.NewNamespace(t), env.NewNamespace(t)
	target := env.NewTarget(t, home)
	m := suite.NewMap(home, "checkout")
	m.Spec.TargetNamespaces.Names = []string{target}
	env.Create(t, m)
	m = env.WaitReady(t, m)
	r := release(t, m)
	for _, namespace := range []string{home, target} {
		waitAllowed(t, "anybody", use(namespace), true)
	}
	copyOutputs(t, target, bystander)
	for _, object := range []client.Object{useRole(bystander, approvedName(m)), customersIn(bystander, approvedName(m))} {
		env.WaitGone(t, object)
	}
	waitAllowed(t, "anybody", use(bystander), false)
	for _, namespace := range []string{home, target} {
		mallory := tenant(t, namespace, adminRole)
		held(t, mallory, useRole(namespace, approvedName(m)))
		held(t, mallory, customersIn(namespace, approvedName(m)))
	}
	env.Delete(t, r)
	for _, namespace := range []string{home, target} {
		waitAllowed(t, "anybody", use(namespace), false)
	}
	// A finalizer in another user's namespace does not keep the map either.
	env.Delete(t, m)
	env.WaitGone(t, m)
}

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

package kargo

import (
	"slices"
	"testing"
	"time"

	corev1 "k8s.io/api/core/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"sigs.k8s.io/controller-runtime/pkg/client"

	"github.com/stakeholders-dev/stakeholder-operator/api/v1alpha1"
	"github.com/stakeholders-dev/stakeholder-operator/test/controlplane"
	"github.com/stakeholders-dev/stakeholder-operator/test/suite"
)

var (
	board    = []string{"groups board", "email cfo@acme.example"}
	everyone = []string{"groups board", "email cfo@acme.example", "email paul@acme.example"}
	nobody   []string
)

// TestKargoKnowsPeople follows a platform team: it enables the output, sees what is missing, installs that, and
// disables the output again.
func TestKargoKnowsPeople(t *testing.T) {
	fresh(t)
	install := env.UninstallComponent(t, component)
	namespace := env.NewNamespace(t)
	project := newProject(t, namespace)
	plain, other := env.NewTarget(t, namespace), newProject(t, "somebody-else")
	m := inProjects(namespace, project, plain, other)
	env.Create(t, m)
	env.WaitHolders(t, m, project, "customer board", "customer carla", "customer cfo@acme.example", "end-user cashiers", "product-owner paul@acme.example")
	waitMay(t, project, nobody, nobody)

	putPolicy(t, v1alpha1.Enabled)
	waitPublished(t, metav1.ConditionFalse, "install the component kargo-accounts")
	controlplane.Eventually(t, suite.Patience, "the map says so too", func() error {
		current := env.WaitFor(t, m, v1alpha1.ConditionAuthorized, metav1.ConditionFalse, v1alpha1.ReasonApplyFailed)
		return contains(current, v1alpha1.ConditionAuthorized, "install the component kargo-accounts")
	})
	// Everything else stays in force.
	env.WaitHolders(t, m, project, "customer board", "customer carla", "customer cfo@acme.example", "end-user cashiers", "product-owner paul@acme.example")

	install()
	waitPublished(t, metav1.ConditionTrue, "ServiceAccounts for Kargo: 3")
	waitMay(t, project, board, everyone)
	waitMay(t, plain, nobody, nobody)
	waitMay(t, other, nobody, nobody)
	is := customers(t, project, m)
	if want := `{"email":["cfo@acme.example"],"groups":["board"]}`; is.Annotations[claims] != want {
		t.Errorf("the claims are %s, want %s", is.Annotations[claims], want)
	}
	if is.AutomountServiceAccountToken == nil || *is.AutomountServiceAccountToken {
		t.Error("Pods of the ServiceAccount would get its token")
	}
	if !slices.Contains(accounts(t, project, "groups", "cashiers"), accountName(m, "end-user")) {
		t.Error("Kargo does not know end users")
	}
	env.CheckRender(t, m)

	switchOff(t)
	waitMay(t, project, nobody, nobody)
	env.WaitHolders(t, m, project, "customer board", "customer carla", "customer cfo@acme.example", "end-user cashiers", "product-owner paul@acme.example")
}

// TestRevocation revokes rights in every possible way.
func TestRevocation(t *testing.T) {
	fresh(t)
	putPolicy(t, v1alpha1.Enabled)
	namespace := env.NewNamespace(t)
	first, second := newProject(t, namespace), newProject(t, namespace)
	m := inProjects(namespace, first, second)
	env.Create(t, m)
	waitMay(t, first, board, everyone)
	waitMay(t, second, board, everyone)

	env.Edit(t, m, func(s *v1alpha1.StakeholderMapSpec) { s.Customers[0].Subjects = s.Customers[0].Subjects[1:] })
	waitMay(t, first, everyone[1:2], everyone[1:])
	waitMay(t, second, everyone[1:2], everyone[1:])

	// If a party has a handle, Kargo knows it by that instead of its Groups and Users.
	env.Edit(t, m, func(s *v1alpha1.StakeholderMapSpec) {
		s.Customers[0].Handles = []v1alpha1.Handle{{System: "kargo", Value: "kargo-board"}}
	})
	waitMay(t, first, []string{"groups kargo-board"}, []string{"groups kargo-board", "email paul@acme.example"})
	env.CheckRender(t, m)
	// An invalid map that no longer has the handle gives its rights to no other claim.
	env.Edit(t, m, func(s *v1alpha1.StakeholderMapSpec) {
		s.Customers[0].Handles = nil
		s.EndUsers[0].Subjects = append(s.EndUsers[0].Subjects, v1alpha1.Subject{Kind: "User", Name: "cfo@acme.example"})
	})
	env.WaitFor(t, m, v1alpha1.ConditionValid, metav1.ConditionFalse, string(v1alpha1.UnacknowledgedOverlap))
	waitMay(t, first, nobody, everyone[2:])
	env.Edit(t, m, func(s *v1alpha1.StakeholderMapSpec) { s.EndUsers[0].Subjects = s.EndUsers[0].Subjects[:1] })
	waitMay(t, first, everyone[1:2], everyone[1:])

	until := metav1.NewTime(time.Now().Add(6 * time.Second))
	env.Edit(t, m, func(s *v1alpha1.StakeholderMapSpec) {
		guest := s.Customers[0]
		guest.Name, guest.Subjects, guest.ValidUntil = "guest", []v1alpha1.Subject{{Kind: "Group", Name: "buyers"}}, &until
		s.Customers = append(s.Customers, guest)
	})
	waitMay(t, first, []string{"groups buyers", everyone[1]}, append([]string{"groups buyers"}, everyone[1:]...))
	waitMay(t, first, everyone[1:2], everyone[1:])

	env.PatchNamespace(t, first, `{"metadata":{"labels":{"kargo.akuity.io/project":null}}}`)
	waitMay(t, first, nobody, nobody)
	env.WaitGone(t, &corev1.ServiceAccount{ObjectMeta: metav1.ObjectMeta{Namespace: first, Name: accountName(m, "customer")}})
	env.WaitHolders(t, m, first, "customer carla", "customer cfo@acme.example", "end-user cashiers", "product-owner paul@acme.example")

	waitMay(t, second, everyone[1:2], everyone[1:])
	env.Consent(t, second, nil)
	waitMay(t, second, nobody, nobody)
	env.WaitHolders(t, m, second)
	env.Consent(t, second, &namespace)
	waitMay(t, second, everyone[1:2], everyone[1:])

	env.Delete(t, m)
	env.WaitGone(t, m)
	for _, role := range []string{"customer", "end-user", "product-owner"} {
		env.WaitGone(t, &corev1.ServiceAccount{ObjectMeta: metav1.ObjectMeta{Namespace: second, Name: accountName(m, role)}})
	}
	switchOff(t)
}

// inForce is a map whose parties Kargo all knows in one project.
func inForce(t *testing.T) (project string, m *v1alpha1.StakeholderMap) {
	t.Helper()
	fresh(t)
	putPolicy(t, v1alpha1.Enabled)
	namespace := env.NewNamespace(t)
	project = newProject(t, namespace)
	m = inProjects(namespace, project)
	env.Create(t, m)
	waitMay(t, project, board, everyone)
	return project, m
}

// TestDrift changes a ServiceAccount in ways that change who can act as it.
func TestDrift(t *testing.T) {
	project, m := inForce(t)
	for what, change := range map[string]map[string]string{
		"other claims": {claims: `{"groups":["cashiers"],"sub":["carla"]}`},
		"no claims":    {claims: ""},
		"no JSON":      {claims: `{"groups":"cashiers`},
		"older claims": {"rbac.kargo.akuity.io/claim.groups": "cashiers"},
		"another UID":  {"stakeholders.dev/map-uid": "0"},
	} {
		t.Run(what, func(t *testing.T) {
			annotate(t, customers(t, project, m), change)
			waitMay(t, project, board, everyone)
		})
	}
	switchOff(t)
	// The operator delays its repairs against a writer that does not stop. The rest uses another map.
	project, m = inForce(t)
	env.Delete(t, customers(t, project, m))
	waitMay(t, project, board, everyone)
	unlabelled := customers(t, project, m)
	unlabelled.Labels = nil
	if err := env.Admin.Update(t.Context(), unlabelled); err != nil {
		t.Fatal(err)
	}
	controlplane.Eventually(t, suite.Patience, "its labels are back", func() error {
		if customers(t, project, m).Labels["stakeholders.dev/map"] == "" {
			return errNot
		}
		return nil
	})
	// If a user's finalizer keeps it, the operator can no longer know who can act as it.
	held := customers(t, project, m)
	held.Finalizers = []string{"example.com/hold"}
	if err := env.Admin.Update(t.Context(), held); err != nil {
		t.Fatal(err)
	}
	env.Delete(t, held)
	waitMay(t, project, nobody, everyone[2:])
	env.WaitFor(t, m, v1alpha1.ConditionAuthorized, metav1.ConditionFalse, v1alpha1.ReasonForeignObject)
	held = customers(t, project, m)
	held.Finalizers = nil
	if err := env.Admin.Update(t.Context(), held); err != nil {
		t.Fatal(err)
	}
	waitMay(t, project, board, everyone)
	env.WaitReady(t, m)
	switchOff(t)
}

// TestIdentities has names with the prefix that the cluster adds. Kargo reads tokens, which have the names without it.
// When the policy changes, Kargo knows every map by the new claims at once.
func TestIdentities(t *testing.T) {
	project, m := inForce(t)
	env.Edit(t, m, func(s *v1alpha1.StakeholderMapSpec) {
		for i := range s.Customers[0].Subjects {
			s.Customers[0].Subjects[i].Name = "oidc:" + s.Customers[0].Subjects[i].Name
		}
	})
	waitMay(t, project, nobody, everyone[2:])
	waitNotCarried(t, m, "spec.customers[0].subjects[1].name", "spec.customers[0].subjects[2].name")

	identities := v1alpha1.Identities{UsernamePrefix: "oidc:", GroupsPrefix: "oidc:"}
	putIdentities(t, identities)
	// Users whose names have no prefix come from another issuer.
	waitMay(t, project, board, board)
	waitNotCarried(t, m, "spec.customers[0].subjects[2].name", "spec.endUsers[0].subjects[0].name", "spec.productOwner.subjects[0].name")
	state, err := env.PolicyInForce(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	if state.Status.InForce.Spec == nil || state.Status.InForce.Spec.Identities != identities {
		t.Errorf("in force is %+v", state.Status.InForce.Spec)
	}

	identities.UsernameClaim = "sub"
	putIdentities(t, identities)
	subs := []string{"groups board", "sub carla", "sub cfo@acme.example"}
	waitMay(t, project, subs, subs)
	waitNotCarried(t, m, "spec.endUsers[0].subjects[0].name", "spec.productOwner.subjects[0].name")

	// Handles are claims as in a token.
	env.Edit(t, m, func(s *v1alpha1.StakeholderMapSpec) {
		s.Customers[0].Handles = []v1alpha1.Handle{
			{System: "kargo", Value: "buyers"}, {System: "kargo", Value: "kargo-board"}, {System: "kargo", Claim: "email", Value: "carla"},
		}
	})
	handles := []string{"groups buyers", "groups kargo-board", "email carla"}
	waitMay(t, project, handles, handles)
	putPolicy(t, v1alpha1.Enabled)
	waitMay(t, project, handles, append(slices.Clone(handles), "email paul@acme.example"))
	switchOff(t)
}

// TestForeignAccount has a foreign ServiceAccount with the name of an output: other users may have its tokens.
func TestForeignAccount(t *testing.T) {
	fresh(t)
	putPolicy(t, v1alpha1.Enabled)
	namespace := env.NewNamespace(t)
	project := newProject(t, namespace)
	m := inProjects(namespace, project)
	foreign := &corev1.ServiceAccount{ObjectMeta: metav1.ObjectMeta{
		Namespace: project, Name: accountName(m, "customer"), Annotations: map[string]string{claims: `{"groups":["cashiers"]}`},
	}}
	env.Create(t, foreign)
	env.Create(t, m)
	env.WaitFor(t, m, v1alpha1.ConditionAuthorized, metav1.ConditionFalse, v1alpha1.ReasonForeignObject)
	waitMay(t, project, nobody, everyone[2:])
	if now := customers(t, project, m); now.ResourceVersion != foreign.ResourceVersion {
		t.Errorf("it was written: %+v", now)
	}
	env.Delete(t, foreign)
	env.Edit(t, m, func(s *v1alpha1.StakeholderMapSpec) { s.Product.DisplayName = "Look again" })
	waitMay(t, project, board, everyone)
	switchOff(t)
}

// TestRestart finds everything unchanged, and changes made in between repaired.
func TestRestart(t *testing.T) {
	fresh(t)
	putPolicy(t, v1alpha1.Enabled)
	namespace := env.NewNamespace(t)
	project := newProject(t, namespace)
	m, gone := inProjects(namespace, project), inProjects(namespace, project)
	gone.Name = "returns"
	env.Create(t, m)
	env.Create(t, gone)
	env.WaitReady(t, gone)
	waitMay(t, project, board, everyone)
	waitCounted(t)
	mark, err := env.Plane.AuditMark()
	if err != nil {
		t.Fatal(err)
	}
	env.Stop(t)
	annotate(t, customers(t, project, m), map[string]string{claims: `{"groups":["cashiers"]}`})
	if err := env.Admin.Patch(t.Context(), gone, client.RawPatch("application/merge-patch+json", []byte(`{"metadata":{"finalizers":null}}`))); err != nil {
		t.Fatal(err)
	}
	env.Delete(t, gone)
	env.Restart(t)
	for _, role := range []string{"customer", "end-user", "product-owner"} {
		env.WaitGone(t, &corev1.ServiceAccount{ObjectMeta: metav1.ObjectMeta{Namespace: project, Name: accountName(gone, role)}})
	}
	waitMay(t, project, board, everyone)
	env.WaitReady(t, m)
	waitCounted(t)
	// The RoleBinding kept the ServiceAccount all the time: no user lost a right because the new operator did not know
	// something yet.
	for _, write := range writes(t, mark, "rolebindings") {
		if write == "patch "+project+"/stakeholders:target:"+namespace+":checkout:customer" {
			t.Errorf("the operator made the request %s", write)
		}
	}
	switchOff(t)
}

// TestRightTakenAway uninstalls the component while it is needed.
func TestRightTakenAway(t *testing.T) {
	project, m := inForce(t)
	install := env.UninstallComponent(t, component)
	// The operator cannot remove subjects who have left from the ServiceAccount, so it revokes the ServiceAccount's
	// right.
	env.Edit(t, m, func(s *v1alpha1.StakeholderMapSpec) { s.Customers[0].Subjects = s.Customers[0].Subjects[1:] })
	waitMay(t, project, nobody, everyone[2:])
	env.WaitFor(t, m, v1alpha1.ConditionAuthorized, metav1.ConditionFalse, v1alpha1.ReasonApplyFailed)
	// After a start, the operator knows none of them.
	env.Stop(t)
	env.Restart(t)
	waitPublished(t, metav1.ConditionFalse, "install the component kargo-accounts")
	waitMay(t, project, nobody, nobody)
	// That does not block the deletion of a map.
	second := inProjects(m.Namespace, project)
	second.Name = "returns"
	env.Create(t, second)
	env.WaitFor(t, second, v1alpha1.ConditionAuthorized, metav1.ConditionFalse, v1alpha1.ReasonApplyFailed)
	env.Delete(t, second)
	env.WaitGone(t, second)
	install()
	waitMay(t, project, everyone[1:2], everyone[1:])
	env.WaitReady(t, m)
	switchOff(t)
}

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
	"encoding/json"
	"errors"
	"fmt"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	rbacv1 "k8s.io/api/rbac/v1"
	apierrors "k8s.io/apimachinery/pkg/api/errors"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"
	"k8s.io/apimachinery/pkg/types"
	"sigs.k8s.io/controller-runtime/pkg/client"

	"github.com/stakeholders-dev/stakeholder-operator/api/v1alpha1"
	"github.com/stakeholders-dev/stakeholder-operator/test/controlplane"
	"github.com/stakeholders-dev/stakeholder-operator/test/fixtures"
)

const (
	editorRole     = "stakeholder-operator-stakeholdermap-editor-role"
	binderRole     = "stakeholders-binder"
	strictAuthors  = "StrictAuthors: "
	canEdit        = right("create stakeholders.dev/stakeholdermaps")
	canPatch       = right("patch stakeholders.dev/stakeholdermaps")
	policyName     = "stakeholder-operator-strict-authors"
	missingOfThree = "may not bind the ClusterRoles " + customerRole + ", " + endUserRole + ", " + productOwnerRole + " in namespace "
)

// author is a user who writes maps.
type author struct {
	reason string
	user   string
	// missing is part of the message that refuses the author; empty if the author may write.
	missing string
}

// TestStrictAuthors lets several authors create, edit and label maps, without the component and with it.
func TestStrictAuthors(t *testing.T) {
	namespace, elsewhere := newNamespace(t), newNamespace(t)
	// Before the component, every user who may edit maps is an author.
	bind(t, namespace, editorRole, "edna", "bert", "fred")
	waitHeld(t, "edna", namespace, []right{canEdit, canPatch}, true)
	create(t, minimal(namespace, "old"))
	if err := tryCreate(t.Context(), as(t, "edna"), namespace); err != nil {
		t.Fatal("without the component, an editor is refused:", err)
	}

	install(t, "strict-authors")
	bind(t, namespace, binderRole, "bert")
	bind(t, elsewhere, binderRole, "fred")
	// RBAC does not apply to the administrator of the other tests. This one has the ClusterRole.
	rootBinding := &rbacv1.ClusterRoleBinding{
		ObjectMeta: metav1.ObjectMeta{GenerateName: "rights-"},
		RoleRef:    rbacv1.RoleRef{APIGroup: rbacv1.GroupName, Kind: "ClusterRole", Name: "cluster-admin"},
		Subjects:   []rbacv1.Subject{{APIGroup: rbacv1.GroupName, Kind: rbacv1.UserKind, Name: "ada"}},
	}
	create(t, rootBinding)
	t.Cleanup(func() {
		if err := admin.Delete(context.WithoutCancel(t.Context()), rootBinding); err != nil {
			t.Error(err)
		}
	})
	waitHeld(t, "ada", "", []right{"* */*"}, true)
	waitForBinder(t, "bert", namespace, allThree...)
	waitForBinder(t, "fred", elsewhere, allThree...)
	controlplane.Eventually(t, patience, "the policy is in force", func() error {
		if err := tryCreate(t.Context(), as(t, "edna"), namespace); !refused(err) {
			return errors.Join(errors.New("an editor without bind is not refused by it"), err)
		}
		return nil
	})

	authors := map[string]author{
		"Editor":       {"An editor who may not bind is refused.", "edna", missingOfThree + namespace + ":"},
		"Binder":       {"A user who may bind all three may write maps.", "bert", ""},
		"ClusterAdmin": {"A user with all rights may bind.", "ada", ""},
		"Elsewhere":    {"The right to bind in another namespace is not enough.", "fred", missingOfThree + namespace + ":"},
	}
	for _, some := range someOfThree() {
		name := "Lacks " + strings.Join(some.missing, " and ")
		authors[name] = author{
			"A user who may bind some learns which are missing.", some.user,
			"ClusterRoles " + strings.Join(some.missing, ", ") + " in namespace " + namespace + ":",
		}
		bind(t, namespace, editorRole, some.user)
		bind(t, namespace, newClusterRole(t, bindOnly(some.bound)), some.user)
		waitHeld(t, some.user, namespace, []right{canEdit, canPatch}, true)
		waitForBinder(t, some.user, namespace, some.bound...)
	}
	for name, tc := range authors {
		t.Run(name, func(t *testing.T) { tc.check(t, namespace) })
	}
	t.Run("Operator", func(t *testing.T) { testOperatorPatches(t, namespace) })
	t.Run("TypeCheck", func(t *testing.T) { testTypeCheck(t, policyName) })
	t.Run("Defaults", func(t *testing.T) { testDefaults(t, "strict-authors", policyName) })
}

// check lets the author write maps in every way.
func (a author) check(t *testing.T, namespace string) {
	t.Helper()
	c := as(t, a.user)
	old := minimal(namespace, "old")
	spec := fmt.Sprintf(`{"spec":{"product":{"displayName":"Edited by %s"}}}`, a.user)
	for what, err := range map[string]error{
		"creating":              tryCreate(t.Context(), c, namespace),
		"editing":               c.Patch(t.Context(), old, client.RawPatch(types.MergePatchType, []byte(spec)), client.DryRunAll),
		"server-side applying":  apply(t.Context(), c, minimal(namespace, "new-"+a.user)),
		"re-applying with edit": apply(t.Context(), c, renamed(minimal(namespace, "old"), "Applied by "+a.user)),
	} {
		switch {
		case a.missing == "" && err != nil:
			t.Errorf("%s %s a map gives %v", a.reason, what, err)
		case a.missing != "" && (!refused(err) || !strings.Contains(err.Error(), a.missing)):
			t.Errorf("%s %s a map gives %v, want %q", a.reason, what, err, a.missing)
		}
	}
	labels := fmt.Sprintf(`{"metadata":{"labels":{"by":%q}}}`, a.user)
	if err := c.Patch(t.Context(), minimal(namespace, "old"), client.RawPatch(types.MergePatchType, []byte(labels))); err != nil {
		t.Errorf("%s labelling a map gives %v, want no error", a.reason, err)
	}
}

// testOperatorPatches lets the operator write finalizers and status, which it does for every author's map.
func testOperatorPatches(t *testing.T, namespace string) {
	t.Helper()
	// Independent of the shipped rights: this test is only about the policy.
	editor := &rbacv1.RoleBinding{
		ObjectMeta: metav1.ObjectMeta{Namespace: namespace, GenerateName: "rights-"},
		RoleRef:    rbacv1.RoleRef{APIGroup: rbacv1.GroupName, Kind: "ClusterRole", Name: editorRole},
		Subjects:   []rbacv1.Subject{{APIGroup: rbacv1.GroupName, Kind: rbacv1.UserKind, Name: operatorUser}},
	}
	create(t, editor)
	waitHeld(t, operatorUser, namespace, []right{canPatch}, true)
	c := as(t, operatorUser)
	m := minimal(namespace, "old")
	patch := func(content string) client.Patch { return client.RawPatch(types.MergePatchType, []byte(content)) }
	if err := c.Patch(t.Context(), m, patch(`{"metadata":{"finalizers":["stakeholders.dev/revoke"]}}`)); err != nil {
		t.Error("adding a finalizer:", err)
	}
	if err := c.Status().Patch(t.Context(), m, patch(`{"status":{"observedGeneration":1}}`)); err != nil {
		t.Error("writing the status:", err)
	}
	if err := admin.Delete(t.Context(), m); err != nil {
		t.Fatal(err)
	}
	if err := c.Patch(t.Context(), m, patch(`{"metadata":{"finalizers":null}}`)); err != nil {
		t.Error("removing the finalizer of a map that is being deleted:", err)
	}
}

// testTypeCheck reads the API server's type check of a policy.
func testTypeCheck(t *testing.T, policyName string) {
	t.Helper()
	controlplane.Eventually(t, patience, "the policy's types are checked", func() error {
		out, err := plane.Kubectl(t.Context(), "get", "validatingadmissionpolicy", policyName, "-o", "jsonpath={.status.typeChecking}")
		if err == nil && out != "{}" {
			return fmt.Errorf("type checking says %q, want no warning", out)
		}
		return err
	})
}

// testDefaults makes sure that the API server fills in nothing: a tool that compares would see a difference.
func testDefaults(t *testing.T, component, policyName string) {
	t.Helper()
	testStored(t, build(t, withDefault(component)), "ValidatingAdmissionPolicy", policyName)
}

// testStored makes sure that a policy of some manifests, and its binding, are stored as they were sent.
func testStored(t *testing.T, objects []*unstructured.Unstructured, policyKind, policyName string) {
	t.Helper()
	for _, kind := range []string{policyKind, policyKind + "Binding"} {
		shipped := object(t, objects, kind, policyName)
		stored := &unstructured.Unstructured{}
		stored.SetGroupVersionKind(shipped.GroupVersionKind())
		if err := admin.Get(t.Context(), client.ObjectKey{Name: policyName}, stored); err != nil {
			t.Fatal(err)
		}
		if diff := cmp.Diff(shipped.Object["spec"], stored.Object["spec"]); diff != "" {
			t.Errorf("%s (-shipped +stored):\n%s", kind, diff)
		}
	}
}

// TestBinderRole makes sure that the ClusterRole for authors only gives the three.
func TestBinderRole(t *testing.T) {
	role := find(t, build(t, withDefault("strict-authors")), "ClusterRole", binderRole, &rbacv1.ClusterRole{})
	if len(role.Rules) != 1 || !slices.Equal(role.Rules[0].ResourceNames, allThree) || !slices.Equal(role.Rules[0].Verbs, []string{"bind"}) {
		t.Errorf("%s has the rules %+v", binderRole, role.Rules)
	}
	for _, complaint := range excess(role.Rules) {
		t.Error(complaint)
	}
}

// refused reports whether the policy has refused a request, and not RBAC.
func refused(err error) bool {
	return apierrors.IsForbidden(err) && strings.Contains(err.Error(), strictAuthors)
}

// waitForBinder waits until a user may bind ClusterRoles in a namespace.
func waitForBinder(t *testing.T, user, namespace string, names ...string) {
	t.Helper()
	controlplane.Eventually(t, patience, user+" may bind in "+namespace, func() error {
		for _, name := range names {
			out, err := plane.Kubectl(t.Context(), "auth", "can-i", "bind", "clusterroles/"+name, "--namespace", namespace, "--as", user)
			if err != nil {
				return fmt.Errorf("%s: %s: %w", name, out, err)
			}
		}
		return nil
	})
}

// allThree are the ClusterRoles, in the order of the message.
var allThree = []string{customerRole, endUserRole, productOwnerRole}

// partial is a user who may bind one or two of the three.
type partial struct {
	user           string
	bound, missing []string
}

// someOfThree are all possible combinations.
func someOfThree() []partial {
	var out []partial
	for bits := 1; bits < 7; bits++ {
		p := partial{user: fmt.Sprintf("pia-%d", bits)}
		for i, name := range allThree {
			if bits>>i&1 == 1 {
				p.bound = append(p.bound, name)
			} else {
				p.missing = append(p.missing, name)
			}
		}
		out = append(out, p)
	}
	return out
}

// bindOnly gives the right to bind some ClusterRoles.
func bindOnly(names []string) *rbacv1.ClusterRole {
	return &rbacv1.ClusterRole{Rules: []rbacv1.PolicyRule{{
		APIGroups: []string{rbacv1.GroupName}, Resources: []string{"clusterroles"}, ResourceNames: names, Verbs: []string{"bind"},
	}}}
}

func minimal(namespace, name string) *v1alpha1.StakeholderMap {
	m := fixtures.Minimal()
	m.Namespace, m.Name = namespace, name
	return m
}

func renamed(m *v1alpha1.StakeholderMap, product string) *v1alpha1.StakeholderMap {
	m.Spec.Product.DisplayName = product
	return m
}

func tryCreate(ctx context.Context, c client.Client, namespace string) error {
	return c.Create(ctx, minimal(namespace, "new"), client.DryRunAll)
}

// apply is kubectl apply --server-side --force-conflicts, as a GitOps tool uses it, without an effect.
func apply(ctx context.Context, c client.Client, m *v1alpha1.StakeholderMap) error {
	content, err := json.Marshal(m)
	if err != nil {
		return err
	}
	return c.Patch(ctx, m, client.RawPatch(types.ApplyPatchType, content), client.DryRunAll, client.ForceOwnership, client.FieldOwner("rights"))
}

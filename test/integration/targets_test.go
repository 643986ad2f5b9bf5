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
	"fmt"
	"maps"
	"slices"
	"strings"
	"testing"

	corev1 "k8s.io/api/core/v1"
	rbacv1 "k8s.io/api/rbac/v1"
	apierrors "k8s.io/apimachinery/pkg/api/errors"
	"k8s.io/apimachinery/pkg/api/meta"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/runtime"
	"sigs.k8s.io/controller-runtime/pkg/client"

	"github.com/stakeholders-dev/stakeholder-operator/api/v1alpha1"
	"github.com/stakeholders-dev/stakeholder-operator/test/controlplane"
	"github.com/stakeholders-dev/stakeholder-operator/test/suite"
)

// consenting makes a namespace that accepts the maps of another one. Labels are given as pairs.
func consenting(t *testing.T, mapNamespace string, labels ...string) string {
	t.Helper()
	return env.NewTarget(t, mapNamespace, labels...)
}

// patchNamespace changes labels and annotations of a namespace; null removes one.
func patchNamespace(t *testing.T, name, patch string) {
	t.Helper()
	env.PatchNamespace(t, name, patch)
}

// selecting is a map whose target selector is a label that no other test uses.
func selecting(namespace, product string) *v1alpha1.StakeholderMap {
	return suite.Selecting(namespace, "checkout", product)
}

func holdersIn(t *testing.T, m *v1alpha1.StakeholderMap, namespace string) []string {
	t.Helper()
	return env.HoldersIn(t, m, namespace)
}

func copyIn(t *testing.T, m *v1alpha1.StakeholderMap, namespace string) map[string]string {
	t.Helper()
	return env.TableIn(t, m, namespace)
}

var everybody = suite.Everybody()

// waitTarget waits until a map is in force in a namespace, with a copy of exactly its table, or until nothing of it is
// there.
func waitTarget(t *testing.T, m *v1alpha1.StakeholderMap, namespace string, want []string) {
	t.Helper()
	env.WaitHolders(t, m, namespace, want...)
	if len(want) == 0 || namespace == m.Namespace {
		return
	}
	controlplane.Eventually(t, patience, "the table is the map's", func() error {
		if data := copyIn(t, m, namespace); !maps.Equal(get(t, m.Namespace, m.Name+"-routing", &corev1.ConfigMap{}).Data, data) {
			return fmt.Errorf("it is another: %v", data)
		}
		return nil
	})
}

func waitNamespaces(t *testing.T, m *v1alpha1.StakeholderMap, matched, ready, refused int32) *v1alpha1.StakeholderMap {
	t.Helper()
	var current *v1alpha1.StakeholderMap
	controlplane.Eventually(t, patience, fmt.Sprintf("%d namespaces of %s, %d ready, %d refused", matched, m.Name, ready, refused), func() error {
		current = get(t, m.Namespace, m.Name, &v1alpha1.StakeholderMap{})
		got := current.Status.Namespaces
		if got.Matched == nil || *got.Matched != matched || *got.Ready != ready || *got.Refused != refused {
			return fmt.Errorf("status has %+v and conditions %+v", got, current.Status.Conditions)
		}
		return nil
	})
	return current
}

func authorized(m *v1alpha1.StakeholderMap) metav1.Condition {
	if c := meta.FindStatusCondition(m.Status.Conditions, v1alpha1.ConditionAuthorized); c != nil {
		return *c
	}
	return metav1.Condition{}
}

// Consent: a target namespace takes part only while its own annotation lists the map's namespace.
func TestConsent(t *testing.T) {
	t.Parallel()
	m := newMap(newNamespace(t), "checkout")
	target := newNamespace(t)
	m.Spec.TargetNamespaces.Names = []string{target}
	create(t, m)
	m = waitNamespaces(t, m, 1, 0, 1)
	if c := authorized(m); c.Status != metav1.ConditionFalse || c.Reason != v1alpha1.ReasonNamespaceRefused || !strings.Contains(c.Message, target) {
		t.Errorf("condition is %+v", c)
	}
	if len(m.Finalizers) > 0 || len(holdersIn(t, m, target)) > 0 || copyIn(t, m, target) != nil {
		t.Error("something is there without consent")
	}
	env.CheckRender(t, m)
	for _, no := range []string{m.Namespace + "-x", "x," + m.Namespace[:4], ""} {
		patchNamespace(t, target, `{"metadata":{"annotations":{"stakeholders.dev/accept-maps-from":"`+no+`"}}}`)
	}
	for _, yes := range []string{"x, " + m.Namespace + " ,y", "*"} {
		patchNamespace(t, target, `{"metadata":{"annotations":{"stakeholders.dev/accept-maps-from":"`+yes+`"}}}`)
		m = waitReady(t, waitNamespaces(t, m, 1, 1, 0))
		waitTarget(t, m, target, everybody)
		if !slices.Contains(m.Finalizers, v1alpha1.TargetsFinalizer) {
			t.Errorf("finalizers are %v", m.Finalizers)
		}
		patchNamespace(t, target, `{"metadata":{"annotations":{"stakeholders.dev/accept-maps-from":null}}}`)
		waitTarget(t, m, target, nil)
		m = waitNamespaces(t, m, 1, 0, 1)
		controlplane.Eventually(t, patience, "no finalizer", func() error {
			if m = get(t, m.Namespace, m.Name, &v1alpha1.StakeholderMap{}); len(m.Finalizers) > 0 {
				return fmt.Errorf("finalizers are %v", m.Finalizers)
			}
			return nil
		})
	}
}

// Namespaces that appear, are relabelled, or are created again under the same name.
func TestTargetsComeAndGo(t *testing.T) {
	t.Parallel()
	m := selecting(newNamespace(t), "comes-and-goes")
	first := consenting(t, m.Namespace, "product", "comes-and-goes")
	createReady(t, m)
	waitTarget(t, m, first, everybody)
	late := consenting(t, m.Namespace, "product", "comes-and-goes")
	waitTarget(t, m, late, everybody)
	waitNamespaces(t, m, 2, 2, 0)
	patchNamespace(t, late, `{"metadata":{"labels":{"product":"other"}}}`)
	waitTarget(t, m, late, nil)
	patchNamespace(t, late, `{"metadata":{"labels":{"product":"comes-and-goes"}}}`)
	waitTarget(t, m, late, everybody)

	ns := get(t, "", late, &corev1.Namespace{})
	if err := env.Admin.Delete(t.Context(), ns); err != nil {
		t.Fatal(err)
	}
	waitNamespaces(t, m, 1, 1, 0)
	controlplane.Eventually(t, patience, "the namespace comes again", func() error {
		again := &corev1.Namespace{ObjectMeta: metav1.ObjectMeta{Name: late, Labels: ns.Labels, Annotations: ns.Annotations}}
		err := env.Admin.Create(t.Context(), again)
		if err == nil && again.UID == ns.UID {
			t.Error("it is the same one")
		}
		return err
	})
	waitTarget(t, m, late, everybody)
	env.CheckRender(t, waitReady(t, waitNamespaces(t, m, 2, 2, 0)))
}

// An edit reaches every target. A deletion removes all outputs everywhere, and then the finalizer.
func TestTargetsFollowTheMap(t *testing.T) {
	t.Parallel()
	m := selecting(newNamespace(t), "follows")
	var names []string
	for range 3 {
		names = append(names, consenting(t, m.Namespace, "product", "follows"))
	}
	m = createReady(t, m)
	edit(t, m, func(s *v1alpha1.StakeholderMapSpec) { s.Customers[0].Subjects = users("chris") })
	for _, ns := range names {
		waitTarget(t, m, ns, []string{"customer chris", "end-user eve", "product-owner paul"})
	}
	gonens := get(t, "", names[2], &corev1.Namespace{})
	if err := env.Admin.Delete(t.Context(), gonens); err != nil {
		t.Fatal(err)
	}
	if err := env.Admin.Delete(t.Context(), m); err != nil {
		t.Fatal(err)
	}
	controlplane.Eventually(t, patience, "the map is gone", func() error {
		return client.IgnoreNotFound(gone(env.Admin.Get(t.Context(), keyOf(m), &v1alpha1.StakeholderMap{})))
	})
	for _, ns := range names[:2] {
		if got := holdersIn(t, m, ns); len(got) > 0 || copyIn(t, m, ns) != nil {
			t.Errorf("the map is gone, and in %s there are %v", ns, got)
		}
	}
}

// The map's own namespace can be a target: then the rights in tools apply there, too. There is no second table, and no
// finalizer.
func TestOwnNamespaceAsTarget(t *testing.T) {
	t.Parallel()
	namespace := newNamespace(t)
	patchNamespace(t, namespace, `{"metadata":{"annotations":{"stakeholders.dev/accept-maps-from":"`+namespace+`"}}}`)
	m := newMap(namespace, "checkout")
	m.Spec.TargetNamespaces.Names = []string{namespace}
	m = createReady(t, m)
	waitTarget(t, m, namespace, everybody)
	if len(m.Finalizers) > 0 {
		t.Errorf("finalizers are %v", m.Finalizers)
	}
	if copyIn(t, m, namespace) != nil {
		t.Error("there is a second table")
	}
	env.CheckRender(t, m)
	edit(t, m, func(s *v1alpha1.StakeholderMapSpec) { s.TargetNamespaces = v1alpha1.TargetNamespaces{} })
	controlplane.Eventually(t, patience, "no rights of tools", func() error {
		if got := holdersIn(t, m, namespace); len(got) > 0 {
			return fmt.Errorf("%v have", got)
		}
		return nil
	})
	wantMay(t, true, "carla", "approve", m, "budget")
}

// A failing namespace never blocks the others, and the condition names it.
func TestFailingTarget(t *testing.T) {
	t.Parallel()
	m := selecting(newNamespace(t), "fails")
	var names []string
	for range 3 {
		names = append(names, consenting(t, m.Namespace, "product", "fails"))
	}
	slices.Sort(names)
	allow := forbid(t, "rolebindings", &rbacv1.RoleBinding{
		ObjectMeta: metav1.ObjectMeta{Namespace: names[0], Name: "probe"},
		RoleRef:    rbacv1.RoleRef{APIGroup: rbacv1.GroupName, Kind: "ClusterRole", Name: "view"},
	})
	create(t, m)
	waitTarget(t, m, names[1], everybody)
	waitTarget(t, m, names[2], everybody)
	m = waitNamespaces(t, m, 3, 2, 0)
	if c := authorized(m); c.Status != metav1.ConditionFalse || c.Reason != v1alpha1.ReasonApplyFailed || !strings.Contains(c.Message, names[0]) || strings.Contains(c.Message, names[1]) {
		t.Errorf("condition is %+v", c)
	}
	allow()
	waitReady(t, waitNamespaces(t, m, 3, 3, 0))
}

// forbid prevents all users from creating and changing objects like probe, in its namespace, as a quota or a user's
// policy would, until the returned function is called.
func forbid(t *testing.T, resource string, probe client.Object) (allow func()) {
	t.Helper()
	namespace := probe.GetNamespace()
	name := "forbid-" + namespace
	manifest := fmt.Sprintf(`
apiVersion: admissionregistration.k8s.io/v1
kind: ValidatingAdmissionPolicy
metadata: {name: %[1]s}
spec:
  matchConstraints:
    resourceRules: [{apiGroups: ["*"], apiVersions: ["*"], operations: [CREATE, UPDATE], resources: [%[3]s]}]
    namespaceSelector: {matchLabels: {kubernetes.io/metadata.name: %[2]s}}
  validations: [{expression: "false", message: "the test forbids it", reason: Forbidden}]
---
apiVersion: admissionregistration.k8s.io/v1
kind: ValidatingAdmissionPolicyBinding
metadata: {name: %[1]s}
spec: {policyName: %[1]s, validationActions: [Deny]}
`, name, namespace, resource)
	if _, err := env.Plane.KubectlInput(t.Context(), newReader(manifest), "apply", "--server-side", "-f", "-"); err != nil {
		t.Fatal(err)
	}
	controlplane.Eventually(t, patience, "the policy is in force", func() error {
		if err := env.Admin.Create(t.Context(), probe.DeepCopyObject().(client.Object), client.DryRunAll); !apierrors.IsForbidden(err) { //nolint:errcheck,forcetypeassert // a copy is an object too
			return fmt.Errorf("the probe gives %w", err)
		}
		return nil
	})
	return func() {
		if _, err := env.Plane.Kubectl(t.Context(), "delete", "validatingadmissionpolicybinding,validatingadmissionpolicy", name); err != nil {
			t.Fatal(err)
		}
	}
}

// A ServiceAccount of another namespace takes part only if that namespace accepts the map.
func TestServiceAccountConsent(t *testing.T) {
	t.Parallel()
	m := newMap(newNamespace(t), "checkout")
	other := newNamespace(t)
	m.Spec.EndUsers[0].Subjects = append(m.Spec.EndUsers[0].Subjects, v1alpha1.Subject{Kind: v1alpha1.SubjectServiceAccount, Namespace: other, Name: "ledger"})
	user := "system:serviceaccount:" + other + ":ledger"
	create(t, m)
	m = waitFor(t, m, v1alpha1.ConditionReady, metav1.ConditionFalse, v1alpha1.ReasonNamespaceRefused)
	if c := authorized(m); !strings.Contains(c.Message, other) {
		t.Errorf("condition is %+v", c)
	}
	wantMay(t, true, "eve", "request", m, "usability")
	if may(t, user, nil, "request", m, "usability") || strings.Contains(get(t, m.Namespace, m.Name+"-routing", &corev1.ConfigMap{}).Data["routing.json"], "ledger") {
		t.Error("the ServiceAccount takes part without consent")
	}
	env.CheckRender(t, m)
	patchNamespace(t, other, `{"metadata":{"annotations":{"stakeholders.dev/accept-maps-from":"`+m.Namespace+`"}}}`)
	waitReady(t, m)
	wantMay(t, true, user, "request", m, "usability")
	env.CheckRender(t, m)
	patchNamespace(t, other, `{"metadata":{"annotations":{"stakeholders.dev/accept-maps-from":null}}}`)
	wantMay(t, false, user, "request", m, "usability")
}

// A ServiceAccount without a namespace is one of the map's own, also in the target namespaces.
func TestOwnServiceAccount(t *testing.T) {
	t.Parallel()
	m := newMap(newNamespace(t), "checkout")
	target := consenting(t, m.Namespace)
	m.Spec.TargetNamespaces.Names = []string{target}
	m.Spec.EndUsers[0].Subjects = append(m.Spec.EndUsers[0].Subjects, v1alpha1.Subject{Kind: v1alpha1.SubjectServiceAccount, Name: "ledger"})
	create(t, m)
	waitReady(t, m)
	wantMay(t, true, "system:serviceaccount:"+m.Namespace+":ledger", "request", m, "usability")
	if may(t, "system:serviceaccount:"+target+":ledger", nil, "request", m, "usability") {
		t.Error("a ServiceAccount of the target namespace has its rights")
	}
	want := rbacv1.Subject{Kind: rbacv1.ServiceAccountKind, Namespace: m.Namespace, Name: "ledger"}
	for namespace, name := range map[string]string{
		m.Namespace: "stakeholders:checkout:end-user", target: "stakeholders:target:" + m.Namespace + ":checkout:end-user",
	} {
		if binding := get(t, namespace, name, &rbacv1.RoleBinding{}); !slices.Contains(binding.Subjects, want) {
			t.Errorf("%s in %s has the subjects %v, want %v among them", name, namespace, binding.Subjects, want)
		}
	}
}

// Tracking labels and annotations are never copied to an output, here or in a target namespace. A GitOps tool would
// treat such an output as its own, and report it out of sync or prune it.
func TestTrackingIsNotCopied(t *testing.T) {
	t.Parallel()
	m := selecting(newNamespace(t), "tracking")
	target := consenting(t, m.Namespace, "product", "tracking")
	m.Labels = map[string]string{"app.kubernetes.io/instance": "shop", "kustomize.toolkit.fluxcd.io/name": "shop"}
	m.Annotations = map[string]string{"argocd.argoproj.io/tracking-id": "shop:stakeholders.dev/StakeholderMap:x/checkout"}
	createReady(t, m)
	waitTarget(t, m, target, everybody)
	outputs := 0
	for _, list := range []client.ObjectList{&corev1.ConfigMapList{}, &rbacv1.RoleList{}, &rbacv1.RoleBindingList{}} {
		err := env.Admin.List(t.Context(), list, client.MatchingLabels{"stakeholders.dev/map": m.Name, "stakeholders.dev/map-namespace": m.Namespace})
		if err != nil {
			t.Fatal(err)
		}
		err = meta.EachListItem(list, func(item runtime.Object) error {
			outputs++
			object, err := meta.Accessor(item)
			if err != nil {
				return err
			}
			for key := range object.GetLabels() {
				if key != "app.kubernetes.io/managed-by" && key != "velero.io/exclude-from-backup" && !strings.HasPrefix(key, "stakeholders.dev/") {
					t.Errorf("%T %s has the label %s", item, object.GetName(), key)
				}
			}
			for key := range object.GetAnnotations() {
				if !strings.HasPrefix(key, "stakeholders.dev/") {
					t.Errorf("%T %s has the annotation %s", item, object.GetName(), key)
				}
			}
			return nil
		})
		if err != nil {
			t.Fatal(err)
		}
	}
	if outputs != 11 {
		t.Errorf("%d outputs, want a ConfigMap and three pairs here, a ConfigMap and three RoleBindings there", outputs)
	}
}

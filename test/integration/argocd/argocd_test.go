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

package argocd

import (
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	corev1 "k8s.io/api/core/v1"
	"k8s.io/apimachinery/pkg/api/meta"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/watch"
	"sigs.k8s.io/controller-runtime/pkg/client"

	"github.com/stakeholders-dev/stakeholder-operator/api/v1alpha1"
	"github.com/stakeholders-dev/stakeholder-operator/test/controlplane"
	"github.com/stakeholders-dev/stakeholder-operator/test/suite"
)

// TestWithoutRights switches Argo CD on before the operator may read its projects, then without Argo CD's ConfigMap.
func TestWithoutRights(t *testing.T) {
	fresh(t)
	install := env.UninstallComponent(t, component)
	putPolicy(t, withArgoCD())
	waitPublished(t, metav1.ConditionFalse, v1alpha1.ReasonApplyFailed, "argocd-rbac")
	install()
	waitPublished(t, metav1.ConditionTrue, v1alpha1.ReasonPublished, "")
	switchOff(t)
	elsewhere := withArgoCD()
	elsewhere.Outputs.ArgoCD.Namespace = "default"
	putPolicy(t, elsewhere)
	waitPublished(t, metav1.ConditionFalse, v1alpha1.ReasonApplyFailed, "namespace default")
	switchOff(t)
}

// TestMoveWaitsForTheNewPlace names another namespace for Argo CD in the policy, in which the operator cannot write
// yet. The ConfigMap in the old namespace stays in force and follows the maps, and the operator moves it when it can.
func TestMoveWaitsForTheNewPlace(t *testing.T) {
	fresh(t)
	namespace := env.NewNamespace(t)
	newProject(t, "moved", namespace)
	m := inProject(namespace, "checkout", "moved")
	env.Create(t, m)
	putPolicy(t, withArgoCD())
	waitGroups(t, "all are there", "checkout:customer board", "checkout:customer buyers", "checkout:end-user cashiers")
	env.WaitReady(t, m)

	next := env.NewNamespace(t)
	moved := withArgoCD()
	moved.Outputs.ArgoCD.Namespace = next
	putPolicy(t, moved)
	waitPublished(t, metav1.ConditionFalse, v1alpha1.ReasonApplyFailed, "in namespace "+next)
	waitPublished(t, metav1.ConditionFalse, v1alpha1.ReasonApplyFailed, "argocd-rbac for that namespace")
	is := env.WaitFor(t, m, v1alpha1.ConditionReady, metav1.ConditionFalse, v1alpha1.ReasonProjectRefused)
	if c := meta.FindStatusCondition(is.Status.Conditions, v1alpha1.ConditionReady); !strings.Contains(c.Message, next) || !strings.Contains(c.Message, argoNamespace) {
		t.Errorf("the map says %q, want both namespaces in it", c.Message)
	}
	waitGroups(t, "the written groups stay", "checkout:customer board", "checkout:customer buyers", "checkout:end-user cashiers")
	env.Edit(t, m, func(s *v1alpha1.StakeholderMapSpec) { s.Customers[0].Subjects = s.Customers[0].Subjects[:1] })
	waitGroups(t, "a group has left meanwhile", "checkout:customer board", "checkout:end-user cashiers")

	// The rights alone are not enough.
	installComponentIn(t, next)
	waitPublished(t, metav1.ConditionFalse, v1alpha1.ReasonArgoCDMissing, "in namespace "+next)
	waitGroups(t, "the written groups stay", "checkout:customer board", "checkout:end-user cashiers")
	newProjectIn(t, next, "moved", namespace)
	env.Create(t, &corev1.ConfigMap{ObjectMeta: metav1.ObjectMeta{Namespace: next, Name: "argocd-rbac-cm"}})
	waitPublished(t, metav1.ConditionTrue, v1alpha1.ReasonPublished, next)
	waitGroupsIn(t, next, "it has moved", "checkout:customer board", "checkout:end-user cashiers")
	waitGroups(t, "nothing is left in the old namespace")
	env.WaitReady(t, m)
	env.Delete(t, m)
	switchOff(t)
}

// TestProjectAccepts follows a map and its project through all their changes.
func TestProjectAccepts(t *testing.T) {
	fresh(t)
	namespace := env.NewNamespace(t)
	before := configMap(t)
	project := newProject(t, "shop", "")
	m := inProject(namespace, "checkout", "shop")
	env.Create(t, m)
	// Unless the policy sets the output, a project is only a name.
	env.WaitReady(t, m)
	putPolicy(t, withArgoCD(v1alpha1.ArgoCDSync))
	waitPublished(t, metav1.ConditionTrue, v1alpha1.ReasonPublished, "")
	env.WaitFor(t, m, v1alpha1.ConditionAuthorized, metav1.ConditionFalse, v1alpha1.ReasonProjectRefused)

	accept(t, project, namespace)
	waitGroups(t, "the project accepts", "checkout:customer board", "checkout:customer buyers", "checkout:end-user cashiers")
	env.WaitReady(t, m)
	after := configMap(t)
	for key, value := range before.Data {
		if after.Data[key] != value {
			t.Errorf("key %s went from %q to %q", key, value, after.Data[key])
		}
	}
	for _, entry := range after.ManagedFields {
		if entry.Manager != "stakeholder-operator" {
			continue
		}
		if fields := entry.FieldsV1.GetRawString(); fields != `{"f:data":{"f:policy.stakeholders.csv":{}}}` {
			t.Errorf("the operator owns %s", fields)
		}
	}
	if !strings.Contains(after.Data[policyKey], "sync") {
		t.Errorf("customers may not sync: %s", after.Data[policyKey])
	}

	checkRender(t, m, project, withArgoCD(v1alpha1.ArgoCDSync))

	env.Edit(t, m, func(s *v1alpha1.StakeholderMapSpec) { s.Customers[0].Subjects = s.Customers[0].Subjects[:1] })
	waitGroups(t, "a group has left", "checkout:customer board", "checkout:end-user cashiers")

	tampered := configMap(t)
	tampered.Data[policyKey] += "g,eve,role:admin\n"
	if err := env.Admin.Update(t.Context(), tampered); err != nil {
		t.Fatal(err)
	}
	controlplane.Eventually(t, suite.Patience, "what another writer has written into our key is gone", func() error {
		if strings.Contains(configMap(t).Data[policyKey], "eve") {
			return errNot
		}
		return nil
	})

	accept(t, project, "somebody-else")
	waitGroups(t, "the project no longer accepts the map")
	env.WaitFor(t, m, v1alpha1.ConditionAuthorized, metav1.ConditionFalse, v1alpha1.ReasonProjectRefused)
	accept(t, project, "*")
	waitGroups(t, "the project accepts all maps", "checkout:customer board", "checkout:end-user cashiers")

	env.Delete(t, m)
	waitGroups(t, "the map is gone")
	switchOff(t)
	if diff := len(configMap(t).Data) - len(before.Data); diff != 0 {
		t.Errorf("the ConfigMap has %d more keys than before", diff)
	}
}

// TestRefusedGroup names a group that means something else in another key.
func TestRefusedGroup(t *testing.T) {
	fresh(t)
	namespace := env.NewNamespace(t)
	newProject(t, "refused", namespace)
	m := inProject(namespace, "checkout", "refused")
	m.Spec.Customers[0].Subjects[0].Name = "role:admin"
	m.Spec.Customers[0].Subjects[1].Name = "role:none"
	env.Create(t, m)
	putPolicy(t, withArgoCD())
	waitGroups(t, "the groups that Argo CD can hold are there", "checkout:end-user cashiers")
	controlplane.Eventually(t, suite.Patience, "the groups are reported", func() error {
		var fields []string
		for _, finding := range suite.Get(t, env.Suite, namespace, m.Name, &v1alpha1.StakeholderMap{}).Status.Findings {
			if finding.Code == v1alpha1.NotCarried {
				fields = append(fields, finding.Field)
			}
		}
		want := []string{"spec.customers[0].subjects[0].name", "spec.customers[0].subjects[1].name", "spec.productOwner.subjects[0].name"}
		if !slices.Equal(fields, want) {
			return fmt.Errorf("reported are %v, want %v", fields, want)
		}
		return nil
	})
	env.Edit(t, m, func(s *v1alpha1.StakeholderMapSpec) { s.Customers[0].Subjects[0].Name = "platform-admins" })
	cm := configMap(t)
	cm.Data["policy.more.csv"] = "p, platform-admins, applications, *, */*, allow\n"
	if err := env.Admin.Update(t.Context(), cm); err != nil {
		t.Fatal(err)
	}
	// It has its own rights there, which our line would give to all users with a group of that name.
	env.WaitFor(t, m, v1alpha1.ConditionAuthorized, metav1.ConditionFalse, v1alpha1.ReasonProjectRefused)
	waitGroups(t, "a group with other rights is left out", "checkout:end-user cashiers")
	env.Delete(t, m)
	switchOff(t)
}

// TestIdentities has groups with the prefix that the cluster adds. Argo CD reads tokens, which have the names without
// it. When the policy changes, the groups of every map change.
func TestIdentities(t *testing.T) {
	fresh(t)
	namespace := env.NewNamespace(t)
	newProject(t, "prefixed", namespace)
	m := inProject(namespace, "checkout", "prefixed")
	for i := range m.Spec.Customers[0].Subjects {
		m.Spec.Customers[0].Subjects[i].Name = "oidc:" + m.Spec.Customers[0].Subjects[i].Name
	}
	env.Create(t, m)
	putPolicy(t, withArgoCD())
	waitGroups(t, "names are taken as they are", "checkout:customer oidc:board", "checkout:customer oidc:buyers", "checkout:end-user cashiers")
	prefixed := withArgoCD()
	prefixed.Identities.GroupsPrefix = "oidc:"
	putPolicy(t, prefixed)
	waitGroups(t, "the prefix is removed, and a group without it comes from another issuer", "checkout:customer board", "checkout:customer buyers")
	env.Edit(t, m, func(s *v1alpha1.StakeholderMapSpec) {
		s.Customers[0].Handles = []v1alpha1.Handle{{System: "argocd", Value: "one"}, {System: "argocd", Value: "two"}}
	})
	waitGroups(t, "handles are claims as in a token", "checkout:customer one", "checkout:customer two")
	putPolicy(t, withArgoCD())
	waitGroups(t, "the cluster adds nothing any more", "checkout:customer one", "checkout:customer two", "checkout:end-user cashiers")
	env.Delete(t, m)
	switchOff(t)
}

// TestInvalidMapGainsNothing removes the handle by which Argo CD knows a party, in an edit that makes the map invalid:
// the party's Groups do not get the rights of the handle.
func TestInvalidMapGainsNothing(t *testing.T) {
	fresh(t)
	namespace := env.NewNamespace(t)
	newProject(t, "invalid", namespace)
	m := inProject(namespace, "checkout", "invalid")
	m.Spec.Customers[0].Handles = []v1alpha1.Handle{{System: "argocd", Value: "acme-board"}}
	env.Create(t, m)
	putPolicy(t, withArgoCD())
	waitGroups(t, "the handle is there", "checkout:customer acme-board", "checkout:end-user cashiers")
	forbidden := withArgoCD()
	forbidden.HandleSystems = []v1alpha1.HandleSystem{{Name: "pager", RequiredFor: []v1alpha1.Role{v1alpha1.RoleEndUser}}}
	putPolicy(t, forbidden)
	env.WaitFor(t, m, v1alpha1.ConditionValid, metav1.ConditionFalse, string(v1alpha1.HandleMissing))
	waitGroups(t, "the groups in force stay", "checkout:customer acme-board", "checkout:end-user cashiers")
	env.Edit(t, m, func(s *v1alpha1.StakeholderMapSpec) { s.Customers[0].Handles = nil })
	waitGroups(t, "the handle is gone, and nothing replaces it", "checkout:end-user cashiers")
	env.Delete(t, m)
	switchOff(t)
}

// TestBurst makes many maps at once: Argo CD reads its whole policy again at each write, so there are few writes.
func TestBurst(t *testing.T) {
	fresh(t)
	namespace := env.NewNamespace(t)
	newProject(t, "burst", namespace)
	putPolicy(t, withArgoCD())
	waitPublished(t, metav1.ConditionTrue, v1alpha1.ReasonPublished, "")
	watcher := watchConfigMap(t)
	const maps = 60
	started := time.Now()
	for i := range maps {
		env.Create(t, inProject(namespace, fmt.Sprintf("map-%02d", i), "burst"))
	}
	checkPace(t, watcher, started, 3*maps)
	started = time.Now()
	if err := env.Admin.DeleteAllOf(t.Context(), &v1alpha1.StakeholderMap{}, client.InNamespace(namespace)); err != nil {
		t.Fatal(err)
	}
	checkPace(t, watcher, started, 0)
	waitGroups(t, "all maps are gone")
	switchOff(t)
}

// checkPace waits until there is this number of groups in Argo CD, and counts the writes since the start: one a second,
// plus the first and the last.
func checkPace(t *testing.T, watcher watch.Interface, started time.Time, want int) {
	t.Helper()
	writes := 0
	for event := range watcher.ResultChan() {
		cm, ok := event.Object.(*corev1.ConfigMap)
		if !ok || event.Type != watch.Modified {
			continue
		}
		writes++
		if len(groups(cm)) != want {
			continue
		}
		if took := time.Since(started); writes > int(took/time.Second)+2 {
			t.Errorf("%d writes in %s", writes, took)
		}
		return
	}
	t.Fatalf("after %d writes there are %d groups, want %d", writes, len(groups(configMap(t))), want)
}

// TestRestart deletes a map while no operator runs. The next one removes that map's lines, and no others.
func TestRestart(t *testing.T) {
	fresh(t)
	namespace := env.NewNamespace(t)
	newProject(t, "restart", namespace)
	putPolicy(t, withArgoCD())
	for _, name := range []string{"goes", "stays", "stays-too"} {
		env.Create(t, inProject(namespace, name, "restart"))
	}
	of := func(name string) []string {
		return []string{name + ":customer board", name + ":customer buyers", name + ":end-user cashiers"}
	}
	stay := append(of("stays-too"), of("stays")...)
	waitGroups(t, "all are there", append(of("goes"), stay...)...)
	env.Stop(t)
	env.Delete(t, inProject(namespace, "goes", "restart"))
	watcher := watchConfigMap(t)
	// It goes on after the test.
	env.Restart(t)
	for event := range watcher.ResultChan() {
		cm, ok := event.Object.(*corev1.ConfigMap)
		if !ok || event.Type == watch.Added {
			continue
		}
		got := groups(cm)
		if !slices.Equal(got, stay) {
			t.Fatalf("after the start there were %q", got)
		}
		break
	}
	waitGroups(t, "the lines of the deleted map are gone", stay...)
	// A policy that is deleted may be created again: our key stays for a while.
	policy := &v1alpha1.StakeholderPolicy{ObjectMeta: metav1.ObjectMeta{Name: v1alpha1.PolicyName}}
	if err := env.Admin.Delete(t.Context(), policy); err != nil {
		t.Fatal(err)
	}
	controlplane.Eventually(t, suite.Patience, "the deletion is seen", func() error {
		state, err := env.PolicyInForce(t.Context())
		if err == nil && state.Status.InForceUntil == nil {
			err = errNot
		}
		return err
	})
	env.Edit(t, inProject(namespace, "stays", "restart"), func(s *v1alpha1.StakeholderMapSpec) { s.Customers[0].Subjects = s.Customers[0].Subjects[:1] })
	waitGroups(t, "a group has left meanwhile", append(of("stays-too"), "stays:customer board", "stays:end-user cashiers")...)
	switchOff(t)
}

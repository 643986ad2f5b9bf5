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
	"strings"
	"testing"

	corev1 "k8s.io/api/core/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"

	"github.com/stakeholders-dev/stakeholder-operator/api/v1alpha1"
	"github.com/stakeholders-dev/stakeholder-operator/test/suite"
)

// Guard: a namespace takes part by its own annotation only (targets.Accepts). A user who may only write maps names
// himself a customer and targets namespaces of other people.
func TestNothingWithoutConsent(t *testing.T) {
	t.Parallel()
	home := env.NewNamespace(t)
	mallory := tenant(t, home, editorRole)
	victim := env.NewNamespace(t, "team", "victims")
	// Consent is by the exact name of the map's namespace.
	others := env.NewTarget(t, "another, "+home+"-2,"+home[:len(home)-1]+", **", "team", "victims")
	all := env.NewTarget(t, "*", "team", "everybody")

	m := suite.NewMap(home, "grab")
	m.Spec.Customers[0].Subjects = suite.Users("mallory")
	m.Spec.TargetNamespaces.Names = []string{victim, others, "default"}
	m.Spec.TargetNamespaces.Selector = &v1alpha1.NamespaceSelector{}
	must(t, mallory.Create(t.Context(), m))
	env.WaitFor(t, m, v1alpha1.ConditionAuthorized, metav1.ConditionFalse, v1alpha1.ReasonNamespaceRefused)
	// A namespace that accepts all maps has accepted this one: that is what "*" means.
	waitAllowed(t, "mallory", tool(all), true)
	for _, namespace := range []string{victim, others, "default", "kube-system", "kube-public", suite.OperatorNamespace} {
		if allowed(t, "mallory", tool(namespace)) || len(env.HoldersIn(t, m, namespace)) > 0 || env.TableIn(t, m, namespace) != nil {
			t.Errorf("without consent the map has outputs in %s", namespace)
		}
	}
	// The author has only the rights that the map gives.
	if allowed(t, "tenant-of-"+home, approve(m)) || allowed(t, "tenant-of-"+home, tool(all)) {
		t.Error("the author of a map has rights that it does not give")
	}
	wantForbidden(t, "annotating another user's namespace", mallory.Update(t.Context(), suite.Get(t, env, "", victim, &corev1.Namespace{})))
}

// Guard: namespaces of Kubernetes never take part, even with the annotation (targets.Accepts, and the CRD for those
// that a map names).
func TestKubernetesOwnNamespaces(t *testing.T) {
	t.Parallel()
	home := env.NewNamespace(t)
	own := &corev1.Namespace{ObjectMeta: metav1.ObjectMeta{
		Name: "kube-" + home, Labels: map[string]string{"product": home}, Annotations: map[string]string{v1alpha1.AcceptMapsFrom: "*," + home},
	}}
	env.Create(t, own)
	marker := env.NewTarget(t, home, "product", home)
	author := tenant(t, home, editorRole)
	named := suite.NewMap(home, "named")
	named.Spec.TargetNamespaces.Names = []string{own.Name}
	if err := author.Create(t.Context(), named); err == nil || !strings.Contains(err.Error(), "kube-") {
		t.Errorf("a map that names %s gives %v", own.Name, err)
	}
	m := suite.Selecting(home, "checkout", home)
	m.Spec.EndUsers[0].Subjects = append(m.Spec.EndUsers[0].Subjects, v1alpha1.Subject{Kind: v1alpha1.SubjectServiceAccount, Namespace: own.Name, Name: "robot"})
	must(t, author.Create(t.Context(), m))
	env.WaitHolders(t, m, marker, suite.Everybody()...)
	// Its ServiceAccounts do not take part either.
	env.WaitFor(t, m, v1alpha1.ConditionAuthorized, metav1.ConditionFalse, v1alpha1.ReasonNamespaceRefused)
	if len(env.HoldersIn(t, m, own.Name)) > 0 || env.TableIn(t, m, own.Name) != nil || allowed(t, "carla", tool(own.Name)) {
		t.Error("a namespace of Kubernetes takes part")
	}
	use := approve(m)
	use.Verb, use.Subresource = "request", "usability"
	if allowed(t, "system:serviceaccount:"+own.Name+":robot", use) {
		t.Error("a ServiceAccount of a namespace of Kubernetes takes part")
	}
}

// Guard: labels do not make a namespace a target without consent, and no namespace can pass for another: the API server
// itself sets the label that has a namespace's name.
func TestSpoofedNamespaceLabels(t *testing.T) {
	t.Parallel()
	home, victim := env.NewNamespace(t), env.NewNamespace(t)
	product := "spoofed-" + home
	// A user who may label namespaces makes a selector match three of their own.
	unconsenting := env.NewNamespace(t, "product", product)
	elsewhere := env.NewTarget(t, victim, "product", product)
	named := env.NewNamespace(t, "product", product, "kubernetes.io/metadata.name", victim)
	if got := suite.Get(t, env, "", named, &corev1.Namespace{}).Labels["kubernetes.io/metadata.name"]; got != named {
		t.Errorf("namespace %s passes for %s", named, got)
	}
	m := suite.Selecting(home, "checkout", product)
	must(t, tenant(t, home, editorRole).Create(t.Context(), m))
	m = env.WaitReady(t, m)
	if got := m.Status.Namespaces; *got.Matched != 0 || *got.Ready != 0 || *got.Refused != 0 {
		t.Errorf("namespaces: %+v", got)
	}
	status, err := json.Marshal(m.Status)
	must(t, err)
	for _, namespace := range []string{unconsenting, elsewhere, named} {
		if len(env.HoldersIn(t, m, namespace)) > 0 || env.TableIn(t, m, namespace) != nil {
			t.Errorf("%s has people's names, or rights, because of its labels", namespace)
		}
		if strings.Contains(string(status), namespace) {
			t.Errorf("the map's author learns of %s by a selector: %s", namespace, status)
		}
	}
	waitAllowed(t, "carla", approve(m), true)
}

// Guard: consent to a map that selects all namespaces gives a namespace the rights, but not the people's contact data.
// The map decides which namespaces get that. End users cannot read it in the map either.
func TestTableOnlyWhereNamed(t *testing.T) {
	t.Parallel()
	home := env.NewNamespace(t)
	named, picked := env.NewTarget(t, home), env.NewTarget(t, home)
	m := suite.NewMap(home, "checkout")
	m.Spec.TargetNamespaces.Names, m.Spec.TargetNamespaces.Selector = []string{named}, &v1alpha1.NamespaceSelector{}
	must(t, tenant(t, home, editorRole).Create(t.Context(), m))
	waitAllowed(t, "carla", tool(picked), true)
	env.WaitHolders(t, m, named, suite.Everybody()...)
	env.WaitReady(t, m)
	if env.TableIn(t, m, picked) != nil {
		t.Error("a namespace that consents gets the people's contact data")
	}
	read := approve(m)
	read.Verb, read.Subresource = "get", ""
	waitAllowed(t, "carla", read, true)
	if allowed(t, "eve", read) {
		t.Error("an end user can read the map")
	}
}

// Guard: a ServiceAccount of another namespace takes part only if that namespace accepts the map (targets.Consented),
// both in rights and in the table. The CRD refuses the same account under its long name.
func TestSomebodyElsesServiceAccount(t *testing.T) {
	t.Parallel()
	home, other := env.NewNamespace(t), env.NewNamespace(t)
	author := tenant(t, home, editorRole)
	m := suite.NewMap(home, "checkout")
	m.Spec.EndUsers[0].Subjects = append(m.Spec.EndUsers[0].Subjects, v1alpha1.Subject{Kind: v1alpha1.SubjectServiceAccount, Namespace: other, Name: "robot"})
	must(t, author.Create(t.Context(), m))
	env.WaitFor(t, m, v1alpha1.ConditionReady, metav1.ConditionFalse, v1alpha1.ReasonNamespaceRefused)
	use := approve(m)
	use.Verb, use.Subresource = "request", "usability"
	waitAllowed(t, "eve", use, true)
	robot := "system:serviceaccount:" + other + ":robot"
	if table := suite.Get(t, env, home, "checkout-routing", &corev1.ConfigMap{}).Data; allowed(t, robot, use) || strings.Contains(table["routing.json"], "robot") {
		t.Error("it takes part without consent")
	}
	long := suite.NewMap(home, "long")
	long.Spec.EndUsers[0].Subjects = suite.Users(robot)
	if err := author.Create(t.Context(), long); err == nil || !strings.Contains(err.Error(), "InvalidSubject") {
		t.Errorf("by its long name it gives %v", err)
	}
	env.Consent(t, other, &home)
	waitAllowed(t, robot, use, true)
	env.Consent(t, other, nil)
	waitAllowed(t, robot, use, false)
}

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
	"encoding/json"
	"errors"
	"fmt"
	"maps"
	"slices"
	"strings"
	"testing"

	authorizationv1 "k8s.io/api/authorization/v1"
	corev1 "k8s.io/api/core/v1"
	"k8s.io/apimachinery/pkg/api/meta"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"sigs.k8s.io/controller-runtime/pkg/client"

	"github.com/stakeholders-dev/stakeholder-operator/api/v1alpha1"
	"github.com/stakeholders-dev/stakeholder-operator/test/controlplane"
	"github.com/stakeholders-dev/stakeholder-operator/test/suite"
)

const claims = "rbac.kargo.akuity.io/claims"

// putPolicy changes the platform's policy.
func putPolicy(t *testing.T, kargo v1alpha1.Switch) {
	t.Helper()
	if _, err := env.PutPolicy(t.Context(), &v1alpha1.StakeholderPolicySpec{Outputs: v1alpha1.PolicyOutputs{Kargo: kargo}}); err != nil {
		t.Fatal(err)
	}
}

// putIdentities sets in the policy how the cluster makes names.
func putIdentities(t *testing.T, identities v1alpha1.Identities) {
	t.Helper()
	spec := &v1alpha1.StakeholderPolicySpec{Identities: identities, Outputs: v1alpha1.PolicyOutputs{Kargo: v1alpha1.Enabled}}
	if _, err := env.PutPolicy(t.Context(), spec); err != nil {
		t.Fatal(err)
	}
}

// waitPublished waits until the policy's condition Published has a status and a text in its message.
func waitPublished(t *testing.T, status metav1.ConditionStatus, text string) {
	t.Helper()
	policy := &v1alpha1.StakeholderPolicy{}
	controlplane.Eventually(t, suite.Patience, fmt.Sprintf("Published is %s: %s", status, text), func() error {
		if err := env.Admin.Get(t.Context(), client.ObjectKey{Name: v1alpha1.PolicyName}, policy); err != nil {
			return err
		}
		c := meta.FindStatusCondition(policy.Status.Conditions, v1alpha1.ConditionPublished)
		if c == nil || c.ObservedGeneration != policy.Generation || c.Status != status || !strings.Contains(c.Message, text) {
			return fmt.Errorf("generation %d has %+v", policy.Generation, c)
		}
		return nil
	})
}

// waitCounted waits until the policy's status counts the existing ServiceAccounts.
func waitCounted(t *testing.T) {
	t.Helper()
	controlplane.Eventually(t, suite.Patience, "the policy counts the ServiceAccounts", func() error {
		var list corev1.ServiceAccountList
		if err := env.Admin.List(t.Context(), &list, client.HasLabels{"stakeholders.dev/map"}); err != nil {
			return err
		}
		waitPublished(t, metav1.ConditionTrue, "ServiceAccounts for Kargo")
		policy, err := env.PolicyInForce(t.Context())
		if err != nil {
			return err
		}
		if is := policy.Status.Kargo.ServiceAccounts; is == nil || int(*is) != len(list.Items) {
			return fmt.Errorf("there are %d, and status has %v", len(list.Items), is)
		}
		return nil
	})
}

// switchOff removes the output from the policy, and waits until nothing is left.
func switchOff(t *testing.T) {
	t.Helper()
	putPolicy(t, v1alpha1.Disabled)
	controlplane.Eventually(t, suite.Patience, "no ServiceAccount is left", func() error {
		policy, err := env.PolicyInForce(t.Context())
		if err != nil {
			return err
		}
		var list corev1.ServiceAccountList
		if err := env.Admin.List(t.Context(), &list, client.HasLabels{"stakeholders.dev/map"}); err != nil {
			return err
		}
		if len(list.Items) > 0 || len(policy.Finalizers) > 0 || policy.Status.Kargo.ServiceAccounts != nil {
			return fmt.Errorf("%d are left, finalizers %v, status %v", len(list.Items), policy.Finalizers, policy.Status.Kargo)
		}
		return nil
	})
}

// newProject makes a Kargo project's namespace that accepts the maps of another one.
func newProject(t *testing.T, mapNamespace string) string {
	t.Helper()
	return env.NewTarget(t, mapNamespace, "kargo.akuity.io/project", "true")
}

// inProjects is a map with one group of customers and one of end users, in some namespaces.
func inProjects(namespace string, projects ...string) *v1alpha1.StakeholderMap {
	m := suite.NewMap(namespace, "checkout")
	m.Spec.TargetNamespaces.Names = projects
	m.Spec.Customers[0].Subjects = []v1alpha1.Subject{{Kind: "Group", Name: "board"}, {Kind: "User", Name: "cfo@acme.example"}, {Kind: "User", Name: "carla"}}
	m.Spec.EndUsers[0].Subjects = []v1alpha1.Subject{{Kind: "Group", Name: "cashiers"}}
	m.Spec.ProductOwner.Subjects = suite.Users("paul@acme.example")
	return m
}

// accounts are the ServiceAccounts of a namespace that name a claim, found as Kargo's server does.
func accounts(t *testing.T, namespace, claim, value string) []string {
	t.Helper()
	var list corev1.ServiceAccountList
	if err := env.Admin.List(t.Context(), &list, client.InNamespace(namespace)); err != nil {
		t.Fatal(err)
	}
	var out []string
	for i := range list.Items {
		annotations := list.Items[i].Annotations
		named := make(map[string][]string)
		// Kargo skips what it cannot read.
		_ = json.Unmarshal([]byte(annotations[claims]), &named)
		older := strings.Split(annotations["rbac.kargo.akuity.io/claim."+claim], ",")
		if slices.Contains(named[claim], value) || slices.Contains(older, value) {
			out = append(out, list.Items[i].Name)
		}
	}
	return out
}

// may says whether a user with a claim has a right on Kargo's Stages in a namespace. Kargo's server checks each
// ServiceAccount that names the claim, and one is enough.
func may(t *testing.T, namespace, claim, value, verb string) bool {
	t.Helper()
	return slices.ContainsFunc(accounts(t, namespace, claim, value), func(name string) bool {
		review := &authorizationv1.SubjectAccessReview{Spec: authorizationv1.SubjectAccessReviewSpec{
			User:   "system:serviceaccount:" + namespace + ":" + name,
			Groups: []string{"system:serviceaccounts", "system:serviceaccounts:" + namespace, "system:authenticated"},
			ResourceAttributes: &authorizationv1.ResourceAttributes{
				Namespace: namespace, Verb: verb, Group: "kargo.akuity.io", Resource: "stages", Name: "prod",
			},
		}}
		env.Create(t, review)
		return review.Status.Allowed
	})
}

// waitMay waits until exactly these claims allow to promote in a namespace, and exactly these others at least to view.
func waitMay(t *testing.T, namespace string, promote, look []string) {
	t.Helper()
	all := []string{
		"groups board", "groups buyers", "groups cashiers", "groups kargo-board", "email cfo@acme.example", "email carla", "email paul@acme.example",
		"sub carla", "sub cfo@acme.example",
	}
	controlplane.Eventually(t, suite.Patience, fmt.Sprintf("in %s promote %q, and look %q", namespace, promote, look), func() error {
		got := map[string][]string{}
		for _, who := range all {
			claim, value, _ := strings.Cut(who, " ")
			for _, verb := range []string{"promote", "get"} {
				if may(t, namespace, claim, value, verb) {
					got[verb] = append(got[verb], who)
				}
			}
		}
		if !slices.Equal(got["promote"], promote) || !slices.Equal(got["get"], look) {
			return fmt.Errorf("promote may %q, look may %q", got["promote"], got["get"])
		}
		return nil
	})
}

func accountName(m *v1alpha1.StakeholderMap, role string) string {
	return "stakeholders." + m.Namespace + "." + m.Name + "." + role
}

// customers is the customers' ServiceAccount, which must exist.
func customers(t *testing.T, namespace string, m *v1alpha1.StakeholderMap) *corev1.ServiceAccount {
	t.Helper()
	return suite.Get(t, env.Suite, namespace, accountName(m, "customer"), &corev1.ServiceAccount{})
}

// annotate merges annotations into a ServiceAccount. An empty value removes one.
func annotate(t *testing.T, is *corev1.ServiceAccount, annotations map[string]string) {
	t.Helper()
	changed := is.DeepCopy()
	maps.Copy(changed.Annotations, annotations)
	maps.DeleteFunc(changed.Annotations, func(_, value string) bool { return value == "" })
	if err := env.Admin.Patch(t.Context(), changed, client.MergeFrom(is)); err != nil {
		t.Fatal(err)
	}
}

// writes counts the operator's changing requests of a kind since a mark.
func writes(t *testing.T, mark int64, resource string) (out []string) {
	t.Helper()
	events, _, err := env.Plane.AuditEvents(mark)
	if err != nil {
		t.Fatal(err)
	}
	for _, event := range events {
		if event.User == suite.OperatorUser && event.Mutating() && event.Resource == resource {
			out = append(out, fmt.Sprintf("%s %s/%s", event.Verb, event.Namespace, event.Name))
		}
	}
	return out
}

var errNot = errors.New("it is not")

// contains fails if the message of a condition does not contain a text.
func contains(m *v1alpha1.StakeholderMap, condition, text string) error {
	if c := meta.FindStatusCondition(m.Status.Conditions, condition); c == nil || !strings.Contains(c.Message, text) {
		return fmt.Errorf("the condition is %+v", c)
	}
	return nil
}

// waitNotCarried waits until a map reports these fields, and no others, as unknown to Kargo.
func waitNotCarried(t *testing.T, m *v1alpha1.StakeholderMap, want ...string) {
	t.Helper()
	controlplane.Eventually(t, suite.Patience, fmt.Sprintf("%q are reported", want), func() error {
		var fields []string
		for _, finding := range suite.Get(t, env.Suite, m.Namespace, m.Name, &v1alpha1.StakeholderMap{}).Status.Findings {
			if finding.Code == v1alpha1.NotCarried {
				fields = append(fields, finding.Field)
			}
		}
		if !slices.Equal(fields, want) {
			return fmt.Errorf("reported are %q", fields)
		}
		return nil
	})
}

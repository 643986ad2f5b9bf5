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
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	corev1 "k8s.io/api/core/v1"
	"k8s.io/apimachinery/pkg/api/meta"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"
	"k8s.io/apimachinery/pkg/watch"
	"sigs.k8s.io/controller-runtime/pkg/client"

	"github.com/stakeholders-dev/stakeholder-operator/api/v1alpha1"
	"github.com/stakeholders-dev/stakeholder-operator/test/controlplane"
	"github.com/stakeholders-dev/stakeholder-operator/test/suite"
)

const policyKey = "policy.stakeholders.csv"

var errNot = errors.New("it is not")

// putPolicy changes the platform's policy.
func putPolicy(t *testing.T, spec *v1alpha1.StakeholderPolicySpec) {
	t.Helper()
	if _, err := env.PutPolicy(t.Context(), spec); err != nil {
		t.Fatal(err)
	}
}

func withArgoCD(actions ...v1alpha1.ArgoCDAction) *v1alpha1.StakeholderPolicySpec {
	return &v1alpha1.StakeholderPolicySpec{
		Outputs: v1alpha1.PolicyOutputs{ArgoCD: v1alpha1.ArgoCDOutput{Namespace: argoNamespace, Customers: actions}},
	}
}

// waitPublished waits until the policy's condition Published has a status and a reason.
func waitPublished(t *testing.T, status metav1.ConditionStatus, reason, text string) {
	t.Helper()
	controlplane.Eventually(t, suite.Patience, fmt.Sprintf("Published is %s %s", status, reason), func() error {
		policy := &v1alpha1.StakeholderPolicy{}
		if err := env.Admin.Get(t.Context(), client.ObjectKey{Name: v1alpha1.PolicyName}, policy); err != nil {
			return err
		}
		c := meta.FindStatusCondition(policy.Status.Conditions, v1alpha1.ConditionPublished)
		if c == nil || c.ObservedGeneration != policy.Generation || c.Status != status || c.Reason != reason || !strings.Contains(c.Message, text) {
			return fmt.Errorf("generation %d has %+v", policy.Generation, c)
		}
		return nil
	})
}

func configMap(t *testing.T) *corev1.ConfigMap {
	t.Helper()
	return configMapIn(t, argoNamespace)
}

func configMapIn(t *testing.T, namespace string) *corev1.ConfigMap {
	t.Helper()
	return suite.Get(t, env.Suite, namespace, "argocd-rbac-cm", &corev1.ConfigMap{})
}

// groups are the members of roles, as "<map>:<role> <group>", sorted.
func groups(cm *corev1.ConfigMap) []string {
	var out []string
	for line := range strings.Lines(cm.Data[policyKey]) {
		fields := strings.Split(strings.TrimSpace(line), ",")
		if fields[0] == "g" {
			role := strings.Split(fields[2], ":")
			out = append(out, strings.Join(role[3:], ":")+" "+fields[1])
		}
	}
	slices.Sort(out)
	return out
}

func waitGroups(t *testing.T, what string, want ...string) {
	t.Helper()
	waitGroupsIn(t, argoNamespace, what, want...)
}

func waitGroupsIn(t *testing.T, namespace, what string, want ...string) {
	t.Helper()
	controlplane.Eventually(t, suite.Patience, what, func() error {
		if got := groups(configMapIn(t, namespace)); !slices.Equal(got, want) {
			return fmt.Errorf("there are %q, want %q", got, want)
		}
		return nil
	})
}

// newProject makes an AppProject that accepts the maps of a namespace, or of none.
func newProject(t *testing.T, name, accepts string) *unstructured.Unstructured {
	t.Helper()
	return newProjectIn(t, argoNamespace, name, accepts)
}

func newProjectIn(t *testing.T, namespace, name, accepts string) *unstructured.Unstructured {
	t.Helper()
	project := &unstructured.Unstructured{}
	project.SetAPIVersion("argoproj.io/v1alpha1")
	project.SetKind("AppProject")
	project.SetNamespace(namespace)
	project.SetName(name)
	project.SetAnnotations(map[string]string{v1alpha1.AcceptMapsFrom: accepts})
	env.Create(t, project)
	return project
}

func accept(t *testing.T, project *unstructured.Unstructured, accepts string) {
	t.Helper()
	patch := fmt.Sprintf(`{"metadata":{"annotations":{%q:%q}}}`, v1alpha1.AcceptMapsFrom, accepts)
	if err := env.Admin.Patch(t.Context(), project, client.RawPatch("application/merge-patch+json", []byte(patch))); err != nil {
		t.Fatal(err)
	}
}

// inProject is a map with one group of customers and one of end users, in a project.
func inProject(namespace, name, project string) *v1alpha1.StakeholderMap {
	m := suite.NewMap(namespace, name)
	m.Spec.Product.ArgoCDProject = project
	m.Spec.Customers[0].Subjects = []v1alpha1.Subject{{Kind: "Group", Name: "board"}, {Kind: "Group", Name: "buyers"}}
	m.Spec.EndUsers[0].Subjects = []v1alpha1.Subject{{Kind: "Group", Name: "cashiers"}}
	return m
}

// watchConfigMap watches Argo CD's ConfigMap, for a while.
func watchConfigMap(t *testing.T) watch.Interface {
	t.Helper()
	ctx, cancel := context.WithTimeout(t.Context(), suite.Patience)
	watcher, err := env.Admin.Watch(ctx, &corev1.ConfigMapList{}, client.InNamespace(argoNamespace), client.MatchingFields{"metadata.name": "argocd-rbac-cm"})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		watcher.Stop()
		cancel()
	})
	return watcher
}

// switchOff removes the output from the policy, and waits until nothing is left.
func switchOff(t *testing.T) {
	t.Helper()
	putPolicy(t, nil)
	controlplane.Eventually(t, suite.Patience, "nothing is left in Argo CD", func() error {
		policy, err := env.PolicyInForce(t.Context())
		if err != nil {
			return err
		}
		if _, there := configMap(t).Data[policyKey]; there || len(policy.Finalizers) > 0 || policy.Status.ArgoCD.Namespace != "" {
			return fmt.Errorf("key there: %t, finalizers %v, status %v", there, policy.Finalizers, policy.Status.ArgoCD)
		}
		return nil
	})
}

// checkRender fails unless "kubectl stakeholders render --argocd" of a map prints our key as the operator has written it.
func checkRender(t *testing.T, m *v1alpha1.StakeholderMap, project *unstructured.Unstructured, policy *v1alpha1.StakeholderPolicySpec) {
	t.Helper()
	is := configMap(t)
	written := is.Data[policyKey]
	delete(is.Data, policyKey)
	project = suite.Get(t, env.Suite, project.GetNamespace(), project.GetName(), project.DeepCopy())
	printed, errText, code := env.Plugin(t, []client.Object{
		suite.Get(t, env.Suite, m.Namespace, m.Name, &v1alpha1.StakeholderMap{}), project, is,
		&v1alpha1.StakeholderPolicy{ObjectMeta: metav1.ObjectMeta{Name: v1alpha1.PolicyName}, Spec: policy},
	}, "render", "-f", "-", "--argocd", "-o", "jsonpath={.items[?(@.metadata.name=='argocd-rbac-cm')].data.policy\\.stakeholders\\.csv}")
	if code != 0 {
		t.Fatalf("the command ends with %d: %s", code, errText)
	}
	if diff := cmp.Diff(written, string(printed)); diff != "" {
		t.Errorf("written (-), and rendered (+):\n%s", diff)
	}
}

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

package crd

import (
	"context"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	apiextensionsv1 "k8s.io/apiextensions-apiserver/pkg/apis/apiextensions/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"
	"k8s.io/apimachinery/pkg/types"
	"k8s.io/client-go/dynamic"
	"sigs.k8s.io/yaml"
)

// inGit is a map with as few fields as possible, and inGitFuller one with every kind of field.
const (
	inGit = `
apiVersion: stakeholders.dev/v1alpha1
kind: StakeholderMap
metadata: {name: in-git, namespace: ` + namespace + `}
spec:
  product: {displayName: Checkout, market: B2B}
  engagement: Direct
  customers:
  - name: acme-board
    subjects: [{kind: Group, name: "acme:procurement"}]
  endUsers:
  - name: cashiers
    subjects: [{kind: Group, name: "acme:cashiers"}]
`
	inGitFuller = `
apiVersion: stakeholders.dev/v1alpha1
kind: StakeholderMap
metadata: {name: in-git, namespace: ` + namespace + `}
spec:
  product: {displayName: Checkout, market: B2B}
  customers:
  - name: acme-board
    subjects: [{kind: Group, name: "acme:procurement"}]
    handles: [{system: email, value: approvals@acme.example}]
    topics: [budget]
    validUntil: "2099-01-01T00:00:00Z"
  endUsers:
  - name: cashiers
    subjects: [{kind: Group, name: "acme:cashiers"}]
  productOwner:
    name: dana
    subjects: [{kind: User, name: dana@vendor.example}]
  developmentTeam:
    subjects: [{kind: Group, name: "vendor:devs"}]
  acknowledgedOverlaps: [{kind: User, name: cfo@acme.example, reason: runs the shop floor on Saturdays}]
  topics:
  - {name: security-exception, class: Approval, to: [Customer], quorum: {}}
  targetNamespaces:
    names: [checkout-prod]
    selector: {matchLabels: {product: checkout}}
`
	policyInGit = `
apiVersion: stakeholders.dev/v1alpha1
kind: StakeholderPolicy
metadata: {name: default}
spec:
  topics:
  - {name: security-exception, class: Approval, to: [Customer]}
  handleSystems: [{name: slack, requiredFor: [Customer]}]
  outputs:
    argoCD: {namespace: argocd}
`
)

const mallory = `{"name":"mallory","subjects":[{"kind":"User","name":"mallory"}]}`

// TestWhatGitDoesNotSayGoes makes another user add to the object that is in Git, under another field manager, at every
// place of a spec that gives rights or names namespaces. When Git is applied again, the addition is removed, or the
// applier gets a conflict: it never stays unnoticed.
func TestWhatGitDoesNotSayGoes(t *testing.T) {
	customer := `[{"op":"add","path":"/spec/customers/-","value":` + mallory + `}]`
	budget := `[{"op":"add","path":"/spec/topics","value":[{"name":"budget","class":"Approval","to":["ProductOwner"]}]}]`
	for name, tc := range map[string]struct {
		git   string
		added string
	}{
		"Customer": {inGit, customer},
		"EndUser":  {inGit, `[{"op":"add","path":"/spec/endUsers/-","value":` + mallory + `}]`},
		"ProductOwner": {
			inGit, `[{"op":"add","path":"/spec/productOwner","value":` + mallory + `}]`,
		},
		"CustomersSubject": {
			inGit, `[{"op":"add","path":"/spec/customers/0/subjects/-","value":{"kind":"User","name":"mallory"}}]`,
		},
		"CustomersHandle": {
			inGit, `[{"op":"add","path":"/spec/customers/0/handles","value":[{"system":"argocd","value":"mallory"}]}]`,
		},
		"CustomersWindow": {inGitFuller, `[{"op":"remove","path":"/spec/customers/0/validUntil"}]`},
		"CustomersTopics": {inGitFuller, `[{"op":"add","path":"/spec/customers/0/topics/-","value":"release"}]`},
		"Topic":           {inGit, budget},
		"TopicBesideOthers": {
			inGitFuller, `[{"op":"add","path":"/spec/topics/-","value":{"name":"budget","class":"Approval","to":["ProductOwner"]}}]`,
		},
		"TopicsRecipient": {inGitFuller, `[{"op":"add","path":"/spec/topics/0/to/-","value":"ProductOwner"}]`},
		"TopicsQuorum":    {inGitFuller, `[{"op":"add","path":"/spec/topics/0/quorum/mode","value":"Any"}]`},
		"TargetNamespaces": {
			inGit, `[{"op":"add","path":"/spec/targetNamespaces","value":{"names":["prod"]}}]`,
		},
		"TargetNamespace": {inGitFuller, `[{"op":"add","path":"/spec/targetNamespaces/names/-","value":"prod"}]`},
		"Selector": {
			inGitFuller, `[{"op":"add","path":"/spec/targetNamespaces/selector/matchExpressions","value":[{"key":"a","operator":"Exists"}]}]`,
		},
		"SelectorsLabel":  {inGitFuller, `[{"op":"add","path":"/spec/targetNamespaces/selector/matchLabels/a","value":"b"}]`},
		"Overlap":         {inGitFuller, `[{"op":"add","path":"/spec/acknowledgedOverlaps/-","value":{"kind":"User","name":"mallory","reason":"r"}}]`},
		"DevelopmentTeam": {inGit, `[{"op":"add","path":"/spec/developmentTeam","value":{"subjects":[{"kind":"User","name":"mallory"}]}}]`},
		"Project":         {inGit, `[{"op":"add","path":"/spec/product/argoCDProject","value":"other"}]`},
		"Engagement":      {inGitFuller, `[{"op":"add","path":"/spec/engagement","value":"Direct"}]`},
		"PolicysTopic": {
			policyInGit, `[{"op":"add","path":"/spec/topics/-","value":{"name":"budget","class":"Approval","to":["ProductOwner"]}}]`,
		},
		"PolicysSystem":  {policyInGit, `[{"op":"add","path":"/spec/handleSystems/-","value":{"name":"pager","requiredFor":["Customer"]}}]`},
		"PolicysOverlap": {policyInGit, `[{"op":"add","path":"/spec/overlaps","value":[{"market":"B2B","treatment":"Allow"}]}]`},
		"PolicysAction":  {policyInGit, `[{"op":"add","path":"/spec/outputs/argoCD/customers","value":["sync"]}]`},
		"PolicysOutput":  {policyInGit, `[{"op":"add","path":"/spec/outputs/kargo","value":"Enabled"}]`},
	} {
		t.Run(name, func(t *testing.T) {
			g := newGitApplier(t, tc.git)
			g.apply(t)
			want := g.stored(t).Object["spec"]
			if diff := cmp.Diff(decode(t, []byte(tc.git)).Object["spec"], want); diff != "" {
				t.Fatalf("the stored object differs from Git, so that GitOps tools see a difference (-Git +stored):\n%s", diff)
			}
			by := metav1.PatchOptions{FieldManager: "mallory"}
			edited, err := g.client.Patch(t.Context(), g.object.GetName(), types.JSONPatchType, []byte(tc.added), by)
			if err != nil {
				t.Fatal(err)
			}
			if cmp.Equal(want, edited.Object["spec"]) {
				t.Fatal("nothing was added")
			}
			if output, err := g.tryApply(t); err == nil || !strings.Contains(err.Error()+output, "conflict") {
				t.Errorf("Git was applied again over another user's addition, and kubectl reported no conflict: %s %v", output, err)
			}
			g.apply(t, "--force-conflicts")
			if diff := cmp.Diff(want, g.stored(t).Object["spec"]); diff != "" {
				t.Errorf("Git was applied again, and the addition is still there (-Git +stored):\n%s", diff)
			}
		})
	}
}

// TestCoApplierDoesNotStay is the same for another user who applies, too.
func TestCoApplierDoesNotStay(t *testing.T) {
	g := newGitApplier(t, inGit)
	g.apply(t)
	want := g.stored(t).Object["spec"]
	other := newGitApplier(t, strings.Replace(inGit, "  endUsers:", `  - {name: mallory, subjects: [{kind: User, name: mallory}]}
  endUsers:`, 1))
	if output, err := other.tryApply(t, "--field-manager=mallory"); err == nil {
		t.Errorf("another applier had no conflict: %s", output)
	}
	other.apply(t, "--field-manager=mallory", "--force-conflicts")
	g.apply(t, "--force-conflicts")
	if diff := cmp.Diff(want, g.stored(t).Object["spec"]); diff != "" {
		t.Errorf("(-Git +stored):\n%s", diff)
	}
}

// TestAppliedAgain applies the object in Git twice: the second time, nothing is written.
func TestAppliedAgain(t *testing.T) {
	for name, content := range map[string]string{"Map": inGit, "FullerMap": inGitFuller, "Policy": policyInGit} {
		t.Run(name, func(t *testing.T) {
			g := newGitApplier(t, content)
			g.apply(t)
			before := g.stored(t).GetResourceVersion()
			g.apply(t)
			if after := g.stored(t).GetResourceVersion(); after != before {
				t.Errorf("the resource version is %s, was %s", after, before)
			}
		})
	}
}

// TestSpecHasOneOwner fails when a spec, or a list that is not part of another list, could have several owners.
func TestSpecHasOneOwner(t *testing.T) {
	for _, resource := range []string{"stakeholdermaps", "stakeholderpolicies"} {
		spec := schemaOf(t, resource).Properties["spec"]
		if spec.XMapType == nil || *spec.XMapType != "atomic" {
			t.Errorf("%s: spec is not atomic, so that another user can permanently add a field that Git does not have", resource)
		}
		walk("spec", &spec, func(path string, s *apiextensionsv1.JSONSchemaProps) {
			if s.Type == "array" && !strings.Contains(path, "[*]") && (s.XListType == nil || *s.XListType != "atomic") {
				t.Errorf("%s: %s is not atomic", resource, path)
			}
		})
	}
}

// gitApplier applies an object from a file, as a GitOps tool does.
type gitApplier struct {
	file   string
	object *unstructured.Unstructured
	client dynamic.ResourceInterface
}

// newGitApplier deletes the object when the test ends.
func newGitApplier(t *testing.T, content string) gitApplier {
	t.Helper()
	g := gitApplier{file: filepath.Join(t.TempDir(), "object.yaml"), object: &unstructured.Unstructured{}, client: client}
	if err := yaml.Unmarshal([]byte(content), &g.object.Object); err != nil {
		t.Fatal(err)
	}
	if g.object.GetKind() == "StakeholderPolicy" {
		g.client = policyClient
	}
	if err := os.WriteFile(g.file, []byte(content), 0o600); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		output, err := plane.Kubectl(context.WithoutCancel(t.Context()), "delete", "--ignore-not-found", "-f", g.file)
		if err != nil {
			t.Error(output, err)
		}
	})
	return g
}

// tryApply applies as the field manager git, unless other args say otherwise.
func (g gitApplier) tryApply(t *testing.T, args ...string) (string, error) {
	t.Helper()
	return plane.Kubectl(t.Context(), append([]string{"apply", "--server-side", "--field-manager=git", "-f", g.file}, args...)...)
}

// apply is tryApply without an expected conflict.
func (g gitApplier) apply(t *testing.T, args ...string) {
	t.Helper()
	if output, err := g.tryApply(t, args...); err != nil {
		t.Fatal(output, err)
	}
}

func (g gitApplier) stored(t *testing.T) *unstructured.Unstructured {
	t.Helper()
	o, err := g.client.Get(t.Context(), g.object.GetName(), metav1.GetOptions{})
	if err != nil {
		t.Fatal(err)
	}
	return o
}

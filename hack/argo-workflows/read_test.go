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

package argoworkflows

import (
	"fmt"
	"os"
	"strings"
	"testing"

	wfv1 "github.com/argoproj/argo-workflows/v3/pkg/apis/workflow/v1alpha1"
	"github.com/argoproj/argo-workflows/v3/workflow/common"
	"github.com/argoproj/argo-workflows/v3/workflow/validate"
	"github.com/google/go-cmp/cmp"
	"sigs.k8s.io/yaml"
)

// examples is a folder of the documentation.
const examples = "../../docs/integrations/waiting/"

// read returns the WorkflowTemplate of the documentation, and the only template in it.
func read(t *testing.T) (*wfv1.WorkflowTemplate, wfv1.Template) {
	t.Helper()
	content, err := os.ReadFile(examples + "argo-workflows.yaml")
	if err != nil {
		t.Fatal(err)
	}
	workflow := &wfv1.WorkflowTemplate{}
	if err := yaml.UnmarshalStrict(content, workflow); err != nil {
		t.Fatal(err)
	}
	if len(workflow.Spec.Templates) != 1 {
		t.Fatalf("it has %d templates, want one", len(workflow.Spec.Templates))
	}
	return workflow, workflow.Spec.Templates[0]
}

func TestValid(t *testing.T) {
	workflow, _ := read(t)
	if err := validate.ValidateWorkflowTemplate(nil, nil, workflow, nil, validate.ValidateOpts{Lint: true}); err != nil {
		t.Error(err)
	}
}

// templates are the WorkflowTemplates of a cluster, by name.
type templates map[string]*wfv1.WorkflowTemplate

func (all templates) Get(name string) (*wfv1.WorkflowTemplate, error) {
	if found := all[name]; found != nil {
		return found, nil
	}
	return nil, fmt.Errorf("there is no WorkflowTemplate %s", name)
}

// TestPage has Argo Workflows validate the workflow that the page shows, with the template and one that deploys.
func TestPage(t *testing.T) {
	content, err := os.ReadFile(examples + "../waiting.md")
	if err != nil {
		t.Fatal(err)
	}
	_, block, found := strings.Cut(string(content), "```yaml\napiVersion: argoproj.io/v1alpha1\nkind: Workflow\n")
	block, _, _ = strings.Cut(block, "```")
	if !found {
		t.Fatal("the page shows no workflow")
	}
	workflow := &wfv1.Workflow{}
	if err := yaml.UnmarshalStrict([]byte("apiVersion: argoproj.io/v1alpha1\nkind: Workflow\n"+block), workflow); err != nil {
		t.Fatal(err)
	}
	asks, _ := read(t)
	deploys := &wfv1.WorkflowTemplate{}
	deploys.Spec.Templates = []wfv1.Template{{Name: "roll-out", Suspend: &wfv1.SuspendTemplate{}}}
	all := templates{asks.Name: asks, "roll-out": deploys}
	// The user who submits it gives the digest.
	workflow.Spec.Arguments.Parameters[0].Value = wfv1.AnyStringPtr("sha256:0123")
	if err := validate.ValidateWorkflow(all, nil, workflow, nil, validate.ValidateOpts{}); err != nil {
		t.Error(err)
	}
}

// TestParameters has Argo Workflows write parameters into the template that would end a string there. Each arrives in its
// variable, and the script stays as it is. A tag in a parameter is evaluated, as in all that Argo Workflows is given, but cannot
// leave its variable.
func TestParameters(t *testing.T) {
	_, template := read(t)
	script, err := os.ReadFile(examples + "ask-and-wait.sh")
	if err != nil {
		t.Fatal(err)
	}
	title := "\"quoted\" 'x' \\ \\n %s $(id) `id` # x: y\n  - name: ASK_MAP ✓"
	given := map[string]string{
		"namespace": "payments", "map": "checkout", "topic": "release", "title": title, "description": title + `{{=toJson('"')}}`, "subject": `a"b\'{}`,
	}
	var arguments wfv1.Arguments
	for name, value := range given {
		arguments.Parameters = append(arguments.Parameters, wfv1.Parameter{Name: name, Value: wfv1.AnyStringPtr(value)})
	}
	processed, err := common.ProcessArgs(&template, &arguments, nil, nil, false, "ci", nil)
	if err != nil {
		t.Fatal(err)
	}
	want := map[string]string{
		"ASK_NAMESPACE": "payments", "ASK_MAP": "checkout", "ASK_TOPIC": "release", "ASK_TITLE": title, "ASK_DESCRIPTION": title + `"\""`,
		"ASK_SUBJECT": `a"b\'{}`, "ASK_LINK": "", "ASK_VALID_FOR": "", "ASK_TIMEOUT": "24h",
	}
	got := make(map[string]string)
	for _, v := range processed.Script.Env {
		got[v.Name] = v.Value
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("environment (-want +got):\n%s", diff)
	}
	if diff := cmp.Diff(string(script), processed.Script.Source); diff != "" {
		t.Errorf("script (-ask-and-wait.sh +what runs):\n%s", diff)
	}
}

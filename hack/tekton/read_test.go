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

package tekton

import (
	"encoding/json"
	"os"
	"path/filepath"
	"strings"
	"testing"

	pipelinev1 "github.com/tektoncd/pipeline/pkg/apis/pipeline/v1"
	"github.com/tektoncd/pipeline/pkg/container"
	"sigs.k8s.io/yaml"
)

const (
	page        = "../../docs/integrations/manual-approval-gate.md"
	waitingPage = "../../docs/integrations/waiting.md"
	waitingTask = "../../docs/integrations/waiting/tekton-task.yaml"
)

// TestKeysBecomeArrays reads each key as Tekton reads a result of type array, and passes it on as the page's pipeline
// does.
func TestKeysBecomeArrays(t *testing.T) {
	files, err := filepath.Glob("../../controllers/render/testdata/*.yaml")
	if err != nil {
		t.Fatal(err)
	}
	values := map[string]string{
		"hostile": `["\"abe\" <x>","oidc:abe","[\"x\"]","system:serviceaccount:pay:bot","Łucja Żak","group:x"]`,
	}
	for _, file := range files {
		content, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		for document := range strings.SplitSeq(string(content), "---\n") {
			var object struct{ Data map[string]string }
			if err := yaml.Unmarshal([]byte(document), &object); err != nil {
				t.Fatal(err)
			}
			for key, value := range object.Data {
				if strings.HasSuffix(key, ".approvers") {
					values[filepath.Base(file)+" "+key] = value
				}
			}
		}
	}
	if len(values) < 2 {
		t.Fatal("no golden file has approvers")
	}
	for name, value := range values {
		t.Run(name, func(t *testing.T) {
			var want []string
			if err := json.Unmarshal([]byte(value), &want); err != nil {
				t.Fatal(err)
			}
			var result pipelinev1.ResultValue
			if err := json.Unmarshal([]byte(value), &result); err != nil {
				t.Fatal(err)
			}
			if result.Type != pipelinev1.ParamTypeArray {
				t.Fatalf("the result has type %s and the value %q, want an array", result.Type, result.StringVal)
			}
			param := approval(t).Params[0].Value
			param.ApplyReplacements(nil, map[string][]string{"tasks.whom-to-ask.results.approvers": result.ArrayVal}, nil)
			if param.Type != pipelinev1.ParamTypeArray || strings.Join(param.ArrayVal, "\n") != strings.Join(want, "\n") {
				t.Errorf("the gate gets %s %q, want %q", param.Type, param.ArrayVal, want)
			}
		})
	}
}

// TestPage makes Tekton validate the pipeline that the page shows.
func TestPage(t *testing.T) {
	task, pipeline := pageObjects(t)
	task.SetDefaults(t.Context())
	if err := task.Validate(t.Context()); err != nil {
		t.Error("the Task:", err)
	}
	pipeline.SetDefaults(t.Context())
	if err := pipeline.Validate(t.Context()); err != nil {
		t.Error("the Pipeline:", err)
	}
}

// approval is the step of the page's pipeline that waits for approval. Its first parameter is approvers.
func approval(t *testing.T) pipelinev1.PipelineTask {
	t.Helper()
	_, pipeline := pageObjects(t)
	for _, step := range pipeline.Spec.Tasks {
		if step.Name == "approval" && len(step.Params) > 0 && step.Params[0].Name == "approvers" {
			return step
		}
	}
	t.Fatal("the pipeline of the page has no approval with approvers")
	return pipelinev1.PipelineTask{}
}

func pageObjects(t *testing.T) (*pipelinev1.Task, *pipelinev1.Pipeline) {
	t.Helper()
	content, err := os.ReadFile(page)
	if err != nil {
		t.Fatal(err)
	}
	for _, block := range strings.Split(string(content), "```yaml\n")[1:] {
		block, _, _ = strings.Cut(block, "```")
		first, second, found := strings.Cut(block, "---\n")
		if !found || !strings.HasPrefix(first, "apiVersion: tekton.dev/v1\n") {
			continue
		}
		task, pipeline := &pipelinev1.Task{}, &pipelinev1.Pipeline{}
		if err := yaml.UnmarshalStrict([]byte(first), task); err != nil {
			t.Fatal(err)
		}
		if err := yaml.UnmarshalStrict([]byte(second), pipeline); err != nil {
			t.Fatal(err)
		}
		return task, pipeline
	}
	t.Fatal("the page shows no pipeline")
	return nil, nil
}

// TestWaitingTask makes Tekton validate the Task that asks and waits, and checks what it gets from a pipeline.
func TestWaitingTask(t *testing.T) {
	content, err := os.ReadFile(waitingTask)
	if err != nil {
		t.Fatal(err)
	}
	task := &pipelinev1.Task{}
	if err := yaml.UnmarshalStrict(content, task); err != nil {
		t.Fatal(err)
	}
	task.SetDefaults(t.Context())
	if err := task.Validate(t.Context()); err != nil {
		t.Fatal(err)
	}
	// Tekton gives every parameter to the step, and leaves the script as it is.
	given := make(map[string]string)
	for _, p := range task.Spec.Params {
		given["params."+p.Name] = "value of " + p.Name
	}
	var passed []string
	step := task.Spec.Steps[0]
	script := step.Script
	container.ApplyStepReplacements(&step, given, nil)
	for _, v := range step.Env {
		if strings.Contains(v.Value, "$(") {
			t.Errorf("%s is %s: there is no such parameter", v.Name, v.Value)
		}
		passed = append(passed, v.Value)
	}
	if len(passed) != len(given) {
		t.Errorf("of %d parameters, the step gets %q", len(given), passed)
	}
	if step.Script != script {
		t.Error("Tekton changes the script")
	}
	checkWaitingPipeline(t, task)
}

// checkWaitingPipeline makes Tekton validate the pipeline that the page shows, and compares its parameters with those of the Task.
func checkWaitingPipeline(t *testing.T, task *pipelinev1.Task) {
	t.Helper()
	content, err := os.ReadFile(waitingPage)
	if err != nil {
		t.Fatal(err)
	}
	_, block, found := strings.Cut(string(content), "```yaml\napiVersion: tekton.dev/v1\n")
	block, _, _ = strings.Cut(block, "```")
	if !found {
		t.Fatal("the page shows no pipeline")
	}
	pipeline := &pipelinev1.Pipeline{}
	if err := yaml.UnmarshalStrict([]byte("apiVersion: tekton.dev/v1\n"+block), pipeline); err != nil {
		t.Fatal(err)
	}
	pipeline.SetDefaults(t.Context())
	if err := pipeline.Validate(t.Context()); err != nil {
		t.Error("the Pipeline:", err)
	}
	given := make(map[string]bool)
	for _, p := range pipeline.Spec.Tasks[0].Params {
		given[p.Name] = true
	}
	for _, p := range task.Spec.Params {
		if !given[p.Name] && p.Default == nil {
			t.Errorf("the pipeline gives no %s", p.Name)
		}
		delete(given, p.Name)
	}
	if len(given) > 0 {
		t.Errorf("the Task has no parameters %v", given)
	}
}

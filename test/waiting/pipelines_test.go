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

package waiting

import (
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"sigs.k8s.io/yaml"

	"github.com/stakeholders-dev/stakeholder-operator/api/v1alpha1"
)

// variable is an environment variable of a step.
type variable struct{ Name, Value string }

// read reads one of the examples.
func read(t *testing.T, name string, into any) {
	t.Helper()
	content, err := os.ReadFile(filepath.Join(env.examples, name))
	if err != nil {
		t.Fatal(err)
	}
	if into, ok := into.(*string); ok {
		*into = string(content)
		return
	}
	if err := yaml.Unmarshal(content, into); err != nil {
		t.Fatal(err)
	}
}

// TestTektonTask runs the script of the Task with parameters that would be something else in a shell. That Tekton takes the Task
// is tested in hack/tekton.
func TestTektonTask(t *testing.T) {
	t.Parallel()
	var task struct {
		Spec struct {
			Params []struct {
				Name    string
				Default *string
			}
			Steps []struct {
				Env    []variable
				Script string
			}
		}
	}
	read(t, "tekton-task.yaml", &task)
	var script string
	read(t, "ask-and-wait.sh", &script)
	if len(task.Spec.Steps) != 1 {
		t.Fatalf("the Task has %d steps, want one", len(task.Spec.Steps))
	}
	step := task.Spec.Steps[0]
	if diff := cmp.Diff(script, step.Script); diff != "" {
		t.Errorf("the script of the Task differs (-ask-and-wait.sh +tekton-task.yaml):\n%s", diff)
	}
	if strings.Contains(step.Script, "$(params.") {
		t.Error("Tekton writes a parameter into the script, where it can be a command")
	}

	title, _, _ := strings.Cut(hostile, "{{")
	params := map[string]string{"namespace": namespace, "map": "checkout", "topic": "release", "title": title, "description": hostile, "subject": "`id`"}
	for _, p := range task.Spec.Params {
		if _, given := params[p.Name]; !given && p.Default != nil {
			params[p.Name] = *p.Default
		}
	}
	w := startScript(t, step.Script, environment(t, step.Env, regexp.MustCompile(`\$\(params\.([a-z-]+)\)`), params), "sh")
	r := w.request(t)
	want := v1alpha1.StakeholderRequestSpec{
		Map: "checkout", Topic: "release", Title: title, Description: hostile, Subject: "`id`", ExpiresAfter: "24h",
		RequestedBy: "system:serviceaccount:" + namespace + ":" + pipeline,
	}
	if diff := cmp.Diff(want, r.Spec); diff != "" {
		t.Errorf("spec (-want +got):\n%s", diff)
	}
	answer{outcome: v1alpha1.OutcomeRejected, message: "by cfo"}.write(t, r)
	w.exits(t, 1)
	checkEmpty(t, w.dir)
}

// TestGitHubStep runs the step of the workflow as GitHub's runner does, for a branch whose name would be a command.
func TestGitHubStep(t *testing.T) {
	t.Parallel()
	var workflow struct {
		Jobs map[string]struct {
			Steps []struct {
				Env map[string]string
				Run string
			}
		}
	}
	read(t, "github-actions.yaml", &workflow)
	expressions := map[string]string{
		"github.ref_name": "$(touch${IFS}pwned)", "needs.build.outputs.digest": "sha256:0123", "github.server_url": "https://github.example",
		"github.repository": "vendor/checkout", "github.run_id": "1",
	}
	steps := 0
	for _, step := range workflow.Jobs["release"].Steps {
		if step.Run == "" {
			continue
		}
		steps++
		if strings.Contains(step.Run, "${{") {
			t.Error("GitHub writes an expression into the command, where it can be another one")
		}
		var variables []variable
		for name, value := range step.Env {
			variables = append(variables, variable{name, value})
		}
		with := environment(t, variables, regexp.MustCompile(`\$\{\{ ([a-z_.]+) \}\}`), expressions)
		// The checkout has the script.
		command := strings.Replace(step.Run, "./", env.examples+"/", 1)
		w := startScript(t, command, with, "bash", "-e")
		r := w.request(t)
		want := v1alpha1.StakeholderRequestSpec{
			Map: "checkout", Topic: "release", Title: "Release $(touch${IFS}pwned)", Subject: "registry.example/shop/checkout@sha256:0123",
			ExpiresAfter: "5h", RequestedBy: "system:serviceaccount:" + namespace + ":" + pipeline,
			Links: []v1alpha1.Link{{Title: "Details", URL: "https://github.example/vendor/checkout/actions/runs/1"}},
		}
		if diff := cmp.Diff(want, r.Spec); diff != "" {
			t.Errorf("spec (-want +got):\n%s", diff)
		}
		answer{outcome: v1alpha1.OutcomeRejected, message: "by cfo"}.write(t, r)
		w.exits(t, 1)
		checkEmpty(t, w.dir)
	}
	if steps != 1 {
		t.Errorf("the job runs %d commands, want one", steps)
	}
}

// TestHooksAreRequests has the API server and admission check the hooks, as created by Argo CD. That Argo CD waits for them is tested in test/e2e/argocd.
func TestHooksAreRequests(t *testing.T) {
	t.Parallel()
	for _, name := range []string{"argocd-presync.yaml", "argocd-presync-named.yaml"} {
		file := filepath.Join(env.examples, name)
		_, err := env.plane.Kubectl(t.Context(), "create", "--as="+argoCD, "--dry-run=server", "--validate=strict", "--filename="+file)
		if err != nil {
			t.Error(err)
		}
	}
}

// TestKustomizeWritesTheSubject requires that kustomize asks about the image that it deploys.
func TestKustomizeWritesTheSubject(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	for _, name := range []string{"argocd-presync-named.yaml", "kustomize-images.yaml"} {
		var content string
		read(t, name, &content)
		if err := os.WriteFile(filepath.Join(dir, name), []byte(content), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	const image = "registry.example/shop/checkout@sha256:4f53cda18c2baa0c0354bb5f9a3ecbe5ed12ab4d8e11ba873c2f11161202b945"
	name, digest, _ := strings.Cut(image, "@")
	kustomization := "resources: [argocd-presync-named.yaml]\nconfigurations: [kustomize-images.yaml]\nimages: [{name: " + name + ", digest: '" + digest + "'}]\n"
	if err := os.WriteFile(filepath.Join(dir, "kustomization.yaml"), []byte(kustomization), 0o600); err != nil {
		t.Fatal(err)
	}
	output, err := env.plane.Kubectl(t.Context(), "kustomize", dir)
	if err != nil {
		t.Fatal(err)
	}
	r := &v1alpha1.StakeholderRequest{}
	if err := yaml.UnmarshalStrict([]byte(output), r); err != nil {
		t.Fatal(err)
	}
	if r.Spec.Subject != image {
		t.Errorf("it asks about %s, want %s", r.Spec.Subject, image)
	}
}

// startScript writes a script to a file, as tools do, and runs it.
func startScript(t *testing.T, script string, with settings, shell ...string) *waiting {
	t.Helper()
	file := filepath.Join(t.TempDir(), "script")
	if err := os.WriteFile(file, []byte(script), 0o600); err != nil {
		t.Fatal(err)
	}
	return startCommand(t, env.kubeconfig, with, append(shell, file)...)
}

// environment has the variables of a step, with the references that match a pattern replaced by values.
func environment(t *testing.T, variables []variable, pattern *regexp.Regexp, values map[string]string) settings {
	t.Helper()
	out := make(settings)
	for _, v := range variables {
		out[v.Name] = pattern.ReplaceAllStringFunc(v.Value, func(reference string) string {
			name := pattern.FindStringSubmatch(reference)[1]
			value, known := values[name]
			if !known {
				t.Errorf("%s refers to %s, which there is not", v.Name, name)
			}
			return value
		})
	}
	return out
}

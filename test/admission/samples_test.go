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

package admission

import (
	"bytes"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"sigs.k8s.io/yaml"

	"github.com/stakeholders-dev/stakeholder-operator/api/v1alpha1"
	"github.com/stakeholders-dev/stakeholder-operator/controllers/validate"
	"github.com/stakeholders-dev/stakeholder-operator/test/controlplane"
)

// samples are the maps in the files that match a pattern, below the root of the checkout, by file.
func samples(t *testing.T, pattern string) map[string]*v1alpha1.StakeholderMap {
	t.Helper()
	root, err := controlplane.Root()
	if err != nil {
		t.Fatal(err)
	}
	files, err := filepath.Glob(filepath.Join(root, pattern))
	if err != nil {
		t.Fatal(err)
	}
	out := make(map[string]*v1alpha1.StakeholderMap)
	for _, file := range files {
		content, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		for document := range bytes.SplitSeq(content, []byte("\n---\n")) {
			m := &v1alpha1.StakeholderMap{}
			if err := yaml.Unmarshal(document, m); err != nil {
				t.Fatal(err)
			}
			if m.Kind == "StakeholderMap" {
				m.Namespace = namespace
				out[filepath.Base(file)] = m
			}
		}
	}
	return out
}

// TestSamplesByPolicy requires that the samples are also accepted with the sample of a policy.
func TestSamplesByPolicy(t *testing.T) {
	root, err := controlplane.Root()
	if err != nil {
		t.Fatal(err)
	}
	content, err := os.ReadFile(filepath.Join(root, "config", "samples", "policy", "v1alpha1_stakeholderpolicy.yaml"))
	if err != nil {
		t.Fatal(err)
	}
	policy := &v1alpha1.StakeholderPolicy{}
	if err := yaml.UnmarshalStrict(content, policy); err != nil {
		t.Fatal(err)
	}
	if problems := validate.Policy(policy.Spec); len(problems) > 0 {
		t.Fatal(problems)
	}
	enforce(t, policy.Spec)
	for name, m := range samples(t, "config/samples/v1alpha1_*.yaml") {
		if refusal, verdict := check(t, name, m); refusal.place != "" {
			t.Errorf("%s: %v", name, verdict.err)
		}
	}
}

// TestSamples requires that the samples are accepted without a warning, and that the broken one is refused for
// everything that its comment lists.
func TestSamples(t *testing.T) {
	sound := samples(t, "config/samples/v1alpha1_*.yaml")
	if len(sound) != 3 {
		t.Errorf("there are %d samples, want one for each market", len(sound))
	}
	for name, m := range sound {
		refusal, verdict := check(t, name, m)
		if refusal.place != "" || len(verdict.warnings) > 0 {
			t.Errorf("%s: refused for %v, warnings %q", name, refusal.codes, verdict.warnings)
		}
	}
	for name, m := range samples(t, "config/samples/broken/*.yaml") {
		refusal, verdict := check(t, name, m)
		want := codes{v1alpha1.ProductOwnerIsCustomer, v1alpha1.UnacknowledgedOverlap, v1alpha1.UnknownTopic}
		if refusal.place != validate.PlacePolicy || !slices.Equal(refusal.codes, want) || !strings.Contains(verdict.err.Error(), "budgets") {
			t.Errorf("%s: %v", name, verdict.err)
		}
	}
}

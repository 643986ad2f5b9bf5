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

package validate_test

import (
	"slices"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/stakeholders-dev/stakeholder-operator/api/v1alpha1"
	"github.com/stakeholders-dev/stakeholder-operator/controllers/validate"
	"github.com/stakeholders-dev/stakeholder-operator/test/fixtures"
)

func violations(findings []v1alpha1.Finding) []fixtures.Violation {
	var out []fixtures.Violation
	for _, f := range findings {
		out = append(out, fixtures.Violation{Code: f.Code, Field: f.Field})
	}
	return out
}

func levelsOf() map[v1alpha1.FindingCode]v1alpha1.FindingLevel {
	levels := make(map[v1alpha1.FindingCode]v1alpha1.FindingLevel)
	for _, rule := range validate.Rules() {
		levels[rule.Code] = rule.Level
	}
	return levels
}

func TestMap(t *testing.T) {
	for _, c := range fixtures.Cases() {
		t.Run(c.Name, func(t *testing.T) {
			m := c.Map()
			findings := validate.Map(m, c.Policy, fixtures.Now)
			if diff := cmp.Diff(c.Want, violations(findings)); diff != "" {
				t.Errorf("%s: violations (-want +got):\n%s", c.Reason, diff)
			}
			if diff := cmp.Diff(findings, validate.Map(m, c.Policy, fixtures.Now)); diff != "" {
				t.Errorf("the same map gave other findings (-first +second):\n%s", diff)
			}
			if diff := cmp.Diff(c.Map(), m); diff != "" {
				t.Errorf("the map was changed (-want +got):\n%s", diff)
			}
			levels := levelsOf()
			for _, f := range findings {
				if f.Level != levels[f.Code] {
					t.Errorf("%s of %s has level %q, want %q", f.Code, f.Field, f.Level, levels[f.Code])
				}
			}
		})
	}
}

// TestExamples checks that the examples, which other tests assume to be valid, are valid.
func TestExamples(t *testing.T) {
	for _, example := range fixtures.Examples(t) {
		if findings := validate.Map(example.Map, nil, fixtures.Now); validate.HasErrors(findings) {
			t.Errorf("%s: %v", example.Name, findings)
		}
	}
}

// TestEveryRuleHasACase fails if a new rule has no case.
func TestEveryRuleHasACase(t *testing.T) {
	tested := make(map[v1alpha1.FindingCode]bool)
	for _, c := range fixtures.Cases() {
		for _, v := range c.Want {
			tested[v.Code] = true
		}
	}
	declared := declaredCodes(t)
	if diff := cmp.Diff(declared, tested); diff != "" {
		t.Errorf("codes that api/v1alpha1/findings.go declares and codes that have a case (-declared +tested):\n%s", diff)
	}
}

// TestErrorsComeFirst checks the order of the rules, which is that of the findings.
func TestErrorsComeFirst(t *testing.T) {
	isWarning := func(r validate.Rule) bool { return r.Level == v1alpha1.LevelWarning }
	rules := validate.Rules()
	first := slices.IndexFunc(rules, isWarning)
	if first < 1 {
		t.Fatalf("the first warning is rule %d", first)
	}
	for _, rule := range rules[first:] {
		if !isWarning(rule) {
			t.Errorf("%s stands behind a warning and has the level %s", rule.Code, rule.Level)
		}
	}
}

func TestHasErrors(t *testing.T) {
	warning := v1alpha1.Finding{Level: v1alpha1.LevelWarning}
	cases := map[string]struct {
		reason   string
		findings []v1alpha1.Finding
		want     bool
	}{
		"none":             {"nothing is wrong", nil, false},
		"warning":          {"a warning leaves a map valid", []v1alpha1.Finding{warning}, false},
		"warning and more": {"one error is enough", []v1alpha1.Finding{warning, {Level: v1alpha1.LevelError}}, true},
	}
	for name, tc := range cases {
		t.Run(name, func(t *testing.T) {
			if diff := cmp.Diff(tc.want, validate.HasErrors(tc.findings)); diff != "" {
				t.Errorf("%s (-want +got):\n%s", tc.reason, diff)
			}
		})
	}
}

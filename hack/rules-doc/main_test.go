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

package main

import (
	"strings"
	"testing"

	"github.com/stakeholders-dev/stakeholder-operator/controllers/validate"
	"github.com/stakeholders-dev/stakeholder-operator/test/fixtures"
)

func TestEveryRuleIsExplained(t *testing.T) {
	explanations, err := parseExplanations()
	if err != nil {
		t.Fatal(err)
	}
	page, err := render(validate.Rules(), explanations, fixtures.Cases())
	if err != nil {
		t.Fatal(err)
	}
	for _, rule := range validate.Rules() {
		explained := explanations[rule.Code]
		for _, part := range []string{"\n## " + string(rule.Code) + "\n", explained.Meaning, explained.Fix} {
			if part == "" || !strings.Contains(string(page), part) {
				t.Errorf("the page lacks %q of %s", part, rule.Code)
			}
		}
		if len(rule.Caught) == 0 || len(rule.Caught) > 1 && len(explained.Where) == 0 {
			t.Errorf("%s does not say where it is caught", rule.Code)
		}
	}
	if len(explanations) != len(validate.Rules()) {
		t.Errorf("%d rules are explained, want %d", len(explanations), len(validate.Rules()))
	}
}

func TestRuleWithoutExample(t *testing.T) {
	if _, err := render([]validate.Rule{{Code: "Unheard"}}, nil, fixtures.Cases()); err == nil || !strings.Contains(err.Error(), "Unheard") {
		t.Errorf("a rule without example gave %v", err)
	}
}

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

	"github.com/stakeholders-dev/stakeholder-operator/cmd/kubectl-stakeholders/explain"
	"github.com/stakeholders-dev/stakeholder-operator/controllers/validate"
	"github.com/stakeholders-dev/stakeholder-operator/test/fixtures"
)

func TestEveryCodeIsOnAPage(t *testing.T) {
	examples, err := examplesOf(validate.Rules(), fixtures.Cases())
	if err != nil {
		t.Fatal(err)
	}
	all, err := explain.With(examples)
	if err != nil {
		t.Fatal(err)
	}
	pages := string(rulesPage(all, examples)) + string(reasonsPage(all))
	for i := range all {
		e := &all[i]
		if e.Type == explain.Exit {
			continue
		}
		for _, part := range []string{"# " + e.Code + "\n", e.Meaning, e.Why, e.Fix} {
			if !strings.Contains(pages, part) {
				t.Errorf("the pages lack %q of %s", part, e.Code)
			}
		}
		if strings.Count(pages, "# "+e.Code+"\n") != 1 {
			t.Errorf("the pages explain %s more than once", e.Code)
		}
	}
}

// TestExamplesAreCurrent : the plugin explains rules by the examples that the page has.
func TestExamplesAreCurrent(t *testing.T) {
	examples, err := examplesOf(validate.Rules(), fixtures.Cases())
	if err != nil {
		t.Fatal(err)
	}
	all, err := explain.All()
	if err != nil {
		t.Fatal(err)
	}
	for code, want := range examples.Broken {
		e := explain.Find(all, code)
		if e == nil || e.Example == nil || *e.Example != want {
			t.Errorf("the example of %s is not current: run make generate", code)
		}
	}
}

func TestRuleWithoutExample(t *testing.T) {
	if _, err := examplesOf([]validate.Rule{{Code: "Unheard"}}, fixtures.Cases()); err == nil || !strings.Contains(err.Error(), "Unheard") {
		t.Errorf("a rule without example gave %v", err)
	}
}

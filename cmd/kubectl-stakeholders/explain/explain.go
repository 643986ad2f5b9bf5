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

// Package explain says what the codes mean that users see: rules, reasons of conditions, refusals and exit codes. The
// pages docs/reference/rules.md and docs/reference/reasons.md are written from the same texts.
package explain

import (
	_ "embed" // for the texts
	"fmt"
	"slices"
	"strings"

	"sigs.k8s.io/yaml"

	"github.com/stakeholders-dev/stakeholder-operator/api/v1alpha1"
	"github.com/stakeholders-dev/stakeholder-operator/controllers/validate"
)

//go:embed rules.yaml
var rulesYAML []byte

//go:embed reasons.yaml
var reasonsYAML []byte

// examplesYAML is written by hack/rules-doc.
//
//go:embed examples.yaml
var examplesYAML []byte

// Type is what a code is.
type Type string

// The types of codes.
const (
	Rule    Type = "Rule"
	Reason  Type = "Reason"
	Outcome Type = "Outcome"
	Refusal Type = "Refusal"
	// Lint is a finding of the command lint that is no rule for maps.
	Lint Type = "Lint"
	Exit Type = "Exit"
)

// Explanation of a code. Its texts are Markdown, except for the summary.
type Explanation struct {
	Code string `json:"code"`
	Type Type   `json:"type"`
	// Level of a finding.
	Level v1alpha1.FindingLevel `json:"level,omitempty"`
	// Caught lists the places that catch a broken rule, the earliest first.
	Caught []validate.Place `json:"caught,omitempty"`
	// Of lists the kinds that have a reason, and When the values of their conditions.
	Of   []string `json:"of,omitempty"`
	When []string `json:"when,omitempty"`
	// By is the admission policy that refuses.
	By string `json:"by,omitempty"`
	// Summary names the problem in a few words.
	Summary string `json:"summary"`
	Meaning string `json:"meaning"`
	// Where says which place catches what, if there is more than one.
	Where []string `json:"where,omitempty"`
	Why   string   `json:"why,omitempty"`
	// Fix says what to do. Empty: nothing.
	Fix string `json:"fix,omitempty"`
	// Example breaks the rule.
	Example *Example `json:"example,omitempty"`
}

// Example is a map that breaks a rule, and what the operator says about it.
type Example struct {
	// Policy is the YAML of the StakeholderPolicy, if the example needs one.
	Policy string `json:"policy,omitempty"`
	// Change is YAML: what is different from a valid map.
	Change  string `json:"change,omitempty"`
	Field   string `json:"field"`
	Message string `json:"message"`
}

// Examples of the rules.
type Examples struct {
	// At is the time at which they are judged.
	At string `json:"at"`
	// Valid is the YAML of the map that they change.
	Valid string `json:"valid"`
	// Broken has an example for each rule.
	Broken map[string]Example `json:"broken"`
}

// All returns every explanation: rules in the order of the findings, then reasons, refusals and exit codes.
func All() ([]Explanation, error) {
	examples := &Examples{}
	if err := yaml.UnmarshalStrict(examplesYAML, examples); err != nil {
		return nil, fmt.Errorf("examples.yaml: %w", err)
	}
	return With(examples)
}

// With is All with other examples than the ones that the program was built with.
func With(examples *Examples) ([]Explanation, error) {
	var rules []Explanation
	if err := yaml.UnmarshalStrict(rulesYAML, &rules); err != nil {
		return nil, fmt.Errorf("rules.yaml: %w", err)
	}
	checked := map[string]validate.Rule{}
	for _, rule := range validate.Rules() {
		checked[string(rule.Code)] = rule
	}
	for i := range rules {
		e := &rules[i]
		e.Type = Rule
		if rule, ok := checked[e.Code]; ok {
			e.Level, e.Caught = rule.Level, rule.Caught
		}
		if example, ok := examples.Broken[e.Code]; ok {
			e.Example = &example
		}
	}
	var reasons []Explanation
	if err := yaml.UnmarshalStrict(reasonsYAML, &reasons); err != nil {
		return nil, fmt.Errorf("reasons.yaml: %w", err)
	}
	return slices.Concat(rules, reasons), nil
}

// Find returns the explanation of a code, whose case does not matter. Nil: there is none.
func Find(all []Explanation, code string) *Explanation {
	for i := range all {
		if strings.EqualFold(all[i].Code, code) {
			return &all[i]
		}
	}
	return nil
}

// Kind is what users call a code: error, warning, reason, outcome, refusal or exit.
func (e *Explanation) Kind() string {
	switch e.Type {
	case Rule, Lint:
		return strings.ToLower(string(e.Level))
	case Exit:
		return "exit"
	case Reason, Outcome, Refusal:
	}
	return strings.ToLower(string(e.Type))
}

// home is where the pages are.
const home = "https://github.com/stakeholders-dev/stakeholder-operator/blob/main/docs/"

// Page returns the address of the page that explains the code.
func (e *Explanation) Page() string {
	switch e.Type {
	case Rule:
		return home + "reference/rules.md#" + strings.ToLower(e.Code)
	case Exit:
		return home + "reference/kubectl-stakeholders.md#exit-codes"
	case Reason, Outcome, Refusal, Lint:
	}
	return home + "reference/reasons.md#" + strings.ToLower(e.Code)
}

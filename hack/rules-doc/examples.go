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
	"fmt"
	"reflect"
	"slices"
	"strings"
	"time"

	"sigs.k8s.io/yaml"

	"github.com/stakeholders-dev/stakeholder-operator/api/v1alpha1"
	"github.com/stakeholders-dev/stakeholder-operator/cmd/kubectl-stakeholders/explain"
	"github.com/stakeholders-dev/stakeholder-operator/controllers/validate"
	"github.com/stakeholders-dev/stakeholder-operator/test/fixtures"
)

// examplesOf returns an example for each rule. The error says which rule lacks one.
func examplesOf(rules []validate.Rule, cases []fixtures.Case) (*explain.Examples, error) {
	valid, err := changed(&v1alpha1.StakeholderMapSpec{}, &fixtures.Minimal().Spec)
	if err != nil {
		return nil, err
	}
	out := &explain.Examples{At: fixtures.Now.Format(time.RFC3339), Valid: valid, Broken: map[string]explain.Example{}}
	for i := range rules {
		example, err := exampleOf(&rules[i], cases)
		if err != nil {
			return nil, err
		}
		out.Broken[string(rules[i].Code)] = *example
	}
	return out, nil
}

func exampleOf(rule *validate.Rule, cases []fixtures.Case) (*explain.Example, error) {
	i := slices.IndexFunc(cases, func(c fixtures.Case) bool { return c.Example == rule.Code })
	if i < 0 {
		return nil, fmt.Errorf("no case in test/fixtures is the example of %s", rule.Code)
	}
	m := cases[i].Map()
	findings := validate.Map(m, cases[i].Policy, fixtures.Now)
	j := slices.IndexFunc(findings, func(f v1alpha1.Finding) bool { return f.Code == rule.Code })
	if j < 0 {
		return nil, fmt.Errorf("the example of %s, %q, does not break it", rule.Code, cases[i].Name)
	}
	change, err := changed(&fixtures.Minimal().Spec, &m.Spec)
	if err != nil {
		return nil, err
	}
	out := &explain.Example{Change: change, Field: findings[j].Field, Message: findings[j].Message}
	if policy := cases[i].Policy; policy != nil {
		content, err := yaml.Marshal(map[string]any{"spec": policy})
		if err != nil {
			return nil, err
		}
		out.Policy = string(content)
	}
	return out, nil
}

// mostItems is how many entries of a list an example shows.
const mostItems = 4

// changed shows the fields of a spec that differ from those of another.
func changed(from, to *v1alpha1.StakeholderMapSpec) (string, error) {
	var out strings.Builder
	out.WriteString("spec:\n")
	before, after := reflect.ValueOf(from).Elem(), reflect.ValueOf(to).Elem()
	for i, field := range reflect.VisibleFields(before.Type()) {
		if reflect.DeepEqual(before.Field(i).Interface(), after.Field(i).Interface()) {
			continue
		}
		name, _, _ := strings.Cut(field.Tag.Get("json"), ",")
		value, more := after.Field(i), 0
		if value.Kind() == reflect.Slice && value.Len() > mostItems {
			more = value.Len() - 2
			value = value.Slice(0, 2)
		}
		if value.IsZero() {
			fmt.Fprintf(&out, "  # no %s\n", name)
			continue
		}
		content, err := yaml.Marshal(map[string]any{name: value.Interface()})
		if err != nil {
			return "", err
		}
		for line := range strings.Lines(string(content)) {
			out.WriteString("  " + line)
		}
		if more > 0 {
			fmt.Fprintf(&out, "  # ... and %d more like these\n", more)
		}
	}
	return out.String(), nil
}

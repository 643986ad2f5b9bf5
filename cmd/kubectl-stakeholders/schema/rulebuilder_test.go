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

package schema

import (
	"slices"
	"strings"
	"testing"

	"github.com/google/cel-go/cel"
	"github.com/google/cel-go/common/ast"
	structuralschema "k8s.io/apiextensions-apiserver/pkg/apiserver/schema"
	"k8s.io/apiextensions-apiserver/pkg/apiserver/schema/cel/model"
	"k8s.io/apimachinery/pkg/util/version"
	apiservercel "k8s.io/apiserver/pkg/cel"
	"k8s.io/apiserver/pkg/cel/environment"
)

// TestRulesNameWhatTheyRead makes sure that no rule depends on properties that it does not name, because here it sees no others
// (see named). A rule that compares objects would, and so would one that gives them to most functions.
func TestRulesNameWhatTheyRead(t *testing.T) {
	t.Parallel()
	rules := 0
	for _, kind := range Kinds {
		d, err := definitionOf(kind)
		if err != nil {
			t.Fatal(err)
		}
		eachRule(d.structural, true, func(schema *structuralschema.Structural, root bool, rule string) {
			if strings.Contains(rule, "oldSelf") {
				return // A rule about changes, which are not checked.
			}
			rules++
			if calls := callsWithObjects(t, schema, root, rule); len(calls) > 0 {
				t.Errorf("%s: %s: %v has an object, so the rule reads properties that it does not name", kind, rule, calls)
			}
		})
	}
	if rules < 50 {
		t.Errorf("only %d rules are checked", rules)
	}
}

// TestCallsWithObjects makes sure that the test above finds what it is about.
func TestCallsWithObjects(t *testing.T) {
	t.Parallel()
	d, err := definitionOf("StakeholderMap")
	if err != nil {
		t.Fatal(err)
	}
	for rule, want := range map[string][]string{
		"self.spec.customers == self.spec.customers":                     {"_==_"},
		"self.spec.customers[0] != self.spec.customers[1]":               {"_!=_"},
		"self.spec.customers.exists(c, c in self.spec.customers)":        {"@in"},
		"dyn(self.spec.customers[0]) == dyn(self.spec.customers[1])":     {"dyn", "dyn"},
		"self.spec.customers[0].name == self.spec.customers[1].name":     nil,
		"size(self.spec.customers.filter(c, has(c.topics))) > 1":         nil,
		"self.spec.customers.map(c, c.name) == ['board']":                nil,
		"{'a': self.spec.customers[0]} == {'a': self.spec.customers[0]}": {"_==_"},
	} {
		if got := callsWithObjects(t, d.structural, true, rule); !slices.Equal(got, want) {
			t.Errorf("%s: %v, want %v", rule, got, want)
		}
	}
}

// eachRule calls f for each rule and messageExpression of a schema.
func eachRule(schema *structuralschema.Structural, root bool, f func(schema *structuralschema.Structural, root bool, rule string)) {
	for _, rule := range schema.XValidations {
		f(schema, root, rule.Rule)
		if rule.MessageExpression != "" {
			f(schema, root, rule.MessageExpression)
		}
	}
	if schema.Items != nil {
		eachRule(schema.Items, false, f)
	}
	if entries := schema.AdditionalProperties; entries != nil && entries.Structural != nil {
		eachRule(entries.Structural, false, f)
	}
	for name := range schema.Properties {
		child := schema.Properties[name]
		eachRule(&child, false, f)
	}
}

// readsNoProperty are functions that read no property of an object that they get.
var readsNoProperty = []string{"size", "_[_]", "_?_:_", "_+_"}

// callsWithObjects returns the other functions that get an object in a rule.
func callsWithObjects(t *testing.T, schema *structuralschema.Structural, root bool, rule string) []string {
	t.Helper()
	self := model.SchemaDeclType(schema, root).MaybeAssignTypeName(selfType)
	envs, err := environment.MustBaseEnvSet(environment.DefaultCompatibilityVersion()).Extend(environment.VersionedOptions{
		IntroducedVersion: version.MajorMinor(1, 0),
		EnvOptions:        []cel.EnvOption{cel.Variable("self", self.CelType())},
		DeclTypes:         []*apiservercel.DeclType{self},
	})
	if err != nil {
		t.Fatal(err)
	}
	compiled, issues := envs.StoredExpressionsEnv().Compile(rule)
	if issues.Err() != nil {
		t.Fatalf("%s: %v", rule, issues.Err())
	}
	tree := compiled.NativeRep()
	var found []string
	ast.PreOrderVisit(tree.Expr(), ast.NewExprVisitor(func(e ast.Expr) {
		if e.Kind() != ast.CallKind || slices.Contains(readsNoProperty, e.AsCall().FunctionName()) {
			return
		}
		operands := e.AsCall().Args()
		if e.AsCall().IsMemberFunction() {
			operands = append(slices.Clone(operands), e.AsCall().Target())
		}
		if slices.ContainsFunc(operands, func(o ast.Expr) bool { return hasObject(tree.GetType(o.ID())) }) {
			found = append(found, e.AsCall().FunctionName())
		}
	}))
	return found
}

// selfType begins the names of the types of all objects in a schema. The library's own types have other names.
const selfType = "selfType"

// hasObject reports whether values of a type are objects of the schema or have some.
func hasObject(t *cel.Type) bool {
	return strings.HasPrefix(t.TypeName(), selfType) || slices.ContainsFunc(t.Parameters(), hasObject)
}

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

package crd

import (
	"maps"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"

	apiextensionsv1 "k8s.io/apiextensions-apiserver/pkg/apis/apiextensions/v1"
	"sigs.k8s.io/yaml"
)

// schemaOf returns the schema of a map or a policy, from the generated file.
func schemaOf(t *testing.T, resource string) apiextensionsv1.JSONSchemaProps {
	t.Helper()
	content, err := os.ReadFile(filepath.Join(root, "config", "crd", "bases", "stakeholders.dev_"+resource+".yaml"))
	if err != nil {
		t.Fatal(err)
	}
	var definition apiextensionsv1.CustomResourceDefinition
	if err := yaml.UnmarshalStrict(content, &definition); err != nil {
		t.Fatal(err)
	}
	if len(definition.Spec.Versions) != 1 {
		t.Fatalf("want one version, got %d: these tests know one", len(definition.Spec.Versions))
	}
	return *definition.Spec.Versions[0].Schema.OpenAPIV3Schema
}

// constraint is what one field must not be, and the API server's message for it.
type constraint struct{ field, says string }

// constraints lists every bound and every rule in a schema, with the fields as the API server names them, but with [*]
// instead of a number.
func constraints(path string, s *apiextensionsv1.JSONSchemaProps) []constraint {
	var all []constraint
	add := func(field, says string) { all = append(all, constraint{field, says}) }
	for _, rule := range s.XValidations {
		says := rule.Message
		if rule.MessageExpression != "" && says != "" {
			// It ends with the part that does not depend on the object.
			end := rule.MessageExpression[strings.LastIndex(rule.MessageExpression, " + '")+len(" + '"):]
			says = strings.ReplaceAll(strings.TrimSuffix(end, "'"), `\"`, `"`)
		}
		add(orRoot(strings.TrimPrefix(path+rule.FieldPath, ".")), says)
	}
	for _, name := range s.Required {
		add(join(path, name), required)
	}
	bound := func(value *int64, says string) {
		// At least 0 only documents that empty is allowed.
		if value != nil && *value > 0 {
			add(path, strings.Replace(says, "%", strconv.FormatInt(*value, 10), 1))
		}
	}
	bound(s.MinLength, tooShort+"% chars long")
	bound(s.MaxLength, tooLong+"% ")
	bound(s.MinItems, tooFew+"% items")
	bound(s.MaxItems, "must have at most % items")
	bound(s.MinProperties, "should have at least % properties")
	bound(s.MaxProperties, "must have at most % items")
	if s.Minimum != nil {
		add(path, tooSmall+strconv.FormatFloat(*s.Minimum, 'f', -1, 64))
	}
	if s.Maximum != nil {
		add(path, tooLarge+strconv.FormatFloat(*s.Maximum, 'f', -1, 64))
	}
	if s.Pattern != "" {
		add(path, "should match '"+s.Pattern+"'")
	}
	if len(s.Enum) > 0 {
		values := make([]string, len(s.Enum))
		for i, v := range s.Enum {
			values[i] = string(v.Raw)
		}
		add(path, "supported values: "+strings.Join(values, ", "))
	}
	if s.XListType != nil && *s.XListType != "atomic" {
		add(path+"[*]", duplicate)
	}
	for _, name := range slices.Sorted(maps.Keys(s.Properties)) {
		child := s.Properties[name]
		all = append(all, constraints(join(path, name), &child)...)
	}
	if s.Items != nil {
		all = append(all, constraints(path+"[*]", s.Items.Schema)...)
	}
	if s.AdditionalProperties != nil {
		// The cases have the key "product" in each such map.
		all = append(all, constraints(join(path, "product"), s.AdditionalProperties.Schema)...)
	}
	return all
}

func join(path, name string) string { return strings.TrimPrefix(path+"."+name, ".") }

// orRoot is the API server's name for the object as a whole.
func orRoot(path string) string {
	if path == "" {
		return "<nil>"
	}
	return path
}

var index = regexp.MustCompile(`\[\d+\]`)

// TestCoverage fails when the schema has a bound or a rule, at any place, that no case tries to break. Add a case for
// each new bound or rule.
func TestCoverage(t *testing.T) {
	t.Run("stakeholdermaps", func(t *testing.T) {
		checkCoverage(t, schemaOf(t, "stakeholdermaps"), expand(rejectCases), expand(statusRejectCases))
	})
	t.Run("stakeholderpolicies", func(t *testing.T) {
		checkCoverage(t, schemaOf(t, "stakeholderpolicies"), allPolicyRejectCases())
	})
	t.Run("stakeholderrequests", func(t *testing.T) {
		checkCoverage(t, schemaOf(t, "stakeholderrequests"), allRequestRejectCases())
	})
}

func checkCoverage(t *testing.T, whole apiextensionsv1.JSONSchemaProps, all ...map[string]rejectCase) {
	t.Helper()
	tried := make(map[string][]string)
	for _, cases := range all {
		for _, c := range cases {
			// The schema's own bounds and its rules name an entry of a map differently.
			field := strings.Replace(index.ReplaceAllString(c.field, "[*]"), "[product]", ".product", 1)
			tried[field] = append(tried[field], c.says)
		}
	}
	found := constraints("", &whole)
	if len(found) < 100 {
		t.Fatalf("found only %d constraints: this test no longer finds them", len(found))
	}
	for _, c := range found {
		if strings.HasPrefix(c.field, "status.conditions[*].") {
			// A condition's own schema is Kubernetes'.
			continue
		}
		if c.says == "" {
			t.Errorf("a rule about %s has no message, so users do not learn what to do", c.field)
		} else if !slices.ContainsFunc(tried[c.field], func(says string) bool { return strings.Contains(says, c.says) }) {
			t.Errorf("no case makes the API server say about %s: %s", c.field, c.says)
		}
	}
}

// TestNoDefaults fails when the API server would fill in a field. GitOps tools compare a spec, which has one owner, as
// a whole with what Git says.
func TestNoDefaults(t *testing.T) {
	for _, resource := range []string{"stakeholdermaps", "stakeholderpolicies", "stakeholderrequests"} {
		whole := schemaOf(t, resource)
		walk("", &whole, func(path string, s *apiextensionsv1.JSONSchemaProps) {
			if s.Default != nil {
				t.Errorf("%s: %s has the default %s", resource, path, s.Default.Raw)
			}
		})
	}
}

// walk calls f for a schema and each one in it.
func walk(path string, s *apiextensionsv1.JSONSchemaProps, f func(path string, s *apiextensionsv1.JSONSchemaProps)) {
	f(path, s)
	for name, child := range s.Properties {
		walk(join(path, name), &child, f)
	}
	if s.Items != nil {
		walk(path+"[*]", s.Items.Schema, f)
	}
	if s.AdditionalProperties != nil {
		walk(path+"[*]", s.AdditionalProperties.Schema, f)
	}
}

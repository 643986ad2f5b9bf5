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

package validate

import (
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	apiextensionsv1 "k8s.io/apiextensions-apiserver/pkg/apis/apiextensions/v1"
	"sigs.k8s.io/yaml"
)

// systemRule matches a CRD rule about the form of handles of one system, which can end with an exception.
var systemRule = regexp.MustCompile(`^self\.system != '([a-z]+)' \|\| self\.value\.matches\('((?:[^'\\]|\\.)*)'\)(?: && !self\.value\.matches\('.*'\))?$`)

// TestHandleFormsAreThoseOfTheCRD compares the expressions. A handle that only the CRD accepts would pass admission,
// and be missing in the files that it was declared for.
func TestHandleFormsAreThoseOfTheCRD(t *testing.T) {
	content, err := os.ReadFile(filepath.Join("..", "..", "config", "crd", "bases", "stakeholders.dev_stakeholdermaps.yaml"))
	if err != nil {
		t.Fatal(err)
	}
	crd := &apiextensionsv1.CustomResourceDefinition{}
	if err := yaml.UnmarshalStrict(content, crd); err != nil {
		t.Fatal(err)
	}
	want := make(map[string]string)
	for _, f := range handleForms {
		want[f.system] = f.form.String()
	}
	spec := crd.Spec.Versions[0].Schema.OpenAPIV3Schema.Properties["spec"]
	holders := map[string]apiextensionsv1.JSONSchemaProps{
		"customers": *spec.Properties["customers"].Items.Schema, "endUsers": *spec.Properties["endUsers"].Items.Schema,
		"productOwner": spec.Properties["productOwner"], "developmentTeam": spec.Properties["developmentTeam"],
	}
	for role, declaredParty := range holders {
		got := make(map[string]string)
		for _, rule := range declaredParty.Properties["handles"].Items.Schema.XValidations {
			if match := systemRule.FindStringSubmatch(rule.Rule); match != nil {
				// CEL's string has a backslash before each of the expression's, and before each quote.
				got[match[1]] = strings.NewReplacer(`\\`, `\`, `\'`, `'`).Replace(match[2])
			}
		}
		if diff := cmp.Diff(want, got); diff != "" {
			t.Errorf("%s: the forms of handles differ (-Go +CRD):\n%s", role, diff)
		}
	}
}

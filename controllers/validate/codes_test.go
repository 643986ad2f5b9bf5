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
	"go/ast"
	"go/parser"
	"go/token"
	"strconv"
	"testing"

	"github.com/stakeholders-dev/stakeholder-operator/api/v1alpha1"
)

// declaredCodes reads the codes from their source file, because Go cannot list constants.
func declaredCodes(t *testing.T) map[v1alpha1.FindingCode]bool {
	t.Helper()
	file, err := parser.ParseFile(token.NewFileSet(), "../../api/v1alpha1/findings.go", nil, 0)
	if err != nil {
		t.Fatal(err)
	}
	codes := make(map[v1alpha1.FindingCode]bool)
	ast.Inspect(file, func(n ast.Node) bool {
		spec, ok := n.(*ast.ValueSpec)
		if !ok {
			return true
		}
		for i, value := range spec.Values {
			literal, ok := value.(*ast.BasicLit)
			if !ok {
				t.Fatalf("%s is no literal", spec.Names[i].Name)
			}
			code, err := strconv.Unquote(literal.Value)
			if err != nil {
				t.Fatal(err)
			}
			if spec.Names[i].Name != code {
				t.Errorf("the constant %s has the value %q", spec.Names[i].Name, code)
			}
			codes[v1alpha1.FindingCode(code)] = true
		}
		return false
	})
	return codes
}

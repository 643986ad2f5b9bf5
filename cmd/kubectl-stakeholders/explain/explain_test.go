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

package explain_test

import (
	"go/ast"
	"go/parser"
	"go/token"
	"io/fs"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"
	"unicode/utf8"

	"github.com/stakeholders-dev/stakeholder-operator/cmd/kubectl-stakeholders/explain"
	"github.com/stakeholders-dev/stakeholder-operator/controllers/validate"
)

func TestEveryCodeIsExplained(t *testing.T) {
	t.Parallel()
	all := explanations(t)
	var want []string
	for _, rule := range validate.Rules() {
		want = append(want, string(rule.Code))
	}
	want = append(want, apiCodes(t)...)
	want = append(want, refusals(t)...)
	want = append(want, constants(t, "../lint/finding.go", func(spec *ast.ValueSpec) bool { return spec.Type == nil })...)
	for _, code := range want {
		if explain.Find(all, code) == nil {
			t.Errorf("%s is not explained: add it to rules.yaml or reasons.yaml", code)
		}
	}
	for i := range all {
		if all[i].Type != explain.Exit && !slices.Contains(want, all[i].Code) {
			t.Errorf("%s is explained, but neither the API nor an admission policy has it", all[i].Code)
		}
	}
}

// maxSummary keeps a line of the list within 80 columns.
const maxSummary = 42

func TestExplanationsAreComplete(t *testing.T) {
	t.Parallel()
	all := explanations(t)
	for i := range all {
		e := &all[i]
		if first := explain.Find(all, e.Code); first != e {
			t.Errorf("%s is explained twice", e.Code)
		}
		if n := utf8.RuneCountInString(e.Summary); n == 0 || n > maxSummary {
			t.Errorf("the summary of %s has %d characters, want 1 to %d: %s", e.Code, n, maxSummary, e.Summary)
		}
		if e.Meaning == "" || e.Type == "" {
			t.Errorf("%s has no meaning or no type", e.Code)
		}
		if e.Type != explain.Rule {
			continue
		}
		if e.Why == "" || e.Fix == "" || e.Level == "" || e.Example == nil || e.Example.Message == "" {
			t.Errorf("the rule %s lacks a part: %+v", e.Code, e)
		}
		if len(e.Caught) == 0 || len(e.Caught) > 1 && len(e.Where) == 0 {
			t.Errorf("%s does not say where it is caught", e.Code)
		}
	}
}

func TestFindIgnoresCase(t *testing.T) {
	t.Parallel()
	if e := explain.Find(explanations(t), "customermissing"); e == nil || e.Code != "CustomerMissing" {
		t.Errorf("found %v", e)
	}
}

func TestPlain(t *testing.T) {
	t.Parallel()
	for _, tt := range []struct{ markdown, want, reason string }{
		{"see [the docs](../a.md) and [b](c)", "see the docs and b", "links"},
		{"`a[0]` (b) c](", "`a[0]` (b) c](", "brackets that are no link"},
		{"`spec.customers`", "`spec.customers`", "code"},
	} {
		if got := explain.Plain(tt.markdown); got != tt.want {
			t.Errorf("%s: got %q, want %q", tt.reason, got, tt.want)
		}
	}
}

func explanations(t *testing.T) []explain.Explanation {
	t.Helper()
	all, err := explain.All()
	if err != nil {
		t.Fatal(err)
	}
	return all
}

const root = "../../.."

// apiCodes returns the findings, reasons and outcomes that the API declares.
func apiCodes(t *testing.T) []string {
	t.Helper()
	files, err := filepath.Glob(root + "/api/v1alpha1/*.go")
	if err != nil {
		t.Fatal(err)
	}
	var codes []string
	for _, file := range files {
		codes = append(codes, constants(t, file, isCode)...)
	}
	if len(codes) < 60 {
		t.Fatalf("found only %d codes in the API", len(codes))
	}
	return codes
}

// constants returns the strings among the constants of a file that are codes.
func constants(t *testing.T, file string, isCode func(*ast.ValueSpec) bool) []string {
	t.Helper()
	parsed, err := parser.ParseFile(token.NewFileSet(), file, nil, parser.SkipObjectResolution)
	if err != nil {
		t.Fatal(err)
	}
	var codes []string
	ast.Inspect(parsed, func(n ast.Node) bool {
		spec, ok := n.(*ast.ValueSpec)
		if ok && len(spec.Values) == 1 && isCode(spec) {
			if literal, ok := spec.Values[0].(*ast.BasicLit); ok && literal.Kind == token.STRING {
				code, _ := strconv.Unquote(literal.Value)
				codes = append(codes, code)
			}
		}
		return true
	})
	return codes
}

func isCode(spec *ast.ValueSpec) bool {
	declared, _ := spec.Type.(*ast.Ident)
	return strings.HasPrefix(spec.Names[0].Name, "Reason") || declared != nil && (declared.Name == "FindingCode" || declared.Name == "Outcome")
}

// refusal is how a message of an admission policy begins.
var refusal = regexp.MustCompile(`(?m)(?:message: (?:>-\n\s+|")?|')([A-Z][a-z]+(?:[A-Z][a-z]+)+): `)

// refusals returns the codes of the admission policies.
func refusals(t *testing.T) []string {
	t.Helper()
	var files, codes []string
	err := filepath.WalkDir(root+"/config", func(path string, _ fs.DirEntry, err error) error {
		if strings.HasSuffix(path, "policy.yaml") {
			files = append(files, path)
		}
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	for _, file := range files {
		content, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		for _, match := range refusal.FindAllSubmatch(content, -1) {
			codes = append(codes, string(match[1]))
		}
	}
	for _, code := range []string{"NotYourName", "MayNotAnswer", "NeedsApproval", "StrictAuthors"} {
		if !slices.Contains(codes, code) {
			t.Fatalf("the policies have no %s, so the codes are not found: %s", code, codes)
		}
	}
	return codes
}

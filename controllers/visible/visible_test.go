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

package visible_test

import (
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
	"unicode"

	apiextensionsv1 "k8s.io/apiextensions-apiserver/pkg/apis/apiextensions/v1"
	"sigs.k8s.io/yaml"

	"github.com/stakeholders-dev/stakeholder-operator/controllers/visible"
)

// TestDefaultIgnorable compares with Unicode's tables: no invisible character may count as a letter.
func TestDefaultIgnorable(t *testing.T) {
	t.Parallel()
	for r := range rune(unicode.MaxRune + 1) {
		if visible.Rune(r) && (unicode.In(r, unicode.Other_Default_Ignorable_Code_Point, unicode.Variation_Selector) || unicode.IsControl(r)) {
			t.Errorf("%U passes, and nothing is seen of it", r)
		}
	}
	for _, r := range "\u3164\u115f\u1160\uffa0\u2800\u034f\ufe0f\u200b\u202e\u2028\u00a0\n\t\ufeff\U0001d159" {
		if visible.Rune(r) {
			t.Errorf("%U passes, and nothing is seen of it", r)
		}
	}
	for _, r := range "aZ0 é\u0301山ßŁ,'\"`\\<>#@🎉" {
		if !visible.Rune(r) {
			t.Errorf("%U is refused, and can be seen", r)
		}
	}
}

// rules has every rule of the API server's about a text, by the text's path.
func rules(path string, s *apiextensionsv1.JSONSchemaProps, into map[string][]string) {
	if s.Type == "string" && len(s.Enum) == 0 {
		into[path] = nil
		for _, rule := range s.XValidations {
			into[path] = append(into[path], rule.Rule)
		}
		if s.Pattern != "" || s.Format != "" {
			into[path] = append(into[path], "matches("+s.Pattern)
		}
	}
	for name, child := range s.Properties {
		rules(path+"."+name, &child, into)
	}
	if s.Items != nil {
		rules(path+"[*]", s.Items.Schema, into)
	}
	if s.AdditionalProperties != nil {
		rules(path+"[*]", s.AdditionalProperties.Schema, into)
	}
}

var (
	wanted  = regexp.MustCompile(`self\.matches\('\^(\[[^']*\\\\pL[^']*\])\+\$'\)`)
	refused = regexp.MustCompile(`!self\.matches\('(\[[^']*\\\\x[^']*\])'\)`)
)

// TestOneRuleForEveryText checks for every text of a map or a policy that the API server accepts exactly the characters
// that this package calls visible.
func TestOneRuleForEveryText(t *testing.T) {
	t.Parallel()
	free, known := 0, make(map[string]bool)
	for _, resource := range []string{"stakeholdermaps", "stakeholderpolicies", "stakeholderrequests"} {
		content, err := os.ReadFile(filepath.Join("..", "..", "config", "crd", "bases", "stakeholders.dev_"+resource+".yaml"))
		if err != nil {
			t.Fatal(err)
		}
		var definition apiextensionsv1.CustomResourceDefinition
		if err := yaml.Unmarshal(content, &definition); err != nil {
			t.Fatal(err)
		}
		spec := definition.Spec.Versions[0].Schema.OpenAPIV3Schema.Properties["spec"]
		texts := make(map[string][]string)
		rules("spec", &spec, texts)
		for path, all := range texts {
			rule := strings.Join(all, " && ")
			if !strings.Contains(rule, "matches(") && !strings.Contains(rule, "format.") {
				t.Errorf("%s of %s may hold anything: give it a rule", path, resource)
			}
			if !strings.Contains(rule, "pL") {
				// The rule lists its characters, or is that of a name in Kubernetes.
				continue
			}
			free++
			if !known[rule] {
				known[rule] = true
				agree(t, resource+" "+path, rule)
			}
		}
	}
	if free < 10 {
		t.Errorf("only %d texts were looked at: this test has gone blind", free)
	}
}

// agree compares a rule with the package for every character.
func agree(t *testing.T, where, rule string) {
	t.Helper()
	in, out := wanted.FindStringSubmatch(rule), refused.FindStringSubmatch(rule)
	if in == nil || out == nil {
		t.Errorf("%s lets in what cannot be seen: %s", where, rule)
		return
	}
	unescape := strings.NewReplacer(`\\`, `\`)
	some, none := regexp.MustCompile(unescape.Replace(in[1])), regexp.MustCompile(unescape.Replace(out[1]))
	// A description has several lines.
	lines := strings.Contains(rule, `\n`)
	// Unicode has assigned nothing from plane 4 to 13, and the last two planes are for private use.
	for r := range rune(0xe1000) {
		if r >= 0xd800 && r <= 0xdfff || r >= 0x40000 && r < 0xe0000 {
			// No character at all.
			continue
		}
		if passes := some.MatchString(string(r)) && !none.MatchString(string(r)); passes != (visible.Rune(r) || r == '\n' && lines) {
			t.Errorf("%s: the API server lets %U pass: %t, and Go: %t", where, r, passes, visible.Rune(r))
			return
		}
	}
}

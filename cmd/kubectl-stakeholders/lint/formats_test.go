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

package lint_test

import (
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/owenrumney/go-sarif/v3/pkg/report/v210/sarif"

	"github.com/stakeholders-dev/stakeholder-operator/cmd/kubectl-stakeholders/lint"
)

// hostile are findings in files of an attacker.
var hostile = []lint.Finding{
	{
		File: "maps/a,b:c%.yaml", Line: 3, Column: 5, Level: lint.Error, Code: "UnknownTopic", Field: "spec.customers[0].topics[0]",
		Message: "there is no topic \"x\n::add-mask::y\r100%\x1b[31m\", [click](https://evil.example)",
	},
	{File: "/repo/maps/other.yaml", Line: 1, Column: 1, Level: lint.Warning, Code: "NoHandle", Message: "second"},
	{File: "/elsewhere/x y.yaml", Line: 1, Column: 1, Level: lint.Error, Code: lint.Schema, Message: "third"},
	{File: "<stdin>", Line: 7, Column: 1, Level: lint.Error, Code: "UnknownTopic", Message: "fourth"},
}

func TestGitHub(t *testing.T) {
	var out strings.Builder
	if err := lint.WriteGitHub(&out, hostile); err != nil {
		t.Fatal(err)
	}
	want := `::error file=maps/a%2Cb%3Ac%25.yaml,line=3,col=5,title=UnknownTopic::spec.customers[0].topics[0]: there is no topic "x%0A::add-mask::y\r100%25\x1b[31m", [click](https://evil.example)
::warning file=/repo/maps/other.yaml,line=1,col=1,title=NoHandle::second
::error file=/elsewhere/x y.yaml,line=1,col=1,title=Schema::third
::error file=<stdin>,line=7,col=1,title=UnknownTopic::fourth
`
	if diff := cmp.Diff(want, out.String()); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
}

func TestSARIF(t *testing.T) {
	run := writeSARIF(t, hostile)
	var uris []string
	for _, result := range run.Results {
		uris = append(uris, *result.Locations[0].PhysicalLocation.ArtifactLocation.URI)
	}
	want := []string{"maps/a,b:c%25.yaml", "maps/other.yaml", "file:///elsewhere/x%20y.yaml", "%3Cstdin%3E"}
	if diff := cmp.Diff(want, uris); diff != "" {
		t.Errorf("URIs (-want +got):\n%s", diff)
	}
	var rules []string
	for _, rule := range run.Tool.Driver.Rules {
		rules = append(rules, *rule.ID)
	}
	if diff := cmp.Diff([]string{"UnknownTopic", "NoHandle", "Schema"}, rules); diff != "" {
		t.Errorf("rules (-want +got):\n%s", diff)
	}
	for i, page := range map[int]string{0: "/docs/reference/rules.md#unknowntopic", 2: "/docs/reference/reasons.md#schema"} {
		rule := run.Tool.Driver.Rules[i]
		if !strings.HasSuffix(*rule.HelpURI, page) || rule.ShortDescription == nil || rule.Help == nil {
			t.Errorf("%s is not explained at %s: %+v", *rule.ID, page, rule)
		}
	}
	if got := run.Results[3]; got.RuleIndex != 0 || got.Level != "error" || *got.Locations[0].PhysicalLocation.Region.StartLine != 7 {
		t.Errorf("the fourth result is %+v", got)
	}
	if strings.Contains(*run.Results[0].Message.Text, "](") {
		t.Errorf("a name became a link: %s", *run.Results[0].Message.Text)
	}
}

// writeSARIF writes findings, and reads them again, if they follow the schema of SARIF.
func writeSARIF(t *testing.T, findings []lint.Finding) *sarif.Run {
	t.Helper()
	var out strings.Builder
	if err := lint.WriteSARIF(&out, findings, "v1.2.3", "/repo"); err != nil {
		t.Fatal(err)
	}
	report, err := sarif.FromString(out.String())
	if err != nil {
		t.Fatal(err)
	}
	if err := report.Validate(); err != nil {
		t.Errorf("%v\n%s", err, out.String())
	}
	return report.Runs[0]
}

func checkFormats(t *testing.T, report *lint.Report) {
	t.Helper()
	var out strings.Builder
	if err := lint.WriteGitHub(&out, report.Findings); err != nil {
		t.Fatal(err)
	}
	if got := strings.Count(out.String(), "\n"); got != len(report.Findings) || strings.Contains(out.String(), "\r") {
		t.Errorf("%d findings are %d lines: %q", len(report.Findings), got, out.String())
	}
	if err := lint.WriteSARIF(&out, report.Findings, "v1.2.3", "/repo"); err != nil {
		t.Error(err)
	}
}

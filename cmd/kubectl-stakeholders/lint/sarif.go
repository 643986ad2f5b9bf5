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

package lint

import (
	"encoding/json"
	"io"
	"net/url"
	"path/filepath"
	"strings"

	"github.com/owenrumney/go-sarif/v3/pkg/report/v210/sarif"

	"github.com/stakeholders-dev/stakeholder-operator/cmd/kubectl-stakeholders/explain"
)

const homepage = "https://github.com/stakeholders-dev/stakeholder-operator"

// WriteSARIF writes findings in the format of GitHub's code scanning and of many editors. Folder is the one in which the
// program runs: files in it get relative URIs, which GitHub needs.
func WriteSARIF(w io.Writer, findings []Finding, version, folder string) error {
	explanations, err := explain.All()
	if err != nil {
		return err
	}
	run := sarif.NewRunWithInformationURI("kubectl-stakeholders", homepage)
	run.Tool.Driver.WithVersion(version)
	run.WithColumnKind("unicodeCodePoints")
	indexes := make(map[string]int)
	for i := range findings {
		f := &findings[i]
		if _, known := indexes[f.Code]; !known {
			indexes[f.Code] = len(run.Tool.Driver.Rules)
			run.Tool.Driver.AddRule(descriptor(f, explanations))
		}
		run.AddResult(result(f, indexes[f.Code], folder))
	}
	encoder := json.NewEncoder(w)
	encoder.SetIndent("", "  ")
	encoder.SetEscapeHTML(false)
	return encoder.Encode(sarif.NewReport().AddRun(run))
}

// descriptor explains the code of a finding.
func descriptor(f *Finding, explanations []explain.Explanation) *sarif.ReportingDescriptor {
	rule := sarif.NewRule(f.Code).WithName(f.Code).
		WithDefaultConfiguration(sarif.NewReportingConfiguration().WithLevel(string(f.Level)))
	e := explain.Find(explanations, f.Code)
	if e == nil {
		return rule
	}
	help := helpText(e)
	return rule.WithHelpURI(e.Page()).
		WithShortDescription(text(e.Summary)).WithFullDescription(text(explain.Plain(e.Meaning))).
		WithHelp(text(explain.Plain(help)).WithMarkdown(help))
}

// helpText is the explanation as Markdown.
func helpText(e *explain.Explanation) string {
	parts := []string{e.Meaning}
	if e.Why != "" {
		parts = append(parts, e.Why)
	}
	return strings.Join(append(parts, "**Fix.** "+e.Fix), "\n\n")
}

func text(s string) *sarif.MultiformatMessageString {
	return sarif.NewMultiformatMessageString().WithText(s)
}

func result(f *Finding, rule int, folder string) *sarif.Result {
	region := sarif.NewRegion().WithStartLine(f.Line).WithStartColumn(f.Column)
	place := sarif.NewPhysicalLocation().WithArtifactLocation(sarif.NewSimpleArtifactLocation(uri(f.File, folder))).WithRegion(region)
	return sarif.NewRuleResult(f.Code).
		WithRuleIndex(rule).WithLevel(string(f.Level)).WithMessage(sarif.NewTextMessage(withoutLinks(f.Text()))).
		AddLocation(sarif.NewLocationWithPhysicalLocation(place))
}

// withoutLinks breaks the links that SARIF allows in messages, such as [text](https://elsewhere.example): the texts come from
// files of unknown authors.
func withoutLinks(text string) string { return strings.ReplaceAll(text, "](", "] (") }

// uri returns the URI of a file: relative if it is in the folder.
func uri(file, folder string) string {
	if filepath.IsAbs(file) {
		relative, err := filepath.Rel(folder, file)
		if err != nil || !filepath.IsLocal(relative) {
			return (&url.URL{Scheme: "file", Path: filepath.ToSlash(file)}).String()
		}
		file = relative
	}
	return (&url.URL{Path: filepath.ToSlash(filepath.Clean(file))}).String()
}

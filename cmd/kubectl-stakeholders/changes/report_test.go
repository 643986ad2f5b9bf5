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

package changes_test

import (
	"fmt"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/stakeholders-dev/stakeholder-operator/api/v1alpha1"
	"github.com/stakeholders-dev/stakeholder-operator/cmd/kubectl-stakeholders/changes"
	"github.com/stakeholders-dev/stakeholder-operator/test/fixtures"
)

// hostile are names that mean something in Markdown, in HTML or on GitHub, or that show something else than they are.
var hostile = []string{
	"@acme/admins", "`@acme/admins`", "``x`` @admins", "`", "x`", " @admins", "</details><b>", "[x](https://evil.example)", "#14", "a\n- cfo gains nothing", "\x1b[2K",
	"\u202egnp", "*x*", "| a |", "<!--", "", "![x](y)", "https://evil.example",
}

// TestMarkdown puts hostile names everywhere. Outside of code spans, no character of them is left.
func TestMarkdown(t *testing.T) {
	t.Parallel()
	for _, name := range hostile {
		after := base()
		after.Name, after.Spec.Product.DisplayName, after.Spec.Product.ArgoCDProject = base().Name, name, name
		after.Spec.Customers[0].Name, after.Spec.Customers[0].Organization = name, name
		after.Spec.Customers[0].Subjects = []v1alpha1.Subject{fixtures.User(name), fixtures.Group(name), fixtures.ServiceAccount(name, name)}
		after.Spec.EndUsers[0].Handles = []v1alpha1.Handle{{System: name, Value: name}}
		after.Spec.Topics[0].Name = name
		report := reportOf(changes.Compare([]changes.Pair{{Before: previewed(t, base()), After: previewed(t, after)}}, changes.Options{}))
		report.From = name
		text := report.Markdown(false)
		outside := withoutCodeSpans(t, text)
		for _, markup := range []string{"@", "evil", "#14", "*x", "|", "<b", "<!", "\x1b", "\u202e", "](", "`"} {
			if strings.Contains(outside, markup) {
				t.Errorf("%q is outside of code spans for the name %q:\n%s", markup, name, text)
			}
		}
		if strings.Contains(text, "\n- cfo gains nothing") {
			t.Errorf("a name adds an item:\n%s", text)
		}
	}
}

// withoutCodeSpans removes code spans as CommonMark finds them: from a run of backticks to the next of the same length. None
// may go beyond its line.
func withoutCodeSpans(t *testing.T, text string) string {
	t.Helper()
	var out strings.Builder
	for line := range strings.Lines(text) {
		for line != "" {
			begin := strings.IndexByte(line, '`')
			if begin < 0 {
				out.WriteString(line)
				break
			}
			out.WriteString(line[:begin])
			rest := strings.TrimLeft(line[begin:], "`")
			fence := strings.Repeat("`", len(line)-begin-len(rest))
			end := closing(rest, fence)
			if end < 0 {
				t.Fatalf("a code span has no end in %q", line)
			}
			line = rest[end+len(fence):]
		}
	}
	return out.String()
}

// closing returns the position of the run of backticks that is exactly as long as a fence, or -1.
func closing(text, fence string) int {
	for i := 0; i < len(text); {
		if text[i] != '`' {
			i++
			continue
		}
		run := len(text[i:]) - len(strings.TrimLeft(text[i:], "`"))
		if run == len(fence) {
			return i
		}
		i += run
	}
	return -1
}

func reportOf(list []changes.Change) *changes.Report {
	return &changes.Report{From: "main", To: "maps", Summary: changes.Summarize(list), Changes: list}
}

// manyChanges compares many maps in which many subjects join, whose names have a length.
func manyChanges(t *testing.T, length int) *changes.Report {
	t.Helper()
	var pairs []changes.Pair
	for i := range 40 {
		before, after := base(), base()
		before.Name = fmt.Sprintf("map-%02d", i)
		after.Name = before.Name
		for j := range 50 {
			name := fmt.Sprintf("user-%02d-%02d", i, j)
			after.Spec.Customers[0].Subjects = append(after.Spec.Customers[0].Subjects, fixtures.User(name+strings.Repeat("`x", (length-len(name))/2)))
		}
		pairs = append(pairs, changes.Pair{Before: previewed(t, before), After: previewed(t, after)})
	}
	return reportOf(changes.Compare(pairs, changes.Options{}))
}

// TestBounded has many changes. A person sees a part of them, and is told how many there are.
func TestBounded(t *testing.T) {
	t.Parallel()
	report := manyChanges(t, len("user-00-00"))
	if want := (changes.Summary{Maps: 40, Gain: 2000}); report.Summary != want {
		t.Errorf("the summary is %+v, want %+v", report.Summary, want)
	}
	sections, hidden := report.Sections(false)
	shown := 0
	for i := range sections {
		shown += len(sections[i].Rights)
		if sections[i].MoreText() != "… and 20 more changes: --all shows everything" {
			t.Fatalf("section %s says %q", sections[i].Map, sections[i].MoreText())
		}
	}
	if shown != 210 || hidden != 33 {
		t.Errorf("%d changes are shown, and %d maps are hidden", shown, hidden)
	}
	all, hidden := report.Sections(true)
	if len(all) != 40 || len(all[0].Rights) != 50 || hidden != 0 {
		t.Errorf("all are %d sections, with %d rights in the first, and %d are hidden", len(all), len(all[0].Rights), hidden)
	}
}

// TestFitsInComment has names of many lengths. GitHub accepts comments of 65536 characters.
func TestFitsInComment(t *testing.T) {
	t.Parallel()
	for _, length := range []int{10, 64, 200} {
		report := manyChanges(t, length)
		report.From, report.To = strings.Repeat("x", 300), strings.Repeat("y", 300)
		text := report.Markdown(false)
		if len(text) > 65536 {
			t.Errorf("with names of %d characters, the comment has %d bytes", length, len(text))
		}
		if !strings.Contains(text, "user-00-00") || !strings.Contains(text, "--all shows everything") {
			t.Errorf("with names of %d characters, the comment does not say what there is:\n%.1000s", length, text)
		}
	}
}

func TestSummary(t *testing.T) {
	t.Parallel()
	for want, summary := range map[string]changes.Summary{
		"No change in rights or routing.":                                       {},
		"1 subject gains rights.":                                               {Maps: 1, Gain: 1},
		"2 maps: 2 subjects gain rights, 1 subject loses rights.":               {Maps: 2, Gain: 2, Lose: 1},
		"2 maps: 2 subjects gain rights, 1 subject loses all that a map gives.": {Maps: 2, Gain: 2, Lose: 1, LoseEverything: 1},
		"1 other change.": {Others: 1},
		"3 maps: 1 subject gains rights, 2 subjects lose rights (1 all that a map gives), 4 other changes.": {Maps: 3, Gain: 1, Lose: 2, LoseEverything: 1, Others: 4},
	} {
		if diff := cmp.Diff(want, summary.String()); diff != "" {
			t.Errorf("(-want +got):\n%s", diff)
		}
	}
}

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

package graph_test

import (
	"regexp"
	"strings"
	"testing"

	"github.com/stakeholders-dev/stakeholder-operator/test/fixtures"
)

var (
	// mermaidLine and dotLine match the lines that a drawing may have, with quoted text in which nothing has a meaning.
	mermaidLine = regexp.MustCompile(`^(flowchart LR|  acc(Title|Descr): [^"<>{}%\x60]*|  subgraph \w+\["[^"]*"\]|  end|    \w+\["([^"<>{}%\x60]|<br/>)*"\]|  \w+ (---|-\.-|==>) \w+)$`)
	dotLine     = regexp.MustCompile(`^(digraph stakeholders \{|\}|  subgraph \w+ \{|  \}|  [a-z]+=\w+(\.\d)?|  node \[[^"]*\]|  (  )?(\w+ \[)?label="([^"\\]|\\.)*"\]?|  \w+ -> \w+ \[[a-z=3 ]+\])$`)
)

// FuzzNames gives a party any name. No format may get another line, or another element, from it.
func FuzzNames(f *testing.F) {
	for _, name := range []string{"", hostile, "ACME", "\"", "\\", "\\\"", "`", "&#60;", "#quot;", "ﬂ°°60¶ß", "\r\n", "\u2028", "<br/>", "]]>", "\xff"} {
		f.Add(name)
	}
	f.Fuzz(func(t *testing.T, name string) {
		m := fixtures.Minimal()
		m.Spec.Customers[0].DisplayName, m.Spec.Customers[0].Organization = name, name
		m.Spec.Product.DisplayName, m.Name = name, name
		g := whole(m)
		wellFormed(t, g.SVG())
		for line := range strings.SplitSeq(strings.TrimSuffix(g.Mermaid(), "\n"), "\n") {
			if !mermaidLine.MatchString(line) {
				t.Errorf("Mermaid: %q", line)
			}
		}
		for line := range strings.SplitSeq(strings.TrimSuffix(g.DOT(), "\n"), "\n") {
			if !dotLine.MatchString(line) {
				t.Errorf("DOT: %q", line)
			}
		}
	})
}

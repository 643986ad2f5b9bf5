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

package graph

import (
	"fmt"
	"slices"
	"strings"
	"unicode"
)

// mermaidLines draws each kind of line.
var mermaidLines = map[Kind]string{Asked: "---", Copied: "-.-", Decides: "==>"}

// Mermaid returns the graph as a flowchart of Mermaid, for Markdown on GitHub, GitLab and most wikis.
func (g *Graph) Mermaid() string {
	var b strings.Builder
	b.WriteString("flowchart LR\n")
	fmt.Fprintf(&b, "  accTitle: Stakeholders of %s\n", mermaidText(clean(g.Product)))
	fmt.Fprintf(&b, "  accDescr: Made from the StakeholderMap %s. %s.\n", mermaidText(clean(g.Source)), mermaidText(legend))
	// Mermaid has no legend.
	mermaidColumn(&b, "asked", askedHeading+" (dotted line)", len(g.Asked), func(i int) string { return mermaidLabel(g.Asked[i].title(), g.Asked[i].rows()) })
	mermaidColumn(&b, "topics", topicsHeading, len(g.Topics), func(i int) string { return mermaidLabel(g.Topics[i].title(), g.Topics[i].rows()) })
	mermaidColumn(&b, "deciders", decidersHeading, len(g.Deciders), func(i int) string { return mermaidLabel(g.Deciders[i].title(), g.Deciders[i].rows()) })
	for _, line := range g.Lines {
		if line.Kind == Decides {
			fmt.Fprintf(&b, "  topics%d %s deciders%d\n", line.Topics, mermaidLines[line.Kind], line.Box)
		} else {
			fmt.Fprintf(&b, "  asked%d %s topics%d\n", line.Box, mermaidLines[line.Kind], line.Topics)
		}
	}
	return b.String()
}

func mermaidColumn(b *strings.Builder, id, heading string, n int, label func(int) string) {
	fmt.Fprintf(b, "  subgraph %s[\"%s\"]\n", id, heading)
	for i := range n {
		fmt.Fprintf(b, "    %s%d[\"%s\"]\n", id, i, label(i))
	}
	b.WriteString("  end\n")
}

func mermaidLabel(title string, rows []row) string {
	lines := make([]string, 0, len(rows)+1)
	lines = append(lines, title)
	for _, r := range rows {
		lines = append(lines, mermaidText(r.String()))
	}
	return strings.Join(lines, "<br/>")
}

// mermaidText writes every character that could have a meaning as a number. In Mermaid, quotes end a label, angle
// brackets are HTML, backticks are Markdown, "fa:" is an icon, %%{ is a directive, and # starts a number like these.
func mermaidText(s string) string {
	var b strings.Builder
	before := ' '
	for _, r := range s {
		switch {
		case slices.Contains(mermaidPairs, string([]rune{before, r})):
			fmt.Fprintf(&b, "#8203;#%d;", r)
		case isMermaidText(before, r):
			b.WriteRune(r)
		default:
			fmt.Fprintf(&b, "#%d;", r)
		}
		before = r
	}
	return b.String()
}

// mermaidPairs have a meaning even if they are written as numbers, so a space that cannot be seen parts them: of a formula
// ($$), of an icon (fa:, fab:, fak:, …), and the marks of Mermaid's own numbers.
var mermaidPairs = []string{"$$", "a:", "b:", "k:", "l:", "r:", "s:", "ﬂ°", "¶ß"}

// isMermaidText reports whether a character has no meaning after another.
func isMermaidText(before, r rune) bool {
	isWord := func(r rune) bool { return unicode.IsLetter(r) || unicode.IsMark(r) || unicode.IsDigit(r) }
	switch r {
	case ' ', ',', '(', ')':
		return true
	case '-', '/':
		// At the beginning a hyphen is a list.
		return isWord(before)
	case 'ﬂ':
		// Mermaid marks numbers with this ligature while it parses.
		return false
	default:
		return isWord(r)
	}
}

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
	"strings"
)

// dotLines draws each kind of line.
var dotLines = map[Kind]string{Asked: "dir=none", Copied: "dir=none style=dashed", Decides: "penwidth=3"}

// DOT returns the graph in the language of Graphviz.
func (g *Graph) DOT() string {
	var b strings.Builder
	b.WriteString("digraph stakeholders {\n")
	fmt.Fprintf(&b, "  label=\"%s\"\n  labelloc=t\n", dotText(fit("Stakeholders of "+clean(g.Product)+" ("+clean(g.Source)+")", width, textSize))+`\n`+legend)
	b.WriteString("  rankdir=LR\n  ranksep=1.5\n  fontname=sans\n  node [shape=box fontname=sans]\n")
	dotColumn(&b, "asked", askedHeading, len(g.Asked), func(i int) string { return dotLabel(g.Asked[i].title(), g.Asked[i].rows()) })
	dotColumn(&b, "topics", topicsHeading, len(g.Topics), func(i int) string { return dotLabel(g.Topics[i].title(), g.Topics[i].rows()) })
	dotColumn(&b, "deciders", decidersHeading, len(g.Deciders), func(i int) string { return dotLabel(g.Deciders[i].title(), g.Deciders[i].rows()) })
	for _, line := range g.Lines {
		if line.Kind == Decides {
			fmt.Fprintf(&b, "  topics%d -> deciders%d [%s]\n", line.Topics, line.Box, dotLines[line.Kind])
		} else {
			fmt.Fprintf(&b, "  asked%d -> topics%d [%s]\n", line.Box, line.Topics, dotLines[line.Kind])
		}
	}
	b.WriteString("}\n")
	return b.String()
}

// dotColumn writes the nodes of a column. A subgraph whose name begins with cluster has a frame.
func dotColumn(b *strings.Builder, id, heading string, n int, label func(int) string) {
	fmt.Fprintf(b, "  subgraph cluster_%s {\n    label=\"%s\"\n", id, heading)
	for i := range n {
		fmt.Fprintf(b, "    %s%d [label=\"%s\"]\n", id, i, label(i))
	}
	b.WriteString("  }\n")
}

func dotLabel(title string, rows []row) string {
	var b strings.Builder
	b.WriteString(title + `\n`)
	for _, r := range rows {
		// \l ends a line that is aligned to the left.
		b.WriteString(dotText(r.String()) + `\l`)
	}
	return b.String()
}

// dotEscapes are the characters with a meaning in a quoted string: quotes, escapes such as \N for the name of the node,
// and HTML entities.
var dotEscapes = strings.NewReplacer(`\`, `\\`, `"`, `\"`, "&", "&amp;")

func dotText(s string) string { return dotEscapes.Replace(s) }

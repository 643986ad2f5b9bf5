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
	"encoding/xml"
	"fmt"
	"hash/fnv"
	"strings"
)

// style has no fonts of its own and no variables, which rsvg and Inkscape do not know. Kinds of lines differ in width,
// dashes and ends, so that colours are not needed. Every selector names the class of this drawing, because a style in an
// HTML page applies to the whole page.
const style = `
.stakeholders text{font-family:-apple-system,"Segoe UI",Roboto,"Helvetica Neue",Arial,sans-serif;font-size:14px;fill:#1f2328}
.stakeholders .name{font-size:20px;font-weight:600}
.stakeholders .heading{font-size:13px;font-weight:600;letter-spacing:.04em;fill:#59636e}
.stakeholders .role{font-weight:600}
.stakeholders .note{font-size:12px;fill:#59636e}
.stakeholders .page{fill:#ffffff}
.stakeholders .box{fill:#f6f8fa;stroke:#8c959f}
.stakeholders .line{fill:none;stroke:#ffffff;stroke-width:5}
.stakeholders .asked{fill:none;stroke:#0969da;stroke-width:1.6}
.stakeholders .copied{fill:none;stroke:#6e7781;stroke-width:1.4;stroke-dasharray:5 4}
.stakeholders .decides{fill:none;stroke:#1a7f37;stroke-width:3}
.stakeholders .dot{fill:#0969da}
.stakeholders .ring{fill:#ffffff;stroke:#6e7781;stroke-width:1.4}
.stakeholders .arrow{fill:#1a7f37}
@media (prefers-color-scheme:dark){
.stakeholders text{fill:#e6edf3}
.stakeholders .heading,.stakeholders .note{fill:#9198a1}
.stakeholders .page{fill:#0d1117}
.stakeholders .box{fill:#161b22;stroke:#6e7681}
.stakeholders .line{stroke:#0d1117}
.stakeholders .asked{stroke:#58a6ff}
.stakeholders .copied{stroke:#9198a1}
.stakeholders .decides{stroke:#3fb950}
.stakeholders .dot{fill:#58a6ff}
.stakeholders .ring{fill:#0d1117;stroke:#9198a1}
.stakeholders .arrow{fill:#3fb950}
}
`

// SVG returns the graph as a picture in three columns. It needs no other file and runs no script.
func (g *Graph) SVG() string {
	l := g.layout()
	id := g.id()
	var b strings.Builder
	fmt.Fprintf(&b, `<svg xmlns="http://www.w3.org/2000/svg" class="stakeholders" width="%d" height="%d" viewBox="0 0 %d %d" role="img" aria-labelledby="%s-title %s-desc">`+"\n",
		width, l.height, width, l.height, id, id)
	title := "Stakeholders of " + clean(g.Product)
	fmt.Fprintf(&b, "<title id=\"%s-title\">%s</title>\n", id, escapeXML(title))
	fmt.Fprintf(&b, "<desc id=\"%s-desc\">%s</desc>\n", id, escapeXML(g.description()))
	b.WriteString("<style>" + style + "</style>\n")
	fmt.Fprintf(&b, `<rect class="page" width="%d" height="%d"/>`+"\n", width, l.height)
	placedText{margin, 40, width - 2*margin, "name", title}.write(&b)
	writeLegend(&b)
	for _, c := range l.columns() {
		placedText{c.x, headingY, c.width, "heading", c.heading}.write(&b)
	}
	for i := range l.lines {
		l.lines[i].write(&b)
	}
	for _, c := range l.columns() {
		for i := range c.boxes {
			c.boxes[i].write(&b)
		}
	}
	fmt.Fprintf(&b, "</svg>\n")
	return b.String()
}

// id tells drawings apart that stand in one HTML page.
func (g *Graph) id() string {
	hash := fnv.New32a()
	_, _ = hash.Write([]byte(g.Source))
	return fmt.Sprintf("stakeholders-%08x", hash.Sum32())
}

// writeLegend draws each kind of line with its meaning.
func writeLegend(b *strings.Builder) {
	x := float64(margin)
	for _, entry := range []struct {
		kind Kind
		text string
	}{{Asked, "is asked"}, {Copied, "gets a copy"}, {Decides, "decides"}} {
		line := placedLine{kind: entry.kind, fromX: x, toX: x + 44, fromY: legendY - 4, toY: legendY - 4}
		line.write(b)
		fmt.Fprintf(b, `<text class="note" x="%g" y="%d">%s</text>`+"\n", x+54, legendY, entry.text)
		x += 150
	}
}

// escapeXML escapes text for XML. Characters that XML does not allow are replaced.
func escapeXML(s string) string {
	var b strings.Builder
	// A strings.Builder returns no error.
	_ = xml.EscapeText(&b, []byte(s))
	return b.String()
}

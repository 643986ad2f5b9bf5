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

// placedLine is a line with its place.
type placedLine struct {
	kind                   Kind
	from, to               *placedBox
	fromX, fromY, toX, toY float64
}

var lineClasses = map[Kind]string{Asked: "asked", Copied: "copied", Decides: "decides"}

const (
	// dotRadius is the size of the ends of lines, and arrowLength that of an arrow.
	dotRadius, arrowLength = 3.5, 11
	textSize, noteSize     = 14, 12
)

// write draws the line on a broader one in the colour of the page, so that crossing lines stay apart.
func (p *placedLine) write(b *strings.Builder) {
	fromX, toX := p.fromX, p.toX
	if p.kind == Decides {
		toX -= arrowLength - 2
	} else {
		fromX += dotRadius
	}
	bend := (toX - fromX) / 2
	path := fmt.Sprintf("M%.1f %.1fC%.1f %.1f %.1f %.1f %.1f %.1f", fromX, p.fromY, fromX+bend, p.fromY, toX-bend, p.toY, toX, p.toY)
	fmt.Fprintf(b, `<path class="line" d="%s"/><path class="%s" d="%s"/>`, path, lineClasses[p.kind], path)
	switch p.kind {
	case Asked:
		fmt.Fprintf(b, `<circle class="dot" cx="%.1f" cy="%.1f" r="%g"/>`, fromX, p.fromY, dotRadius)
	case Copied:
		fmt.Fprintf(b, `<circle class="ring" cx="%.1f" cy="%.1f" r="%g"/>`, fromX, p.fromY, dotRadius)
	case Decides:
		fmt.Fprintf(b, `<path class="arrow" d="M%.1f %.1fl-%d -6v12z"/>`, p.toX, p.toY, arrowLength)
	}
	b.WriteString("\n")
}

// write draws the box with its text.
func (p *placedBox) write(b *strings.Builder) {
	fmt.Fprintf(b, `<rect class="box" x="%.1f" y="%.1f" width="%.1f" height="%.1f" rx="6"/>`+"\n", p.x, p.y, p.width, p.height)
	line := placedText{x: p.x + inset, y: p.y + padding + 15, width: p.width - 2*inset, class: "role", text: p.title}
	line.write(b)
	for _, r := range p.rows {
		line.y += rowHeight
		line.writeRow(b, r)
	}
}

// placedText is a line of text with its place. It is cut to its width.
type placedText struct {
	x, y, width float64
	class, text string
}

// fontSizes has the font size of each class of text.
var fontSizes = map[string]float64{"name": 20, "heading": 13, "role": textSize, "": textSize, "note": noteSize}

// write writes the text. A text that was cut shows whole when a reader points at it.
func (p placedText) write(b *strings.Builder) {
	class := ""
	if p.class != "" {
		class = ` class="` + p.class + `"`
	}
	fmt.Fprintf(b, `<text%s x="%.1f" y="%.1f">`, class, p.x, p.y)
	short := fit(p.text, p.width, fontSizes[p.class])
	if short != p.text {
		fmt.Fprintf(b, "<title>%s</title>", escapeXML(p.text))
	}
	fmt.Fprintf(b, "%s</text>\n", escapeXML(short))
}

// writeRow writes the text of a row on the left and its note on the right.
func (p placedText) writeRow(b *strings.Builder, r row) {
	if r.text == "" {
		placedText{p.x, p.y, p.width, "note", r.note}.write(b)
		return
	}
	placedText{p.x, p.y, p.width, "", r.text}.write(b)
	if r.note != "" {
		fmt.Fprintf(b, `<text class="note" text-anchor="end" x="%.1f" y="%.1f">%s</text>`+"\n", p.x+p.width, p.y, escapeXML(r.note))
	}
}

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
	x, y, room := p.x+inset, p.y+padding+15, p.width-2*inset
	writeText(b, x, y, "role", p.title, room, textSize)
	for _, r := range p.rows {
		y += rowHeight
		p.writeRow(b, x, y, room, r)
	}
}

// writeRow writes the text on the left and the note on the right.
func (p *placedBox) writeRow(b *strings.Builder, x, y, room float64, r row) {
	switch {
	case r.text == "":
		writeText(b, x, y, "note", r.note, room, noteSize)
	case r.note == "":
		writeText(b, x, y, "", r.text, room, textSize)
	default:
		writeText(b, x, y, "", r.text, room, textSize)
		fmt.Fprintf(b, `<text class="note" text-anchor="end" x="%.1f" y="%.1f">%s</text>`+"\n", x+room, y, escapeXML(r.note))
	}
}

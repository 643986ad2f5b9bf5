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

package main

import (
	"fmt"
	"strings"
)

const (
	titleSize, noteSize = 15, 13
	// inset is the space between the edge of a box and its text, and lineHeight that between the baselines of two lines.
	inset, lineHeight = 15, 18
	// headLength is the length of the head of an arrow.
	headLength = 9
)

// box is a rounded rectangle with a title and notes below it. A role colours its left edge.
type box struct {
	x, y, width, height float64
	title               string
	notes               []string
	role                string
}

func (b *box) right() float64  { return b.x + b.width }
func (b *box) middle() float64 { return b.y + b.height/2 }

func (b *box) write(w *strings.Builder) {
	fmt.Fprintf(w, `<rect class="box" x="%g" y="%g" width="%g" height="%g" rx="6"/>`+"\n", b.x, b.y, b.width, b.height)
	if b.role != "" {
		fmt.Fprintf(w, `<rect class="mark %s" x="%g" y="%g" width="5" height="%g" rx="2.5"/>`+"\n", b.role, b.x, b.y, b.height)
	}
	y := b.middle() - lineHeight*float64(len(b.notes))/2 + noteSize*0.4
	fmt.Fprintf(w, `<text class="title" x="%g" y="%.1f">%s</text>`+"\n", b.x+inset, y, b.title)
	for _, note := range b.notes {
		y += lineHeight
		fmt.Fprintf(w, `<text x="%g" y="%.1f">%s</text>`+"\n", b.x+inset, y, note)
	}
}

// arrow leads from one point to another. A role colours it.
type arrow struct {
	fromX, fromY, toX, toY float64
	role                   string
}

func (a *arrow) write(w *strings.Builder) {
	class := func(name string) string { return strings.TrimSpace(name + " " + a.role) }
	neck := a.toX - headLength
	bend := (neck - a.fromX) / 2
	fmt.Fprintf(w, `<path class="%s" d="M%g %gC%g %g %g %g %g %g"/>`, class("line"), a.fromX, a.fromY, a.fromX+bend, a.fromY, neck-bend, a.toY, neck, a.toY)
	fmt.Fprintf(w, `<path class="%s" d="M%g %gl-%d -5v10z"/>`+"\n", class("mark"), a.toX, a.toY, headLength+1)
}

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

import "slices"

// Sizes of the drawing. It is as wide as a wiki shows without scaling.
const (
	width, margin       = 1120, 28
	boxWidth, topicsBox = 270, 240
	headingY, legendY   = 112, 72
	top                 = 128
	rowHeight, padding  = 21, 10
	inset               = 14
	// gap is the space between two boxes, nearGap between those of one role or class, and portGap between the ends of two
	// lines.
	gap, nearGap, portGap = 22, 8, 9
)

// placedBox is a box with its place.
type placedBox struct {
	title               string
	rows                []row
	x, y, width, height float64
}

// placedColumn is a column with its place.
type placedColumn struct {
	heading  string
	x, width float64
	boxes    []placedBox
}

// layout has everything with its place.
type layout struct {
	height              int
	left, middle, right placedColumn
	lines               []placedLine
}

func (l *layout) columns() []*placedColumn { return []*placedColumn{&l.left, &l.middle, &l.right} }

func (g *Graph) layout() *layout {
	l := &layout{
		left:   placedColumn{heading: askedHeading, x: margin, width: boxWidth},
		middle: placedColumn{heading: topicsHeading, x: (width - topicsBox) / 2, width: topicsBox},
		right:  placedColumn{heading: decidersHeading, x: width - margin - boxWidth, width: boxWidth},
	}
	leftPorts, middleLeft, middleRight, rightPorts := make([]int, len(g.Asked)), make([]int, len(g.Topics)), make([]int, len(g.Topics)), make([]int, len(g.Deciders))
	for _, line := range g.Lines {
		if line.Kind == Decides {
			middleRight[line.Topics]++
			rightPorts[line.Box]++
		} else {
			middleLeft[line.Topics]++
			leftPorts[line.Box]++
		}
	}
	for i := range g.Asked {
		l.left.add(g.Asked[i].title(), g.Asked[i].rows(), leftPorts[i])
	}
	for i := range g.Topics {
		l.middle.add(g.Topics[i].title(), g.Topics[i].rows(), max(middleLeft[i], middleRight[i]))
	}
	for i := range g.Deciders {
		l.right.add(g.Deciders[i].title(), g.Deciders[i].rows(), rightPorts[i])
	}
	l.balance()
	l.connect(g.Lines)
	return l
}

// add adds a box below the others, high enough for its rows and the ends of its lines.
func (c *placedColumn) add(title string, rows []row, ports int) {
	box := placedBox{title: title, rows: wrap(rows, c.width-2*inset), x: c.x, y: top, width: c.width}
	box.height = float64(max(padding*2+rowHeight*(len(box.rows)+1), portGap*(ports+1)))
	if len(c.boxes) > 0 {
		box.y = c.bottom() + gap
		if c.boxes[len(c.boxes)-1].title == title {
			box.y = c.bottom() + nearGap
		}
	}
	c.boxes = append(c.boxes, box)
}

// wrap puts the note of a row below it if there is no room for both.
func wrap(rows []row, room float64) []row {
	out := make([]row, 0, len(rows))
	for _, r := range rows {
		if r.text != "" && r.note != "" && measure(r.text, textSize)+2*textSize+measure(r.note, noteSize) > room {
			out = append(out, row{text: r.text}, row{note: r.note})
			continue
		}
		out = append(out, r)
	}
	return out
}

func (c *placedColumn) bottom() float64 {
	if len(c.boxes) == 0 {
		return top
	}
	last := &c.boxes[len(c.boxes)-1]
	return last.y + last.height
}

// balance spreads the boxes of the shorter columns over the height of the longest. Boxes of one role stay together.
func (l *layout) balance() {
	bottom := max(l.left.bottom(), l.middle.bottom(), l.right.bottom())
	for _, c := range l.columns() {
		groups := 0
		for i := range c.boxes {
			if i == 0 || c.boxes[i].title != c.boxes[i-1].title {
				groups++
			}
		}
		more, above := (bottom-c.bottom())/float64(groups+1), ""
		var down float64
		for i := range c.boxes {
			if box := &c.boxes[i]; box.title != above {
				down, above = down+more, box.title
			}
			c.boxes[i].y += down
		}
	}
	l.height = int(bottom) + margin
}

// connect places the lines. Each has its own place at both ends, in the order of the other ends, so that a reader can
// follow it.
func (l *layout) connect(lines []Line) {
	l.lines = make([]placedLine, len(lines))
	for i, line := range lines {
		from, to := &l.left.boxes, &l.middle.boxes
		fromBox, toBox := line.Box, line.Topics
		if line.Kind == Decides {
			from, to, fromBox, toBox = &l.middle.boxes, &l.right.boxes, line.Topics, line.Box
		}
		l.lines[i] = placedLine{kind: line.Kind, from: &(*from)[fromBox], to: &(*to)[toBox]}
	}
	l.ports(func(p *placedLine) (box, other *placedBox, y *float64) { return p.from, p.to, &p.fromY })
	l.ports(func(p *placedLine) (box, other *placedBox, y *float64) { return p.to, p.from, &p.toY })
	for i := range l.lines {
		p := &l.lines[i]
		p.fromX, p.toX = p.from.x+p.from.width, p.to.x
	}
}

// ports spreads the ends of lines over the side of each box.
func (l *layout) ports(end func(*placedLine) (box, other *placedBox, y *float64)) {
	byBox := map[*placedBox][]*placedLine{}
	for i := range l.lines {
		box, _, _ := end(&l.lines[i])
		byBox[box] = append(byBox[box], &l.lines[i])
	}
	for box, lines := range byBox {
		slices.SortStableFunc(lines, func(a, b *placedLine) int {
			_, otherA, _ := end(a)
			_, otherB, _ := end(b)
			return int(otherA.y - otherB.y)
		})
		for i, line := range lines {
			_, _, y := end(line)
			*y = box.y + box.height*float64(i+1)/float64(len(lines)+1)
		}
	}
}

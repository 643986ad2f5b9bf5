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

// Package terminal writes for people: colour where it is wanted, tables, and progress. It shows what names contain and
// never obeys it.
package terminal

import (
	"cmp"
	"io"
	"os"
	"strconv"
	"strings"

	"golang.org/x/term"
	"k8s.io/cli-runtime/pkg/genericiooptions"
)

// defaultWidth is the width of a terminal that does not say how wide it is, and of prose that is not for a terminal.
const defaultWidth = 80

// maxTextWidth keeps prose easy to read on a wide terminal.
const maxTextWidth = 100

// Terminal is where a command writes to.
type Terminal struct {
	genericiooptions.IOStreams
	// Color says whether standard output shows colours: only on a terminal, and not if NO_COLOR is set or TERM is dumb
	// (https://no-color.org).
	Color bool
	// Width of standard output in columns, if it is a terminal. Otherwise 0: results are neither wrapped nor shortened, because programs
	// need whole values.
	Width int
	// errWidth is the same for standard error.
	errWidth int
	// line shows progress on standard error. Nil means that a person does not see it as it is written.
	line *line
}

// New returns the terminal of some streams, with the environment read by getenv.
func New(streams genericiooptions.IOStreams, getenv func(string) string) *Terminal {
	t := &Terminal{IOStreams: streams, Width: widthOf(streams.Out, getenv), errWidth: widthOf(streams.ErrOut, getenv)}
	isDumb := getenv("TERM") == "dumb"
	t.Color = t.Width > 0 && getenv("NO_COLOR") == "" && !isDumb
	if t.errWidth > 0 && !isDumb && getenv("CI") == "" {
		t.line = newLine(streams.ErrOut, t.errWidth)
		t.ErrOut = t.line.under(streams.ErrOut)
		if t.Width > 0 {
			t.Out = t.line.under(streams.Out)
		}
	}
	return t
}

// HideProgress is for commands whose standard error a person shall not see.
func (t *Terminal) HideProgress() { t.line = nil }

// widthOf returns the width of a terminal, which COLUMNS overrides, or 0 if it is no terminal.
func widthOf(w io.Writer, getenv func(string) string) int {
	file, ok := w.(*os.File)
	if !ok || !term.IsTerminal(int(file.Fd())) {
		return 0
	}
	if columns, err := strconv.Atoi(getenv("COLUMNS")); err == nil && columns > 0 {
		return columns
	}
	if columns, _, err := term.GetSize(int(file.Fd())); err == nil && columns > 0 {
		return columns
	}
	return defaultWidth
}

// TextWidth is the width of prose, such as help. It is wrapped also if it is not for a terminal.
func (t *Terminal) TextWidth() int { return min(cmp.Or(t.Width, defaultWidth), maxTextWidth) }

// Hanging returns a text after a label, for standard output. What does not fit follows below the beginning of the text.
func (t *Terminal) Hanging(label, text string) string { return hanging(label, Escape(text), t.Width) }

// Indented returns a label and a text, for standard output. What does not fit follows with an indent, because the label is long.
func (t *Terminal) Indented(label, text string) string {
	const indent = "    "
	return strings.TrimPrefix(Wrap(label+" "+Escape(text), t.Width, indent), indent)
}

// Note tells a user something beside the answer, on standard error.
func (t *Terminal) Note(text string) { t.Say("note", Escape(text)) }

// Say writes a message on standard error, with what it is in front, such as "error". A message of several lines stays one.
func (t *Terminal) Say(what, text string) {
	label := what + ": "
	var out strings.Builder
	for line := range strings.SplitSeq(EscapeLines(text), "\n") {
		out.WriteString(strings.TrimRight(hanging(label, line, t.errWidth), " ") + "\n")
		label = strings.Repeat(" ", len(label))
	}
	_, _ = io.WriteString(t.ErrOut, out.String())
}

// Style is how a text looks on a terminal.
type Style string

// The styles. Meaning never depends on them alone.
const (
	Bold   Style = "1"
	Red    Style = "31"
	Green  Style = "32"
	Yellow Style = "33"
	Faint  Style = "2"
)

// Paint returns a text in a style, or unchanged if standard output shows no colours. Cells of a table are not painted,
// because they are escaped.
func (t *Terminal) Paint(style Style, text string) string {
	if !t.Color || text == "" {
		return text
	}
	return "\x1b[" + string(style) + "m" + text + "\x1b[0m"
}

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
	"io"
	"os"

	"golang.org/x/term"
	"k8s.io/cli-runtime/pkg/genericiooptions"
)

// defaultWidth is the width of what is not a terminal.
const defaultWidth = 80

// Terminal is where a command writes to.
type Terminal struct {
	genericiooptions.IOStreams
	// Color says whether standard output shows colours: only on a terminal, and not if NO_COLOR is set or TERM is dumb
	// (https://no-color.org).
	Color bool
	// Width of standard output in columns: 80 if it is not a terminal.
	Width int
	// line shows progress on standard error. Nil means that a person does not see it as it is written.
	line *line
}

// New returns the terminal of some streams, with the environment read by getenv.
func New(streams genericiooptions.IOStreams, getenv func(string) string) *Terminal {
	t := &Terminal{IOStreams: streams, Width: defaultWidth}
	isDumb := getenv("TERM") == "dumb"
	if width, ok := terminalWidth(streams.ErrOut); ok && !isDumb && getenv("CI") == "" {
		t.line = newLine(streams.ErrOut, width)
		t.ErrOut = t.line.under(streams.ErrOut)
	}
	width, ok := terminalWidth(streams.Out)
	if !ok {
		return t
	}
	t.Width, t.Color = width, getenv("NO_COLOR") == "" && !isDumb
	if t.line != nil {
		t.Out = t.line.under(streams.Out)
	}
	return t
}

// HideProgress is for commands whose standard error a person shall not see.
func (t *Terminal) HideProgress() { t.line = nil }

// Note tells a user something beside the answer, on standard error.
func (t *Terminal) Note(text string) {
	_, _ = io.WriteString(t.ErrOut, "note: "+Escape(text)+"\n")
}

// terminalWidth returns the width of a terminal in columns, and whether it is one.
func terminalWidth(w io.Writer) (width int, ok bool) {
	file, ok := w.(*os.File)
	if !ok || !term.IsTerminal(int(file.Fd())) {
		return 0, false
	}
	width, _, err := term.GetSize(int(file.Fd()))
	if err != nil || width <= 0 {
		width = defaultWidth
	}
	return width, true
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
// except for the last of a row, because the codes count as characters there.
func (t *Terminal) Paint(style Style, text string) string {
	if !t.Color || text == "" {
		return text
	}
	return "\x1b[" + string(style) + "m" + text + "\x1b[0m"
}

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
	"os"
	"strings"

	"golang.org/x/term"
)

// lineWidth is the length of lines that the demo breaks by itself.
const lineWidth = 98

// terminal prints for people: bold and coloured on a terminal, plain otherwise and if NO_COLOR is set.
type terminal struct {
	file   *os.File
	colour bool
	// width in columns, or 0 if it is not a terminal.
	width int
}

func newTerminal(file *os.File) *terminal {
	t := &terminal{file: file}
	if width, _, err := term.GetSize(int(file.Fd())); err == nil {
		_, plain := os.LookupEnv("NO_COLOR")
		t.width, t.colour = width, !plain
	}
	return t
}

func (t *terminal) style(code, text string) string {
	if !t.colour {
		return text
	}
	return "\x1b[" + code + "m" + text + "\x1b[0m"
}

func (t *terminal) strong(text string) string { return t.style("1", text) }

func (t *terminal) dim(text string) string { return t.style("2", text) }

// print ignores errors: if the output has no reader any more, it cannot report them.
func (t *terminal) print(format string, args ...any) {
	_, _ = fmt.Fprintf(t.file, format, args...)
}

func (t *terminal) line(format string, args ...any) { t.print(format+"\n", args...) }

func (t *terminal) title(text string) { t.line("%s", t.strong(text)) }

func (t *terminal) heading(text string) { t.line("\n%s", t.style("1;36", text)) }

func (t *terminal) success(format string, args ...any) {
	t.line("%s", t.style("1;32", fmt.Sprintf(format, args...)))
}

func (t *terminal) failure(format string, args ...any) {
	t.line("%s", t.style("1;31", "demo: "+fmt.Sprintf(format, args...)))
}

// command shows a kubectl command as it can be typed into a shell.
func (t *terminal) command(args []string) {
	for i, line := range commandLines(args) {
		prompt := "$ "
		if i > 0 {
			prompt = "  "
		}
		t.line("  %s", t.style("33", prompt+line))
	}
}

// output shows the output of a command. If it is too wide for the terminal, it is cut, because rows that break in the
// middle are unreadable.
func (t *terminal) output(text string) {
	for _, line := range lines(text) {
		line = "  " + strings.TrimRight(line, " ")
		if runes := []rune(line); t.width > 0 && len(runes) > t.width {
			line = string(runes[:t.width-1]) + "…"
		}
		t.line("%s", line)
	}
}

// paragraph shows a long line, broken between words.
func (t *terminal) paragraph(text string) {
	for i, line := range wrap(text, lineWidth-4) {
		indent := "  "
		if i > 0 {
			indent = "    "
		}
		t.line("%s%s", indent, line)
	}
}

// table shows rows in columns, the first ones as its head.
func (t *terminal) table(rows [][]string, head int) {
	widths := columnWidths(rows)
	for i, row := range rows {
		var line strings.Builder
		line.WriteString(" ")
		for j, cell := range row {
			padded := fmt.Sprintf(" %-*s ", widths[j], cell)
			switch {
			case i < head:
				padded = t.strong(padded)
			case cell == "yes":
				padded = t.style("32", padded)
			case cell == "no":
				padded = t.dim(padded)
			}
			line.WriteString(padded)
		}
		t.line("%s", strings.TrimRight(line.String(), " "))
	}
}

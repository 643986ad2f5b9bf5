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
	"time"

	"golang.org/x/term"
)

// terminal prints for people: bold and coloured on a terminal, plain everywhere else and where NO_COLOR
// is set.
type terminal struct {
	file   *os.File
	colour bool
}

func newTerminal(file *os.File) *terminal {
	_, plain := os.LookupEnv("NO_COLOR")
	return &terminal{file: file, colour: !plain && term.IsTerminal(int(file.Fd()))}
}

func (t *terminal) style(code, text string) string {
	if !t.colour {
		return text
	}
	return "\x1b[" + code + "m" + text + "\x1b[0m"
}

func (t *terminal) strong(text string) string { return t.style("1", text) }

func (t *terminal) line(format string, args ...any) {
	_, _ = fmt.Fprintf(t.file, format+"\n", args...)
}

func (t *terminal) title(text string) { t.line("%s", t.strong(text)) }

func (t *terminal) heading(text string) { t.line("\n%s", t.style("1;36", text)) }

func (t *terminal) failure(format string, args ...any) {
	t.line("%s", t.style("1;31", "demo: "+fmt.Sprintf(format, args...)))
}

// timed says what is being done, and, when it is done, how long it took.
func (t *terminal) timed(what string, do func() error) error {
	_, _ = fmt.Fprintf(t.file, "  %-72s", what)
	started := time.Now()
	err := do()
	if err != nil {
		t.line("failed")
		return err
	}
	t.line("%5.1f s", time.Since(started).Seconds())
	return nil
}

// command shows a kubectl command in a form that a shell takes.
func (t *terminal) command(args []string) {
	quoted := make([]string, len(args))
	for i, arg := range args {
		quoted[i] = arg
		if name, value, ok := strings.Cut(arg, "="); ok && strings.ContainsAny(value, `{}\" *`) {
			quoted[i] = name + "='" + value + "'"
		}
	}
	t.line("  %s", t.style("2", "$ kubectl "+strings.Join(quoted, " ")))
}

// output shows what a command has printed.
func (t *terminal) output(text string) {
	for line := range strings.Lines(strings.TrimRight(text, "\n")) {
		t.line("  %s", strings.TrimRight(line, " \n"))
	}
}

// paragraph shows a long line, broken between words.
func (t *terminal) paragraph(text string) {
	const width = 96
	line := "  "
	for word := range strings.FieldsSeq(text) {
		if len(line)+len(word) > width && strings.TrimSpace(line) != "" {
			t.line("%s", strings.TrimRight(line, " "))
			line = "     "
		}
		line += word + " "
	}
	t.line("%s", strings.TrimRight(line, " "))
}

// table shows rows in columns; the first row is the header.
func (t *terminal) table(rows [][]string) {
	widths := make([]int, len(rows[0]))
	for _, row := range rows {
		for i, cell := range row {
			widths[i] = max(widths[i], len(cell))
		}
	}
	for i, row := range rows {
		var line strings.Builder
		for j, cell := range row {
			padded := fmt.Sprintf("%-*s  ", widths[j], cell)
			switch {
			case i > 0 && cell == "yes":
				padded = t.style("32", padded)
			case i == 0:
				padded = t.strong(padded)
			}
			line.WriteString(padded)
		}
		t.line("  %s", strings.TrimRight(line.String(), " "))
	}
}

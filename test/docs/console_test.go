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

package docs

import (
	"fmt"
	"regexp"
	"strings"

	"github.com/stakeholders-dev/stakeholder-operator/hack/markdown"
	"github.com/stakeholders-dev/stakeholder-operator/test/golden"
)

// command is one of a block of console.
type command struct {
	line int
	text string
	// want is what the page shows.
	want string
}

const (
	prompt = "$ "
	// anything stands for what a page leaves out.
	anything = "…"
)

// commandsOf are the commands of a block of console. A backslash continues one on the next line.
func commandsOf(b markdown.Block) ([]command, error) {
	var out []command
	continued := false
	for i, line := range strings.Split(strings.TrimSuffix(b.Text, "\n"), "\n") {
		text, begins := strings.CutPrefix(line, prompt)
		switch {
		case continued:
			out[len(out)-1].text += "\n" + line
		case begins:
			out = append(out, command{line: b.Line + i, text: text})
		case len(out) == 0:
			return nil, fmt.Errorf("line %d: a block of console begins with %q and a command", b.Line, prompt)
		default:
			out[len(out)-1].want += line + "\n"
			continue
		}
		continued = strings.HasSuffix(line, `\`)
	}
	return out, nil
}

// reads are the beginnings of commands that change nothing, so that they can be repeated.
var reads = []string{
	"kubectl get ", "kubectl auth can-i ", "kubectl stakeholders ask ", "kubectl stakeholders can ", "kubectl stakeholders who-can ",
	"kubectl stakeholders list ", "kubectl stakeholders inbox ", "kubectl stakeholders requests ", "kubectl stakeholders audit ",
}

func (c command) onlyReads() bool {
	for _, beginning := range reads {
		if strings.HasPrefix(c.text, beginning) {
			return true
		}
	}
	return false
}

// difference says how an output differs from what the page shows, or is empty.
func difference(want, got string) string {
	want, got = plain(want), plain(got)
	if regexp.MustCompile(`\A(?:` + patternOf(want) + `)\z`).MatchString(got) {
		return ""
	}
	return changedLines(want, got)
}

// patternOf is a regular expression for what a page shows.
func patternOf(shown string) string {
	var pattern strings.Builder
	for line := range strings.Lines(shown) {
		if strings.TrimSpace(line) == anything {
			pattern.WriteString(`(?:.*\n)*`)
			continue
		}
		pattern.WriteString(strings.ReplaceAll(regexp.QuoteMeta(line), anything, `.*`))
	}
	return pattern.String()
}

// changedLines shows two texts as one, without repeating the lines with which both begin and end.
func changedLines(want, got string) string {
	wanted, printed := strings.Split(want, "\n"), strings.Split(got, "\n")
	same := min(len(wanted), len(printed))
	first := 0
	for first < same && wanted[first] == printed[first] {
		first++
	}
	last := 0
	for last < same-first && wanted[len(wanted)-1-last] == printed[len(printed)-1-last] {
		last++
	}
	var out strings.Builder
	show := func(mark string, lines []string) {
		for _, line := range lines {
			out.WriteString(mark + line + "\n")
		}
	}
	show("  ", wanted[:first])
	show("- ", wanted[first:len(wanted)-last])
	show("+ ", printed[first:len(printed)-last])
	show("  ", wanted[len(wanted)-last:])
	return out.String()
}

// plain is a text without what differs between two runs, and without white space that a reader does not see.
func plain(text string) string {
	var out strings.Builder
	for line := range strings.Lines(golden.Masked(text)) {
		out.WriteString(strings.TrimRight(line, " \n") + "\n")
	}
	return out.String()
}

// unwrapped is a text on one line.
func unwrapped(text string) string {
	return strings.Join(strings.Fields(text), " ")
}

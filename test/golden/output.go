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

package golden

import (
	"errors"
	"regexp"
	"strings"
	"time"
)

// Output compares what a command prints with what people have read. Only what has to differ is not compared:
//
//   - times of the run. They may be later than those that people have read, all by the same duration. Other times, such as the
//     2089-12-31T18:00:00Z of a map, have to be the same.
//   - ages: the last cells of a table whose last heading is AGE, and what follows "overdue".
//   - the width of the space between columns.
type Output struct {
	// Anything stands for any text in a line, or alone on a line for any lines. Empty: there is no such sign.
	Anything string
}

// Compare says how an output differs from what people have read.
func (o Output) Compare(want, got string) error {
	want, got = squeeze(want), squeeze(got)
	pattern, times := o.patternOf(want)
	found := regexp.MustCompile(`\A(?:` + pattern + `)\z`).FindStringSubmatch(got)
	if found == nil {
		return errors.New(changedLines(want, got))
	}
	return compareTimes(times, found[1:], time.Now())
}

// Find says that a text does not have a part, which begins with a line.
func (o Output) Find(part, text string) error {
	pattern, times := o.patternOf(squeeze(part))
	found := regexp.MustCompile(`(?m)^` + pattern).FindStringSubmatch(squeeze(text))
	if found == nil {
		return errors.New("it is not there")
	}
	return compareTimes(times, found[1:], time.Now())
}

const anAge = `(?:\d+d)?(?:\d+h)?(?:\d+m)?\d+[smhd]`

var (
	timeOrOverdue = regexp.MustCompile(aTime + `|\boverdue ` + anAge + `\b`)
	lastCellIsAge = regexp.MustCompile(` {2}` + anAge + `\n\z`)
	lastIsHeading = regexp.MustCompile(`(?:\A| {2})AGE\n\z`)
	columnGap     = regexp.MustCompile(`(\S) {2,}`)
	digit         = regexp.MustCompile(`\d`)
)

// patternOf is a regular expression for an output. It has a group for each of the returned times.
func (o Output) patternOf(want string) (pattern string, times []string) {
	var out strings.Builder
	table := false
	for line := range strings.Lines(want) {
		if o.Anything != "" && strings.TrimSpace(line) == o.Anything {
			out.WriteString(`(?:.*\n)*`)
			continue
		}
		end := "\n"
		if age := lastCellIsAge.FindString(line); table && age != "" {
			line, end = strings.TrimSuffix(line, age), "  "+anAge+"\n"
		} else {
			line = strings.TrimSuffix(line, "\n")
		}
		literal := 0
		for _, at := range timeOrOverdue.FindAllStringIndex(line, -1) {
			out.WriteString(o.quote(line[literal:at[0]]))
			literal = at[1]
			if token := line[at[0]:at[1]]; strings.HasPrefix(token, "overdue") {
				out.WriteString("overdue " + anAge)
			} else {
				times = append(times, token)
				out.WriteString("(" + digit.ReplaceAllString(regexp.QuoteMeta(token), `\d`) + ")")
			}
		}
		out.WriteString(o.quote(line[literal:]) + end)
		table = lastIsHeading.MatchString(line+"\n") || table && line != ""
	}
	return out.String(), times
}

func (o Output) quote(text string) string {
	pattern := regexp.QuoteMeta(text)
	if o.Anything != "" {
		pattern = strings.ReplaceAll(pattern, regexp.QuoteMeta(o.Anything), `.*`)
	}
	return pattern
}

// squeeze is a text with two spaces between columns, and without spaces at the ends of lines. Indentation stays.
func squeeze(text string) string {
	var out strings.Builder
	for line := range strings.Lines(text) {
		out.WriteString(columnGap.ReplaceAllString(strings.TrimRight(line, " \n"), "$1  ") + "\n")
	}
	return out.String()
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
	out.WriteString("the output is another one (- as it should be, + as printed):\n")
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

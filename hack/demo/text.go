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
	"regexp"
	"strings"
	"unicode/utf8"
)

// commandLines are a kubectl command as a user types it, broken into lines if it is long.
func commandLines(args []string) []string {
	words := []string{"kubectl"}
	for i, arg := range args {
		if i > 0 && shortFlag.MatchString(args[i-1]) {
			// A flag and its value stay on one line.
			words[len(words)-1] += " " + shellWord(arg)
		} else {
			words = append(words, shellWord(arg))
		}
	}
	broken := fill(words, lineWidth-6)
	for i := range broken {
		if i > 0 {
			broken[i] = "  " + broken[i]
		}
		if i < len(broken)-1 {
			broken[i] += ` \`
		}
	}
	return broken
}

var (
	// plainWord needs no quotes in a shell.
	plainWord = regexp.MustCompile(`^[A-Za-z0-9_@%+=:,./-]+$`)
	// shortFlag takes its value from the next word, like all short flags that the demo uses.
	shortFlag = regexp.MustCompile(`^-[no]$`)
	// assignment has a name that needs none, as in --flag=value and jsonpath=value.
	assignment = regexp.MustCompile(`(?s)^([A-Za-z-]+=)(.+)$`)
)

// shellWord quotes a word for a shell, if it needs to be.
func shellWord(word string) string {
	if plainWord.MatchString(word) {
		return word
	}
	name := ""
	if parts := assignment.FindStringSubmatch(word); parts != nil {
		name, word = parts[1], parts[2]
	}
	return name + "'" + strings.ReplaceAll(word, "'", `'\''`) + "'"
}

// wrap breaks a text between words.
func wrap(text string, width int) []string { return fill(strings.Fields(text), width) }

// fill puts words into lines of at most width, or of one word.
func fill(words []string, width int) []string {
	var filled []string
	for _, word := range words {
		last := len(filled) - 1
		if last >= 0 && utf8.RuneCountInString(filled[last])+1+utf8.RuneCountInString(word) <= width {
			filled[last] += " " + word
		} else {
			filled = append(filled, word)
		}
	}
	return filled
}

// columnWidths are the widths of the widest cells.
func columnWidths(rows [][]string) []int {
	var widths []int
	for _, row := range rows {
		for j, cell := range row {
			if j == len(widths) {
				widths = append(widths, 0)
			}
			widths[j] = max(widths[j], utf8.RuneCountInString(cell))
		}
	}
	return widths
}

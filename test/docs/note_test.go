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
	"slices"
	"strconv"
	"strings"

	"github.com/stakeholders-dev/stakeholder-operator/hack/markdown"
)

// notes are the words with which a comment above a block can begin.
var notes = []string{"not run", "run by", "part of", "exits", "wrapped", "first", "wait"}

// readNote takes a comment above a block apart: "exits 1: a reason" is the note "exits 1".
func readNote(c markdown.Comment) (note, text string, err error) {
	note, text, found := strings.Cut(c.Text, ":")
	text = strings.TrimSpace(text)
	if word, number, counted := strings.Cut(note, " "); counted && word == "exits" {
		if _, err := strconv.Atoi(number); err != nil {
			return "", "", fmt.Errorf("a comment above a block says %q: %w", note, err)
		}
	} else if !slices.Contains(notes, note) || note == "exits" {
		found = false
	}
	if !found || text == "" {
		return "", "", fmt.Errorf("a comment above a block has to begin with one of %q, a colon and a text, and not with %q", notes, note)
	}
	return note, text, nil
}

// isLeftOut says whether this test does not run a block.
func isLeftOut(b markdown.Block) bool { return hasNote(b, "not run") || hasNote(b, "run by") }

// hasNote says whether a comment above a block is a note of a kind.
func hasNote(b markdown.Block, kind string) bool {
	return slices.ContainsFunc(b.Comments, func(c markdown.Comment) bool {
		note, _, err := readNote(c)
		return err == nil && note == kind
	})
}

// partOf is the file of which a block is a part, or empty.
func partOf(b markdown.Block) string {
	for _, c := range b.Comments {
		if note, file, err := readNote(c); err == nil && note == "part of" {
			return file
		}
	}
	return ""
}

// exitCode is the one with which the commands of a block have to end.
func exitCode(b markdown.Block) int {
	for _, c := range b.Comments {
		note, _, err := readNote(c)
		if number, found := strings.CutPrefix(note, "exits "); found && err == nil {
			// readNote has read it.
			code, _ := strconv.Atoi(number)
			return code
		}
	}
	return 0
}

// allowedExit returns an error if a command of a block of console may not end with an exit code: some of its commands may succeed
// although the block expects another code of the others.
func allowedExit(b markdown.Block, code int) error {
	if code == 0 || code == exitCode(b) {
		return nil
	}
	return fmt.Errorf("the exit code is %d: if a reader should see the command fail, write the comment \"exits %[1]d: reason\" above the block", code)
}

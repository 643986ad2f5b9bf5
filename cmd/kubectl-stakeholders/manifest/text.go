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

package manifest

import (
	"bytes"
	"fmt"
	"slices"
	"sync"
	"unicode/utf8"

	"go.yaml.in/yaml/v3"
)

// text is a document that several objects can share, with its nodes once they are needed.
type text struct {
	Raw
	// repeats says that a key may stand twice in a mapping.
	repeats bool

	parse sync.Once
	root  *yaml.Node

	count sync.Once
	lines lineCount
}

// node returns the document's first node, or nil if the library cannot find it.
func (t *text) node() *yaml.Node {
	t.parse.Do(func() {
		var document yaml.Node
		if err := yaml.Unmarshal(t.Text, &document); err == nil && len(document.Content) == 1 {
			t.root = document.Content[0]
		}
	})
	return t.root
}

// lineCount is what is known of the lines of a text.
type lineCount struct {
	// last line.
	last int
	// old are the lines, as the YAML library counts them, that end with a line break that only the library knows.
	old []int
}

// fileLine converts a line of the YAML library to one of the text. The library also counts old line breaks, such as U+2028,
// and can report the line after the last.
func (t *text) fileLine(line int) int {
	t.count.Do(func() {
		t.lines = lineCount{
			last: bytes.Count(bytes.TrimSuffix(t.Text, []byte("\n")), []byte("\n")) + 1,
			old:  oldLineBreaks(t.Text),
		}
	})
	before, _ := slices.BinarySearch(t.lines.old, line)
	return min(line-before, t.lines.last)
}

func oldLineBreaks(content []byte) []int {
	if !bytes.ContainsFunc(content, isOldLineBreak) {
		return nil
	}
	var old []int
	line := 1
	for rest := content; len(rest) > 0; {
		r, size := utf8.DecodeRune(rest)
		rest = rest[size:]
		switch {
		case r == '\n':
			line++
		case isOldLineBreak(r):
			old = append(old, line)
			line++
		}
	}
	return old
}

func isOldLineBreak(r rune) bool {
	return r == '\r' || r == '\u0085' || r == '\u2028' || r == '\u2029'
}

// hasHiddenEnd reports whether the YAML library sees the end of a document after an old line break.
func hasHiddenEnd(content []byte) bool {
	for _, lineBreak := range []string{"\r", "\u0085", "\u2028", "\u2029"} {
		if bytes.Contains(content, []byte(lineBreak+separator)) || bytes.Contains(content, []byte(lineBreak+"...")) {
			return true
		}
	}
	return false
}

// checkAliases returns an error if the aliases of a document make it too large: *a may stand for a long text, and that for
// many others.
func (t *text) checkAliases() error {
	if bytes.IndexByte(t.Text, '&') < 0 || bytes.IndexByte(t.Text, '*') < 0 {
		return nil
	}
	root := t.node()
	if root == nil {
		return nil
	}
	sizes := make(map[*yaml.Node]int)
	if size := expanded(root, sizes); size > MaxDocument {
		return &SyntaxError{File: t.File, Line: t.Line, Problem: fmt.Sprintf("with its aliases expanded, the document is larger than %d MiB", MaxDocument>>20)}
	}
	return nil
}

// expanded returns about how many bytes of JSON a node becomes, or any number above MaxDocument. An alias to itself, which
// the YAML library refuses, counts as nothing.
func expanded(node *yaml.Node, sizes map[*yaml.Node]int) int {
	if node.Kind == yaml.AliasNode {
		node = node.Alias
	}
	if size, known := sizes[node]; known {
		return size
	}
	sizes[node] = 0
	size := len(node.Value) + 3
	for _, child := range node.Content {
		if size = min(size+expanded(child, sizes), MaxDocument+1); size > MaxDocument {
			break
		}
	}
	sizes[node] = size
	return size
}

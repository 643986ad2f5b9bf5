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
	kjson "sigs.k8s.io/json"
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

// hasRepeatedKeys reports whether a key stands twice in an object of a JSON text.
func hasRepeatedKeys(object []byte) bool {
	var into any
	strict, err := kjson.UnmarshalStrict(object, &into)
	return err == nil && len(strict) > 0
}

// Repeated returns the fields that stand more than once in a mapping, at their second place. kubectl takes the last value
// of YAML, and the API server refuses such JSON.
func (d *Document) Repeated() []Repeated {
	if !d.text.repeats {
		return nil
	}
	locator := d.Locator()
	node := locator.root
	if node == nil {
		return nil
	}
	for _, s := range steps(d.Path) {
		if _, node = child(node, s); node == nil {
			return nil
		}
	}
	var found []Repeated
	repeatedIn(node, "", func(field string, key *yaml.Node) {
		found = append(found, Repeated{Field: field, Position: locator.at(key)})
	})
	return found
}

// Repeated is a field that stands in its mapping again.
type Repeated struct {
	Field    string
	Position Position
}

func repeatedIn(node *yaml.Node, path string, found func(string, *yaml.Node)) {
	switch node.Kind {
	case yaml.MappingNode:
		seen := make(map[string]bool, len(node.Content)/2)
		for i := 0; i+1 < len(node.Content); i += 2 {
			key := node.Content[i]
			field := key.Value
			if path != "" {
				field = path + "." + key.Value
			}
			if seen[key.Value] && key.Tag != "!!merge" {
				found(field, key)
			}
			seen[key.Value] = true
			repeatedIn(node.Content[i+1], field, found)
		}
	case yaml.SequenceNode:
		for i, item := range node.Content {
			repeatedIn(item, fmt.Sprintf("%s[%d]", path, i), found)
		}
	case yaml.DocumentNode, yaml.ScalarNode, yaml.AliasNode:
		// What an alias stands for is looked at where it is.
	}
}

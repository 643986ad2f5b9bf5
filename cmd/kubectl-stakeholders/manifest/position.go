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
	"strconv"
	"strings"

	"go.yaml.in/yaml/v3"
)

// Position of a field in a file. Both are from 1.
type Position struct {
	Line, Column int
}

// Locator finds the fields of a document.
type Locator struct {
	root  *yaml.Node
	line  int
	start string
}

// Locator parses the document for positions. It is costly, so call it only for documents with findings.
func (d *Document) Locator() *Locator {
	l := &Locator{line: d.Line, start: d.Path}
	var root yaml.Node
	if err := yaml.Unmarshal(d.Raw, &root); err == nil && len(root.Content) == 1 {
		l.root = root.Content[0]
	}
	return l
}

// Find returns the position of a field such as "spec.customers[0].subjects[1].name". A field that is not there is at
// the closest parent.
func (l *Locator) Find(field string) Position {
	position := Position{Line: l.line, Column: 1}
	if l.root == nil {
		return position
	}
	node, key := l.root, l.root
	for _, step := range append(steps(l.start), steps(field)...) {
		nextKey, next := child(node, step)
		if next == nil {
			break
		}
		key, node = nextKey, next
	}
	return Position{Line: l.line + key.Line - 1, Column: key.Column}
}

// steps splits a field path, "a.b[0]" or "a[key].b", into its steps.
func steps(path string) []string {
	return strings.FieldsFunc(path, func(r rune) bool { return r == '.' || r == '[' || r == ']' })
}

// child returns the node of a step and the node that shows where it stands: its key, or itself in a list.
func child(parent *yaml.Node, step string) (key, value *yaml.Node) {
	if parent.Kind == yaml.AliasNode {
		parent = parent.Alias
	}
	switch parent.Kind {
	case yaml.MappingNode:
		for i := 0; i+1 < len(parent.Content); i += 2 {
			if parent.Content[i].Value == step {
				return parent.Content[i], parent.Content[i+1]
			}
		}
	case yaml.SequenceNode:
		if i, err := strconv.Atoi(step); err == nil && i >= 0 && i < len(parent.Content) {
			return parent.Content[i], parent.Content[i]
		}
	case yaml.DocumentNode, yaml.ScalarNode, yaml.AliasNode:
	}
	return nil, nil
}

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

// Position of a field in a file: the line, and the character in it. Both are from 1.
type Position struct {
	Line, Column int
}

// Locator finds the fields of a document.
type Locator struct {
	text  *text
	root  *yaml.Node
	start string
}

// Locator parses the document for positions, once for all objects of a List. It is costly, so call it only for documents
// with findings.
func (d *Document) Locator() *Locator {
	return &Locator{text: d.text, root: d.text.node(), start: d.Path}
}

// Find returns the position of a field such as "spec.customers[0].subjects[1].name" or
// "metadata.labels[app.kubernetes.io/name]". A field that is not there is at the closest parent.
func (l *Locator) Find(field string) Position {
	if l.root == nil {
		return Position{Line: l.text.Line, Column: 1}
	}
	node, key := l.root, l.root
	for path := append(steps(l.start), steps(field)...); len(path) > 0; {
		nextKey, next, used := l.follow(node, path)
		if next == nil {
			break
		}
		key, node, path = nextKey, next, path[used:]
	}
	return l.at(key)
}

// follow goes from a node to a child. A key with dots can be several steps of the path, because some messages of
// Kubernetes write it so.
func (l *Locator) follow(node *yaml.Node, path []string) (key, value *yaml.Node, used int) {
	for used := 1; used <= len(path); used++ {
		if key, value := child(node, strings.Join(path[:used], ".")); value != nil {
			return key, value, used
		}
	}
	return nil, nil, 0
}

// at returns where a node stands in the file.
func (l *Locator) at(node *yaml.Node) Position {
	return Position{Line: l.text.Line + l.text.fileLine(node.Line) - 1, Column: max(node.Column, 1)}
}

// steps splits a field path, "a.b[0]" or "a[key.with.dots].b", into its steps.
func steps(path string) []string {
	var out []string
	for path != "" {
		if path[0] == '[' {
			if end := strings.IndexByte(path, ']'); end >= 0 {
				out, path = append(out, path[1:end]), path[end+1:]
				continue
			}
		}
		path = strings.TrimPrefix(path, ".")
		end := strings.IndexAny(path, ".[")
		if end < 0 {
			end = len(path)
		}
		if end == 0 && strings.HasPrefix(path, "[") && !strings.Contains(path, "]") {
			// No path has this, but a name can.
			end = len(path)
		}
		if end > 0 {
			out = append(out, path[:end])
		}
		path = path[end:]
	}
	return out
}

// mergeKey stands before mappings whose keys belong to the mapping around it.
const mergeKey = "<<"

// child returns the node of a step and the node that shows where it stands: its key, or itself in a list.
func child(parent *yaml.Node, step string) (key, value *yaml.Node) {
	if parent.Kind == yaml.AliasNode {
		parent = parent.Alias
	}
	switch parent.Kind {
	case yaml.MappingNode:
		// The last of several wins, as in kubectl.
		for i := len(parent.Content) - 2; i >= 0; i -= 2 {
			if parent.Content[i].Value == step {
				return parent.Content[i], parent.Content[i+1]
			}
		}
		for i := 0; i+1 < len(parent.Content); i += 2 {
			if parent.Content[i].Value == mergeKey {
				if key, value := merged(parent.Content[i+1], step); value != nil {
					return key, value
				}
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

// merged returns a child of a mapping, or of one of several, that is merged into another.
func merged(source *yaml.Node, step string) (key, value *yaml.Node) {
	mappings := []*yaml.Node{source}
	if source.Kind == yaml.SequenceNode {
		mappings = source.Content
	}
	for _, mapping := range mappings {
		if mapping.Kind == yaml.AliasNode {
			mapping = mapping.Alias
		}
		if mapping.Kind != yaml.MappingNode {
			continue
		}
		for i := 0; i+1 < len(mapping.Content); i += 2 {
			if mapping.Content[i].Value == step {
				return mapping.Content[i], mapping.Content[i+1]
			}
		}
	}
	return nil, nil
}

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

package importer

import (
	"slices"

	"go.yaml.in/yaml/v3"
	kyaml "sigs.k8s.io/yaml"
)

// node is a mapping with comments.
type node struct {
	content []*yaml.Node
}

// add adds a field, and a comment above it.
func (n *node) add(key string, value *yaml.Node, lines []string) {
	name := text(key)
	if len(lines) > 0 {
		name.HeadComment = comment(lines)
	}
	n.content = append(n.content, name, value)
}

func (n *node) yaml() *yaml.Node {
	return &yaml.Node{Kind: yaml.MappingNode, Tag: "!!map", Content: n.content}
}

// text returns a string. The encoder quotes what YAML 1.2 would read as something else. kubectl reads YAML 1.1, where "no" is a
// boolean and "12:30" a number.
func text(s string) *yaml.Node {
	out := &yaml.Node{Kind: yaml.ScalarNode, Tag: "!!str", Value: s}
	var read any
	if content, err := yaml.Marshal(out); err != nil || kyaml.Unmarshal(content, &read) != nil || read != s {
		out.Style = yaml.DoubleQuotedStyle
	}
	return out
}

func list(items []*yaml.Node) *yaml.Node {
	out := &yaml.Node{Kind: yaml.SequenceNode, Tag: "!!seq", Content: items}
	if len(items) == 0 {
		out.Style = yaml.FlowStyle
	}
	return out
}

// flow returns a mapping in one line, of keys and values that are not empty.
func flow(pairs ...string) *yaml.Node {
	out := &yaml.Node{Kind: yaml.MappingNode, Tag: "!!map", Style: yaml.FlowStyle}
	for pair := range slices.Chunk(pairs, 2) {
		if key, value := pair[0], pair[len(pair)-1]; value != "" {
			out.Content = append(out.Content, text(key), text(value))
		}
	}
	return out
}

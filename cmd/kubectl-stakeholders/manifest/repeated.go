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
	"fmt"

	"go.yaml.in/yaml/v3"
	kjson "sigs.k8s.io/json"
)

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

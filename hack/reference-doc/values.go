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
	"bytes"
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
	"strings"

	"go.yaml.in/yaml/v3"
)

// chart is the folder of the Helm chart, below the repository.
const chart = "dist/chart"

// schema is what a page needs of a JSON schema.
type schema struct {
	Ref         string             `json:"$ref"`
	Type        any                `json:"type"`
	Enum        []any              `json:"enum"`
	Minimum     *float64           `json:"minimum"`
	Maximum     *float64           `json:"maximum"`
	OneOf       []*schema          `json:"oneOf"`
	Items       *schema            `json:"items"`
	Properties  map[string]*schema `json:"properties"`
	Definitions map[string]*schema `json:"definitions"`
}

// valuesPage is docs/reference/values.md.
func valuesPage(root string) ([]byte, error) {
	content, err := os.ReadFile(filepath.Join(root, chart, "values.schema.json"))
	if err != nil {
		return nil, err
	}
	all := &schema{}
	if err := json.Unmarshal(content, all); err != nil {
		return nil, fmt.Errorf("values.schema.json: %w", err)
	}
	if content, err = os.ReadFile(filepath.Join(root, chart, "values.yaml")); err != nil {
		return nil, err
	}
	var document yaml.Node
	if err := yaml.Unmarshal(content, &document); err != nil {
		return nil, fmt.Errorf("values.yaml: %w", err)
	}
	w := &valuesWriter{definitions: all.Definitions}
	w.page.WriteString(generated + `# Helm values

The values of the chart ` + "`dist/chart`" + `. ` + "`helm show values dist/chart`" + ` prints the same. Helm refuses a value that its schema does
not allow, and says which. [Install](../operations/install.md#helm) has the values for production.

| value | default | accepts | meaning |
| --- | --- | --- | --- |
`)
	if err := w.write("", document.Content[0], all); err != nil {
		return nil, err
	}
	return w.page.Bytes(), nil
}

type valuesWriter struct {
	page        bytes.Buffer
	definitions map[string]*schema
}

// write writes a row for each value of a mapping, and for those below it that have a comment.
func (w *valuesWriter) write(path string, mapping *yaml.Node, of *schema) error {
	for i := 0; i < len(mapping.Content); i += 2 {
		key, value := mapping.Content[i], mapping.Content[i+1]
		name := path + key.Value
		property := w.resolve(of.Properties[key.Value])
		if property == nil {
			return fmt.Errorf("values.schema.json has no %s", name)
		}
		comment := strings.TrimSpace(strings.ReplaceAll(strings.TrimPrefix(key.HeadComment, "# "), "\n# ", " "))
		if comment == "" {
			return fmt.Errorf("%s has no comment in values.yaml", name)
		}
		isParent := value.Kind == yaml.MappingNode && len(value.Content) > 0 && value.Content[0].HeadComment != ""
		standard, accepts := "", ""
		if !isParent {
			content, err := jsonOf(value)
			if err != nil {
				return err
			}
			standard, accepts = code(content), w.accepts(property)
		}
		fmt.Fprintf(&w.page, "| `%s` | %s | %s | %s |\n", name, standard, accepts, cell(comment))
		if isParent {
			if err := w.write(name+".", value, property); err != nil {
				return err
			}
		}
	}
	return nil
}

func jsonOf(value *yaml.Node) (string, error) {
	var decoded any
	if err := value.Decode(&decoded); err != nil {
		return "", err
	}
	content, err := json.Marshal(decoded)
	return string(content), err
}

func (w *valuesWriter) resolve(s *schema) *schema {
	if s == nil || s.Ref == "" {
		return s
	}
	return w.definitions[strings.TrimPrefix(s.Ref, "#/definitions/")]
}

// accepts says what a value can be.
func (w *valuesWriter) accepts(s *schema) string {
	s = w.resolve(s)
	if s == nil {
		return ""
	}
	if len(s.Enum) > 0 {
		values := make([]string, len(s.Enum))
		for i, value := range s.Enum {
			values[i] = fmt.Sprintf("`%v`", value)
			if value == "" {
				values[i] = "empty"
			}
		}
		return strings.Join(values, ", ")
	}
	if len(s.OneOf) > 0 {
		kinds := make([]string, len(s.OneOf))
		for i, one := range s.OneOf {
			kinds[i] = w.accepts(one)
		}
		return strings.Join(kinds, " or ")
	}
	kind, _ := s.Type.(string)
	switch {
	case kind == "array" && s.Items != nil:
		return "list of " + w.accepts(s.Items)
	case kind == "":
		return "empty"
	case s.Minimum != nil && s.Maximum != nil:
		return fmt.Sprintf("%s, %v to %v", kind, *s.Minimum, *s.Maximum)
	case s.Minimum != nil:
		return fmt.Sprintf("%s, at least %v", kind, *s.Minimum)
	}
	return kind
}

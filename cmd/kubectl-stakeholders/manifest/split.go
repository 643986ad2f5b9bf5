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
	"bufio"
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"regexp"
	"strconv"
	"strings"

	utilyaml "k8s.io/apimachinery/pkg/util/yaml"
	"sigs.k8s.io/yaml"
)

// Parse calls each for every object of a stream, in order, and holds one document at a time. An empty document is
// skipped. It stops at the first error, which is a *SyntaxError, or the error of each.
func Parse(file string, stream io.Reader, each func(*Document) error) error {
	documents := utilyaml.NewYAMLReader(bufio.NewReader(stream))
	line := 1
	for {
		raw, err := documents.Read()
		if errors.Is(err, io.EOF) {
			return nil
		}
		if err != nil {
			return &SyntaxError{File: file, Line: line, Problem: err.Error()}
		}
		if err := parseDocument(file, line, raw, each); err != nil {
			return err
		}
		line += bytes.Count(raw, []byte("\n")) + 1
	}
}

// typeMeta is what tells objects apart.
type typeMeta struct {
	APIVersion string `json:"apiVersion"`
	Kind       string `json:"kind"`
	Metadata   struct {
		Namespace string `json:"namespace"`
		Name      string `json:"name"`
	} `json:"metadata"`
	Items []json.RawMessage `json:"items"`
}

func parseDocument(file string, line int, raw []byte, each func(*Document) error) error {
	content, err := yaml.YAMLToJSON(raw)
	if err != nil {
		return syntaxError(file, line, err)
	}
	if string(content) == "null" {
		return nil
	}
	return parseObject(&Document{File: file, Line: line, Raw: raw, JSON: content}, each)
}

func parseObject(d *Document, each func(*Document) error) error {
	var meta typeMeta
	if err := json.Unmarshal(d.JSON, &meta); err != nil {
		return &SyntaxError{File: d.File, Line: d.Line, Problem: "not a Kubernetes object: " + oneLine(err)}
	}
	if meta.APIVersion == "" || meta.Kind == "" {
		return &SyntaxError{File: d.File, Line: d.Line, Problem: "not a Kubernetes object: apiVersion or kind is missing"}
	}
	if strings.HasSuffix(meta.Kind, "List") && meta.Items != nil {
		for i, item := range meta.Items {
			inner := *d
			inner.JSON, inner.Path = item, fmt.Sprintf("items[%d]", i)
			if err := parseObject(&inner, each); err != nil {
				return err
			}
		}
		return nil
	}
	d.APIVersion, d.Kind, d.Namespace, d.Name = meta.APIVersion, meta.Kind, meta.Metadata.Namespace, meta.Metadata.Name
	return each(d)
}

// problemLine is how the YAML library says where a problem is.
var problemLine = regexp.MustCompile(`^(?:error converting YAML to JSON: )?yaml: (?:line (\d+): )?(.*)$`)

func syntaxError(file string, line int, err error) error {
	out := &SyntaxError{File: file, Line: line, Problem: oneLine(err)}
	if found := problemLine.FindStringSubmatch(oneLine(err)); found != nil {
		out.Problem = "not YAML: " + found[2]
		if n, convErr := strconv.Atoi(found[1]); convErr == nil {
			out.Line = line + n - 1
		}
	}
	return out
}

func oneLine(err error) string { return strings.Join(strings.Fields(err.Error()), " ") }

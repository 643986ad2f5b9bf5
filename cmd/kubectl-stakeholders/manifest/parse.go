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
	"encoding/json"
	"errors"
	"fmt"
	"strings"
	"unicode"
	"unicode/utf8"
)

// maxLists bounds how deep Lists are in Lists.
const maxLists = 8

// Objects calls each for every object of a document: none if it is empty, and several if it is a List, or JSON objects
// without a separator.
func (r Raw) Objects(each func(*Document) error) error {
	if bytes.HasPrefix(bytes.TrimLeftFunc(r.Text, unicode.IsSpace), []byte("{")) {
		return r.jsonObjects(each)
	}
	return r.yamlObjects(each)
}

// objectsIfAny is Objects for a document that may be no object.
func (r Raw) objectsIfAny(each func(*Document) error) error {
	err := r.Objects(each)
	if problem, ok := errors.AsType[*SyntaxError](err); ok && problem.NoObject {
		return nil
	}
	return err
}

// typeMeta is what tells objects apart.
type typeMeta struct {
	APIVersion string          `json:"apiVersion"`
	Kind       string          `json:"kind"`
	Metadata   json.RawMessage `json:"metadata"`
	Items      json.RawMessage `json:"items"`
}

func parseObject(d *Document, depth int, each func(*Document) error) error {
	var meta typeMeta
	if err := json.Unmarshal(d.JSON, &meta); err != nil || meta.APIVersion == "" || meta.Kind == "" {
		return noObject(d, "apiVersion or kind is missing")
	}
	if strings.HasSuffix(meta.Kind, "List") && meta.Items != nil {
		return parseItems(d, meta.Items, depth, each)
	}
	var metadata struct {
		Namespace string `json:"namespace"`
		Name      string `json:"name"`
	}
	// A name can be something else than a text, such as a bare "no". Those who need it report that.
	_ = json.Unmarshal(meta.Metadata, &metadata)
	d.APIVersion, d.Kind, d.Namespace, d.Name = meta.APIVersion, meta.Kind, metadata.Namespace, metadata.Name
	return each(d)
}

// parseItems calls each for every object of a List.
func parseItems(d *Document, list json.RawMessage, depth int, each func(*Document) error) error {
	var items []json.RawMessage
	if err := json.Unmarshal(list, &items); err != nil {
		return noObject(d, "items is no list")
	}
	if depth >= maxLists {
		return noObject(d, "there are too many Lists in Lists")
	}
	for i, item := range items {
		inner := *d
		inner.JSON, inner.Path = item, strings.TrimPrefix(fmt.Sprintf("%s.items[%d]", d.Path, i), ".")
		if err := parseObject(&inner, depth+1, each); err != nil {
			return err
		}
	}
	return nil
}

func noObject(d *Document, problem string) error {
	return &SyntaxError{File: d.File, Line: d.Locator().Find("").Line, Problem: "not a Kubernetes object: " + problem, NoObject: true}
}

// maxProblem bounds the characters of a problem: some of the library's messages quote the whole document.
const maxProblem = 200

func oneLine(err error) string {
	text := strings.Join(strings.Fields(err.Error()), " ")
	if utf8.RuneCountInString(text) > maxProblem {
		return string([]rune(text)[:maxProblem]) + "…"
	}
	return text
}

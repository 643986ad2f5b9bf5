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
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"

	kjson "sigs.k8s.io/json"
)

// maxLists bounds how deep Lists are in Lists.
const maxLists = 8

// Raw is the text of one document of a stream, or a part of it.
type Raw struct {
	File string
	// Line is the line of the file, from 1, in which the text begins.
	Line int
	Text []byte

	form textForm
}

// textForm says what a text is.
type textForm int

const (
	// anyForm : a document in YAML or JSON.
	anyForm textForm = iota
	// afterJSON : what follows a JSON object in the same document.
	afterJSON
	// yamlItems : some objects of a List, as a sequence in YAML.
	yamlItems
	// jsonItems : some objects of a List, as an array in JSON.
	jsonItems
)

// Objects calls each for every object of a document: none if it is empty, and several if it is a List, or JSON objects
// without a separator.
func (r Raw) Objects(each func(*Document) error) error {
	switch {
	case r.form == yamlItems:
		return r.items(Raw.yamlDocument, each)
	case r.form == jsonItems:
		return r.items(Raw.jsonDocument, each)
	case r.form == afterJSON || bytes.HasPrefix(bytes.TrimLeftFunc(r.Text, unicode.IsSpace), []byte("{")):
		return r.jsonObjects(each)
	default:
		return r.yamlObjects(each)
	}
}

// items calls each for the objects of a part of a List.
func (r Raw) items(read func(Raw) (*Document, error), each func(*Document) error) error {
	d, err := read(r)
	if err != nil || d == nil {
		return err
	}
	return parseItems(d, "", d.JSON, 0, each)
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

// typeMeta returns the fields of the object that tell it apart, if it is one. Other spellings, such as Kind, are other fields.
func (d *Document) typeMeta() (meta typeMeta, ok bool) {
	err := kjson.UnmarshalCaseSensitivePreserveInts(d.JSON, &meta)
	return meta, err == nil && meta.APIVersion != "" && meta.Kind != ""
}

func (t *typeMeta) isList() bool { return strings.HasSuffix(t.Kind, "List") && t.Items != nil }

// isListOf reports whether the document is a List of one text.
func (d *Document) isListOf(text string) bool {
	meta, ok := d.typeMeta()
	var items []string
	return ok && meta.isList() && json.Unmarshal(meta.Items, &items) == nil && slices.Equal(items, []string{text})
}

func parseObject(d *Document, depth int, each func(*Document) error) error {
	meta, ok := d.typeMeta()
	if !ok {
		return noObject(d, "apiVersion or kind is missing")
	}
	if meta.isList() {
		return parseItems(d, strings.TrimPrefix(d.Path+".items", "."), meta.Items, depth, each)
	}
	var metadata struct {
		Namespace string `json:"namespace"`
		Name      string `json:"name"`
	}
	// A name can be something else than a text, such as a bare "no". Those who need it report that.
	_ = kjson.UnmarshalCaseSensitivePreserveInts(meta.Metadata, &metadata)
	d.APIVersion, d.Kind, d.Namespace, d.Name = meta.APIVersion, meta.Kind, metadata.Namespace, metadata.Name
	return each(d)
}

// parseItems calls each for every object of a List, which has a path in the document.
func parseItems(d *Document, path string, list json.RawMessage, depth int, each func(*Document) error) error {
	var items []json.RawMessage
	if err := json.Unmarshal(list, &items); err != nil {
		return noObject(d, "items is no list")
	}
	if depth >= maxLists {
		return noObject(d, "there are too many Lists in Lists")
	}
	for i, item := range items {
		inner := *d
		inner.JSON, inner.Path = item, fmt.Sprintf("%s[%d]", path, i)
		if err := parseObject(&inner, depth+1, each); err != nil {
			return err
		}
	}
	return nil
}

func noObject(d *Document, problem string) error {
	return &SyntaxError{File: d.File, Line: d.Locator().Find("").Line, Problem: "not a Kubernetes object: " + problem, NoObject: d.Path == ""}
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

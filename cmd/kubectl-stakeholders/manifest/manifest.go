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

// Package manifest reads YAML and JSON files with Kubernetes objects as kubectl reads them, and knows where each field
// stands in them.
//
// Files come from people who are not trusted, such as the authors of a pull request. So everything is bounded: a document
// has at most MaxDocument bytes, also after its aliases are expanded, and only one document is held at a time.
package manifest

import (
	"bytes"
	"fmt"

	kjson "sigs.k8s.io/json"
)

// Document is one object in a file.
type Document struct {
	// File is its name as the user gave it, or "<stdin>".
	File string
	// Line is the line of the file, from 1, in which the text of the document begins, or that of a part of a long List.
	Line int
	// Path of the object in the text: "" or, in a List, "items[3]". In a part of a long List, "[3]".
	Path string
	// JSON is the object.
	JSON []byte

	APIVersion string
	Kind       string
	Namespace  string
	Name       string

	text *text
}

// SyntaxError says where a file is not YAML, or no Kubernetes object.
type SyntaxError struct {
	File string
	// Line is 0 if it is unknown.
	Line    int
	Problem string
	// NoObject says that the document is YAML, but no Kubernetes object. It is not set for an item of a List.
	NoObject bool
}

func (e *SyntaxError) Error() string {
	if e.Line == 0 {
		return fmt.Sprintf("%s: %s", e.File, e.Problem)
	}
	return fmt.Sprintf("%s:%d: %s", e.File, e.Line, e.Problem)
}

// Decode reads the object into a Go value, and ignores unknown fields, as the API server does for stored objects.
func (d *Document) Decode(into any) error {
	err := kjson.UnmarshalCaseSensitivePreserveInts(d.JSON, into)
	if err == nil {
		return nil
	}
	if field, problem, ok := Mistyped(err); ok {
		return &SyntaxError{File: d.File, Line: d.Locator().Find(field).Line, Problem: fmt.Sprintf("not a valid %s: %s", d.Kind, About(field, problem))}
	}
	return &SyntaxError{File: d.File, Line: d.Begin(), Problem: fmt.Sprintf("not a valid %s: %s", d.Kind, oneLine(err))}
}

// Begin returns in which line the object begins. It is cheap, except for an object in a List: it only passes over comments.
func (d *Document) Begin() int {
	if d.Path != "" {
		return d.Locator().Find("").Line
	}
	line := d.text.Line
	for text := range bytes.Lines(d.text.Text) {
		text = bytes.TrimSpace(text)
		if len(text) > 0 && text[0] != '#' {
			break
		}
		line++
	}
	return line
}

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
	"io"
	"regexp"
	"strconv"
	"strings"
	"unicode"
	"unicode/utf8"

	"sigs.k8s.io/yaml"
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

// jsonObjects reads one JSON object after another. As in kubectl, what is no JSON may be YAML, such as {kind: List}.
func (r Raw) jsonObjects(each func(*Document) error) error {
	decoder := json.NewDecoder(bytes.NewReader(r.Text))
	for {
		rest := r.from(decoder.InputOffset())
		var object json.RawMessage
		err := decoder.Decode(&object)
		if errors.Is(err, io.EOF) {
			return nil
		}
		if err != nil {
			return rest.flowObjects(each, err)
		}
		begin := decoder.InputOffset() - int64(len(object))
		own := r.from(begin)
		own.Text = object
		text := &text{Raw: own, repeats: hasRepeatedKeys(object)}
		if err := parseObject(&Document{File: r.File, Line: own.Line, JSON: object, text: text}, 0, each); err != nil {
			return err
		}
	}
}

// flowObjects reads the objects of a YAML document that looks like JSON. If it is no YAML either, the error is that of JSON.
func (r Raw) flowObjects(each func(*Document) error, notJSON error) error {
	d, err := r.yamlDocument()
	if err != nil || d != nil && d.JSON[0] != '{' {
		return r.notJSON(notJSON)
	}
	if d == nil {
		return nil
	}
	return parseObject(d, 0, each)
}

// from returns the text from an offset on.
func (r Raw) from(offset int64) Raw {
	return Raw{File: r.File, Line: r.Line + bytes.Count(r.Text[:offset], []byte("\n")), Text: r.Text[offset:]}
}

func (r Raw) notJSON(err error) error {
	out := &SyntaxError{File: r.File, Line: r.Line, Problem: "not JSON: " + oneLine(err)}
	// The decoder's own error counts from somewhere else.
	var object json.RawMessage
	if at, ok := errors.AsType[*json.SyntaxError](json.Unmarshal(r.Text, &object)); ok && at.Offset > 0 {
		out.Line = r.Line + bytes.Count(r.Text[:at.Offset-1], []byte("\n"))
	}
	return out
}

func (r Raw) yamlObjects(each func(*Document) error) error {
	d, err := r.yamlDocument()
	if err != nil || d == nil {
		return err
	}
	return parseObject(d, 0, each)
}

// yamlDocument reads YAML. It returns nil if there are only comments.
func (r Raw) yamlDocument() (*Document, error) {
	if line := controlCharacter(r.Text); line >= 0 {
		return nil, &SyntaxError{File: r.File, Line: r.Line + line, Problem: "not YAML: the file has control characters, as binary files do"}
	}
	text := &text{Raw: r}
	if err := text.checkAliases(); err != nil {
		return nil, err
	}
	content, err := yaml.YAMLToJSONStrict(r.Text)
	if err != nil {
		// kubectl accepts a key that stands twice.
		text.repeats = true
		if content, err = yaml.YAMLToJSON(r.Text); err != nil {
			return nil, text.notYAML(err)
		}
	}
	if string(content) == "null" {
		return nil, nil //nolint:nilnil // nil means that there is nothing
	}
	return &Document{File: r.File, Line: r.Line, JSON: content, text: text}, nil
}

// controlCharacter returns the line, from 0, of the first character that YAML forbids, or -1.
func controlCharacter(text []byte) int {
	i := bytes.IndexFunc(text, func(r rune) bool {
		return r < ' ' && r != '\n' && r != '\r' && r != '\t' || r == '\x7f'
	})
	if i < 0 {
		return -1
	}
	return bytes.Count(text[:i], []byte("\n"))
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

// problemLine is how the YAML library says where a problem is.
var problemLine = regexp.MustCompile(`^(?:error converting YAML to JSON: )?yaml: (?:unmarshal errors: )?(?:line (\d+): )?(.*)$`)

// notYAML returns the library's error with the line of the file.
func (t *text) notYAML(err error) error {
	out := &SyntaxError{File: t.File, Line: t.Line, Problem: "not YAML: " + oneLine(err)}
	if found := problemLine.FindStringSubmatch(oneLine(err)); found != nil {
		out.Problem = "not YAML: " + found[2]
		if line, convErr := strconv.Atoi(found[1]); convErr == nil {
			if strings.HasPrefix(found[2], "did not find expected") {
				// The parser, unlike the scanner, counts lines from 0.
				line++
			}
			out.Line = t.Line + t.fileLine(line) - 1
		}
	}
	return out
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

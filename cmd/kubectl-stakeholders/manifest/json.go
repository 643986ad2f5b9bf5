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
	"io"
)

// jsonObjects reads one JSON object after another. As in kubectl, what is no JSON may be YAML, such as {kind: List}.
func (r Raw) jsonObjects(each func(*Document) error) error {
	decoder := json.NewDecoder(bytes.NewReader(r.Text))
	rest, offset := r, int64(0)
	for {
		var object json.RawMessage
		err := decoder.Decode(&object)
		if errors.Is(err, io.EOF) {
			return nil
		}
		if err != nil {
			return rest.flowObjects(each, err)
		}
		end := decoder.InputOffset() - offset
		own := rest.from(end - int64(len(object)))
		own.Text = object
		rest, offset = rest.from(end), decoder.InputOffset()
		text := &text{Raw: own, repeats: hasRepeatedKeys(object)}
		if err := parseObject(&Document{File: r.File, Line: own.Line, JSON: object, text: text}, 0, each); err != nil {
			return err
		}
	}
}

// jsonDocument reads the only JSON value of a text.
func (r Raw) jsonDocument() (*Document, error) {
	var value json.RawMessage
	if err := json.Unmarshal(r.Text, &value); err != nil {
		return nil, r.notJSON(err)
	}
	return &Document{File: r.File, Line: r.Line, JSON: value, text: &text{Raw: r, repeats: hasRepeatedKeys(value)}}, nil
}

// isJSON reports whether a text has JSON values and no other text.
func isJSON(content []byte) bool {
	decoder := json.NewDecoder(bytes.NewReader(content))
	for {
		var value json.RawMessage
		if err := decoder.Decode(&value); err != nil {
			return errors.Is(err, io.EOF)
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

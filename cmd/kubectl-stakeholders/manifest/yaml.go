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
	"fmt"
	"regexp"
	"strconv"
	"strings"

	"sigs.k8s.io/yaml"
)

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
	if r.form == yamlItems && hasHiddenEnd(r.Text) {
		return nil, &SyntaxError{File: r.File, Line: r.Line, Problem: "not YAML: a document in a List ends after a line break that is not the end of a line"}
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

// problemLine is how the YAML library says where a problem is.
var problemLine = regexp.MustCompile(`^(?:error converting YAML to JSON: )?yaml: (?:unmarshal errors: )?(?:line (\d+): )?(.*)$`)

// notYAML returns the library's error with the line of the file.
func (t *text) notYAML(err error) error {
	out := &SyntaxError{File: t.File, Line: t.Line, Problem: "not YAML: " + oneLine(err)}
	if found := problemLine.FindStringSubmatch(oneLine(err)); found != nil {
		out.Problem = "not YAML: " + found[2]
		if t.form == yamlItems && strings.HasPrefix(found[2], "unknown anchor") {
			out.Problem += fmt.Sprintf(". A List of more than %d MiB is read in parts, and this part has no such anchor", MaxDocument>>20)
		}
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

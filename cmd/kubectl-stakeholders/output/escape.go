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

package output

import (
	"bytes"
	"encoding/json"
	"fmt"
	"strconv"
	"strings"
	"unicode"
	"unicode/utf16"

	"sigs.k8s.io/yaml"
	"sigs.k8s.io/yaml/kyaml"

	"github.com/stakeholders-dev/stakeholder-operator/cmd/kubectl-stakeholders/terminal"
	"github.com/stakeholders-dev/stakeholder-operator/controllers/visible"
)

// inJSON escapes the invisible characters of a document, which are in its strings. JSON itself escapes few of them.
func inJSON(document string) string {
	if !strings.ContainsFunc(document, isInvisible) {
		return document
	}
	var out strings.Builder
	for _, r := range document {
		high, low := utf16.EncodeRune(r)
		switch {
		case !isInvisible(r):
			out.WriteRune(r)
		case high == unicode.ReplacementChar:
			fmt.Fprintf(&out, `\u%04x`, r)
		default:
			fmt.Fprintf(&out, `\u%04x\u%04x`, high, low)
		}
	}
	return out.String()
}

// isInvisible reports whether documents must not have a character as it is. Line breaks and tabs belong to the formats.
func isInvisible(r rune) bool { return r != '\n' && r != '\t' && !visible.Rune(r) }

// toYAML writes a value made of JSON as YAML.
func toYAML(value any) (string, error) {
	return withEscapes(value, "", yaml.Marshal)
}

// toKYAML writes a value made of JSON as KYAML, in which all strings have double quotes.
func toKYAML(value any) (string, error) {
	return withEscapes(value, `"`, func(value any) ([]byte, error) {
		var out bytes.Buffer
		err := new(kyaml.Encoder).FromObject(value, &out)
		return out.Bytes(), err
	})
}

// withEscapes writes a value as a kind of YAML. A string with invisible characters gets double quotes and escapes. The libraries escape
// few of them, and refuse some. So a word, in these quotes, stands for the string until the rest is written.
func withEscapes(value any, quotes string, write func(any) ([]byte, error)) (string, error) {
	content, err := json.Marshal(value)
	if err != nil {
		return "", err
	}
	mask := &mask{word: "text", quotes: quotes}
	for strings.Contains(string(content), mask.word) {
		mask.word += "x"
	}
	content, err = write(mask.hide(value))
	return strings.NewReplacer(mask.texts...).Replace(string(content)), err
}

// mask keeps strings for which words stand.
type mask struct {
	// word is the beginning of all words. No string has it.
	word, quotes string
	// texts are pairs of a word and what replaces it.
	texts []string
}

// hide replaces the strings and keys that have invisible characters. Lists and maps are changed in place.
func (m *mask) hide(value any) any {
	switch value := value.(type) {
	case string:
		return m.text(value)
	case []any:
		for i := range value {
			value[i] = m.hide(value[i])
		}
	case map[string]any:
		for key, item := range value {
			delete(value, key)
			value[m.text(key)] = m.hide(item)
		}
	}
	return value
}

func (m *mask) text(text string) string {
	if !strings.ContainsFunc(text, isInvisible) {
		return text
	}
	word := m.word + strconv.Itoa(len(m.texts)) + "."
	m.texts = append(m.texts, m.quotes+word+m.quotes, `"`+terminal.Escape(strings.NewReplacer(`\`, `\\`, `"`, `\"`).Replace(text))+`"`)
	return word
}

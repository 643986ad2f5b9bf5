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

package manifest_test

import (
	"errors"
	"fmt"
	"strings"
	"testing"
	"unicode/utf8"

	"github.com/google/go-cmp/cmp"

	"github.com/stakeholders-dev/stakeholder-operator/cmd/kubectl-stakeholders/manifest"
)

// whole is a bound for documents that are not read in parts.
const whole = 1 << 30

// readAt returns what a stream holds if documents that are larger than a bound are read in parts: a text for each object. It counts
// the documents and parts.
func readAt(stream string, document, part int) (objects []string, texts int, err error) {
	return readParts(stream, document, part, describe)
}

// readAnywhere is readAt without positions.
func readAnywhere(stream string, document, part int) (objects []string, texts int, err error) {
	return readParts(stream, document, part, func(d *manifest.Document) string { return string(d.JSON) })
}

func readParts(stream string, document, part int, text func(*manifest.Document) string) (objects []string, texts int, err error) {
	err = manifest.SplitAt("f.yaml", strings.NewReader(stream), document, part, func(raw manifest.Raw) error {
		texts++
		return raw.Objects(func(d *manifest.Document) error {
			objects = append(objects, text(d))
			return nil
		})
	})
	return objects, texts, err
}

// describe returns all that is known of an object.
func describe(d *manifest.Document) string {
	var text strings.Builder
	fmt.Fprintf(&text, "%s %s %s/%s %s begins in %d, repeats %v", d.APIVersion, d.Kind, d.Namespace, d.Name, d.JSON, d.Begin(), d.Repeated())
	for _, field := range []string{"", "kind", "metadata.name", "x[1].y", "text", "none"} {
		fmt.Fprintf(&text, ", %q is at %v", field, d.Locator().Find(field))
	}
	return text.String()
}

// TestPartsOfLists reads Lists as kubectl prints them, whole and in parts: the objects and their positions are the same.
func TestPartsOfLists(t *testing.T) {
	t.Parallel()
	parts := 0
	for seed := range uint64(1000) {
		g := newGenerator(seed)
		stream := g.kubectlStream()
		want, documents, wantErr := readAt(stream, whole, whole)
		if wantErr != nil {
			t.Fatalf("seed %d: %v in\n%s", seed, wantErr, stream)
		}
		got, texts, err := readAt(stream, longestObject, 1+g.IntN(longestObject))
		if err != nil {
			t.Fatalf("seed %d: %v in\n%s", seed, err, stream)
		}
		if diff := cmp.Diff(want, got); diff != "" {
			t.Fatalf("seed %d (-whole +parts):\n%s in\n%s", seed, diff, stream)
		}
		parts += texts - documents
	}
	if parts < 1000 {
		t.Errorf("only %d parts: the test proves too little", parts)
	}
}

// longestObject is more than an object and what is around a List in generated streams have.
const longestObject = 500

// checkParts : what is read in parts without an error is what is read as a whole.
func checkParts(t *testing.T, stream string, document, part int) bool {
	t.Helper()
	read := readAt
	if strings.ContainsAny(stream, "\r\u0085\u2028\u2029") {
		// The YAML library cannot find positions in JSON with these, so that all are the beginning of the text.
		read = readAnywhere
	}
	got, _, err := read(stream, document, part)
	if err != nil {
		return false
	}
	want, _, err := read(stream, whole, whole)
	if err != nil {
		t.Fatalf("as a whole, there is an error: %v in\n%q", err, stream)
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Fatalf("(-whole +parts):\n%s in\n%q", diff, stream)
	}
	if !utf8.ValidString(stream) || strings.Contains(stream, "---") || strings.ContainsAny(stream, "\r\u0085\u2028\u2029\ufeff") {
		return true
	}
	// Also what looks like the end of a JSON object changes nothing.
	var one []string
	err = manifest.Raw{File: "f.yaml", Line: 1, Text: []byte(stream)}.Objects(func(d *manifest.Document) error {
		one = append(one, describe(d))
		return nil
	})
	if diff := cmp.Diff(want, one); diff != "" || err != nil {
		t.Fatalf("%v (-split +one):\n%s in\n%q", err, diff, stream)
	}
	return true
}

// TestPartsOfAnything reads anything that looks like a List: it is refused, or it is the same in parts.
func TestPartsOfAnything(t *testing.T) {
	t.Parallel()
	read := 0
	const streams = 5000
	for seed := range uint64(streams) {
		g := newGenerator(seed)
		if checkParts(t, g.stream(), 100+g.IntN(longestObject), 1+g.IntN(longestObject)) {
			read++
		}
	}
	if read < streams/10 || read > streams*9/10 {
		t.Errorf("%d of %d streams are read: the test proves too little", read, streams)
	}
}

// FuzzParts is TestPartsOfAnything for any bytes.
func FuzzParts(f *testing.F) {
	for seed := range uint64(50) {
		f.Add(newGenerator(seed).stream(), uint16(300), uint16(100))
	}
	f.Fuzz(func(t *testing.T, stream string, document, part uint16) {
		checkParts(t, stream, int(document), int(part))
	})
}

// TestErrorsOfParts has the errors about Lists that are read in parts.
func TestErrorsOfParts(t *testing.T) {
	t.Parallel()
	const (
		tooLarge = "the document is larger than 3 MiB, which the API server refuses: split it, or format a List as kubectl does"
		lines    = "- kind: A\n  apiVersion: v1\n  # comment\n"
		object   = "    {\n      \"kind\": \"A\", \"apiVersion\": \"v1\"\n    }"
	)
	yamlItems, jsonItems := strings.Repeat(lines, 20), strings.Repeat(object+",\n", 19)+object+"\n"
	for name, tc := range map[string]struct{ reason, stream, err string }{
		"ConfigMap":   {"Items are not those of a List.", "apiVersion: v1\nitems:\n" + yamlItems + "kind: ConfigMap\n", "1: " + tooLarge},
		"Twice":       {"kubectl reads the last.", "---\napiVersion: v1\nkind: List\nitems:\n" + yamlItems + "items: []\n", "2: " + tooLarge},
		"TwiceInJSON": {"kubectl reads the last.", "{\n  \"items\": [\n" + jsonItems + "  ], \"items\": [],\n \"apiVersion\": \"v1\", \"kind\": \"List\"\n}\n", "1: " + tooLarge},
		"Block":       {"A text is no List.", "apiVersion: v1\nkind: B\nx: |\n  \"items\": [\n" + jsonItems, "1: " + tooLarge},
		"Quoted":      {"A text is no List.", "apiVersion: v1\nkind: List\nitems: []\nx: '\nitems:\n" + yamlItems + "'\n", "1: " + tooLarge},
		"Nested":      {"An inner list is no List.", "{\"apiVersion\": \"v1\", \"kind\": \"List\", \"x\": {\n  \"items\": [\n" + jsonItems + "  ]\n}\n}\n", "64: not JSON: unexpected end of JSON input"},
		"Flow":        {"A text is no List.", "{apiVersion: v1, kind: List, items: [], x: '\n  \"items\": [\n" + jsonItems + "  '}", "1: not JSON: invalid character 'a'"},
		"OneObject":   {"An object is too large, and not its List.", "apiVersion: v1\nkind: List\nitems:\n" + lines + strings.Repeat("  # comment\n", 100), "1: " + tooLarge},
		"Head":        {"What is before the objects is too large.", strings.Repeat("# comment\n", 100) + "apiVersion: v1\nkind: List\nitems:\n" + yamlItems, "1: " + tooLarge},
		"After": {
			"The line is that of the file.", "apiVersion: v1\nitems:\n" + yamlItems + "kind: List\nmetadata: a: b\n",
			"64: not YAML: mapping values are not allowed in this context",
		},
		"Before": {
			"The line is that of the file.", "apiVersion: v1\nmetadata: a: b\nitems:\n" + yamlItems + "kind: List\n",
			"2: not YAML: mapping values are not allowed in this context",
		},
		"AfterInJSON": {
			"The line is that of the file.", "{\n  \"items\": [\n" + jsonItems + "  ],\n  \"kind\" \"List\"\n}\n", "64: not JSON: invalid character '\"' after object key",
		},
		"SecondList": {
			"Lines go on after a List.",
			"{\n  \"apiVersion\": \"v1\",\n  \"items\": [\n" + jsonItems + "  ],\n  \"kind\": \"List\"\n}\n{\n  \"items\": [\n" + jsonItems + "  ],\n  \"kind\" \"List\"\n}\n",
			"130: not JSON: invalid character '\"' after object key",
		},
		"Part":       {"The line is that of the file.", "apiVersion: v1\nkind: List\nitems:\n" + yamlItems + "- a: b: c\n" + yamlItems, "64: not YAML: mapping values are not allowed in this context"},
		"PartOfJSON": {"The line is that of the file.", "{\n  \"items\": [\n" + jsonItems + object + "\n  ]\n}\n", "63: not JSON: invalid character '{' after array element"},
		"NoComma":    {"Parts need a comma, too.", "{\n  \"items\": [\n" + strings.Repeat(object+"\n", 20) + "  ]\n}\n", "6: not JSON: invalid character '{' after array element"},
		"Comma":      {"The last object has none.", "{\n  \"items\": [\n" + strings.Repeat(object+",\n", 20) + "  ]\n}\n", "62: not JSON: invalid character ']' looking for beginning of value"},
		"Unfinished": {"The file was cut off.", "{\n  \"items\": [\n" + jsonItems, "2: not JSON: unexpected end of JSON input"},
		"NoObject":   {"An item is no object.", "apiVersion: v1\nkind: List\nitems:\n" + yamlItems + "- kind: A\n" + yamlItems, "64: not a Kubernetes object: apiVersion or kind is missing"},
		"Alias": {
			"Its anchor is in another part.", "apiVersion: v1\nkind: List\nitems:\n- &a\n  kind: A\n  apiVersion: v1\n" + yamlItems + "- *a\n",
			"unknown anchor 'a' referenced. A List of more than 3 MiB is read in parts, and this part has no such anchor",
		},
		"HiddenEnd": {"What follows it would be passed over.", "apiVersion: v1\nkind: List\nitems:\n" + lines + "  # \u2028---\n" + yamlItems, "4: not YAML: a document in a List ends after a line break that is not the end of a line"},
		"HiddenEndAfter": {
			"It is part of the text.", "apiVersion: v1\nkind: List\nitems:\n" + yamlItems + "- x: |+\n    a\n\n\r---\r" + yamlItems,
			"not YAML: a document in a List ends after a line break that is not the end of a line",
		},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			_, _, err := readAt(tc.stream, 300, 100)
			problem, ok := errors.AsType[*manifest.SyntaxError](err)
			if !ok || !strings.Contains(problem.Error(), tc.err) || problem.NoObject {
				t.Errorf("%s: got %v, want %s", tc.reason, err, tc.err)
			}
		})
	}
}

// TestPartThatEnds has a bracket after any object of a List, also the last one of a part, and no comma.
func TestPartThatEnds(t *testing.T) {
	t.Parallel()
	const object = "    {\"kind\": \"A\", \"apiVersion\": \"v1\"}"
	for before := range 20 {
		stream := "{\n  \"apiVersion\": \"v1\",\n  \"items\": [\n" + strings.Repeat(object+",\n", before) + object + "]\n" +
			strings.Repeat(object+",\n", 20) + object + "\n  ],\n  \"kind\": \"List\"\n}\n"
		if objects, _, err := readAt(stream, 300, 100); err == nil {
			t.Errorf("%d objects before the bracket, and %d objects are read", before, len(objects))
		}
	}
}

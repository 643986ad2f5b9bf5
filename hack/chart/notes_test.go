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
	"os"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"sigs.k8s.io/yaml"
)

// TestNotesHaveTheMapOfThePages requires the same example everywhere: a user who applies one after the other gets no other map, and no
// conflict of field managers.
func TestNotesHaveTheMapOfThePages(t *testing.T) {
	notes := between(t, chartFolder+"/templates/NOTES.txt", "<<'EOF'\n", "  EOF\n")
	for _, page := range []string{"README.md", "docs/quickstart.md"} {
		example := between(t, root+"/"+page, "# checkout.yaml\n", "```\n")
		if diff := cmp.Diff(document(t, example), document(t, notes)); diff != "" {
			t.Errorf("the maps of %s and of NOTES.txt differ (-page +notes):\n%s", page, diff)
		}
	}
}

// between is the text of a file after the first start, up to the next end.
func between(t *testing.T, file, start, end string) string {
	t.Helper()
	content, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	_, after, started := strings.Cut(string(content), start)
	text, _, ended := strings.Cut(after, end)
	if !started || !ended {
		t.Fatalf("%s: there is no text between %q and %q", file, start, end)
	}
	return text
}

func document(t *testing.T, text string) map[string]any {
	t.Helper()
	var content map[string]any
	if err := yaml.UnmarshalStrict([]byte(text), &content); err != nil {
		t.Fatal(err)
	}
	return content
}

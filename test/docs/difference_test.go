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

package docs

import (
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/stakeholders-dev/stakeholder-operator/hack/markdown"
)

func TestCommandsOf(t *testing.T) {
	t.Parallel()
	got, err := commandsOf(markdown.Block{Line: 7, Text: "$ one\n$ two \\\n  --flag\nA\n  B\n$ three\n"})
	if err != nil {
		t.Fatal(err)
	}
	want := []command{{7, "one", ""}, {8, "two \\\n  --flag", "A\n  B\n"}, {12, "three", ""}}
	if diff := cmp.Diff(want, got, cmp.AllowUnexported(command{})); diff != "" {
		t.Errorf("commands (-want +got):\n%s", diff)
	}
	if _, err := commandsOf(markdown.Block{Line: 7, Text: "output\n$ one\n"}); err == nil {
		t.Error("a block may begin with output")
	}
}

func TestDifference(t *testing.T) {
	t.Parallel()
	for name, tt := range map[string]struct {
		want, got string
		same      bool
	}{
		"the same":                   {"a\nb\n", "a\nb\n", true},
		"no last line break":         {"a\n", "a", true},
		"another line":               {"a\nb\n", "a\nc\n", false},
		"a line more":                {"a\n", "a\nb\n", false},
		"a line less":                {"a\nb\n", "a\n", false},
		"nothing":                    {"a\n", "", false},
		"something in place of none": {"", "a\n", false},
		"signs of patterns":          {"a.c [x]* (y) \\d\n", "abc [x]* (y) \\d\n", false},
		"columns of another width":   {"NAME   AGE\n", "NAME      AGE   \n", true},
		"an age":                     {"x   3s\n", "x   2m10s\n", true},
		"a time":                     {"at 2026-11-30 01:17Z\n", "at 2027-01-02 03:04Z\n", true},
		"an age that is none":        {"x   3s\n", "x   soon\n", false},
		"text left out":              {"denied: … at the end\n", "denied: much more at the end\n", true},
		"text left out over lines":   {"denied: … end\n", "denied:\nend\n", false},
		"lines left out":             {"a\n…\nz\n", "a\nb\nc\nz\n", true},
		"no lines left out":          {"a\n…\n", "a\n", true},
		"lines left out, and wrong":  {"a\n…\nz\n", "a\nb\nc\n", false},
		"indentation":                {"  - a\n", "- a\n", false},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			if diff := difference(tt.want, tt.got); (diff == "") != tt.same {
				t.Errorf("%q and %q are the same: %t, want %t\n%s", tt.want, tt.got, diff == "", tt.same, diff)
			}
		})
	}
	if unwrapped("one\n  two \n") != unwrapped("one two\n") {
		t.Error("line breaks count")
	}
}

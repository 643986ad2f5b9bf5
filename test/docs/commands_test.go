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

func TestUnwrapped(t *testing.T) {
	t.Parallel()
	if unwrapped("one\n  two \n") != unwrapped("one two\n") {
		t.Error("line breaks count")
	}
}

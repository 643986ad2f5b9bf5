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

func TestMentions(t *testing.T) {
	t.Parallel()
	p := part{heading: "Install"}
	for name, tt := range map[string]struct {
		block markdown.Block
		want  bool
	}{
		"the path":          {markdown.Block{Language: "sh", Text: "kubectl apply -f ./maps/a.yaml\n"}, true},
		"an option":         {markdown.Block{Language: "sh", Text: "kubectl apply --filename='maps/a.yaml'\n"}, true},
		"the folder":        {markdown.Block{Language: "sh", Text: "lint -R -f maps/\n"}, true},
		"a command":         {markdown.Block{Language: "console", Text: "$ lint -f maps/a.yaml\nno problems\n"}, true},
		"an output":         {markdown.Block{Language: "console", Text: "$ lint\nmaps/a.yaml: no problems\n"}, false},
		"a longer name":     {markdown.Block{Language: "sh", Text: "kubectl get stakeholdermaps; cat maps/a.yaml.old\n"}, false},
		"another folder":    {markdown.Block{Language: "sh", Text: "cat old/maps/a.yaml\n"}, false},
		"this folder":       {markdown.Block{Language: "sh", Text: "find .\n"}, false},
		"another heading":   {markdown.Block{Language: "sh", Text: "cat maps/a.yaml\n", Headings: []string{"Uninstall"}}, false},
		"a block left out":  {markdown.Block{Language: "sh", Text: "cat maps/a.yaml\n", Comments: []markdown.Comment{{Text: "not run: a reason"}}}, false},
		"no shell commands": {markdown.Block{Language: "yaml", Text: "file: maps/a.yaml\n"}, false},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			if tt.block.Headings == nil {
				tt.block.Headings = []string{"Install"}
			}
			if got := mentions(p, tt.block, "maps/a.yaml"); got != tt.want {
				t.Errorf("the block mentions the file: %t, want %t", got, tt.want)
			}
		})
	}
}

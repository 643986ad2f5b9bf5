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
	"testing"
	"testing/fstest"

	"github.com/google/go-cmp/cmp"
)

func TestMentionProblems(t *testing.T) {
	t.Parallel()
	for name, tt := range map[string]struct {
		file, text string
		want       []string
	}{
		"a page that is there":       {"main.go", "// See docs/a.md.\nconst page = \"../../docs/a.md#do-it\"\n", nil},
		"a missing page":             {"checks.yaml", "---\n# docs/b.md says why.\n", []string{"checks.yaml:2: names docs/b.md, which does not exist"}},
		"a missing page in a script": {"run.sh", `echo "see docs/how-to/b.md"`, []string{"run.sh:1: names docs/how-to/b.md, which does not exist"}},
		"two on a line":              {"main.go", "docs/b.md docs/c.md", []string{"main.go:1: names docs/b.md, which does not exist", "main.go:1: names docs/c.md, which does not exist"}},
		"a missing anchor":           {"main.go", "docs/a.md#do-that", []string{"main.go:1: names the anchor do-that, which docs/a.md does not have"}},
		"an anchor of a format":      {"main.go", `"docs/a.md#%s"`, nil},
		"an address":                 {"values.yaml", "https://github.com/stakeholders-dev/stakeholder-operator/blob/main/docs/b.md", []string{"values.yaml:1: names docs/b.md, which does not exist"}},
		"an address of another":      {"values.yaml", "https://github.com/x/y/blob/main/docs/b.md", nil},
		"a path of another checkout": {"main.go", "/docs/b.md my-docs/b.md docs/b.txt", nil},
		"a test":                     {"main_test.go", "docs/b.md", nil},
		"data of a test":             {"testdata/x.yaml", "docs/b.md", nil},
		"a program":                  {"bin/manager", "docs/b.md", nil},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			s := read(t, fstest.MapFS{
				"docs/a.md": {Data: []byte("# A\n\n## Do it\n")},
				tt.file:     {Data: []byte(tt.text)},
			})
			got, err := s.mentionProblems()
			if err != nil {
				t.Fatal(err)
			}
			if diff := cmp.Diff(tt.want, got); diff != "" {
				t.Errorf("problems (-want +got):\n%s", diff)
			}
		})
	}
}

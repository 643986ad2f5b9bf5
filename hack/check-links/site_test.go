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
	"io/fs"
	"testing"
	"testing/fstest"

	"github.com/google/go-cmp/cmp"
)

func TestProblems(t *testing.T) {
	t.Parallel()
	// files are a checkout in which everything is right.
	files := map[string]string{
		"README.md":         "# Front\n\n[documentation](docs/README.md) [code](cmd)\n",
		"SECURITY.md":       "# Security\n\n## Who may do what\n",
		"cmd/main.go":       "package main\n",
		"docs/README.md":    "# Documentation\n\n[a](how-to/a.md#do-it) [security](../SECURITY.md#who-may-do-what)\n![picture](images/a.svg)\n",
		"docs/how-to/a.md":  "# A\n\n## Do it\n\n[up](../README.md) [here](#do-it) [far](https://example.com/#x) [mail](mailto:a@b.example)\n",
		"docs/images/a.svg": "<svg/>",
		"bin/manager":       "",
	}
	for name, tt := range map[string]struct {
		change map[string]string
		want   []string
	}{
		"all is right": {},
		"a missing file": {
			map[string]string{"SECURITY.md": "# Security\n\n## Who may do what\n\nSee\n[this](docs/b.md).\n"},
			[]string{"SECURITY.md:6: docs/b.md leads to docs/b.md, which does not exist"},
		},
		"a missing picture": {
			map[string]string{"README.md": "# Front\n\n<img src=\"docs/images/b.svg\">\n"},
			[]string{"README.md:3: docs/images/b.svg leads to docs/images/b.svg, which does not exist"},
		},
		"a missing anchor of another page": {
			map[string]string{"SECURITY.md": "# Security\n"},
			[]string{"docs/README.md:3: ../SECURITY.md#who-may-do-what names an anchor that SECURITY.md does not have"},
		},
		"a missing anchor of the page": {
			map[string]string{"docs/how-to/a.md": "# A\n\n## Do it\n\n[here](#do-that)\n"},
			[]string{"docs/how-to/a.md:5: #do-that names an anchor that docs/how-to/a.md does not have"},
		},
		"a file that git ignores": {
			map[string]string{"README.md": "# Front\n\n[manager](bin/manager)\n"},
			[]string{"README.md:3: bin/manager leads to bin/manager, which git ignores: readers do not have it"},
		},
		"an anchor of code": {
			map[string]string{"README.md": "# Front\n\n[line](cmd/main.go#L1)\n"},
			[]string{"README.md:3: cmd/main.go#L1 names an anchor, and cmd/main.go is no page of the documentation"},
		},
		"out of the repository": {
			map[string]string{"README.md": "# Front\n\n[out](../x.md)\n"},
			[]string{"README.md:3: ../x.md leads out of the repository"},
		},
		"absolute": {
			map[string]string{"README.md": "# Front\n\n[root](/docs/README.md)\n"},
			[]string{"README.md:3: /docs/README.md is absolute: write a path that is relative to this page"},
		},
		"no address": {
			map[string]string{"README.md": "# Front\n\n[bad](a%zz.md)\n"},
			[]string{`README.md:3: parse "a%zz.md": invalid URL escape "%zz"`},
		},
		"pages that lead only to each other": {
			map[string]string{"docs/b.md": "[c](c.md)\n", "docs/c.md": "[b](b.md)\n"},
			[]string{
				"docs/b.md: no way leads from docs/README.md to this page: link to it",
				"docs/c.md: no way leads from docs/README.md to this page: link to it",
			},
		},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			checkout := fstest.MapFS{}
			for _, contents := range []map[string]string{files, tt.change} {
				for name, content := range contents {
					checkout[name] = &fstest.MapFile{Data: []byte(content)}
				}
			}
			if diff := cmp.Diff(tt.want, read(t, checkout).problems()); diff != "" {
				t.Errorf("problems (-want +got):\n%s", diff)
			}
		})
	}
}

// read reads a checkout without git, in which bin is what git would ignore.
func read(t *testing.T, checkout fs.FS) *site {
	t.Helper()
	names, err := walk(checkout)
	if err != nil {
		t.Fatal(err)
	}
	s, err := readSite(checkout, names)
	if err != nil {
		t.Fatal(err)
	}
	return s
}

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
	"bytes"
	"fmt"
	"io/fs"
	"path"
	"regexp"
	"strings"
)

// mention is the path of a page of the documentation in another file, or its address on GitHub. A longer path that ends like one, such as
// /docs/budget.md in a file CODEOWNERS, is not about this repository.
var mention = regexp.MustCompile(`(?:^|[^\w./-]|\.\./|/stakeholder-operator/blob/main/)(` + folder + `/[\w./-]+\.md)(?:#([\w-]+))?`)

// mentionProblems are the pages and anchors that code, manifests, the chart and scripts name, and that do not exist: users read these names
// in messages and comments.
func (s *site) mentionProblems() ([]string, error) {
	var out []string
	for _, name := range s.sources {
		if path.Ext(name) == ".md" || isTest(name) {
			continue
		}
		content, err := fs.ReadFile(s.files, name)
		if err != nil {
			return nil, err
		}
		for i, line := range bytes.Split(content, []byte("\n")) {
			for _, found := range mention.FindAllSubmatch(line, -1) {
				file, anchor := string(found[1]), string(found[2])
				page, exists := s.pages[file]
				switch {
				case !exists:
					out = append(out, fmt.Sprintf("%s:%d: names %s, which does not exist", name, i+1, file))
				case anchor != "" && !page.Anchors[anchor]:
					out = append(out, fmt.Sprintf("%s:%d: names the anchor %s, which %s does not have", name, i+1, anchor, file))
				}
			}
		}
	}
	return out, nil
}

// isTest reports whether a file is one of a test. Tests have paths of examples, and a test that reads a page fails by itself.
func isTest(name string) bool {
	return strings.HasSuffix(name, "_test.go") || strings.HasSuffix(name, ".test.js") || strings.Contains("/"+name, "/testdata/")
}

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
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/stakeholders-dev/stakeholder-operator/hack/markdown"
	"github.com/stakeholders-dev/stakeholder-operator/test/controlplane"
)

const (
	// generated begins a page that a program writes, from tests or from code.
	generated = "<!-- Code generated "
	// notRun begins the lead of a page that this test does not run.
	notRun = "No test runs this page line by line"
)

// languages are those of blocks, and whether this test runs them.
var languages = map[string]bool{
	"sh": true, "console": true, "yaml": true,
	"csv": false, "go": false, "json": false, "promql": false, "text": false,
}

// checkout is the root of the repository.
func checkout(t *testing.T) string {
	t.Helper()
	root, err := controlplane.Root()
	if err != nil {
		t.Fatal(err)
	}
	return root
}

// source is the text of a page.
func source(t *testing.T, file string) []byte {
	t.Helper()
	content, err := os.ReadFile(filepath.Join(checkout(t), file))
	if err != nil {
		t.Fatal(err)
	}
	return content
}

// pageFiles are README.md and all pages below docs.
func pageFiles(t *testing.T) []string {
	t.Helper()
	files := []string{"README.md"}
	root := checkout(t)
	err := filepath.WalkDir(filepath.Join(root, "docs"), func(path string, _ fs.DirEntry, err error) error {
		if err != nil || filepath.Ext(path) != ".md" {
			return err
		}
		name, err := filepath.Rel(root, path)
		files = append(files, filepath.ToSlash(name))
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	return files
}

// TestEveryPageIsRun requires that a story runs each block of each page, unless the page says that no test does.
func TestEveryPageIsRun(t *testing.T) {
	t.Parallel()
	for _, file := range pageFiles(t) {
		content := source(t, file)
		page := markdown.Parse(content)
		parts := partsOf(file)
		switch {
		case strings.HasPrefix(string(content), generated), strings.HasPrefix(page.Lead, notRun):
			if len(parts) > 0 {
				t.Errorf("%s is run, and says that it is not", file)
			}
			if strings.HasPrefix(page.Lead, notRun) {
				requireTests(t, file, page.Lead, string(content))
			}
		default:
			requireParts(t, file, page, parts)
		}
	}
}

// requireParts requires that parts of stories run each block of a page, and understand its comments.
func requireParts(t *testing.T, file string, page *markdown.Page, parts []part) {
	t.Helper()
	understood := map[markdown.Comment]bool{}
	for _, b := range page.Blocks {
		runs, known := languages[b.Language]
		if !known {
			t.Errorf("%s:%d: the language of the block is %q: write sh, console or yaml, or add another to the test", file, b.Line, b.Language)
		}
		if (runs || partOf(b) != "") && !slices.ContainsFunc(parts, func(p part) bool { return p.has(b) }) && !isLeftOut(b) {
			t.Errorf("%s:%d: no story runs this block: add the page to stories_test.go, or begin it with a quotation: %s", file, b.Line, notRun)
		}
		for _, c := range b.Comments {
			understood[c] = true
			note, text, err := readNote(c)
			if err == nil && note == "run by" {
				err = runsBlocks(t, text, file, b.Headings)
			}
			if err != nil {
				t.Errorf("%s:%d: %v", file, c.Line, err)
			}
		}
	}
	for _, c := range page.Comments {
		if !understood[c] {
			t.Errorf("%s:%d: the comment is not directly above a block", file, c.Line)
		}
	}
}

// documented is a test's call of suite.Documented, which takes a number of blocks below a heading.
var documented = regexp.MustCompile(`suite\.Documented\(t, (?:page|"([^"]+)"), "([^"]+)", \d+\)`)

// runsBlocks returns an error if no test in a folder takes the blocks of a page below one of the headings. How many there are is
// checked by the test that takes them.
func runsBlocks(t *testing.T, folder, file string, headings []string) error {
	t.Helper()
	names, err := filepath.Glob(filepath.Join(checkout(t), folder, "*_test.go"))
	if err != nil {
		return err
	}
	var sources strings.Builder
	for _, name := range names {
		content, err := os.ReadFile(name)
		if err != nil {
			return err
		}
		sources.Write(content)
	}
	for _, call := range documented.FindAllStringSubmatch(sources.String(), -1) {
		// A constant named page is the page.
		ofPage := call[1] == file || call[1] == "" && strings.Contains(sources.String(), `const page = "`+file+`"`)
		if ofPage && slices.Contains(headings, call[2]) {
			return nil
		}
	}
	return fmt.Errorf("no test of %s calls suite.Documented for this page and one of the headings %q", folder, headings)
}

// tests are the folders of tests that a text names.
var tests = regexp.MustCompile(`\b(test|hack)(/[a-z0-9-]+)+`)

// requireTests requires that a page that no test runs names tests that stand in for it, or says why there are none.
func requireTests(t *testing.T, file, lead, content string) {
	t.Helper()
	if strings.Contains(lead, "because ") {
		return
	}
	for _, folder := range tests.FindAllString(content, -1) {
		if found, err := filepath.Glob(filepath.Join(checkout(t), folder, "*_test.go")); err == nil && len(found) > 0 {
			return
		}
	}
	t.Errorf("%s names no folder of tests, such as test/rights, that run something similar: name one, or begin the page with: %s, because …", file, notRun)
}

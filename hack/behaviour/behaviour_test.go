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

// Package behaviour checks that every line of docs/project/behaviour.md has a test.
package behaviour

import (
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
)

var (
	reference = regexp.MustCompile("`([a-z0-9/-]+)\\.((?:Test|Fuzz)[A-Za-z0-9]+)`")
	function  = regexp.MustCompile(`(?m)^func ((?:Test|Fuzz)[A-Za-z0-9]+)\(`)
)

// TestEveryLineHasATest fails when a line of the list names no test, or one that does not exist.
func TestEveryLineHasATest(t *testing.T) {
	t.Parallel()
	root := filepath.Join("..", "..")
	content, err := os.ReadFile(filepath.Join(root, "docs", "project", "behaviour.md"))
	if err != nil {
		t.Fatal(err)
	}
	lines := 0
	for line := range strings.Lines(string(content)) {
		if !strings.HasPrefix(line, "| ") || strings.HasPrefix(line, "| --- ") || strings.HasPrefix(line, "| what holds ") {
			continue
		}
		lines++
		named := reference.FindAllStringSubmatch(line, -1)
		if len(named) == 0 {
			t.Errorf("no test shows that this holds: %s", line)
		}
		for _, name := range named {
			if !testsIn(t, filepath.Join(root, name[1]))[name[2]] {
				t.Errorf("there is no test %s.%s", name[1], name[2])
			}
		}
	}
	if lines < 20 {
		t.Errorf("found only %d lines: this test no longer finds them", lines)
	}
}

// testsIn are the names of the tests of a package.
func testsIn(t *testing.T, folder string) map[string]bool {
	t.Helper()
	files, err := filepath.Glob(filepath.Join(folder, "*_test.go"))
	if err != nil {
		t.Fatal(err)
	}
	found := make(map[string]bool)
	for _, file := range files {
		content, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		for _, name := range function.FindAllStringSubmatch(string(content), -1) {
			found[name[1]] = true
		}
	}
	return found
}

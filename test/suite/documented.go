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

package suite

import (
	"os"
	"path/filepath"
	"slices"
	"testing"

	"github.com/stakeholders-dev/stakeholder-operator/hack/markdown"
	"github.com/stakeholders-dev/stakeholder-operator/test/controlplane"
)

// Documented returns the shell commands below a heading of a page, one text for each block. There must be as many as the test runs. The
// page is relative to the root of the repository. test/docs requires such a call for each block that a page marks with "run by".
func Documented(t testing.TB, page, heading string, blocks int) []string {
	t.Helper()
	root, err := controlplane.Root()
	if err != nil {
		t.Fatal(err)
	}
	content, err := os.ReadFile(filepath.Join(root, page))
	if err != nil {
		t.Fatal(err)
	}
	var commands []string
	for _, block := range markdown.Parse(content).Blocks {
		if block.Language == "sh" && slices.Contains(block.Headings, heading) {
			commands = append(commands, block.Text)
		}
	}
	if len(commands) != blocks {
		t.Fatalf("%s has %d blocks of sh below the heading %q, and this test runs %d: have it run them all", page, len(commands), heading, blocks)
	}
	return commands
}

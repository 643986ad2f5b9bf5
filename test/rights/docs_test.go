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

package rights

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/stakeholders-dev/stakeholder-operator/test/controlplane"
)

// TestDocumentation requires a section of docs/operations/components.md for each component, and builds the snippet with which it
// begins. test/docs runs the rest of the page.
func TestDocumentation(t *testing.T) {
	root, err := controlplane.Root()
	if err != nil {
		t.Fatal(err)
	}
	content, err := os.ReadFile(filepath.Join(root, "docs", "operations", "components.md"))
	if err != nil {
		t.Fatal(err)
	}
	text := string(content)
	for name := range componentFolders(t) {
		// The first has a page of its own; the second is built with Argo CD's own ConfigMap, by its test.
		if name == "monitoring" || name == "argocd" {
			continue
		}
		_, section, found := strings.Cut(text, "\n## "+name+"\n\n`")
		snippet, _, closed := strings.Cut(section, "`\n")
		if !found || !closed {
			t.Errorf("component %s has no section that begins with its snippet", name)
			continue
		}
		build(t, strings.ReplaceAll("resources: [../default]\n"+snippet+"\n", "../", "CONFIG/"))
	}
}

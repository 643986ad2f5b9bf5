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
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"github.com/stakeholders-dev/stakeholder-operator/cmd/kubectl-stakeholders/explain"
)

var root = filepath.Join("..", "..")

func page(t *testing.T, write func(string) ([]byte, error)) string {
	t.Helper()
	content, err := write(root)
	if err != nil {
		t.Fatal(err)
	}
	return string(content)
}

// TestEveryKeyIsOnThePage looks for the keys in everything that is installed.
func TestEveryKeyIsOnThePage(t *testing.T) {
	t.Parallel()
	text := page(t, labelsPage)
	key := regexp.MustCompile(`\bstakeholders\.dev/([a-z]+(?:-[a-z]+)+|map|role|outputs)\b`)
	found, repository := 0, os.DirFS(root)
	err := fs.WalkDir(repository, "config", func(file string, entry fs.DirEntry, err error) error {
		if err != nil || entry.IsDir() {
			return err
		}
		content, err := fs.ReadFile(repository, file)
		for _, name := range key.FindAllString(string(content), -1) {
			found++
			if !strings.Contains(text, "`"+name+"`") {
				t.Errorf("%s is in %s, and not on the page", name, file)
			}
		}
		return err
	})
	if err != nil || found < 10 {
		t.Errorf("found %d keys: %v", found, err)
	}
}

func TestEveryMetricIsOnThePage(t *testing.T) {
	t.Parallel()
	text := page(t, metricsPage)
	content, err := os.ReadFile(filepath.Join(root, alertsFile))
	if err != nil {
		t.Fatal(err)
	}
	for _, name := range regexp.MustCompile(`stakeholders_[a-z_]+[a-z]`).FindAllString(string(content), -1) {
		name = strings.TrimSuffix(name, "_bucket")
		if !strings.Contains(text, "| `"+name+"` | ") {
			t.Errorf("an alert uses %s, which is not on the page", name)
		}
	}
}

// TestAlertsReadAsText : an alert can have no delay, and its description is a template.
func TestAlertsReadAsText(t *testing.T) {
	t.Parallel()
	text := page(t, metricsPage)
	if strings.Contains(text, "after .") || strings.Contains(text, "{{") || !strings.Contains(text, "Severity warning, at once.") {
		t.Errorf("the alerts are not text:\n%s", text)
	}
}

// TestEventsHaveReasons : every reason of the page has its explanation.
func TestEventsHaveReasons(t *testing.T) {
	t.Parallel()
	text := page(t, eventsPage)
	all, err := explain.All()
	if err != nil {
		t.Fatal(err)
	}
	links := regexp.MustCompile(`\| \[([A-Za-z]+)\]\(reasons\.md`).FindAllStringSubmatch(text, -1)
	for _, link := range links {
		if explain.Find(all, link[1]) == nil {
			t.Errorf("no explanation of %s", link[1])
		}
	}
	if len(links) < 10 || !strings.Contains(text, "| Granted | Normal |") || !strings.Contains(text, "| AnswerUnverified | Warning |") {
		t.Errorf("the page lacks reasons:\n%s", text)
	}
}

func TestValuesWithoutComment(t *testing.T) {
	t.Parallel()
	folder := t.TempDir()
	if err := os.MkdirAll(filepath.Join(folder, chart), 0o750); err != nil {
		t.Fatal(err)
	}
	for file, content := range map[string]string{
		"values.yaml": "replicas: 1\n", "values.schema.json": `{"properties": {"replicas": {"type": "integer"}}}`,
	} {
		if err := os.WriteFile(filepath.Join(folder, chart, file), []byte(content), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	if _, err := valuesPage(folder); err == nil || !strings.Contains(err.Error(), "replicas has no comment") {
		t.Errorf("a value without comment gave %v", err)
	}
}

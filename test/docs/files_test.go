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
	"os"
	"path"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/stakeholders-dev/stakeholder-operator/hack/markdown"
)

// write writes the file of a block of yaml. If no later block mentions it, it is checked.
func (s *session) write(p part, b markdown.Block, later []markdown.Block) {
	name := fileOf(b)
	if name == "" {
		s.t.Fatalf("%s: the first line has to be a comment with the name of the file, such as # checkout.yaml", s.place)
	}
	full := filepath.Join(s.dir, filepath.FromSlash(name))
	if err := os.MkdirAll(filepath.Dir(full), 0o700); err != nil {
		s.t.Fatal(err)
	}
	if err := os.WriteFile(full, []byte(b.Text), 0o600); err != nil {
		s.t.Fatal(err)
	}
	if !slices.ContainsFunc(later, func(other markdown.Block) bool { return mentions(p, other, name) }) {
		s.check(name, b.Text)
	}
}

// fileOf is the path in the first line of a block of yaml, or empty.
func fileOf(b markdown.Block) string {
	line, _, _ := strings.Cut(b.Text, "\n")
	name, isComment := strings.CutPrefix(line, "# ")
	if !isComment || path.Ext(name) != ".yaml" || strings.Contains(name, " ") || !filepath.IsLocal(name) {
		return ""
	}
	return name
}

// words are those of shell commands, without quotes.
var words = regexp.MustCompile("[^\\s'\"`;|&()<>=]+")

// mentions says whether a block that a part runs names a file, or a folder above it, in a command.
func mentions(p part, b markdown.Block, name string) bool {
	if !p.has(b) || isLeftOut(b) || partOf(b) != "" {
		return false
	}
	var texts []string
	switch b.Language {
	case "sh":
		texts = []string{b.Text}
	case "console":
		// follow reports an error.
		commands, _ := commandsOf(b)
		for _, c := range commands {
			texts = append(texts, c.text)
		}
	}
	return slices.ContainsFunc(texts, func(text string) bool {
		return slices.ContainsFunc(words.FindAllString(text, -1), func(word string) bool {
			word = path.Clean(word)
			return word != "." && (word == name || strings.HasPrefix(name, word+"/"))
		})
	})
}

// check checks a file that a page shows without a command.
func (s *session) check(name, content string) {
	switch path.Base(name) {
	case "kustomization.yaml":
		s.do("kubectl kustomize " + path.Dir(name))
	case "values.yaml":
		s.do("helm template stakeholder-operator dist/chart --values " + name)
	default:
		s.do("kubectl apply --server-side --dry-run=server -f " + name)
	}
	if strings.Contains(content, "\nkind: StakeholderMap\n") {
		s.do("kubectl stakeholders lint -f " + name)
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

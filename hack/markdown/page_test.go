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

package markdown

import (
	"maps"
	"slices"
	"testing"

	"github.com/google/go-cmp/cmp"
)

func TestBlocks(t *testing.T) {
	t.Parallel()
	page := Parse([]byte("# Title\n\n> A *first* line\n> with `code`.\n\n## Ask & `wait`\n\n<!-- first: one -->\n<!-- wait:\ntwo\n-->\n\n```sh\n" +
		"kubectl get pods\n```\n\n- in a list:\n\n  ```console\n  $ true\n    indented\n  ```\n\n## Next\n\n<!-- far away -->\n\nText.\n\n```yaml\na: b\n```\n"))
	want := []Block{
		{
			Line: 14, Language: "sh", Text: "kubectl get pods\n", Headings: []string{"Title", "Ask & wait"},
			Comments: []Comment{{8, "first: one"}, {9, "wait:\ntwo"}},
		},
		{Line: 20, Language: "console", Text: "$ true\n  indented\n", Headings: []string{"Title", "Ask & wait"}},
		{Line: 31, Language: "yaml", Text: "a: b\n", Headings: []string{"Title", "Next"}},
	}
	if diff := cmp.Diff(want, page.Blocks); diff != "" {
		t.Errorf("blocks (-want +got):\n%s", diff)
	}
	if diff := cmp.Diff("A first line with code.", page.Lead); diff != "" {
		t.Errorf("lead (-want +got):\n%s", diff)
	}
	if len(page.Comments) != 3 || page.Comments[2].Text != "far away" {
		t.Errorf("comments: %v", page.Comments)
	}
}

func TestLinks(t *testing.T) {
	t.Parallel()
	page := Parse([]byte("# A\n\nSee [the\nsecond line](b.md#x) and [this][ref] and https://c.example.\n\n| a |\n| --- |\n| [cell](d.md) |\n\n" +
		"![image](e.svg) `[code](no.md)` a@b.example\n\n<picture>\n<source srcset=\"f.svg, g.svg 2x\">\n<img src=\"h.svg\">\n</picture>\n\n" +
		"```sh\n[block](no.md)\n```\n\n[ref]: i.md\n"))
	want := []Link{
		{3, "b.md#x"}, {4, "i.md"}, {3, "https://c.example"}, {8, "d.md"}, {10, "e.svg"}, {12, "f.svg"}, {12, "g.svg"}, {12, "h.svg"},
	}
	if diff := cmp.Diff(want, page.Links); diff != "" {
		t.Errorf("links (-want +got):\n%s", diff)
	}
}

func TestAnchors(t *testing.T) {
	t.Parallel()
	page := Parse([]byte("# What's new, in `v1.2`?\n\n## Same\n\n## Same\n\n## a_b – c\n\n## [Link](x.md) *and* Ünï\n\n<a id=\"by-hand\"></a>\n"))
	want := []string{"a_b--c", "by-hand", "link-and-ünï", "same", "same-1", "whats-new-in-v12"}
	if diff := cmp.Diff(want, slices.Sorted(maps.Keys(page.Anchors))); diff != "" {
		t.Errorf("anchors (-want +got):\n%s", diff)
	}
}

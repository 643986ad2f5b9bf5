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

package manifest_test

import (
	"encoding/json"
	"strconv"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/stakeholders-dev/stakeholder-operator/cmd/kubectl-stakeholders/manifest"
)

// TestManyJSONObjects reads a file with so many objects that counting lines from its beginning for each takes minutes.
func TestManyJSONObjects(t *testing.T) {
	const object = `{"apiVersion":"v1","kind":"A"}` + "\n"
	n := 0
	if err := manifest.Parse("f.json", strings.NewReader(strings.Repeat(object, manifest.MaxDocument/len(object))), func(d *manifest.Document) error {
		n++
		if d.Line != n {
			t.Errorf("the object %d is in line %d", n, d.Line)
		}
		return nil
	}); err != nil || n != manifest.MaxDocument/len(object) {
		t.Errorf("%d objects and %v", n, err)
	}
}

// TestLongJSONList reads Lists that are larger than a document may be, as kubectl and jq print them.
func TestLongJSONList(t *testing.T) {
	filler := strings.Repeat("x", 8000)
	for name, tc := range map[string]struct{ indent, kind string }{"kubectl": {"    ", "List"}, "jq": {"  ", "StakeholderMapList"}} {
		items := make([]any, 2*manifest.MaxDocument/len(filler))
		for i := range items {
			items[i] = map[string]any{"apiVersion": "v1", "kind": "A", "metadata": map[string]string{"filler": filler, "name": strconv.Itoa(i)}}
		}
		stream, err := json.MarshalIndent(map[string]any{
			"apiVersion": "v1", "items": items, "kind": tc.kind, "metadata": map[string]string{"resourceVersion": ""},
		}, "", tc.indent)
		if err != nil {
			t.Fatal(err)
		}
		n := 0
		err = manifest.Parse("f.json", strings.NewReader(string(stream)+"\n---\n"+string(stream)), func(d *manifest.Document) error {
			if want := strconv.Itoa(n % len(items)); d.Name != want || d.Kind != "A" {
				t.Errorf("%s: %s %s, want A %s", name, d.Kind, d.Name, want)
			}
			const before, each = 4, 8
			if line := before + n*each + n/len(items)*10; n%300 == 0 && d.Locator().Find("").Line != line {
				t.Errorf("%s: the object %d is in line %d, want %d", name, n, d.Locator().Find("").Line, line)
			}
			n++
			return nil
		})
		if err != nil || n != 2*len(items) {
			t.Errorf("%s: %d objects, want %d, and %v", name, n, 2*len(items), err)
		}
	}
}

// TestItemsOfOtherKinds reads a document that is longer than a part of a List, and no List.
func TestItemsOfOtherKinds(t *testing.T) {
	items := strings.Repeat("- kind: A\n  apiVersion: v1\n  # "+strings.Repeat("x", 1000)+"\n", manifest.MaxDocument/2000)
	var got []string
	if err := manifest.Parse("f.yaml", strings.NewReader("apiVersion: v1\nitems:\n"+items+"kind: ConfigMap\n"), func(d *manifest.Document) error {
		got = append(got, d.Kind)
		return nil
	}); err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff([]string{"ConfigMap"}, got); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
}

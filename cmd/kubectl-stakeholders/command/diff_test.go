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

package command

import (
	"bytes"
	"encoding/json"
	"maps"
	"testing"

	"k8s.io/apimachinery/pkg/types"

	"github.com/stakeholders-dev/stakeholder-operator/cmd/kubectl-stakeholders/changes"
	"github.com/stakeholders-dev/stakeholder-operator/cmd/kubectl-stakeholders/manifest"
	"github.com/stakeholders-dev/stakeholder-operator/cmd/kubectl-stakeholders/preview"
	"github.com/stakeholders-dev/stakeholder-operator/cmd/kubectl-stakeholders/schema"
	"github.com/stakeholders-dev/stakeholder-operator/controllers/names"
	"github.com/stakeholders-dev/stakeholder-operator/test/fixtures"
)

// TestMutations compares a map with others that lack one value, or have another one in its place. If the API server refuses the
// other map, no subject gains or loses a right by it, and what is in force before it is not known.
func TestMutations(t *testing.T) {
	t.Parallel()
	content, err := json.Marshal(fixtures.Minimal())
	if err != nil {
		t.Fatal(err)
	}
	original := map[string]any{}
	if err := json.Unmarshal(content, &original); err != nil {
		t.Fatal(err)
	}
	accepted, refused := 0, 0
	for _, spec := range mutated(original["spec"]) {
		document := maps.Clone(original)
		document["spec"] = spec
		content, err := json.Marshal(document)
		if err != nil {
			t.Fatal(err)
		}
		problems, err := schema.Check(t.Context(), names.KindMap, content)
		if err != nil {
			t.Fatal(err)
		}
		there, back := compareDocuments(t, original, document), compareDocuments(t, document, original)
		if len(problems) == 0 {
			accepted++
			continue
		}
		refused++
		if len(there) != 1 || there[0].Kind != changes.Map {
			t.Errorf("%v: %s is refused, and something else is said: %+v", problems, content, there)
		}
		if s := changes.Summarize(back); s.Lose > 0 || s.Gain != 3 || back[0].Kind != changes.Map {
			t.Errorf("%v: %s was refused, and the way back is %+v", problems, content, back)
		}
	}
	if accepted < 10 || refused < 50 {
		t.Errorf("%d maps are accepted and %d are refused: the test proves too little", accepted, refused)
	}
}

// mutated returns a value without each of its parts, and with others in their places.
func mutated(value any) []any {
	out := []any{nil, "", "a b", 7, []any{}, map[string]any{}, map[string]any{"unknown": "x"}}
	switch value := value.(type) {
	case map[string]any:
		for key, part := range value {
			for _, other := range mutated(part) {
				object := maps.Clone(value)
				if object[key] = other; other == nil {
					delete(object, key)
				}
				out = append(out, object)
			}
		}
	case []any:
		for i, part := range value {
			for _, other := range mutated(part) {
				list := append([]any{}, value...)
				list[i] = other
				out = append(out, list)
			}
		}
	}
	return out
}

// compareDocuments compares two maps as diff reads them in files.
func compareDocuments(t *testing.T, before, after any) []changes.Change {
	t.Helper()
	var all [2]*side
	for i, document := range []any{before, after} {
		w := &worldReader{World: &preview.World{}, files: make(map[string]string), written: make(map[types.NamespacedName][]byte), lenient: true}
		content, err := json.Marshal(document)
		if err != nil {
			t.Fatal(err)
		}
		if err := manifest.Parse("map.yaml", bytes.NewReader(content), func(d *manifest.Document) error { return w.add(t.Context(), d) }); err != nil {
			t.Fatal(err)
		}
		all[i] = &side{World: w.World, written: w.written}
	}
	s := &sides{before: all[0], after: all[1]}
	was, is := all[0].Maps[0], all[1].Maps[0]
	if err := s.check(t.Context(), []types.NamespacedName{preview.KeyOf(was), preview.KeyOf(is)}); err != nil {
		t.Fatal(err)
	}
	var pair changes.Pair
	var err error
	if pair.Before, pair.RefusedBefore, err = s.before.product(was, fixtures.Now); err != nil {
		t.Fatal(err)
	}
	if pair.After, pair.RefusedAfter, err = s.after.product(is, fixtures.Now); err != nil {
		t.Fatal(err)
	}
	return changes.Compare([]changes.Pair{pair}, changes.Options{})
}

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

package route_test

import (
	"errors"
	"slices"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"

	routing "github.com/stakeholders-dev/stakeholder-operator/api/routing/v1alpha1"
	"github.com/stakeholders-dev/stakeholder-operator/controllers/route"
	"github.com/stakeholders-dev/stakeholder-operator/controllers/topics"
	"github.com/stakeholders-dev/stakeholder-operator/controllers/validate"
	"github.com/stakeholders-dev/stakeholder-operator/test/fixtures"
)

// FuzzTable makes a table from any map, and reads it like a tool.
func FuzzTable(f *testing.F) {
	for _, seed := range fixtures.Seeds() {
		f.Add(seed, true)
		f.Add(seed, false)
	}
	schema := compileSchema(f)
	f.Fuzz(func(t *testing.T, bytes []byte, shaped bool) {
		m := fixtures.Generate(bytes, shaped)
		table := route.Table(m, topics.Assign(m, nil, fixtures.Now))
		content, err := table.Seal()
		if err != nil {
			t.Fatal(err)
		}
		again := mustTable(t, m)
		if diff := cmp.Diff(table, again); diff != "" {
			t.Fatalf("the same map gave another table (-first +second):\n%s", diff)
		}
		if diff := cmp.Diff(fixtures.Generate(bytes, shaped), m); diff != "" {
			t.Fatalf("the map was changed (-before +after):\n%s", diff)
		}
		read, err := routing.Parse([]byte(content))
		if err != nil {
			t.Fatalf("the document cannot be read: %v", err)
		}
		for i := range read.Topics {
			checkTopic(t, &read.Topics[i])
		}
		checkTopic(t, &read.Default)
		if !shaped {
			return
		}
		permuted := mustTable(t, fixtures.Reversed(m))
		findings := validate.Map(m, nil, fixtures.Now)
		if diff := cmp.Diff(table, permuted); diff != "" && !validate.HasErrors(findings) {
			t.Errorf("in another order the map gives another table (-as listed +reversed):\n%s", diff)
		}
		if validate.HasErrors(findings) {
			return
		}
		if diff := cmp.Diff(table, read, cmpopts.EquateEmpty()); diff != "" {
			t.Errorf("written and read (-table +read):\n%s", diff)
		}
		if err := validateDocument(t, schema, []byte(content)); err != nil {
			t.Errorf("the document of a valid map breaks the schema: %v", err)
		}
		for i := range table.Topics {
			checkQuorum(t, &table.Topics[i])
		}
	})
}

// checkTopic checks that a topic keeps the promises of its documentation, for any map.
func checkTopic(t *testing.T, topic *routing.Topic) {
	t.Helper()
	for _, copied := range topic.CC {
		if slices.ContainsFunc(topic.To, func(p routing.Party) bool { return cmp.Equal(p, copied) }) && copied.Role == "ProductOwner" {
			t.Errorf("topic %q: %s stands under to and cc", topic.Name, copied.Name)
		}
	}
	if topic.To == nil || topic.CC == nil || topic.DecidedBy == nil {
		t.Errorf("topic %q has a list that is null", topic.Name)
	}
	if (topic.Quorum != nil) != (topic.Class == "Approval") {
		t.Errorf("topic %q of class %s has the quorum %v", topic.Name, topic.Class, topic.Quorum)
	}
}

func checkQuorum(t *testing.T, topic *routing.Topic) {
	t.Helper()
	if q := topic.Quorum; q != nil && (q.Count < 1 || int(q.Count) > len(topic.To)) {
		t.Errorf("topic %q of a valid map asks for %d of %d parties", topic.Name, q.Count, len(topic.To))
	}
	names := make(map[string]bool)
	for _, p := range topic.To {
		if names[p.Role+"/"+p.Name] {
			t.Errorf("topic %q goes to %s twice", topic.Name, p.Name)
		}
		names[p.Role+"/"+p.Name] = true
	}
	for _, p := range topic.CC {
		if names[p.Role+"/"+p.Name] {
			t.Errorf("topic %q goes to %s, who gets a copy too", topic.Name, p.Name)
		}
	}
}

// TestTableOfInvalidMaps checks that Table does not panic: the operator renders what remains of a map that breaks a
// rule.
func TestTableOfInvalidMaps(t *testing.T) {
	for _, c := range fixtures.Cases() {
		t.Run(c.Name, func(t *testing.T) {
			content, err := mustTable(t, c.Map()).Encode()
			if err != nil {
				t.Fatal(err)
			}
			if _, err := routing.Parse(content); errors.Is(err, routing.ErrRevision) {
				t.Errorf("%s: %v", c.Reason, err)
			}
		})
	}
}

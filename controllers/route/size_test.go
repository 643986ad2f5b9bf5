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
	"runtime"
	"testing"

	routing "github.com/stakeholders-dev/stakeholder-operator/api/routing/v1alpha1"
	"github.com/stakeholders-dev/stakeholder-operator/api/v1alpha1"
	"github.com/stakeholders-dev/stakeholder-operator/controllers/route"
	"github.com/stakeholders-dev/stakeholder-operator/controllers/topics"
	"github.com/stakeholders-dev/stakeholder-operator/test/fixtures"
)

// TestTooLargeIsNotBuilt has the largest maps that the schema allows, of which the document would have some
// megabytes. That it does not fit is known before anything of the kind is built.
func TestTooLargeIsNotBuilt(t *testing.T) {
	var known []string
	for _, topic := range topics.Catalogue() {
		known = append(known, topic.Name)
	}
	for _, letter := range []string{"x", "店"} {
		m := fixtures.Largest(letter, known)
		everyRole := fixtures.Roles(v1alpha1.RoleCustomer, v1alpha1.RoleEndUser, v1alpha1.RoleProductOwner, v1alpha1.RoleDevelopmentTeam)
		for i := range m.Spec.Topics {
			topic := &m.Spec.Topics[i]
			topic.Class, topic.Quorum = v1alpha1.ClassConsultation, nil
			topic.To, topic.CC, topic.DecidedBy, topic.EscalateTo = everyRole, everyRole, everyRole, everyRole
		}
		var table *routing.RoutingTable
		var err error
		took := allocated(func() { table, err = route.Table(m, nil, fixtures.Now) })
		t.Logf("%d topics take %d bytes: %v", len(m.Spec.Topics), took, err)
		if !route.IsTooLarge(err) {
			t.Fatalf("the error is %v", err)
		}
		if table == nil || len(table.Topics) < 64 || table.Revision != "" {
			t.Error("there is no table for the grants, or it has a revision")
		}
		const most = 16 << 20
		if took > most {
			t.Errorf("to find out that the table does not fit took %d bytes, want at most %d", took, most)
		}
	}
}

// allocated is how many bytes a function allocates, kept or not.
func allocated(f func()) uint64 {
	var before, after runtime.MemStats
	runtime.ReadMemStats(&before)
	f()
	runtime.ReadMemStats(&after)
	return after.TotalAlloc - before.TotalAlloc
}

// checkSize makes sure that what is added up is no more than the document has, so that no map is refused that would
// fit, and not much less either, so that no document is built that is out of all proportion.
func checkSize(t *testing.T, table *routing.RoutingTable) {
	t.Helper()
	document, err := table.Encode()
	if err != nil {
		t.Fatal(err)
	}
	least := route.LeastBytes(table)
	// A byte that is no UTF-8 is written as six letters, and the frame of the document and of each topic is not counted.
	if most := 6*least + 1000*(len(table.Topics)+1); len(document) < least || len(document) > most {
		t.Errorf("%d bytes were added up and the document has %d", least, len(document))
	}
}

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

package render_test

import (
	"testing"

	"github.com/stakeholders-dev/stakeholder-operator/controllers/names"
	"github.com/stakeholders-dev/stakeholder-operator/controllers/render"
	"github.com/stakeholders-dev/stakeholder-operator/test/fixtures"
)

// TestGrantRoleIsReadBack parses the role of each rendered grant from its name.
func TestGrantRoleIsReadBack(t *testing.T) {
	m := fixtures.Minimal()
	m.Spec.Customers = append(m.Spec.Customers, fixtures.Customer("second", fixtures.User("cto@acme.example")))
	m.Spec.Customers[1].Topics = []string{"budget"}
	for _, g := range render.Grants(m.Name, tableOf(m)) {
		if got := names.GrantRole(m.Name, g.Name); got != g.Role {
			t.Errorf("%s is of role %q, want %q", g.Name, got, g.Role)
		}
	}
}

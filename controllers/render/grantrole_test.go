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

	"github.com/stakeholders-dev/stakeholder-operator/controllers/render"
	"github.com/stakeholders-dev/stakeholder-operator/test/fixtures"
)

func TestGrantRole(t *testing.T) {
	cases := map[string]struct{ mapName, grant, want string }{
		"shared":            {"checkout", "stakeholders:checkout:customer", "customer"},
		"own":               {"checkout", "stakeholders:checkout:end-user:cashiers", "end-user"},
		"product owner":     {"check.out", "stakeholders:check.out:product-owner", "product-owner"},
		"another map":       {"checkout", "stakeholders:checkout-2:customer", ""},
		"beginning of name": {"checkout", "stakeholders:checkout:customers", ""},
		"no role":           {"checkout", "stakeholders:checkout:", ""},
		"foreign":           {"checkout", "admin", ""},
	}
	for name, tc := range cases {
		t.Run(name, func(t *testing.T) {
			if got := render.GrantRole(tc.mapName, tc.grant); got != tc.want {
				t.Errorf("%s of map %s is of role %q, want %q", tc.grant, tc.mapName, got, tc.want)
			}
		})
	}
	// What is rendered is read back.
	m := fixtures.Minimal()
	m.Spec.Customers = append(m.Spec.Customers, fixtures.Customer("second", fixtures.User("cto@acme.example")))
	m.Spec.Customers[1].Topics = []string{"budget"}
	for _, g := range render.Grants(m.Name, tableOf(t, m)) {
		if got := render.GrantRole(m.Name, g.Name); got != g.Role {
			t.Errorf("%s is of role %q, want %q", g.Name, got, g.Role)
		}
	}
}

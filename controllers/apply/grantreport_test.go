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

package apply

import (
	"testing"

	"github.com/google/go-cmp/cmp"
	rbacv1 "k8s.io/api/rbac/v1"
)

// Roles come from the names of grants, which are immutable, and not from labels, which other writers can change.
func TestChanges(t *testing.T) {
	t.Parallel()
	const customers, finance, users = "stakeholders:checkout:customer", "stakeholders:checkout:customer:finance", "stakeholders:checkout:end-user"
	before := holdings("checkout", map[string]*pair{
		customers: {label: "end-user", rights: approve("budget", "release"), subjects: people("carla", "leo")},
		finance:   there(approve("budget"), people("fiona")),
		users:     {rights: nil, subjects: people("eve")},
		"foreign": there(approve("budget"), people("mallory")),
	})
	after := holdings("checkout", map[string]*pair{
		customers: there(approve("budget"), people("carla", "chris")),
		finance:   there(approve("budget", "release"), people("fiona")),
		users:     there(approve("usability"), people("carla")),
		"foreign": there(approve("budget"), people("mallory")),
	})
	type change struct {
		role, name   string
		gained, lost bool
	}
	var got []change
	for _, c := range changes(before, after) {
		got = append(got, change{c.Role, c.Subject.Name, c.Gained(), c.Lost()})
	}
	want := []change{
		{"customer", "carla", false, true}, {"customer", "chris", true, false}, {"customer", "fiona", true, false},
		{"customer", "leo", false, true}, {"end-user", "carla", true, false},
	}
	if diff := cmp.Diff(want, got, cmp.AllowUnexported(change{})); diff != "" {
		t.Errorf("changes (-want +got):\n%s", diff)
	}
	if diff := cmp.Diff([]rbacv1.Subject{person("carla"), person("chris"), person("fiona")}, grantees(after)["customer"]); diff != "" {
		t.Errorf("holders (-want +got):\n%s", diff)
	}
	if more := changes(after, after); len(more) > 0 {
		t.Errorf("nothing has changed, and the changes are %v", more)
	}
}

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

package words_test

import (
	"testing"
	"time"

	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"

	"github.com/stakeholders-dev/stakeholder-operator/cmd/kubectl-stakeholders/words"
)

func TestRoles(t *testing.T) {
	t.Parallel()
	for i, value := range words.RoleValues() {
		role, ok := words.ParseRole(value)
		if again, _ := words.ParseRole(string(role)); !ok || again != role || words.RoleOrder(string(role)) != i {
			t.Errorf("%s is parsed as %q, and that as %q at %d", value, role, again, words.RoleOrder(string(role)))
		}
	}
	if role, ok := words.ParseRole("boss"); ok {
		t.Errorf("an unknown role is parsed as %q", role)
	}
	if words.Role("EndUser") != "end user" || words.RoleHeading("EndUser") != "End users" || words.Role("Boss") != "Boss" || words.RoleHeading("Boss") != "Boss" {
		t.Error("wrong words for a role")
	}
}

func TestTimes(t *testing.T) {
	t.Parallel()
	day := metav1.NewTime(time.Date(2027, 1, 31, 1, 0, 0, 0, time.FixedZone("", 3600)))
	later := metav1.NewTime(day.Add(time.Minute))
	for _, tt := range []struct {
		reason        string
		time          *metav1.Time
		exact, moment string
	}{
		{"no time", nil, "", ""},
		{"the beginning of a day in UTC", &day, "2027-01-31T00:00:00Z", "2027-01-31"},
		{"another time", &later, "2027-01-31T00:01:00Z", "2027-01-31T00:01:00Z"},
	} {
		if exact, moment := words.Exact(tt.time), words.Moment(tt.time); exact != tt.exact || moment != tt.moment {
			t.Errorf("%s: got %q and %q, want %q and %q", tt.reason, exact, moment, tt.exact, tt.moment)
		}
	}
}

func TestCodeSpan(t *testing.T) {
	t.Parallel()
	for _, tt := range []struct{ reason, name, want string }{
		{"a name", "@acme/board", "`@acme/board`"},
		{"a longer fence than any in the name", "a``b", "``` a``b ```"},
		{"a renderer removes one space at each end", " a", "`  a `"},
		{"one line", "a\nb", "`\"a\\nb\"`"},
		{"no empty span", "", "`\"\"`"},
	} {
		if got := words.CodeSpan(tt.name); got != tt.want {
			t.Errorf("%s: got %s, want %s", tt.reason, got, tt.want)
		}
	}
}

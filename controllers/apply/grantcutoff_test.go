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
	"errors"
	"testing"

	"github.com/google/go-cmp/cmp"
	rbacv1 "k8s.io/api/rbac/v1"
	apierrors "k8s.io/apimachinery/pkg/api/errors"
	"k8s.io/apimachinery/pkg/runtime/schema"

	"github.com/stakeholders-dev/stakeholder-operator/controllers/render"
)

var errForbidden = apierrors.NewForbidden(schema.GroupResource{Resource: "rolebindings"}, "a", errRefused)

// TestCutOff makes admission refuse the write that would revoke a right. The right is revoked in another way, if there
// is one.
func TestCutOff(t *testing.T) {
	t.Parallel()
	two := func() map[string]*pair {
		return map[string]*pair{"a": there(approve("budget", "release"), people("carla", "chris"))}
	}
	onlyCarla := []render.Grant{wanted("a", approve("budget", "release"), people("carla"))}
	onlyBudget := []render.Grant{wanted("a", approve("budget"), people("carla", "chris"))}
	tests := map[string]struct {
		reason  string
		desired []render.Grant
		// refuses says whether a write is refused, given the objects at that time.
		refuses func(write string, is *pair) bool
		err     error
		want    []string
		fails   bool
		// keeps are the subjects that have a right in the end.
		keeps []string
	}{
		"BindingMayNotChange": {
			"it is deleted and made anew", onlyCarla, func(write string, is *pair) bool { return write == "binding a" && len(is.subjects) > 0 },
			errForbidden, []string{"unbind a", "binding a"}, false, []string{"carla"},
		},
		"LastingConflict": {
			"it is a refusal like any other", onlyCarla, func(write string, is *pair) bool { return write == "binding a" && len(is.subjects) > 0 },
			&LastingConflictError{errRefused}, []string{"unbind a", "binding a"}, false, []string{"carla"},
		},
		"BindingMayNotBeWritten": {
			"subjects that stay have to wait, and an event says so", onlyCarla, func(write string, _ *pair) bool { return write == "binding a" },
			errForbidden, []string{"unbind a"}, true, nil,
		},
		"BindingMayNotBeTouched": {
			"without rules in the Role it gives nothing", onlyCarla, func(write string, _ *pair) bool { return write == "binding a" || write == "unbind a" },
			errForbidden, []string{"role a"}, true, nil,
		},
		"RoleMayOnlyBeDeleted": {
			"without the Role it gives nothing", onlyCarla, func(write string, _ *pair) bool { return write != "unrole a" },
			errForbidden, []string{"unrole a"}, true, nil,
		},
		"BindingMayNotBeDeleted": {
			"it is emptied", nil, func(write string, _ *pair) bool { return write == "unbind a" },
			errForbidden, []string{"binding a"}, true, nil,
		},
		"RoleMayNotChange": {
			"no subject has the RoleBinding while the Role is made anew", onlyBudget, func(write string, is *pair) bool { return write == "role a" && is.rights != nil },
			errForbidden, []string{"unbind a", "unrole a", "role a", "binding a"}, false, []string{"carla", "chris"},
		},
		"ServerFails": {
			"a failure passes, and is no reason to take anything from those who stay", onlyCarla, func(write string, _ *pair) bool { return write == "binding a" },
			apierrors.NewInternalError(errRefused), nil, true, []string{"carla", "chris"},
		},
		"Race": {
			"the next look mends it", onlyCarla, func(write string, _ *pair) bool { return write == "binding a" },
			apierrors.NewConflict(schema.GroupResource{Resource: "rolebindings"}, "a", errRefused), nil, true, []string{"carla", "chris"},
		},
	}
	for name, tc := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			current := two()
			s := newSimulation(t, current, tc.desired)
			s.continuous, s.refusal = false, tc.err
			s.fail = func(write string) bool { return tc.refuses(write, s.grants["a"]) }
			err := runTransition(current, tc.desired, nil, s, 1).Err()
			if diff := cmp.Diff(tc.want, s.wrote); diff != "" {
				t.Errorf("%s: writes (-want +got):\n%s", tc.reason, diff)
			}
			if (err != nil) != tc.fails || tc.fails && !errors.Is(err, tc.err) {
				t.Errorf("%s: the error is %v", tc.reason, err)
			}
			var keeps []string
			for _, name := range []string{"carla", "chris"} {
				if len(effective(s.grants)[person(name)]) > 0 {
					keeps = append(keeps, name)
				}
			}
			if diff := cmp.Diff(tc.keeps, keeps); diff != "" {
				t.Errorf("%s: who has a right (-want +got):\n%s", tc.reason, diff)
			}
			// The report must equal the actual state.
			reported := make(map[rbacv1.Subject]bool)
			for h := range holdings("checkout", current) {
				reported[h.subject] = true
			}
			for _, name := range []string{"carla", "chris"} {
				if has := len(effective(s.grants)[person(name)]) > 0; reported[person(name)] != has {
					t.Errorf("%s: that %s has a right is %t, and %t is reported", tc.reason, name, has, !has)
				}
			}
		})
	}
}

// TestCutOffTwice: a grant that could not be created again is retried, and no subject loses rights a second time for
// that.
func TestCutOffTwice(t *testing.T) {
	t.Parallel()
	current := map[string]*pair{"a": there(approve("budget"), people("carla", "chris"))}
	desired := []render.Grant{wanted("a", approve("budget"), people("carla"))}
	s := newSimulation(t, current, desired)
	s.continuous, s.refusal = false, errForbidden
	s.fail = func(write string) bool { return write != "unrole a" }
	for range 2 {
		if err := runTransition(current, desired, nil, s, 1).Err(); err == nil {
			t.Error("it is not told")
		}
	}
	if diff := cmp.Diff([]string{"unrole a"}, s.wrote); diff != "" {
		t.Errorf("writes (-want +got):\n%s", diff)
	}
}

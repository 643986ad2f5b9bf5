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

package rollouts

import (
	"strings"
	"testing"
)

// attempt is a use of the plugin that the API server has to refuse, and the missing right.
type attempt struct {
	reason         string
	by             person
	args           string
	verb, resource string
}

// checkRefused tries them one after the other, and then checks that the Rollout has not changed.
func checkRefused(t *testing.T, namespace string, attempts []attempt, still state) {
	t.Helper()
	for _, a := range attempts {
		if out, err := a.by.plugin(t, namespace, strings.Fields(a.args)...); !forbids(err, a.by, a.verb, a.resource) {
			t.Errorf("%s %s in the name of %s: %v, %q; want that it may not %s %s", a.reason, a.args, a.by.user, err, out, a.verb, a.resource)
		}
	}
	checkState(t, namespace, still)
}

// A Rollout waits for a customer, and goes on to the next pause when a customer promotes it. Other users cannot.
func TestPromote(t *testing.T) {
	t.Parallel()
	target := newProduct(t)
	newPausedRollout(t, target)
	waitMayPromote(t, carla, target, true)
	waitMayPromote(t, gina, target, true)

	checkRefused(t, target, []attempt{
		{"An end user does not even see it.", eve, "promote shop", "get", "rollouts"},
		{"Promoting in full is refused, too.", eve, "promote shop --full", "get", "rollouts"},
		{"This writes without reading first.", eve, "abort shop", "patch", "rollouts/status"},
		{"Nor does this.", eve, "retry rollout shop", "patch", "rollouts/status"},
		{"The product owner sees it and represents the customers, but is not one.", paul, "promote shop", "patch", "rollouts/status"},
		{"Promoting in full is refused, too.", paul, "promote shop --full", "patch", "rollouts/status"},
		{"Aborting is refused, too.", paul, "abort shop", "patch", "rollouts/status"},
		{"And back.", paul, "retry rollout shop", "patch", "rollouts/status"},
		{"A user who is in no map has no rights.", norma, "promote shop", "get", "rollouts"},
		{"The group is the customer, not its former members.", person{user: gina.user}, "promote shop", "get", "rollouts"},
	}, firstPause)

	mustRun(t, carla, target, "promote shop")
	waitState(t, target, secondPause)
	mustRun(t, gina, target, "promote shop")
	waitState(t, target, rolledOut)
}

// Other uses of the right on the status: the component documents them, and cannot give less.
func TestPromoteInFullAbortRetry(t *testing.T) {
	t.Parallel()
	target := newProduct(t)
	newPausedRollout(t, target)
	waitMayPromote(t, carla, target, true)

	mustRun(t, carla, target, "abort shop")
	waitState(t, target, aborted)
	checkRefused(t, target, []attempt{
		{"An end user cannot retry it.", eve, "retry rollout shop", "patch", "rollouts/status"},
		{"The product owner cannot retry it either.", paul, "retry rollout shop", "patch", "rollouts/status"},
	}, aborted)
	mustRun(t, carla, target, "retry rollout shop")
	waitState(t, target, firstPause)
	mustRun(t, carla, target, "promote shop --full")
	waitState(t, target, rolledOut)
}

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
	"time"

	"k8s.io/apimachinery/pkg/types"
	testingclock "k8s.io/utils/clock/testing"
)

// TestRewrites puts an object right again and again, against another writer and against admission.
func TestRewrites(t *testing.T) {
	t.Parallel()
	owner := types.NamespacedName{Namespace: "payments", Name: "checkout"}
	key := writtenKey{kindRoleBinding, types.NamespacedName{Namespace: "payments", Name: "a"}}
	clock := testingclock.NewFakePassiveClock(time.Date(2026, 1, 2, 3, 4, 5, 0, time.UTC))
	pass := func(d time.Duration) { clock.SetTime(clock.Now().Add(d)) }
	r := &Rewrites{Clock: clock}
	wait := func(want time.Duration, wanted, is, reason string) {
		t.Helper()
		if got := r.wait(owner, key, wanted, is); got != want {
			t.Errorf("%s: it waits for %s, want %s", reason, got, want)
		}
	}
	disputed := func(want string, reason string) {
		t.Helper()
		got := ""
		if dispute, ok := errors.AsType[*DisputeError](r.dispute(owner, key)); ok {
			got = "writer"
			if dispute.Altered != "" {
				got = dispute.Altered
			}
			if dispute.RetryAfter <= 0 {
				t.Errorf("%s: it is looked at again after %s", reason, dispute.RetryAfter)
			}
		}
		if got != want {
			t.Errorf("%s: the dispute is %q, want %q", reason, got, want)
		}
	}

	wait(0, "w", absent, "nothing was written")
	for range freeRepairs {
		r.record(owner, key, "w", "w", "")
		wait(0, "w", "other", "the first repairs are free")
		disputed("", "a few repairs are no dispute")
	}
	r.record(owner, key, "w", "w", "")
	wait(firstWait, "w", "other", "the next one waits")
	disputed("writer", "somebody keeps changing it")
	wait(0, "v", "other", "something else is wanted")
	pass(firstWait)
	wait(0, "w", "other", "it has waited")
	r.record(owner, key, "w", "w", "")
	wait(2*firstWait, "w", "other", "the next one waits longer")
	for range 20 {
		r.record(owner, key, "w", "w", "")
	}
	wait(longestWait, "w", "other", "it does not wait for ever")
	pass(calm + 2*longestWait)
	wait(0, "w", "other", "there was peace")
	disputed("", "there is peace")
	r.record(owner, key, "w", "w", "")
	wait(0, "w", "other", "it counts from the beginning")

	r.record(owner, key, "v", "v+x", "it adds x")
	disputed("it adds x", "admission adds something")
	wait(longestWait/2, "v", "v+x", "another write would come to the same")
	wait(0, "v", "v+y", "somebody has changed something else")
	wait(0, "u", "v+x", "something else is wanted")
	for range 20 {
		r.record(owner, key, "v", "v+x", "it adds x")
	}
	wait(longestRewrite, "v", "v+x", "it is tried again ever more rarely")
	r.record(owner, key, "v", "v", "")
	disputed("", "admission has stopped")
	wait(0, "v", "other", "that admission had added something says nothing of other writers")
	r.record(owner, key, "v", "v+x", "it adds x")
	r.recordExact(owner, key)
	disputed("", "it is as it is wanted")

	pass(time.Hour)
	r.record(owner, writtenKey{kindRole, key.key}, "w", "w", "")
	pass(time.Hour)
	r.record(types.NamespacedName{Name: "another"}, key, "w", "w", "")
	if len(r.byMap) != 1 {
		t.Errorf("%d maps are remembered that were written long ago", len(r.byMap)-1)
	}
	r.Forget(types.NamespacedName{Name: "another"})
	if len(r.byMap) != 0 {
		t.Error("a map that is gone is remembered")
	}
}

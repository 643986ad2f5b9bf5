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
	"strconv"
	"testing"
	"time"

	"k8s.io/apimachinery/pkg/types"
	testingclock "k8s.io/utils/clock/testing"
)

// TestRewrites repairs an object repeatedly, against another writer and against admission.
func TestRewrites(t *testing.T) {
	t.Parallel()
	owner := types.NamespacedName{Namespace: "payments", Name: "checkout"}
	key := Part{kindRoleBinding, types.NamespacedName{Namespace: "payments", Name: "a"}}
	clock := testingclock.NewFakePassiveClock(time.Date(2026, 1, 2, 3, 4, 5, 0, time.UTC))
	pass := func(d time.Duration) { clock.SetTime(clock.Now().Add(d)) }
	r := &Rewrites{Clock: clock}
	wait := func(want time.Duration, wanted, is, reason string) {
		t.Helper()
		if got := ResultOf(r.HeldBack(owner, key, wanted, is)).RetryAfter(); got != want {
			t.Errorf("%s: it waits for %s, want %s", reason, got, want)
		}
	}
	disputed := func(want string, reason string) {
		t.Helper()
		got := ""
		if dispute, ok := errors.AsType[*DisputeError](r.Dispute(owner, key)); ok {
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
		r.Record(owner, key, Write{Wanted: "w", After: "w"})
		wait(0, "w", "other", "the first repairs are free")
		disputed("", "a few repairs are no dispute")
	}
	r.Record(owner, key, Write{Wanted: "w", After: "w"})
	wait(firstWait, "w", "other", "the next one waits")
	disputed("writer", "another writer keeps changing it")
	wait(0, "v", "other", "something else is wanted")
	pass(firstWait)
	wait(0, "w", "other", "it has waited")
	r.Record(owner, key, Write{Wanted: "w", After: "w"})
	wait(2*firstWait, "w", "other", "the next one waits longer")
	for range 20 {
		r.Record(owner, key, Write{Wanted: "w", After: "w"})
	}
	wait(longestWait, "w", "other", "it does not wait for ever")
	pass(calm + 2*longestWait)
	wait(0, "w", "other", "there was peace")
	disputed("", "there is peace")
	r.Record(owner, key, Write{Wanted: "w", After: "w"})
	wait(0, "w", "other", "it counts from the beginning")

	r.Record(owner, key, Write{Wanted: "v", After: "v+x", Altered: "it adds x"})
	disputed("it adds x", "admission adds something")
	wait(longestWait/2, "v", "v+x", "another write would come to the same")
	wait(0, "v", "v+y", "another writer has changed something else")
	wait(0, "u", "v+x", "something else is wanted")
	for range 20 {
		r.Record(owner, key, Write{Wanted: "v", After: "v+x", Altered: "it adds x"})
	}
	wait(longestRewrite, "v", "v+x", "it is tried again ever more rarely")
	r.Record(owner, key, Write{Wanted: "v", After: "v"})
	disputed("", "admission has stopped")
	wait(0, "v", "other", "that admission had added something says nothing of other writers")
	r.Record(owner, key, Write{Wanted: "v", After: "v+x", Altered: "it adds x"})
	r.RecordExact(owner, key)
	disputed("", "it is as it is wanted")

	pass(time.Hour)
	r.Record(owner, Part{kindRole, key.Key}, Write{Wanted: "w", After: "w"})
	pass(time.Hour)
	r.Record(types.NamespacedName{Name: "another"}, key, Write{Wanted: "w", After: "w"})
	if len(r.byOwner) != 1 {
		t.Errorf("%d maps are remembered that were written long ago", len(r.byOwner)-1)
	}
	r.Forget(types.NamespacedName{Name: "another"})
	if len(r.byOwner) != 0 {
		t.Error("a map that is gone is remembered")
	}
}

// TestRewritesOfStatus writes a status that another writer changes each time. The first repairs are immediate, and a new
// content never waits.
func TestRewritesOfStatus(t *testing.T) {
	t.Parallel()
	part := Part{Kind: "the status of StakeholderMap", Key: types.NamespacedName{Namespace: "payments", Name: "checkout"}}
	clock := testingclock.NewFakePassiveClock(time.Date(2026, 1, 2, 3, 4, 5, 0, time.UTC))
	pass := func(d time.Duration) { clock.SetTime(clock.Now().Add(d)) }
	r := &Rewrites{Clock: clock, Contents: StatusContents}
	wait := func(want time.Duration, wanted, seen, reason string) {
		t.Helper()
		if got := ResultOf(r.HeldBack(part.Key, part, wanted, seen)).RetryAfter(); got != want {
			t.Errorf("%s: it waits for %s, want %s", reason, got, want)
		}
	}
	record := func(wanted, seen, is string) (begun bool) {
		return r.Record(part.Key, part, Write{Wanted: wanted, Before: seen, After: is})
	}
	disputed := func(want bool, reason string) {
		t.Helper()
		if got := r.Dispute(part.Key, part) != nil; got != want {
			t.Errorf("%s: that it is in dispute is %t", reason, got)
		}
	}

	for n := range 3 * freeRepairs {
		wait(0, "w", "x", "other contents, back and forth, without another writer")
		record("w", []string{"w", "x"}[n%2], []string{"x", "w"}[n%2])
	}
	disputed(false, "there was no other writer")
	r.Forget(part.Key)

	for n := range freeRepairs {
		wait(0, "w", "other", "the first repairs are free")
		if record("w", "other", "w") {
			t.Errorf("after %d writes it is in dispute", n+1)
		}
	}
	disputed(false, "a few repairs are no dispute")
	if !record("w", "other", "w") {
		t.Error("it is not told when the dispute begins")
	}
	disputed(true, "another writer keeps changing it")
	wait(firstWait, "w", "other", "the next one waits")
	wait(0, "v", "other", "it was not written before")
	wait(0, "w", "w", "it is as it was written")
	if record("v", "other", "v") {
		t.Error("the dispute begins a second time")
	}
	wait(firstWait, "w", "other", "it was written before the last one")
	pass(firstWait)
	wait(0, "w", "other", "it has waited")
	record("w", "other", "")
	wait(2*firstWait, "w", "w", "another writer was faster, which counts too")
	for range 20 {
		record("w", "other", "w")
	}
	wait(longestWait, "w", "other", "it does not wait for ever")
	for n := range StatusContents {
		record(strconv.Itoa(n), "other", "w")
	}
	wait(0, "w", "other", "it was written long ago")
	pass(calm + 2*longestWait)
	wait(0, "3", "other", "there was peace")
	disputed(false, "there is peace")
	record("3", "other", "w")
	wait(0, "3", "other", "it counts from the beginning")

	pass(time.Hour)
	r.Record(types.NamespacedName{}, Part{Kind: part.Kind}, Write{Wanted: "w", Before: "other", After: "w"})
	if len(r.byOwner) != 1 {
		t.Errorf("%d parts are remembered that were written long ago", len(r.byOwner)-1)
	}
	r.Forget(types.NamespacedName{})
	if len(r.byOwner) != 0 {
		t.Error("an object that is gone is remembered")
	}
}

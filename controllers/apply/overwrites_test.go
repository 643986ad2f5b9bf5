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
	"strconv"
	"testing"
	"time"

	"k8s.io/apimachinery/pkg/types"
)

// TestOverwrites writes a status that another writer changes each time. The first times are free, and what was not written
// before never waits.
func TestOverwrites(t *testing.T) {
	t.Parallel()
	part := Part{Name: "the status of StakeholderMap", Key: types.NamespacedName{Namespace: "payments", Name: "checkout"}}
	now := time.Date(2026, 1, 2, 3, 4, 5, 0, time.UTC)
	o := &Overwrites{}
	wait := func(want time.Duration, wanted, seen, reason string) {
		t.Helper()
		got := time.Duration(0)
		if held := ResultOf(o.HeldBack(part, wanted, seen, now)); len(held) > 0 {
			got = held.RetryAfter()
		}
		if got != want {
			t.Errorf("%s: it waits for %s, want %s", reason, got, want)
		}
	}
	disputed := func(want bool, reason string) {
		t.Helper()
		if got := o.Dispute(part, now) != nil; got != want {
			t.Errorf("%s: that it is in dispute is %t", reason, got)
		}
	}

	for n := range 3 * freeRepairs {
		wait(0, "w", "x", "other contents, back and forth, without another writer")
		o.Wrote(part, "w", []string{"w", "x"}[n%2], []string{"x", "w"}[n%2], now)
	}
	disputed(false, "there was no other writer")
	o.Forget(part.Key)

	for n := range freeRepairs {
		wait(0, "w", "other", "the first repairs are free")
		if o.Wrote(part, "w", "other", "w", now) {
			t.Errorf("after %d writes it is in dispute", n+1)
		}
	}
	disputed(false, "a few repairs are no dispute")
	if !o.Wrote(part, "w", "other", "w", now) {
		t.Error("it is not told when the dispute begins")
	}
	disputed(true, "somebody keeps changing it")
	wait(firstWait, "w", "other", "the next one waits")
	wait(0, "v", "other", "it was not written before")
	wait(0, "w", "w", "it is as it was written")
	if o.Wrote(part, "v", "other", "v", now) {
		t.Error("the dispute begins a second time")
	}
	wait(firstWait, "w", "other", "it was written before the last one")
	now = now.Add(firstWait)
	wait(0, "w", "other", "it has waited")
	o.Wrote(part, "w", "other", "", now)
	wait(2*firstWait, "w", "w", "another writer was faster, which counts too")
	for range 20 {
		o.Wrote(part, "w", "other", "w", now)
	}
	wait(longestWait, "w", "other", "it does not wait for ever")
	for n := range recentContents {
		o.Wrote(part, strconv.Itoa(n), "other", "w", now)
	}
	wait(0, "w", "other", "it was written long ago")
	now = now.Add(calm + 2*longestWait)
	wait(0, "3", "other", "there was peace")
	disputed(false, "there is peace")
	o.Wrote(part, "3", "other", "w", now)
	wait(0, "3", "other", "it counts from the beginning")

	now = now.Add(time.Hour)
	o.Wrote(Part{Name: part.Name}, "w", "other", "w", now)
	if len(o.byPart) != 1 {
		t.Errorf("%d parts are remembered that were written long ago", len(o.byPart)-1)
	}
	o.Forget(types.NamespacedName{})
	if len(o.byPart) != 0 {
		t.Error("an object that is gone is remembered")
	}
}

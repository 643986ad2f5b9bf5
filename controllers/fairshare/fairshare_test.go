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

package fairshare_test

import (
	"context"
	"errors"
	"testing"
	"testing/synctest"

	"github.com/stakeholders-dev/stakeholder-operator/controllers/fairshare"
)

// takeAll takes slots for a tenant until it gets no more, and returns their number.
func takeAll(slots *fairshare.Slots, tenant string, urgent bool) (got int) {
	for slots.TryAcquire(tenant, urgent) {
		got++
	}
	return got
}

// TestShares makes tenants take all slots that they can get, one tenant after another.
func TestShares(t *testing.T) {
	t.Parallel()
	slots := fairshare.New(12)
	for _, c := range []struct {
		tenant string
		urgent bool
		want   int
	}{{"a", false, 6}, {"b", false, 3}, {"c", false, 2}, {"d", false, 1}, {"e", true, 0}} {
		if got := takeAll(slots, c.tenant, c.urgent); got != c.want {
			t.Errorf("%s gets %d slots, want %d", c.tenant, got, c.want)
		}
	}
	slots.Release("a")
	if slots.Gets("a", false) {
		t.Error("a tenant gets a slot back that others have more need of")
	}
	if got := takeAll(slots, "e", false); got != 1 {
		t.Errorf("the last tenant gets %d slots, want the one that is given back", got)
	}
}

// TestUrgent: for urgent work a tenant gets more than its share, and leaves a third of the slots.
func TestUrgent(t *testing.T) {
	t.Parallel()
	slots := fairshare.New(12)
	takeAll(slots, "a", false)
	if got := takeAll(slots, "a", true); got != 2 {
		t.Errorf("a tenant with its share gets %d slots more, want 2", got)
	}
	if got := takeAll(slots, "b", false); got != 2 {
		t.Errorf("another tenant gets %d slots, want half of the rest", got)
	}
}

// TestOneSlot checks that a tenant can take and release a single slot repeatedly.
func TestOneSlot(t *testing.T) {
	t.Parallel()
	slots := fairshare.New(1)
	for range 3 {
		if got := takeAll(slots, "a", false); got != 1 {
			t.Fatalf("got %d slots", got)
		}
		slots.Release("a")
	}
}

// TestAcquireWaits makes one tenant wait for many slots, and another tenant start later.
func TestAcquireWaits(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		const flood = 20
		slots := fairshare.New(4)
		got := make(chan string, flood+1)
		acquire := func(tenant string) {
			if err := slots.Acquire(t.Context(), tenant); err != nil {
				t.Error(err)
			}
			got <- tenant
		}
		for range flood {
			go acquire("flood")
		}
		synctest.Wait()
		if len(got) != 2 {
			t.Fatalf("one tenant has %d slots of 4", len(got))
		}
		for range 2 {
			<-got
		}
		go acquire("other")
		synctest.Wait()
		if len(got) != 1 {
			t.Fatal("another tenant waits behind the first one")
		}
		<-got
		for range flood - 2 {
			slots.Release("flood")
			synctest.Wait()
			if len(got) != 1 {
				t.Fatalf("%d wait no longer once a slot is free", len(got))
			}
			<-got
		}
	})
}

// TestAcquireEnds: when the context of a call ends, the call takes no slot, even if it gets one at the same moment.
func TestAcquireEnds(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		slots := fairshare.New(1)
		for range 100 {
			if err := slots.Acquire(t.Context(), "a"); err != nil {
				t.Fatal(err)
			}
			ctx, cancel := context.WithCancel(t.Context())
			ended := make(chan error)
			go func() { ended <- slots.Acquire(ctx, "b") }()
			synctest.Wait()
			go cancel()
			slots.Release("a")
			if err := <-ended; err == nil {
				slots.Release("b")
			} else if !errors.Is(err, context.Canceled) {
				t.Fatal(err)
			}
			if got := takeAll(slots, "c", false); got != 1 {
				t.Fatalf("%d slots are free afterwards, want 1", got)
			}
			slots.Release("c")
		}
	})
}

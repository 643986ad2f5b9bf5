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
	"context"
	"errors"
	"strings"
	"testing"
)

// TestRoomForTables takes all the room that there is for large tables: one more has to wait until one is written, and a
// small one does not.
func TestRoomForTables(t *testing.T) {
	t.Parallel()
	table := func(bytes int) map[string]string { return map[string]string{"": strings.Repeat("x", bytes)} }
	var room tableRoom
	take := func(bytes int) (release func()) {
		t.Helper()
		release, err := room.take(t.Context(), table(bytes))
		if err != nil {
			t.Fatal(err)
		}
		return release
	}
	for _, tables := range [][]int{{1 << 20, 1 << 20, 1 << 20, 1 << 20}, {roomForTables - smallTable - 1, smallTable + 1}, {2 * roomForTables}} {
		var releases []func()
		for _, bytes := range tables {
			releases = append(releases, take(bytes))
		}
		if room.room.TryAcquire(1) {
			t.Fatalf("beside tables of %v bytes there is room for more", tables)
		}
		take(smallTable)()
		waited := make(chan func())
		go func() {
			release, err := room.take(context.WithoutCancel(t.Context()), table(smallTable+1))
			if err != nil {
				t.Error(err)
			}
			waited <- release
		}()
		for _, release := range releases {
			release()
		}
		(<-waited)()
		if !room.room.TryAcquire(roomForTables) {
			t.Fatal("not all room was given back")
		}
		room.room.Release(roomForTables)
	}
	release := take(roomForTables)
	defer release()
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	if _, err := room.take(ctx, table(1<<20)); !errors.Is(err, context.Canceled) {
		t.Errorf("who no longer wants to wait gets the error %v", err)
	}
}

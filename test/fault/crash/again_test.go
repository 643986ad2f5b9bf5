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

package crash

import (
	"maps"
	"slices"
	"testing"
)

// TestAgainAndAgain makes every operator die after a few of its own writes, one after the other, until there is nothing
// left to write. Each has to continue the work where the one before it was stopped. If one started over, or undid
// earlier work, the test would never end.
func TestAgainAndAgain(t *testing.T) {
	t.Parallel()
	const lifetime = 3
	all := scenarios()
	all["Recreated"] = recreated()
	for _, name := range []string{"Delete", "InvalidEdit", "Narrow", "Recreated", "RequestApproved", "RequestDeleted"} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			s, l := all[name], take(t)
			s.stopCollector(t, l)
			want := l.withoutFault(t, s)
			deaths := slices.Repeat([]int{lifetime}, (want.writes-1)/lifetime)
			got := l.withDeaths(t, s, l.worlds(t, s, 1)[0], want, deaths)
			t.Logf("W = %d writes; with %d crashes on the way %d writes", want.writes, len(deaths), got.writes)
			if !maps.Equal(want.tally, got.tally) {
				t.Errorf("created and deleted was %v, and without a fault %v", got.tally, want.tally)
			}
		})
	}
}

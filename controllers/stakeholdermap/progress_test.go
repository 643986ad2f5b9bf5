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

package stakeholdermap

import (
	"fmt"
	"slices"
	"sync"
	"testing"

	"github.com/stakeholders-dev/stakeholder-operator/api/v1alpha1"
	"github.com/stakeholders-dev/stakeholder-operator/test/fixtures"
)

// TestReadySaysThatWorkGoesOn looks at a new map each time that an output of it is written.
func TestReadySaysThatWorkGoesOn(t *testing.T) {
	t.Parallel()
	for name, tc := range map[string]struct {
		namespaces int
		want       string
	}{
		"few outputs":  {1, "none"},
		"many outputs": {10, "Unknown Progressing"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			w := newWorld(t, targeting(), fixtures.Now)
			for i := range tc.namespaces {
				w.target(fmt.Sprintf("shop-%d", i))
			}
			// Namespaces are written side by side.
			var mu sync.Mutex
			var seen []string
			w.refuse = func(string) error {
				mu.Lock()
				defer mu.Unlock()
				seen = append(seen, w.reason(v1alpha1.ConditionReady))
				return nil
			}
			w.reconcile()
			if seen = slices.Compact(seen); !slices.Equal(seen, []string{tc.want}) {
				t.Errorf("while its outputs were written, the new map was Ready %q, want %q", seen, tc.want)
			}
			if got := w.reason(v1alpha1.ConditionReady); got != "True Ready" {
				t.Fatalf("afterwards the map is Ready %s", got)
			}
			// A map that has a status keeps it until there is another.
			seen = nil
			w.edit(func(s *v1alpha1.StakeholderMapSpec) {
				s.EndUsers[0].Subjects = append(s.EndUsers[0].Subjects, fixtures.User("ute"))
			})
			w.reconcile()
			if seen = slices.Compact(seen); !slices.Equal(seen, []string{"True Ready"}) {
				t.Errorf("while an edit was put in force, the map was Ready %q", seen)
			}
		})
	}
}

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

package validate

import (
	"fmt"
	"time"

	"github.com/stakeholders-dev/stakeholder-operator/api/v1alpha1"
	"github.com/stakeholders-dev/stakeholder-operator/controllers/topics"
)

// expiryNotice is the time before the end of a window from which ExpiringSoon warns.
const expiryNotice = 14 * 24 * time.Hour

func emptyWindow(in *input, found report) {
	for _, p := range in.parties {
		if p.ValidFrom != nil && p.ValidUntil != nil && !p.ValidFrom.Time.Before(p.ValidUntil.Time) {
			found(pathOf(p).Child("validUntil"), fmt.Sprintf("the window of %s ends at %s, which is not after its beginning at %s: "+
				"correct one of the two, or leave one out", quote(p.Name), formatTime(p.ValidUntil.Time), formatTime(p.ValidFrom.Time)))
		}
	}
}

func expiringSoon(in *input, found report) {
	for _, p := range in.parties {
		if p.ValidUntil != nil && p.ValidAt(in.now) && !in.now.Before(p.ValidUntil.Add(-expiryNotice)) {
			found(pathOf(p).Child("validUntil"), fmt.Sprintf("the window of %s ends at %s: extend it, or add a party that takes over",
				quote(p.Name), formatTime(p.ValidUntil.Time)))
		}
	}
}

func formatTime(t time.Time) string { return t.UTC().Format(time.RFC3339) }

// NextChange returns when the passage of time alone can next change the routing table or the findings of a map.
// transition is when the next window opens or closes. check is the earlier of that and the next moment at which
// ExpiringSoon begins. Each is nil if there is no such moment.
func NextChange(m *v1alpha1.StakeholderMap, now time.Time) (transition, check *time.Time) {
	earlier := func(next **time.Time, t time.Time) {
		if t.After(now) && (*next == nil || t.Before(**next)) {
			*next = &t
		}
	}
	for _, p := range topics.Declared(&m.Spec) {
		if p.ValidFrom != nil {
			earlier(&transition, p.ValidFrom.Time)
		}
		if p.ValidUntil != nil {
			earlier(&transition, p.ValidUntil.Time)
			earlier(&check, p.ValidUntil.Add(-expiryNotice))
		}
	}
	if transition != nil {
		earlier(&check, *transition)
	}
	return transition, check
}

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
	"slices"

	"github.com/stakeholders-dev/stakeholder-operator/api/v1alpha1"
	"github.com/stakeholders-dev/stakeholder-operator/controllers/messages"
	"github.com/stakeholders-dev/stakeholder-operator/controllers/route"
)

// Failure sums up what kept an output from being in force. Nothing in it changes from one try to the
// next as long as the cause is the same.
func Failure(err error) (reason, message string) {
	var lines []string
	for _, foreign := range Foreign(err) {
		lines = append(lines, foreign.Error())
	}
	disputes := Disputes(err)
	switch {
	case len(lines) > 0:
		reason = v1alpha1.ReasonForeignObject
	case slices.ContainsFunc(disputes, func(d *DisputeError) bool { return d.Altered != "" }):
		reason = v1alpha1.ReasonChangedByAdmission
	default:
		reason = v1alpha1.ReasonContested
	}
	for _, dispute := range disputes {
		lines = append(lines, dispute.Error())
	}
	for _, other := range Others(err) {
		reason = v1alpha1.ReasonApplyFailed
		if !IsRace(other) {
			lines = append(lines, other.Error())
		}
	}
	if len(lines) == 0 {
		// What these conflicts say differs from one to the next.
		lines = []string{"Another writer changes the same objects at the same time; the operator tries again"}
	}
	if route.IsTooLarge(err) {
		reason = v1alpha1.ReasonTableTooLarge
	}
	slices.Sort(lines)
	lines = slices.Compact(lines)
	const most = 5
	return reason, messages.Join(messages.Abbreviate(lines, most)...)
}

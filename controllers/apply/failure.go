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
)

// Failure summarizes the problems of a result as a reason and a message for a condition. Both stay the same between
// reconciles while the causes are the same.
func Failure(result Result) (reason, message string) {
	switch {
	case result.Has(ForeignObject):
		reason = v1alpha1.ReasonForeignObject
	case result.Has(Altered):
		reason = v1alpha1.ReasonChangedByAdmission
	default:
		reason = v1alpha1.ReasonContested
	}
	if len(result.Failures()) > 0 {
		reason = v1alpha1.ReasonApplyFailed
	}
	var lines []string
	for _, o := range result.Problems() {
		// The messages of lost races differ each time.
		if o.State != Raced {
			lines = append(lines, o.Err.Error())
		}
	}
	if len(lines) == 0 {
		lines = []string{"Another writer changes the same objects at the same time; the operator tries again"}
	}
	slices.Sort(lines)
	lines = slices.Compact(lines)
	const most = 5
	return reason, messages.Join(messages.Abbreviate(lines, most)...)
}

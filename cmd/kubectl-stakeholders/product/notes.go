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

package product

import (
	"fmt"
	"slices"
	"time"

	"github.com/stakeholders-dev/stakeholder-operator/api/v1alpha1"
	"github.com/stakeholders-dev/stakeholder-operator/controllers/messages"
	"github.com/stakeholders-dev/stakeholder-operator/controllers/validate"
)

// shownErrors is how many errors of an invalid map Notes has at most.
const shownErrors = 3

// Notes says in sentences what a user should know about the table of the product: where it comes from, if it is not in force,
// and whether the map is invalid. Usually there are none.
func (p *Product) Notes() []string {
	notes := p.basisNotes()
	if !p.Map.DeletionTimestamp.IsZero() {
		notes = append(notes, "The map is being deleted.")
	}
	failed := validate.Errors(p.Findings)
	if len(failed) == 0 {
		return notes
	}
	switch {
	case p.Refused:
		notes = append(notes, "The API server refuses the map, so nothing of it takes effect.")
	case p.Basis == InForce:
		notes = append(notes, "The map is invalid. This answer comes from the last valid table, without the parties that have left the map since.")
	default:
		notes = append(notes, "The map is invalid, so the operator does not put it in force.")
	}
	shown := firstOfEach(failed)
	for _, f := range shown {
		notes = append(notes, fmt.Sprintf("%s at %s: %s", f.Code, f.Field, f.Message))
	}
	if more := len(failed) - len(shown); more > 0 {
		notes = append(notes, fmt.Sprintf("The map has %s. %s.", messages.Count(more, "more error", "more errors"), p.whereErrors()))
	}
	return notes
}

// firstOfEach returns the first error of each rule, at most shownErrors.
func firstOfEach(failed []v1alpha1.Finding) []v1alpha1.Finding {
	var out []v1alpha1.Finding
	for _, f := range failed {
		isShown := slices.ContainsFunc(out, func(shown v1alpha1.Finding) bool { return shown.Code == f.Code })
		if !isShown && len(out) < shownErrors {
			out = append(out, f)
		}
	}
	return out
}

// whereErrors says where a user finds all errors.
func (p *Product) whereErrors() string {
	if p.Basis == File {
		return "`kubectl stakeholders lint" + p.Flags + "` shows all"
	}
	return "The status of the map has all"
}

func (p *Product) basisNotes() []string {
	var notes []string
	switch p.Basis {
	case InForce, File:
		return nil
	case Unreadable:
		notes = append(notes, "Declared by the map. The table in force cannot be read with your rights.")
	case Unpublished:
		notes = append(notes, "Declared by the map. The operator has published no table for it.")
	case AnotherTime:
		notes = append(notes, "Declared by the map for "+p.At.UTC().Format(time.RFC3339)+".")
	case AnotherPolicy:
		notes = append(notes, "Declared by the map under the policy of --policy. It is not what is in force.")
	}
	if p.PolicyUnread {
		notes = append(notes, "You may not read the policy of the platform, so its topics are missing here.")
	}
	return notes
}

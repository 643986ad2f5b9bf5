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

package inquiry

import (
	"fmt"
	"slices"
	"strings"

	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"

	"github.com/stakeholders-dev/stakeholder-operator/api/v1alpha1"
	"github.com/stakeholders-dev/stakeholder-operator/controllers/requests"
)

// Progress says how far a request has come for the user who asked.
type Progress struct {
	// Ended says that nothing more comes.
	Ended bool
	// Well says that the request has ended as hoped: it is approved and open, or accepted.
	Well bool
	// Message says what came of it, or what it waits for: one line. Empty if the operator has not seen the request yet.
	Message string
}

// final are the reasons for which a request without an outcome is never decided.
var final = []string{v1alpha1.ReasonAuthorUnverified, v1alpha1.ReasonWithdrawalUnverified, v1alpha1.ReasonMapReplaced}

// ProgressOf returns how far a request has come.
func ProgressOf(r *v1alpha1.StakeholderRequest) Progress {
	if requests.IsOpen(r) {
		ready := condition(r, v1alpha1.ConditionReady)
		return Progress{Ended: slices.Contains(final, ready.Reason), Message: supported(r.Status.Supporters, ready.Message)}
	}
	outcome := r.Status.Outcome
	switch outcome {
	case v1alpha1.OutcomeApproved:
		approved := condition(r, v1alpha1.ConditionApproved)
		isOpen := approved.Status == metav1.ConditionTrue
		ended := isOpen || approved.Status == metav1.ConditionFalse && approved.Reason != v1alpha1.ReasonOpening
		if isOpen {
			return Progress{Ended: true, Well: true, Message: Ending(r)}
		}
		return Progress{Ended: ended, Message: approved.Message}
	case v1alpha1.OutcomeAccepted:
		return Progress{Ended: true, Well: true, Message: Ending(r)}
	default:
		return Progress{Ended: true, Message: Ending(r)}
	}
}

// supported says how many people support a request, before what it waits for.
func supported(n int32, text string) string {
	switch {
	case n == 0 || text == "":
		return text
	case n == 1:
		return "1 person supports it; " + lowered(text)
	default:
		return fmt.Sprintf("%d people support it; %s", n, lowered(text))
	}
}

// lowered begins a text with a small letter.
func lowered(text string) string { return strings.ToLower(text[:1]) + text[1:] }

// Ending says in one line what came of a request that has an outcome, and why: the comments of those who decided.
func Ending(r *v1alpha1.StakeholderRequest) string {
	outcome := string(r.Status.Outcome)
	text := message(r, v1alpha1.ConditionDecided)
	if text == "" {
		text = outcome
	} else if !strings.HasPrefix(text, outcome) {
		text = outcome + ": " + text
	}
	return strings.Join(append([]string{text}, reasons(r)...), ". ")
}

// reasons returns the comments of the answers that brought the outcome about, with their authors.
func reasons(r *v1alpha1.StakeholderRequest) []string {
	var out []string
	for _, a := range Answers(r) {
		if a.Comment != "" && a.Counts() && decidedBy(r.Status.Outcome, a.Verdict) {
			out = append(out, a.By+": “"+a.Comment+"”")
		}
	}
	return out
}

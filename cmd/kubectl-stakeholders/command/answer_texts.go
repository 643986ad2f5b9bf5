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

package command

import "github.com/stakeholders-dev/stakeholder-operator/api/v1alpha1"

// answerText is what the help of the commands that answer differs in.
type answerText struct {
	verdict v1alpha1.Verdict
	short   string
	long    string
	example string
}

// answerTexts has a command for each verdict.
var answerTexts = []answerText{
	{
		v1alpha1.VerdictApprove, "Approve a request",
		"Approve a request about an Approval topic. It is approved when as many parties as the topic's quorum have approved.",
		`  kubectl stakeholders approve checkout-1-4-0
  kubectl stakeholders approve payments/checkout-1-4-0 --comment "fine by us"
  kubectl stakeholders approve checkout-1-4-0 --for-group acme:procurement --wait`,
	},
	{
		v1alpha1.VerdictReject, "Reject a request",
		"Reject a request about an Approval topic. It is rejected as soon as its quorum can no longer be reached.",
		`  kubectl stakeholders reject checkout-1-4-0 --comment "not before the audit"
  kubectl stakeholders reject payments/checkout-1-4-0`,
	},
	{
		v1alpha1.VerdictAccept, "Accept a feature request",
		"Accept a request about a FeatureRequest topic. The first accept, decline or defer of a party that decides is final.",
		`  kubectl stakeholders accept receipts-by-mail
  kubectl stakeholders accept shop/receipts-by-mail --comment "in the next release"`,
	},
	{
		v1alpha1.VerdictDecline, "Decline a feature request",
		"Decline a request about a FeatureRequest topic. The first accept, decline or defer of a party that decides is final.",
		`  kubectl stakeholders decline receipts-by-mail --comment "the law forbids it"
  kubectl stakeholders decline shop/receipts-by-mail`,
	},
	{
		v1alpha1.VerdictDefer, "Put off a feature request",
		"Put off a request about a FeatureRequest topic. The first accept, decline or defer of a party that decides is final.",
		`  kubectl stakeholders defer receipts-by-mail --comment "after the audit"
  kubectl stakeholders defer shop/receipts-by-mail`,
	},
	{
		v1alpha1.VerdictSupport, "Support a feature request",
		"Support a request about a FeatureRequest topic. It decides nothing, and those who decide see how many people support it.",
		`  kubectl stakeholders support receipts-by-mail
  kubectl stakeholders support shop/receipts-by-mail --comment "we print 300 a day"`,
	},
	{
		v1alpha1.VerdictComment, "Comment on a request",
		"Comment on a request of any class. It decides nothing, and needs no party. If you have answered before, your answer stays and gets\nthis comment.",
		`  kubectl stakeholders comment checkout-1-4-0 "who tests the refunds?"
  kubectl stakeholders comment payments/checkout-1-4-0 "see the changelog"`,
	},
}

// aboutAnswers says what users have to know before they answer.
func aboutAnswers(v v1alpha1.Verdict) string {
	const changesNone = "It changes no answer of another user. REQUEST is a name, or namespace/name."
	if v == v1alpha1.VerdictComment {
		return changesNone
	}
	return `The answer is given in your name, for those of your groups that the topic names: all users who may read the request see them. If you
may not read the map, it is for all your groups. If you have answered before, it replaces your answer. ` + changesNone + `

The exit code is 1 if the request has ended, or if you speak for no party that is asked.`
}

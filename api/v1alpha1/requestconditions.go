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

package v1alpha1

// Condition types of a StakeholderRequest, beside Ready. Ready is true if the request has ended well: Approved is true, or a
// feature request was accepted. Its message says who has to answer, or what came of it.
const (
	// ConditionRouted says whether the request has reached the parties of its topic. It keeps its value once there is an outcome.
	ConditionRouted = "Routed"
	// ConditionEscalated is true once the topic's respondWithin has passed without an outcome.
	ConditionEscalated = "Escalated"
	// ConditionDecided is true once there is an outcome, whichever it is. Its reason is the outcome.
	ConditionDecided = "Decided"
	// ConditionApproved is true while an approval is in force, and what it opens is open. A pipeline waits for this one.
	ConditionApproved = "Approved"
)

// Reasons of the conditions of a StakeholderRequest. The reason of Decided=True is the outcome, such as Rejected.
const (
	// ReasonRouted : Routed=True, the parties of the topic are asked.
	ReasonRouted = "Routed"
	// ReasonMapNotFound : Routed=False, there is no StakeholderMap of this name. Nothing is decided until there is one.
	ReasonMapNotFound = "MapNotFound"
	// ReasonMapNotInForce : Routed=False, the map was never valid, or its last valid routing table is lost. Nothing is decided
	// until it is valid.
	ReasonMapNotInForce = "MapNotInForce"
	// ReasonMapReplaced : Routed=False, the map was deleted after the request went to it, and another one has its name. Nothing
	// is decided any more. Approved=False: for the same reason, what was approved is no longer open.
	ReasonMapReplaced = "MapReplaced"
	// ReasonTopicNotFound : Routed=False, the map's routing table has no topic of this name. Nothing is decided until it has.
	ReasonTopicNotFound = "TopicNotFound"
	// ReasonTooFewToAsk : Routed=False, the map is invalid, and fewer parties are left of the topic than have to approve. Nothing
	// is decided until there are enough.
	ReasonTooFewToAsk = "TooFewToAsk"
	// ReasonAuthorUnverified : Routed=False, the admission policy was not in force when the request was made, so it is not known who
	// asked. Nothing is decided about it.
	ReasonAuthorUnverified = "AuthorUnverified"
	// ReasonWithdrawalUnverified : Routed=False, the admission policy was not in force when the request was withdrawn, so it is not
	// known who has withdrawn it. Nothing is decided about it any more.
	ReasonWithdrawalUnverified = "WithdrawalUnverified"

	// ReasonOverdue : Escalated=True. status.escalatedTo lists the parties to turn to.
	ReasonOverdue = "Overdue"
	// ReasonNotDue : Escalated=False. The topic has no respondWithin, or it has not passed, or there was an outcome in time.
	ReasonNotDue = "NotDue"

	// ReasonPending : there is no outcome yet.
	ReasonPending = "Pending"
	// ReasonOpening : Approved=False, there is an approval, and the operator is writing the Role that opens its subject.
	ReasonOpening = "Opening"
	// ReasonLapsed : Approved=False, what the approval opened is closed: validFor has passed, or the map has more recent
	// approvals than it can keep open. The message says which.
	ReasonLapsed = "Lapsed"
)

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

import (
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
)

// StakeholderRequestStatus says who is asked, what was answered, and what came of it. An outcome is written once and never
// changes: the rule is at StakeholderRequest, because a rule here is not evaluated if the status is removed as a whole.
//
// +kubebuilder:validation:MinProperties=1
// +kubebuilder:validation:XValidation:rule="!has(oldSelf.decidedAt) || has(self.decidedAt) && self.decidedAt == oldSelf.decidedAt",fieldPath=".decidedAt",message="decidedAt is final: make a new request"
// +kubebuilder:validation:XValidation:rule="!has(oldSelf.decidedAt) || has(self.validUntil) == has(oldSelf.validUntil) && (!has(self.validUntil) || self.validUntil == oldSelf.validUntil)",fieldPath=".validUntil",message="validUntil is final once there is an outcome: make a new request"
type StakeholderRequestStatus struct {
	// conditions are Routed, Escalated, Decided, Approved and Ready, each with the generation it is about.
	// +kubebuilder:validation:MinItems=0
	// +kubebuilder:validation:MaxItems=8
	// +listType=map
	// +listMapKey=type
	// +optional
	Conditions []metav1.Condition `json:"conditions,omitempty"`

	// observedGeneration is the generation of the request that this status is about.
	// +kubebuilder:validation:Minimum=1
	// +optional
	ObservedGeneration int64 `json:"observedGeneration,omitempty"`

	// mapUID is the UID of the map that the request went to first: 1 to 64 characters. A map that is created again with the same name
	// is another map, and the request was not sent to it. Empty until there is a map.
	// +kubebuilder:validation:MinLength=1
	// +kubebuilder:validation:MaxLength=64
	// +optional
	MapUID string `json:"mapUID,omitempty"`

	// authorship says whether admission has checked who asked, and who withdrew. Empty until the operator has seen the request.
	// +optional
	Authorship Authorship `json:"authorship,omitempty"`

	// admission identifies the admission policy under which the answers in decisions were written: 1 to 64 characters. The operator
	// takes over answers only while that policy is in force.
	// +kubebuilder:validation:MinLength=1
	// +kubebuilder:validation:MaxLength=64
	// +optional
	Admission string `json:"admission,omitempty"`

	// outcome is Pending until the request is decided, expires or is withdrawn.
	// +optional
	Outcome Outcome `json:"outcome,omitempty"`

	// class is that of the topic.
	// +optional
	Class TopicClass `json:"class,omitempty"`

	// to lists the parties that are asked, by their keys in the routing table, such as customer/acme-board: sorted, at most 98, as
	// many as a map can have. It follows the map until there is an outcome.
	// +kubebuilder:validation:MinItems=0
	// +kubebuilder:validation:MaxItems=98
	// +kubebuilder:validation:items:MinLength=1
	// +kubebuilder:validation:items:MaxLength=80
	// +listType=set
	// +optional
	To []string `json:"to,omitempty"`

	// required is how many parties have to approve. Approval only.
	// +kubebuilder:validation:Minimum=1
	// +kubebuilder:validation:Maximum=33
	// +optional
	Required int32 `json:"required,omitempty"`

	// decisions are the answers other than comments, one for each person, sorted by person. At most 128. A party counts by the latest
	// of its people's answers. Answers that count for no party are kept too: if they count later, their time stays what it was.
	// +kubebuilder:validation:MinItems=0
	// +kubebuilder:validation:MaxItems=128
	// +listType=map
	// +listMapKey=by
	// +optional
	Decisions []Decision `json:"decisions,omitempty"`

	// unverified lists the people whose entry in spec.responses was written, changed or removed while the admission policy was not in
	// force, so that it is not known who did it: sorted, at most 256. Until they answer again, the parties for which they speak count
	// neither for an approval nor against it, unless another person of the party answers later.
	// +kubebuilder:validation:MinItems=0
	// +kubebuilder:validation:MaxItems=256
	// +listType=map
	// +listMapKey=by
	// +optional
	Unverified []UnverifiedAnswer `json:"unverified,omitempty"`

	// supporters is how many people support a FeatureRequest.
	// +kubebuilder:validation:Minimum=1
	// +kubebuilder:validation:Maximum=128
	// +optional
	Supporters int32 `json:"supporters,omitempty"`

	// escalatedTo lists the parties to turn to because respondWithin has passed, by their keys in the routing table: sorted, at
	// most 98. Their rights do not change.
	// +kubebuilder:validation:MinItems=0
	// +kubebuilder:validation:MaxItems=98
	// +kubebuilder:validation:items:MinLength=1
	// +kubebuilder:validation:items:MaxLength=80
	// +listType=set
	// +optional
	EscalatedTo []string `json:"escalatedTo,omitempty"`

	// dueAt is when the topic's respondWithin passes. Empty if the topic has none.
	// +kubebuilder:validation:Type=string
	// +kubebuilder:validation:Format=date-time
	// +optional
	DueAt *metav1.Time `json:"dueAt,omitempty"`

	// expiresAt is when the request ends without an outcome.
	// +kubebuilder:validation:Type=string
	// +kubebuilder:validation:Format=date-time
	// +optional
	ExpiresAt *metav1.Time `json:"expiresAt,omitempty"`

	// decidedAt is when the outcome was written. Empty until then.
	// +kubebuilder:validation:Type=string
	// +kubebuilder:validation:Format=date-time
	// +optional
	DecidedAt *metav1.Time `json:"decidedAt,omitempty"`

	// validUntil is when what an approval opened closes again. Empty if it does not.
	// +kubebuilder:validation:Type=string
	// +kubebuilder:validation:Format=date-time
	// +optional
	ValidUntil *metav1.Time `json:"validUntil,omitempty"`
}

// Outcome is what came of a request.
//
// +kubebuilder:validation:Enum=Pending;Approved;Rejected;Accepted;Declined;Deferred;Expired;Withdrawn
type Outcome string

const (
	// OutcomePending : the request waits for answers.
	OutcomePending Outcome = "Pending"
	// OutcomeApproved : enough parties have approved.
	OutcomeApproved Outcome = "Approved"
	// OutcomeRejected : so many parties have rejected that the quorum cannot be reached.
	OutcomeRejected Outcome = "Rejected"
	// OutcomeAccepted : a decider takes up the feature request.
	OutcomeAccepted Outcome = "Accepted"
	// OutcomeDeclined : a decider has turned down the feature request.
	OutcomeDeclined Outcome = "Declined"
	// OutcomeDeferred : a decider has put off the feature request.
	OutcomeDeferred Outcome = "Deferred"
	// OutcomeExpired : expiresAfter has passed without an outcome.
	OutcomeExpired Outcome = "Expired"
	// OutcomeWithdrawn : the user who asked has withdrawn the request.
	OutcomeWithdrawn Outcome = "Withdrawn"
)

// Authorship says whether admission has checked who wrote a request.
//
// +kubebuilder:validation:Enum=Verified;Unverified;WithdrawalUnverified
type Authorship string

const (
	// AuthorshipVerified : the admission policy was in force when the request was made, so requestedBy has asked.
	AuthorshipVerified Authorship = "Verified"
	// AuthorshipUnverified : the admission policy was not in force when the request was made. Nothing is decided about it.
	AuthorshipUnverified Authorship = "Unverified"
	// AuthorshipWithdrawalUnverified : requestedBy has asked, but the admission policy was not in force when the request was
	// withdrawn. Nothing is decided about it any more.
	AuthorshipWithdrawalUnverified Authorship = "WithdrawalUnverified"
)

// UnverifiedAnswer is an entry of spec.responses that does not count, because it is not known who wrote it.
type UnverifiedAnswer struct {
	// by is the name of the user in whose name it is: 1 to 339 characters.
	// +kubebuilder:validation:MinLength=1
	// +kubebuilder:validation:MaxLength=339
	// +required
	By string `json:"by,omitempty"`

	// answer is a digest of the entry, or "none" if it was removed: 1 to 64 characters. Any other answer of this person counts again.
	// +kubebuilder:validation:MinLength=1
	// +kubebuilder:validation:MaxLength=64
	// +required
	Answer string `json:"answer,omitempty"`

	// at is when the operator first saw it.
	// +kubebuilder:validation:Type=string
	// +kubebuilder:validation:Format=date-time
	// +required
	At *metav1.Time `json:"at,omitempty"`
}

// Decision is an answer other than a comment.
type Decision struct {
	// by is the name of the user who has answered: 1 to 339 characters.
	// +kubebuilder:validation:MinLength=1
	// +kubebuilder:validation:MaxLength=339
	// +required
	By string `json:"by,omitempty"`

	// groups are those that the user has answered for, at most 8, sorted.
	// +kubebuilder:validation:MinItems=0
	// +kubebuilder:validation:MaxItems=8
	// +kubebuilder:validation:items:MinLength=1
	// +kubebuilder:validation:items:MaxLength=253
	// +listType=set
	// +optional
	Groups []string `json:"groups,omitempty"`

	// parties are those for which the answer counts, by their keys in the routing table, such as customer/acme-board: at most 33,
	// sorted. Empty if it counts for none now.
	// +kubebuilder:validation:MinItems=0
	// +kubebuilder:validation:MaxItems=33
	// +kubebuilder:validation:items:MinLength=1
	// +kubebuilder:validation:items:MaxLength=80
	// +listType=set
	// +optional
	Parties []string `json:"parties,omitempty"`

	// verdict is the answer.
	// +required
	Verdict Verdict `json:"verdict,omitempty"`

	// at is when the operator first saw this answer: this verdict for these groups.
	// +kubebuilder:validation:Type=string
	// +kubebuilder:validation:Format=date-time
	// +required
	At *metav1.Time `json:"at,omitempty"`
}

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

// Topic is a question for stakeholders, such as a budget: it says who to ask, and who decides.
//
// +kubebuilder:validation:XValidation:rule="self.class != 'Approval' || (self.to.all(r, r in ['Customer', 'ProductOwner']) && (!has(self.decidedBy) || self.decidedBy.all(r, r in ['Customer', 'ProductOwner'])) && (!has(self.escalateTo) || self.escalateTo.all(r, r in ['Customer', 'ProductOwner'])))",message="ApprovalRoutedToEndUsers: an Approval goes to, is decided by and escalates to Customer, or ProductOwner on the customers' behalf: those who pay decide; use class FeatureRequest to ask end users"
// +kubebuilder:validation:XValidation:rule="self.class == 'Approval' || !has(self.quorum)",fieldPath=".quorum",message="quorum is for class Approval only: remove it, or change the class"
// +kubebuilder:validation:XValidation:rule="!has(self.escalateTo) || has(self.respondWithin)",fieldPath=".respondWithin",reason=FieldValueRequired,message="escalateTo needs respondWithin: say after how long to escalate, such as 48h"
type Topic struct {
	// name of the topic: a DNS label of at most 40 characters. It becomes a virtual subresource of the
	// map (stakeholdermaps/<name>) and the beginning of keys in the routing ConfigMap. The names
	// of real subresources and of the ConfigMap's other keys are reserved: status, scale, finalizers,
	// default, approvals, feature-requests.
	// +kubebuilder:validation:MinLength=1
	// +kubebuilder:validation:MaxLength=40
	// +kubebuilder:validation:XValidation:rule="self.matches('^[a-z0-9]([-a-z0-9]*[a-z0-9])?$')",message="name must be a DNS label such as security-exception: lower-case letters, digits and '-', with a letter or digit at both ends"
	// +kubebuilder:validation:XValidation:rule="!(self in ['status', 'scale', 'finalizers', 'default', 'approvals', 'feature-requests'])",message="name is reserved: status, scale, finalizers, default, approvals and feature-requests have a meaning of their own; choose another name"
	// +required
	Name string `json:"name,omitempty"`

	// class says what the recipients do: Approval (they say yes or no), FeatureRequest (they may raise
	// it and are asked about it) or Consultation (they are asked or invited, and gain no right on the topic).
	// +required
	Class TopicClass `json:"class,omitempty"`

	// to lists the roles that receive the topic, 1 to 4.
	// +kubebuilder:validation:MinItems=1
	// +kubebuilder:validation:MaxItems=4
	// +kubebuilder:validation:XValidation:rule="self.all(e, self.exists_one(o, o == e))",message="a role stands twice in this list: remove one of the two"
	// +listType=atomic
	// +required
	To []Role `json:"to,omitempty"`

	// cc lists the roles that get a copy. At most 4.
	// +kubebuilder:validation:MinItems=0
	// +kubebuilder:validation:MaxItems=4
	// +kubebuilder:validation:XValidation:rule="self.all(e, self.exists_one(o, o == e))",message="a role stands twice in this list: remove one of the two"
	// +listType=atomic
	// +optional
	CC []Role `json:"cc,omitempty"`

	// decidedBy lists the roles that decide, 1 to 3. Left out: the recipients of an Approval, and the
	// product owner for everything else. The development team decides nothing.
	// +kubebuilder:validation:MinItems=1
	// +kubebuilder:validation:MaxItems=3
	// +kubebuilder:validation:XValidation:rule="!('DevelopmentTeam' in self)",message="the development team is no stakeholder and decides nothing: use Customer, EndUser or ProductOwner"
	// +kubebuilder:validation:XValidation:rule="self.all(e, self.exists_one(o, o == e))",message="a role stands twice in this list: remove one of the two"
	// +listType=atomic
	// +optional
	DecidedBy []Role `json:"decidedBy,omitempty"`

	// quorum says how many of the recipients have to approve. Approval only. Left out, any one does.
	// +optional
	Quorum *Quorum `json:"quorum,omitempty"`

	// respondWithin is how long the recipients have to respond before the topic escalates: hours,
	// minutes and seconds, such as 48h or 1h30m; at least 1s, and at most 99999 of each unit. Tools
	// measure it from the moment they ask.
	// +kubebuilder:validation:MinLength=2
	// +kubebuilder:validation:MaxLength=18
	// +kubebuilder:validation:XValidation:rule="self.matches('^([0-9]{1,5}h)?([0-9]{1,5}m)?([0-9]{1,5}s)?$') && self.matches('[1-9]')",message="respondWithin must be a duration such as 48h or 1h30m: hours, then minutes, then seconds, together more than zero, each a whole number of at most five digits"
	// +optional
	RespondWithin string `json:"respondWithin,omitempty"`

	// escalateTo lists the roles to turn to when respondWithin has passed, 1 to 4.
	// +kubebuilder:validation:MinItems=1
	// +kubebuilder:validation:MaxItems=4
	// +kubebuilder:validation:XValidation:rule="self.all(e, self.exists_one(o, o == e))",message="a role stands twice in this list: remove one of the two"
	// +listType=atomic
	// +optional
	EscalateTo []Role `json:"escalateTo,omitempty"`
}

// TopicClass says what the recipients of a topic do.
//
// +kubebuilder:validation:Enum=Approval;FeatureRequest;Consultation
type TopicClass string

const (
	// ClassApproval is for topics whose recipients say yes or no. They may "approve".
	ClassApproval TopicClass = "Approval"
	// ClassFeatureRequest is for topics that recipients raise and are asked about ("request"), and
	// that the deciders "triage".
	ClassFeatureRequest TopicClass = "FeatureRequest"
	// ClassConsultation is for topics about which recipients are asked. They gain no right on the topic.
	ClassConsultation TopicClass = "Consultation"
)

// Role is the role of a party in a product.
//
// +kubebuilder:validation:Enum=Customer;EndUser;ProductOwner;DevelopmentTeam
type Role string

const (
	// RoleCustomer pays for the product.
	RoleCustomer Role = "Customer"
	// RoleEndUser uses the product.
	RoleEndUser Role = "EndUser"
	// RoleProductOwner speaks for both.
	RoleProductOwner Role = "ProductOwner"
	// RoleDevelopmentTeam builds the product. It is not a stakeholder role and gets no grants.
	RoleDevelopmentTeam Role = "DevelopmentTeam"
)

// Quorum says how many of an approval's recipients have to approve. It counts parties, not people.
//
// +kubebuilder:validation:XValidation:rule="(has(self.mode) && self.mode == 'AtLeast') == has(self.count)",message="count goes with mode AtLeast and only with it: set mode: AtLeast and a count, or remove count"
// +kubebuilder:validation:MinProperties=0
type Quorum struct {
	// mode is Any (one party is enough, which leaving it out means too), All (every party) or AtLeast (count parties).
	// +optional
	Mode QuorumMode `json:"mode,omitempty"`

	// count is how many parties have to approve in mode AtLeast: 1 to 33, the most parties that an
	// approval can reach (32 customers and the product owner).
	// +kubebuilder:validation:Minimum=1
	// +kubebuilder:validation:Maximum=33
	// +optional
	Count int32 `json:"count,omitempty"`
}

// QuorumMode is a way of counting approvals.
//
// +kubebuilder:validation:Enum=Any;All;AtLeast
type QuorumMode string

const (
	// QuorumAny is reached when one party approves.
	QuorumAny QuorumMode = "Any"
	// QuorumAll is reached when every party approves.
	QuorumAll QuorumMode = "All"
	// QuorumAtLeast is reached when count parties approve.
	QuorumAtLeast QuorumMode = "AtLeast"
)

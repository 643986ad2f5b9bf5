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

// FindingCode names a rule about roles. The codes are stable.
type FindingCode string

const (
	// CustomerMissing : no customer is declared.
	CustomerMissing FindingCode = "CustomerMissing"
	// EndUserMissing : no end user is declared.
	EndUserMissing FindingCode = "EndUserMissing"
	// ProductOwnerMissing : no product owner is declared, and engagement is not Direct.
	ProductOwnerMissing FindingCode = "ProductOwnerMissing"
	// ProductOwnerIsCustomer : a subject is product owner and customer. The product owner works for
	// the makers, so is no customer.
	ProductOwnerIsCustomer FindingCode = "ProductOwnerIsCustomer"
	// CustomerInDevelopmentTeam : a subject is customer and part of the development team.
	CustomerInDevelopmentTeam FindingCode = "CustomerInDevelopmentTeam"
	// UnacknowledgedOverlap : where overlaps have to be acknowledged (outside B2C, unless the policy says otherwise), a
	// subject is customer and end user, and the map does not say why.
	UnacknowledgedOverlap FindingCode = "UnacknowledgedOverlap"
	// OverlapForbidden : the policy forbids that a subject is customer and end user in this market.
	OverlapForbidden FindingCode = "OverlapForbidden"
	// ApprovalRoutedToEndUsers : an approval is routed to a role other than customers, or the
	// product owner on their behalf.
	ApprovalRoutedToEndUsers FindingCode = "ApprovalRoutedToEndUsers"
	// DuplicateParty : two parties of the map have one name.
	DuplicateParty FindingCode = "DuplicateParty"
	// DuplicateSubject : a subject stands twice under one role.
	DuplicateSubject FindingCode = "DuplicateSubject"
	// UnknownTopic : a party names a topic that neither the catalogue, the policy nor the map defines.
	UnknownTopic FindingCode = "UnknownTopic"
	// UnroutableTopic : no party that is valid now receives the topic, or none decides it, or none is left to
	// escalate it to.
	UnroutableTopic FindingCode = "UnroutableTopic"
	// QuorumUnreachable : an approval asks for more approving parties than are valid now.
	QuorumUnreachable FindingCode = "QuorumUnreachable"
	// InvalidSubject : a name that no directory would issue, or a ServiceAccount in a role that only
	// people can play.
	InvalidSubject FindingCode = "InvalidSubject"
	// InvalidHandle : a handle that its system could not hold.
	InvalidHandle FindingCode = "InvalidHandle"
	// HandleMissing : a party lacks a handle that the policy requires.
	HandleMissing FindingCode = "HandleMissing"
	// PartyUnreachable : a party with neither subjects nor handles.
	PartyUnreachable FindingCode = "PartyUnreachable"
	// EmptyWindow : validUntil is not after validFrom.
	EmptyWindow FindingCode = "EmptyWindow"
	// NoHandle (warning): a party that no tool can reach.
	NoHandle FindingCode = "NoHandle"
	// NobodyCanApprove (warning): an approval whose recipients have no account in the cluster.
	NobodyCanApprove FindingCode = "NobodyCanApprove"
	// NotCarried (warning): a subject or handle is left out of what the operator writes for a tool, because the tool could
	// not know it, or would take it for someone else.
	NotCarried FindingCode = "NotCarried"
	// EndUserInDevelopmentTeam (warning): those who make the product are the only ones who use it, and
	// this end user is part of the development team.
	EndUserInDevelopmentTeam FindingCode = "EndUserInDevelopmentTeam"
	// ProductOwnerIsEndUser (warning): those who make the product are the only ones who use it, and this
	// end user is the product owner.
	ProductOwnerIsEndUser FindingCode = "ProductOwnerIsEndUser"
	// SimilarNames (warning): two subjects differ only in case or in Unicode's normal form.
	SimilarNames FindingCode = "SimilarNames"
	// RoleWithoutTopics (warning): a role that nothing is routed to.
	RoleWithoutTopics FindingCode = "RoleWithoutTopics"
	// ManyDecisionMakers (warning): B2B with more than ten customer parties.
	ManyDecisionMakers FindingCode = "ManyDecisionMakers"
	// UnusedAcknowledgement (warning): an acknowledged overlap that does not exist.
	UnusedAcknowledgement FindingCode = "UnusedAcknowledgement"
	// ExpiringSoon (warning): a party's window ends within 14 days.
	ExpiringSoon FindingCode = "ExpiringSoon"
)

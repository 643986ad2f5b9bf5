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
	"slices"

	"github.com/stakeholders-dev/stakeholder-operator/api/v1alpha1"
)

// Place is where a broken rule is caught.
type Place string

const (
	// PlaceSchema is the CRD: the API server refuses the map.
	PlaceSchema Place = "schema"
	// PlacePolicy is the admission policy that ships with the operator: the API server refuses the map or, if the rule
	// is a warning, stores it and warns.
	PlacePolicy Place = "policy"
	// PlaceOperator is the operator, which reports the finding in status. It checks every rule. A rule lists it only if
	// no earlier place can catch every case, such as the passage of time.
	PlaceOperator Place = "operator"
)

// Rule is one rule about roles. The text of docs/reference/rules.md about it is in cmd/kubectl-stakeholders/explain.
type Rule struct {
	Code  v1alpha1.FindingCode
	Level v1alpha1.FindingLevel
	// Caught lists the places that catch it, the earliest first.
	Caught []Place

	// check reports each place where a map breaks the rule.
	check func(*input, report)
}

// Rules returns every rule in the order of the findings: errors first. The caller owns the result.
func Rules() []Rule { return slices.Clone(rules) }

var (
	bySchema            = []Place{PlaceSchema}
	byPolicy            = []Place{PlacePolicy}
	byOperator          = []Place{PlaceOperator}
	bySchemaAndPolicy   = []Place{PlaceSchema, PlacePolicy}
	byPolicyAndOperator = []Place{PlacePolicy, PlaceOperator}
	byAll               = []Place{PlaceSchema, PlacePolicy, PlaceOperator}
)

var rules = []Rule{
	{v1alpha1.CustomerMissing, v1alpha1.LevelError, bySchema, customerMissing},
	{v1alpha1.EndUserMissing, v1alpha1.LevelError, bySchema, endUserMissing},
	{v1alpha1.ProductOwnerMissing, v1alpha1.LevelError, bySchema, productOwnerMissing},
	{v1alpha1.ProductOwnerIsCustomer, v1alpha1.LevelError, byPolicy, productOwnerIsCustomer},
	{v1alpha1.CustomerInDevelopmentTeam, v1alpha1.LevelError, byPolicy, customerInDevelopmentTeam},
	{v1alpha1.UnacknowledgedOverlap, v1alpha1.LevelError, byPolicyAndOperator, unacknowledgedOverlap},
	{v1alpha1.OverlapForbidden, v1alpha1.LevelError, byPolicyAndOperator, overlapForbidden},
	{v1alpha1.ApprovalRoutedToEndUsers, v1alpha1.LevelError, bySchema, approvalRoutedToEndUsers},
	{v1alpha1.DuplicateParty, v1alpha1.LevelError, bySchemaAndPolicy, duplicateParty},
	{v1alpha1.DuplicateSubject, v1alpha1.LevelError, byPolicy, duplicateSubject},
	{v1alpha1.UnknownTopic, v1alpha1.LevelError, byAll, unknownTopic},
	{v1alpha1.UnroutableTopic, v1alpha1.LevelError, byPolicyAndOperator, unroutableTopic},
	{v1alpha1.QuorumUnreachable, v1alpha1.LevelError, byPolicyAndOperator, quorumUnreachable},
	{v1alpha1.InvalidSubject, v1alpha1.LevelError, bySchema, invalidSubject},
	{v1alpha1.InvalidHandle, v1alpha1.LevelError, byAll, invalidHandle},
	{v1alpha1.HandleMissing, v1alpha1.LevelError, byPolicyAndOperator, handleMissing},
	{v1alpha1.PartyUnreachable, v1alpha1.LevelError, bySchema, partyUnreachable},
	{v1alpha1.EmptyWindow, v1alpha1.LevelError, bySchema, emptyWindow},
	{v1alpha1.NoHandle, v1alpha1.LevelWarning, byPolicy, noHandle},
	{v1alpha1.NobodyCanApprove, v1alpha1.LevelWarning, byPolicyAndOperator, nobodyCanApprove},
	{v1alpha1.NotCarried, v1alpha1.LevelWarning, byOperator, notCarried},
	{v1alpha1.EndUserInDevelopmentTeam, v1alpha1.LevelWarning, byPolicy, endUserInDevelopmentTeam},
	{v1alpha1.ProductOwnerIsEndUser, v1alpha1.LevelWarning, byPolicy, productOwnerIsEndUser},
	{v1alpha1.SimilarNames, v1alpha1.LevelWarning, byOperator, similarNames},
	{v1alpha1.RoleWithoutTopics, v1alpha1.LevelWarning, byPolicy, roleWithoutTopics},
	{v1alpha1.ManyDecisionMakers, v1alpha1.LevelWarning, byPolicy, manyDecisionMakers},
	{v1alpha1.UnusedAcknowledgement, v1alpha1.LevelWarning, byPolicy, unusedAcknowledgement},
	{v1alpha1.ExpiringSoon, v1alpha1.LevelWarning, byOperator, expiringSoon},
}

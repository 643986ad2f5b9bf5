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

// Rule is one rule about roles.
type Rule struct {
	Code  v1alpha1.FindingCode
	Level v1alpha1.FindingLevel
	// Meaning states the rule in a sentence. Fix says what to do about a map that breaks it. Both are Markdown.
	Meaning, Fix string
	// Caught lists the places that catch it, the earliest first. Where says which of them catches what if there is more
	// than one.
	Caught []Place
	Where  string

	// check reports each place where a map breaks the rule.
	check func(*input, report)
}

// Rules returns every rule in the order of the findings: errors first. The caller owns the result.
func Rules() []Rule { return slices.Clone(rules) }

const withTime = "The policy judges as if every window were open; what comes of windows that are not is found by the operator."

const withPolicy = "When the platform's policy changes, what it makes of maps that are there already is found by the operator."

var rules = []Rule{
	{
		Code: v1alpha1.CustomerMissing, Level: v1alpha1.LevelError, check: customerMissing,
		Meaning: "At least one customer is declared: those who pay may not be forgotten.",
		Fix:     "Name at least one party under `spec.customers`.",
		Caught:  []Place{PlaceSchema},
	},
	{
		Code: v1alpha1.EndUserMissing, Level: v1alpha1.LevelError, check: endUserMissing,
		Meaning: "At least one end user is declared: those who use the product may not be forgotten.",
		Fix:     "Name at least one party under `spec.endUsers`.",
		Caught:  []Place{PlaceSchema},
	},
	{
		Code: v1alpha1.ProductOwnerMissing, Level: v1alpha1.LevelError, check: productOwnerMissing,
		Meaning: "There is a product owner, unless `spec.engagement` is `Direct`.",
		Fix: "Name the product owner under `spec.productOwner`, or set `engagement: Direct` if the development team works " +
			"with the customer directly.",
		Caught: []Place{PlaceSchema},
	},
	{
		Code: v1alpha1.ProductOwnerIsCustomer, Level: v1alpha1.LevelError, check: productOwnerIsCustomer,
		Meaning: "No subject is both product owner and customer: the product owner works for those who make the product.",
		Fix:     "Remove the subject from `spec.productOwner` or from `spec.customers`.",
		Caught:  []Place{PlacePolicy},
	},
	{
		Code: v1alpha1.CustomerInDevelopmentTeam, Level: v1alpha1.LevelError, check: customerInDevelopmentTeam,
		Meaning: "No subject is both customer and part of the development team.",
		Fix:     "Remove the subject from `spec.customers` or from `spec.developmentTeam`.",
		Caught:  []Place{PlacePolicy},
	},
	{
		Code: v1alpha1.UnacknowledgedOverlap, Level: v1alpha1.LevelError, check: unacknowledgedOverlap,
		Meaning: "Outside B2C, a subject that is both customer and end user is acknowledged, with a reason. To assume that " +
			"those who pay are those who use is the classic mistake. The platform's policy can treat a market otherwise.",
		Fix:    "Remove the subject from one of the two roles, or say under `spec.acknowledgedOverlaps` why it has both.",
		Caught: []Place{PlacePolicy, PlaceOperator},
		Where:  withPolicy,
	},
	{
		Code: v1alpha1.OverlapForbidden, Level: v1alpha1.LevelError, check: overlapForbidden,
		Meaning: "Where the platform's policy forbids overlaps in a market (`Forbid`), no subject is both customer and end user, " +
			"acknowledged or not.",
		Fix:    "Remove the subject from one of the two roles.",
		Caught: []Place{PlacePolicy, PlaceOperator},
		Where:  withPolicy,
	},
	{
		Code: v1alpha1.ApprovalRoutedToEndUsers, Level: v1alpha1.LevelError, check: approvalRoutedToEndUsers,
		Meaning: "A topic of class Approval goes to, is decided by and escalates to customers, or the product owner on their " +
			"behalf. Anything else would be end-user-driven.",
		Fix:    "List only `Customer` and `ProductOwner`, or make the topic a `FeatureRequest`.",
		Caught: []Place{PlaceSchema},
	},
	{
		Code: v1alpha1.DuplicateParty, Level: v1alpha1.LevelError, check: duplicateParty,
		Meaning: "A party's name is unique in the map.",
		Fix:     "Rename one of the two parties.",
		Caught:  []Place{PlaceSchema, PlacePolicy},
		Where:   "Two parties of one list are refused by the schema, two of different roles by the policy.",
	},
	{
		Code: v1alpha1.DuplicateSubject, Level: v1alpha1.LevelError, check: duplicateSubject,
		Meaning: "A subject stands once under each role.",
		Fix:     "Remove one of the two entries.",
		Caught:  []Place{PlacePolicy},
	},
	{
		Code: v1alpha1.UnknownTopic, Level: v1alpha1.LevelError, check: unknownTopic,
		Meaning: "A party is narrowed only to topics that the catalogue, the platform's policy or the map defines.",
		Fix:     "Correct the spelling, or define the topic under `spec.topics`.",
		Caught:  []Place{PlaceSchema, PlacePolicy, PlaceOperator},
		Where:   "What is no name of a topic at all is refused by the schema. " + withPolicy,
	},
	{
		Code: v1alpha1.UnroutableTopic, Level: v1alpha1.LevelError, check: unroutableTopic,
		Meaning: "Every topic has somebody, valid now, who receives it, who decides it, and whom it escalates to if it says so.",
		Fix: "Add the topic to the `topics` of a party that should have it, prolong a window, or route it elsewhere under " +
			"`spec.topics`.",
		Caught: []Place{PlacePolicy, PlaceOperator},
		Where:  withTime + " " + withPolicy,
	},
	{
		Code: v1alpha1.QuorumUnreachable, Level: v1alpha1.LevelError, check: quorumUnreachable,
		Meaning: "No approval asks for more approving parties than receive it now. A quorum counts parties, not people.",
		Fix:     "Lower `quorum.count`, or route the topic to more parties.",
		Caught:  []Place{PlacePolicy, PlaceOperator},
		Where:   withTime + " " + withPolicy,
	},
	{
		Code: v1alpha1.InvalidSubject, Level: v1alpha1.LevelError, check: invalidSubject,
		Meaning: "A subject has a name in one visible line: no line breaks, no control or invisible " +
			"characters, no space at either end; and it is no `system:` identity. What directories issue is valid, such as " +
			"`CN=Buyers,OU=Groups,DC=acme,DC=example`, `CORP\\buyers` and `o'hara@acme.example`. A ServiceAccount " +
			"is neither customer nor product owner: " +
			"only people pay, and only people own a product.",
		Fix:    "Spell the name as the cluster's authentication does (`kubectl auth whoami`); list systems under `spec.endUsers`.",
		Caught: []Place{PlaceSchema},
	},
	{
		Code: v1alpha1.InvalidHandle, Level: v1alpha1.LevelError, check: invalidHandle,
		Meaning: "A handle is one that its system could hold: an e-mail address, a Slack channel or member, a GitHub user or " +
			"team; and one printable line for every other system, which is no link that runs a script (`javascript:`). The " +
			"platform's policy can add a pattern for any system. A party has one handle for each system. Only `argocd` and `kargo` " +
			"handles, which are claims of a token, can be several; of these, a `kargo` handle can name its claim.",
		Fix:    "Correct the handle.",
		Caught: []Place{PlaceSchema, PlacePolicy, PlaceOperator},
		Where: "What no handle of the system can be is refused by the schema; what a pattern of the platform's policy does not " +
			"match, by the admission policy, as long as the letters of all patterns, counted once for each party, are at most 20,000: " +
			"beyond that the operator finds it. " + withPolicy,
	},
	{
		Code: v1alpha1.HandleMissing, Level: v1alpha1.LevelError, check: handleMissing,
		Meaning: "Every party has the handles that the platform's policy requires of its role. End users that are systems need none.",
		Fix:     "Add a handle of the system that the message names.",
		Caught:  []Place{PlacePolicy, PlaceOperator},
		Where:   withPolicy,
	},
	{
		Code: v1alpha1.PartyUnreachable, Level: v1alpha1.LevelError, check: partyUnreachable,
		Meaning: "A party has subjects, handles, or both. Without subjects it has no account in the cluster: it is asked by its " +
			"handles, and holds no grant. With neither it can be neither asked nor recognized.",
		Fix:    "Add a handle, such as an e-mail address, or a subject.",
		Caught: []Place{PlaceSchema},
	},
	{
		Code: v1alpha1.EmptyWindow, Level: v1alpha1.LevelError, check: emptyWindow,
		Meaning: "A party's `validUntil` is after its `validFrom`.",
		Fix:     "Correct one of the two, or leave one out.",
		Caught:  []Place{PlaceSchema},
	},
	{
		Code: v1alpha1.NoHandle, Level: v1alpha1.LevelWarning, check: noHandle,
		Meaning: "Every customer, every end user and the product owner have a handle, so that tools can reach them.",
		Fix:     "Add a handle: an e-mail address, a chat channel. For a system, that of the people who look after it.",
		Caught:  []Place{PlacePolicy},
	},
	{
		Code: v1alpha1.NobodyCanApprove, Level: v1alpha1.LevelWarning, check: nobodyCanApprove,
		Meaning: "Of the parties that receive an Approval now, at least one has subjects. Without subjects a party has no account in " +
			"the cluster: no tool can check there whether it has approved. A quorum counts it all the same.",
		Fix:    "Add a subject to a party that receives the topic, or let a tool outside the cluster ask by the party's handles.",
		Caught: []Place{PlacePolicy, PlaceOperator},
		Where:  withTime + " " + withPolicy,
	},
	{
		Code: v1alpha1.NotCarried, Level: v1alpha1.LevelWarning, check: notCarried,
		Meaning: "A subject or handle is left out of what the operator writes for a tool, so that the person has no rights there. For Argo " +
			"CD: a user of a party without an `argocd` handle, or a group that is called like a role. For Kargo: a user whose claim is not " +
			"known. For both: a name without the prefix that the policy's `identities` has, and handles of a party without subjects. For " +
			"the manual-approval-gate: a group with a colon, and a party without subjects; where fewer parties are left than have to " +
			"approve, the approval has no approvers there at all. Only tools that the platform's policy has switched on are judged.",
		Fix: "Give the party `argocd` or `kargo` handles, or name other users or groups. If the cluster puts a prefix before names, or makes " +
			"names of users from another claim than `email`, set `identities` in the platform's policy.",
		Caught: []Place{PlaceOperator},
	},
	{
		Code: v1alpha1.EndUserInDevelopmentTeam, Level: v1alpha1.LevelWarning, check: endUserInDevelopmentTeam,
		Meaning: "Those who make the product are not its only users. A developer who uses the product is no problem; if " +
			"every end user is a developer or the product owner, nobody else is being asked.",
		Fix:    "Name end users who do not make the product.",
		Caught: []Place{PlacePolicy},
	},
	{
		Code: v1alpha1.ProductOwnerIsEndUser, Level: v1alpha1.LevelWarning, check: productOwnerIsEndUser,
		Meaning: "The same, for a product owner who is an end user.",
		Fix:     "Name end users who do not make the product.",
		Caught:  []Place{PlacePolicy},
	},
	{
		Code: v1alpha1.SimilarNames, Level: v1alpha1.LevelWarning, check: similarNames,
		Meaning: "No two subjects of one kind differ only in case, or in how Unicode writes the same letters: `Sam@acme.example` as " +
			"product owner and `sam@acme.example` as customer. RBAC compares bytes and takes them for two, so neither mix-ups nor " +
			"overlaps of the two are found.",
		Fix:    "Spell both as the cluster's authentication does (`kubectl auth whoami`).",
		Caught: []Place{PlaceOperator},
	},
	{
		Code: v1alpha1.RoleWithoutTopics, Level: v1alpha1.LevelWarning, check: roleWithoutTopics,
		Meaning: "Something is routed to every role that is declared: otherwise its side of the product is being ignored.",
		Fix:     "Name the role under `to` of some topic, or replace fewer topics of the catalogue.",
		Caught:  []Place{PlacePolicy},
	},
	{
		Code: v1alpha1.ManyDecisionMakers, Level: v1alpha1.LevelWarning, check: manyDecisionMakers,
		Meaning: "In B2B there are at most ten customer parties: decision-makers are few.",
		Fix:     "See whether some of them are end users.",
		Caught:  []Place{PlacePolicy},
	},
	{
		Code: v1alpha1.UnusedAcknowledgement, Level: v1alpha1.LevelWarning, check: unusedAcknowledgement,
		Meaning: "An acknowledged overlap exists: the subject is both customer and end user.",
		Fix:     "Remove the acknowledgement, or correct its spelling.",
		Caught:  []Place{PlacePolicy},
	},
	{
		Code: v1alpha1.ExpiringSoon, Level: v1alpha1.LevelWarning, check: expiringSoon,
		Meaning: "No party's window ends within 14 days.",
		Fix:     "Extend `validUntil`, or add a party that takes over.",
		Caught:  []Place{PlaceOperator},
	},
}

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

package crd

import "strings"

// The messages of the CRD's own rules, word for word, as a product team reads them. TestCoverage compares them with the
// CRD.
const (
	saysMapName      = "metadata.name may be at most 63 characters: it becomes a label value on everything that is generated from the map"
	saysPOMissing    = "ProductOwnerMissing: name the product owner, or set engagement: Direct if the development team works with the customer directly"
	saysNoCustomer   = "CustomerMissing: name at least one party that pays for the product"
	saysNoEndUser    = "EndUserMissing: name at least one party that uses the product"
	saysTable        = "the routing table of this map would be too large: list groups instead of people, give the parties fewer and shorter handles, send fewer topics to many parties, or split the map"
	saysProject      = "argoCDProject must be the name of an AppProject such as checkout: lower-case letters, digits and '-', with a letter or digit at both ends"
	saysDescription  = "description must be one line of printable characters: remove line breaks (in YAML, write >- and not |), control and invisible characters"
	saysDisplayName  = "displayName must be one line of printable characters: remove line breaks, control and invisible characters"
	saysOrganization = "organization must be one line of printable characters: remove line breaks, control and invisible characters"
	saysPartyName    = "name must be a DNS label such as acme-board: lower-case letters, digits and '-', with a letter or digit at both ends"
	saysPOName       = "name must be a DNS label such as dana: lower-case letters, digits and '-', with a letter or digit at both ends"
	saysOverlapName  = "name must be one line of printable characters, as the subject's is: remove line breaks, control and invisible characters"
	saysReason       = "reason must be one line of printable characters: remove line breaks, control and invisible characters"
	saysPartyOnce    = "DuplicateParty: two of these parties have the same name, and the name of a party is unique in the map: rename one of them"
	saysOverlapOnce  = "two of these entries acknowledge the same overlap: remove one of them"
	saysOverlapKind  = "kind is User or Group: a ServiceAccount cannot be a customer, so there is no overlap to acknowledge"

	saysPartyUnreachable = "PartyUnreachable: a party needs subjects or handles: without them it can be neither asked nor recognized"
	saysOwnerUnreachable = "PartyUnreachable: the product owner needs subjects or handles: without them they can be neither asked nor recognized"
	saysTeamUnreachable  = "a development team needs subjects or handles: name some, or leave developmentTeam out"

	saysOnlyPeoplePay = "InvalidSubject: only people pay: a customer's subjects are of kind User or Group; list a ServiceAccount under endUsers"
	saysOnlyPeopleOwn = "InvalidSubject: only people own a product: a product owner's subjects are of kind User or Group"
	saysOnlySA        = "InvalidSubject: only a ServiceAccount has a namespace: remove it"
	saysSAName        = ` is no name of a ServiceAccount: it has only lower-case letters, digits, "-" and ".", and each part between dots begins and ends with a letter or digit`
	saysNamespace     = "InvalidSubject: namespace must be a DNS label: lower-case letters, digits and '-', with a letter or digit at both ends"
	saysPrintable     = "InvalidSubject: a name must be one line of printable characters: remove line breaks, control and invisible characters"
	saysNoOuterSpace  = "InvalidSubject: a name may not begin or end with a space"
	saysNoSystem      = "InvalidSubject: system: identities belong to Kubernetes and play no role: name people and their groups, and ServiceAccounts by kind ServiceAccount"

	saysSystem       = "system must be a DNS label such as slack: lower-case letters, digits and '-', with a letter or digit at both ends"
	saysSystemTaken  = "system may not be users or groups: the routing table has keys of these names; use the system's own name"
	saysHandleOnce   = "InvalidHandle: two of these handles are for the same system: keep one of them. Only argocd and kargo handles may be several, each of another claim or value"
	saysClaimOfKargo = "InvalidHandle: only a kargo handle has a claim: remove claim"
	saysClaimName    = "InvalidHandle: claim is the name of a claim such as groups, email or sub: letters, digits and the characters _ . : / -"
	saysClaimShared  = "InvalidHandle: everyone who signs in has the same iss, aud and azp: use a claim that says who a person is, such as groups, email or sub"
	saysHandleLine   = "InvalidHandle: a handle must be one line of printable characters: remove line breaks, control and invisible characters, and spaces at either end"
	saysEmailHandle  = " is no e-mail address: use one such as approvals@acme.example"
	saysSlackHandle  = " is no slack handle: use a channel such as #acme-approvals, a member such as @dana, or an id, and not @channel, @here or @everyone, which call everybody"
	saysGitHubHandle = " is no github handle: use a user such as @dana or a team such as @acme/procurement"
	saysScript       = " is a link that runs a script in the browser of those who follow it: use an https link"

	saysTopicName     = "name must be a DNS label such as security-exception: lower-case letters, digits and '-', with a letter or digit at both ends"
	saysTopicReserved = "name is reserved: status, scale, finalizers, default, approvals and feature-requests have a meaning of their own; choose another name"
	saysApproval      = "ApprovalRoutedToEndUsers: an Approval goes to, is decided by and escalates to Customer, or ProductOwner on the customers' behalf: those who pay decide; use class FeatureRequest to ask end users"
	saysQuorumClass   = "quorum is for class Approval only: remove it, or change the class"
	saysEscalation    = "escalateTo needs respondWithin: say after how long to escalate, such as 48h"
	saysTeamDecides   = "the development team is no stakeholder and decides nothing: use Customer, EndUser or ProductOwner"
	saysDuration      = "respondWithin must be a duration such as 48h or 1h30m: hours, then minutes, then seconds, together more than zero, each a whole number of at most five digits"
	saysTopicOnce     = "two of these topics have the same name: rename or remove one of them"
	saysRoleOnce      = "a role stands twice in this list: remove one of the two"
	saysCount         = "count goes with mode AtLeast and only with it: set mode: AtLeast and a count, or remove count"
)

// Texts of a length.
var (
	name40   = strings.Repeat("n", 40)
	name41   = strings.Repeat("n", 41)
	name63   = strings.Repeat("n", 63)
	name64   = strings.Repeat("n", 64)
	text128  = strings.Repeat("t", 128)
	text129  = strings.Repeat("t", 129)
	text256  = strings.Repeat("t", 256)
	text257  = strings.Repeat("t", 257)
	name253  = strings.Repeat("n", 253)
	name254  = strings.Repeat("n", 254)
	text1024 = strings.Repeat("t", 1024)
	text1025 = strings.Repeat("t", 1025)
)

// rejectCases break one rule each. They repeat the numbers, so that a change of a bound does not go unnoticed.
var rejectCases = map[string]rejectCase{
	// The map as a whole.
	"MapNameTooLong": {
		reason: "A name of 64 characters is not a label value.",
		edit:   edits{"metadata.name": name64},
		field:  "<nil>", says: saysMapName,
	},
	"SpecMissing": {
		reason: "A map without a spec says nothing.",
		edit:   edits{"spec": absent},
		field:  "spec", says: required,
	},
	"TableTooLarge": {
		reason: "The routing table of any map fits into a ConfigMap. TestTableBytes has the limit.",
		edit:   edits{"spec.endUsers": many(64, largeParty)},
		field:  "spec", says: saysTable,
	},
	"EngagementUnknown": {
		reason: "There are two ways to meet stakeholders.",
		edit:   edits{"spec.engagement": "Sometimes"},
		field:  "spec.engagement", says: notOneOf + `"Sometimes": supported values: "ProductOwner", "Direct"`,
	},
	"ProductOwnerMissing": {
		reason: "By default a product owner has to speak for all stakeholders.",
		edit:   edits{"spec.productOwner": absent, "spec.engagement": absent},
		field:  "spec.productOwner", says: saysPOMissing,
	},
	"ProductOwnerMissingThoughWanted": {
		reason: "The same applies if the map sets the default explicitly.",
		edit:   edits{"spec.productOwner": absent},
		field:  "spec.productOwner", says: saysPOMissing,
	},

	// The product.
	"ProductMissing": {
		reason: "A map has a product.",
		edit:   edits{"spec.product": absent},
		field:  "spec.product", says: required,
	},
	"ProductNameMissing": {
		reason: "A product has a name.",
		edit:   edits{"spec.product.displayName": absent},
		field:  "spec.product.displayName", says: required,
	},
	"ProductNameEmpty": {
		reason: "An empty name is not a name.",
		edit:   edits{"spec.product.displayName": ""},
		field:  "spec.product.displayName", says: tooShort + "1 chars long",
	},
	"ProductNameTooLong": {
		reason: "Tools show the name on one line.",
		edit:   edits{"spec.product.displayName": text129},
		field:  "spec.product.displayName", says: tooLong + "128 ",
	},
	"ProductNameOfTwoLines": {
		reason: "A line break would break what tools show.",
		edit:   edits{"spec.product.displayName": "Check\nout"},
		field:  "spec.product.displayName", says: saysDisplayName,
	},
	"DescriptionEmpty": {
		reason: "An empty description is useless; leave it out.",
		edit:   edits{"spec.product.description": ""},
		field:  "spec.product.description", says: tooShort + "1 chars long",
	},
	"DescriptionTooLong": {
		reason: "A sentence or two is enough.",
		edit:   edits{"spec.product.description": text1025},
		field:  "spec.product.description", says: tooLong + "1024 ",
	},
	"DescriptionWithDelete": {
		reason: "YAML, in which kubectl and the API server speak, has no such characters.",
		edit:   edits{"spec.product.description": "Card\x7fpayments"},
		field:  "spec.product.description", says: saysDescription,
	},
	"DescriptionOfSeveralLines": {
		reason: "kubectl describe prints it unchanged, so a line of it would look like one of kubectl's.",
		edit:   edits{"spec.product.description": "Pays.\nStatus:  Ready"},
		field:  "spec.product.description", says: saysDescription,
	},
	"ProjectEmpty": {
		reason: "Leave it out for a product without a project.",
		edit:   edits{"spec.product.argoCDProject": ""},
		field:  "spec.product.argoCDProject", says: tooShort + "1 chars long",
	},
	"ProjectTooLong": {
		reason: "Every line of the product in Argo CD's policy contains it.",
		edit:   edits{"spec.product.argoCDProject": name64},
		field:  "spec.product.argoCDProject", says: tooLong + "63 ",
	},
	"ProjectWithWildcard": {
		reason: "In Argo CD's policy a star means every project.",
		edit:   edits{"spec.product.argoCDProject": "check*"},
		field:  "spec.product.argoCDProject", says: saysProject,
	},
	"MarketMissing": {
		reason: "The market decides how overlaps are judged, so the user has to set it.",
		edit:   edits{"spec.product.market": absent},
		field:  "spec.product.market", says: required,
	},
	"MarketUnknown": {
		reason: "There are three markets.",
		edit:   edits{"spec.product.market": "B2G"},
		field:  "spec.product.market", says: notOneOf + `"B2G": supported values: "B2B", "B2C", "Internal"`,
	},

	// How many parties there are.
	"CustomersMissing": {
		reason: "Every product has a customer.",
		edit:   edits{"spec.customers": absent},
		field:  "spec.customers", says: saysNoCustomer,
	},
	"CustomersMissingThoughDirect": {
		reason: "A team that works with its customer directly has a customer.",
		edit:   edits{"spec.customers": absent, "spec.engagement": "Direct", "spec.productOwner": absent},
		field:  "spec.customers", says: saysNoCustomer,
	},
	"CustomersEmpty": {
		reason: "An empty list has no customer.",
		edit:   edits{"spec.customers": list{}},
		field:  "spec.customers", says: saysNoCustomer,
	},
	"CustomersTooMany": {
		reason: "The cost of judging a map is limited.",
		edit:   edits{"spec.customers": many(33, party)},
		field:  "spec.customers", says: tooMany + "33: must have at most 32 items",
	},
	"CustomerTwice": {
		reason: "Tools know parties by their names.",
		edit:   edits{"spec.customers": list{party(1), party(1)}},
		field:  "spec.customers", says: saysPartyOnce,
	},
	"EndUsersMissing": {
		reason: "Every product has an end user.",
		edit:   edits{"spec.endUsers": absent},
		field:  "spec.endUsers", says: saysNoEndUser,
	},
	"EndUsersMissingThoughDirect": {
		reason: "Access to the customer does not replace the end users.",
		edit:   edits{"spec.endUsers": absent, "spec.engagement": "Direct", "spec.productOwner": absent},
		field:  "spec.endUsers", says: saysNoEndUser,
	},
	"EndUsersEmpty": {
		reason: "An empty list has no end user.",
		edit:   edits{"spec.endUsers": list{}},
		field:  "spec.endUsers", says: saysNoEndUser,
	},
	"EndUsersTooMany": {
		reason: "The cost of judging a map is limited.",
		edit:   edits{"spec.endUsers": many(65, party)},
		field:  "spec.endUsers", says: tooMany + "65: must have at most 64 items",
	},
	"EndUserTwice": {
		reason: "Tools know parties by their names.",
		edit:   edits{"spec.endUsers": list{party(1), party(1)}},
		field:  "spec.endUsers", says: saysPartyOnce,
	},

	// Parties.
	"NameMissing": {
		reason: "A party is known by its name.",
		at:     named,
		edit:   edits{"$.name": absent},
		field:  "$.name", says: required,
	},
	"NameEmpty": {
		reason: "An empty name is not a name.",
		at:     named,
		edit:   edits{"$.name": ""},
		field:  "$.name", says: tooShort + "1 chars long",
	},
	"NameTooLong": {
		reason: "A DNS label has at most 63 characters.",
		at:     named,
		edit:   edits{"$.name": name64},
		field:  "$.name", says: tooLong + "63 ",
	},
	"PartyNameInUpperCase": {
		reason: "A DNS label has no upper case.",
		at:     parties,
		edit:   edits{"$.name": "ACME"},
		field:  "$.name", says: saysPartyName,
	},
	"PartyNameOfTwoLines": {
		reason: "A name must not continue after a line break.",
		at:     parties,
		edit:   edits{"$.name": "acme\n"},
		field:  "$.name", says: saysPartyName,
	},
	"PartyNameEndsWithHyphen": {
		reason: "A DNS label ends with a letter or digit.",
		at:     parties,
		edit:   edits{"$.name": "acme-"},
		field:  "$.name", says: saysPartyName,
	},
	"ProductOwnerNameInUpperCase": {
		reason: "A DNS label has no upper case.",
		edit:   edits{"spec.productOwner.name": "Dana"},
		field:  "spec.productOwner.name", says: saysPOName,
	},
	"DisplayNameEmpty": {
		reason: "An empty name is not a name; leave it out instead.",
		at:     named,
		edit:   edits{"$.displayName": ""},
		field:  "$.displayName", says: tooShort + "1 chars long",
	},
	"DisplayNameTooLong": {
		reason: "Tools show the name on one line.",
		at:     named,
		edit:   edits{"$.displayName": text129},
		field:  "$.displayName", says: tooLong + "128 ",
	},
	"DisplayNameOfTwoLines": {
		reason: "A line break would break what tools show.",
		at:     named,
		edit:   edits{"$.displayName": "Dana\nDoe"},
		field:  "$.displayName", says: saysDisplayName,
	},
	"DisplayNameWithLineSeparator": {
		reason: "Unicode's own line break breaks lines too.",
		at:     named,
		edit:   edits{"$.displayName": "Dana\u2028Doe"},
		field:  "$.displayName", says: saysDisplayName,
	},
	"DisplayNameTurnedAround": {
		reason: "A bidirectional override makes a name look like another one.",
		at:     named,
		edit:   edits{"$.displayName": "Dana \u202eeoD"},
		field:  "$.displayName", says: saysDisplayName,
	},
	"OrganizationEmpty": {
		reason: "An empty organization is not a name; leave it out instead.",
		at:     parties,
		edit:   edits{"$.organization": ""},
		field:  "$.organization", says: tooShort + "1 chars long",
	},
	"OrganizationTooLong": {
		reason: "Tools show the organization on one line.",
		at:     parties,
		edit:   edits{"$.organization": text129},
		field:  "$.organization", says: tooLong + "128 ",
	},
	"OrganizationOfTwoLines": {
		reason: "A line break would break what tools show.",
		at:     parties,
		edit:   edits{"$.organization": "ACME\nCorp"},
		field:  "$.organization", says: saysOrganization,
	},
	"SegmentUnknown": {
		reason: "There are three segments.",
		edit:   edits{"spec.endUsers[0].segment": "Both"},
		field:  "spec.endUsers[0].segment", says: notOneOf + `"Both": supported values: "External", "Internal", "System"`,
	},
	"PartyTopicsEmpty": {
		reason: "A party without topics takes part in nothing; left out, it has all topics.",
		at:     parties,
		edit:   edits{"$.topics": list{}},
		field:  "$.topics", says: tooFew + "1 items",
	},
	"PartyTopicsTooMany": {
		reason: "13 topics of the catalogue, 8 of the policy and 64 of the map are the maximum.",
		at:     parties,
		edit:   edits{"$.topics": many(86, numbered("topic-"))},
		field:  "$.topics", says: tooMany + "86: must have at most 85 items",
	},
	"PartyTopicTwice": {
		reason: "A set has no duplicates.",
		at:     parties,
		edit:   edits{"$.topics": texts("budget", "budget")},
		field:  "$.topics[1]", says: duplicate,
	},
	"PartyTopicEmpty": {
		reason: "No topic has an empty name.",
		at:     parties,
		edit:   edits{"$.topics": texts("")},
		field:  "$.topics[0]", says: tooShort + "1 chars long",
	},
	"PartyTopicTooLong": {
		reason: "No topic has a name this long.",
		at:     parties,
		edit:   edits{"$.topics": texts(name41)},
		field:  "$.topics[0]", says: tooLong + "40 ",
	},

	// Subjects.
	"SubjectsAndHandlesMissing": {
		reason: "Tools can neither ask nor recognize a party without both.",
		at:     parties,
		edit:   edits{"$.subjects": absent, "$.handles": absent},
		field:  "$", says: saysPartyUnreachable,
	},
	"SubjectsAndHandlesEmpty": {
		reason: "An empty list means the same as none.",
		at:     parties,
		edit:   edits{"$.subjects": list{}, "$.handles": list{}},
		field:  "$", says: saysPartyUnreachable,
	},
	"OwnerWithoutSubjectsAndHandles": {
		reason: "Tools can neither ask nor recognize the product owner.",
		edit:   edits{"spec.productOwner.subjects": list{}, "spec.productOwner.handles": absent},
		field:  "spec.productOwner", says: saysOwnerUnreachable,
	},
	"DevelopmentTeamEmpty": {
		reason: "Leave out an empty team.",
		edit:   edits{"spec.developmentTeam": object{}},
		field:  "spec.developmentTeam", says: "should have at least 1 properties",
	},
	"DevelopmentTeamUnreachable": {
		reason: "Leave out an empty team.",
		edit:   edits{"spec.developmentTeam": object{"subjects": list{}}},
		field:  "spec.developmentTeam", says: saysTeamUnreachable,
	},
	"SubjectsTooMany": {
		reason: "Use several parties, or a group, for more than eight identities.",
		at:     named,
		edit:   edits{"$.subjects": many(9, member)},
		field:  "$.subjects", says: tooMany + "9: must have at most 8 items",
	},
	"DevelopersTooMany": {
		reason: "Use a group for more than 64 developers.",
		edit:   edits{"spec.developmentTeam.subjects": many(65, member)},
		field:  "spec.developmentTeam.subjects", says: tooMany + "65: must have at most 64 items",
	},
	"SubjectKindMissing": {
		reason: "A user and a group may have the same name.",
		at:     holders,
		edit:   edits{"$.subjects[0].kind": absent},
		field:  "$.subjects[0].kind", says: required,
	},
	"SubjectKindUnknown": {
		reason: "There are three kinds of identities.",
		at:     holders,
		edit:   edits{"$.subjects[0].kind": "Team"},
		field:  "$.subjects[0].kind", says: notOneOf + `"Team": supported values: "User", "Group", "ServiceAccount"`,
	},
	"SubjectNameMissing": {
		reason: "An identity has a name.",
		at:     holders,
		edit:   edits{"$.subjects[0].name": absent},
		field:  "$.subjects[0].name", says: required,
	},
	"SubjectNameEmpty": {
		reason: "An empty name is not a name.",
		at:     holders,
		edit:   edits{"$.subjects[0].name": ""},
		field:  "$.subjects[0].name", says: tooShort + "1 chars long",
	},
	"SubjectNameTooLong": {
		reason: "The cost of judging a map is limited.",
		at:     holders,
		edit:   edits{"$.subjects[0].name": name254},
		field:  "$.subjects[0].name", says: tooLong + "253 ",
	},
	"SubjectNameFarTooLong": {
		reason: "Ten thousand characters are refused like 254, at the same cost.",
		edit:   edits{"spec.customers[0].subjects[0].name": strings.Repeat("n", 10_000)},
		field:  "spec.customers[0].subjects[0].name", says: tooLong + "253 ",
	},
	"SubjectNameOfTwoLines": {
		reason: "With a line break in a name, an attacker could add lines to files.",
		at:     holders,
		edit:   edits{"$.subjects[0].name": "acme:procurement\ng, eve, role:admin"},
		field:  "$.subjects[0].name", says: saysPrintable,
	},
	"SubjectNameEndsWithLineBreak": {
		reason: "A name must not continue after a line break.",
		at:     holders,
		edit:   edits{"$.subjects[0].name": "acme:procurement\n"},
		field:  "$.subjects[0].name", says: saysPrintable,
	},
	"SubjectNameWithCarriageReturn": {
		reason: "Some tools treat it as a line break.",
		edit:   edits{"spec.customers[0].subjects[0].name": "acme\rprocurement"},
		field:  "spec.customers[0].subjects[0].name", says: saysPrintable,
	},
	"SubjectNameWithLineSeparator": {
		reason: "Some tools treat Unicode's own line break as one.",
		edit:   edits{"spec.customers[0].subjects[0].name": "acme\u2028procurement"},
		field:  "spec.customers[0].subjects[0].name", says: saysPrintable,
	},
	"SubjectNameWithTab": {
		reason: "A tab separates fields in some files.",
		edit:   edits{"spec.customers[0].subjects[0].name": "acme\tprocurement"},
		field:  "spec.customers[0].subjects[0].name", says: saysPrintable,
	},
	"SubjectNameWithNUL": {
		reason: "For programs in C, a text ends there.",
		edit:   edits{"spec.customers[0].subjects[0].name": "acme\x00procurement"},
		field:  "spec.customers[0].subjects[0].name", says: saysPrintable,
	},
	"SubjectNameWithEscape": {
		reason: "Terminals obey it.",
		edit:   edits{"spec.customers[0].subjects[0].name": "acme\x1b[31m"},
		field:  "spec.customers[0].subjects[0].name", says: saysPrintable,
	},
	"SubjectNameTurnedAround": {
		reason: "A bidirectional override makes a name look like another one.",
		edit:   edits{"spec.customers[0].subjects[0].name": "acme\u202eforp"},
		field:  "spec.customers[0].subjects[0].name", says: saysPrintable,
	},
	"SubjectNameWithIsolate": {
		reason: "A bidirectional isolate does, too.",
		edit:   edits{"spec.customers[0].subjects[0].name": "acme\u2066forp\u2069"},
		field:  "spec.customers[0].subjects[0].name", says: saysPrintable,
	},
	"SubjectNameWithZeroWidthSpace": {
		reason: "Two names that look the same must be the same.",
		edit:   edits{"spec.customers[0].subjects[0].name": "acme\u200bprocurement"},
		field:  "spec.customers[0].subjects[0].name", says: saysPrintable,
	},
	"SubjectNameWithByteOrderMark": {
		reason: "Two names that look the same must be the same.",
		edit:   edits{"spec.customers[0].subjects[0].name": "\ufeffacme"},
		field:  "spec.customers[0].subjects[0].name", says: saysPrintable,
	},
	"SubjectNameWithNoBreakSpace": {
		reason: "Two names that look the same must be the same.",
		edit:   edits{"spec.customers[0].subjects[0].name": "acme\u00a0procurement"},
		field:  "spec.customers[0].subjects[0].name", says: saysPrintable,
	},
	"SubjectNameWithPrivateUse": {
		reason: "A private-use character has no defined appearance.",
		edit:   edits{"spec.customers[0].subjects[0].name": "acme\ue000"},
		field:  "spec.customers[0].subjects[0].name", says: saysPrintable,
	},
	"SubjectNameWithFiller": {
		reason: "An invisible text must not be a name.",
		at:     holders,
		edit:   edits{"$.subjects[0].name": "\u3164"},
		field:  "$.subjects[0].name", says: saysPrintable,
	},
	"SubjectNameBehindVariationSelector": {
		reason: "It looks like an identity of Kubernetes.",
		edit:   edits{"spec.customers[0].subjects[0].name": "\ufe0fsystem:masters"},
		field:  "spec.customers[0].subjects[0].name", says: saysPrintable,
	},
	"SubjectNameWithJoiner": {
		reason: "Two names that look the same must be the same.",
		edit:   edits{"spec.customers[0].subjects[0].name": "ac\u034fme"},
		field:  "spec.customers[0].subjects[0].name", says: saysPrintable,
	},
	"SubjectNameBeginsWithSpace": {
		reason: "Tools that trim would see another name.",
		at:     holders,
		edit:   edits{"$.subjects[0].name": " acme"},
		field:  "$.subjects[0].name", says: saysNoOuterSpace,
	},
	"SubjectNameEndsWithSpace": {
		reason: "Tools that trim would see another name.",
		edit:   edits{"spec.customers[0].subjects[0].name": "acme "},
		field:  "spec.customers[0].subjects[0].name", says: saysNoOuterSpace,
	},
	"SubjectIsMasters": {
		reason: "Kubernetes' own identities play no role in a product.",
		at:     holders,
		edit:   edits{"$.subjects[0].name": "system:masters"},
		field:  "$.subjects[0].name", says: saysNoSystem,
	},
	"SubjectIsEverybody": {
		reason: "All authenticated users together are not a stakeholder.",
		edit:   edits{"spec.endUsers[0].subjects[0]": group("system:authenticated")},
		field:  "spec.endUsers[0].subjects[0].name", says: saysNoSystem,
	},
	"SubjectIsServiceAccountInDisguise": {
		reason: "A ServiceAccount under its user name would look like a person.",
		edit:   edits{"spec.customers[0].subjects[0]": user("system:serviceaccount:payments:ledger")},
		field:  "spec.customers[0].subjects[0].name", says: saysNoSystem,
	},
	"ServiceAccountPays": {
		reason: "Only people pay.",
		edit:   edits{"spec.customers[0].subjects[1]": serviceAccount("payments", "ledger")},
		field:  "spec.customers[0].subjects", says: saysOnlyPeoplePay,
	},
	"ServiceAccountOwnsProduct": {
		reason: "Only people own a product.",
		edit:   edits{"spec.productOwner.subjects[0]": serviceAccount("payments", "ledger")},
		field:  "spec.productOwner.subjects", says: saysOnlyPeopleOwn,
	},
	"UserWithNamespace": {
		reason: "Users and groups belong to the whole cluster.",
		at:     holders,
		edit:   edits{"$.subjects[0]": object{"kind": "User", "name": "dana", "namespace": "payments"}},
		field:  "$.subjects[0].namespace", says: saysOnlySA,
	},
	"ServiceAccountInUpperCase": {
		reason: "The API server has no such ServiceAccount.",
		at:     holders,
		edit:   edits{"$.subjects[0]": serviceAccount("payments", "Ledger")},
		field:  "$.subjects[0].name", says: saysSAName, also: "$.subjects",
	},
	"ServiceAccountWithEmptyPart": {
		reason: "The API server would refuse it in a RoleBinding, and the map would never become ready.",
		at:     holders,
		edit:   edits{"$.subjects[0]": serviceAccount("payments", "ledger..prod")},
		field:  "$.subjects[0].name", says: saysSAName, also: "$.subjects",
	},
	"ServiceAccountNamespaceEmpty": {
		reason: "An empty namespace is not a name.",
		at:     holders,
		edit:   edits{"$.subjects[0]": object{"kind": "User", "name": "dana", "namespace": ""}},
		field:  "$.subjects[0].namespace", says: tooShort + "1 chars long",
	},
	"ServiceAccountNamespaceTooLong": {
		reason: "A namespace's name has at most 63 characters.",
		at:     holders,
		edit:   edits{"$.subjects[0]": serviceAccount(name64, "ledger")},
		field:  "$.subjects[0].namespace", says: tooLong + "63 ",
	},
	"ServiceAccountNamespaceNoLabel": {
		reason: "A namespace's name is a DNS label.",
		at:     holders,
		edit:   edits{"$.subjects[0]": object{"kind": "User", "name": "dana", "namespace": "pay.ments"}},
		field:  "$.subjects[0].namespace", says: saysNamespace,
	},

	// Handles.
	"HandlesTooMany": {
		reason: "A party has handles for at most sixteen systems.",
		at:     holders,
		edit:   edits{"$.handles": many(17, handle)},
		field:  "$.handles", says: tooMany + "17: must have at most 16 items",
	},
	"HandleSystemTwice": {
		reason: "A party has one handle in each system.",
		at:     holders,
		edit:   edits{"$.handles": list{handle(1), handle(1)}},
		field:  "$.handles", says: saysHandleOnce,
	},
	"HandleClaimTwice": {
		reason: "A kargo handle without a claim is a group.",
		at:     holders,
		edit: edits{"$.handles": list{
			object{"system": "kargo", "value": "board"}, object{"system": "kargo", "claim": "groups", "value": "board"},
		}},
		field: "$.handles", says: saysHandleOnce,
	},
	"HandleArgoCDTwice": {
		reason: "Listing the same group twice has no effect.",
		edit: edits{"spec.customers[0].handles": list{
			object{"system": "argocd", "value": "board"}, object{"system": "argocd", "value": "board"},
		}},
		field: "spec.customers[0].handles", says: saysHandleOnce,
	},
	"HandleClaimOfAnotherSystem": {
		reason: "A user who writes it expects an effect.",
		at:     holders,
		edit:   edits{"$.handles[0]": object{"system": "argocd", "claim": "email", "value": "cfo@acme.example"}},
		field:  "$.handles[0].claim", says: saysClaimOfKargo,
	},
	"HandleClaimEmpty": {
		reason: "Left out, the handle is a group.",
		at:     holders,
		edit:   edits{"$.handles[0]": object{"system": "kargo", "claim": "", "value": "board"}},
		field:  "$.handles[0].claim", says: tooShort + "1 chars long",
	},
	"HandleClaimTooLong": {
		reason: "No claim has a name this long.",
		at:     holders,
		edit:   edits{"$.handles[0]": object{"system": "kargo", "claim": strings.Repeat("c", 65), "value": "board"}},
		field:  "$.handles[0].claim", says: tooLong + "64 ",
	},
	"HandleClaimWithQuotes": {
		reason: "It is a key of an annotation in JSON, and of Kargo's index.",
		at:     holders,
		edit:   edits{"$.handles[0]": object{"system": "kargo", "claim": `email":["x"],"sub`, "value": "board"}},
		field:  "$.handles[0].claim", says: saysClaimName,
	},
	"HandleClaimShared": {
		reason: "It would name everyone who signs in.",
		at:     holders,
		edit:   edits{"$.handles[0]": object{"system": "kargo", "claim": "iss", "value": "https://login.acme.example"}},
		field:  "$.handles[0].claim", says: saysClaimShared,
	},
	"HandleSystemMissing": {
		reason: "A handle belongs to a system.",
		at:     holders,
		edit:   edits{"$.handles[0].system": absent},
		field:  "$.handles[0].system", says: required,
	},
	"HandleSystemEmpty": {
		reason: "An empty name is not a system.",
		at:     holders,
		edit:   edits{"$.handles[0].system": ""},
		field:  "$.handles[0].system", says: tooShort + "1 chars long",
	},
	"HandleSystemTooLong": {
		reason: "It becomes part of a key.",
		at:     holders,
		edit:   edits{"$.handles[0].system": strings.Repeat("s", 33)},
		field:  "$.handles[0].system", says: tooLong + "32 ",
	},
	"HandleSystemInUpperCase": {
		reason: "Slack and slack are one system.",
		at:     holders,
		edit:   edits{"$.handles[0].system": "Slack"},
		field:  "$.handles[0].system", says: saysSystem,
	},
	"HandleSystemUsers": {
		reason: "The routing ConfigMap has keys that end in .users.",
		at:     holders,
		edit:   edits{"$.handles[0].system": "users"},
		field:  "$.handles[0].system", says: saysSystemTaken,
	},
	"HandleSystemGroups": {
		reason: "The routing ConfigMap has keys that end in .groups.",
		edit:   edits{"spec.customers[0].handles[0].system": "groups"},
		field:  "spec.customers[0].handles[0].system", says: saysSystemTaken,
	},
	"HandleValueMissing": {
		reason: "A handle without a value does not reach the party.",
		at:     holders,
		edit:   edits{"$.handles[0].value": absent},
		field:  "$.handles[0].value", says: required,
	},
	"HandleValueEmpty": {
		reason: "A handle without a value does not reach the party.",
		at:     holders,
		edit:   edits{"$.handles[0]": object{"system": "pager", "value": ""}},
		field:  "$.handles[0].value", says: tooShort + "1 chars long",
	},
	"HandleValueTooLong": {
		reason: "The cost of judging a map is limited.",
		at:     holders,
		edit:   edits{"$.handles[0]": object{"system": "pager", "value": name254}},
		field:  "$.handles[0].value", says: tooLong + "253 ",
	},
	"HandleValueOfTwoLines": {
		reason: "Tools read one value per line.",
		at:     holders,
		edit:   edits{"$.handles[0]": object{"system": "pager", "value": "one\ntwo"}},
		field:  "$.handles[0].value", says: saysHandleLine,
	},
	"HandleValueWithZeroWidthSpace": {
		reason: "Two values that look the same must be the same.",
		edit:   edits{"spec.customers[0].handles[0]": object{"system": "pager", "value": "on\u200bcall"}},
		field:  "spec.customers[0].handles[0].value", says: saysHandleLine,
	},
	"HandleValueEndsWithSpace": {
		reason: "Tools that trim would see another value.",
		edit:   edits{"spec.customers[0].handles[0]": object{"system": "pager", "value": "oncall "}},
		field:  "spec.customers[0].handles[0].value", says: saysHandleLine,
	},
	"EmailWithoutAt": {
		reason: "No mail reaches it.",
		at:     holders,
		edit:   edits{"$.handles[0]": object{"system": "email", "value": "acme.example"}},
		field:  "$.handles[0].value", says: "InvalidHandle: acme.example" + saysEmailHandle,
	},
	"EmailWithName": {
		reason: "An address only: the name is displayName.",
		edit:   edits{"spec.customers[0].handles[0].value": "ACME <approvals@acme.example>"},
		field:  "spec.customers[0].handles[0].value", says: saysEmailHandle,
	},
	"EmailTwoAddresses": {
		reason: "A party has one address; a mailing list has its own address.",
		edit:   edits{"spec.customers[0].handles[0].value": "a@acme.example,b@acme.example"},
		field:  "spec.customers[0].handles[0].value", says: saysEmailHandle,
	},
	"SlackWithSpace": {
		reason: "No channel has a space.",
		at:     holders,
		edit:   edits{"$.handles[0]": object{"system": "slack", "value": "#acme approvals"}},
		field:  "$.handles[0].value", says: saysSlackHandle,
	},
	"SlackTwoChannels": {
		reason: "One channel for a party.",
		edit:   edits{"spec.customers[0].handles[0]": object{"system": "slack", "value": "#one,#two"}},
		field:  "spec.customers[0].handles[0].value", says: saysSlackHandle,
	},
	"GitHubWithTwoSlashes": {
		reason: "A team is an organisation and a name.",
		at:     holders,
		edit:   edits{"$.handles[0]": object{"system": "github", "value": "@acme/procurement/board"}},
		field:  "$.handles[0].value", says: "InvalidHandle: @acme/procurement/board" + saysGitHubHandle,
	},
	"GitHubTeamWithDot": {
		reason: "No team's slug has a dot: the renderers could not name it.",
		at:     holders,
		edit:   edits{"$.handles[0]": object{"system": "github", "value": "@acme/shop_floor.eu"}},
		field:  "$.handles[0].value", says: saysGitHubHandle,
	},
	"GitHubTooLong": {
		reason: "A login has at most 39 characters.",
		at:     holders,
		edit:   edits{"$.handles[0]": object{"system": "github", "value": "@" + strings.Repeat("a", 40)}},
		field:  "$.handles[0].value", says: saysGitHubHandle,
	},
	"GitHubEmail": {
		reason: "An address is not a user name.",
		edit:   edits{"spec.customers[0].handles[0]": object{"system": "github", "value": "dana@vendor.example"}},
		field:  "spec.customers[0].handles[0].value", says: saysGitHubHandle,
	},
	"SlackCallsEverybody": {
		reason: "A message to one party would notify all members.",
		at:     holders,
		edit:   edits{"$.handles[0]": object{"system": "slack", "value": "<!channel>"}},
		field:  "$.handles[0].value", says: "InvalidHandle: <!channel>" + saysSlackHandle,
	},
	"SlackHere": {
		reason: "A message to one party would notify all members.",
		edit:   edits{"spec.customers[0].handles[0]": object{"system": "slack", "value": "@Here"}},
		field:  "spec.customers[0].handles[0].value", says: "InvalidHandle: @Here" + saysSlackHandle,
	},
	"HandleIsScript": {
		reason: "A web page that shows it as a link would run the script.",
		at:     holders,
		edit:   edits{"$.handles[0]": object{"system": "web", "value": "JavaScript:alert(1)"}},
		field:  "$.handles[0].value", says: "InvalidHandle: JavaScript:alert(1)" + saysScript,
	},
	"HandleWithFiller": {
		reason: "An invisible value does not reach the party.",
		edit:   edits{"spec.customers[0].handles[0]": object{"system": "pager", "value": "\u2800"}},
		field:  "spec.customers[0].handles[0].value", says: saysHandleLine,
	},

	// Acknowledged overlaps.
	"OverlapsTooMany": {
		reason: "Use a group for more than 64 overlaps.",
		edit:   edits{"spec.acknowledgedOverlaps": many(65, overlap)},
		field:  "spec.acknowledgedOverlaps", says: tooMany + "65: must have at most 64 items",
	},
	"OverlapTwice": {
		reason: "There is one reason for each subject.",
		edit:   edits{"spec.acknowledgedOverlaps": list{overlap(1), overlap(1)}},
		field:  "spec.acknowledgedOverlaps", says: saysOverlapOnce,
	},
	"OverlapKindMissing": {
		reason: "A user and a group may have the same name.",
		edit:   edits{"spec.acknowledgedOverlaps[0].kind": absent},
		field:  "spec.acknowledgedOverlaps[0].kind", says: required,
	},
	"OverlapKindUnknown": {
		reason: "There are three kinds of identities.",
		edit:   edits{"spec.acknowledgedOverlaps[0].kind": "Team"},
		field:  "spec.acknowledgedOverlaps[0].kind", says: notOneOf + `"Team": supported values: "User", "Group", "ServiceAccount"`,
	},
	"OverlapOfServiceAccount": {
		reason: "A ServiceAccount cannot be a customer.",
		edit:   edits{"spec.acknowledgedOverlaps[0].kind": "ServiceAccount"},
		field:  "spec.acknowledgedOverlaps[0].kind", says: saysOverlapKind,
	},
	"OverlapNameMissing": {
		reason: "An acknowledgement names a subject.",
		edit:   edits{"spec.acknowledgedOverlaps[0].name": absent},
		field:  "spec.acknowledgedOverlaps[0].name", says: required,
	},
	"OverlapNameEmpty": {
		reason: "An empty name is not a name.",
		edit:   edits{"spec.acknowledgedOverlaps[0].name": ""},
		field:  "spec.acknowledgedOverlaps[0].name", says: tooShort + "1 chars long",
	},
	"OverlapReasonOfTwoLines": {
		reason: "It would forge a line in the output of kubectl describe.",
		edit:   edits{"spec.acknowledgedOverlaps[0].reason": "r\nStatus: Ready"},
		field:  "spec.acknowledgedOverlaps[0].reason", says: saysReason,
	},
	"OverlapReasonBackwards": {
		reason: "The text after it would be shown in another order.",
		edit:   edits{"spec.acknowledgedOverlaps[0].reason": "r\u202e"},
		field:  "spec.acknowledgedOverlaps[0].reason", says: saysReason,
	},
	"OverlapNameTooLong": {
		reason: "No subject has a name this long.",
		edit:   edits{"spec.acknowledgedOverlaps[0].name": name254},
		field:  "spec.acknowledgedOverlaps[0].name", says: tooLong + "253 ",
	},
	"OverlapNameWithEscape": {
		reason: "No subject has this name, and a warning that shows it would be lost.",
		edit:   edits{"spec.acknowledgedOverlaps[0].name": "cfo\x1b[31m"},
		field:  "spec.acknowledgedOverlaps[0].name", says: saysOverlapName,
	},
	"OverlapReasonMissing": {
		reason: "An acknowledgement needs a reason.",
		edit:   edits{"spec.acknowledgedOverlaps[0].reason": absent},
		field:  "spec.acknowledgedOverlaps[0].reason", says: required,
	},
	"OverlapReasonEmpty": {
		reason: "An empty reason is not a reason.",
		edit:   edits{"spec.acknowledgedOverlaps[0].reason": ""},
		field:  "spec.acknowledgedOverlaps[0].reason", says: tooShort + "1 chars long",
	},
	"OverlapReasonTooLong": {
		reason: "A sentence is enough.",
		edit:   edits{"spec.acknowledgedOverlaps[0].reason": text257},
		field:  "spec.acknowledgedOverlaps[0].reason", says: tooLong + "256 ",
	},

	// Topics.
	"TopicsTooMany": {
		reason: "The cost of judging a map is limited.",
		edit:   edits{"spec.topics": many(65, topic)},
		field:  "spec.topics", says: tooMany + "65: must have at most 64 items",
	},
	"TopicTwice": {
		reason: "A topic is defined once.",
		edit:   edits{"spec.topics": list{topic(1), topic(1)}},
		field:  "spec.topics", says: saysTopicOnce,
	},
	"TopicNameMissing": {
		reason: "A topic is known by its name.",
		edit:   edits{"spec.topics[0].name": absent},
		field:  "spec.topics[0].name", says: required,
	},
	"TopicNameEmpty": {
		reason: "An empty name is not a name.",
		edit:   edits{"spec.topics[0].name": ""},
		field:  "spec.topics[0].name", says: tooShort + "1 chars long",
	},
	"TopicNameTooLong": {
		reason: "Many keys of the routing table contain a topic's name.",
		edit:   edits{"spec.topics[0].name": name41},
		field:  "spec.topics[0].name", says: tooLong + "40 ",
	},
	"TopicNameWithDot": {
		reason: "A dot separates the parts of a key.",
		edit:   edits{"spec.topics[0].name": "security.exception"},
		field:  "spec.topics[0].name", says: saysTopicName,
	},
	"TopicNameWithSlash": {
		reason: "A slash separates a resource from its subresource.",
		edit:   edits{"spec.topics[0].name": "security/exception"},
		field:  "spec.topics[0].name", says: saysTopicName,
	},
	"TopicNameIsWildcard": {
		reason: "In a Role it would mean every topic.",
		edit:   edits{"spec.topics[0].name": "*"},
		field:  "spec.topics[0].name", says: saysTopicName,
	},
	"TopicNameStatus": {
		reason: "It is a real subresource.",
		edit:   edits{"spec.topics[0].name": "status"},
		field:  "spec.topics[0].name", says: saysTopicReserved,
	},
	"TopicNameScale": {
		reason: "It is the name of a real subresource.",
		edit:   edits{"spec.topics[0].name": "scale"},
		field:  "spec.topics[0].name", says: saysTopicReserved,
	},
	"TopicNameFinalizers": {
		reason: "RBAC checks it when owner references are set.",
		edit:   edits{"spec.topics[0].name": "finalizers"},
		field:  "spec.topics[0].name", says: saysTopicReserved,
	},
	"TopicNameDefault": {
		reason: "It is the routing table's entry for topics that are not listed.",
		edit:   edits{"spec.topics[0].name": "default"},
		field:  "spec.topics[0].name", says: saysTopicReserved,
	},
	"TopicNameApprovals": {
		reason: "The routing ConfigMap has keys that begin with it.",
		edit:   edits{"spec.topics[0].name": "approvals"},
		field:  "spec.topics[0].name", says: saysTopicReserved,
	},
	"TopicNameFeatureRequests": {
		reason: "The routing ConfigMap has keys that begin with it.",
		edit:   edits{"spec.topics[0].name": "feature-requests"},
		field:  "spec.topics[0].name", says: saysTopicReserved,
	},
	"ClassMissing": {
		reason: "The class says what the recipients do.",
		edit:   edits{"spec.topics[0].class": absent},
		field:  "spec.topics[0].class", says: required,
	},
	"ClassUnknown": {
		reason: "There are three classes.",
		edit:   edits{"spec.topics[0].class": "Veto"},
		field:  "spec.topics[0].class", says: notOneOf + `"Veto": supported values: "Approval", "FeatureRequest", "Consultation"`,
	},
	"ToMissing": {
		reason: "A topic needs a recipient.",
		edit:   edits{"spec.topics[0].to": absent},
		field:  "spec.topics[0].to", says: required,
	},
	"ToEmpty": {
		reason: "An empty list has no recipient.",
		edit:   edits{"spec.topics[0].to": list{}},
		field:  "spec.topics[0].to", says: tooFew + "1 items",
	},
	"RoleTwice": {
		reason: "A user who writes a role twice probably meant another one.",
		at:     []string{"to", "cc", "decidedBy", "escalateTo"},
		edit:   edits{"spec.topics[0].$": texts("Customer", "Customer")},
		field:  "spec.topics[0].$", says: saysRoleOnce,
	},
	"RoleUnknown": {
		reason: "There are four roles.",
		at:     []string{"to", "cc", "decidedBy", "escalateTo"},
		edit:   edits{"spec.topics[0].$": texts("Sponsor")},
		field:  "spec.topics[0].$[0]", says: notOneOf + `"Sponsor": supported values: "Customer", "EndUser", "ProductOwner", "DevelopmentTeam"`,
	},
	"RolesTooMany": {
		reason: "There are four roles.",
		at:     []string{"to", "cc", "escalateTo"},
		edit:   edits{"spec.topics[0].$": texts("Customer", "EndUser", "ProductOwner", "DevelopmentTeam", "Customer")},
		field:  "spec.topics[0].$", says: tooMany + "5: must have at most 4 items", also: "spec.topics[0].$[4]",
	},
	"DecidedByEmpty": {
		reason: "Left out, the default decides; an empty list would mean that no role decides.",
		edit:   edits{"spec.topics[0].decidedBy": list{}},
		field:  "spec.topics[0].decidedBy", says: tooFew + "1 items",
	},
	"DecidedByTooMany": {
		reason: "Three roles can decide.",
		edit:   edits{"spec.topics[0].decidedBy": texts("Customer", "EndUser", "ProductOwner", "DevelopmentTeam")},
		field:  "spec.topics[0].decidedBy", says: tooMany + "4: must have at most 3 items",
	},
	"DecidedByDevelopmentTeam": {
		reason: "The team that builds the product does not decide about it.",
		edit: edits{
			"spec.topics[0]": object{"name": "colour", "class": "Consultation", "to": texts("Customer"), "decidedBy": texts("Customer", "DevelopmentTeam")},
		},
		field: "spec.topics[0].decidedBy", says: saysTeamDecides,
	},
	"ApprovalToEndUsers": {
		reason: "End users do not approve.",
		edit:   edits{"spec.topics[0].to": texts("Customer", "EndUser")},
		field:  "spec.topics[0]", says: saysApproval,
	},
	"ApprovalToDevelopmentTeam": {
		reason: "The team does not approve what it builds.",
		edit:   edits{"spec.topics[0].to": texts("DevelopmentTeam")},
		field:  "spec.topics[0]", says: saysApproval,
	},
	"ApprovalDecidedByEndUsers": {
		reason: "End users do not decide about approvals.",
		edit:   edits{"spec.topics[0].decidedBy": texts("EndUser")},
		field:  "spec.topics[0]", says: saysApproval,
	},
	"ApprovalEscalatesToEndUsers": {
		reason: "End users do not approve, not even after an escalation.",
		edit:   edits{"spec.topics[0].escalateTo": texts("EndUser")},
		field:  "spec.topics[0]", says: saysApproval,
	},
	"ApprovalEscalatesToDevelopmentTeam": {
		reason: "The team does not approve what it builds.",
		edit:   edits{"spec.topics[0].escalateTo": texts("ProductOwner", "DevelopmentTeam")},
		field:  "spec.topics[0]", says: saysApproval,
	},
	"CatalogueApprovalToEndUsers": {
		reason: "The same rule applies to a topic of the catalogue.",
		edit:   edits{"spec.topics[0]": object{"name": "budget", "class": "Approval", "to": texts("EndUser")}},
		field:  "spec.topics[0]", says: saysApproval,
	},
	"QuorumOfFeatureRequest": {
		reason: "Requests are not voted on.",
		edit:   edits{"spec.topics[0].class": "FeatureRequest"},
		field:  "spec.topics[0].quorum", says: saysQuorumClass,
	},
	"QuorumOfConsultation": {
		reason: "Consultations are not voted on.",
		edit:   edits{"spec.topics[0].class": "Consultation"},
		field:  "spec.topics[0].quorum", says: saysQuorumClass,
	},
	"QuorumModeUnknown": {
		reason: "There are three ways to count.",
		edit:   edits{"spec.topics[0].quorum": object{"mode": "Most"}},
		field:  "spec.topics[0].quorum.mode", says: notOneOf + `"Most": supported values: "Any", "All", "AtLeast"`,
	},
	"AtLeastWithoutCount": {
		reason: "AtLeast needs a count.",
		edit:   edits{"spec.topics[0].quorum": object{"mode": "AtLeast"}},
		field:  "spec.topics[0].quorum", says: saysCount,
	},
	"CountWithAll": {
		reason: "All and a count contradict each other.",
		edit:   edits{"spec.topics[0].quorum": object{"mode": "All", "count": int64(2)}},
		field:  "spec.topics[0].quorum", says: saysCount,
	},
	"CountWithoutMode": {
		reason: "The default is Any, which has no count.",
		edit:   edits{"spec.topics[0].quorum": object{"count": int64(2)}},
		field:  "spec.topics[0].quorum", says: saysCount,
	},
	"CountZero": {
		reason: "At least one party has to approve.",
		edit:   edits{"spec.topics[0].quorum.count": int64(0)},
		field:  "spec.topics[0].quorum.count", says: tooSmall + "1",
	},
	"CountTooLarge": {
		reason: "At most 32 customers and a product owner can approve.",
		edit:   edits{"spec.topics[0].quorum.count": int64(34)},
		field:  "spec.topics[0].quorum.count", says: tooLarge + "33",
	},
	"RespondWithinTooShort": {
		reason: "The shortest duration has a digit and a unit.",
		edit:   edits{"spec.topics[0].respondWithin": "1"},
		field:  "spec.topics[0].respondWithin", says: tooShort + "2 chars long",
	},
	"RespondWithinTooLong": {
		reason: "Five digits and a unit, three times, are 18 characters.",
		edit:   edits{"spec.topics[0].respondWithin": "0000001h0000001m001s"},
		field:  "spec.topics[0].respondWithin", says: tooLong + "18 ",
	},
	"RespondWithinWithoutUnit": {
		reason: "48 of what?",
		edit:   edits{"spec.topics[0].respondWithin": "48"},
		field:  "spec.topics[0].respondWithin", says: saysDuration,
	},
	"RespondWithinGarbage": {
		reason: "Tools could not measure it.",
		edit:   edits{"spec.topics[0].respondWithin": "two days"},
		field:  "spec.topics[0].respondWithin", says: saysDuration,
	},
	"RespondWithinZero": {
		reason: "It would escalate at once.",
		edit:   edits{"spec.topics[0].respondWithin": "0s"},
		field:  "spec.topics[0].respondWithin", says: saysDuration,
	},
	"RespondWithinSixDigits": {
		reason: "More than eleven years are a mistake.",
		edit:   edits{"spec.topics[0].respondWithin": "999999h"},
		field:  "spec.topics[0].respondWithin", says: saysDuration,
	},
	"RespondWithinNegative": {
		reason: "A response cannot come before the question.",
		edit:   edits{"spec.topics[0].respondWithin": "-1h"},
		field:  "spec.topics[0].respondWithin", says: saysDuration,
	},
	"RespondWithinDays": {
		reason: "A day is not always 24 hours, and Go's durations have no days.",
		edit:   edits{"spec.topics[0].respondWithin": "2d"},
		field:  "spec.topics[0].respondWithin", says: saysDuration,
	},
	"RespondWithinOutOfOrder": {
		reason: "There is one way to write a duration.",
		edit:   edits{"spec.topics[0].respondWithin": "30m1h"},
		field:  "spec.topics[0].respondWithin", says: saysDuration,
	},
	"EscalateToEmpty": {
		reason: "An empty list has no recipient.",
		edit:   edits{"spec.topics[0].escalateTo": list{}},
		field:  "spec.topics[0].escalateTo", says: tooFew + "1 items",
	},
	"EscalationWithoutTime": {
		reason: "An escalation needs a time limit.",
		edit:   edits{"spec.topics[0].respondWithin": absent},
		field:  "spec.topics[0].respondWithin", says: saysEscalation,
	},
}

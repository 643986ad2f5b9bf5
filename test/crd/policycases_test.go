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

const (
	saysPolicyName     = "metadata.name must be default: there is one policy for the cluster"
	saysSystemSays     = "a handle system needs a pattern, requiredFor, or both: without them it says nothing"
	saysSystemOnce     = "two of these entries are for the same system: remove one of them"
	saysMarketOnce     = "two of these entries are for the same market: remove one of them"
	saysActionOnce     = "an action stands twice in this list: remove one of the two"
	saysSystemName     = "name must be a DNS label such as slack: lower-case letters, digits and '-', with a letter or digit at both ends"
	saysPolicyInForce  = "the policy in-force belongs to the operator and has no spec: write your policy under the name default"
	saysSystemReserved = "name may not be users or groups: no system of a handle can have these names"
	saysArgoCDSpace    = "namespace must be a DNS label such as argocd: lower-case letters, digits and '-', with a letter or digit at both ends"
	saysUsernameClaim  = "usernameClaim is the name of a claim such as email, sub or preferred_username: letters, digits and the characters _ . : / -"
	saysGroupsClaim    = "groupsClaim is the name of a claim such as groups or roles: letters, digits and the characters _ . : / -"
	saysPrefix         = " must be one line of printable characters: remove line breaks, control and invisible characters"
	saysPrefixDash     = "usernamePrefix: the API server's flag takes - for no prefix at all; leave usernamePrefix out instead"
	saysAction         = "an action is sync, or action/<group>/<kind>/<action> such as action/argoproj.io/Rollout/resume, without wildcards"
)

// action253 and action254 are actions of these lengths.
var (
	action253 = "action/argoproj.io/Rollout/" + strings.Repeat("a", 226)
	action254 = action253 + "a"
)

// Fields of a policy's identities.
var (
	claimsOfIdentities = []string{
		"spec.identities.usernameClaim", "status.inForce.spec.identities.usernameClaim",
		"spec.identities.groupsClaim", "status.inForce.spec.identities.groupsClaim",
	}
	prefixesOfIdentities = []string{
		"spec.identities.usernamePrefix", "status.inForce.spec.identities.usernamePrefix",
		"spec.identities.groupsPrefix", "status.inForce.spec.identities.groupsPrefix",
	}
)

// policyRejectCases break one rule each, in addition to those of topics.
var policyRejectCases = map[string]rejectCase{
	"NameNotDefault": {
		reason: "There is one policy for the cluster.",
		edit:   edits{"metadata.name": "other"},
		field:  "<nil>", says: saysPolicyName,
	},
	"SpecOfTheOperators": {
		reason: "The policy in-force has no spec.",
		edit:   edits{"metadata.name": "in-force"},
		field:  "<nil>", says: saysPolicyInForce,
	},
	"TopicsTooMany": {
		reason: "A party can name every possible topic.",
		at:     specs,
		edit:   edits{"$.topics": many(9, topic)},
		field:  "$.topics", says: tooMany + "9: must have at most 8 items",
	},
	"TopicTwice": {
		reason: "A topic is defined once.",
		at:     specs,
		edit:   edits{"$.topics": list{topic(1), topic(1)}},
		field:  "$.topics", says: saysTopicOnce,
	},
	"SystemsTooMany": {
		reason: "A party has 16 handles, so it cannot need more.",
		at:     specs,
		edit:   edits{"$.handleSystems": many(17, system)},
		field:  "$.handleSystems", says: tooMany + "17: must have at most 16 items",
	},
	"SystemTwice": {
		reason: "A system has one pattern.",
		at:     specs,
		edit:   edits{"$.handleSystems": list{system(1), system(1)}},
		field:  "$.handleSystems", says: saysSystemOnce,
	},
	"SystemSaysNothing": {
		reason: "A handle system must require something.",
		at:     specs,
		edit:   edits{"$.handleSystems[0]": object{"name": "slack", "example": "#acme"}},
		field:  "$.handleSystems[0]", says: saysSystemSays,
	},
	"SystemNameMissing": {
		reason: "A system is known by its name.",
		at:     specs,
		edit:   edits{"$.handleSystems[0].name": absent},
		field:  "$.handleSystems[0].name", says: required,
	},
	"SystemNameEmpty": {
		reason: "An empty name is not a name.",
		at:     specs,
		edit:   edits{"$.handleSystems[0].name": ""},
		field:  "$.handleSystems[0].name", says: tooShort + "1 chars long",
	},
	"SystemNameTooLong": {
		reason: "No handle has a system of this name.",
		at:     specs,
		edit:   edits{"$.handleSystems[0].name": strings.Repeat("s", 33)},
		field:  "$.handleSystems[0].name", says: tooLong + "32 ",
	},
	"SystemNameUpperCase": {
		reason: "No handle has a system of this name.",
		at:     specs,
		edit:   edits{"$.handleSystems[0].name": "Slack"},
		field:  "$.handleSystems[0].name", says: saysSystemName,
	},
	"SystemNameUsers": {
		reason: "No handle has a system of this name.",
		at:     specs,
		edit:   edits{"$.handleSystems[0].name": "users"},
		field:  "$.handleSystems[0].name", says: saysSystemReserved,
	},
	"SystemNameGroups": {
		reason: "No handle has a system of this name.",
		at:     specs,
		edit:   edits{"$.handleSystems[0].name": "groups"},
		field:  "$.handleSystems[0].name", says: saysSystemReserved,
	},
	"PatternEmpty": {
		reason: "Left out, every handle is allowed; an empty one would match none.",
		at:     specs,
		edit:   edits{"$.handleSystems[0].pattern": ""},
		field:  "$.handleSystems[0].pattern", says: tooShort + "1 chars long",
	},
	"PatternTooLong": {
		reason: "It is compiled for each map.",
		at:     specs,
		edit:   edits{"$.handleSystems[0].pattern": text257},
		field:  "$.handleSystems[0].pattern", says: tooLong + "256 ",
	},
	"PatternOfTwoLines": {
		reason: "It matches no handle, which has one line.",
		at:     specs,
		edit:   edits{"$.handleSystems[0].pattern": "#a\n"},
		field:  "$.handleSystems[0].pattern", says: "pattern must be one line of printable characters: remove line breaks, control and invisible characters",
	},
	"ExampleOfTwoLines": {
		reason: "The API server drops a denial with a line break, including its message.",
		at:     specs,
		edit:   edits{"$.handleSystems[0].example": "#a\n"},
		field:  "$.handleSystems[0].example", says: "example must be one line of printable characters: remove line breaks, control and invisible characters",
	},
	"ExampleEmpty": {
		reason: "An empty example does not help users.",
		at:     specs,
		edit:   edits{"$.handleSystems[0].example": ""},
		field:  "$.handleSystems[0].example", says: tooShort + "1 chars long",
	},
	"ExampleTooLong": {
		reason: "It is part of a message.",
		at:     specs,
		edit:   edits{"$.handleSystems[0].example": strings.Repeat("e", 65)},
		field:  "$.handleSystems[0].example", says: tooLong + "64 ",
	},
	"RequiredForEmpty": {
		reason: "Left out, it is not required.",
		at:     specs,
		edit:   edits{"$.handleSystems[0].requiredFor": list{}},
		field:  "$.handleSystems[0].requiredFor", says: tooFew + "1 items",
	},
	"RequiredForTooMany": {
		reason: "There are four roles.",
		at:     specs,
		edit: edits{
			"$.handleSystems[0].requiredFor": texts("Customer", "EndUser", "ProductOwner", "DevelopmentTeam", "Customer"),
		},
		field: "$.handleSystems[0].requiredFor", says: tooMany + "5: must have at most 4 items",
		also: "$.handleSystems[0].requiredFor[4]",
	},
	"RequiredForTwice": {
		reason: "A user who writes a role twice probably meant another one.",
		at:     specs,
		edit:   edits{"$.handleSystems[0].requiredFor": texts("Customer", "Customer")},
		field:  "$.handleSystems[0].requiredFor", says: saysRoleOnce,
	},
	"RequiredForUnknown": {
		reason: "There are four roles.",
		at:     specs,
		edit:   edits{"$.handleSystems[0].requiredFor": texts("Sponsor")},
		field:  "$.handleSystems[0].requiredFor[0]", says: notOneOf + `"Sponsor": supported values: "Customer", "EndUser", "ProductOwner", "DevelopmentTeam"`,
	},
	"OverlapsTooMany": {
		reason: "There are three markets.",
		at:     specs,
		edit: edits{"$.overlaps": list{
			object{"market": "B2B", "treatment": "Allow"}, object{"market": "B2C", "treatment": "Allow"},
			object{"market": "Internal", "treatment": "Allow"}, object{"market": "B2B", "treatment": "Allow"},
		}},
		field: "$.overlaps", says: tooMany + "4: must have at most 3 items", also: "$.overlaps[3]",
	},
	"OverlapMarketTwice": {
		reason: "A market has one treatment.",
		at:     specs,
		edit: edits{"$.overlaps": list{
			object{"market": "B2B", "treatment": "Allow"}, object{"market": "B2B", "treatment": "Forbid"},
		}},
		field: "$.overlaps", says: saysMarketOnce,
	},
	"OverlapMarketMissing": {
		reason: "Each market has its own treatment.",
		at:     specs,
		edit:   edits{"$.overlaps[0].market": absent},
		field:  "$.overlaps[0].market", says: required,
	},
	"OverlapMarketUnknown": {
		reason: "There are three markets.",
		at:     specs,
		edit:   edits{"$.overlaps[0].market": "Black"},
		field:  "$.overlaps[0].market", says: notOneOf + `"Black": supported values: "B2B", "B2C", "Internal"`,
	},
	"OverlapTreatmentMissing": {
		reason: "If all of it is left out, the default applies.",
		at:     specs,
		edit:   edits{"$.overlaps[0].treatment": absent},
		field:  "$.overlaps[0].treatment", says: required,
	},
	"OverlapTreatmentUnknown": {
		reason: "There are three treatments.",
		at:     specs,
		edit:   edits{"$.overlaps[0].treatment": "Ignore"},
		field:  "$.overlaps[0].treatment", says: notOneOf + `"Ignore": supported values: "Allow", "Acknowledge", "Forbid"`,
	},
	"IdentitiesEmpty": {
		reason: "Leave it out instead.",
		at:     specs,
		edit:   edits{"$.identities": object{}},
		field:  "$.identities", says: "should have at least 1 properties",
	},
	"ClaimEmpty": {
		reason: "Leave it out for the default.",
		at:     claimsOfIdentities,
		edit:   edits{"$": ""},
		field:  "$", says: tooShort + "1 chars long",
	},
	"ClaimTooLong": {
		reason: "No claim has a name this long.",
		at:     claimsOfIdentities,
		edit:   edits{"$": strings.Repeat("c", 65)},
		field:  "$", says: tooLong + "64 ",
	},
	"UsernameClaimWithSpace": {
		reason: "It is the name of a claim.",
		at:     specs,
		edit:   edits{"$.identities.usernameClaim": "e mail"},
		field:  "$.identities.usernameClaim", says: saysUsernameClaim,
	},
	"GroupsClaimWithQuotes": {
		reason: "It is a key of an annotation in JSON, and of Kargo's index.",
		at:     specs,
		edit:   edits{"$.identities.groupsClaim": `groups":["x"],"sub`},
		field:  "$.identities.groupsClaim", says: saysGroupsClaim,
	},
	"PrefixEmpty": {
		reason: "Leave it out if the cluster adds nothing.",
		at:     prefixesOfIdentities,
		edit:   edits{"$": ""},
		field:  "$", says: tooShort + "1 chars long",
	},
	"PrefixTooLong": {
		reason: "No name begins with it.",
		at:     prefixesOfIdentities,
		edit:   edits{"$": name254},
		field:  "$", says: tooLong + "253 ",
	},
	"UsernamePrefixOfTwoLines": {
		reason: "No name begins with it.",
		at:     specs,
		edit:   edits{"$.identities.usernamePrefix": "oidc:\n"},
		field:  "$.identities.usernamePrefix", says: "usernamePrefix" + saysPrefix,
	},
	"GroupsPrefixWithZeroWidthSpace": {
		reason: "No name begins with it.",
		at:     specs,
		edit:   edits{"$.identities.groupsPrefix": "oidc:\u200b"},
		field:  "$.identities.groupsPrefix", says: "groupsPrefix" + saysPrefix,
	},
	"UsernamePrefixDash": {
		reason: "For the API server's flag it means no prefix, and no name would begin with it.",
		at:     specs,
		edit:   edits{"$.identities.usernamePrefix": "-"},
		field:  "$.identities.usernamePrefix", says: saysPrefixDash,
	},
	"OutputsEmpty": {
		reason: "Leave it out instead.",
		at:     specs,
		edit:   edits{"$.outputs": object{}},
		field:  "$.outputs", says: "should have at least 1 properties",
	},
	"SwitchUnknown": {
		reason: "A switch is on or off.",
		at: []string{
			"spec.outputs.manualApprovalGate", "status.inForce.spec.outputs.manualApprovalGate",
			"spec.outputs.kargo", "status.inForce.spec.outputs.kargo",
		},
		edit:  edits{"$": "true"},
		field: "$", says: notOneOf + `"true": supported values: "Enabled", "Disabled"`,
	},
	"ArgoCDNamespaceMissing": {
		reason: "Argo CD has a namespace.",
		at:     specs,
		edit:   edits{"$.outputs.argoCD.namespace": absent},
		field:  "$.outputs.argoCD.namespace", says: required,
	},
	"ArgoCDNamespaceEmpty": {
		reason: "An empty name is not a name.",
		at:     specs,
		edit:   edits{"$.outputs.argoCD.namespace": ""},
		field:  "$.outputs.argoCD.namespace", says: tooShort + "1 chars long",
	},
	"ArgoCDNamespaceTooLong": {
		reason: "No namespace has a name this long.",
		at:     specs,
		edit:   edits{"$.outputs.argoCD.namespace": name64},
		field:  "$.outputs.argoCD.namespace", says: tooLong + "63 ",
	},
	"ArgoCDNamespaceWithDot": {
		reason: "No namespace has a dot in its name.",
		at:     specs,
		edit:   edits{"$.outputs.argoCD.namespace": "argo.cd"},
		field:  "$.outputs.argoCD.namespace", says: saysArgoCDSpace,
	},
	"ActionsEmpty": {
		reason: "Leave it out if customers may only view.",
		at:     specs,
		edit:   edits{"$.outputs.argoCD.customers": list{}},
		field:  "$.outputs.argoCD.customers", says: tooFew + "1 items",
	},
	"ActionsTooMany": {
		reason: "The output for each map is limited.",
		at:     specs,
		edit:   edits{"$.outputs.argoCD.customers": many(17, numbered("action/apps/Deployment/restart-"))},
		field:  "$.outputs.argoCD.customers", says: tooMany + "17: must have at most 16 items",
	},
	"ActionTwice": {
		reason: "A user who writes an action twice probably meant another one.",
		at:     specs,
		edit:   edits{"$.outputs.argoCD.customers": texts("sync", "sync")},
		field:  "$.outputs.argoCD.customers", says: saysActionOnce,
	},
	"ActionTooShort": {
		reason: "The shortest action is sync.",
		at:     specs,
		edit:   edits{"$.outputs.argoCD.customers[0]": "get"},
		field:  "$.outputs.argoCD.customers[0]", says: tooShort + "4 chars long",
	},
	"ActionTooLong": {
		reason: "No action has a name this long.",
		at:     specs,
		edit:   edits{"$.outputs.argoCD.customers[0]": action254},
		field:  "$.outputs.argoCD.customers[0]", says: tooLong + "253 ",
	},
	"ActionDelete": {
		reason: "A map must not give the right to delete an application.",
		at:     specs,
		edit:   edits{"$.outputs.argoCD.customers[0]": "delete"},
		field:  "$.outputs.argoCD.customers[0]", says: saysAction,
	},
	"ActionWithWildcard": {
		reason: "Customers' actions are listed one by one.",
		at:     specs,
		edit:   edits{"$.outputs.argoCD.customers[0]": "action/*/*/*"},
		field:  "$.outputs.argoCD.customers[0]", says: saysAction,
	},
	"ActionWithLineBreak": {
		reason: "It would be a separate line in Argo CD's policy.",
		at:     specs,
		edit:   edits{"$.outputs.argoCD.customers[0]": "sync\np, everybody, applications, *, */*, allow"},
		field:  "$.outputs.argoCD.customers[0]", says: saysAction,
	},
	"StatusEmpty": {
		reason: "The operator never writes an empty status.",
		edit:   edits{"status": object{}},
		field:  "status", says: "should have at least 1 properties",
	},
	"ObservedGenerationZero": {
		reason: "Generations begin at one.",
		edit:   edits{"status.observedGeneration": int64(0)},
		field:  "status.observedGeneration", says: tooSmall + "1",
	},
	"ConditionsTooMany": {
		reason: "There are two conditions.",
		edit:   edits{"status.conditions": many(9, condition)},
		field:  "status.conditions", says: tooMany + "9: must have at most 8 items",
	},
	"ConditionTwice": {
		reason: "A condition has one status.",
		edit:   edits{"status.conditions": list{condition(0), condition(0)}},
		field:  "status.conditions[1]", says: duplicate,
	},
	"ArgoCDStatusWithoutNamespace": {
		reason: "The ConfigMap to clean up has a namespace.",
		edit:   edits{"status.argoCD.namespace": absent},
		field:  "status.argoCD.namespace", says: required,
	},
	"ArgoCDStatusNamespaceEmpty": {
		reason: "An empty name is not a name.",
		edit:   edits{"status.argoCD.namespace": ""},
		field:  "status.argoCD.namespace", says: tooShort + "1 chars long",
	},
	"ArgoCDStatusNamespaceTooLong": {
		reason: "No namespace has a name this long.",
		edit:   edits{"status.argoCD.namespace": name64},
		field:  "status.argoCD.namespace", says: tooLong + "63 ",
	},
	"ArgoCDStatusNextNamespaceEmpty": {
		reason: "An empty name is not a name.",
		edit:   edits{"status.argoCD.nextNamespace": ""},
		field:  "status.argoCD.nextNamespace", says: tooShort + "1 chars long",
	},
	"ArgoCDStatusNextNamespaceTooLong": {
		reason: "No namespace has a name this long.",
		edit:   edits{"status.argoCD.nextNamespace": name64},
		field:  "status.argoCD.nextNamespace", says: tooLong + "63 ",
	},
	"ArgoCDStatusPreviousNamespaceEmpty": {
		reason: "An empty name is not a name.",
		edit:   edits{"status.argoCD.previousNamespace": ""},
		field:  "status.argoCD.previousNamespace", says: tooShort + "1 chars long",
	},
	"ArgoCDStatusPreviousNamespaceTooLong": {
		reason: "No namespace has a name this long.",
		edit:   edits{"status.argoCD.previousNamespace": name64},
		field:  "status.argoCD.previousNamespace", says: tooLong + "63 ",
	},
	"ArgoCDStatusMapsNegative": {
		reason: "The minimum is no map.",
		edit:   edits{"status.argoCD.maps": int64(-1)},
		field:  "status.argoCD.maps", says: tooSmall + "0",
	},
	"KargoStatusWithoutCount": {
		reason: "The count is required.",
		edit:   edits{"status.kargo.serviceAccounts": absent},
		field:  "status.kargo.serviceAccounts", says: required,
	},
	"KargoStatusCountNegative": {
		reason: "A count is never below zero.",
		edit:   edits{"status.kargo.serviceAccounts": int64(-1)},
		field:  "status.kargo.serviceAccounts", says: tooSmall + "0",
	},
	"InForceWithoutGeneration": {
		reason: "The policy in force has a generation.",
		edit:   edits{"status.inForce.generation": absent},
		field:  "status.inForce.generation", says: required,
	},
	"InForceGenerationZero": {
		reason: "Generations begin at one.",
		edit:   edits{"status.inForce.generation": int64(0)},
		field:  "status.inForce.generation", says: tooSmall + "1",
	},
}

// policyAcceptCases are on the valid side of each bound and rule.
var policyAcceptCases = map[string]acceptCase{
	"Baseline": {reason: "The baseline that every other case changes is acceptable."},
	"NoSpec":   {reason: "That is what the operator makes.", edit: edits{"spec": absent}},
	"Empty":    {reason: "An empty policy is the default.", edit: edits{"spec": object{}}},
	"ListsEmpty": {
		reason: "An empty list means the same as none.",
		edit:   edits{"spec": object{"topics": list{}, "handleSystems": list{}, "overlaps": list{}}},
	},
	"TopicsMost":  {reason: "8 topics.", edit: edits{"spec.topics": many(8, topic)}},
	"SystemsMost": {reason: "16 systems.", edit: edits{"spec.handleSystems": many(16, system)}},
	"PatternOnly": {reason: "A handle need not be required.", edit: edits{"spec.handleSystems[0].requiredFor": absent}},
	"RequiredOnly": {
		reason: "A required handle can have any form.",
		edit:   edits{"spec.handleSystems[0].pattern": absent, "spec.handleSystems[0].example": absent},
	},
	"RequiredForAll": {
		reason: "Four roles can need a handle.",
		edit:   edits{"spec.handleSystems[0].requiredFor": texts("Customer", "EndUser", "ProductOwner", "DevelopmentTeam")},
	},
	"PatternDoesNotCompile": {
		reason: "CEL cannot check it; the operator does, and keeps the last valid policy.",
		edit:   edits{"spec.handleSystems[0].pattern": "["},
	},
	"TextsLongest": {
		reason: "Each text may have the documented number of characters.",
		edit: edits{
			"spec.handleSystems[0].name":       strings.Repeat("s", 32),
			"spec.handleSystems[0].pattern":    text256,
			"spec.handleSystems[0].example":    strings.Repeat("e", 64),
			"spec.outputs.argoCD.namespace":    name63,
			"spec.outputs.argoCD.customers[0]": action253,
			"spec.identities.usernameClaim":    strings.Repeat("c", 64),
			"spec.identities.usernamePrefix":   name253,
			"spec.identities.groupsClaim":      "https://acme.example/roles",
			"spec.identities.groupsPrefix":     "https://login.acme.example#",
		},
	},
	"NoIdentities":    {reason: "The cluster takes claims as they are.", edit: edits{"spec.identities": absent}},
	"OneOfIdentities": {reason: "Each of the four may be left out.", edit: edits{"spec.identities": object{"groupsPrefix": "oidc:"}}},
	"EveryMarket": {
		reason: "Each market has its own treatment.",
		edit: edits{"spec.overlaps": list{
			object{"market": "B2B", "treatment": "Forbid"}, object{"market": "B2C", "treatment": "Allow"},
			object{"market": "Internal", "treatment": "Acknowledge"},
		}},
	},
	"ActionsMost": {
		reason: "16 actions.",
		edit:   edits{"spec.outputs.argoCD.customers": many(16, numbered("action/apps/Deployment/restart-"))},
	},
	"ActionOfCoreGroup": {
		reason: "The core group has no name.",
		edit:   edits{"spec.outputs.argoCD.customers[0]": "action//Service/open"},
	},
	"LookingOnly":    {reason: "Customers may look.", edit: edits{"spec.outputs.argoCD.customers": absent}},
	"NoOutputs":      {reason: "Nothing is written for tools.", edit: edits{"spec.outputs": absent}},
	"QuorumEmpty":    {reason: "As in a map.", edit: edits{"spec.topics[0].quorum": object{}}},
	"CatalogueTopic": {reason: "It replaces the catalogue's.", edit: edits{"spec.topics[0].name": "budget"}},
}

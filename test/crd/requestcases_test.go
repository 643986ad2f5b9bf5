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

import (
	"maps"
	"strconv"
	"strings"
)

const (
	saysAsked           = " cannot change once it was asked: make a new request"
	saysFinal           = "an outcome is final: make a new request"
	saysValidUntil      = "validUntil is final once there is an outcome: make a new request"
	saysStaysAway       = "a request that was withdrawn stays withdrawn: make a new request"
	saysRoomForOthers   = "this request has 96 answers that decide nothing, and takes no more of these: only those who decide can still answer"
	saysOneLine         = " must be one line of printable characters: remove line breaks, control and invisible characters"
	saysRequestDuration = " must be a duration such as 72h or 1h30m: hours, then minutes, then seconds, together more than zero, each a whole number of at most five digits"

	verdicts = notOneOf + `"Maybe": supported values: "Approve", "Reject", "Accept", "Decline", "Defer", "Support", "Comment"`
)

// longText is a text of n characters that every field takes which takes text.
func longText(n int) string { return strings.Repeat("x", n) }

// response is the i-th of many sound answers that decide.
func response(i int) any { return object{"by": numbered("user-")(i), "verdict": "Approve"} }

// supporter is the i-th of many answers that decide nothing.
func supporter(i int) any { return object{"by": numbered("supporter-")(i), "verdict": "Support"} }

// decision is the i-th of many sound decisions.
func decision(i int) any {
	return object{"by": numbered("user-")(i), "parties": list{partyKey(i)}, "verdict": "Approve", "at": "2026-01-01T00:00:00Z"}
}

// unverified is the i-th of many answers that do not count.
func unverified(i int) any {
	return object{"by": numbered("user-")(i), "answer": "0123", "at": "2026-01-01T00:00:00Z"}
}

// partyKey is the i-th of many keys of parties.
func partyKey(i int) any { return numbered("customer/party-")(i) }

// boundsOf are the cases of the length of a text, by the name of the field.
func boundsOf(path string, shortest, longest int) map[string]rejectCase {
	return map[string]rejectCase{
		path + "/Empty":   {reason: "A text says something, or is left out.", edit: edits{path: ""}, field: path, says: tooShort + strconv.Itoa(shortest) + " chars long"},
		path + "/TooLong": {reason: "Every text is bounded.", edit: edits{path: longText(longest + 1)}, field: path, says: tooLong + strconv.Itoa(longest) + " "},
	}
}

// requestRejectCases break one rule each when a request is made.
func requestRejectCases() map[string]rejectCase {
	all := map[string]rejectCase{
		"SpecMissing":    {reason: "A request asks something.", edit: edits{"spec": absent}, field: "spec", says: required},
		"MapName":        {reason: "No map has such a name.", edit: edits{"spec.map": "Check_out"}, field: "spec.map", says: "map must be the name of a StakeholderMap such as checkout: lower-case letters, digits, '-' and '.'"},
		"TopicName":      {reason: "No topic has such a name.", edit: edits{"spec.topic": "re.lease"}, field: "spec.topic", says: "topic must be a DNS label such as release: lower-case letters, digits and '-', with a letter or digit at both ends"},
		"Description":    {reason: "What people read shows what it is.", edit: edits{"spec.description": "a\u200bb\n"}, field: "spec.description", says: "description must be plain text: remove control and invisible characters"},
		"DescriptionCR":  {reason: "A carriage return hides what stands before it.", edit: edits{"spec.description": "a\rb"}, field: "spec.description", says: "description must be plain text: remove control and invisible characters"},
		"SubjectSpace":   {reason: "Tools compare subjects byte by byte.", edit: edits{"spec.subject": "a b"}, field: "spec.subject", says: "subject must be one word of visible ASCII characters, such as registry.example/shop/checkout@sha256:0123: it is compared byte by byte"},
		"SubjectUnicode": {reason: "Two texts that look the same are not.", edit: edits{"spec.subject": "аpp"}, field: "spec.subject", says: "subject must be one word of visible ASCII characters, such as registry.example/shop/checkout@sha256:0123: it is compared byte by byte"},
		"LinksEmpty":     {reason: "No links are left out.", edit: edits{"spec.links": list{}}, field: "spec.links", says: tooFew + "1 items"},
		"LinksTooMany": {reason: "Every list is bounded.", edit: edits{"spec.links": many(9, func(int) any {
			return object{"title": "a", "url": "https://a"}
		})}, field: "spec.links", says: tooMany + "9: must have at most 8 items"},
		"LinkScript":       {reason: "A link must not run a script.", edit: edits{"spec.links[0].url": "javascript:alert(1)"}, field: "spec.links[0].url", says: "url must be an https address such as https://shop.example/changelog"},
		"LinkPlain":        {reason: "A link must not be changed on its way.", edit: edits{"spec.links[0].url": "http://shop.example"}, field: "spec.links[0].url", says: "url must be an https address such as https://shop.example/changelog"},
		"LinkWithoutTitle": {reason: "People see where a link leads.", edit: edits{"spec.links[0].title": absent}, field: "spec.links[0].title", says: required},
		"LinkWithoutURL":   {reason: "A link leads somewhere.", edit: edits{"spec.links[0].url": absent}, field: "spec.links[0].url", says: required},
		"ResponsesTooMany": {reason: "Every list is bounded.", edit: edits{"spec.responses": many(129, response)}, field: "spec.responses", says: tooMany + "129: must have at most 128 items"},
		"NoRoomForDeciders": {
			reason: "A decider always finds room.", edit: edits{"spec.responses": many(97, supporter)}, field: "spec.responses", says: saysRoomForOthers,
		},
		"ResponseTwice":   {reason: "A person answers once.", edit: edits{"spec.responses": list{response(0), response(0)}}, field: "spec.responses[1]", says: duplicate},
		"ResponseNobody":  {reason: "Every answer has an author.", edit: edits{"spec.responses[0].by": absent}, field: "spec.responses[0].by", says: required},
		"ResponseNothing": {reason: "An answer says something.", edit: edits{"spec.responses[0].verdict": absent}, field: "spec.responses[0].verdict", says: required},
		"VerdictUnknown":  {reason: "Each verdict has a meaning.", edit: edits{"spec.responses[0].verdict": "Maybe"}, field: "spec.responses[0].verdict", says: verdicts},
		"GroupsTooMany":   {reason: "Every list is bounded.", edit: edits{"spec.responses[0].groups": many(9, numbered("group-"))}, field: "spec.responses[0].groups", says: tooMany + "9: must have at most 8 items"},
		"GroupsEmpty":     {reason: "No groups are left out. A client that drops empty lists would change the answers of others.", edit: edits{"spec.responses[0].groups": list{}}, field: "spec.responses[0].groups", says: tooFew + "1 items"},
		"GroupTwice":      {reason: "A group is claimed once.", edit: edits{"spec.responses[0].groups": texts("a", "a")}, field: "spec.responses[0].groups[1]", says: duplicate},
		"GroupLine": {
			reason: "A group is as the directory calls it.", edit: edits{"spec.responses[0].groups": texts("a\nb")},
			field: "spec.responses[0].groups[0]", says: "a group" + saysOneLine,
		},
	}
	for path, longest := range map[string]int{
		"spec.map": 63, "spec.topic": 40, "spec.title": 128, "spec.description": 8192, "spec.subject": 512, "spec.requestedBy": 339,
		"spec.links[0].title": 128, "spec.responses[0].by": 339, "spec.responses[0].comment": 1024, "spec.responses[0].groups[0]": 253,
	} {
		maps.Copy(all, boundsOf(path, 1, longest))
	}
	maps.Copy(all, boundsOf("spec.links[0].url", 9, 1024))
	for _, field := range []string{"map", "topic", "title", "requestedBy"} {
		all["Without/"+field] = rejectCase{reason: "A request says who asks what.", edit: edits{"spec." + field: absent}, field: "spec." + field, says: required}
	}
	for _, path := range []string{"spec.title", "spec.requestedBy", "spec.links[0].title", "spec.responses[0].by", "spec.responses[0].comment"} {
		field := path[strings.LastIndex(path, ".")+1:]
		all["Line/"+path] = rejectCase{reason: "What people read shows what it is.", edit: edits{path: "a\nb"}, field: path, says: field + saysOneLine}
	}
	for _, field := range []string{"expiresAfter", "validFor"} {
		path := "spec." + field
		maps.Copy(all, boundsOf(path, 2, 18))
		for _, wrong := range []string{"0s", "3d", "1s1h", "-5m", "123456h"} {
			all[path+"/"+wrong] = rejectCase{reason: "A duration is one that Go reads.", edit: edits{path: wrong}, field: path, says: field + saysRequestDuration}
		}
	}
	return all
}

// requestChangeCases change or remove what was asked.
func requestChangeCases() map[string]rejectCase {
	all := map[string]rejectCase{
		"WithdrawnAgain":   {reason: "Who has withdrawn a request has ended it.", edit: edits{"spec.withdrawn": false}, field: "spec.withdrawn", says: saysStaysAway},
		"WithdrawnRemoved": {reason: "Who has withdrawn a request has ended it.", edit: edits{"spec.withdrawn": absent}, field: "spec.withdrawn", says: saysStaysAway},
	}
	for field, other := range map[string]any{
		"map": "other", "topic": "budget", "title": "Release 2", "description": "Nothing.", "subject": "registry.example/shop/evil@sha256:0123",
		"links": list{object{"title": "Changelog", "url": "https://evil.example"}}, "requestedBy": "mallory", "expiresAfter": "99999h", "validFor": "99999h",
	} {
		all["Changed/"+field] = rejectCase{
			reason: "An answer is about what was asked.", edit: edits{"spec." + field: other}, field: "spec." + field, says: field + saysAsked,
		}
	}
	for _, field := range []string{"description", "subject", "links", "expiresAfter", "validFor"} {
		all["Removed/"+field] = rejectCase{
			reason: "An answer is about what was asked.", edit: edits{"spec." + field: absent}, field: "spec." + field, says: field + saysAsked,
		}
	}
	return all
}

// keys are the lists of parties in a status.
var keys = []string{"status.to", "status.escalatedTo", "status.decisions[0].parties"}

// requestStatusCases are edits of a sound status.
var requestStatusCases = map[string]rejectCase{
	"Empty":             {reason: "An empty status would say that the operator has nothing to say.", edit: edits{"status": object{}}, field: "status", says: "should have at least 1 properties"},
	"Outcome":           {reason: "Each outcome has a meaning.", edit: edits{"status.outcome": "Maybe"}, field: "status.outcome", says: `supported values: "Pending", "Approved", "Rejected", "Accepted", "Declined", "Deferred", "Expired", "Withdrawn"`},
	"Class":             {reason: "Each class has a meaning.", edit: edits{"status.class": "Other"}, field: "status.class", says: `supported values: "Approval", "FeatureRequest", "Consultation"`},
	"Generation":        {reason: "Generations begin at 1.", edit: edits{"status.observedGeneration": int64(0)}, field: "status.observedGeneration", says: tooSmall + "1"},
	"ConditionsTooMany": {reason: "Status is bounded.", edit: edits{"status.conditions": many(9, condition)}, field: "status.conditions", says: tooMany + "9: must have at most 8 items"},
	"ConditionTwice":    {reason: "A condition stands there once.", edit: edits{"status.conditions": list{condition(0), condition(0)}}, field: "status.conditions[1]", says: duplicate},
	"RequiredNone":      {reason: "An approval takes a party.", edit: edits{"status.required": int64(0)}, field: "status.required", says: tooSmall + "1"},
	"RequiredTooMany":   {reason: "An approval reaches 33 parties at most.", edit: edits{"status.required": int64(34)}, field: "status.required", says: tooLarge + "33"},
	"Authorship":        {reason: "Each value has a meaning.", edit: edits{"status.authorship": "Maybe"}, field: "status.authorship", says: notOneOf + `"Maybe": supported values: "Verified", "Unverified", "WithdrawalUnverified"`},
	"MapUIDEmpty":       {reason: "No map is left out.", edit: edits{"status.mapUID": ""}, field: "status.mapUID", says: tooShort + "1 chars long"},
	"MapUIDTooLong":     {reason: "Status is bounded.", edit: edits{"status.mapUID": longText(65)}, field: "status.mapUID", says: tooLong + "64 "},
	"AdmissionEmpty":    {reason: "No policy is left out.", edit: edits{"status.admission": ""}, field: "status.admission", says: tooShort + "1 chars long"},
	"AdmissionTooLong":  {reason: "Status is bounded.", edit: edits{"status.admission": longText(65)}, field: "status.admission", says: tooLong + "64 "},
	"UnverifiedTooMany": {reason: "Status is bounded.", edit: edits{"status.unverified": many(257, unverified)}, field: "status.unverified", says: tooMany + "257: must have at most 256 items"},
	"UnverifiedTwice":   {reason: "A person has one answer.", edit: edits{"status.unverified": list{unverified(0), unverified(0)}}, field: "status.unverified[1]", says: duplicate},
	"UnverifiedNobody":  {reason: "An answer is in the name of a user.", edit: edits{"status.unverified[0].by": absent}, field: "status.unverified[0].by", says: required},
	"UnverifiedNothing": {reason: "It is one answer that does not count.", edit: edits{"status.unverified[0].answer": absent}, field: "status.unverified[0].answer", says: required},
	"UnverifiedNoTime":  {reason: "A later answer of the party counts.", edit: edits{"status.unverified[0].at": absent}, field: "status.unverified[0].at", says: required},
	"UnverifiedByEmpty": {reason: "An answer is in the name of a user.", edit: edits{"status.unverified[0].by": ""}, field: "status.unverified[0].by", says: tooShort + "1 chars long"},
	"UnverifiedByLong":  {reason: "Status is bounded.", edit: edits{"status.unverified[0].by": longText(340)}, field: "status.unverified[0].by", says: tooLong + "339 "},
	"UnverifiedEmpty":   {reason: "It is one answer that does not count.", edit: edits{"status.unverified[0].answer": ""}, field: "status.unverified[0].answer", says: tooShort + "1 chars long"},
	"UnverifiedLong":    {reason: "Status is bounded.", edit: edits{"status.unverified[0].answer": longText(65)}, field: "status.unverified[0].answer", says: tooLong + "64 "},
	"SupportersNone":    {reason: "No supporters are left out.", edit: edits{"status.supporters": int64(0)}, field: "status.supporters", says: tooSmall + "1"},
	"SupportersTooMany": {reason: "There are 128 answers at most.", edit: edits{"status.supporters": int64(129)}, field: "status.supporters", says: tooLarge + "128"},
	"DecisionsTooMany":  {reason: "Status is bounded.", edit: edits{"status.decisions": many(129, decision)}, field: "status.decisions", says: tooMany + "129: must have at most 128 items"},
	"DecisionTwice":     {reason: "A person decides once.", edit: edits{"status.decisions": list{decision(0), decision(0)}}, field: "status.decisions[1]", says: duplicate},
	"DecisionNobody":    {reason: "A decision has an author.", edit: edits{"status.decisions[0].by": absent}, field: "status.decisions[0].by", says: required},
	"DecisionNothing":   {reason: "A decision says something.", edit: edits{"status.decisions[0].verdict": absent}, field: "status.decisions[0].verdict", says: required},
	"DecisionNoTime":    {reason: "The latest decision of a party counts.", edit: edits{"status.decisions[0].at": absent}, field: "status.decisions[0].at", says: required},
	"GroupsTooMany":     {reason: "Status is bounded.", edit: edits{"status.decisions[0].groups": many(9, partyKey)}, field: "status.decisions[0].groups", says: tooMany + "9: must have at most 8 items"},
	"GroupTwice":        {reason: "A group stands there once.", edit: edits{"status.decisions[0].groups": texts("a", "a")}, field: "status.decisions[0].groups[1]", says: duplicate},
	"GroupEmpty":        {reason: "A group has a name.", edit: edits{"status.decisions[0].groups": texts("")}, field: "status.decisions[0].groups[0]", says: tooShort + "1 chars long"},
	"GroupTooLong":      {reason: "Status is bounded.", edit: edits{"status.decisions[0].groups": texts(longText(254))}, field: "status.decisions[0].groups[0]", says: tooLong + "253 "},
	"DecisionVerdict":   {reason: "Each verdict has a meaning.", edit: edits{"status.decisions[0].verdict": "Maybe"}, field: "status.decisions[0].verdict", says: verdicts},
	"DecisionByEmpty":   {reason: "A decision has an author.", edit: edits{"status.decisions[0].by": ""}, field: "status.decisions[0].by", says: tooShort + "1 chars long"},
	"DecisionByTooLong": {reason: "Status is bounded.", edit: edits{"status.decisions[0].by": longText(340)}, field: "status.decisions[0].by", says: tooLong + "339 "},
	"PartiesTooMany":    {reason: "Status is bounded.", edit: edits{"status.decisions[0].parties": many(34, partyKey)}, field: "status.decisions[0].parties", says: tooMany + "34: must have at most 33 items"},
	"ToTooMany":         {reason: "Status is bounded.", at: keys[:2], edit: edits{"$": many(99, partyKey)}, field: "$", says: tooMany + "99: must have at most 98 items"},
	"KeyTwice":          {reason: "A party stands there once.", at: keys, edit: edits{"$": texts("customer/a", "customer/a")}, field: "$[1]", says: duplicate},
	"KeyEmpty":          {reason: "Every party has a key.", at: keys, edit: edits{"$": texts("")}, field: "$[0]", says: tooShort + "1 chars long"},
	"KeyTooLong":        {reason: "Every text is bounded.", at: keys, edit: edits{"$": texts(longText(81))}, field: "$[0]", says: tooLong + "80 "},
}

// finalCases change what is final once a request has an outcome.
var finalCases = map[string]rejectCase{
	"OutcomeAnother": {reason: "An outcome never changes.", edit: edits{"status.outcome": "Rejected"}, field: "status", says: saysFinal},
	"OutcomePending": {reason: "An outcome never changes.", edit: edits{"status.outcome": "Pending"}, field: "status", says: saysFinal},
	"OutcomeRemoved": {reason: "An outcome never changes.", edit: edits{"status.outcome": absent}, field: "status", says: saysFinal},
	"StatusRemoved":  {reason: "An outcome never changes.", edit: edits{"status": absent}, field: "status", says: saysFinal},
	"DecidedLater":   {reason: "It says when the outcome was written.", edit: edits{"status.decidedAt": "2026-01-03T00:00:00Z"}, field: "status.decidedAt", says: "decidedAt is final: make a new request"},
	"DecidedNever":   {reason: "It says when the outcome was written.", edit: edits{"status.decidedAt": absent}, field: "status.decidedAt", says: "decidedAt is final: make a new request"},
	"ValidLonger":    {reason: "An approval opens for as long as was asked.", edit: edits{"status.validUntil": "2027-01-01T00:00:00Z"}, field: "status.validUntil", says: saysValidUntil},
	"ValidForGood":   {reason: "An approval opens for as long as was asked.", edit: edits{"status.validUntil": absent}, field: "status.validUntil", says: saysValidUntil},
}

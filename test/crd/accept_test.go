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
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	apierrors "k8s.io/apimachinery/pkg/api/errors"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"
)

// dryRun creates a map in a dry run, with the same strict validation as kubectl.
var dryRun = metav1.CreateOptions{DryRun: []string{metav1.DryRunAll}, FieldValidation: metav1.FieldValidationStrict}

// acceptCase is a change to the baseline that the API server accepts.
type acceptCase struct {
	reason string
	edit   edits
	// want are the values that the API server then holds, if they differ from those sent.
	want edits
}

func TestAccepts(t *testing.T) {
	for name, tc := range acceptCases {
		t.Run(name, func(t *testing.T) {
			sent := edited(t, tc.edit)
			got, err := client.Create(t.Context(), sent, dryRun)
			if err != nil {
				t.Fatalf("%s\n%v", tc.reason, err)
			}
			checkOffline(t, sent, nil)
			want := sent.Object["spec"]
			for path, value := range tc.want {
				want = put(t, want, steps(path)[1:], value)
			}
			if diff := cmp.Diff(want, got.Object["spec"]); diff != "" {
				t.Errorf("%s\nspec (-want +got):\n%s", tc.reason, diff)
			}
		})
	}
}

// acceptCases are on the valid side of each bound and rule.
var acceptCases = map[string]acceptCase{
	"Baseline": {
		reason: "The baseline that every other case changes is acceptable.",
	},
	"Smallest": {
		reason: "All optional fields are left out.",
		edit: edits{"spec": object{
			"product":      object{"displayName": "C", "market": "B2C"},
			"customers":    list{object{"name": "c", "subjects": list{user("c")}}},
			"endUsers":     list{object{"name": "u", "subjects": list{user("u")}}},
			"productOwner": object{"name": "p", "subjects": list{user("p")}},
		}},
	},
	"NoSubjects": {
		reason: "Tools ask a party without an account in the cluster by its handles.",
		edit: edits{
			"spec.customers[0].subjects": absent, "spec.endUsers[0].subjects": list{},
			"spec.productOwner.subjects": absent, "spec.productOwner.handles": list{object{"system": "slack", "value": "#po"}},
			"spec.developmentTeam.subjects": absent, "spec.developmentTeam.handles": list{object{"system": "slack", "value": "#devs"}},
		},
	},
	"NoProductOwner": {
		reason: "The team works with its customer directly.",
		edit:   edits{"spec.engagement": "Direct", "spec.productOwner": absent},
	},
	"DirectWithProductOwner": {
		reason: "A map with Direct may still declare a product owner.",
		edit:   edits{"spec.engagement": "Direct"},
	},
	"EngagementNull": {
		reason: "A null means that the field is left out.",
		edit:   edits{"spec.engagement": nil},
		want:   edits{"spec.engagement": absent},
	},
	"QuorumEmpty": {
		reason: "Without a quorum, any one party is enough, and the API server fills in nothing.",
		edit:   edits{"spec.topics[0].quorum": object{}},
	},
	"QuorumAny":      {reason: "Any has no count.", edit: edits{"spec.topics[0].quorum": object{"mode": "Any"}}},
	"QuorumAll":      {reason: "All has no count.", edit: edits{"spec.topics[0].quorum": object{"mode": "All"}}},
	"QuorumLargest":  {reason: "32 customers and a product owner.", edit: edits{"spec.topics[0].quorum.count": int64(33)}},
	"QuorumLeftOut":  {reason: "One approval is enough.", edit: edits{"spec.topics[0].quorum": absent}},
	"MapNameLongest": {reason: "63 characters are a label value.", edit: edits{"metadata.name": name63}},
	"MapNameWithDot": {reason: "A dot may stand in a name and in a label value.", edit: edits{"metadata.name": "check.out"}},
	"MarketB2C":      {reason: "Every market is one.", edit: edits{"spec.product.market": "B2C"}},
	"MarketInternal": {reason: "Every market is one.", edit: edits{"spec.product.market": "Internal"}},
	"TextsLongest": {
		reason: "Each text may have the documented number of characters.",
		edit: edits{
			"spec.product.displayName":            text128,
			"spec.product.description":            text1024,
			"spec.customers[0].name":              name63,
			"spec.customers[0].displayName":       text128,
			"spec.customers[0].organization":      text128,
			"spec.customers[0].subjects[0].name":  name253,
			"spec.customers[0].topics":            texts(name40),
			"spec.endUsers[0].handles[0]":         object{"system": strings.Repeat("s", 32), "value": name253},
			"spec.endUsers[0].subjects[0]":        serviceAccount(name63, name253),
			"spec.productOwner.name":              "p" + name63[1:],
			"spec.productOwner.displayName":       text128,
			"spec.acknowledgedOverlaps[0].name":   name253,
			"spec.acknowledgedOverlaps[0].reason": text256,
			"spec.topics[0].name":                 name40,
			"spec.topics[0].respondWithin":        "99999h99999m99999s",
		},
	},
	"TextsShortest": {
		reason: "One character is enough for a text.",
		edit: edits{
			"spec.product.displayName":            "C",
			"spec.product.description":            "C",
			"spec.customers[0].name":              "c",
			"spec.customers[0].displayName":       "C",
			"spec.customers[0].organization":      "C",
			"spec.customers[0].subjects[0].name":  "c",
			"spec.endUsers[0].handles[0]":         object{"system": "s", "value": "v"},
			"spec.endUsers[0].subjects[0]":        serviceAccount("n", "n"),
			"spec.productOwner.displayName":       "P",
			"spec.acknowledgedOverlaps[0].name":   "c",
			"spec.acknowledgedOverlaps[0].reason": "r",
			"spec.topics[0].name":                 "t",
			"spec.topics[0].respondWithin":        "1s",
		},
	},
	"CharactersAreNotBytes": {
		reason: "A bound counts characters of every alphabet.",
		edit: edits{
			"spec.product.displayName":           strings.Repeat("店", 128),
			"spec.customers[0].subjects[0].name": strings.Repeat("é", 253),
		},
	},
	"CustomersMost": {reason: "32 customers.", edit: edits{"spec.customers": many(32, party)}},
	"EndUsersMost":  {reason: "64 end users.", edit: edits{"spec.endUsers": many(64, party)}},
	"TopicsMost":    {reason: "64 topics.", edit: edits{"spec.topics": many(64, topic)}},
	"OverlapsMost":  {reason: "64 overlaps.", edit: edits{"spec.acknowledgedOverlaps": many(64, overlap)}},
	"OverlapOfGroup": {
		reason: "A group can be both customer and end user.",
		edit:   edits{"spec.acknowledgedOverlaps[0].kind": "Group"},
	},
	"OverlapOfUserAndGroupOfOneName": {
		reason: "A user and a group may have the same name.",
		edit: edits{"spec.acknowledgedOverlaps": list{
			object{"kind": "User", "name": "acme", "reason": "r"}, object{"kind": "Group", "name": "acme", "reason": "r"},
		}},
	},
	"PartyTopicsMost": {
		reason: "13 topics of the catalogue, 8 of the policy and 64 of the map.",
		edit:   edits{"spec.customers[0].topics": many(85, numbered("topic-"))},
	},
	"SubjectsMost": {
		reason: "Eight identities, and 64 developers.",
		edit: edits{
			"spec.customers[0].subjects":    many(8, member),
			"spec.endUsers[0].subjects":     many(8, member),
			"spec.productOwner.subjects":    many(8, member),
			"spec.developmentTeam.subjects": many(64, member),
		},
	},
	"HandlesMost": {
		reason: "Sixteen systems.",
		edit: edits{
			"spec.customers[0].handles":    many(16, handle),
			"spec.endUsers[0].handles":     many(16, handle),
			"spec.productOwner.handles":    many(16, handle),
			"spec.developmentTeam.handles": many(16, handle),
		},
	},
	"ListsEmpty": {
		reason: "An empty list means the same as none, if none is allowed.",
		edit: edits{
			"spec.customers[0].handles": list{}, "spec.acknowledgedOverlaps": list{}, "spec.topics": list{},
		},
	},
	"SegmentInternal": {reason: "Every segment is one.", edit: edits{"spec.endUsers[0].segment": "Internal"}},
	"SegmentSystem":   {reason: "Every segment is one.", edit: edits{"spec.endUsers[0].segment": "System"}},
	"SegmentLeftOut":  {reason: "Nothing has to be said about it.", edit: edits{"spec.endUsers[0].segment": absent}},
	"SystemUses": {
		reason: "A system can be an end user and a developer.",
		edit: edits{
			"spec.endUsers[0].subjects[0]":     serviceAccount("payments", "ledger.prod-2"),
			"spec.endUsers[0].subjects[1]":     object{"kind": "ServiceAccount", "name": "ledger"},
			"spec.developmentTeam.subjects[0]": serviceAccount("payments", "renovate"),
		},
	},
	"SubjectNames": {
		reason: "Names that real directories issue.",
		edit: edits{"spec.customers[0].subjects": list{
			user("cfo@acme.example"),
			user("https://login.acme.example/realms/acme#7f3a"),
			user("Zoë Müller (Einkauf)"),
			user("山田 太郎"),
			group("oidc:acme/procurement"),
			group("6f1c0a3e-93a0-4d8e-b0a2-0f6d2c6b1c11"),
			group("*"),
			group("System:masters of the universe"),
		}},
	},
	"SubjectNamesWithQuotes": {
		reason: "Names that real directories issue, and that break the files of tools that do not quote.",
		edit: edits{
			"spec.customers[0].subjects":    list{group(`CN=Doe\\, Dana,OU=People,DC=acme`), group(`CORP\buyers`), user("o'hara@acme.example"), user(`"a", 'b' and ` + "`c`")},
			"spec.endUsers[0].subjects":     list{group(`CORP\shop floor`)},
			"spec.productOwner.subjects":    list{user("o'hara@vendor.example")},
			"spec.developmentTeam.subjects": list{group("CN=Makers,O=vendor")},
			"spec.customers[0].handles": list{
				object{"system": "email", "value": "o'hara@acme.example"}, object{"system": "argocd", "value": "CN=Buyers,OU=Groups"},
			},
		},
	},
	"WindowWithFraction": {
		reason: "JavaScript and Python write fractions of a second.",
		edit:   edits{"spec.customers[0].validFrom": "2026-12-01T08:00:00.000Z", "spec.customers[0].validUntil": "2026-12-01T08:00:00.000001+00:00"},
	},
	"Emails": {
		reason: "Addresses with every allowed character.",
		edit:   edits{"spec.customers[0].handles[0].value": "first.last+checkout_1@sub.acme-corp.example"},
	},
	"EmailOfIntranet": {
		reason: "A host needs no dot.",
		edit:   edits{"spec.customers[0].handles[0].value": "board@intranet"},
	},
	"SlackMember": {reason: "A member.", edit: edits{"spec.endUsers[0].handles[0].value": "@dana"}},
	"SlackID":     {reason: "An id.", edit: edits{"spec.endUsers[0].handles[0].value": "C024BE91L"}},
	"GitHubUser": {
		reason: "A user, with and without the @.",
		edit: edits{
			"spec.customers[0].handles": list{object{"system": "github", "value": "@dana"}},
			"spec.endUsers[0].handles":  list{object{"system": "github", "value": "dana-doe"}},
		},
	},
	"GitHubUserOfAnEnterprise": {
		reason: "GitHub logins of enterprise-managed users have an underscore, and old logins may have hyphens that GitHub now refuses.",
		edit: edits{
			"spec.customers[0].handles": list{object{"system": "github", "value": "@dana_acme"}},
			"spec.endUsers[0].handles":  list{object{"system": "github", "value": "@dana--doe-"}},
		},
	},
	"GitHubTeam": {
		reason: "A team, with and without the @.",
		edit: edits{
			"spec.customers[0].handles": list{object{"system": "github", "value": "@acme/procurement"}},
			"spec.endUsers[0].handles":  list{object{"system": "github", "value": "acme/shop_floor-eu"}},
		},
	},
	"ArgoCDGroup": {
		reason: "A group claim as most directories issue it.",
		edit:   edits{"spec.customers[0].handles": list{object{"system": "argocd", "value": "acme:procurement leads"}}},
	},
	"HandlesOfSeveralClaims": {
		reason: "A tool can know a party by several claims of a token.",
		edit: edits{"spec.customers[0].handles": list{
			object{"system": "argocd", "value": "board"}, object{"system": "argocd", "value": "buyers"},
			object{"system": "kargo", "value": "board"}, object{"system": "kargo", "value": "buyers"},
			object{"system": "kargo", "claim": "email", "value": "board"}, object{"system": "kargo", "claim": strings.Repeat("c", 64), "value": "board"},
			object{"system": "kargo", "claim": "https://acme.example/roles", "value": "board"}, object{"system": "kargo", "claim": "c", "value": "board"},
		}},
	},
	"UnknownSystem": {
		reason: "A handle of an unknown system can have any form.",
		edit:   edits{"spec.customers[0].handles": list{object{"system": "pager", "value": "acme, on call \"A\""}}},
	},
	"ApprovalByProductOwner": {
		reason: "The product owner may approve on the customers' behalf, if the map says so.",
		edit: edits{"spec.topics[0]": object{
			"name": "colour", "class": "Approval", "to": texts("ProductOwner"), "decidedBy": texts("ProductOwner", "Customer"),
			"cc": texts("EndUser", "DevelopmentTeam"),
		}},
	},
	"FeatureRequest": {
		reason: "End users may be asked, decide, and be escalated to, in topics without approval.",
		edit: edits{"spec.topics[0]": object{
			"name": "colour", "class": "FeatureRequest", "to": texts("EndUser"), "decidedBy": texts("EndUser"),
			"respondWithin": "90m", "escalateTo": texts("EndUser", "DevelopmentTeam"),
		}},
	},
	"ConsultationOfAll": {
		reason: "Every role may be consulted; three may decide.",
		edit: edits{"spec.topics[0]": object{
			"name": "colour", "class": "Consultation", "to": texts("Customer", "EndUser", "ProductOwner", "DevelopmentTeam"),
			"decidedBy": texts("Customer", "EndUser", "ProductOwner"),
		}},
	},
	"CopiesEmpty": {reason: "A topic need not be copied to anybody.", edit: edits{"spec.topics[0].cc": list{}}},
	"TopicOfCatalogue": {
		reason: "The catalogue can be overridden.",
		edit:   edits{"spec.topics[0].name": "budget"},
	},
	"TopicNameAlmostReserved": {
		reason: "Only whole names are reserved; feature-request is in the catalogue.",
		edit: edits{"spec.topics": list{
			object{"name": "feature-request", "class": "FeatureRequest", "to": texts("EndUser")},
			object{"name": "approval", "class": "Approval", "to": texts("Customer")},
			object{"name": "status-report", "class": "Consultation", "to": texts("Customer")},
			object{"name": "7", "class": "Consultation", "to": texts("Customer")},
		}},
	},
	"RespondWithinAllUnits":    {reason: "Hours, minutes and seconds.", edit: edits{"spec.topics[0].respondWithin": "1h30m5s"}},
	"RespondWithinSecondsOnly": {reason: "Any unit is enough.", edit: edits{"spec.topics[0].respondWithin": "45s"}},
	"RespondWithinZeroHours":   {reason: "Together they are more than zero.", edit: edits{"spec.topics[0].respondWithin": "0h10m"}},
	"RespondWithoutEscalation": {reason: "Tools may remind without escalating.", edit: edits{"spec.topics[0].escalateTo": absent}},
	"DevelopmentTeamLeftOut":   {reason: "It is no stakeholder role.", edit: edits{"spec.developmentTeam": absent}},
	"SubjectTwiceInRoles":      {reason: "The operator judges overlaps, and names all of them at once.", edit: edits{"spec.productOwner.subjects[0].name": "cfo@acme.example"}},
}

// TestAcceptsEachReservedNameElsewhere makes sure that reserved words are only refused where they have a meaning.
func TestAcceptsEachReservedNameElsewhere(t *testing.T) {
	for _, name := range []string{"status", "scale", "finalizers", "default", "approvals", "feature-requests", "users", "groups"} {
		_, err := client.Create(t.Context(), edited(t, edits{"spec.customers[0].name": name, "metadata.name": name}), dryRun)
		if err != nil {
			t.Errorf("A party and a map may be called %s: %v", name, err)
		}
	}
}

// unknownFields are fields that a map may get in a later version, and a misspelt one.
var unknownFields = map[string]any{
	"spec.targetNamespace":        "checkout-prod",
	"spec.customers[0].validTill": "2026-01-01T00:00:00Z",
	"spec.customers[0].segment":   "External",
	"spec.productOwner.topics":    texts("budget"),
	"spec.topics[0].escalatesTo":  texts("Customer"),
	"spec.endUser":                list{},
}

func TestUnknownFieldsAreRefused(t *testing.T) {
	for path, value := range unknownFields {
		sent := edited(t, edits{path: value})
		_, err := client.Create(t.Context(), sent, dryRun)
		checkOffline(t, sent, err)
		want := `unknown field "` + path + `"`
		if !apierrors.IsBadRequest(err) || !strings.Contains(err.Error(), want) {
			t.Errorf("A field without effect must not look as if it had one: want an error with %s, got: %v", want, err)
		}
	}
}

// TestUnknownFieldsAreNotStored covers clients that are not strict. Unknown fields must not be stored: a later version
// could give them a meaning.
func TestUnknownFieldsAreNotStored(t *testing.T) {
	sent := edited(t, edits{})
	for path, value := range unknownFields {
		lax := dryRun
		lax.FieldValidation = metav1.FieldValidationIgnore
		got, err := client.Create(t.Context(), edited(t, edits{path: value}), lax)
		if err != nil {
			t.Errorf("%s: %v", path, err)
			continue
		}
		if diff := cmp.Diff(sent.Object["spec"], got.Object["spec"]); diff != "" {
			t.Errorf("%s (-want +got):\n%s", path, diff)
		}
	}
}

// TestStatusIsNotWrittenWithSpec: a user who edits a map cannot write its status.
func TestStatusIsNotWrittenWithSpec(t *testing.T) {
	got, err := client.Create(t.Context(), edited(t, edits{"status": object{"routingRevision": "sha256:forged"}}), dryRun)
	if err != nil {
		t.Fatal(err)
	}
	if status, found := got.Object["status"]; found {
		t.Errorf("want no status, got %v", status)
	}
}

// soundStatus is a status that the operator could write.
func soundStatus() object {
	return object{
		"observedGeneration": int64(1),
		"routingRevision":    "sha256:" + strings.Repeat("0", 64),
		"customers":          int64(0),
		"endUsers":           int64(0),
		"topics":             int64(0),
		"namespaces":         object{"matched": int64(0), "ready": int64(0), "refused": int64(0)},
		"findings":           list{finding(0)},
		"conditions":         list{condition(0)},
	}
}

func finding(int) any {
	return object{"code": "DuplicateParty", "level": "Error", "field": "spec.customers[1]", "message": "the name is taken"}
}

func condition(i int) any {
	return object{
		"type": "Type" + string(rune('A'+i)), "status": "True", "reason": "Reason", "message": "",
		"lastTransitionTime": "2026-01-01T00:00:00Z", "observedGeneration": int64(1),
	}
}

// statusRejectCases are edits of a valid status.
var statusRejectCases = map[string]rejectCase{
	"Empty": {
		reason: "The operator never writes an empty status.",
		edit:   edits{"status": object{}},
		field:  "status", says: "should have at least 1 properties",
	},
	"GenerationZero": {
		reason: "Generations begin at one.",
		edit:   edits{"status.observedGeneration": int64(0)},
		field:  "status.observedGeneration", says: tooSmall + "1",
	},
	"RevisionEmpty": {
		reason: "Without a table in force there is no revision.",
		at:     []string{"routingRevision", "pendingRoutingRevision"},
		edit:   edits{"status.$": ""},
		field:  "status.$", says: tooShort + "1 chars long",
	},
	"RevisionTooLong": {
		reason: "A digest has 71 characters.",
		at:     []string{"routingRevision", "pendingRoutingRevision"},
		edit:   edits{"status.$": strings.Repeat("0", 81)},
		field:  "status.$", says: tooLong + "80 ",
	},
	"NamespacesIncomplete": {
		reason: "Three numbers, or none.",
		at:     []string{"matched", "ready", "refused"},
		edit:   edits{"status.namespaces.$": absent},
		field:  "status.namespaces.$", says: required,
	},
	"NamespacesNegative": {
		reason: "A count is never below zero.",
		at:     []string{"matched", "ready", "refused"},
		edit:   edits{"status.namespaces.$": int64(-1)},
		field:  "status.namespaces.$", says: tooSmall + "0",
	},
	"NextTransitionUnreadable": {
		reason: "Go could not read it, and then the operator could read no map.",
		edit:   edits{"status.nextTransitionTime": "2026-01-01T00:00:00+99:99"},
		field:  "status.nextTransitionTime", says: "should match '^[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9]{2}:[0-9]{2}:[0-9]{2}(Z|[+-]([01][0-9]|2[0-3]):[0-5][0-9])$'",
	},
	"NoMoreFindings": {
		reason: "If all are listed, moreFindings is left out.",
		edit:   edits{"status.moreFindings": int64(0)},
		field:  "status.moreFindings", says: tooSmall + "1",
	},
	"CountNegative": {
		reason: "A count is never below zero.",
		at:     []string{"customers", "endUsers", "topics"},
		edit:   edits{"status.$": int64(-1)},
		field:  "status.$", says: tooSmall + "0",
	},
	"FindingsTooMany": {
		reason: "Status stays small.",
		edit:   edits{"status.findings": many(65, finding)},
		field:  "status.findings", says: tooMany + "65: must have at most 64 items",
	},
	"FindingIncomplete": {
		reason: "A finding has a code, a level, a field and a message.",
		at:     []string{"code", "level", "field", "message"},
		edit:   edits{"status.findings[0].$": absent},
		field:  "status.findings[0].$", says: required,
	},
	"FindingTextEmpty": {
		reason: "A finding has a code, a field and a message.",
		at:     []string{"code", "field", "message"},
		edit:   edits{"status.findings[0].$": ""},
		field:  "status.findings[0].$", says: tooShort + "1 chars long",
	},
	"FindingCodeTooLong": {
		reason: "A code is a word.",
		edit:   edits{"status.findings[0].code": strings.Repeat("c", 65)},
		field:  "status.findings[0].code", says: tooLong + "64 ",
	},
	"FindingFieldTooLong": {
		reason: "Status stays small.",
		edit:   edits{"status.findings[0].field": text257},
		field:  "status.findings[0].field", says: tooLong + "256 ",
	},
	"FindingMessageTooLong": {
		reason: "Status stays small.",
		edit:   edits{"status.findings[0].message": text1025},
		field:  "status.findings[0].message", says: tooLong + "1024 ",
	},
	"FindingLevelUnknown": {
		reason: "There are two levels.",
		edit:   edits{"status.findings[0].level": "Fatal"},
		field:  "status.findings[0].level", says: notOneOf + `"Fatal": supported values: "Error", "Warning"`,
	},
	"ConditionsTooMany": {
		reason: "There are four.",
		edit:   edits{"status.conditions": many(9, condition)},
		field:  "status.conditions", says: tooMany + "9: must have at most 8 items",
	},
	"ConditionTwice": {
		reason: "A list is merged by the types of its conditions.",
		edit:   edits{"status.conditions": list{condition(0), condition(0)}},
		field:  "status.conditions[1]", says: duplicate,
	},
}

func TestStatus(t *testing.T) {
	stored, err := client.Create(t.Context(), edited(t, edits{"metadata.name": "status-bounds"}), metav1.CreateOptions{})
	if err != nil {
		t.Fatal(err)
	}
	write := func(t *testing.T, changes edits) (*unstructured.Unstructured, error) {
		t.Helper()
		update := stored.DeepCopy()
		update.Object["status"] = soundStatus()
		for path, value := range changes {
			update.Object = put(t, update.Object, steps(path), value).(object) //nolint:errcheck,forcetypeassert // put returns what it got
		}
		return client.UpdateStatus(t.Context(), update, metav1.UpdateOptions{
			DryRun: []string{metav1.DryRunAll}, FieldValidation: metav1.FieldValidationStrict,
		})
	}

	t.Run("Sound", func(t *testing.T) {
		got, err := write(t, edits{
			"status.findings":   slices.Concat(many(63, finding), list{object{"code": strings.Repeat("c", 64), "level": "Warning", "field": text256, "message": text1024}}),
			"status.conditions": many(8, condition),
		})
		if err != nil {
			t.Fatalf("Status may be as large as documented: %v", err)
		}
		if got.Object["status"] == nil {
			t.Error("the status was not stored")
		}
	})
	for name, tc := range expand(statusRejectCases) {
		t.Run(name, func(t *testing.T) {
			_, err := write(t, tc.edit)
			checkRefusal(t, err, tc)
		})
	}
}

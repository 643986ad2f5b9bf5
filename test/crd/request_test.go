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
	"context"
	"testing"

	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"
)

// requestBaseline is a sound request that has something at every place where a test wants to put something else.
const requestBaseline = `
apiVersion: stakeholders.dev/v1alpha1
kind: StakeholderRequest
metadata: {name: release, namespace: ` + namespace + `}
spec:
  map: checkout
  topic: release
  title: Release 1.4.0
  description: |
    Faster card payments.
    Changelog below.
  subject: registry.example/shop/checkout@sha256:0123
  links: [{title: Changelog, url: "https://shop.example/changelog"}]
  requestedBy: ci@vendor.example
  expiresAfter: 72h
  validFor: 720h
  withdrawn: false
  responses: [{by: cfo@acme.example, groups: ["acme:procurement"], verdict: Approve, comment: fine by us}]
`

// soundRequestStatus is one that the operator could write.
func soundRequestStatus() object {
	return object{
		"mapUID": "0123", "authorship": "Verified", "admission": "0123", "unverified": list{unverified(0)},
		"observedGeneration": int64(1), "conditions": list{condition(0)}, "outcome": "Pending", "class": "Approval",
		"to": texts("customer/acme-board"), "required": int64(1), "escalatedTo": texts("product-owner/dana"),
		"decisions": list{decision(0)}, "dueAt": "2026-01-01T00:00:00Z", "expiresAt": "2026-02-01T00:00:00Z",
	}
}

// storeRequest stores the baseline with a status for as long as a test runs.
func storeRequest(t *testing.T, changes edits) *unstructured.Unstructured {
	t.Helper()
	stored, err := requestClient.Create(t.Context(), change(t, requestBaseline, changes), metav1.CreateOptions{})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := requestClient.Delete(context.WithoutCancel(t.Context()), stored.GetName(), metav1.DeleteOptions{}); err != nil {
			t.Error(err)
		}
	})
	stored.Object["status"] = soundRequestStatus()
	if stored, err = requestClient.UpdateStatus(t.Context(), stored, metav1.UpdateOptions{}); err != nil {
		t.Fatal(err)
	}
	return stored
}

// tryUpdate asks the API server about changes of a stored request: of its status if that is what is changed.
func tryUpdate(t *testing.T, stored *unstructured.Unstructured, changes edits) error {
	t.Helper()
	update := stored.DeepCopy()
	for path, value := range changes {
		update.Object = put(t, update.Object, steps(path), value).(object) //nolint:errcheck,forcetypeassert // put returns what it got
	}
	var subresources []string
	if inStatus(changes) {
		subresources = []string{"status"}
	}
	options := metav1.UpdateOptions{DryRun: []string{metav1.DryRunAll}, FieldValidation: metav1.FieldValidationStrict}
	_, err := requestClient.Update(t.Context(), update, options, subresources...)
	return err
}

// allRequestRejectCases are those of new requests, of changes and of status.
func allRequestRejectCases() map[string]rejectCase {
	all := make(map[string]rejectCase)
	for when, cases := range map[string]map[string]rejectCase{
		"new": requestRejectCases(), "changed": requestChangeCases(), "status": expand(requestStatusCases), "final": finalCases,
	} {
		for name, c := range cases {
			all[when+"/"+name] = c
		}
	}
	return all
}

func TestRequestRejects(t *testing.T) {
	for name, tc := range requestRejectCases() {
		t.Run(name, func(t *testing.T) {
			sent := change(t, requestBaseline, tc.edit)
			_, err := requestClient.Create(t.Context(), sent, dryRun)
			checkRefusal(t, err, tc)
			checkOffline(t, sent, err)
		})
	}
}

// TestRequestStaysAsAsked changes what is asked, which makes every answer one to another question.
func TestRequestStaysAsAsked(t *testing.T) {
	stored := storeRequest(t, edits{"spec.withdrawn": true})
	for name, tc := range requestChangeCases() {
		t.Run(name, func(t *testing.T) { checkRefusal(t, tryUpdate(t, stored, tc.edit), tc) })
	}
	for reason, changes := range map[string]edits{
		"another person answers":        {"spec.responses[1]": response(1)},
		"a person takes an answer back": {"spec.responses": absent},
		"a person changes their answer": {"spec.responses[0].verdict": "Reject"},
	} {
		if err := tryUpdate(t, stored, changes); err != nil {
			t.Errorf("%s: %v", reason, err)
		}
	}
}

// TestRequestsAreSelectable lists requests by what they are about and what came of them.
func TestRequestsAreSelectable(t *testing.T) {
	storeRequest(t, nil)
	for selector, want := range map[string]int{
		"spec.map=checkout,spec.topic=release,status.outcome=Pending": 1, "spec.map=ledger": 0, "spec.topic=budget": 0, "status.outcome=Approved": 0,
	} {
		found, err := requestClient.List(t.Context(), metav1.ListOptions{FieldSelector: selector})
		if err != nil || len(found.Items) != want {
			t.Errorf("%s selects %d requests, want %d; %v", selector, len(found.Items), want, err)
		}
	}
}

// TestNothingIsAddedToARequest adds what was left out when the request was made.
func TestNothingIsAddedToARequest(t *testing.T) {
	optional := edits{"spec.description": absent, "spec.subject": absent, "spec.links": absent, "spec.expiresAfter": absent, "spec.validFor": absent}
	stored := storeRequest(t, optional)
	full := decode(t, []byte(requestBaseline)).Object["spec"].(object) //nolint:errcheck,forcetypeassert // it is an object
	for path := range optional {
		field := steps(path)[1]
		checkRefusal(t, tryUpdate(t, stored, edits{path: full[field]}), rejectCase{
			reason: field + " is added", field: path, says: field + saysAsked,
		})
	}
}

func TestRequestStatusRejects(t *testing.T) {
	stored := storeRequest(t, nil)
	for name, tc := range expand(requestStatusCases) {
		t.Run(name, func(t *testing.T) { checkRefusal(t, tryUpdate(t, stored, tc.edit), tc) })
	}
}

// TestOutcomeIsFinal decides a request, and tries to change that.
func TestOutcomeIsFinal(t *testing.T) {
	stored := storeRequest(t, nil)
	status := soundRequestStatus()
	status["outcome"], status["decidedAt"], status["validUntil"] = "Approved", "2026-01-02T00:00:00Z", "2026-02-02T00:00:00Z"
	stored.Object["status"] = status
	stored, err := requestClient.UpdateStatus(t.Context(), stored, metav1.UpdateOptions{})
	if err != nil {
		t.Fatal(err)
	}
	for name, tc := range finalCases {
		t.Run(name, func(t *testing.T) { checkRefusal(t, tryUpdate(t, stored, tc.edit), tc) })
	}
	if err := tryUpdate(t, stored, edits{"status.conditions": list{condition(1)}}); err != nil {
		t.Errorf("the conditions: %v", err)
	}
}

// TestLargestRequest makes sure that the bounds are low enough for CEL's budgets and for etcd.
func TestLargestRequest(t *testing.T) {
	largest := edits{
		"spec.title": text128, "spec.description": longText(8192), "spec.subject": longText(512), "spec.requestedBy": longText(339),
		"spec.links": many(8, func(int) any {
			return object{"title": text128, "url": "https://" + longText(1016)}
		}),
		"spec.responses": many(128, func(i int) any {
			verdict := "Reject"
			if i < 96 {
				verdict = "Comment"
			}
			return object{
				"by": numbered(longText(336))(100 + i), "verdict": verdict, "comment": longText(1024),
				"groups": many(8, func(j int) any { return numbered(longText(252))(j) }),
			}
		}),
	}
	stored, err := requestClient.Create(t.Context(), change(t, requestBaseline, largest), metav1.CreateOptions{})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := requestClient.Delete(context.WithoutCancel(t.Context()), stored.GetName(), metav1.DeleteOptions{}); err != nil {
			t.Error(err)
		}
	})
	stored.Object["status"] = put(t, put(t, soundRequestStatus(), steps("to"), many(98, partyKey)), steps("decisions"), many(128, func(i int) any {
		return object{
			"by": numbered(longText(336))(100 + i), "verdict": "Reject", "at": "2026-01-01T00:00:00Z", "parties": many(33, partyKey),
			"groups": many(8, func(j int) any { return numbered(longText(252))(j) }),
		}
	}))
	if _, err := requestClient.UpdateStatus(t.Context(), stored, metav1.UpdateOptions{}); err != nil {
		t.Error(err)
	}
}

func TestRequestAccepts(t *testing.T) {
	for reason, changes := range map[string]edits{
		"everything is there": nil,
		"what may be left out is left out": {
			"spec.description": absent, "spec.subject": absent, "spec.links": absent, "spec.expiresAfter": absent, "spec.validFor": absent,
			"spec.withdrawn": absent, "spec.responses": absent,
		},
		"a map can have dots in its name":         {"spec.map": "check.out"},
		"a ServiceAccount asks":                   {"spec.requestedBy": "system:serviceaccount:payments:ci"},
		"a ServiceAccount answers":                {"spec.responses[0].by": "system:serviceaccount:payments:ledger", "spec.responses[0].verdict": "Support"},
		"a subject can be any text":               {"spec.subject": "INC-4711;a=b"},
		"a description in another script":         {"spec.description": "Zahlungen\nвидны\n"},
		"96 answers that decide nothing":          {"spec.responses": many(96, supporter)},
		"a decider answers beside 96 that do not": {"spec.responses": append(many(96, supporter), response(1))},
	} {
		sent := change(t, requestBaseline, changes)
		if _, err := requestClient.Create(t.Context(), sent, dryRun); err != nil {
			t.Errorf("%s: %v", reason, err)
		}
		checkOffline(t, sent, nil)
	}
}

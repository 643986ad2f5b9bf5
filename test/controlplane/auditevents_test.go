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

package controlplane

import (
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
)

func TestReadAuditEvents(t *testing.T) {
	const line = `{"kind":"Event","apiVersion":"audit.k8s.io/v1","level":"Metadata","stage":"ResponseComplete",` +
		`"requestURI":"/apis/stakeholders.dev/v1alpha1/namespaces/shop/stakeholdermaps/checkout/status","verb":"patch",` +
		`"user":{"username":"robot"},"impersonatedUser":{"username":"alice"},"userAgent":"manager",` +
		`"objectRef":{"resource":"stakeholdermaps","namespace":"shop","name":"checkout","apiGroup":"stakeholders.dev","subresource":"status"},` +
		`"responseStatus":{"metadata":{},"code":200},` +
		`"requestReceivedTimestamp":"2026-01-02T03:04:05.000006Z","stageTimestamp":"2026-01-02T03:04:05.000016Z"}` + "\n"
	const abort = `{"stage":"Panic","verb":"watch","responseStatus":{"code":500,"message":"APIServer panic'd: net/http: abort Handler"}}` + "\n"
	event := AuditEvent{
		Received: time.Date(2026, 1, 2, 3, 4, 5, 6000, time.UTC), Completed: time.Date(2026, 1, 2, 3, 4, 5, 16000, time.UTC),
		User: "robot", ImpersonatedUser: "alice", UserAgent: "manager", Verb: "patch",
		URI:   "/apis/stakeholders.dev/v1alpha1/namespaces/shop/stakeholdermaps/checkout/status",
		Group: "stakeholders.dev", Resource: "stakeholdermaps", Subresource: "status", Namespace: "shop", Name: "checkout",
		Code: http.StatusOK,
	}
	tests := map[string]struct {
		reason string
		log    string
		want   []AuditEvent
		read   int
		fails  bool
	}{
		"Empty": {reason: "Nothing was asked yet."},
		"Lines": {reason: "Every line is an event.", log: line + line, want: []AuditEvent{event, event}, read: 2 * len(line)},
		"HalfALine": {
			reason: "The API server is still writing: the rest is for the next time.",
			log:    line + line[:40], want: []AuditEvent{event}, read: len(line),
		},
		"Panic": {
			reason: "A panic of the API server is reported.",
			log:    `{"stage":"Panic","verb":"get"}` + "\n", want: []AuditEvent{{Verb: "get", Panicked: true}}, read: 31,
		},
		"Abort": {
			reason: "A connection that is dropped on purpose is no panic.",
			log:    abort, want: []AuditEvent{{Verb: "watch", Code: http.StatusInternalServerError}}, read: len(abort),
		},
		"Garbage": {
			reason: "An offset that is inside of a line is refused, at the line where that shows.",
			log:    line + line[7:], want: []AuditEvent{event}, read: len(line), fails: true,
		},
	}
	for name, tc := range tests {
		t.Run(name, func(t *testing.T) {
			var got []AuditEvent
			read, err := readAuditLines(strings.NewReader(tc.log), func(line *auditLine) { got = append(got, line.event()) })
			if diff := cmp.Diff(tc.want, got); diff != "" {
				t.Errorf("%s (-want +got):\n%s", tc.reason, diff)
			}
			if read != int64(tc.read) || (err != nil) != tc.fails {
				t.Errorf("%s read %d bytes, want %d; error %v", tc.reason, read, tc.read, err)
			}
		})
	}
}

func TestEndOfLines(t *testing.T) {
	long := strings.Repeat("x", 2*auditChunk)
	tests := map[string]struct {
		reason string
		log    string
		want   int
	}{
		"Empty":     {reason: "Nothing was asked yet."},
		"Line":      {reason: "A whole line is before the mark.", log: "a\n", want: 2},
		"HalfALine": {reason: "The rest of it is still to come.", log: "a\nbc", want: 2},
		"FirstLine": {reason: "There may be no whole line yet.", log: long},
		"Long":      {reason: "A line with objects in it is longer than what is read at once.", log: "a\n" + long, want: 2},
		"AtTheSeam": {reason: "The line break may be the last byte of what is read second.", log: "a\n" + long[:auditChunk], want: 2},
	}
	for name, tc := range tests {
		t.Run(name, func(t *testing.T) {
			got, err := endOfLines(strings.NewReader(tc.log), int64(len(tc.log)))
			if err != nil || got != int64(tc.want) {
				t.Errorf("%s The mark is %d, want %d; error %v", tc.reason, got, tc.want, err)
			}
		})
	}
}

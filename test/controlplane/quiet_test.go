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
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

func TestQuietRequests(t *testing.T) {
	write, read := AuditEvent{Verb: "patch", URI: "/maps/checkout/status", Code: 200}, AuditEvent{Verb: "get", URI: "/maps/checkout"}
	other := AuditEvent{Verb: "get", URI: "/maps/other"}
	tests := map[string]struct {
		reason     string
		requests   quietRequests
		reconciles int
		want       []string
	}{
		"Quiet": {reason: "An object may be read now and then.", requests: quietRequests{reads: []AuditEvent{read, other, read}}, reconciles: 2},
		"Write": {
			reason: "No write is needed.", requests: quietRequests{writes: []AuditEvent{write}},
			want: []string{"1 writes in a quiet period", "00:00:00.000000 patch /maps/checkout/status: 200"},
		},
		"Polling": {
			reason: "The same read is repeated.", requests: quietRequests{reads: []AuditEvent{read, read, other, read}},
			want: []string{"3 reads of the same"},
		},
		"Busy": {reason: "Reconciles without requests are work too.", reconciles: 11, want: []string{"11 reconciles"}},
		"ManyWrites": {
			reason: "A handful is enough for an error.", requests: quietRequests{writes: make([]AuditEvent, 100)},
			want: []string{"and 90 more"},
		},
	}
	for name, tc := range tests {
		t.Run(name, func(t *testing.T) {
			err := tc.requests.verdict(tc.reconciles)
			if (err != nil) != (len(tc.want) > 0) {
				t.Errorf("%s The verdict is %v", tc.reason, err)
			}
			for _, part := range tc.want {
				if err != nil && !strings.Contains(err.Error(), part) {
					t.Errorf("%s The verdict lacks %q:\n%v", tc.reason, part, err)
				}
			}
		})
	}
}

func TestDetectorWrites(t *testing.T) {
	tests := map[string]struct {
		reason         string
		verb, resource string
		user           string
		want           bool
	}{
		"Patch":    {"The operator changes something.", "patch", "roles", finderUser, true},
		"Event":    {"The operator reports something new.", "create", "events", finderUser, true},
		"Series":   {"client-go closes a series of events after some time.", "patch", "events", finderUser, false},
		"Lease":    {"A leader renews its lease for ever.", "update", "leases", finderUser, false},
		"Review":   {"A review is a question.", "create", "tokenreviews", finderUser, false},
		"Read":     {"Reading changes nothing.", "get", "roles", finderUser, false},
		"Somebody": {"Others may write.", "patch", "roles", "admin", false},
	}
	d := &Detector{users: map[string]bool{finderUser: true}}
	for name, tc := range tests {
		t.Run(name, func(t *testing.T) {
			line := &auditLine{Verb: tc.verb}
			line.User.Username, line.ObjectRef.Resource = tc.user, tc.resource
			if got := d.writes(line); got != tc.want {
				t.Errorf("%s It counts: %t", tc.reason, got)
			}
		})
	}
}

func TestReadMetrics(t *testing.T) {
	const text = "# HELP workqueue_depth Current depth\n# TYPE workqueue_depth gauge\n" +
		`workqueue_depth{controller="a b",name="{"} 2` + "\n" + `workqueue_depth{controller="c"} 3` + "\n" +
		"workqueue_depth_total 7\ngo_goroutines 4.2e+01\n\n"
	got, err := readMetrics(strings.NewReader(text))
	if diff := cmp.Diff(map[string]float64{"workqueue_depth": 5, "workqueue_depth_total": 7, "go_goroutines": 42}, got); diff != "" || err != nil {
		t.Errorf("metrics (-want +got):\n%s%v", diff, err)
	}
	if _, err := readMetrics(strings.NewReader("<html>\n")); err == nil {
		t.Error("a page that holds no metrics is read")
	}
}

func TestGoroutineOrigins(t *testing.T) {
	const dump = `SIGQUIT: quit

goroutine 1 [select]:
main.main()
	/main.go:1 +0x1

goroutine 7 [select (no cases), 1 minutes]:
main.leak.func1()
	/main.go:7 +0x1
created by main.leak in goroutine 5
	/main.go:6 +0x1

goroutine 8 [IO wait]:
main.serve()
created by main.main in goroutine 1

goroutine 9 [select (no cases)]:
main.leak.func1()
created by main.leak in goroutine 6
`
	if diff := cmp.Diff([]string{"2 main.leak", "1 main.main"}, goroutineOrigins(dump)); diff != "" {
		t.Errorf("origins (-want +got):\n%s", diff)
	}
}

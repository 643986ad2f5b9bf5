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
	"errors"
	"net/http"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"
)

// testAuditLog proves that a request is in the log when its client has the response. It does not
// poll, on purpose.
func (p parts) testAuditLog(t *testing.T) {
	c, path := p.c, robotKubeconfig(t, p.c)
	mark, err := c.AuditMark()
	if err != nil {
		t.Fatal(err)
	}
	if _, err := c.Kubectl(t.Context(), "--kubeconfig="+path, "get", "secrets"); err == nil {
		t.Fatal("the ServiceAccount may list secrets")
	}
	events, next, err := c.AuditEvents(mark)
	if err != nil {
		t.Fatal(err)
	}

	var requests []AuditEvent
	for _, event := range events {
		// Leaving out discovery.
		if event.User == robotUser && event.Resource != "" {
			requests = append(requests, event)
		}
	}
	want := []AuditEvent{{
		User: robotUser, Verb: "list", Resource: "secrets", Namespace: robotNamespace, Code: http.StatusForbidden,
		URI: "/api/v1/namespaces/tenant/secrets?limit=500",
	}}
	ignored := cmpopts.IgnoreFields(AuditEvent{}, "Received", "Completed", "UserAgent")
	if diff := cmp.Diff(want, requests, ignored); diff != "" {
		t.Errorf("requests of the ServiceAccount (-want +got):\n%s", diff)
	}
	for _, event := range requests {
		if event.Completed.Before(event.Received) || time.Since(event.Received) > testTimeout {
			t.Errorf("received at %s, completed at %s", event.Received, event.Completed)
		}
	}
	if next <= mark {
		t.Errorf("the log ended at byte %d and ends at %d after a request", mark, next)
	}
}

// testAuditMark proves that requests that are answered before a mark are before it, and the others after it.
func (p parts) testAuditMark(t *testing.T) {
	c := p.c
	_, end, err := c.AuditEvents(0)
	if err != nil {
		t.Fatal(err)
	}
	mark, err := c.AuditMark()
	if err != nil || mark < end {
		t.Fatalf("mark %d after reading to %d: %v", mark, end, err)
	}
	kubectl(t, c, "", "create", "configmap", "noted")
	if got := creations(t, c, mark, "noted"); got != 1 {
		t.Errorf("%d creations after the mark, want 1", got)
	}
	later, err := c.AuditMark()
	if err != nil {
		t.Fatal(err)
	}
	if got := creations(t, c, later, "noted"); got != 0 {
		t.Errorf("%d creations after a later mark, want 0", got)
	}
	if _, _, err := c.AuditEvents(mark + 1); err == nil {
		t.Error("an offset inside of a line is no error")
	}
}

// creations counts the requests since a mark with which the administrator changed an object.
func creations(t *testing.T, c *ControlPlane, since int64, name string) (count int) {
	t.Helper()
	events, _, err := c.AuditEvents(since)
	if err != nil {
		t.Fatal(err)
	}
	for _, event := range events {
		if event.User == adminUser && event.Mutating() && event.Name == name {
			count++
		}
	}
	return count
}

func TestAuditOff(t *testing.T) {
	c := &ControlPlane{}
	if _, err := c.AuditMark(); !errors.Is(err, ErrNoAuditLog) {
		t.Errorf("AuditMark: %v, want %v", err, ErrNoAuditLog)
	}
	if _, _, err := c.AuditEvents(0); !errors.Is(err, ErrNoAuditLog) {
		t.Errorf("AuditEvents: %v, want %v", err, ErrNoAuditLog)
	}
}

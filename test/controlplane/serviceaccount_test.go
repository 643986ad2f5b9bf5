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
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"
	apierrors "k8s.io/apimachinery/pkg/api/errors"
)

func testServiceAccount(t *testing.T, c *ControlPlane) {
	const namespace, user = "tenant", "system:serviceaccount:tenant:robot"
	kubectl(t, c, "", "create", "namespace", namespace)
	if _, err := c.ServiceAccountKubeconfig(t.Context(), namespace, "robot", time.Hour); !apierrors.IsNotFound(err) {
		t.Errorf("token of no ServiceAccount: %v, want NotFound", err)
	}
	kubectl(t, c, "", "create", "serviceaccount", "robot", "--namespace="+namespace)
	if _, err := c.ServiceAccountKubeconfig(t.Context(), namespace, "robot", time.Minute); !apierrors.IsInvalid(err) {
		t.Errorf("token for a minute: %v, want Invalid", err)
	}
	path, err := c.ServiceAccountKubeconfig(t.Context(), namespace, "robot", time.Hour)
	if err != nil {
		t.Fatal(err)
	}

	who := kubectl(t, c, "", "--kubeconfig="+path, "auth", "whoami", "-o", "jsonpath={.status.userInfo.username}")
	if who != user {
		t.Errorf("the kubeconfig is %q, want %q", who, user)
	}

	mark, err := c.AuditMark()
	if err != nil {
		t.Fatal(err)
	}
	if _, err := c.Kubectl(t.Context(), "--kubeconfig="+path, "get", "secrets"); err == nil || !strings.Contains(err.Error(), "Forbidden") {
		t.Errorf("listing secrets: %v, want Forbidden", err)
	}
	events, next, err := c.AuditEvents(mark)
	if err != nil {
		t.Fatal(err)
	}
	var requests []AuditEvent
	for _, event := range events {
		if event.User == user && event.Resource != "" {
			requests = append(requests, event)
		}
	}
	want := []AuditEvent{{
		User: user, Verb: "list", Resource: "secrets", Namespace: namespace, Code: http.StatusForbidden,
		URI: "/api/v1/namespaces/tenant/secrets?limit=500",
	}}
	ignored := cmpopts.IgnoreFields(AuditEvent{}, "Received", "Completed", "UserAgent")
	if diff := cmp.Diff(want, requests, ignored); diff != "" {
		t.Errorf("requests of the ServiceAccount (-want +got):\n%s", diff)
	}
	if next <= mark {
		t.Errorf("the log ended at byte %d and ends at %d after a request", mark, next)
	}
	for _, event := range requests {
		if event.Completed.Before(event.Received) || time.Since(event.Received) > testTimeout {
			t.Errorf("received at %s, completed at %s", event.Received, event.Completed)
		}
	}
}

// testAuditMark proves that what is answered before a mark is before it, and the rest after.
func testAuditMark(t *testing.T, c *ControlPlane) {
	_, end, err := c.AuditEvents(0)
	if err != nil {
		t.Fatal(err)
	}
	mark, err := c.AuditMark()
	if err != nil || mark < end {
		t.Fatalf("mark %d after reading to %d: %v", mark, end, err)
	}
	kubectl(t, c, "", "create", "configmap", "noted")
	created := func(since int64) (count int) {
		events, _, err := c.AuditEvents(since)
		if err != nil {
			t.Fatal(err)
		}
		for _, event := range events {
			if event.User == adminUser && event.Mutating() && event.Name == "noted" {
				count++
			}
		}
		return count
	}
	if got := created(mark); got != 1 {
		t.Errorf("%d creations after the mark, want 1", got)
	}
	later, err := c.AuditMark()
	if err != nil {
		t.Fatal(err)
	}
	if got := created(later); got != 0 {
		t.Errorf("%d creations after a later mark, want 0", got)
	}
	if _, _, err := c.AuditEvents(mark + 1); err == nil {
		t.Error("an offset inside of a line is no error")
	}
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

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

package limits

import (
	"strings"
	"testing"

	"github.com/stakeholders-dev/stakeholder-operator/test/controlplane"
	"github.com/stakeholders-dev/stakeholder-operator/test/suite"
)

// mark is the end of the audit log. The cluster must have one.
func mark(t *testing.T) int64 {
	t.Helper()
	end, err := env.Plane.AuditMark()
	if err != nil {
		t.Fatal(err)
	}
	return end
}

// madeSince lists the operator's requests to the API server since a mark, but for watches, leases, and questions about rights.
func madeSince(t *testing.T, since int64) []controlplane.AuditEvent {
	t.Helper()
	events, _, err := env.Plane.AuditEvents(since)
	if err != nil {
		t.Fatal(err)
	}
	var made []controlplane.AuditEvent
	for i := range events {
		e := &events[i]
		isQuestion := e.Group == "authorization.k8s.io" || e.Group == "authentication.k8s.io"
		if e.User == suite.OperatorUser && e.Verb != "watch" && e.Resource != "leases" && !isQuestion {
			made = append(made, *e)
		}
	}
	return made
}

// countBy counts requests as "verb resource", such as "patch stakeholderrequests/status" or "patch roles". Those that store nothing
// end in "(dry run)".
func countBy(made []controlplane.AuditEvent) map[string]int {
	counts := make(map[string]int)
	for i := range made {
		counts[kindOf(&made[i])]++
	}
	return counts
}

func kindOf(e *controlplane.AuditEvent) string {
	kind := e.Verb + " " + strings.TrimSuffix(e.Resource+"/"+e.Subresource, "/")
	if strings.Contains(e.URI, "dryRun=") {
		kind += " (dry run)"
	}
	return kind
}

// statusWrites counts the writes of each request's status, by "namespace/name".
func statusWrites(made []controlplane.AuditEvent) map[string]int {
	writes := make(map[string]int)
	for i := range made {
		if e := &made[i]; e.Resource == "stakeholderrequests" && e.Subresource == "status" && e.Mutating() {
			writes[e.Namespace+"/"+e.Name]++
		}
	}
	return writes
}

// writesIn lists the writes among requests.
func writesIn(made []controlplane.AuditEvent) []string {
	var writes []string
	for i := range made {
		if e := &made[i]; e.Mutating() {
			writes = append(writes, kindOf(e)+" "+e.Namespace+"/"+e.Name)
		}
	}
	return writes
}

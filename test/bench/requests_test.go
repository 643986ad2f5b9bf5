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

package bench

import (
	"fmt"
	"strings"
	"testing"

	"github.com/stakeholders-dev/stakeholder-operator/test/controlplane"
	"github.com/stakeholders-dev/stakeholder-operator/test/suite"
)

// requestCounts is how many requests an operator has made, except watches and leases.
type requestCounts struct {
	// writes do not include events, and reads are all other requests.
	writes, events, reads int
	// first are some of the writes, for people.
	first []string
	// kinds counts all of them by verb and resource, such as "patch stakeholdermaps/status".
	kinds map[string]int
}

// maxShown bounds how many requests are shown.
const maxShown = 10

func (c requestCounts) all() int { return c.writes + c.events + c.reads }

// storesNothing says whether a request is only a question, which the API server answers and does not store.
func storesNothing(e *controlplane.AuditEvent) bool {
	return e.Group == "authorization.k8s.io" || e.Group == "authentication.k8s.io" || strings.Contains(e.URI, "dryRun=")
}

// countRequests counts the operator's requests to the API server during f, and until it has no work left.
func countRequests(tb testing.TB, operator *controlplane.Operator, do func()) requestCounts {
	tb.Helper()
	settle(tb, operator)
	mark, err := env.Plane.AuditMark()
	if err != nil {
		tb.Fatal(err)
	}
	do()
	settle(tb, operator)
	return countSince(tb, mark)
}

// countSince counts the operator's requests since a mark in the audit log.
func countSince(tb testing.TB, mark int64) requestCounts {
	tb.Helper()
	events, _, err := env.Plane.AuditEvents(mark)
	if err != nil {
		tb.Fatal(err)
	}
	counted := requestCounts{kinds: make(map[string]int)}
	for i := range events {
		e := &events[i]
		if e.User != suite.OperatorUser || e.Verb == "watch" || e.Resource == "leases" {
			continue
		}
		counted.kinds[e.Verb+" "+strings.TrimSuffix(e.Resource+"/"+e.Subresource, "/")]++
		switch {
		case e.Resource == "events":
			counted.events++
		case e.Mutating() && !storesNothing(e):
			counted.writes++
			if len(counted.first) < maxShown {
				counted.first = append(counted.first, fmt.Sprintf("%s %s: %d", e.Verb, e.URI, e.Code))
			}
		default:
			counted.reads++
		}
	}
	return counted
}

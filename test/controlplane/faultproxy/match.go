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

package faultproxy

import (
	"slices"
	"strings"
)

// Match picks requests. It is called from several goroutines and must not call the proxy. A nil Match
// picks every request.
type Match func(Request) bool

// picks is m, nil or not.
func (m Match) picks(r Request) bool { return m == nil || m(r) }

// Verbs picks requests with one of these verbs.
func Verbs(verbs ...string) Match {
	return func(r Request) bool { return slices.Contains(verbs, r.Verb) }
}

// Resources picks requests for one of these resources, named as in RBAC rules: "stakeholdermaps" does not
// pick "stakeholdermaps/status". It does not look at groups.
func Resources(resources ...string) Match {
	return func(r Request) bool { return slices.Contains(resources, r.resource()) }
}

// In picks requests inside of a namespace.
func In(namespace string) Match {
	return func(r Request) bool { return r.Namespace == namespace }
}

// Named picks requests for one name.
func Named(name string) Match {
	return func(r Request) bool { return r.Name == name }
}

// All picks what each of the matches picks.
func All(matches ...Match) Match {
	return func(r Request) bool {
		return !slices.ContainsFunc(matches, func(m Match) bool { return !m.picks(r) })
	}
}

// Not picks what m does not.
func Not(m Match) Match {
	return func(r Request) bool { return !m.picks(r) }
}

// Writes is a Match for writes of the state that an operator manages: every mutating request except dry runs, leases,
// events, tokens and reviews such as SubjectAccessReview. It includes the status subresource: narrow it with All and
// Resources.
func Writes(r Request) bool {
	switch {
	case !r.mutating(), r.DryRun, r.Resource == "leases", r.Resource == "events", r.Subresource == "token",
		strings.HasSuffix(r.Resource, "reviews"):
		return false
	default:
		return true
	}
}

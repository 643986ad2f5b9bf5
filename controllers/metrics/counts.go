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

package metrics

import (
	"slices"

	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
)

// counts is a compact State: the maps of a State take a kilobyte, and the Board has one for each map of the cluster.
type counts struct {
	// ready is the index of the status in statuses.
	ready    int8
	findings []findingCount
	// grants, namespaces and disputes have the order of roles, namespaceStates and disputants.
	grants     [3]int32
	namespaces [3]int32
	disputes   [2]int32
}

type findingCount struct {
	Finding

	n int32
}

// statuses are those of the condition Ready. Others count as unknown.
var statuses = []metav1.ConditionStatus{unknown: metav1.ConditionUnknown, 1: metav1.ConditionTrue, 2: metav1.ConditionFalse}

const unknown = 0

func countsOf(s State) counts {
	c := counts{ready: unknown}
	if i := slices.Index(statuses, s.Ready); i >= 0 {
		c.ready = int8(i) //nolint:gosec // there are three
	}
	for finding, n := range s.Findings {
		c.findings = append(c.findings, findingCount{finding, int32(n)}) //nolint:gosec // a status holds 64
	}
	count(c.grants[:], roles, s.Grants)
	count(c.namespaces[:], namespaceStates, s.Namespaces)
	count(c.disputes[:], disputants, s.Disputes)
	return c
}

func count(into []int32, names []string, from map[string]int) {
	for i, name := range names {
		into[i] = int32(from[name]) //nolint:gosec // there are not so many objects in a cluster
	}
}

func add(into []int, from []int32) {
	for i, n := range from {
		into[i] += int(n)
	}
}

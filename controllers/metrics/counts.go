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
	"strings"

	"github.com/prometheus/client_golang/prometheus"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
)

// counts is a compact State. The Go maps of a State take a kilobyte, and the Board has one State for each map of the
// cluster.
type counts struct {
	// values has the order of series.
	values   [len(series)]int32
	findings []findingCount
}

type findingCount struct {
	Finding

	n int32
}

func countsOf(s State) counts {
	ready := s.Ready
	if ready == "" {
		ready = metav1.ConditionUnknown
	}
	values := map[*prometheus.Desc]map[string]int{
		mapsDesc: {strings.ToLower(string(ready)): 1}, grantsDesc: s.Grants, namespacesDesc: s.Namespaces, disputesDesc: s.Disputes,
	}
	var c counts
	for i, one := range series {
		c.values[i] = int32(values[one.desc][one.label]) //nolint:gosec // a cluster never has so many objects
	}
	for finding, n := range s.Findings {
		c.findings = append(c.findings, findingCount{finding, int32(n)}) //nolint:gosec // a status has at most 64 findings
	}
	return c
}

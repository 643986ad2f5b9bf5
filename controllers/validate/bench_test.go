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

package validate_test

import (
	"fmt"
	"testing"

	"github.com/stakeholders-dev/stakeholder-operator/controllers/topics"
	"github.com/stakeholders-dev/stakeholder-operator/controllers/validate"
	"github.com/stakeholders-dev/stakeholder-operator/test/fixtures"
)

// BenchmarkMap validates the largest map and parts of it: the time for each party must stay about the same.
func BenchmarkMap(b *testing.B) {
	var known []string
	for _, topic := range topics.Catalogue() {
		known = append(known, topic.Name)
	}
	for _, share := range []int{8, 4, 2, 1} {
		m := fixtures.Largest("x", known)
		m.Spec.Customers, m.Spec.EndUsers = m.Spec.Customers[:32/share], m.Spec.EndUsers[:64/share]
		b.Run(fmt.Sprintf("%d parties", 96/share), func(b *testing.B) {
			for b.Loop() {
				validate.Map(m, nil, fixtures.Now)
			}
			b.ReportMetric(float64(b.Elapsed().Nanoseconds())/float64(b.N)/float64(96/share), "ns/party")
		})
	}
}

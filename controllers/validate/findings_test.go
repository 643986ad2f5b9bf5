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

	"github.com/stakeholders-dev/stakeholder-operator/api/v1alpha1"
	"github.com/stakeholders-dev/stakeholder-operator/controllers/validate"
	"github.com/stakeholders-dev/stakeholder-operator/test/fixtures"
)

// TestFindingsAreBounded validates a map that breaks rules at thousands of places. Each place is counted, but a rule
// has no more messages than status can list.
func TestFindingsAreBounded(t *testing.T) {
	m := fixtures.Largest("x", nil)
	places := 0
	unknown := func(p *v1alpha1.Party) {
		p.Topics = nil
		for i := range 85 {
			p.Topics = append(p.Topics, fmt.Sprintf("no-such-topic-%d", i))
			places++
		}
	}
	for i := range m.Spec.Customers {
		unknown(&m.Spec.Customers[i].Party)
	}
	for i := range m.Spec.EndUsers {
		unknown(&m.Spec.EndUsers[i].Party)
	}
	counted, told := 0, make(map[v1alpha1.FindingCode]int)
	findings := validate.Map(m, nil, fixtures.Now)
	for i := range findings {
		if findings[i].Code == v1alpha1.UnknownTopic {
			counted++
		}
		if findings[i].Message != "" {
			told[findings[i].Code]++
		}
		if i < v1alpha1.MaxFindings && (findings[i].Message == "" || findings[i].Field == "") {
			t.Errorf("status would list %+v", findings[i])
		}
	}
	if counted != places {
		t.Errorf("%d places are counted, want %d", counted, places)
	}
	for code, n := range told {
		if n > v1alpha1.MaxFindings {
			t.Errorf("%d of %s are told of", n, code)
		}
	}
}

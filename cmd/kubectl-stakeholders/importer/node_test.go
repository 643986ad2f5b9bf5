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

package importer_test

import (
	"math/rand/v2"
	"strings"
	"testing"

	gocmp "github.com/google/go-cmp/cmp"
	"sigs.k8s.io/yaml"

	"github.com/stakeholders-dev/stakeholder-operator/api/v1alpha1"
	"github.com/stakeholders-dev/stakeholder-operator/cmd/kubectl-stakeholders/importer"
	"github.com/stakeholders-dev/stakeholder-operator/cmd/kubectl-stakeholders/product"
	"github.com/stakeholders-dev/stakeholder-operator/cmd/kubectl-stakeholders/repository"
	"github.com/stakeholders-dev/stakeholder-operator/test/fixtures"
)

// noTexts are strings that YAML 1.1 or 1.2 reads as something else if they are not quoted.
var noTexts = []string{
	"no", "y", "n", "on", "off", "yes", "Yes", "NO", "true", "null", "~", "=", "<<", "12:30", "190:20:30", "1e3", "0x1f", "0o7", "017", "1_000",
	".inf", ".nan", "2026-11-30", "2026-11-30T12:00:00Z", "-", "?", "a: b", "a #b", "*a", "&a", "!a", "%a", "@a", "`a`", "[a]", "{a}", "a, b", "'", "\"", "---",
}

// TestTextsAreRead writes drafts whose texts are in danger of being read as another type, and reads them as kubectl does.
func TestTextsAreRead(t *testing.T) {
	t.Parallel()
	texts := noTexts
	random := rand.New(rand.NewPCG(1, 2)) //nolint:gosec // a test
	const letters = "yYnNoOfFeExX0123456789:.+-_~=<>!&*?|%@'\"#,[]{}aé\\"
	for range 500 {
		var b strings.Builder
		for range 1 + random.IntN(6) {
			b.WriteByte(letters[random.IntN(len(letters))])
		}
		if s := strings.ToValidUTF8(b.String(), "é"); s != "TODO" {
			texts = append(texts, s)
		}
	}
	for _, s := range texts {
		want := v1alpha1.StakeholderMapSpec{
			Product: v1alpha1.Product{DisplayName: s, Description: s, Market: "TODO"},
		}
		draft := importer.Draft{
			Name: s, Namespace: s, Product: s, Description: s,
			Team: importer.Party{
				Subjects: []v1alpha1.Subject{{Kind: v1alpha1.SubjectGroup, Name: s}}, Handles: []v1alpha1.Handle{{System: s, Value: s}},
			},
		}
		want.DevelopmentTeam.Subjects, want.DevelopmentTeam.Handles = draft.Team.Subjects, draft.Team.Handles
		content, err := draft.YAML()
		must(t, err, &content)
		var got v1alpha1.StakeholderMap
		if err := yaml.Unmarshal(content, &got); err != nil {
			t.Fatalf("%q: %v in\n%s", s, err, content)
		}
		got.Spec.ProductOwner = want.ProductOwner
		got.Spec.Customers, got.Spec.EndUsers = nil, nil
		if diff := gocmp.Diff(want, got.Spec); diff != "" || got.Name != s || got.Namespace != s {
			t.Fatalf("%q is read as something else (-want +got):\n%s\n%s", s, diff, content)
		}
	}
}

// TestRoundTripOfNoTexts exports and imports a map whose handles look like other types.
func TestRoundTripOfNoTexts(t *testing.T) {
	t.Parallel()
	for format, trip := range roundTrips {
		for _, s := range []string{"no", "y", "off", "12e3", "190", "1-1"} {
			m := withLogins(fixtures.Minimal())
			m.Name, m.Namespace = s, s
			m.Spec.Product.DisplayName = s
			m.Spec.ProductOwner.DisplayName = s
			m.Spec.Customers[0].Name, m.Spec.Customers[0].Organization = s, s
			m.Spec.Customers[0].Handles = []v1alpha1.Handle{{System: "github", Value: s}, {System: s, Value: s}}
			p, err := product.Declared(m, nil, fixtures.Now)
			must(t, err, p)
			out, err := repository.Render(p.Table, trip.options)
			must(t, err, &out)
			draft, err := trip.draft(out.Files[0].Content)
			must(t, err, draft)
			got, content := decode(t, draft)
			var values []string
			for _, h := range got.Spec.Customers[0].Handles {
				values = append(values, strings.TrimPrefix(h.Value, "@"))
			}
			want := []string{s}
			if format == "backstage" {
				want = []string{s, s}
			}
			if diff := gocmp.Diff(want, values); diff != "" || got.Name != s || got.Namespace != s || got.Spec.Product.DisplayName != s {
				t.Errorf("%s: %s (-want +got):\n%s\n%s\n%s", format, s, diff, out.Files[0].Content, content)
			}
		}
	}
}

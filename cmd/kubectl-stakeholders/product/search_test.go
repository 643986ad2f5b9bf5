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

package product_test

import (
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/stakeholders-dev/stakeholder-operator/cmd/kubectl-stakeholders/failure"
	"github.com/stakeholders-dev/stakeholder-operator/cmd/kubectl-stakeholders/product"
)

var (
	checkout = product.Candidate{Namespace: "payments", Name: "checkout", DisplayName: "Checkout"}
	shop     = product.Candidate{Namespace: "retail", Name: "shop", DisplayName: "Web shop"}
	webShop  = product.Candidate{Namespace: "other", Name: "web", DisplayName: "WEB SHOP"}
	twin     = product.Candidate{Namespace: "other", Name: "checkout", DisplayName: "Till"}
)

func TestSearch(t *testing.T) {
	t.Parallel()
	cases := map[string]struct {
		reason, wanted, namespace string
		among                     []product.Candidate
		want                      product.Candidate
		err                       string
	}{
		"name": {"a name that is unique", "shop", "", []product.Candidate{checkout, shop}, shop, ""},
		"key":  {"namespace/name goes before everything else", "other/checkout", "", []product.Candidate{checkout, twin}, twin, ""},
		"display name": {
			"the case does not matter", "wEB shop", "", []product.Candidate{checkout, shop}, shop, "",
		},
		"own namespace": {
			"the map in the namespace of the user goes before those elsewhere", "checkout", "payments",
			[]product.Candidate{twin, checkout}, checkout, "",
		},
		"two names": {
			"the user has to choose", "checkout", "", []product.Candidate{checkout, twin}, product.Candidate{},
			`"checkout" can be several products here: other/checkout, payments/checkout. Write namespace/name`,
		},
		"two display names": {
			"the user has to choose", "web shop", "", []product.Candidate{shop, webShop}, product.Candidate{},
			`"web shop" can be several products here: other/web, retail/shop. Write namespace/name`,
		},
		"twice": {
			"two documents are the same map", "retail/shop", "", []product.Candidate{shop, shop}, product.Candidate{},
			`product "retail/shop" is there twice, here: remove one of the two maps`,
		},
		"near": {
			"a typing error", "chekcout", "", []product.Candidate{checkout, shop, twin}, product.Candidate{},
			`no product "chekcout" here. Did you mean other/checkout or payments/checkout?`,
		},
		"word": {
			"a word of the display name", "web", "", []product.Candidate{checkout, shop}, product.Candidate{},
			`no product "web" here. Did you mean retail/shop?`,
		},
		"nothing": {
			"there is nothing like it", "zzzzzz", "", []product.Candidate{checkout, shop}, product.Candidate{},
			"no product \"zzzzzz\" here. `kubectl stakeholders list` shows all",
		},
		"long": {
			"comparing long names would take long", strings.Repeat("x", 100_000), "", []product.Candidate{checkout}, product.Candidate{},
			"`kubectl stakeholders list` shows all",
		},
	}
	for name, tc := range cases {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			search := product.NewSearch(tc.wanted, tc.namespace)
			for _, c := range tc.among {
				search.Add(c)
			}
			got, err := search.Result("here", "")
			if diff := cmp.Diff(tc.want, got); diff != "" {
				t.Errorf("%s (-want +got):\n%s", tc.reason, diff)
			}
			if tc.err != "" && (err == nil || !strings.HasSuffix(err.Error(), tc.err) || failure.Code(err) != failure.CodeUsage) {
				t.Errorf("%s: %v", tc.reason, err)
			}
		})
	}
}

func TestParseDuration(t *testing.T) {
	t.Parallel()
	cases := map[string]struct {
		reason, text, want string
	}{
		"days":      {"a day has 24 hours", "30d", "720h0m0s"},
		"weeks":     {"a week has seven days", "2w", "336h0m0s"},
		"mixed":     {"units add up", "1w1d1h1m1s", "193h1m1s"},
		"no unit":   {"30 of what?", "30", ""},
		"fraction":  {"days are whole", "1.5d", ""},
		"negative":  {"the past has no windows that end", "-3d", ""},
		"zero":      {"no window ends in no time", "0d", ""},
		"empty":     {"no time", "", ""},
		"year":      {"years differ in length", "1y", ""},
		"too long":  {"it would overflow", "999999999w", ""},
		"too many":  {"sums would overflow", "36600d36600d", ""},
		"text":      {"no number", "soon", ""},
		"separated": {"one word", "1d 2h", ""},
	}
	for name, tc := range cases {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			got, err := product.ParseDuration(tc.text)
			if tc.want == "" && err == nil || tc.want != "" && got.String() != tc.want {
				t.Errorf("%s: %v, %v", tc.reason, got, err)
			}
		})
	}
}

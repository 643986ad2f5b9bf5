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

package changes_test

import (
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/stakeholders-dev/stakeholder-operator/api/v1alpha1"
	"github.com/stakeholders-dev/stakeholder-operator/cmd/kubectl-stakeholders/changes"
	"github.com/stakeholders-dev/stakeholder-operator/cmd/kubectl-stakeholders/preview"
	"github.com/stakeholders-dev/stakeholder-operator/test/fixtures"
)

// TestStates has each way from one state of a map to another. What a refused map declares gives and takes nothing.
func TestStates(t *testing.T) {
	t.Parallel()
	bare := fixtures.Minimal()
	bare.Spec = v1alpha1.StakeholderMapSpec{}
	other := base()
	other.Spec.EndUsers = nil
	again := base()
	again.Spec.EndUsers, again.Spec.Customers = nil, again.Spec.Customers[:1]
	type version struct {
		m       *v1alpha1.StakeholderMap
		refused []string
	}
	absent, refused := version{}, version{bare, []string{"spec.customers", "spec.topics[0].to"}}
	invalid, invalidAgain, valid := version{m: other}, version{m: again}, version{m: base()}
	const (
		because = " (spec.customers and spec.topics[0].to)"
		ifSo    = ". If the API server accepts it, no subject gains a right until it is valid, and those who left lose theirs at once"
		unknown = ": what was in force before is not known, so all rights that it gives are listed as gains, and losses are not listed"
	)
	for _, tc := range []struct {
		reason        string
		before, after version
		want          string
		gains, loses  int
	}{
		{"nothing of a refused map takes effect", absent, refused, "+ the map is new, and the API server refuses it" + because + ": nothing of it takes effect until that is fixed", 0, 0},
		{"what is in force stays", valid, refused, "~ the API server refuses the map" + because + ": nothing changes until that is fixed", 0, 0},
		{"what is in force stays, even if it is not known", invalid, refused, "~ the API server refuses the map" + because + ": nothing changes until that is fixed", 0, 0},
		{"nothing happens", refused, refused, "", 0, 0},
		{"an earlier version may be in force", refused, valid, "~ the map becomes valid" + unknown, 4, 0},
		{"an earlier version may be in force", invalid, valid, "~ the map becomes valid" + unknown, 4, 0},
		{
			"an earlier version may be in force", refused, invalid,
			"~ the API server no longer refuses the map, but it is invalid (EndUserMissing): what is in force is not known" + ifSo, 0, 0,
		},
		{
			"subjects lose what they have of an earlier version", invalid, invalidAgain,
			"~ the map stays invalid (EndUserMissing): what is in force is not known" + ifSo, 0, 0,
		},
		{"nothing differs", invalid, invalid, "", 0, 0},
		{"what is lost is not known", refused, absent, "- the map of checkout is removed, and everything that it gives: what was in force is not known, so no right is listed", 0, 0},
		{"what is lost is not known", invalid, absent, "- the map of Checkout is removed, and everything that it gives: what was in force is not known, so no right is listed", 0, 0},
	} {
		list := changes.Compare([]changes.Pair{{
			Before: previewed(t, tc.before.m), RefusedBefore: tc.before.refused, After: previewed(t, tc.after.m), RefusedAfter: tc.after.refused,
		}}, changes.Options{})
		got := ""
		if len(list) > 0 {
			got = list[0].Sign + " " + list[0].Text
		}
		if diff := cmp.Diff(tc.want, got); diff != "" {
			t.Errorf("%s (-want +got):\n%s", tc.reason, diff)
		}
		if s := changes.Summarize(list); s.Gain != tc.gains || s.Lose != tc.loses {
			t.Errorf("%s: %d subjects gain, and %d lose:\n%s", tc.reason, s.Gain, s.Lose, texts(list))
		}
	}
}

// TestSharedRights has two maps of one namespace. A right that both give is lost only with both, and named once.
func TestSharedRights(t *testing.T) {
	t.Parallel()
	other := base()
	other.Name = "billing"
	other.Spec.EndUsers[0].Subjects = []v1alpha1.Subject{fixtures.Group("billing:clerks")}
	both := func(after *preview.Product, context bool) []changes.Pair {
		return []changes.Pair{{Before: previewed(t, base())}, {Before: previewed(t, other), After: after, Context: context}}
	}
	for name, tc := range map[string]struct {
		reason string
		pairs  []changes.Pair
		want   []string
	}{
		"Kept": {
			"the other map still gives a right", both(previewed(t, other), false), []string{
				"the map of Checkout is removed, and everything that it gives",
				"group acme:audit is no longer customer; loses approve on budget and exception, and read the map; keeps read and answer requests in payments, by payments/billing",
				"group acme:cashiers is no longer end user; loses everything that this map gives (request on defect-report, feature-request and usability, and read, answer and create requests in payments)",
				"cfo@acme.example is no longer customer; loses approve on budget, delivery-date, exception, process-change, release and scope-change, and read the map; keeps read and answer requests in payments, by payments/billing",
				"dana@vendor.example is no longer product owner; loses triage on defect-report, feature-request and usability, and read the map; keeps read and answer requests in payments, by payments/billing",
			},
		},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			var got []string
			for _, change := range changes.Compare(tc.pairs, changes.Options{}) {
				got = append(got, change.Text)
			}
			if diff := cmp.Diff(tc.want, got); diff != "" {
				t.Errorf("%s (-want +got):\n%s", tc.reason, diff)
			}
		})
	}
	inContext := changes.Compare(both(previewed(t, other), true), changes.Options{})
	if diff := cmp.Diff(texts(changes.Compare(both(previewed(t, other), false), changes.Options{})), texts(inContext)); diff != "" {
		t.Errorf("a map counts less as context (-want +got):\n%s", diff)
	}
	for _, change := range changes.Compare(both(nil, false), changes.Options{}) {
		if len(change.Keeps) > 0 || change.Kind == changes.Rights && !change.LosesEverything {
			t.Errorf("both maps are removed: %s", change.Text)
		}
		// The change of the first map names the right.
		if shared := strings.Contains(change.Text, "answer requests"); shared == (change.Map == "payments/checkout") && change.Subject != nil && change.Subject.Name == "cfo@acme.example" {
			t.Errorf("a right is named twice or not at all: %s: %s", change.Map, change.Text)
		}
	}
}

// TestMoved has a map that gets another name.
func TestMoved(t *testing.T) {
	t.Parallel()
	renamed := base()
	renamed.Name = "till"
	list := changes.Compare([]changes.Pair{{Before: previewed(t, base())}, {After: previewed(t, renamed)}}, changes.Options{})
	if !strings.Contains(texts(list), "payments/till: the map is new: Checkout has 2 customers, 1 end user and the product owner dana, as payments/checkout, which is removed\n") {
		t.Errorf("the new name is not connected with the old one:\n%s", texts(list))
	}
}

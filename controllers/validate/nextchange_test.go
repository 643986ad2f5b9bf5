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
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"

	"github.com/stakeholders-dev/stakeholder-operator/api/v1alpha1"
	"github.com/stakeholders-dev/stakeholder-operator/controllers/validate"
	"github.com/stakeholders-dev/stakeholder-operator/test/fixtures"
)

func TestNextChange(t *testing.T) {
	const day = 24 * time.Hour
	at := func(d time.Duration) *metav1.Time { return new(metav1.NewTime(fixtures.Now.Add(d))) }
	type window struct{ from, until *metav1.Time }
	// never means that there is no such moment.
	const never = time.Duration(-1)
	cases := map[string]struct {
		reason            string
		customers, users  []window
		transition, check time.Duration
	}{
		"none":         {"nothing changes", nil, nil, never, never},
		"past":         {"what has happened does not happen again", []window{{at(-2 * day), at(-day)}}, nil, never, never},
		"now":          {"a moment that is here has passed", []window{{at(0), nil}}, []window{{nil, at(0)}}, never, never},
		"opens":        {"a window opens", []window{{at(time.Second), nil}}, nil, time.Second, time.Second},
		"closes soon":  {"the notice was given", nil, []window{{nil, at(day)}}, day, day},
		"closes later": {"the notice comes before", nil, []window{{nil, at(20 * day)}}, 20 * day, 6 * day},
		"notice now":   {"a notice that is due has been given", nil, []window{{nil, at(14 * day)}}, 14 * day, 14 * day},
		"several":      {"the earliest counts", []window{{at(5 * day), at(30 * day)}, {nil, at(40 * day)}}, []window{{at(3 * day), nil}}, 3 * day, 3 * day},
		"end of time": {
			"a moment that no timer could wait for is one", []window{{nil, &metav1.Time{Time: time.Date(9999, 12, 31, 23, 59, 59, 0, time.UTC)}}}, nil,
			time.Date(9999, 12, 31, 23, 59, 59, 0, time.UTC).Sub(fixtures.Now), 0,
		},
	}
	for name, tc := range cases {
		t.Run(name, func(t *testing.T) {
			m := fixtures.Minimal()
			for _, w := range tc.customers {
				m.Spec.Customers = append(m.Spec.Customers, v1alpha1.Customer{Party: v1alpha1.Party{ValidFrom: w.from, ValidUntil: w.until}})
			}
			for _, w := range tc.users {
				m.Spec.EndUsers = append(m.Spec.EndUsers, v1alpha1.EndUser{Party: v1alpha1.Party{ValidFrom: w.from, ValidUntil: w.until}})
			}
			transition, check := validate.NextChange(m, fixtures.Now)
			if name == "end of time" {
				if transition == nil || transition.Year() != 9999 || check == nil || !check.Before(*transition) {
					t.Errorf("%s: it is %v, and looked at %v", tc.reason, transition, check)
				}
				return
			}
			for what, moments := range map[string]struct {
				got  *time.Time
				want time.Duration
			}{"transition": {transition, tc.transition}, "check": {check, tc.check}} {
				var want *time.Time
				if moments.want != never {
					want = new(fixtures.Now.Add(moments.want))
				}
				if diff := cmp.Diff(want, moments.got); diff != "" {
					t.Errorf("%s: %s (-want +got):\n%s", tc.reason, what, diff)
				}
			}
		})
	}
}

// TestFindingsChangeOnlyThen iterates over the moments of NextChange, and checks that nothing changes between them.
func TestFindingsChangeOnlyThen(t *testing.T) {
	for _, seed := range fixtures.Seeds() {
		m := fixtures.Generate(seed, true)
		for i := range m.Spec.Customers {
			m.Spec.Customers[i].ValidUntil = new(metav1.NewTime(fixtures.Now.Add(time.Duration(i+1) * 100 * time.Hour)))
		}
		now := fixtures.Now
		for range 50 {
			_, check := validate.NextChange(m, now)
			if check == nil {
				break
			}
			for _, between := range []time.Time{now.Add(check.Sub(now) / 2), check.Add(-time.Second)} {
				if diff := cmp.Diff(validate.Map(m, nil, now), validate.Map(m, nil, between)); diff != "" && between.After(now) {
					t.Errorf("findings change between %s and %s (-then +between):\n%s", now, *check, diff)
				}
			}
			now = *check
		}
	}
}

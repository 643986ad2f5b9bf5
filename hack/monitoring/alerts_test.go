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

package monitoring_test

import (
	"context"
	"maps"
	"net/url"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/prometheus/common/model"
	"github.com/prometheus/prometheus/model/rulefmt"
	"github.com/prometheus/prometheus/model/timestamp"
	"github.com/prometheus/prometheus/promql"
	"github.com/prometheus/prometheus/promql/promqltest"
	"github.com/prometheus/prometheus/storage"
	"github.com/prometheus/prometheus/template"
)

const (
	oldest = `stakeholders_oldest_pending_map_age_seconds{job="stakeholder-operator",namespace="operator",pod="a"}`
	idle   = `stakeholders_oldest_pending_map_age_seconds{job="stakeholder-operator",namespace="operator",pod="b"}`
	ready  = `stakeholders_maps{job="stakeholder-operator",namespace="operator",pod="a",ready="true"}`
	unfit  = `stakeholders_maps{job="stakeholder-operator",namespace="operator",pod="a",ready="false"}`
	wrong  = `stakeholders_policy_invalid{job="stakeholder-operator",namespace="operator",pod="a"}`
	right  = `stakeholders_policy_invalid{job="stakeholder-operator",namespace="operator",pod="b"}`
	allows = `stakeholders_authorizer_allows_all{job="stakeholder-operator",namespace="operator",pod="a"}`
	stray  = `stakeholders_unmanaged_grants{job="stakeholder-operator",namespace="operator",pod="a",kind="RoleBinding"}`
	differ = `stakeholders_disputed_outputs{job="stakeholder-operator",namespace="operator",pod="a",by="writer"}`
	drift  = `stakeholders_drift_repairs_total{job="stakeholder-operator",namespace="operator",pod="a",kind="Role"}`
	bucket = `stakeholders_revocation_duration_seconds_bucket{job="stakeholder-operator",namespace="operator",pod="a",cause="expired",le=`
	late   = `stakeholders_overdue_requests{job="stakeholder-operator",namespace="operator",pod="a",class="Approval"}`
	later  = `stakeholders_overdue_requests{job="stakeholder-operator",namespace="operator",pod="b",class="Approval"}`
	forged = `stakeholders_unverified_answers_total{job="stakeholder-operator",namespace="operator",pod="a"}`
	up     = `up{job="stakeholder-operator",namespace="operator",pod="a"}`
)

// TestAlerts checks which alerts fire at one time. A sample stands for a minute, as in promtool test rules; "a+bxn"
// starts at a and adds b n times.
func TestAlerts(t *testing.T) {
	cases := map[string]struct {
		reason string
		at     time.Duration
		series []string
		want   []string
	}{
		"Calm": {
			reason: "a fast revocation, two bursts of repairs and a short wait fire no alert",
			at:     2 * time.Hour,
			series: []string{
				up + " 1x120", oldest + " 0x110 0+60x10", ready + " 3x120", unfit + " 0x120", drift + " 0x39 9x39 18x40",
				bucket + `"60"} 0+1x120`, bucket + `"300"} 0+1x120`, bucket + `"+Inf"} 0+1x120`,
			},
		},
		"NotConverged": {
			reason: "a map has not converged for more than ten minutes, and the replica that waits says 0",
			at:     20 * time.Minute,
			series: []string{up + " 1x20", oldest + " 0+60x20", idle + " 0x20"},
			want:   []string{"StakeholderMapNotConverged"},
		},
		"NotConvergedYet": {
			reason: "after exactly five minutes over the limit, the alert still waits",
			at:     9 * time.Minute,
			series: []string{up + " 1x20", oldest + " 0+60x20", idle + " 0x20"},
		},
		"Invalid": {
			reason: "a map has been invalid for a quarter of an hour",
			at:     20 * time.Minute,
			series: []string{up + " 1x20", ready + " 3x20", unfit + " 1x20"},
			want:   []string{"StakeholderMapsInvalid"},
		},
		"PolicyInvalid": {
			reason: "the policy has been invalid for more than five minutes, and the replica that waits says 0",
			at:     20 * time.Minute,
			series: []string{up + " 1x20", wrong + " 1x20", right + " 0x20"},
			want:   []string{"StakeholderPolicyInvalid"},
		},
		"PolicyMended": {
			reason: "a policy that is corrected within five minutes fires no alert",
			at:     20 * time.Minute,
			series: []string{up + " 1x20", wrong + " 0x8 1x3 0x9"},
		},
		"AuthorizerAllowsAll": {
			reason: "grants decide nothing",
			at:     20 * time.Minute,
			series: []string{up + " 1x20", allows + " 1x20"},
			want:   []string{"StakeholderAuthorizerAllowsAll"},
		},
		"UnmanagedGrant": {
			reason: "a user has had an unmanaged RoleBinding for 15 minutes",
			at:     20 * time.Minute,
			series: []string{up + " 1x20", stray + " 1x20"},
			want:   []string{"StakeholderGrantUnmanaged"},
		},
		"UnmanagedGrantGone": {
			reason: "one that was deleted within ten minutes fires no alert",
			at:     20 * time.Minute,
			series: []string{up + " 1x20", stray + " 0x5 1x9 0x10"},
		},
		"Disputed": {
			reason: "another operator has been writing against this one for more than ten minutes",
			at:     20 * time.Minute,
			series: []string{up + " 1x20", differ + " 2x20"},
			want:   []string{"StakeholderOutputDisputed"},
		},
		"DisputeOver": {
			reason: "a dispute that ends within ten minutes fires no alert",
			at:     20 * time.Minute,
			series: []string{up + " 1x20", differ + " 0x5 1x9 0x10"},
		},
		"Drift": {
			reason: "another writer changes a Role every ten minutes, as Flux would",
			at:     2 * time.Hour,
			series: []string{
				up + " 1x120",
				drift + " " + strings.Join([]string{"0x9", "1x9", "2x9", "3x9", "4x9", "5x9", "6x9", "7x9", "8x9", "9x9", "10x9", "11x20"}, " "),
			},
			want: []string{"StakeholderDriftRepairs"},
		},
		"RequestsOverdue": {
			reason: "approvals have been overdue for a quarter of an hour, and the replica that waits says 0",
			at:     20 * time.Minute,
			series: []string{up + " 1x20", late + " 0x2 3x18", later + " 0x20"},
			want:   []string{"StakeholderRequestsOverdue"},
		},
		"RequestsAnsweredLate": {
			reason: "a request has been overdue for ten minutes, and a party may still answer",
			at:     15 * time.Minute,
			series: []string{up + " 1x20", late + " 0x5 1x9 0x10"},
		},
		"AnswersUnverified": {
			reason: "an answer came while admission was not in force",
			at:     10 * time.Minute,
			series: []string{up + " 1x20", forged + " 0x5 1x15"},
			want:   []string{"StakeholderAnswersUnverified"},
		},
		"AnswersUnverifiedLongAgo": {
			reason: "an answer that was left out before the last quarter of an hour fires no alert, nor does another pod that starts at 0",
			at:     60 * time.Minute,
			series: []string{up + " 1x60", forged + " 0x5 1x30 0x30"},
		},
		"RevocationSlow": {
			reason: "one revocation of many took more than a minute",
			at:     10 * time.Minute,
			series: []string{up + " 1x20", bucket + `"60"} 0x5 9x14`, bucket + `"300"} 0x5 10x14`, bucket + `"+Inf"} 0x5 10x14`},
			want:   []string{"StakeholderRevocationSlow"},
		},
		"Down": {
			reason: "the operator runs and cannot be scraped",
			at:     10 * time.Minute,
			series: []string{up + " 1 0x20"},
			want:   []string{"StakeholderOperatorAbsent"},
		},
		"Gone": {
			reason: "the operator does not run, but another job does",
			at:     10 * time.Minute,
			series: []string{`up{job="other"} 1x20`},
			want:   []string{"StakeholderOperatorAbsent"},
		},
	}
	rules := readRules(t)
	untested := make(map[string]bool)
	for i := range rules {
		untested[rules[i].Alert] = true
	}
	for _, tc := range cases {
		for _, alert := range tc.want {
			delete(untested, alert)
		}
	}
	for _, alert := range slices.Sorted(maps.Keys(untested)) {
		t.Errorf("no case makes %s fire", alert)
	}
	for name, tc := range cases {
		t.Run(name, func(t *testing.T) {
			loader, err := promqltest.NewLazyLoader("load 1m\n  "+strings.Join(tc.series, "\n  "), promqltest.LazyLoaderOpts{
				EnableAtModifier: true, EnableNegativeOffset: true,
			})
			if err != nil {
				t.Fatal(err)
			}
			defer func() {
				if err := loader.Close(); err != nil {
					t.Error(err)
				}
			}()
			end := time.Unix(0, 0).Add(tc.at)
			loader.WithSamplesTill(end, func(err error) {
				if err != nil {
					t.Fatal(err)
				}
			})
			var got []string
			for i := range rules {
				if fires(t, loader.QueryEngine(), loader.Queryable(), &rules[i], end) {
					got = append(got, rules[i].Alert)
				}
			}
			if diff := cmp.Diff(tc.want, got); diff != "" {
				t.Errorf("%s: alerts (-want +got):\n%s", tc.reason, diff)
			}
		})
	}
}

// fires says whether an alert's expression has found the same series every minute for as long as required. It also
// expands the annotations.
func fires(t *testing.T, engine *promql.Engine, data storage.Queryable, rule *rulefmt.Rule, end time.Time) bool {
	t.Helper()
	var since map[string]promql.Sample
	for at := end.Add(-time.Duration(rule.For)); !at.After(end); at = at.Add(time.Minute) {
		q, err := engine.NewInstantQuery(t.Context(), data, nil, rule.Expr, at)
		if err != nil {
			t.Fatal(err)
		}
		vector, err := q.Exec(t.Context()).Vector()
		if err != nil {
			t.Fatal(err)
		}
		now := make(map[string]promql.Sample)
		for _, sample := range vector {
			id := sample.Metric.String()
			if _, ok := since[id]; ok || since == nil {
				now[id] = sample
			}
		}
		since = now
		q.Close()
	}
	for _, sample := range since {
		expand(t, rule, sample, end)
	}
	return len(since) > 0
}

// expand fails the test if an annotation cannot be expanded, or needs a label that the alert does not have.
func expand(t *testing.T, rule *rulefmt.Rule, sample promql.Sample, at time.Time) {
	t.Helper()
	data := template.AlertTemplateData(sample.Metric.Map(), nil, "", sample)
	none := func(context.Context, string, time.Time) (promql.Vector, error) { return nil, nil }
	for name, text := range rule.Annotations {
		out, err := template.NewTemplateExpander(t.Context(),
			`{{$labels := .Labels}}{{$value := .Value}}`+text, rule.Alert, data,
			model.Time(timestamp.FromTime(at)), none, &url.URL{}, []string{"missingkey=error"}).Expand()
		if err != nil || out == "" {
			t.Errorf("%s: annotation %s expands to %q: %v", rule.Alert, name, out, err)
		}
	}
}

// TestAlertsAreExplained checks that each alert has what the person who receives it needs.
func TestAlertsAreExplained(t *testing.T) {
	severities := []string{"info", "warning", "critical"}
	rules := readRules(t)
	for i := range rules {
		r := &rules[i]
		if !slices.Contains(severities, r.Labels["severity"]) {
			t.Errorf("%s has severity %q, want one of %v", r.Alert, r.Labels["severity"], severities)
		}
		if r.Alert == "" || r.Annotations["summary"] == "" || r.Annotations["description"] == "" {
			t.Errorf("%q lacks a name, a summary or a description", r.Alert)
		}
	}
}

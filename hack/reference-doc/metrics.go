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

package main

import (
	"bytes"
	"fmt"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/prometheus/client_golang/prometheus"
	dto "github.com/prometheus/client_model/go"
	"k8s.io/apimachinery/pkg/types"
	"k8s.io/utils/clock"
	"sigs.k8s.io/yaml"

	"github.com/stakeholders-dev/stakeholder-operator/api/v1alpha1"
	"github.com/stakeholders-dev/stakeholder-operator/controllers/metrics"
)

// alertsFile has the alerts, below the repository.
const alertsFile = "config/components/monitoring/prometheus_rule.yaml"

// metricsPage is docs/reference/metrics.md.
func metricsPage(root string) ([]byte, error) {
	families, err := gather()
	if err != nil {
		return nil, err
	}
	var page bytes.Buffer
	page.WriteString(generated + `# Metrics and alerts

The operator serves these metrics beside those of every controller-runtime controller, such as ` + "`workqueue_depth`" + `.
Only the elected replica has values in its gauges; a replica that waits reports 0. So aggregate with ` + "`max`" + `, not with ` + "`sum`" + `.
[Monitoring](../operations/monitoring.md) says how to collect them.

| metric | type | labels | meaning |
| --- | --- | --- | --- |
`)
	for _, family := range families {
		fmt.Fprintf(&page, "| `%s` | %s | %s | %s |\n",
			family.GetName(), strings.ToLower(family.GetType().String()), labelsOf(family), cell(family.GetHelp()))
	}
	page.WriteString("\n## Buckets\n\nThe histograms count values up to these bounds, in seconds:\n\n")
	for _, family := range families {
		if family.GetType() == dto.MetricType_HISTOGRAM {
			fmt.Fprintf(&page, "- `%s`: %s\n", family.GetName(), boundsOf(family))
		}
	}
	if err := writeAlerts(&page, filepath.Join(root, alertsFile)); err != nil {
		return nil, err
	}
	return page.Bytes(), nil
}

// gather returns the metrics of the operator with an example in each, because a metric has a type only with a value. The error
// names a metric without an example.
func gather() ([]*dto.MetricFamily, error) {
	board := metrics.NewBoard(clock.RealClock{}, func() map[string]int {
		return map[string]int{"Role": 1, "RoleBinding": 1, "ClusterRoleBinding": 1}
	})
	board.Report(types.NamespacedName{}, metrics.State{Findings: map[metrics.Finding]int{{Level: v1alpha1.LevelError}: 1, {Level: v1alpha1.LevelWarning}: 1}})
	requests := metrics.NewRequestBoard(clock.RealClock{})
	requests.Decided(&v1alpha1.StakeholderRequestStatus{Class: v1alpha1.ClassApproval, Outcome: v1alpha1.OutcomeApproved}, time.Second)

	registry := prometheus.NewPedanticRegistry()
	descs := make(chan *prometheus.Desc, 100)
	for _, collector := range []prometheus.Collector{board, requests} {
		if err := registry.Register(collector); err != nil {
			return nil, err
		}
		collector.Describe(descs)
	}
	close(descs)
	families, err := registry.Gather()
	if err != nil {
		return nil, err
	}
	for desc := range descs {
		has := func(family *dto.MetricFamily) bool {
			return strings.Contains(desc.String(), strconv.Quote(family.GetName()))
		}
		if !slices.ContainsFunc(families, has) {
			return nil, fmt.Errorf("there is no example of %s", desc)
		}
	}
	return families, nil
}

// fewValues is the number of values of a label that a page lists.
const fewValues = 4

// labelsOf lists the labels of a metric, with their values if the operator always has the same few.
func labelsOf(family *dto.MetricFamily) string {
	var order []string
	values := map[string][]string{}
	for _, metric := range family.GetMetric() {
		for _, label := range metric.GetLabel() {
			name := label.GetName()
			if !slices.Contains(order, name) {
				order = append(order, name)
			}
			if !slices.Contains(values[name], label.GetValue()) {
				values[name] = append(values[name], label.GetValue())
			}
		}
	}
	out := make([]string, len(order))
	for i, name := range order {
		out[i] = "`" + name + "`"
		if n := len(values[name]); n > 1 && n <= fewValues {
			out[i] += ": " + strings.Join(values[name], ", ")
		}
	}
	return strings.Join(out, "; ")
}

func boundsOf(family *dto.MetricFamily) string {
	buckets := family.GetMetric()[0].GetHistogram().GetBucket()
	out := make([]string, len(buckets))
	for i, bucket := range buckets {
		out[i] = strconv.FormatFloat(bucket.GetUpperBound(), 'f', -1, 64)
	}
	return strings.Join(out, ", ")
}

// prometheusRule is what a page needs of a PrometheusRule.
type prometheusRule struct {
	Spec struct {
		Groups []struct {
			Rules []struct {
				Alert       string            `json:"alert"`
				Expr        string            `json:"expr"`
				For         string            `json:"for"`
				Labels      map[string]string `json:"labels"`
				Annotations map[string]string `json:"annotations"`
			} `json:"rules"`
		} `json:"groups"`
	} `json:"spec"`
}

// labelInText matches a label in the description of an alert.
var labelInText = regexp.MustCompile(`\{\{ *\$labels\.(\w+) *\}\}`)

func writeAlerts(page *bytes.Buffer, file string) error {
	content, err := os.ReadFile(file)
	if err != nil {
		return err
	}
	var rule prometheusRule
	if err := yaml.Unmarshal(content, &rule); err != nil {
		return fmt.Errorf("%s: %w", file, err)
	}
	page.WriteString("\n## Alerts\n\nThe component [monitoring](../operations/monitoring.md) has these alerts.\n")
	for _, group := range rule.Spec.Groups {
		for _, alert := range group.Rules {
			if alert.Alert == "" {
				continue
			}
			when := "at once"
			if alert.For != "" {
				when = "after " + alert.For
			}
			// The description is a template: Prometheus puts the value of a label into it.
			text := labelInText.ReplaceAllString(strings.TrimSpace(alert.Annotations["description"]), "`$1`")
			fmt.Fprintf(page, "\n### %s\n\nSeverity %s, %s.\n\n```promql\n%s\n```\n\n%s\n",
				alert.Alert, alert.Labels["severity"], when, strings.TrimSpace(alert.Expr), text)
		}
	}
	return nil
}

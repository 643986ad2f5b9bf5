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
	"time"

	"github.com/prometheus/client_golang/prometheus"
)

var (
	mapsDesc = prometheus.NewDesc("stakeholders_maps",
		"StakeholderMaps by the status of their condition Ready.", []string{"ready"}, nil)
	findingsDesc = prometheus.NewDesc("stakeholders_findings",
		"Places in which StakeholderMaps break a rule, by the rule's code and level.", []string{"code", "level"}, nil)
	grantsDesc = prometheus.NewDesc("stakeholders_grants",
		"Subjects that hold grants, counted once for each StakeholderMap, by role.", []string{"role"}, nil)
	namespacesDesc = prometheus.NewDesc("stakeholders_target_namespaces",
		"Target namespaces, counted once for each StakeholderMap: ready, refused (they do not accept the map), or waiting (missing, being deleted or failing).", []string{"state"}, nil)
	disputesDesc = prometheus.NewDesc("stakeholders_disputed_outputs",
		"Outputs, statuses and finalizers that do not stay as the operator writes them: admission changes them as they are written, or another writer does again and again.", []string{"by"}, nil)
	unmanagedDesc = prometheus.NewDesc("stakeholders_unmanaged_grants",
		"Objects, by kind, that give what only a StakeholderMap gives, and are no output of one. Up to 10,000 of a kind are counted.", []string{"kind"}, nil)
	oldestDesc = prometheus.NewDesc("stakeholders_oldest_pending_map_age_seconds",
		"Time since the oldest change that is not in force yet was seen, or 0 if everything is as it should be.", nil, nil)
)

// series are the gauges that always exist, so that an absence means something. Each has one label.
var series = [...]struct {
	desc  *prometheus.Desc
	label string
}{
	{mapsDesc, "unknown"}, {mapsDesc, "true"}, {mapsDesc, "false"},
	{grantsDesc, "customer"}, {grantsDesc, "end-user"}, {grantsDesc, "product-owner"},
	{namespacesDesc, "ready"}, {namespacesDesc, "refused"}, {namespacesDesc, "waiting"},
	{disputesDesc, "admission"}, {disputesDesc, "writer"},
}

// collectors returns the metrics that are not computed from the states of maps.
func (b *Board) collectors() []prometheus.Collector {
	return []prometheus.Collector{b.policyInvalid, b.allowsAll, b.heldMaps, b.drift, b.revocations}
}

// Describe implements prometheus.Collector.
func (b *Board) Describe(descs chan<- *prometheus.Desc) {
	for _, desc := range []*prometheus.Desc{mapsDesc, findingsDesc, grantsDesc, namespacesDesc, disputesDesc, unmanagedDesc, oldestDesc} {
		descs <- desc
	}
	for _, collector := range b.collectors() {
		collector.Describe(descs)
	}
}

// Collect implements prometheus.Collector. It blocks reconciles only while it sums up the states: some milliseconds for
// ten thousand maps.
func (b *Board) Collect(metrics chan<- prometheus.Metric) {
	s := b.sum()
	gauge := func(desc *prometheus.Desc, value float64, labels ...string) {
		metrics <- prometheus.MustNewConstMetric(desc, prometheus.GaugeValue, value, labels...)
	}
	for i, one := range series {
		gauge(one.desc, float64(s.values[i]), one.label)
	}
	for finding, n := range s.findings {
		gauge(findingsDesc, float64(n), string(finding.Code), strings.ToLower(string(finding.Level)))
	}
	for kind, n := range s.unmanaged {
		gauge(unmanagedDesc, float64(n), kind)
	}
	gauge(oldestDesc, s.oldest.Seconds())
	for _, collector := range b.collectors() {
		collector.Collect(metrics)
	}
}

type sums struct {
	// values has the order of series.
	values   [len(series)]int
	findings map[Finding]int
	// unmanaged is by kind.
	unmanaged map[string]int
	oldest    time.Duration
}

func (b *Board) sum() sums {
	b.mu.Lock()
	defer b.mu.Unlock()
	s := sums{findings: make(map[Finding]int)}
	for i, one := range series {
		if one.desc == disputesDesc {
			s.values[i] = b.policyDisputes[one.label]
		}
	}
	for _, state := range b.states {
		for i, n := range state.values {
			s.values[i] += int(n)
		}
		for _, found := range state.findings {
			s.findings[found.Finding] += int(found.n)
		}
	}
	if b.unmanagedGrants != nil {
		s.unmanaged = b.unmanagedGrants()
	}
	now := b.clock.Now()
	for _, since := range b.pending {
		s.oldest = max(s.oldest, now.Sub(since))
	}
	return s
}

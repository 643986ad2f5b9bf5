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
	policyDesc = prometheus.NewDesc("stakeholders_policy_invalid",
		"1 if the StakeholderPolicy is invalid, so that an earlier one stays in force, or else 0.", nil, nil)
	allowsAllDesc = prometheus.NewDesc("stakeholders_authorizer_allows_all",
		"1 if the cluster allows a made-up user what no StakeholderMap grants, so that grants decide nothing, or else 0.", nil, nil)
	unmanagedDesc = prometheus.NewDesc("stakeholders_unmanaged_grants",
		"Objects, by kind, that give what only a StakeholderMap gives, and are no output of one. Up to 10,000 of a kind are counted.", []string{"kind"}, nil)
	heldDesc = prometheus.NewDesc("stakeholders_held_maps",
		"StakeholderMaps that wait because the maps of their namespace have their share of the workers. They are not in workqueue_depth.", nil, nil)
	oldestDesc = prometheus.NewDesc("stakeholders_oldest_pending_map_age_seconds",
		"Time since the oldest change that is not in force yet was seen, or 0 if everything is as it should be.", nil, nil)
)

// Label values that always have a series, so that a rate or an absence means something.
var (
	roles           = []string{"customer", "end-user", "product-owner"}
	namespaceStates = []string{"ready", "refused", "waiting"}
	disputants      = []string{"admission", "writer"}
)

// Describe implements prometheus.Collector.
func (b *Board) Describe(descs chan<- *prometheus.Desc) {
	for _, desc := range []*prometheus.Desc{mapsDesc, findingsDesc, grantsDesc, namespacesDesc, disputesDesc, policyDesc, allowsAllDesc, unmanagedDesc, heldDesc, oldestDesc} {
		descs <- desc
	}
	b.drift.Describe(descs)
	b.revocations.Describe(descs)
}

// Collect implements prometheus.Collector. It blocks reconciles only while it sums up the states: some milliseconds for
// ten thousand maps.
func (b *Board) Collect(metrics chan<- prometheus.Metric) {
	s := b.sum()
	gauge := func(desc *prometheus.Desc, value float64, labels ...string) {
		metrics <- prometheus.MustNewConstMetric(desc, prometheus.GaugeValue, value, labels...)
	}
	for i, ready := range statuses {
		gauge(mapsDesc, float64(s.ready[i]), strings.ToLower(string(ready)))
	}
	for finding, n := range s.findings {
		gauge(findingsDesc, float64(n), string(finding.Code), strings.ToLower(string(finding.Level)))
	}
	for i, role := range roles {
		gauge(grantsDesc, float64(s.grants[i]), role)
	}
	for i, state := range namespaceStates {
		gauge(namespacesDesc, float64(s.namespaces[i]), state)
	}
	for kind, n := range s.unmanaged {
		gauge(unmanagedDesc, float64(n), kind)
	}
	for i, by := range disputants {
		gauge(disputesDesc, float64(s.disputes[i]), by)
	}
	gauge(policyDesc, s.policyInvalid)
	gauge(allowsAllDesc, s.allowsAll)
	gauge(heldDesc, float64(s.held))
	gauge(oldestDesc, s.oldest.Seconds())
	b.drift.Collect(metrics)
	b.revocations.Collect(metrics)
}

type sums struct {
	findings map[Finding]int
	// unmanaged is by kind.
	unmanaged map[string]int
	// ready, grants, namespaces and disputes have the order of statuses, roles, namespaceStates and disputants.
	ready, grants, namespaces [3]int
	disputes                  [2]int
	held                      int
	// policyInvalid and allowsAll are 0 or 1.
	policyInvalid float64
	allowsAll     float64
	oldest        time.Duration
}

func (b *Board) sum() sums {
	b.mu.Lock()
	defer b.mu.Unlock()
	s := sums{findings: make(map[Finding]int), held: b.heldMaps}
	for i, by := range disputants {
		s.disputes[i] = b.policyDisputes[by]
	}
	for _, state := range b.states {
		s.ready[state.ready]++
		for _, found := range state.findings {
			s.findings[found.Finding] += int(found.n)
		}
		add(s.grants[:], state.grants[:])
		add(s.namespaces[:], state.namespaces[:])
		add(s.disputes[:], state.disputes[:])
	}
	if b.policyInvalid {
		s.policyInvalid = 1
	}
	if b.allowsAll {
		s.allowsAll = 1
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

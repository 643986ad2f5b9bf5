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

// Package metrics collects the state of all maps for Prometheus. It uses no client.
package metrics

import (
	"sync"
	"time"

	"github.com/prometheus/client_golang/prometheus"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/types"
	"k8s.io/utils/clock"

	"github.com/stakeholders-dev/stakeholder-operator/api/v1alpha1"
)

// Board has the latest state of each map, and counters. It implements prometheus.Collector and is safe for concurrent
// use.
type Board struct {
	clock clock.PassiveClock

	mu     sync.Mutex
	states map[types.NamespacedName]counts
	// pending is the time since when the outputs of a map may be out of date.
	pending map[types.NamespacedName]time.Time
	// policyDisputes is State.Disputes of the platform team's policy.
	policyDisputes map[string]int
	// unmanagedGrants counts the grants that no map gives, by kind. It can be nil.
	unmanagedGrants func() map[string]int

	policyInvalid, allowsAll, heldMaps prometheus.Gauge
	drift                              *prometheus.CounterVec
	revocations                        *prometheus.HistogramVec
}

// State is the result of a reconcile of a map.
type State struct {
	// AsOf is when the reconcile read the map.
	AsOf time.Time
	// Ready is the status of the condition Ready.
	Ready metav1.ConditionStatus
	// Findings is the number of findings of each rule.
	Findings map[Finding]int
	// Grants is the number of subjects with a grant, by role: customer, end-user, product-owner.
	Grants map[string]int
	// Namespaces is the number of target namespaces by state: ready, refused or waiting.
	Namespaces map[string]int
	// Disputes is the number of outputs, statuses and finalizers that are changed after the operator wrote them, by the
	// cause of the change: admission or writer.
	Disputes map[string]int
	// Converged is set if everything is in force.
	Converged bool
}

// Causes of a revocation, for Revoked.
const (
	// CauseEdited : the map no longer gives the grant.
	CauseEdited = "edited"
	// CauseExpired : a window has closed.
	CauseExpired = "expired"
)

// Finding is a rule that is broken.
type Finding struct {
	Code  v1alpha1.FindingCode
	Level v1alpha1.FindingLevel
}

// NewBoard returns an empty Board. UnmanagedGrants counts the grants that no map gives, by kind, each time that metrics
// are read. Nil omits that metric.
func NewBoard(c clock.PassiveClock, unmanagedGrants func() map[string]int) *Board {
	b := &Board{
		clock:           c,
		unmanagedGrants: unmanagedGrants,

		states:  make(map[types.NamespacedName]counts),
		pending: make(map[types.NamespacedName]time.Time),
		policyInvalid: prometheus.NewGauge(prometheus.GaugeOpts{
			Name: "stakeholders_policy_invalid",
			Help: "1 if the StakeholderPolicy is invalid, so that an earlier one stays in force, or else 0.",
		}),
		allowsAll: prometheus.NewGauge(prometheus.GaugeOpts{
			Name: "stakeholders_authorizer_allows_all",
			Help: "1 if the cluster allows a made-up user what no StakeholderMap grants, so that grants decide nothing, or else 0.",
		}),
		heldMaps: prometheus.NewGauge(prometheus.GaugeOpts{
			Name: "stakeholders_held_maps",
			Help: "StakeholderMaps that wait because the maps of their namespace have their share of the workers. They are not in workqueue_depth.",
		}),
		drift: prometheus.NewCounterVec(prometheus.CounterOpts{
			Name: "stakeholders_drift_repairs_total",
			Help: "Outputs that another writer had changed or deleted, and that were put right, by kind.",
		}, []string{"kind"}),
		revocations: prometheus.NewHistogramVec(prometheus.HistogramOpts{
			Name:    "stakeholders_revocation_duration_seconds",
			Help:    "Time from when an edit was seen, or a window closed, until the grant that it takes away was gone, by cause.",
			Buckets: []float64{.005, .01, .025, .05, .1, .25, .5, 1, 2.5, 5, 10, 30, 60, 300},
		}, []string{"cause"}),
	}
	// A series that exists from the start has a rate from its first increment.
	for _, kind := range []string{"ConfigMap", "Role", "RoleBinding", "ServiceAccount"} {
		b.drift.WithLabelValues(kind)
	}
	for _, cause := range []string{CauseEdited, CauseExpired} {
		b.revocations.WithLabelValues(cause)
	}
	return b
}

// Pending records that a map has changed, so that its outputs may be out of date. The first call since the map last
// converged counts.
func (b *Board) Pending(key types.NamespacedName) {
	b.mu.Lock()
	defer b.mu.Unlock()
	b.markPending(key)
}

func (b *Board) markPending(key types.NamespacedName) {
	if _, ok := b.pending[key]; !ok {
		b.pending[key] = b.clock.Now()
	}
}

// PendingSince returns since when a map is pending, and false if it is not.
func (b *Board) PendingSince(key types.NamespacedName) (time.Time, bool) {
	b.mu.Lock()
	defer b.mu.Unlock()
	since, ok := b.pending[key]
	return since, ok
}

// Report replaces the state of a map. If the map has converged, it is no longer pending. Otherwise it is.
func (b *Board) Report(key types.NamespacedName, s State) {
	b.mu.Lock()
	defer b.mu.Unlock()
	b.states[key] = countsOf(s)
	if !s.Converged {
		b.markPending(key)
		return
	}
	// The next reconcile covers a later edit.
	if since, ok := b.pending[key]; ok && !since.After(s.AsOf) {
		delete(b.pending, key)
	}
}

// Forget drops the state of a deleted map.
func (b *Board) Forget(key types.NamespacedName) {
	b.mu.Lock()
	defer b.mu.Unlock()
	delete(b.states, key)
	delete(b.pending, key)
}

// Policy sets whether the platform team's policy is invalid, so that an earlier one is in force.
func (b *Board) Policy(invalid bool) { b.policyInvalid.Set(oneIf(invalid)) }

// PolicyDisputes sets the disputes about the outputs and the status of the platform team's policy.
func (b *Board) PolicyDisputes(disputes map[string]int) {
	b.mu.Lock()
	defer b.mu.Unlock()
	b.policyDisputes = disputes
}

// HeldChanged adds to the number of maps that wait because the maps of their namespace have their share of the workers.
func (b *Board) HeldChanged(more int) { b.heldMaps.Add(float64(more)) }

// AuthorizerAllowsAll sets whether the cluster's authorizer allows everything.
func (b *Board) AuthorizerAllowsAll(allows bool) { b.allowsAll.Set(oneIf(allows)) }

func oneIf(isSet bool) float64 {
	if isSet {
		return 1
	}
	return 0
}

// DriftRepaired counts a repaired output of a kind.
func (b *Board) DriftRepaired(kind string) { b.drift.WithLabelValues(kind).Inc() }

// Revoked observes a removed grant: the cause, CauseEdited or CauseExpired, and the time since when the revocation was
// due.
func (b *Board) Revoked(cause string, since time.Time) {
	b.revocations.WithLabelValues(cause).Observe(max(0, b.clock.Now().Sub(since).Seconds()))
}

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

// Package metrics collects what the operator knows of all maps, for Prometheus. It knows no client.
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

// Board has the latest state of each map, and counts what happens. It implements prometheus.Collector.
// Its methods may be called by several goroutines.
type Board struct {
	clock clock.PassiveClock

	mu     sync.Mutex
	states map[types.NamespacedName]counts
	// pending has since when a map may not be what it should be.
	pending map[types.NamespacedName]time.Time
	// policyInvalid is whether the platform's policy is.
	policyInvalid bool
	// policyDisputes is State.Disputes of the platform's policy.
	policyDisputes map[string]int
	// allowsAll is whether the cluster's authorizer allows everything.
	allowsAll bool
	// unmanagedGrants counts the grants that no map gives, by kind, if it is set.
	unmanagedGrants func() map[string]int

	drift       *prometheus.CounterVec
	revocations *prometheus.HistogramVec
}

// State is what a finished reconcile found out about a map.
type State struct {
	// AsOf is when the reconcile looked at the map.
	AsOf time.Time
	// Ready is the status of the condition Ready.
	Ready metav1.ConditionStatus
	// Findings says how many findings there are of each rule.
	Findings map[Finding]int
	// Grants says how many subjects hold a grant, by role: customer, end-user, product-owner.
	Grants map[string]int
	// Namespaces says in how many target namespaces the map is in which state: ready, refused or waiting.
	Namespaces map[string]int
	// Disputes says how many outputs, statuses and finalizers do not stay as they are written, by who changes them:
	// admission, or another writer.
	Disputes map[string]int
	// Converged is true if everything that should be in force is.
	Converged bool
}

// Causes of a revocation.
const (
	// CauseEdited : the map no longer gives it.
	CauseEdited = "edited"
	// CauseExpired : a window has closed.
	CauseExpired = "expired"
)

// Finding is a rule that is broken.
type Finding struct {
	Code  v1alpha1.FindingCode
	Level v1alpha1.FindingLevel
}

// NewBoard returns an empty board. Its clock says how old things are. UnmanagedGrants counts the grants that no map gives, by
// kind, each time that metrics are read; nil leaves them out.
func NewBoard(c clock.PassiveClock, unmanagedGrants func() map[string]int) *Board {
	b := &Board{
		clock:           c,
		unmanagedGrants: unmanagedGrants,

		states:  make(map[types.NamespacedName]counts),
		pending: make(map[types.NamespacedName]time.Time),
		drift: prometheus.NewCounterVec(prometheus.CounterOpts{
			Name: "stakeholders_drift_repairs_total",
			Help: "Outputs that somebody else had changed or deleted, and that were put right, by kind.",
		}, []string{"kind"}),
		revocations: prometheus.NewHistogramVec(prometheus.HistogramOpts{
			Name:    "stakeholders_revocation_duration_seconds",
			Help:    "Time from when an edit was seen, or a window closed, until the grant that it takes away was gone, by cause.",
			Buckets: []float64{.005, .01, .025, .05, .1, .25, .5, 1, 2.5, 5, 10, 30, 60, 300},
		}, []string{"cause"}),
	}
	// A series that is there from the start has a rate from the first thing that happens.
	for _, kind := range []string{"ConfigMap", "Role", "RoleBinding", "ServiceAccount"} {
		b.drift.WithLabelValues(kind)
	}
	for _, cause := range []string{CauseEdited, CauseExpired} {
		b.revocations.WithLabelValues(cause)
	}
	return b
}

// Pending notes that a map was seen to have changed, so that what is in force may not be what it should
// be. The first note since the map last converged counts.
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

// PendingSince says since when a map has been pending, and false if it is not.
func (b *Board) PendingSince(key types.NamespacedName) (time.Time, bool) {
	b.mu.Lock()
	defer b.mu.Unlock()
	since, ok := b.pending[key]
	return since, ok
}

// Report replaces what was known of a map. If it has converged it is no longer pending, and if it has not
// it is.
func (b *Board) Report(key types.NamespacedName, s State) {
	b.mu.Lock()
	defer b.mu.Unlock()
	b.states[key] = countsOf(s)
	if !s.Converged {
		b.markPending(key)
		return
	}
	// An edit that was seen since is for the next reconcile.
	if since, ok := b.pending[key]; ok && !since.After(s.AsOf) {
		delete(b.pending, key)
	}
}

// Forget drops what was known of a map that is gone.
func (b *Board) Forget(key types.NamespacedName) {
	b.mu.Lock()
	defer b.mu.Unlock()
	delete(b.states, key)
	delete(b.pending, key)
}

// Policy replaces what was known of the platform's policy: whether it is invalid, so that an earlier one is in force.
func (b *Board) Policy(invalid bool) {
	b.mu.Lock()
	defer b.mu.Unlock()
	b.policyInvalid = invalid
}

// PolicyDisputes replaces what was known of what does not stay as it is written for, and on, the platform's policy.
func (b *Board) PolicyDisputes(disputes map[string]int) {
	b.mu.Lock()
	defer b.mu.Unlock()
	b.policyDisputes = disputes
}

// AuthorizerAllowsAll replaces what was known of the cluster's authorizer.
func (b *Board) AuthorizerAllowsAll(allows bool) {
	b.mu.Lock()
	defer b.mu.Unlock()
	b.allowsAll = allows
}

// DriftRepaired counts an output of a kind that was put right.
func (b *Board) DriftRepaired(kind string) { b.drift.WithLabelValues(kind).Inc() }

// Revoked notes that a grant is gone, why, and since when it was not due any more.
func (b *Board) Revoked(cause string, since time.Time) {
	b.revocations.WithLabelValues(cause).Observe(max(0, b.clock.Now().Sub(since).Seconds()))
}

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
	"sync"
	"time"

	"github.com/prometheus/client_golang/prometheus"
	"k8s.io/apimachinery/pkg/types"
	"k8s.io/utils/clock"

	"github.com/stakeholders-dev/stakeholder-operator/api/v1alpha1"
)

// unrouted is the class of requests that have not been routed yet.
const unrouted = "Unrouted"

// classes are the values of the label class.
var classes = []string{string(v1alpha1.ClassApproval), string(v1alpha1.ClassFeatureRequest), string(v1alpha1.ClassConsultation), unrouted}

// RequestBoard counts the requests without an outcome, and what came of the others. It implements prometheus.Collector and is safe for
// concurrent use.
type RequestBoard struct {
	clock clock.PassiveClock

	mu   sync.Mutex
	open map[types.NamespacedName]openRequest

	openRequests, overdueRequests *prometheus.Desc
	decisions                     *prometheus.HistogramVec
	unverified                    prometheus.Counter
}

// openRequest is a request without an outcome.
type openRequest struct {
	class string
	// due is zero if the request has no time to respond.
	due time.Time
}

// NewRequestBoard returns an empty RequestBoard.
func NewRequestBoard(c clock.PassiveClock) *RequestBoard {
	const hour = 3600
	return &RequestBoard{
		clock: c,
		open:  make(map[types.NamespacedName]openRequest),
		openRequests: prometheus.NewDesc("stakeholders_open_requests",
			"StakeholderRequests without an outcome, by the class of their topic.", []string{"class"}, nil),
		overdueRequests: prometheus.NewDesc("stakeholders_overdue_requests",
			"StakeholderRequests without an outcome whose time to respond has passed, by the class of their topic.", []string{"class"}, nil),
		decisions: prometheus.NewHistogramVec(prometheus.HistogramOpts{
			Name:    "stakeholders_request_decision_seconds",
			Help:    "Time from when a StakeholderRequest was made until its outcome, by the class of its topic and by outcome.",
			Buckets: []float64{60, 600, hour, 4 * hour, 24 * hour, 3 * 24 * hour, 7 * 24 * hour, 30 * 24 * hour},
		}, []string{"class", "outcome"}),
		unverified: prometheus.NewCounter(prometheus.CounterOpts{
			Name: "stakeholders_unverified_answers_total",
			Help: "Changes of answers that do not count, because the admission policy of requests was not in force.",
		}),
	}
}

// Report replaces what is known about a request.
func (b *RequestBoard) Report(key types.NamespacedName, status *v1alpha1.StakeholderRequestStatus) {
	if status.Outcome != v1alpha1.OutcomePending {
		b.Forget(key)
		return
	}
	r := openRequest{class: classOf(status)}
	if status.DueAt != nil {
		r.due = status.DueAt.Time
	}
	b.mu.Lock()
	defer b.mu.Unlock()
	b.open[key] = r
}

// Forget drops a request that is gone.
func (b *RequestBoard) Forget(key types.NamespacedName) {
	b.mu.Lock()
	defer b.mu.Unlock()
	delete(b.open, key)
}

// Decided counts an outcome, and how long it took.
func (b *RequestBoard) Decided(status *v1alpha1.StakeholderRequestStatus, took time.Duration) {
	b.decisions.WithLabelValues(classOf(status), string(status.Outcome)).Observe(took.Seconds())
}

// Unverified counts answers that do not count, because admission was not in force.
func (b *RequestBoard) Unverified(n int) { b.unverified.Add(float64(n)) }

func classOf(status *v1alpha1.StakeholderRequestStatus) string {
	if status.Class == "" {
		return unrouted
	}
	return string(status.Class)
}

var _ prometheus.Collector = (*RequestBoard)(nil)

// Describe implements prometheus.Collector.
func (b *RequestBoard) Describe(out chan<- *prometheus.Desc) {
	out <- b.openRequests
	out <- b.overdueRequests
	b.decisions.Describe(out)
	b.unverified.Describe(out)
}

// Collect implements prometheus.Collector.
func (b *RequestBoard) Collect(out chan<- prometheus.Metric) {
	open, overdue := b.count()
	for _, class := range classes {
		out <- prometheus.MustNewConstMetric(b.openRequests, prometheus.GaugeValue, float64(open[class]), class)
		out <- prometheus.MustNewConstMetric(b.overdueRequests, prometheus.GaugeValue, float64(overdue[class]), class)
	}
	b.decisions.Collect(out)
	b.unverified.Collect(out)
}

func (b *RequestBoard) count() (open, overdue map[string]int) {
	open, overdue = make(map[string]int), make(map[string]int)
	b.mu.Lock()
	defer b.mu.Unlock()
	now := b.clock.Now()
	for _, r := range b.open {
		open[r.class]++
		if !r.due.IsZero() && !now.Before(r.due) {
			overdue[r.class]++
		}
	}
	return open, overdue
}

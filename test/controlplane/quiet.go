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

package controlplane

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"time"
)

const (
	// settleTimeout bounds the wait until an operator has no more work. If it never settles, the measurements
	// afterwards find that.
	settleTimeout = 30 * time.Second
	// calm is how long it must have had no work.
	calm = time.Second
	// quietPeriod is how long an operator that has settled is watched.
	quietPeriod = 3 * time.Second
	// quietReconciles is how many reconciles there may be in that period, of all objects together. Some objects are
	// checked again after half a minute without a write, or when time alone changes something.
	quietReconciles = 10
	// quietReads is how often one object may be read from the API server in that period.
	quietReads = 2
	// maxRequestsShown bounds how many requests a message lists.
	maxRequestsShown = 10
)

// The metrics by which an operator's work is measured. The names are controller-runtime's.
const (
	metricDepth      = "workqueue_depth"
	metricWorkers    = "controller_runtime_active_workers"
	metricReconciles = "controller_runtime_reconcile_total"
	metricLeader     = "leader_election_master_status"
)

// settle waits until the operator leads, if there are elections, and then until it has had no work and no writes for
// the time calm. It is no error if an operator does not settle.
func (d *Detector) settle(ctx context.Context, operator *Operator) error {
	next, err := d.plane.AuditMark()
	if err != nil {
		return err
	}
	var failed error
	last, since := -1.0, time.Now()
	err = WaitFor(ctx, settleTimeout, "the operator has settled", func() error {
		metrics, err := scrape(ctx, operator.MetricsURL)
		if err != nil {
			failed = err
			return err
		}
		if leads, elections := metrics[metricLeader]; elections && leads < 1 {
			failed = fmt.Errorf("%s does not lead", operator.process.name)
			return failed
		}
		writes := 0
		next, failed = d.plane.auditLines(next, func(line *auditLine) {
			if d.writes(line) {
				writes++
			}
		})
		if failed != nil {
			return failed
		}
		if done := metrics[metricReconciles]; writes > 0 || metrics[metricDepth] > 0 || metrics[metricWorkers] > 0 || done != last {
			last, since = done, time.Now()
		}
		if rest := calm - time.Since(since); rest > 0 {
			return fmt.Errorf("%s short of %s of calm", rest, calm)
		}
		return nil
	})
	if failed != nil || ctx.Err() != nil {
		return errors.Join(err, failed)
	}
	return nil
}

// writes reports whether a request is a relevant write of the operator.
//
// Patches of events are left out: client-go uses them to count repetitions, and every six minutes to close series that
// have ended. A new report creates an event.
func (d *Detector) writes(line *auditLine) bool {
	event := line.event()
	return d.users[event.User] && event.Mutating() && !isHousekeeping(event) &&
		(event.Resource != "events" || event.Verb != "patch")
}

// checkQuiet watches an operator that has settled, for quietPeriod, and fails with everything that it does. It only
// waits: there is no other way to see that nothing happens.
func (d *Detector) checkQuiet(ctx context.Context, operator *Operator) error {
	before, err := scrape(ctx, operator.MetricsURL)
	if err != nil {
		return err
	}
	mark, err := d.plane.AuditMark()
	if err != nil {
		return err
	}
	period := time.NewTimer(quietPeriod)
	defer period.Stop()
	select {
	case <-period.C:
	case <-ctx.Done():
		return fmt.Errorf("quiet period: %w", ctx.Err())
	}
	var requests quietRequests
	if _, err := d.plane.auditLines(mark, func(line *auditLine) {
		event := line.event()
		switch {
		case d.writes(line):
			requests.writes = append(requests.writes, event)
		case d.users[event.User] && (event.Verb == "get" || event.Verb == "list") && !isHousekeeping(event):
			requests.reads = append(requests.reads, event)
		}
	}); err != nil {
		return err
	}
	after, err := scrape(ctx, operator.MetricsURL)
	if err != nil {
		return err
	}
	return requests.verdict(int(after[metricReconciles] - before[metricReconciles]))
}

// quietRequests are an operator's requests in a quiet period.
type quietRequests struct{ writes, reads []AuditEvent }

// verdict fails if there are more requests or reconciles than an operator without work needs.
func (q *quietRequests) verdict(reconciles int) error {
	var errs []error
	if len(q.writes) > 0 {
		errs = append(errs, fmt.Errorf("%d writes in a quiet period of %s:%s", len(q.writes), quietPeriod, requestLines(q.writes)))
	}
	reads := make(map[string][]AuditEvent)
	for i := range q.reads {
		reads[q.reads[i].URI] = append(reads[q.reads[i].URI], q.reads[i])
	}
	for i := range q.reads {
		same := reads[q.reads[i].URI]
		if len(same) > quietReads {
			errs = append(errs, fmt.Errorf("%d reads of the same in a quiet period of %s:%s", len(same), quietPeriod, requestLines(same)))
		}
		delete(reads, q.reads[i].URI)
	}
	if reconciles > quietReconciles {
		errs = append(errs, fmt.Errorf("%d reconciles in a quiet period of %s, want at most %d", reconciles, quietPeriod, quietReconciles))
	}
	return errors.Join(errs...)
}

// requestLines lists requests, each on a line of its own.
func requestLines(events []AuditEvent) string {
	var out strings.Builder
	for i := range events {
		if i == maxRequestsShown {
			fmt.Fprintf(&out, "\n\tand %d more", len(events)-i)
			break
		}
		e := &events[i]
		fmt.Fprintf(&out, "\n\t%s %s %s: %d", e.Received.UTC().Format(clockFormat), e.Verb, e.URI, e.Code)
	}
	return out.String()
}

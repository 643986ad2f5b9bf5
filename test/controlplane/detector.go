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
	"maps"
	"slices"
	"strings"
)

// Detector finds the faults of an operator that no single test checks for: panics, update loops, activity without work,
// and leaked goroutines. A suite that runs an operator starts one before its tests and calls Check after them, in
// TestMain:
//
//	plane, err := controlplane.Start(ctx, controlplane.Options{AuditObjectsOf: []string{operatorUser}})
//	…
//	operator, err := plane.StartOperator(ctx, …)
//	detector, err := plane.StartDetector(ctx, operator)
//	code := m.Run()
//	err = errors.Join(detector.Check(context.Background(), operator), operator.Stop(), plane.Stop(), controlplane.CheckLeaks())
//
// A suite fails if that is an error, even if its code is 0.
//
// Tests may stop operators and start others in between, also several at once, if they run as a user in AuditObjectsOf:
// their writes are checked together. Pass the operator that leads at the end to Check. Tests should not leave pending
// work behind, such as a map with a window that is about to close.
type Detector struct {
	plane *ControlPlane
	// mark is where it starts in the audit log.
	mark  int64
	users map[string]bool
	// goroutines is how many the operator had after it had started and settled.
	goroutines int
}

// StartDetector waits until a new operator, before any test uses it, has settled, which takes a second or two. Then it
// starts to watch it and the operators after it. Its metrics must be served without authentication, as StartOperator
// does by default.
//
// It fails with ErrNoAuditLog on a control plane that was started without Options.AuditObjectsOf.
func (c *ControlPlane) StartDetector(ctx context.Context, operator *Operator) (*Detector, error) {
	if len(c.auditObjectsOf) == 0 {
		return nil, fmt.Errorf("objects that an operator writes: %w", ErrNoAuditLog)
	}
	mark, err := c.AuditMark()
	if err != nil {
		return nil, err
	}
	d := &Detector{plane: c, mark: mark, users: make(map[string]bool)}
	for _, user := range c.auditObjectsOf {
		d.users[user] = true
	}
	if err := d.settle(ctx, operator); err != nil {
		return nil, fmt.Errorf("detector: %w", err)
	}
	metrics, err := scrape(ctx, operator.MetricsURL)
	if err != nil {
		return nil, fmt.Errorf("detector: %w", err)
	}
	if d.goroutines = int(metrics[metricGoroutines]); d.goroutines == 0 {
		return nil, fmt.Errorf("detector: %s has no metric %s", operator.process.name, metricGoroutines)
	}
	return d, nil
}

// Check waits until the operator has settled, watches it in a quiet period of three seconds, and checks all requests to
// the API server since StartDetector. It fails for each
//
//   - panic of the operator, according to its metrics, or of the API server. Operator.Stop reports what the
//     operator's log shows, races too;
//   - object that an operator has written again and again for no reason: writes that changed nothing, earlier
//     contents that no other user had changed since, or a burst of writes. Writes of other users in
//     the same namespace, as by a test that undoes what the operator did, are a reason;
//   - write in the quiet period, except of leases, and for repeated reads and reconciles in it;
//   - growth of the operator's goroutines since StartDetector beyond a few. Check then ends the operator, to
//     get their stacks.
//
// The error names what was written, when, and to what effect. ctx bounds it; without that it takes a minute at most.
// For leaks of the test itself, call CheckLeaks when everything is stopped.
func (d *Detector) Check(ctx context.Context, operator *Operator) error {
	d.plane.progress("waiting for the operator to settle, and watching it in a quiet period")
	errs := []error{d.settle(ctx, operator), d.checkQuiet(ctx, operator), d.checkRequests()}
	// This comes last, because it may end the operator.
	errs = append(errs, checkPanicMetrics(ctx, operator), d.checkGoroutines(ctx, operator))
	if err := errors.Join(errs...); err != nil {
		return fmt.Errorf("detector: %w", err)
	}
	return nil
}

// checkRequests looks through the audit log.
func (d *Detector) checkRequests() error {
	loops := newLoopFinder(d.users)
	var errs []error
	panics := 0
	_, err := d.plane.auditLines(d.mark, func(line *auditLine) {
		if event := line.event(); event.Panicked {
			panics++
			if panics <= maxFaults {
				errs = append(errs, fmt.Errorf("the API server panicked at %s %s of %s", event.Verb, event.URI, event.User))
			}
		}
		if err := loops.add(line); err != nil && len(errs) < maxFaults {
			errs = append(errs, err)
		}
	})
	d.plane.progress("looked through %d requests of the operator, which wrote %d objects", loops.requests, len(loops.objects))
	if loops.requests == 0 {
		users := slices.Sorted(maps.Keys(d.users))
		errs = append(errs, fmt.Errorf("no request by %s: the operator runs as another user", strings.Join(users, ", ")))
	}
	return errors.Join(append(errs, err, loops.verdict())...)
}

// checkPanicMetrics fails for panics that controller-runtime has recovered and counted, of reconcilers and
// webhooks.
func checkPanicMetrics(ctx context.Context, operator *Operator) error {
	metrics, err := scrape(ctx, operator.MetricsURL)
	if err != nil {
		return err
	}
	var errs []error
	for _, name := range slices.Sorted(maps.Keys(metrics)) {
		if strings.HasPrefix(name, "controller_runtime_") && strings.HasSuffix(name, "_panics_total") && metrics[name] > 0 {
			errs = append(errs, fmt.Errorf("the operator has recovered panics: %s is %v", name, metrics[name]))
		}
	}
	return errors.Join(errs...)
}

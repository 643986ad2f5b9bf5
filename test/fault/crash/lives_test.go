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

package crash

import (
	"context"
	"errors"
	"fmt"
	"testing"
	"time"

	"github.com/stakeholders-dev/stakeholder-operator/test/controlplane"
	"github.com/stakeholders-dev/stakeholder-operator/test/controlplane/faultproxy"
	"github.com/stakeholders-dev/stakeholder-operator/test/suite"
)

const (
	// calm is how long an operator must have had no work to count as settled.
	calm = 200 * time.Millisecond
	// hopeless is the time without work after which no more changes are expected. Windows close within that time, and
	// deleted objects are collected.
	hopeless = 10 * time.Second
)

// lives runs one operator after the other in a cluster, all behind one proxy.
type lives struct {
	suite      *suite.Suite
	proxy      *faultproxy.Proxy
	kubeconfig string
	// detector watches all operators.
	detector *controlplane.Detector
	// now is the running operator, or nil.
	now *controlplane.Operator
}

// take gives a test exclusive use of a cluster until its end: without maps, and with an operator.
func take(t *testing.T) *lives {
	t.Helper()
	l := <-idle
	t.Cleanup(func() { idle <- l })
	// A test that failed can leave an operator that has ended.
	if l.now == nil || l.now.Ended() {
		l.start(t)
	}
	l.suite.DeleteMaps(t)
	return l
}

// begin starts the first operator.
func (l *lives) begin(ctx context.Context) (err error) {
	if l.proxy, err = faultproxy.Start(l.suite.Plane.Config); err != nil {
		return err
	}
	if l.kubeconfig, err = l.proxy.Kubeconfig(l.suite.Kubeconfig); err != nil {
		return err
	}
	if err := l.startOperator(ctx); err != nil {
		return err
	}
	if l.detector, err = l.suite.Plane.StartDetector(ctx, l.now); err != nil {
		return err
	}
	idle <- l
	return nil
}

// end fails if an operator has written without a reason, and stops the last one.
func (l *lives) end(ctx context.Context) error {
	defer l.proxy.Close()
	if l.now == nil {
		if err := l.startOperator(ctx); err != nil {
			return err
		}
	}
	return errors.Join(l.detector.Check(ctx, l.now), l.now.Stop())
}

// start runs another operator.
func (l *lives) start(t *testing.T) {
	t.Helper()
	if err := l.startOperator(t.Context()); err != nil {
		t.Fatal(err)
	}
}

func (l *lives) startOperator(ctx context.Context) (err error) {
	l.now, err = l.suite.Plane.StartOperator(ctx, controlplane.OperatorOptions{Binary: l.suite.Binary, Kubeconfig: l.kubeconfig})
	return err
}

// stop ends the operator, which has no work.
func (l *lives) stop(t *testing.T) {
	t.Helper()
	if err := l.now.Kill(); err != nil {
		t.Error(err)
	}
	l.now = nil
}

// death is the planned end of an operator.
type death struct {
	// victim gets the operator when it is known.
	victim chan *controlplane.Operator
	// over gets the error of the operator or of its end.
	over  chan error
	rules []*faultproxy.Injection
}

// dieAfter makes the operator die when its next i writes in a world are committed: right after write i, whose answer it
// does not get. Concurrent writes reach the API server only if they are before write i, and then the operator dies
// after they are committed, too. So there are exactly i writes.
func (l *lives) dieAfter(t *testing.T, w *world, i int) *death {
	t.Helper()
	d := &death{victim: make(chan *controlplane.Operator, 1), over: make(chan error, 1)}
	ctx, before := t.Context(), len(l.answered(w))
	kill := func(faultproxy.Record) bool {
		err := controlplane.WaitFor(ctx, suite.Patience, fmt.Sprintf("%d writes are answered", i), func() error {
			if n := len(l.answered(w)) - before; n != i {
				return fmt.Errorf("%d are", n)
			}
			return nil
		})
		select {
		case operator := <-d.victim:
			d.over <- errors.Join(err, operator.Kill())
		case <-ctx.Done():
			d.over <- ctx.Err()
		}
		return false
	}
	d.rules = []*faultproxy.Injection{
		l.proxy.Inject(faultproxy.Rule{Match: w.written(), Skip: i - 1, Times: 1, Fault: faultproxy.OnAnswer(kill)}),
		// Not counting write i, which has already met the other rule.
		l.proxy.Inject(faultproxy.Rule{Match: w.written(), Skip: i - 1, Fault: faultproxy.LoseRequest()}),
	}
	return d
}

// wait returns when the operator is dead.
func (l *lives) wait(t *testing.T, d *death) {
	t.Helper()
	d.victim <- l.now
	select {
	case err := <-d.over:
		if err != nil {
			t.Error(err)
		}
	case <-time.After(suite.Patience):
		t.Fatalf("the operator has not made as many writes: %v", l.proxy.Records(faultproxy.Writes))
	}
	l.now = nil
	for _, rule := range d.rules {
		rule.Lift()
	}
}

// answered are the writes in a world that have reached the API server.
func (l *lives) answered(w *world) []faultproxy.Record {
	var out []faultproxy.Record
	for _, record := range l.proxy.Records(w.written()) {
		if record.Code != 0 {
			out = append(out, record)
		}
	}
	return out
}

// settle waits until check accepts the operator's results, and the operator has neither work nor requests. If it is at
// rest and check still fails, the test fails but goes on.
func (l *lives) settle(t *testing.T, check func() error) {
	t.Helper()
	type activity struct {
		reconciles float64
		requests   int
	}
	// resting is its state when it came to rest, and nil until then.
	var resting *activity
	var since time.Time
	var stuck error
	asked := -1
	controlplane.Eventually(t, suite.Patience, "the operator has settled", func() error {
		if l.now.Ended() {
			t.Fatal(l.now.Stop())
		}
		if now := len(l.proxy.Records(faultproxy.Not(faultproxy.Verbs("watch")))); now != asked {
			asked, resting = now, nil
			return errors.New("it asks")
		}
		// Serving metrics is also work for it, so it is asked at the beginning of its rest and at the end. A reconcile
		// that ended in between would be counted, and one that still runs would be active.
		if resting != nil && time.Since(since) < calm {
			return errors.New("it has only just come to rest")
		}
		metrics, err := l.now.Metrics(t.Context())
		if err != nil {
			return err
		}
		now := activity{reconciles: metrics["controller_runtime_reconcile_total"], requests: asked}
		if metrics["workqueue_depth"] > 0 || metrics["controller_runtime_active_workers"] > 0 {
			resting = nil
			return errors.New("it works")
		}
		if resting == nil || now != *resting {
			resting, since = &now, time.Now()
			return errors.New("it comes to rest")
		}
		err = check()
		if err != nil && time.Since(since) > hopeless {
			stuck = err
			return nil
		}
		return err
	})
	if stuck != nil {
		t.Errorf("the operator is at rest: %v", stuck)
	}
}

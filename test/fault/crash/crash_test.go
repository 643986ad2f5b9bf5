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
	"fmt"
	"maps"
	"slices"
	"strings"
	"sync/atomic"
	"testing"

	"github.com/google/go-cmp/cmp"
	"sigs.k8s.io/controller-runtime/pkg/client"
)

// result is the outcome of a scenario.
type result struct {
	state  string
	rights map[string]bool
	// tally counts creations and deletions, by object.
	tally map[string]int
	// writes is the number of the operators' writes.
	writes int
}

// TestAfterEveryWrite makes the operator die after each write of each scenario, once.
func TestAfterEveryWrite(t *testing.T) {
	t.Parallel()
	var survived atomic.Int32
	t.Cleanup(func() { t.Logf("survived %d crash points", survived.Load()) })
	all := scenarios()
	for _, name := range slices.Sorted(maps.Keys(all)) {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			s, l := all[name], take(t)
			s.stopCollector(t, l)
			want := l.withoutFault(t, s)
			writes := 0
			for i, w := range l.worlds(t, s, want.writes) {
				got := l.withDeaths(t, s, w, want, []int{i + 1})
				writes = max(writes, got.writes)
				survived.Add(1)
			}
			t.Logf("W = %d writes, and as many crash points; with a crash at most %d writes", want.writes, writes)
		})
	}
}

// withoutFault runs a scenario without faults.
func (l *lives) withoutFault(t *testing.T, s scenario) *result {
	t.Helper()
	w := l.worlds(t, s, 1)[0]
	l.proxy.Forget()
	l.act(t, s, w)
	if s.offline {
		l.start(t)
	}
	l.settle(t, func() error { return s.done(t.Context(), w) })
	want := l.result(t, w)
	for _, record := range l.answered(w) {
		if !record.Succeeded() {
			t.Errorf("without a fault: %s", record)
		}
	}
	if want.writes == 0 {
		t.Fatal("nothing was written, so there is nothing to test")
	}
	if t.Failed() {
		t.Fatalf("without a fault:\n%s", l.story(w))
	}
	return want
}

// withDeaths runs a scenario in which each operator dies after a given number of writes, and compares the results.
func (l *lives) withDeaths(t *testing.T, s scenario, w *world, want *result, deaths []int) *result {
	t.Helper()
	l.proxy.Forget()
	if s.offline {
		l.act(t, s, w)
	}
	for n, i := range deaths {
		d := l.dieAfter(t, w, i)
		switch {
		case n > 0 || s.offline:
			l.start(t)
		default:
			l.act(t, s, w)
		}
		l.wait(t, d)
		if err := w.noteRequest(t.Context()); err != nil {
			t.Error(err)
		}
		if err := w.checkTransit(t.Context(), want.rights, s.abandoned); err != nil {
			t.Errorf("after %s: %v", l.story(w), err)
		}
	}
	l.start(t)
	var got *result
	l.settle(t, func() error {
		got = l.result(t, w)
		if diff := cmp.Diff(want.state, got.state); diff != "" {
			return fmt.Errorf("another end state after a crash (-want +got):\n%s", diff)
		}
		return nil
	})
	for _, what := range slices.Sorted(maps.Keys(got.tally)) {
		if got.tally[what] > want.tally[what] {
			t.Errorf("%s: %d times, and %d without a fault", what, got.tally[what], want.tally[what])
		}
	}
	if got.writes > want.writes {
		t.Logf("%d writes, and %d without a fault:\n%s", got.writes, want.writes, l.story(w))
	}
	if t.Failed() {
		t.Fatalf("crashes after %v writes of operators one after the other:\n%s", deaths, l.story(w))
	}
	return got
}

// worlds makes a number of worlds in which a scenario can begin.
func (l *lives) worlds(t *testing.T, s scenario, n int) []*world {
	t.Helper()
	if l.now == nil {
		l.start(t)
	}
	out := make([]*world, n)
	for i := range out {
		out[i] = newWorld(t, l.suite, s.kargo)
		if s.prepare != nil {
			s.prepare(t, out[i])
		} else {
			out[i].addMap(t)
		}
	}
	l.settle(t, func() error {
		for _, w := range out {
			if len(w.uids) == 0 {
				continue
			}
			if err := isReady(t.Context(), w); err != nil {
				return err
			}
		}
		return nil
	})
	for _, w := range out {
		w.before = w.mustRights(t)
	}
	return out
}

// stopCollector ends the garbage collector until the test ends, if the scenario asks for that.
func (s *scenario) stopCollector(t *testing.T, l *lives) {
	t.Helper()
	if !s.noCollector {
		return
	}
	if err := l.suite.Plane.StopControllerManager(); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := l.suite.Plane.StartControllerManager(context.WithoutCancel(t.Context())); err != nil {
			t.Error(err)
		}
	})
}

// act runs the scenario's action.
func (l *lives) act(t *testing.T, s scenario, w *world) {
	t.Helper()
	if s.offline && l.now != nil {
		l.stop(t)
	}
	s.act(t, w)
	if s.offline {
		// No operator caused the events so far.
		w.before = w.mustRights(t)
	}
}

// result reads the current outcome of a scenario.
func (l *lives) result(t *testing.T, w *world) *result {
	t.Helper()
	state, err := w.state(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	writes := l.answered(w)
	out := &result{state: state, rights: w.mustRights(t), tally: make(map[string]int), writes: len(writes)}
	for _, record := range writes {
		if !slices.Contains(outputs, record.Resource) {
			continue
		}
		what := " " + record.Resource + " " + w.unnamed(record.Namespace+"/"+record.Name)
		switch {
		case record.Created():
			out.tally["create"+what]++
		case record.Verb == "delete":
			// Also a deletion that is answered by 404: a new operator must see the existing objects.
			out.tally["delete"+what]++
		}
	}
	return out
}

// story lists the writes in a world.
func (l *lives) story(w *world) string {
	var text strings.Builder
	for _, record := range l.proxy.Records(w.written()) {
		text.WriteString("\t" + w.unnamed(record.String()) + "\n")
	}
	return text.String()
}

func (w *world) mustRights(t *testing.T) map[string]bool {
	t.Helper()
	rights, err := w.rights(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	return rights
}

func (w *world) mustOutputs(t *testing.T) []client.Object {
	t.Helper()
	objects, err := w.outputs(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	return objects
}

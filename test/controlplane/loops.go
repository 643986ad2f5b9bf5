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
	"errors"
	"fmt"
	"maps"
	"slices"
	"strings"
	"time"
)

const (
	// returnsAllowed is how often the operator may write earlier contents again while no other user writes in the
	// namespace. Between two states it may pass through the same state twice, and a window that closes leads back to
	// the state before it opened.
	returnsAllowed = 2
	// burstWrites within burstSpan are a loop even if the objects differ or the writes fail. A request that is retried
	// with exponential back-off, first after 5 ms, makes twelve in that span.
	burstWrites = 20
	burstSpan   = 10 * time.Second
	// maxWritesShown bounds how many writes a message lists.
	maxWritesShown = 8
	// clockFormat is how a message gives a time, in UTC.
	clockFormat = "15:04:05.000000"
)

// loopFinder reads the requests to an API server, in the order in which they were answered, and finds objects that an
// operator writes again and again for no reason:
//
//   - a write that changes nothing: the resourceVersion stays the same as after the write before;
//   - contents that return: earlier contents are written again, more often than returnsAllowed;
//   - bursts: burstWrites within burstSpan, of any contents, whether or not they succeed.
//
// A write by another user in the namespace, of any object, is a reason: it starts a new stretch, in which returns and
// bursts are counted anew. The same is true of a write of any namespace, because its labels and its consent affect maps
// elsewhere, and of the policy, which affects every map. So a test that undoes the operator's work does not make a
// loop, and neither does a garbage collector. A real loop is fast enough to be found between two such writes. A write
// that changes nothing is always a fault.
type loopFinder struct {
	// users are the users that the operator runs as.
	users map[string]bool
	// requests counts their requests, both reads and writes.
	requests int
	objects  map[objectKey]*objectHistory
	// stretches counts, for each namespace, the writes by others, and for all namespaces the writes of namespaces and
	// of the policy.
	stretches  map[string]int
	everywhere int
}

// objectHistory is what an operator has written to an object.
type objectHistory struct {
	// stretch is the one of the namespace that states, recent and returns belong to.
	stretch int
	// last is the last write that succeeded, in any stretch.
	last objectWrite
	// states has the states that were written, in the order of their first write.
	states  []uint64
	recent  []objectWrite
	returns int
	// needless are the first writes that changed nothing, after the one that they repeat.
	needless []objectWrite
	// verdicts are the faults found, at most one of each kind.
	verdicts map[string]verdict
}

// verdict describes one kind of loop. count is how often it occurred.
type verdict struct {
	count  int
	writes []string
	differ []string
}

// The kinds of loops, as a message names them.
const (
	loopNeedless = "writes that changed nothing"
	loopReturns  = "writes of what was written before, while no other user wrote in the namespace"
	loopBurst    = "writes in quick succession, while no other user wrote in the namespace"
)

func newLoopFinder(users map[string]bool) *loopFinder {
	return &loopFinder{users: users, objects: make(map[objectKey]*objectHistory), stretches: make(map[string]int)}
}

// add takes the next line of the audit log into account.
func (f *loopFinder) add(line *auditLine) error {
	event := line.event()
	ours := f.users[event.User]
	if ours {
		f.requests++
	}
	if !event.Mutating() || isHousekeeping(event) || strings.Contains(event.URI, "dryRun=") {
		return nil
	}
	if !ours {
		if event.Resource == "namespaces" || event.Resource == "stakeholderpolicies" {
			f.everywhere++
		}
		f.stretches[event.Namespace]++
		return nil
	}
	// Each event is a separate object, and a message to people.
	if event.Resource == "events" {
		return nil
	}
	key, write, err := newObjectWrite(line)
	if err != nil || key.name == "" {
		return err
	}
	history := f.objects[key]
	if history == nil {
		history = &objectHistory{verdicts: make(map[string]verdict)}
		f.objects[key] = history
	}
	if now := f.stretches[key.namespace] + f.everywhere; history.stretch != now {
		history.stretch, history.states, history.recent, history.returns = now, nil, nil, 0
	}
	history.add(write)
	return nil
}

// isHousekeeping reports whether a request writes an object that is not part of the operator's task. Leases are renewed
// for ever, and a review is a question that is not stored.
func isHousekeeping(e AuditEvent) bool {
	return e.Resource == "leases" || strings.HasSuffix(e.Resource, "reviews")
}

func (h *objectHistory) add(w objectWrite) {
	h.recent = append(h.recent, w)
	before := h.last
	if w.state != 0 {
		h.judgeState(w)
	}
	if len(h.recent) < burstWrites {
		return
	}
	if w.Received.Sub(h.recent[len(h.recent)-burstWrites].Received) <= burstSpan {
		h.find(loopBurst, h.recent[len(h.recent)-burstWrites:], differences(before.content, w.content)...)
	}
	// No more than this is ever checked.
	h.recent = slices.Clone(h.recent[len(h.recent)-burstWrites+1:])
}

// judgeState compares the result of a write with the results of the writes before.
func (h *objectHistory) judgeState(w objectWrite) {
	before := h.last
	h.last = w
	switch {
	case w.version == before.version:
		if len(h.needless) == 0 {
			h.needless = append(h.needless, before)
		}
		if len(h.needless) < maxWritesShown {
			h.needless = append(h.needless, w)
		}
		h.find(loopNeedless, h.needless)
	case !slices.Contains(h.states, w.state):
		h.states = append(h.states, w.state)
	default:
		h.returns++
		if h.returns > returnsAllowed {
			h.find(loopReturns, h.recent, differences(before.content, w.content)...)
		}
	}
}

// find records a loop, or that it continues.
func (h *objectHistory) find(kind string, writes []objectWrite, differ ...string) {
	v := h.verdicts[kind]
	v.count++
	// The beginning is the most useful part, and the end shows whether it continues.
	if v.count == 1 || len(v.writes) < maxWritesShown {
		v.writes, v.differ = h.lines(kind, writes), differ
	}
	h.verdicts[kind] = v
}

// lines lists writes. States are numbered in the order in which they first occurred, so that a return is visible.
func (h *objectHistory) lines(kind string, writes []objectWrite) []string {
	lines := make([]string, 0, maxWritesShown+1)
	if more := len(writes) - maxWritesShown; more > 0 {
		lines, writes = append(lines, fmt.Sprintf("%d earlier ones", more)), writes[more:]
	}
	for i := range writes {
		w := &writes[i]
		resource := w.Resource
		if w.Subresource != "" {
			resource += "/" + w.Subresource
		}
		line := fmt.Sprintf("%s %s %s: %d", w.Received.UTC().Format(clockFormat), w.Verb, resource, w.Code)
		if w.version != "" {
			line += ", resourceVersion " + w.version
		}
		if state := slices.Index(h.states, w.state); kind == loopReturns && state >= 0 {
			line += fmt.Sprintf(", content %d", state+1)
		}
		lines = append(lines, line)
	}
	return lines
}

// verdict fails with every object that is written again and again.
func (f *loopFinder) verdict() error {
	var errs []error
	keys := slices.SortedFunc(maps.Keys(f.objects), func(a, b objectKey) int { return strings.Compare(a.String(), b.String()) })
	for _, key := range keys {
		for _, kind := range slices.Sorted(maps.Keys(f.objects[key].verdicts)) {
			v := f.objects[key].verdicts[kind]
			text := fmt.Sprintf("update loop on %s: %d %s:\n\t%s", key, v.count, kind, strings.Join(v.writes, "\n\t"))
			if len(v.differ) > 0 {
				text += "\n\tlast change:\n\t\t" + strings.Join(v.differ, "\n\t\t")
			}
			errs = append(errs, errors.New(text))
		}
	}
	if more := len(errs) - maxFaults; more > 0 {
		errs = append(errs[:maxFaults], fmt.Errorf("and %d more update loops", more))
	}
	return errors.Join(errs...)
}

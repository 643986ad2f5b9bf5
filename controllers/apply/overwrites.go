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

package apply

import (
	"maps"
	"slices"
	"sync"
	"time"

	"k8s.io/apimachinery/pkg/types"
)

// Part is what the operator writes on an object that others write too: the status of a StakeholderMap, say.
type Part struct {
	// Name says in messages what it is: "the status of StakeholderMap".
	Name string
	// Key names the object.
	Key types.NamespacedName
}

// Overwrites remembers what was written lately to objects that others write too, so that two operators of different
// versions do not overwrite each other's status without end. It holds back only what was written before, and only while
// another writer undoes it. The zero value is ready for use, by several goroutines.
type Overwrites struct {
	mu     sync.Mutex
	byPart map[Part]overwrite
	swept  time.Time
}

// recentContents is how many contents of a part are remembered. What is wanted of a status can alternate while another
// writer interferes: it says first that an output is as it should be, and then that it is not.
const recentContents = 4

// overwrite is what was written to a part lately.
type overwrite struct {
	// is tells the state in which the last write has left the part, or is "" if that is not known.
	is string
	// recent are the contents written lately, the latest one last.
	recent []string
	// repairs counts the writes, one after another, of something written before that another writer had undone.
	repairs int
	at      time.Time
}

func (w overwrite) backOff() time.Duration {
	return doubled(firstWait, w.repairs-freeRepairs, longestWait)
}

// peaceAt is when a part that others leave alone from now on is at peace.
func (w overwrite) peaceAt() time.Time { return w.at.Add(calm + 2*w.backOff()) }

func (w overwrite) isContested(now time.Time) bool {
	return w.repairs >= freeRepairs && now.Before(w.peaceAt())
}

// isRepair says whether a write puts back what another writer has changed since the last one.
func (w overwrite) isRepair(wanted, seen string) bool {
	return w.is != seen && slices.Contains(w.recent, wanted)
}

// HeldBack says why a part is not to be written now, as a *DisputeError, or nil if it is to be written. Wanted is a digest
// of what would be written, with the generation of what it comes from, so that no edit waits; seen is one of what is there.
func (o *Overwrites) HeldBack(part Part, wanted, seen string, now time.Time) error {
	o.mu.Lock()
	defer o.mu.Unlock()
	last, ok := o.byPart[part]
	if !ok || !last.isContested(now) || !last.isRepair(wanted, seen) {
		return nil
	}
	wait := last.at.Add(last.backOff()).Sub(now)
	if wait <= 0 {
		return nil
	}
	return part.dispute(wait)
}

// Wrote notes that a part was written, or that another writer was faster, with "" for what it is. Begun says that the part is in
// dispute from now on.
func (o *Overwrites) Wrote(part Part, wanted, seen, is string, now time.Time) (begun bool) {
	o.mu.Lock()
	defer o.mu.Unlock()
	o.sweep(now)
	last, ok := o.byPart[part]
	if ok && !now.Before(last.peaceAt()) {
		last = overwrite{}
	}
	next := overwrite{is: is, repairs: last.repairs, at: now}
	if ok && last.isRepair(wanted, seen) {
		next.repairs++
	} else if last.repairs > 0 {
		// Nothing was put back, which brings peace no later.
		next.at = last.at
	}
	next.recent = append(slices.DeleteFunc(slices.Clone(last.recent), func(content string) bool { return content == wanted }), wanted)
	next.recent = next.recent[max(0, len(next.recent)-recentContents):]
	if o.byPart == nil {
		o.byPart = make(map[Part]overwrite)
	}
	o.byPart[part] = next
	return next.isContested(now) && (!ok || !last.isContested(now))
}

// Dispute says that another writer keeps changing a part, and after how long that can be over. It is nil if none does.
func (o *Overwrites) Dispute(part Part, now time.Time) error {
	o.mu.Lock()
	defer o.mu.Unlock()
	last, ok := o.byPart[part]
	if !ok || !last.isContested(now) {
		return nil
	}
	return part.dispute(last.peaceAt().Sub(now))
}

// Forget drops what was noted of an object, because it is gone.
func (o *Overwrites) Forget(key types.NamespacedName) {
	o.mu.Lock()
	defer o.mu.Unlock()
	maps.DeleteFunc(o.byPart, func(part Part, _ overwrite) bool { return part.Key == key })
}

// sweep forgets, now and then, the parts that are at peace, so that only those are remembered that were written lately.
func (o *Overwrites) sweep(now time.Time) {
	if now.Sub(o.swept) < calm {
		return
	}
	o.swept = now
	for part, last := range o.byPart {
		if !now.Before(last.peaceAt()) {
			delete(o.byPart, part)
		}
	}
}

func (p Part) dispute(retryAfter time.Duration) *DisputeError {
	return &DisputeError{Kind: p.Name, Namespace: p.Key.Namespace, Name: p.Key.Name, RetryAfter: retryAfter}
}

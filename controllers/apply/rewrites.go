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
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"sync"
	"time"

	"k8s.io/apimachinery/pkg/types"
	"k8s.io/utils/clock"
)

const (
	// freeRepairs is how often in a row an object is put right at once after another writer has changed it. After that
	// each repair waits twice as long as the one before.
	freeRepairs = 5
	// firstWait and longestWait bound that wait, and longestRewrite the one for an object that admission changes as it is
	// written, which a repair cannot mend.
	firstWait      = time.Second
	longestWait    = time.Minute
	longestRewrite = 10 * time.Minute
	// calm is how long another writer has to leave an object alone until it counts as at peace again.
	calm = time.Minute
)

// absent is the state of an object that is not there.
const absent = ""

// Rewrites remembers what was written lately and what came of it, so that the operator does not write the same again and
// again against another writer or against admission. A write that wants anything else than the one before never waits, so
// no revocation does. The zero value is ready for use, by several goroutines.
type Rewrites struct {
	// Clock is the real one if it is nil.
	Clock clock.PassiveClock

	mu    sync.Mutex
	byMap map[types.NamespacedName]map[writtenKey]rewrite
	swept time.Time
}

// rewrite is the latest write of an object.
type rewrite struct {
	// wanted is a digest of what was written, and is one of the API server's answer.
	wanted, is string
	// altered says what admission has made of it. It is "" if the answer was what was written.
	altered string
	// repairs counts the writes after the first one that wanted the same.
	repairs int
	at      time.Time
}

func (w rewrite) backOff() time.Duration {
	if w.altered != "" {
		return doubled(longestWait/2, w.repairs, longestRewrite)
	}
	return doubled(firstWait, w.repairs-freeRepairs, longestWait)
}

func doubled(first time.Duration, times int, most time.Duration) time.Duration {
	wait := first
	for ; times > 0 && wait < most; times-- {
		wait *= 2
	}
	return min(wait, most)
}

// peaceAt is when an object that others leave alone from now on is at peace.
func (w rewrite) peaceAt() time.Time { return w.at.Add(calm + 2*w.backOff()) }

func (r *Rewrites) now() time.Time {
	if r.Clock == nil {
		return time.Now()
	}
	return r.Clock.Now()
}

// wait says how long it is until an object may be written that is not as it is wanted. Wanted and is are digests.
func (r *Rewrites) wait(owner types.NamespacedName, key writtenKey, wanted, is string) time.Duration {
	r.mu.Lock()
	defer r.mu.Unlock()
	last, ok := r.byMap[owner][key]
	now := r.now()
	switch {
	case !ok || last.wanted != wanted:
		return 0
	case last.altered != "" && last.is == is:
		// It is as the last write has left it, so the next one leaves it like that too.
		return last.at.Add(last.backOff()).Sub(now)
	case last.repairs < freeRepairs || !now.Before(last.peaceAt()):
		return 0
	default:
		return last.at.Add(last.backOff()).Sub(now)
	}
}

// heldBack says why an object is not to be written now, as a *DisputeError, or nil if it is to be written.
func (r *Rewrites) heldBack(owner types.NamespacedName, key writtenKey, wanted, is string) error {
	wait := r.wait(owner, key, wanted, is)
	if wait <= 0 {
		return nil
	}
	dispute, ok := errors.AsType[*DisputeError](r.dispute(owner, key))
	if !ok {
		return nil
	}
	dispute.RetryAfter = wait
	return dispute
}

// HeldBack says why something outside of maps' outputs is not to be written now, as a *DisputeError, or nil if it is to be
// written. Kind is what messages call it, key the object that it is in; wanted and is are digests.
func (r *Rewrites) HeldBack(kind string, key types.NamespacedName, wanted, is string) error {
	return r.heldBack(key, writtenKey{kind, key}, wanted, is)
}

// Wrote notes that it was written, what the answer was, and what admission has made of it. The error is a *DisputeError if
// it is in dispute.
func (r *Rewrites) Wrote(kind string, key types.NamespacedName, wanted, is, altered string) error {
	r.record(key, writtenKey{kind, key}, wanted, is, altered)
	return r.dispute(key, writtenKey{kind, key})
}

// Exact notes that it is as it is wanted. The error is a *DisputeError if it was not a moment ago.
func (r *Rewrites) Exact(kind string, key types.NamespacedName) error {
	r.recordExact(key, writtenKey{kind, key})
	return r.dispute(key, writtenKey{kind, key})
}

// record records that an object was written, what the answer was, and what admission has made of it.
func (r *Rewrites) record(owner types.NamespacedName, key writtenKey, wanted, is, altered string) {
	r.mu.Lock()
	defer r.mu.Unlock()
	now := r.now()
	r.sweep(now)
	next := rewrite{wanted: wanted, is: is, altered: altered, at: now}
	// The writes against admission that has stopped say nothing about another writer.
	yielded := func(last rewrite) bool { return last.altered != "" && altered == "" }
	if last, ok := r.byMap[owner][key]; ok && last.wanted == wanted && !yielded(last) && now.Before(last.peaceAt()) {
		next.repairs = last.repairs + 1
	}
	if r.byMap == nil {
		r.byMap = make(map[types.NamespacedName]map[writtenKey]rewrite)
	}
	if r.byMap[owner] == nil {
		r.byMap[owner] = make(map[writtenKey]rewrite)
	}
	r.byMap[owner][key] = next
}

// recordExact records that an object is as it is wanted: admission, if it had altered it, no longer does.
func (r *Rewrites) recordExact(owner types.NamespacedName, key writtenKey) {
	r.mu.Lock()
	defer r.mu.Unlock()
	if last, ok := r.byMap[owner][key]; ok && last.altered != "" {
		delete(r.byMap[owner], key)
	}
}

// dispute says what is wrong with an object that was written over and over, or that admission alters. It is nil if
// nothing is.
func (r *Rewrites) dispute(owner types.NamespacedName, key writtenKey) error {
	r.mu.Lock()
	defer r.mu.Unlock()
	last, ok := r.byMap[owner][key]
	now := r.now()
	switch {
	case ok && last.altered != "":
		return &DisputeError{
			Kind: key.kind, Namespace: key.key.Namespace, Name: key.key.Name, Altered: last.altered,
			RetryAfter: max(time.Millisecond, last.at.Add(last.backOff()).Sub(now)),
		}
	case ok && last.repairs >= freeRepairs && now.Before(last.peaceAt()):
		return &DisputeError{Kind: key.kind, Namespace: key.key.Namespace, Name: key.key.Name, RetryAfter: last.peaceAt().Sub(now)}
	default:
		return nil
	}
}

// sweep forgets, now and then, the objects that are at peace, so that only those are remembered that were written lately.
func (r *Rewrites) sweep(now time.Time) {
	if now.Sub(r.swept) < calm {
		return
	}
	r.swept = now
	for owner, objects := range r.byMap {
		for key, last := range objects {
			if last.altered == "" && !now.Before(last.peaceAt()) {
				delete(objects, key)
			}
		}
		if len(objects) == 0 {
			delete(r.byMap, owner)
		}
	}
}

// Forget drops what was noted of a map, because it is gone.
func (r *Rewrites) Forget(owner types.NamespacedName) {
	r.mu.Lock()
	defer r.mu.Unlock()
	delete(r.byMap, owner)
}

// Digest is a digest of what can be encoded.
func Digest(parts ...any) string {
	// Strings, slices and structs of them cannot fail, and maps are sorted.
	encoded, _ := json.Marshal(parts) //nolint:errchkjson // see above
	sum := sha256.Sum256(encoded)
	return hex.EncodeToString(sum[:])
}

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
	"slices"
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

// StatusContents is how many contents of a status are remembered. What is wanted of it can alternate while another writer
// interferes: it says first that an output is as it should be, and then that it is not.
const StatusContents = 4

// absent is the state of an object that is not there.
const absent = "absent"

// Part is what the operator writes: an output, or one part of an object that others write too, such as its status.
type Part struct {
	// Kind is what messages call it: the kind of an output, or "the status of StakeholderMap".
	Kind string
	// Key names the object.
	Key types.NamespacedName
}

func (p Part) String() string {
	if p.Key.Namespace == "" {
		return p.Kind + " " + p.Key.Name
	}
	return p.Kind + " " + p.Key.String()
}

// Write is one write of a part.
type Write struct {
	// Wanted is a digest of what was to be written. That of a status includes the generation that it comes from, so that no
	// edit waits.
	Wanted string
	// Before is a digest of what was there, or "" if it is certain that another writer has changed the part since the last write.
	Before string
	// After is a digest of what is there now, or "" if that is not known.
	After string
	// Altered says what admission has made of the write. It is "" if the answer was what was written.
	Altered string
}

// Rewrites remembers what was written lately and what came of it, so that the operator does not write the same again and
// again against another writer, such as an operator of another version, or against admission. A write that wants anything else
// than before never waits, so no revocation and no edit does. Parts belong to an owner: a map, or the object that they are of. The
// zero value is ready for use, by several goroutines.
type Rewrites struct {
	// Clock is the real one if it is nil.
	Clock clock.PassiveClock
	// Contents is how many contents of a part are remembered: at least the latest one.
	Contents int

	mu      sync.Mutex
	byOwner perOwner[types.NamespacedName, Part, rewrite]
	swept   time.Time
}

// rewrite is the latest write of a part.
type rewrite struct {
	// recent are digests of the contents written lately, the latest one last.
	recent []string
	// is has a digest of what the write has left, or "" if that is not known.
	is string
	// altered says what admission has made of it. It is "" if the answer was what was written.
	altered string
	// repairs counts the writes, one after another, of something written before.
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

// peaceAt is when a part that others leave alone from now on is at peace.
func (w rewrite) peaceAt() time.Time { return w.at.Add(calm + 2*w.backOff()) }

func (w rewrite) isContested(now time.Time) bool {
	return w.repairs >= freeRepairs && now.Before(w.peaceAt())
}

// repeats says whether a write of what is wanted would only repeat what came to nothing before: admission leaves the part as it is,
// or another writer has changed it again and again.
func (w rewrite) repeats(wanted, is string, now time.Time) bool {
	if !slices.Contains(w.recent, wanted) {
		return false
	}
	if w.is == is {
		return w.altered != ""
	}
	return w.isContested(now)
}

// dispute is a *DisputeError about a part.
func (w rewrite) dispute(part Part, retryAfter time.Duration) error {
	return &DisputeError{Part: part, Altered: w.altered, RetryAfter: retryAfter}
}

func (r *Rewrites) now() time.Time {
	if r.Clock == nil {
		return time.Now()
	}
	return r.Clock.Now()
}

// HeldBack says why a part that is not as it is wanted is not to be written now, as a *DisputeError, or nil if it is to be
// written. Wanted and is are digests.
func (r *Rewrites) HeldBack(owner types.NamespacedName, part Part, wanted, is string) error {
	r.mu.Lock()
	defer r.mu.Unlock()
	last, now := r.byOwner[owner][part], r.now()
	wait := last.at.Add(last.backOff()).Sub(now)
	if wait <= 0 || !last.repeats(wanted, is, now) {
		return nil
	}
	return last.dispute(part, wait)
}

// Record records a write, or that another writer was faster. Begun says that another writer contests the part from now on.
func (r *Rewrites) Record(owner types.NamespacedName, part Part, write Write) (begun bool) {
	r.mu.Lock()
	defer r.mu.Unlock()
	now := r.now()
	r.sweep(now)
	last := r.byOwner[owner][part]
	// The writes against admission that has stopped say nothing about another writer.
	yielded := last.altered != "" && write.Altered == ""
	if yielded || !now.Before(last.peaceAt()) {
		last = rewrite{}
	}
	next := last.followedBy(write, max(1, r.Contents), now)
	r.byOwner.set(owner, part, next)
	return next.isContested(now) && !last.isContested(now)
}

// followedBy is what is remembered after the next write, with so many contents.
func (w rewrite) followedBy(write Write, contents int, now time.Time) rewrite {
	next := rewrite{is: write.After, altered: write.Altered, repairs: w.repairs, at: now}
	others := slices.DeleteFunc(slices.Clone(w.recent), func(content string) bool { return content == write.Wanted })
	next.recent = slices.Concat(others, []string{write.Wanted})
	next.recent = next.recent[max(0, len(next.recent)-contents):]
	switch {
	case slices.Contains(w.recent, write.Wanted) && w.is != write.Before:
		next.repairs++
	case len(next.recent) == 1 && len(others) > 0:
		// Nothing that was written before is remembered.
		next.repairs = 0
	case w.repairs > 0:
		// Nothing was put back, which brings peace no later.
		next.at = w.at
	}
	return next
}

// RecordExact records that a part is as it is wanted: admission, if it had altered it, no longer does.
func (r *Rewrites) RecordExact(owner types.NamespacedName, part Part) {
	r.mu.Lock()
	defer r.mu.Unlock()
	if r.byOwner[owner][part].altered != "" {
		r.byOwner.drop(owner, part)
	}
}

// Dispute says, as a *DisputeError, that admission alters a part, or that another writer keeps changing it, and after how long
// that can be over. It is nil if neither does.
func (r *Rewrites) Dispute(owner types.NamespacedName, part Part) error {
	r.mu.Lock()
	defer r.mu.Unlock()
	last, now := r.byOwner[owner][part], r.now()
	switch {
	case last.altered != "":
		return last.dispute(part, max(time.Millisecond, last.at.Add(last.backOff()).Sub(now)))
	case last.isContested(now):
		return last.dispute(part, last.peaceAt().Sub(now))
	default:
		return nil
	}
}

// wantedBefore says whether the latest writes of a part wanted a certain state of it.
func (r *Rewrites) wantedBefore(owner types.NamespacedName, part Part, wanted string) bool {
	r.mu.Lock()
	defer r.mu.Unlock()
	return slices.Contains(r.byOwner[owner][part].recent, wanted)
}

// sweep forgets, now and then, the parts that are at peace, so that only those are remembered that were written lately.
func (r *Rewrites) sweep(now time.Time) {
	if now.Sub(r.swept) < calm {
		return
	}
	r.swept = now
	for owner, parts := range r.byOwner {
		for part, last := range parts {
			if last.altered == "" && !now.Before(last.peaceAt()) {
				r.byOwner.drop(owner, part)
			}
		}
	}
}

// Forget drops what was noted of an owner, because it is gone.
func (r *Rewrites) Forget(owner types.NamespacedName) {
	r.mu.Lock()
	defer r.mu.Unlock()
	delete(r.byOwner, owner)
}

// Digest is a digest of what can be encoded.
func Digest(parts ...any) string {
	// Strings, slices and structs of them cannot fail, and maps are sorted.
	encoded, _ := json.Marshal(parts) //nolint:errchkjson // see above
	sum := sha256.Sum256(encoded)
	return hex.EncodeToString(sum[:])
}

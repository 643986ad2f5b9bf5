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
	// freeRepairs is the number of consecutive repairs of an object that are made at once after another writer changed
	// it. After that, each repair waits twice as long as the one before.
	freeRepairs = 5
	// firstWait and longestWait bound that wait. longestRewrite bounds the wait for an object that admission alters,
	// which a repair cannot fix.
	firstWait      = time.Second
	longestWait    = time.Minute
	longestRewrite = 10 * time.Minute
	// calm is how long other writers must leave an object unchanged until its dispute is over.
	calm = time.Minute
)

// StatusContents is the number of remembered contents of a status. The wanted status can alternate while another writer
// interferes: it says first that an output is correct, and then that it is not.
const StatusContents = 4

// absent is the state of an object that does not exist.
const absent = "absent"

// Part identifies something that the operator writes: an output, or one part of an object that others write too, such
// as its status.
type Part struct {
	// Kind is its name in messages: the kind of an output, or a text such as "the status of StakeholderMap".
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

// Write describes one write of a part.
type Write struct {
	// Wanted is a digest of the wanted content. For a status it includes the generation of the object, so that the
	// status of an edit never waits.
	Wanted string
	// Before is a digest of the earlier content, or "" to count each repetition of a write as a repair.
	Before string
	// After is a digest of the content after the write, or "" if that is not known.
	After string
	// Altered describes how admission changed the write. It is "" if the answer equals what was sent.
	Altered string
}

// Rewrites remembers recent writes and their results. So the operator does not repeat a write endlessly against another
// writer, such as an operator of another version, or against admission. A write with a new wanted content never waits,
// so revocations and edits are never delayed. Parts belong to an owner: a map, or the object that contains them. The
// zero value is ready for use. Rewrites is safe for concurrent use.
type Rewrites struct {
	// Clock defaults to the real clock.
	Clock clock.PassiveClock
	// Contents is the number of remembered contents of a part. The latest one is always remembered.
	Contents int

	mu      sync.Mutex
	byOwner perOwner[types.NamespacedName, Part, rewrite]
	swept   time.Time
}

// rewrite is the latest write of a part.
type rewrite struct {
	// recent has digests of the contents written recently, the latest one last.
	recent []string
	// is has a digest of the content after the write, or "" if that is not known.
	is string
	// altered describes how admission changed the write. It is "" if the answer equals what was sent.
	altered string
	// repairs counts the consecutive writes of a content that was written before.
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

// peaceAt returns when the dispute is over if no other writer changes the part again.
func (w rewrite) peaceAt() time.Time { return w.at.Add(calm + 2*w.backOff()) }

func (w rewrite) isContested(now time.Time) bool {
	return w.repairs >= freeRepairs && now.Before(w.peaceAt())
}

// repeats reports whether a write would repeat one that had no lasting effect: admission altered it before, or another
// writer has undone it repeatedly. Wanted and is are digests of the wanted and the current content.
func (w rewrite) repeats(wanted, is string, now time.Time) bool {
	if !slices.Contains(w.recent, wanted) {
		return false
	}
	if w.is == is {
		return w.altered != ""
	}
	return w.isContested(now)
}

// dispute returns a *DisputeError about a part.
func (w rewrite) dispute(part Part, retryAfter time.Duration) error {
	return &DisputeError{Part: part, Altered: w.altered, RetryAfter: retryAfter}
}

func (r *Rewrites) now() time.Time {
	if r.Clock == nil {
		return time.Now()
	}
	return r.Clock.Now()
}

// HeldBack returns a *DisputeError if a part that differs from the wanted content must not be written yet, or nil if it
// may be written. Wanted and is are digests of the wanted and the current content.
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

// Record records a write, or that another writer was faster. Begun is true if this write starts a dispute with another
// writer.
func (r *Rewrites) Record(owner types.NamespacedName, part Part, write Write) (begun bool) {
	r.mu.Lock()
	defer r.mu.Unlock()
	now := r.now()
	r.sweep(now)
	last := r.byOwner[owner][part]
	// Admission has stopped altering the part. The earlier writes against it are no sign of another writer.
	yielded := last.altered != "" && write.Altered == ""
	if yielded || !now.Before(last.peaceAt()) {
		last = rewrite{}
	}
	next := last.followedBy(write, max(1, r.Contents), now)
	r.byOwner.set(owner, part, next)
	return next.isContested(now) && !last.isContested(now)
}

// followedBy returns what is remembered after the next write. It remembers at most the given number of contents.
func (w rewrite) followedBy(write Write, contents int, now time.Time) rewrite {
	next := rewrite{is: write.After, altered: write.Altered, repairs: w.repairs, at: now}
	others := slices.DeleteFunc(slices.Clone(w.recent), func(content string) bool { return content == write.Wanted })
	next.recent = slices.Concat(others, []string{write.Wanted})
	next.recent = next.recent[max(0, len(next.recent)-contents):]
	switch {
	case slices.Contains(w.recent, write.Wanted) && w.is != write.Before:
		next.repairs++
	case len(next.recent) == 1 && len(others) > 0:
		// None of the earlier contents is remembered any more.
		next.repairs = 0
	case w.repairs > 0:
		// The write repaired nothing, so it does not prolong the dispute.
		next.at = w.at
	}
	return next
}

// RecordExact records that a part has the wanted content, so admission no longer alters it.
func (r *Rewrites) RecordExact(owner types.NamespacedName, part Part) {
	r.mu.Lock()
	defer r.mu.Unlock()
	if r.byOwner[owner][part].altered != "" {
		r.byOwner.drop(owner, part)
	}
}

// Dispute returns a *DisputeError if admission alters a part or another writer keeps changing it, with the time after
// which the dispute can be over. Otherwise it returns nil.
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

// wantedBefore reports whether one of the remembered writes of a part had this wanted content.
func (r *Rewrites) wantedBefore(owner types.NamespacedName, part Part, wanted string) bool {
	r.mu.Lock()
	defer r.mu.Unlock()
	return slices.Contains(r.byOwner[owner][part].recent, wanted)
}

// sweep drops the parts whose disputes are over, so that only recently written parts take memory. It does so at most
// once per calm.
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

// Forget drops everything about an owner that no longer exists.
func (r *Rewrites) Forget(owner types.NamespacedName) {
	r.mu.Lock()
	defer r.mu.Unlock()
	delete(r.byOwner, owner)
}

// Digest returns a digest of values that can be encoded as JSON.
func Digest(parts ...any) string {
	// Strings, slices and structs of them cannot fail, and maps are sorted.
	encoded, _ := json.Marshal(parts) //nolint:errchkjson // see above
	sum := sha256.Sum256(encoded)
	return hex.EncodeToString(sum[:])
}

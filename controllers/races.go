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

package controllers

import (
	"sync"
	"time"

	"k8s.io/apimachinery/pkg/types"
)

// raceLimit is how long a map's writes may lose against other writers' before status says so. Until then a conflict is
// no fault: the next look mends it.
const raceLimit = 10 * time.Second

// races remembers since when the writes of a map have met nothing but other writers' that were faster. The zero value is
// ready for use, by several goroutines.
type races struct {
	mu    sync.Mutex
	since map[types.NamespacedName]time.Time
}

// onlyRaces notes what a look at a map has come to, and says whether it was only too late with its writes, and not yet for
// too long.
func (r *races) onlyRaces(key types.NamespacedName, err error, now time.Time) bool {
	if !onlyRaces(err) {
		r.forget(key)
		return false
	}
	r.mu.Lock()
	if _, ok := r.since[key]; !ok {
		if r.since == nil {
			r.since = make(map[types.NamespacedName]time.Time)
		}
		r.since[key] = now
	}
	r.mu.Unlock()
	return !r.tooLong(key, now)
}

// tooLong says whether the writes of a map have been too late for longer than raceLimit.
func (r *races) tooLong(key types.NamespacedName, now time.Time) bool {
	r.mu.Lock()
	defer r.mu.Unlock()
	since, ok := r.since[key]
	return ok && now.Sub(since) >= raceLimit
}

// forget notes that a map's writes are not too late, or that it is gone.
func (r *races) forget(key types.NamespacedName) {
	r.mu.Lock()
	defer r.mu.Unlock()
	delete(r.since, key)
}

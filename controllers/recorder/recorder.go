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

// Package recorder bounds the number of Event objects that the operator creates.
package recorder

import (
	"crypto/sha256"
	"fmt"
	"strings"
	"sync"
	"time"

	corev1 "k8s.io/api/core/v1"
	"k8s.io/apimachinery/pkg/runtime"
	"k8s.io/client-go/tools/events"
	"k8s.io/client-go/tools/reference"
	"k8s.io/client-go/util/flowcontrol"
	"k8s.io/utils/clock"
)

const (
	// eventBurst and eventsPerMinute bound the different events of one map or policy. An edit usually causes two.
	eventBurst      = 30
	eventsPerMinute = 1
	// seriesGap is the time after which client-go ends a series without further events.
	seriesGap = 6 * time.Minute
	// actionRepeat is the action of events that are only counted.
	actionRepeat = "Repeat"
	// onlyCounted is the note of events that are only counted.
	onlyCounted = "So much happens to this object that further events of this reason are only counted; status says what is in force"
)

// Bounded bounds the Event objects about each object, so that a user who can edit a map cannot fill etcd with them. An
// event that equals an earlier one joins its series. An object that has used up its budget gets one series for each
// reason.
//
// client-go builds a series from events with the same type, reason, action and regarding object, including its UID and
// resource version. Each edit changes the resource version, so client-go alone never finds two equal events.
type Bounded struct {
	// Recorder records the events within the bounds.
	Recorder events.EventRecorder
	Scheme   *runtime.Scheme
	Clock    clock.PassiveClock
	// Closed reports whether a namespace accepts no events any more. Nil means that all accept them.
	Closed func(namespace string) bool

	mu      sync.Mutex
	objects map[eventSubject]*eventHistory
	swept   time.Time
}

var _ events.EventRecorder = (*Bounded)(nil)

// eventSubject identifies an object. It has no UID: a map that is deleted and created again gets no new budget.
type eventSubject struct{ kind, namespace, name string }

// eventHistory is what was recorded about one object.
type eventHistory struct {
	share  flowcontrol.PassiveRateLimiter
	series map[eventKey]eventSeries
	last   time.Time
}

// eventKey is a digest of the content of an event.
type eventKey [sha256.Size]byte

func newEventKey(parts ...string) eventKey { return sha256.Sum256([]byte(strings.Join(parts, "\x00"))) }

// eventSeries is the regarding object of the first event of a series, and the time of the last.
type eventSeries struct {
	regarding corev1.ObjectReference
	last      time.Time
}

// Eventf implements events.EventRecorder.
func (r *Bounded) Eventf(regarding, related runtime.Object, eventType, reason, action, note string, args ...any) {
	ref, err := reference.GetReference(r.Scheme, regarding)
	if err != nil {
		// The recorder logs the error.
		r.Recorder.Eventf(regarding, related, eventType, reason, action, note, args...)
		return
	}
	if r.Closed != nil && r.Closed(ref.Namespace) {
		return
	}
	text := fmt.Sprintf(note, args...)
	about, counted := r.admit(*ref, eventType, reason, action, text)
	if counted {
		action, text = actionRepeat, onlyCounted
	}
	r.Recorder.Eventf(&about, related, eventType, reason, action, "%s", text)
}

// admit returns the regarding object by which an event joins its series, if it has one, and whether the event is only
// counted.
func (r *Bounded) admit(ref corev1.ObjectReference, eventType, reason, action, text string) (about corev1.ObjectReference, counted bool) {
	r.mu.Lock()
	defer r.mu.Unlock()
	now := r.Clock.Now()
	history := r.history(eventSubject{ref.Kind, ref.Namespace, ref.Name}, now)
	key := newEventKey(eventType, reason, action, text)
	before, known := history.series[key]
	if known && before.regarding.UID == ref.UID {
		ref = before.regarding
	} else if !history.share.TryAccept() {
		counted, key = true, newEventKey(eventType, reason)
		// Reuse the first object. Otherwise a user who repeatedly deletes and creates a map would get a series for
		// each.
		if before, known := history.series[key]; known {
			ref = before.regarding
		}
	}
	history.series[key] = eventSeries{ref, now}
	return ref, counted
}

func (r *Bounded) history(subject eventSubject, now time.Time) *eventHistory {
	if r.objects == nil {
		r.objects = make(map[eventSubject]*eventHistory)
	}
	r.sweep(now)
	history := r.objects[subject]
	if history == nil {
		history = &eventHistory{
			share:  flowcontrol.NewTokenBucketPassiveRateLimiterWithClock(eventsPerMinute/60.0, eventBurst, r.Clock),
			series: make(map[eventKey]eventSeries),
		}
		r.objects[subject] = history
	}
	history.last = now
	for key, series := range history.series {
		if now.Sub(series.last) >= seriesGap {
			delete(history.series, key)
		}
	}
	return history
}

// sweep drops objects whose budget is full again.
func (r *Bounded) sweep(now time.Time) {
	if now.Sub(r.swept) < time.Minute {
		return
	}
	r.swept = now
	for subject, history := range r.objects {
		if now.Sub(history.last) >= eventBurst*time.Minute/eventsPerMinute {
			delete(r.objects, subject)
		}
	}
}

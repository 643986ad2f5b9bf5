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
	"errors"
	"slices"
	"time"

	corev1 "k8s.io/api/core/v1"
	apierrors "k8s.io/apimachinery/pkg/api/errors"
	"k8s.io/apimachinery/pkg/types"
)

// State is the state of an object after a session.
type State int

const (
	// Done means that the object is as it should be.
	Done State = iota
	// ForeignObject means that another owner's object has the name. The operator does not touch it.
	ForeignObject
	// Altered means that admission changes each write of the object. The operator writes it again after a delay.
	Altered
	// Contested means that another writer keeps changing the object. The operator writes it again after a delay.
	Contested
	// Raced means that another writer changed the object first. The next reconcile reads what it wrote.
	Raced
	// Stale means that the cache has not caught up with an earlier write. The watch event that updates the cache also
	// triggers the next reconcile.
	Stale
	// StaleRetry is Stale without an expected watch event, so the reconcile has to be repeated.
	StaleRetry
	// Terminating means that the namespace is being deleted or does not exist.
	Terminating
	// Refused means that the API server or its admission rejected the write, and would reject it again.
	Refused
	// Failed means that a request failed for another reason. It is tried again.
	Failed
)

// Outcome is the result for one object.
type Outcome struct {
	// Kind is the name of the object's kind in messages. It is empty if the outcome concerns no particular object.
	Kind string
	// Key names the object, if it is Altered or Contested.
	Key types.NamespacedName
	// Written is true if the object was created, changed or deleted.
	Written bool
	State   State
	// Err explains the state. It is nil exactly if the state is Done.
	Err error
	// RetryAfter is how long to wait before the object may be written again, if it is Altered or Contested.
	RetryAfter time.Duration
}

// Result lists the written objects and the problems. It is empty if nothing differed.
type Result []Outcome

// ResultOf returns the result of operations that returned one error each. It leaves out nil errors.
func ResultOf(errs ...error) Result {
	var result Result
	for _, err := range errs {
		result = result.add("", false, err)
	}
	return result
}

// failure returns the result for an object of a kind, given the error of an operation, or nil.
func failure(kind string, err error) Result {
	return Result(nil).add(kind, false, err)
}

// add adds the outcome for an object, unless nothing was written and nothing is wrong. The error is one error, not several
// joined.
func (r Result) add(kind string, written bool, err error) Result {
	if !written && err == nil {
		return r
	}
	o := Outcome{Kind: kind, Written: written, State: StateOf(err), Err: err}
	if dispute, ok := errors.AsType[*DisputeError](err); ok {
		o.Kind, o.Key, o.RetryAfter = dispute.Kind, dispute.Key, dispute.RetryAfter
	}
	return append(r, o)
}

// StateOf returns the state of an object after an operation with this error. Do not pass joined errors: they have no
// single state.
func StateOf(err error) State {
	if err == nil {
		return Done
	}
	if _, ok := errors.AsType[*ForeignError](err); ok {
		return ForeignObject
	}
	if dispute, ok := errors.AsType[*DisputeError](err); ok {
		if dispute.Altered != "" {
			return Altered
		}
		return Contested
	}
	_, lasting := errors.AsType[*LastingConflictError](err)
	switch {
	case errors.Is(err, ErrStaleRetry):
		return StaleRetry
	case errors.Is(err, ErrStale):
		return Stale
	case errors.Is(err, ErrNamespaceTerminating), apierrors.HasStatusCause(err, corev1.NamespaceTerminatingCause):
		return Terminating
	case !lasting && apierrors.IsConflict(err):
		return Raced
	case isRefused(err):
		return Refused
	default:
		return Failed
	}
}

// OK reports whether there are no problems.
func (r Result) OK() bool {
	return !slices.ContainsFunc(r, func(o Outcome) bool { return o.State != Done })
}

// Has reports whether any object is in one of the states.
func (r Result) Has(states ...State) bool {
	return slices.ContainsFunc(r, func(o Outcome) bool { return slices.Contains(states, o.State) })
}

// In returns the outcomes in one of the states.
func (r Result) In(states ...State) Result {
	return r.where(func(o Outcome) bool { return slices.Contains(states, o.State) })
}

// Problems returns the outcomes with a state other than Done.
func (r Result) Problems() Result {
	return r.where(func(o Outcome) bool { return o.State != Done })
}

// Disputes returns the outcomes of objects that admission or another writer changes.
func (r Result) Disputes() Result { return r.In(Altered, Contested) }

// Failures returns the problems except foreign objects and disputes: necessary writes that were not made.
func (r Result) Failures() Result {
	return r.In(Raced, Stale, StaleRetry, Terminating, Refused, Failed)
}

// Retry returns the failures after which no watch event triggers a reconcile, so the caller has to repeat it.
func (r Result) Retry() Result { return r.In(Raced, StaleRetry, Refused, Failed) }

// IsStale reports whether a write was not made because the cache is stale.
func (r Result) IsStale() bool { return r.Has(Stale, StaleRetry) }

// OnlyRaced reports whether there are failures and all of them are lost races.
func (r Result) OnlyRaced() bool {
	failures := r.Failures()
	return len(failures) > 0 && len(failures.In(Raced)) == len(failures)
}

// RetryAfter returns the shortest time after which an object in dispute may be written again, or 0 if none is in
// dispute.
func (r Result) RetryAfter() time.Duration {
	var shortest time.Duration
	for _, o := range r {
		if o.RetryAfter > 0 && (shortest == 0 || o.RetryAfter < shortest) {
			shortest = o.RetryAfter
		}
	}
	return shortest
}

// Written returns the kinds of the written objects, sorted.
func (r Result) Written() []string {
	var kinds []string
	for _, o := range r {
		if o.Written {
			kinds = append(kinds, o.Kind)
		}
	}
	slices.Sort(kinds)
	return slices.Compact(kinds)
}

// Err joins the errors of all problems, for logs and for the work queue. To distinguish problems, use their states
// instead.
func (r Result) Err() error {
	errs := make([]error, 0, len(r))
	for _, o := range r {
		errs = append(errs, o.Err)
	}
	return errors.Join(errs...)
}

func (r Result) where(f func(Outcome) bool) Result {
	var out Result
	for _, o := range r {
		if f(o) {
			out = append(out, o)
		}
	}
	return out
}

// CountDisputes counts the disputes of a result, by the cause of the change: "admission" or "writer".
func CountDisputes(result Result) map[string]int {
	return map[string]int{"admission": len(result.In(Altered)), "writer": len(result.In(Contested))}
}

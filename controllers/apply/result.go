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

// State is how an object is after a session.
type State int

const (
	// Done means that the object is as it should be.
	Done State = iota
	// ForeignObject means that another owner's object has the name. It was left alone.
	ForeignObject
	// Altered means that admission changes the object as it is written. It is written again after a while.
	Altered
	// Contested means that another writer keeps changing the object. It is written again after a while.
	Contested
	// Raced means that another writer changed the object first. The next reconcile reads what it wrote.
	Raced
	// Stale means that the cache has not caught up with an earlier write. The watch event that updates the cache also
	// triggers the next reconcile.
	Stale
	// StaleRetry is Stale where no event is certain to come, so that the reconcile has to be repeated.
	StaleRetry
	// Terminating means that the namespace is being deleted, or is gone.
	Terminating
	// Refused means that the API server or its admission rejected the write, and would reject it again.
	Refused
	// Failed means that a request failed for another reason. It is tried again.
	Failed
)

// Outcome is the result for one object.
type Outcome struct {
	// Kind is what messages call the object. It is empty if the outcome is about no object in particular.
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

// Result lists what was written, and what is not as it should be. It is empty if nothing differed.
type Result []Outcome

// ResultOf is the result of operations that returned one error each. Nil errors are left out.
func ResultOf(errs ...error) Result {
	var result Result
	for _, err := range errs {
		result = result.add("", false, err)
	}
	return result
}

// failure is the result for an object of a kind, given the error of an operation, or nil.
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

// StateOf says what an error of one operation means for the object. Joined errors have no single state.
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

// OK says whether everything is as it should be.
func (r Result) OK() bool {
	return !slices.ContainsFunc(r, func(o Outcome) bool { return o.State != Done })
}

// Has says whether an object is in one of some states.
func (r Result) Has(states ...State) bool {
	return slices.ContainsFunc(r, func(o Outcome) bool { return slices.Contains(states, o.State) })
}

// In returns the outcomes in some states.
func (r Result) In(states ...State) Result {
	return r.where(func(o Outcome) bool { return slices.Contains(states, o.State) })
}

// Problems returns the outcomes of what is not as it should be.
func (r Result) Problems() Result {
	return r.where(func(o Outcome) bool { return o.State != Done })
}

// Disputes returns the outcomes of objects that do not stay as they are written.
func (r Result) Disputes() Result { return r.In(Altered, Contested) }

// Failures returns the problems that are neither foreign objects nor disputes: a write that should have been made was not.
func (r Result) Failures() Result {
	return r.In(Raced, Stale, StaleRetry, Terminating, Refused, Failed)
}

// Retry returns the failures that no watch event will mend, so that the reconcile has to be repeated.
func (r Result) Retry() Result { return r.In(Raced, StaleRetry, Refused, Failed) }

// IsStale says whether something was left undone because the cache is behind.
func (r Result) IsStale() bool { return r.Has(Stale, StaleRetry) }

// OnlyRaced says whether there are failures, and all of them are lost races.
func (r Result) OnlyRaced() bool {
	failures := r.Failures()
	return len(failures) > 0 && len(failures.In(Raced)) == len(failures)
}

// RetryAfter is the shortest time after which an object in dispute may be written again, or 0 if none is in dispute.
func (r Result) RetryAfter() time.Duration {
	var shortest time.Duration
	for _, o := range r {
		if o.RetryAfter > 0 && (shortest == 0 || o.RetryAfter < shortest) {
			shortest = o.RetryAfter
		}
	}
	return shortest
}

// Written lists the kinds of the objects that were written, sorted.
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

// Err joins the errors of all problems. It is for logs and for the work queue, not to be taken apart again.
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

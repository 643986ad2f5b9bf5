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

package stakeholdermap

import (
	"errors"
	"slices"
	"time"

	corev1 "k8s.io/api/core/v1"
	apierrors "k8s.io/apimachinery/pkg/api/errors"

	"github.com/stakeholders-dev/stakeholder-operator/controllers/apply"
	"github.com/stakeholders-dev/stakeholder-operator/controllers/requeue"
	"github.com/stakeholders-dev/stakeholder-operator/controllers/route"
)

// enforcementResult is the state of a map's outputs after a decision was enforced.
type enforcementResult struct {
	decision
	// published and authorized say what kept the table, and the grants, from being in force in the map's namespace.
	published, authorized error
	// rewritten says that the ConfigMap was written, and grants what was done to the grants.
	rewritten bool
	grants    apply.GrantReport
	// leftovers is what was removed because it belonged to another map.
	leftovers apply.Removed
	targets   targetsResult
	// project says why the product's Argo CD project does not take the map, if it does not.
	project string
}

// all joins what went wrong anywhere.
func (r *enforcementResult) all() error {
	return errors.Join(r.published, r.authorized, r.targets.err, r.targets.report.Err())
}

// retry returns what went wrong and may succeed when it is tried again.
func (r *enforcementResult) retry() error {
	errs := slices.DeleteFunc(retryable(errors.Join(r.authorized, r.published, r.targets.retry())), route.IsTooLarge) // waits for an edit
	return errors.Join(errs...)
}

// wait returns after how long to look again at foreign objects and at disputes, or 0.
func (r *enforcementResult) wait() time.Duration {
	var wait time.Duration
	if err := r.all(); len(apply.Foreign(err)) > 0 {
		wait = foreignRetry
	}
	for _, dispute := range r.disputes() {
		wait = requeue.Soonest(wait, dispute.RetryAfter)
	}
	return wait
}

// disputes are about outputs that do not stay as they are written.
func (r *enforcementResult) disputes() []*apply.DisputeError { return apply.Disputes(r.all()) }

// isStale says whether something was left undone because the cache is stale.
func (r *enforcementResult) isStale() bool { return errors.Is(r.all(), apply.ErrCacheBehind) }

// retryable lists what no event can be waited for to mend.
func retryable(err error) []error {
	return slices.DeleteFunc(apply.Others(err), func(e error) bool {
		// A namespace that is being deleted takes its maps along, and that sets off another reconcile.
		return errors.Is(e, apply.ErrCacheBehind) && !errors.Is(e, apply.ErrLookAgain) ||
			apierrors.HasStatusCause(e, corev1.NamespaceTerminatingCause)
	})
}

// isTableMissing says whether the ConfigMap does not have the table. One that is in dispute had it when it was last written,
// and has it again; whether it has it now, its digest says. If the status is in dispute, it was not written.
func isTableMissing(err error) bool {
	return len(apply.Foreign(err))+len(apply.Others(err)) > 0 ||
		slices.ContainsFunc(apply.Disputes(err), func(d *apply.DisputeError) bool { return d.Kind == statusOfMap })
}

// onlyConflicts says whether nothing went wrong except that other writers were faster.
func onlyConflicts(err error) bool {
	errs := apply.Others(err)
	for _, e := range errs {
		if !apply.IsRace(e) {
			return false
		}
	}
	return len(errs) > 0
}

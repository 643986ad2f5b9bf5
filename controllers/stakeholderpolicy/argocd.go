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

package stakeholderpolicy

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"slices"

	"k8s.io/apimachinery/pkg/api/equality"
	"k8s.io/apimachinery/pkg/api/meta"
	"k8s.io/utils/clock"

	"github.com/stakeholders-dev/stakeholder-operator/api/v1alpha1"
	"github.com/stakeholders-dev/stakeholder-operator/controllers/apply"
	"github.com/stakeholders-dev/stakeholder-operator/controllers/argocd"
	"github.com/stakeholders-dev/stakeholder-operator/controllers/render/rbaccsv"
	"github.com/stakeholders-dev/stakeholder-operator/controllers/requeue"
)

type argoCDWriter interface {
	Write(ctx context.Context, output v1alpha1.ArgoCDOutput) (argocd.Result, apply.Result)
	Move(ctx context.Context, output v1alpha1.ArgoCDOutput) (argocd.Result, apply.Result)
	Remove(ctx context.Context, namespace string) error
	SetUnavailable(why string)
}

type argoCDOutput struct {
	writer   argoCDWriter
	clock    clock.PassiveClock
	throttle throttle
}

// write updates our key in the desired Argo CD, and removes it from any other. Even if one of these fails, the Argo CD
// in use follows the maps, so that no revocation waits.
func (o *argoCDOutput) write(
	ctx context.Context, status v1alpha1.ArgoCDStatus, desired v1alpha1.ArgoCDOutput,
) (v1alpha1.ArgoCDStatus, outputResult) {
	if desired.Namespace == "" {
		o.writer.SetUnavailable("")
		return o.remove(ctx, status)
	}
	status, leftovers := o.removeLeftovers(ctx, status, desired.Namespace)
	var result outputResult
	switch status.Namespace {
	case "":
		// Record the namespace in status before writing there. That status change triggers the next reconcile.
		return v1alpha1.ArgoCDStatus{Namespace: desired.Namespace}, outputResult{}
	case desired.Namespace:
		status, result = o.update(ctx, status, desired)
		if result.wait == 0 {
			o.writer.SetUnavailable(unavailableReason(desired.Namespace, "", result.retry))
		}
	default:
		status, result = o.move(ctx, status, desired, leftovers)
	}
	return status, result.withRetry(leftovers)
}

// withRetry returns the result with further problems, which are retried.
func (o outputResult) withRetry(problems apply.Result) outputResult {
	if !problems.OK() {
		o.reason = cmp.Or(o.reason, v1alpha1.ReasonApplyFailed)
		o.problems, o.retry = slices.Concat(o.problems, problems), slices.Concat(o.retry, problems)
	}
	return o
}

// remove removes our key from every namespace in status. The status stays until all of them are done.
func (o *argoCDOutput) remove(ctx context.Context, status v1alpha1.ArgoCDStatus) (v1alpha1.ArgoCDStatus, outputResult) {
	status, leftovers := o.removeLeftovers(ctx, status, "")
	if status.Namespace == "" {
		return status, outputResult{}
	}
	if problems := append(apply.ResultOf(o.writer.Remove(ctx, status.Namespace)), leftovers...); !problems.OK() {
		return status, failed(v1alpha1.ReasonApplyFailed, problems)
	}
	return v1alpha1.ArgoCDStatus{}, outputResult{}
}

// removeLeftovers removes our key from namespaces that are neither in use nor desired. Those in which that fails stay
// in status.
func (o *argoCDOutput) removeLeftovers(ctx context.Context, status v1alpha1.ArgoCDStatus, desired string) (v1alpha1.ArgoCDStatus, apply.Result) {
	var problems apply.Result
	for _, namespace := range []*string{&status.PreviousNamespace, &status.NextNamespace} {
		if *namespace == "" || namespace == &status.NextNamespace && *namespace == desired {
			continue
		}
		if err := o.writer.Remove(ctx, *namespace); err != nil {
			err = fmt.Errorf("our key may still be in namespace %s, where it is not wanted any more: %w", *namespace, err)
			problems = append(problems, apply.ResultOf(err)...)
			continue
		}
		*namespace = ""
	}
	return status, problems
}

// move moves our key to the Argo CD of another namespace. Until that works, the old one stays in force and follows the
// maps: if the component is not installed for the new namespace, no user loses a right and no revocation is delayed.
// Status can hold one namespace for each direction, so a move to a third namespace waits until leftovers are removed.
func (o *argoCDOutput) move(
	ctx context.Context, status v1alpha1.ArgoCDStatus, desired v1alpha1.ArgoCDOutput, leftovers apply.Result,
) (v1alpha1.ArgoCDStatus, outputResult) {
	old := desired
	old.Namespace = status.Namespace
	switch {
	case status.NextNamespace != "" && status.NextNamespace != desired.Namespace, status.PreviousNamespace != "" && status.PreviousNamespace != desired.Namespace:
		o.writer.SetUnavailable(unavailableReason(desired.Namespace, status.Namespace, leftovers))
		return o.update(ctx, status, old)
	case status.NextNamespace == "":
		// Record the namespace in status before writing there. That status change triggers the next reconcile.
		status.NextNamespace = desired.Namespace
		return o.update(ctx, status, old)
	}
	result, problems := o.writer.Move(ctx, desired)
	if problems.OK() && !result.Waiting {
		return v1alpha1.ArgoCDStatus{Namespace: desired.Namespace, PreviousNamespace: status.Namespace}, outputResult{}
	}
	if !problems.OK() {
		problems[0].Err = fmt.Errorf("nothing can be written to Argo CD in namespace %s yet, so what was written in namespace %s stays in force: %w",
			desired.Namespace, status.Namespace, problems[0].Err)
	}
	_, moved := afterWrite(status, result, problems)
	if moved.wait == 0 {
		o.writer.SetUnavailable(unavailableReason(desired.Namespace, status.Namespace, moved.problems))
	}
	status, kept := o.update(ctx, status, old)
	return status, outputResult{
		reason: cmp.Or(moved.reason, kept.reason), wait: requeue.Soonest(moved.wait, kept.wait),
		problems: slices.Concat(moved.problems, kept.problems), retry: slices.Concat(moved.retry, kept.retry),
	}
}

// unavailableReason returns why no map can have anything in the Argo CD of a namespace, or "" if the problems may pass.
// Old is the namespace in which the earlier output stays in force, or "".
func unavailableReason(namespace, old string, problems apply.Result) string {
	why := argocd.PersistentCause(problems)
	if why == "" {
		return ""
	}
	text := fmt.Sprintf("Nothing can be written to Argo CD in namespace %s: %s", namespace, why)
	if old != "" {
		text += fmt.Sprintf("; what was written in namespace %s stays in force", old)
	}
	return text + "; the StakeholderPolicy says more"
}

// update writes what the maps contribute to the Argo CD in use.
func (o *argoCDOutput) update(
	ctx context.Context, status v1alpha1.ArgoCDStatus, desired v1alpha1.ArgoCDOutput,
) (v1alpha1.ArgoCDStatus, outputResult) {
	if wait := o.throttle.wait(o.clock.Now()); wait > 0 {
		return status, outputResult{wait: wait}
	}
	result, problems := o.writer.Write(ctx, desired)
	before := status.Maps
	status, output := afterWrite(status, result, problems)
	if result.Written || !equality.Semantic.DeepEqual(before, status.Maps) {
		o.throttle.last = o.clock.Now()
	}
	return status, output
}

// afterWrite converts the result of a write to status and an outputResult.
func afterWrite(status v1alpha1.ArgoCDStatus, result argocd.Result, problems apply.Result) (v1alpha1.ArgoCDStatus, outputResult) {
	others := slices.DeleteFunc(slices.Clone(problems), func(o apply.Outcome) bool { return errors.Is(o.Err, rbaccsv.ErrTooLarge) })
	if others.OnlyRaced() {
		// The ConfigMap has changed since it was read. Its event triggers a reconcile only if the watch covers it.
		return status, outputResult{wait: waitingRetry}
	}
	switch {
	case len(problems.Disputes()) > 0 && len(problems.Failures()) == 0:
		reason, _ := apply.Failure(problems)
		status.Maps = count(result.Maps)
		return status, outputResult{reason: reason, problems: problems, wait: problems.RetryAfter()}
	case len(others) < len(problems):
		// Only an edit makes the policy fit, and that triggers a reconcile. Failed removals are retried.
		return status, outputResult{reason: v1alpha1.ReasonPolicyTooLarge, problems: problems, retry: others.Failures(), wait: problems.RetryAfter()}
	case slices.ContainsFunc(problems, isArgoCDMissing):
		return status, failed(v1alpha1.ReasonArgoCDMissing, problems)
	case !problems.OK():
		return status, failed(v1alpha1.ReasonApplyFailed, problems)
	case result.Waiting:
		return status, outputResult{wait: waitingRetry}
	}
	status.Maps = count(result.Maps)
	output := outputResult{message: "Key " + rbaccsv.PolicyKey + " of ConfigMap " + status.Namespace + "/" + rbaccsv.ConfigMapName + " is as the maps say"}
	if result.NearlyFull {
		output.reason = v1alpha1.ReasonNearlyFull
		output.message += fmt.Sprintf("; the ConfigMap is nearly full, it may have %d bytes in all", rbaccsv.MaxBytes)
	}
	return status, output
}

func isArgoCDMissing(o apply.Outcome) bool {
	return errors.Is(o.Err, argocd.ErrNoConfigMap) || meta.IsNoMatchError(o.Err)
}

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

// argoCDWriter is an argocd.Writer.
type argoCDWriter interface {
	Write(ctx context.Context, output v1alpha1.ArgoCDOutput) (argocd.Result, apply.Result)
	Move(ctx context.Context, output v1alpha1.ArgoCDOutput) (argocd.Result, apply.Result)
	Remove(ctx context.Context, namespace string) error
	SetUnavailable(why string)
}

// argoCDOutput is what the policy has written to Argo CD.
type argoCDOutput struct {
	writer   argoCDWriter
	clock    clock.PassiveClock
	throttle throttle
}

// write brings Argo CD's policy to what the maps say, in the Argo CD that is wanted and in no other. If anything else
// fails, the one that is in use still follows the maps, so that no revocation waits.
func (o *argoCDOutput) write(
	ctx context.Context, is v1alpha1.ArgoCDStatus, wanted v1alpha1.ArgoCDOutput,
) (v1alpha1.ArgoCDStatus, outputResult) {
	if wanted.Namespace == "" {
		o.writer.SetUnavailable("")
		return o.remove(ctx, is)
	}
	is, unclean := o.clean(ctx, is, wanted.Namespace)
	var result outputResult
	switch is.Namespace {
	case "":
		// Noted first, which sets off another look.
		return v1alpha1.ArgoCDStatus{Namespace: wanted.Namespace}, outputResult{}
	case wanted.Namespace:
		is, result = o.keep(ctx, is, wanted)
		if result.wait == 0 {
			o.writer.SetUnavailable(heldBy(wanted.Namespace, "", result.retry))
		}
	default:
		is, result = o.move(ctx, is, wanted, unclean)
	}
	return is, result.and(unclean)
}

// and is the result with further problems, which are tried again.
func (o outputResult) and(problems apply.Result) outputResult {
	if !problems.OK() {
		o.reason = cmp.Or(o.reason, v1alpha1.ReasonApplyFailed)
		o.problems, o.retry = slices.Concat(o.problems, problems), slices.Concat(o.retry, problems)
	}
	return o
}

// remove removes our key wherever it is, or may be. What status notes stays until all is removed.
func (o *argoCDOutput) remove(ctx context.Context, is v1alpha1.ArgoCDStatus) (v1alpha1.ArgoCDStatus, outputResult) {
	is, unclean := o.clean(ctx, is, "")
	if is.Namespace == "" {
		return is, outputResult{}
	}
	if problems := append(apply.ResultOf(o.writer.Remove(ctx, is.Namespace)), unclean...); !problems.OK() {
		return is, failed(v1alpha1.ReasonApplyFailed, problems)
	}
	return v1alpha1.ArgoCDStatus{}, outputResult{}
}

// clean removes our key where it is no longer wanted, apart from the namespace in use. Where that fails it stays noted.
func (o *argoCDOutput) clean(ctx context.Context, is v1alpha1.ArgoCDStatus, wanted string) (v1alpha1.ArgoCDStatus, apply.Result) {
	var problems apply.Result
	for _, noted := range []*string{&is.PreviousNamespace, &is.NextNamespace} {
		if *noted == "" || noted == &is.NextNamespace && *noted == wanted {
			continue
		}
		if err := o.writer.Remove(ctx, *noted); err != nil {
			err = fmt.Errorf("our key may still be in namespace %s, where it is not wanted any more: %w", *noted, err)
			problems = append(problems, apply.ResultOf(err)...)
			continue
		}
		*noted = ""
	}
	return is, problems
}

// move writes to the Argo CD of another namespace. Until that works, the one that there is stays in force and follows
// the maps: a namespace that the component is not installed for must cost no right, and delay no revocation. Unclean is why
// our key is still somewhere else. Status has one place to note that for each direction, so a move to a third
// namespace waits for it.
func (o *argoCDOutput) move(
	ctx context.Context, is v1alpha1.ArgoCDStatus, wanted v1alpha1.ArgoCDOutput, unclean apply.Result,
) (v1alpha1.ArgoCDStatus, outputResult) {
	old := wanted
	old.Namespace = is.Namespace
	switch {
	case is.NextNamespace != "" && is.NextNamespace != wanted.Namespace, is.PreviousNamespace != "" && is.PreviousNamespace != wanted.Namespace:
		o.writer.SetUnavailable(heldBy(wanted.Namespace, is.Namespace, unclean))
		return o.keep(ctx, is, old)
	case is.NextNamespace == "":
		// Noted first, which sets off another look.
		is.NextNamespace = wanted.Namespace
		return o.keep(ctx, is, old)
	}
	result, problems := o.writer.Move(ctx, wanted)
	if problems.OK() && !result.Waiting {
		return v1alpha1.ArgoCDStatus{Namespace: wanted.Namespace, PreviousNamespace: is.Namespace}, outputResult{}
	}
	if !problems.OK() {
		problems[0].Err = fmt.Errorf("nothing can be written to Argo CD in namespace %s yet, so what was written in namespace %s stays in force: %w",
			wanted.Namespace, is.Namespace, problems[0].Err)
	}
	_, moved := afterWrite(is, result, problems)
	if moved.wait == 0 {
		o.writer.SetUnavailable(heldBy(wanted.Namespace, is.Namespace, moved.problems))
	}
	is, kept := o.keep(ctx, is, old)
	return is, outputResult{
		reason: cmp.Or(moved.reason, kept.reason), wait: requeue.Soonest(moved.wait, kept.wait),
		problems: slices.Concat(moved.problems, kept.problems), retry: slices.Concat(moved.retry, kept.retry),
	}
}

// heldBy is what maps are told that cannot have anything in the Argo CD of a namespace because of problems, or "" if those may
// soon be gone. Old is the namespace in which what was written stays in force, or "".
func heldBy(namespace, old string, problems apply.Result) string {
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

// keep brings the Argo CD that is in use to what the maps say.
func (o *argoCDOutput) keep(
	ctx context.Context, is v1alpha1.ArgoCDStatus, wanted v1alpha1.ArgoCDOutput,
) (v1alpha1.ArgoCDStatus, outputResult) {
	if wait := o.throttle.wait(o.clock.Now()); wait > 0 {
		return is, outputResult{wait: wait}
	}
	result, problems := o.writer.Write(ctx, wanted)
	before := is.Maps
	is, output := afterWrite(is, result, problems)
	if result.Written || !equality.Semantic.DeepEqual(before, is.Maps) {
		o.throttle.last = o.clock.Now()
	}
	return is, output
}

// afterWrite is what has become of Argo CD's policy.
func afterWrite(is v1alpha1.ArgoCDStatus, result argocd.Result, problems apply.Result) (v1alpha1.ArgoCDStatus, outputResult) {
	others := slices.DeleteFunc(slices.Clone(problems), func(o apply.Outcome) bool { return errors.Is(o.Err, rbaccsv.ErrTooLarge) })
	if others.OnlyRaced() {
		// The ConfigMap has changed since it was read, which sets off another look if it is seen.
		return is, outputResult{wait: waitingRetry}
	}
	switch {
	case len(problems.Disputes()) > 0 && len(problems.Failures()) == 0:
		reason, _ := apply.Failure(problems)
		is.Maps = count(result.Maps)
		return is, outputResult{reason: reason, problems: problems, wait: problems.RetryAfter()}
	case len(others) < len(problems):
		// Only an edit can mend a policy that is too large, and sets off another look. That whoever has left could not be taken
		// out is tried again.
		return is, outputResult{reason: v1alpha1.ReasonPolicyTooLarge, problems: problems, retry: others.Failures(), wait: problems.RetryAfter()}
	case slices.ContainsFunc(problems, isArgoCDMissing):
		return is, failed(v1alpha1.ReasonArgoCDMissing, problems)
	case !problems.OK():
		return is, failed(v1alpha1.ReasonApplyFailed, problems)
	case result.Waiting:
		return is, outputResult{wait: waitingRetry}
	}
	is.Maps = count(result.Maps)
	output := outputResult{message: "Key " + rbaccsv.PolicyKey + " of ConfigMap " + is.Namespace + "/" + rbaccsv.ConfigMapName + " is as the maps say"}
	if result.NearlyFull {
		output.reason = v1alpha1.ReasonNearlyFull
		output.message += fmt.Sprintf("; the ConfigMap is nearly full, it may have %d bytes in all", rbaccsv.MaxBytes)
	}
	return is, output
}

// isArgoCDMissing says whether a problem is that Argo CD is not installed.
func isArgoCDMissing(o apply.Outcome) bool {
	return errors.Is(o.Err, argocd.ErrNoConfigMap) || meta.IsNoMatchError(o.Err)
}

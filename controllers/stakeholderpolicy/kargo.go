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
	"context"
	"errors"
	"fmt"

	corev1 "k8s.io/api/core/v1"
	apierrors "k8s.io/apimachinery/pkg/api/errors"
	"k8s.io/utils/clock"
	"sigs.k8s.io/controller-runtime/pkg/client"

	"github.com/stakeholders-dev/stakeholder-operator/api/v1alpha1"
	"github.com/stakeholders-dev/stakeholder-operator/controllers/apply"
	"github.com/stakeholders-dev/stakeholder-operator/controllers/names"
	"github.com/stakeholders-dev/stakeholder-operator/controllers/optionalwatch"
)

// kargoOutput watches and counts the ServiceAccounts for Kargo. The maps' reconciler writes and removes them.
type kargoOutput struct {
	watch    *optionalwatch.Watch
	live     client.Reader
	clock    clock.PassiveClock
	throttle throttle
}

// update watches the ServiceAccounts while they are enabled or any are left.
func (o *kargoOutput) update(
	ctx context.Context, status v1alpha1.KargoStatus, enabled bool,
) (v1alpha1.KargoStatus, outputResult) {
	reader, err := o.watch.Reader()
	watching := reader != nil || err != nil
	if status.ServiceAccounts == nil && !watching {
		if enabled {
			// Record the output in status first. That status change triggers the next reconcile.
			status.ServiceAccounts = count(0)
		}
		return status, outputResult{}
	}
	if err := o.watch.Start(ctx); err != nil {
		return status, failed(v1alpha1.ReasonApplyFailed, apply.ResultOf(fmt.Errorf("watch ServiceAccounts: %w", err)))
	}
	if reader, err = o.watch.Reader(); errors.Is(err, optionalwatch.ErrNotSynced) {
		// The end of the sync triggers a reconcile.
		return status, outputResult{wait: waitingRetry}
	} else if err != nil {
		return status, failed(v1alpha1.ReasonApplyFailed, apply.ResultOf(explainRefusal(err, enabled)))
	}
	return o.count(ctx, reader, status, enabled)
}

// count counts the ServiceAccounts, and stops the watch once they are disabled and none is left.
func (o *kargoOutput) count(
	ctx context.Context, reader client.Reader, status v1alpha1.KargoStatus, enabled bool,
) (v1alpha1.KargoStatus, outputResult) {
	if wait := o.throttle.wait(o.clock.Now()); wait > 0 {
		return status, outputResult{wait: wait}
	}
	n, err := countAccounts(ctx, reader)
	if err == nil && n == 0 && !enabled {
		// The cache can be stale.
		n, err = countAccounts(ctx, o.live)
	}
	if err != nil {
		return status, failed(v1alpha1.ReasonApplyFailed, apply.ResultOf(explainRefusal(err, enabled)))
	}
	if n == 0 && !enabled {
		o.watch.Stop()
		return v1alpha1.KargoStatus{}, outputResult{}
	}
	if status.ServiceAccounts == nil || int(*status.ServiceAccounts) != n {
		status.ServiceAccounts = count(n)
		o.throttle.last = o.clock.Now()
	}
	if !enabled {
		// Each removal triggers a reconcile. A watch that runs does not end with the rights, so a refusal may become known
		// only minutes later.
		return status, outputResult{message: fmt.Sprintf("ServiceAccounts for Kargo that are being removed: %d (keep the component kargo-accounts until then)", n)}
	}
	return status, outputResult{message: fmt.Sprintf("ServiceAccounts for Kargo: %d", n)}
}

// explainRefusal adds what a user can do if the operator may not remove the ServiceAccounts of a disabled output. The
// policy in-force keeps its finalizer until they are gone. Without its right, the operator may also not see whether they are.
func explainRefusal(err error, enabled bool) error {
	refusal, ok := errors.AsType[*apierrors.StatusError](err)
	if enabled || !ok || !apierrors.IsForbidden(refusal) {
		return err
	}
	return fmt.Errorf("the operator may not list, watch and delete the ServiceAccounts for Kargo: install the component kargo-accounts again or, "+
		"to delete the policy %s without it, remove the finalizer %s, which leaves ServiceAccounts that give no rights: %w",
		v1alpha1.PolicyInForceName, v1alpha1.OutputsFinalizer, refusal)
}

// countAccounts counts our ServiceAccounts. Other objects can have our label too.
func countAccounts(ctx context.Context, reader client.Reader) (n int, err error) {
	var list corev1.ServiceAccountList
	if err := reader.List(ctx, &list, client.HasLabels{names.LabelMap}, client.UnsafeDisableDeepCopy); err != nil {
		return 0, fmt.Errorf("list ServiceAccounts: %w", err)
	}
	for i := range list.Items {
		account := &list.Items[i]
		if _, ok := apply.MapOf(account); ok && account.Annotations[names.AnnotationMapUID] != "" {
			n++
		}
	}
	return n, nil
}

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
	"context"
	"errors"
	"fmt"
	"slices"

	"k8s.io/apimachinery/pkg/api/equality"
	apierrors "k8s.io/apimachinery/pkg/api/errors"
	"k8s.io/apimachinery/pkg/api/meta"

	"github.com/stakeholders-dev/stakeholder-operator/api/v1alpha1"
	"github.com/stakeholders-dev/stakeholder-operator/controllers/apply"
	"github.com/stakeholders-dev/stakeholder-operator/controllers/argocd"
	rbaccsv "github.com/stakeholders-dev/stakeholder-operator/controllers/render/argocd"
)

// putArgoCD brings Argo CD's policy to what the maps say, in the Argo CD that is wanted and in no other.
func (r *StakeholderPolicyReconciler) putArgoCD(
	ctx context.Context, is v1alpha1.ArgoCDStatus, wanted v1alpha1.ArgoCDOutput,
) (v1alpha1.ArgoCDStatus, outputResult) {
	if is.Namespace != "" && is.Namespace != wanted.Namespace {
		if err := r.ArgoCD.Remove(ctx, is.Namespace); err != nil {
			return is, failed(v1alpha1.ReasonApplyFailed, err)
		}
		is = v1alpha1.ArgoCDStatus{}
	}
	if is.Namespace == "" {
		// Noted first, which sets off another look.
		return v1alpha1.ArgoCDStatus{Namespace: wanted.Namespace}, outputResult{}
	}
	if wait := r.argoCDPace.wait(r.Clock.Now()); wait > 0 {
		return is, outputResult{wait: wait}
	}
	result, err := r.ArgoCD.Put(ctx, wanted)
	before := is.Maps
	is, output := afterPut(is, result, err)
	if result.Written || !equality.Semantic.DeepEqual(before, is.Maps) {
		r.argoCDPace.last = r.Clock.Now()
	}
	return is, output
}

// afterPut is what has become of Argo CD's policy.
func afterPut(is v1alpha1.ArgoCDStatus, result argocd.Result, err error) (v1alpha1.ArgoCDStatus, outputResult) {
	if apierrors.IsConflict(err) {
		// The ConfigMap has changed since it was read, which sets off another look if it is seen.
		return is, outputResult{wait: waitingRetry}
	}
	switch {
	case errors.Is(err, rbaccsv.ErrTooLarge):
		// Only an edit can mend that, and sets off another look. That whoever has left could not be taken out is tried again.
		others := slices.DeleteFunc(apply.Others(err), func(e error) bool { return errors.Is(e, rbaccsv.ErrTooLarge) })
		return is, outputResult{reason: v1alpha1.ReasonPolicyTooLarge, err: err, retry: errors.Join(others...)}
	case errors.Is(err, argocd.ErrNoConfigMap), meta.IsNoMatchError(err):
		return is, failed(v1alpha1.ReasonArgoCDMissing, err)
	case err != nil:
		return is, failed(v1alpha1.ReasonApplyFailed, err)
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

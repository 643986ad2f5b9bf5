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
	"time"

	apierrors "k8s.io/apimachinery/pkg/api/errors"
	"k8s.io/apimachinery/pkg/api/meta"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"sigs.k8s.io/controller-runtime/pkg/client"
	"sigs.k8s.io/controller-runtime/pkg/controller/controllerutil"

	"github.com/stakeholders-dev/stakeholder-operator/api/v1alpha1"
	"github.com/stakeholders-dev/stakeholder-operator/controllers/apply"
	"github.com/stakeholders-dev/stakeholder-operator/controllers/argocd"
	rbaccsv "github.com/stakeholders-dev/stakeholder-operator/controllers/render/argocd"
)

// policyOutputs is what has become of what the policy has written for tools.
type policyOutputs struct {
	argoCD    v1alpha1.ArgoCDStatus
	published metav1.Condition
}

// waitingRetry is how long to wait before looking again at what was left as it was because not everything was known.
const waitingRetry = 5 * time.Second

// outputsAsTheyAre is what status says of the outputs.
func outputsAsTheyAre(policy *v1alpha1.StakeholderPolicy) policyOutputs {
	outputs := policyOutputs{argoCD: policy.Status.ArgoCD, published: nothingToPublish()}
	if c := meta.FindStatusCondition(policy.Status.Conditions, v1alpha1.ConditionPublished); c != nil {
		outputs.published = *c
	}
	return outputs
}

func nothingToPublish() metav1.Condition {
	return metav1.Condition{
		Type: v1alpha1.ConditionPublished, Status: metav1.ConditionTrue, Reason: v1alpha1.ReasonPublished,
		Message: "There is nothing to write outside of the maps' namespaces",
	}
}

// putOutputs brings what is written for tools to what the policy in force says. Where something is written is noted
// in status before, and the policy has our finalizer as long as that stands there, so that nothing is left behind that
// nobody removes. Wait says when to look again.
func (r *StakeholderPolicyReconciler) putOutputs(ctx context.Context, policy *v1alpha1.StakeholderPolicy) (policyOutputs, time.Duration, error) {
	var wanted v1alpha1.ArgoCDOutput
	if inForce := policy.Status.InForce.Spec; inForce != nil && policy.DeletionTimestamp.IsZero() {
		wanted = inForce.Outputs.ArgoCD
	}
	outputs := policyOutputs{argoCD: policy.Status.ArgoCD, published: nothingToPublish()}
	if is := outputs.argoCD.Namespace; is != "" && is != wanted.Namespace {
		if err := r.ArgoCD.Remove(ctx, is); err != nil {
			outputs.published = unpublished(v1alpha1.ReasonApplyFailed, err)
			return outputs, 0, err
		}
		outputs.argoCD = v1alpha1.ArgoCDStatus{}
	}
	if wanted.Namespace == "" {
		if policy.Status.ArgoCD.Namespace != "" {
			// That there is nothing any more is noted first, which sets off another look.
			return outputs, 0, nil
		}
		return outputs, 0, r.setFinalizer(ctx, policy, false)
	}
	if err := r.setFinalizer(ctx, policy, true); err != nil {
		return outputs, 0, err
	}
	if outputs.argoCD.Namespace == "" {
		outputs.argoCD.Namespace = wanted.Namespace
	}
	if policy.Status.ArgoCD.Namespace != wanted.Namespace {
		// Noted first, which sets off another look.
		return outputs, 0, nil
	}
	return r.putArgoCD(ctx, wanted, outputsAsTheyAre(policy))
}

func (r *StakeholderPolicyReconciler) putArgoCD(
	ctx context.Context, wanted v1alpha1.ArgoCDOutput, outputs policyOutputs,
) (policyOutputs, time.Duration, error) {
	result, err := r.ArgoCD.Put(ctx, wanted)
	return afterPut(wanted, outputs, result, err)
}

// afterPut is what has become of Argo CD's policy. The error is what may go right when tried again.
func afterPut(wanted v1alpha1.ArgoCDOutput, outputs policyOutputs, result argocd.Result, err error) (policyOutputs, time.Duration, error) {
	if apierrors.IsConflict(err) {
		// The ConfigMap has changed since it was read, which sets off another look if it is seen.
		return outputs, waitingRetry, nil
	}
	switch {
	case errors.Is(err, rbaccsv.ErrTooLarge):
		outputs.published = unpublished(v1alpha1.ReasonPolicyTooLarge, err)
		// Only an edit can mend that, and sets off another look. That whoever has left could not be taken out is tried again.
		err = errors.Join(slices.DeleteFunc(apply.Others(err), func(e error) bool { return errors.Is(e, rbaccsv.ErrTooLarge) })...)
	case errors.Is(err, argocd.ErrNoConfigMap), meta.IsNoMatchError(err):
		outputs.published = unpublished(v1alpha1.ReasonArgoCDMissing, err)
	case err != nil:
		outputs.published = unpublished(v1alpha1.ReasonApplyFailed, err)
	case result.Waiting:
		return outputs, waitingRetry, nil
	default:
		outputs.argoCD.Maps = count(result.Maps)
		outputs.published = metav1.Condition{
			Type: v1alpha1.ConditionPublished, Status: metav1.ConditionTrue, Reason: v1alpha1.ReasonPublished,
			Message: "Key " + rbaccsv.PolicyKey + " of ConfigMap " + wanted.Namespace + "/" + rbaccsv.ConfigMapName + " is as the maps say",
		}
		if result.NearlyFull {
			outputs.published.Message += fmt.Sprintf("; the ConfigMap is nearly full, it may have %d bytes in all", rbaccsv.MaxBytes)
		}
	}
	return outputs, 0, err
}

func unpublished(reason string, err error) metav1.Condition {
	return metav1.Condition{
		Type: v1alpha1.ConditionPublished, Status: metav1.ConditionFalse, Reason: reason, Message: clip(err.Error()),
	}
}

// setFinalizer puts our finalizer on the policy, or takes it off. It makes no request if that is so already.
func (r *StakeholderPolicyReconciler) setFinalizer(ctx context.Context, policy *v1alpha1.StakeholderPolicy, wanted bool) error {
	if slices.Contains(policy.Finalizers, v1alpha1.ArgoCDFinalizer) == wanted {
		return nil
	}
	changed := policy.DeepCopy()
	if wanted {
		controllerutil.AddFinalizer(changed, v1alpha1.ArgoCDFinalizer)
	} else {
		controllerutil.RemoveFinalizer(changed, v1alpha1.ArgoCDFinalizer)
	}
	patch := client.MergeFromWithOptions(policy.DeepCopy(), client.MergeFromWithOptimisticLock{})
	if err := client.IgnoreNotFound(r.Client.Patch(ctx, changed, patch, apply.FieldOwner)); err != nil {
		return fmt.Errorf("write finalizer: %w", err)
	}
	policy.Finalizers, policy.ResourceVersion = changed.Finalizers, changed.ResourceVersion
	return nil
}

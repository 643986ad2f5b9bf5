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
	"errors"
	"fmt"
	"testing"
	"time"

	apierrors "k8s.io/apimachinery/pkg/api/errors"
	"k8s.io/apimachinery/pkg/runtime/schema"

	"github.com/stakeholders-dev/stakeholder-operator/api/v1alpha1"
	"github.com/stakeholders-dev/stakeholder-operator/controllers/apply"
	"github.com/stakeholders-dev/stakeholder-operator/controllers/argocd"
	"github.com/stakeholders-dev/stakeholder-operator/controllers/render/rbaccsv"
)

// TestAfterWrite checks what is reported about a write to Argo CD, and what is retried.
func TestAfterWrite(t *testing.T) {
	down := errors.New("down")
	tooLarge := fmt.Errorf("%w: by far", rbaccsv.ErrTooLarge)
	dispute := &apply.DisputeError{Part: apply.Part{Kind: "key"}, RetryAfter: time.Minute}
	altered := &apply.DisputeError{Part: apply.Part{Kind: "key"}, Altered: "it adds a line", RetryAfter: time.Hour}
	conflict := apierrors.NewConflict(schema.GroupResource{Resource: "configmaps"}, rbaccsv.ConfigMapName, down)
	cases := map[string]struct {
		why     string
		result  argocd.Result
		errs    []error
		reason  string
		wait    time.Duration
		again   bool
		written bool
	}{
		"written":             {"all is as the maps say", argocd.Result{Maps: 1}, nil, "", 0, false, true},
		"nearly full":         {"there is not much room left", argocd.Result{NearlyFull: true}, nil, v1alpha1.ReasonNearlyFull, 0, false, true},
		"waiting":             {"not all is known", argocd.Result{Waiting: true}, nil, "", waitingRetry, false, false},
		"conflict":            {"it has changed meanwhile", argocd.Result{}, []error{fmt.Errorf("write: %w", conflict)}, "", waitingRetry, false, false},
		"failed":              {"it may go right", argocd.Result{}, []error{down}, v1alpha1.ReasonApplyFailed, 0, true, false},
		"no Argo CD":          {"it may be installed", argocd.Result{}, []error{fmt.Errorf("%w: none", argocd.ErrNoConfigMap)}, v1alpha1.ReasonArgoCDMissing, 0, true, false},
		"too large":           {"only an edit can mend it", argocd.Result{}, []error{tooLarge, nil}, v1alpha1.ReasonPolicyTooLarge, 0, false, false},
		"too large and down":  {"revocations still have to be written", argocd.Result{}, []error{tooLarge, down}, v1alpha1.ReasonPolicyTooLarge, 0, true, false},
		"contested":           {"another writer undoes it", argocd.Result{}, []error{nil, dispute}, v1alpha1.ReasonContested, time.Minute, false, false},
		"altered":             {"admission changes it", argocd.Result{Written: true}, []error{altered}, v1alpha1.ReasonChangedByAdmission, time.Hour, false, false},
		"contested and down":  {"it may go right", argocd.Result{}, []error{dispute, down}, v1alpha1.ReasonApplyFailed, 0, true, false},
		"too large, altered":  {"only an edit can mend it", argocd.Result{}, []error{tooLarge, altered}, v1alpha1.ReasonPolicyTooLarge, time.Hour, false, false},
		"too large, conflict": {"revocations still have to be written", argocd.Result{}, []error{tooLarge, conflict}, "", waitingRetry, false, false},
	}
	for name, tc := range cases {
		t.Run(name, func(t *testing.T) {
			_, got := afterWrite(v1alpha1.ArgoCDStatus{Namespace: "argocd"}, tc.result, apply.ResultOf(tc.errs...))
			if got.reason != tc.reason || got.wait != tc.wait || len(got.retry) > 0 != tc.again || (got.message != "") != tc.written {
				t.Errorf("%s: it is %+v, want the reason %q, the wait %s, written: %t and an error: %t",
					tc.why, got, tc.reason, tc.wait, tc.written, tc.again)
			}
		})
	}
}

// TestOutputsCondition checks what is reported about several outputs together, and what is retried.
func TestOutputsCondition(t *testing.T) {
	down, final := errors.New("down"), errors.New("too large")
	good := outputResult{message: "all is well"}
	full := outputResult{message: "hardly any room", reason: v1alpha1.ReasonNearlyFull}
	cases := map[string]struct {
		results []outputResult
		reason  string
		message string
		again   bool
	}{
		"nothing":     {[]outputResult{{}, {}}, "True Published", "There is nothing to write outside of the maps' namespaces", false},
		"good":        {[]outputResult{good, {}}, "True Published", "all is well", false},
		"both":        {[]outputResult{good, full}, "True NearlyFull", "all is well; hardly any room", false},
		"nearly full": {[]outputResult{full, good}, "True NearlyFull", "hardly any room; all is well", false},
		"one is down": {[]outputResult{full, failed("ApplyFailed", apply.ResultOf(down))}, "False ApplyFailed", "down", true},
		"both fail":   {[]outputResult{{reason: "PolicyTooLarge", problems: apply.ResultOf(final)}, failed("ApplyFailed", apply.ResultOf(down))}, "False PolicyTooLarge", "too large; down", true},
		"for good":    {[]outputResult{{reason: "PolicyTooLarge", problems: apply.ResultOf(final)}, good}, "False PolicyTooLarge", "too large", false},
	}
	for name, tc := range cases {
		t.Run(name, func(t *testing.T) {
			c, err := outputsCondition(tc.results...)
			if got := string(c.Status) + " " + c.Reason; got != tc.reason || c.Message != tc.message || (err != nil) != tc.again {
				t.Errorf("it is %s: %s, %v, want %s: %s, and an error: %t", got, c.Message, err, tc.reason, tc.message, tc.again)
			}
		})
	}
}

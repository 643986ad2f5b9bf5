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
	"fmt"
	"net/http"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	corev1 "k8s.io/api/core/v1"
	apierrors "k8s.io/apimachinery/pkg/api/errors"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/runtime/schema"
)

var (
	errConflict    = apierrors.NewConflict(schema.GroupResource{Resource: "roles"}, "a", errRefused)
	errTerminating = &apierrors.StatusError{ErrStatus: metav1.Status{
		Code: http.StatusForbidden, Reason: metav1.StatusReasonForbidden,
		Details: &metav1.StatusDetails{Causes: []metav1.StatusCause{{Type: corev1.NamespaceTerminatingCause}}},
	}}
)

// TestStateOf checks the state of each error that an operation can return, also wrapped.
func TestStateOf(t *testing.T) {
	t.Parallel()
	for name, tc := range map[string]struct {
		err            error
		want           State
		failure, retry bool
	}{
		"nothing":                            {nil, Done, false, false},
		"another owner's object":             {&ForeignError{Part: Part{Kind: kindRole}}, ForeignObject, false, false},
		"admission changes it":               {&DisputeError{Part: Part{Kind: kindRole}, Altered: "it adds x"}, Altered, false, false},
		"another writer keeps changing it":   {&DisputeError{Part: Part{Kind: kindRole}}, Contested, false, false},
		"another writer was first":           {errConflict, Raced, true, true},
		"a conflict that no writer caused":   {&LastingConflictError{errConflict}, Refused, true, true},
		"the cache is behind":                {ErrStale, Stale, true, false},
		"ServiceAccounts are not known":      {ErrAccountsUnknown, Stale, true, false},
		"the cache is behind without event":  {ErrStaleRetry, StaleRetry, true, true},
		"a namespace no longer takes part":   {ErrConsentWithdrawn, StaleRetry, true, true},
		"the namespace is being deleted":     {ErrNamespaceTerminating, Terminating, true, false},
		"the API server says that it is":     {errTerminating, Terminating, true, false},
		"forbidden":                          {errForbidden, Refused, true, true},
		"the server fails":                   {apierrors.NewInternalError(errRefused), Failed, true, true},
		"an error that is not the server's":  {errRefused, Failed, true, true},
		"outputs without labels were found":  {ErrHiddenFound, Failed, true, true},
		"an output was stored without label": {&StrippedError{Part{Kind: kindRole}}, Failed, true, true},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			if tc.err == nil {
				if result := ResultOf(nil); !result.OK() || len(result) > 0 || result.Err() != nil {
					t.Errorf("no error makes %v", result)
				}
				return
			}
			for _, err := range []error{tc.err, fmt.Errorf("write: %w", tc.err)} {
				result := ResultOf(nil, err)
				if got := StateOf(err); got != tc.want || !result.Has(tc.want) || result.OK() || len(result) != 1 {
					t.Errorf("the state is %d and the result %v, want state %d", got, result, tc.want)
				}
				if got := len(result.Failures()) > 0; got != tc.failure {
					t.Errorf("that it is a failure is %t", got)
				}
				if got := len(result.Retry()) > 0; got != tc.retry {
					t.Errorf("that it is tried again is %t", got)
				}
				if !errors.Is(result.Err(), tc.err) {
					t.Errorf("the error is %v", result.Err())
				}
			}
		})
	}
}

func TestResult(t *testing.T) {
	t.Parallel()
	var result Result
	result = result.add(kindRole, false, nil)
	if result != nil {
		t.Errorf("nothing was written, nothing is wrong, and the result is %v", result)
	}
	result = result.add(kindRoleBinding, true, nil).add(kindRole, true, &DisputeError{Part: Part{Kind: kindRole}, RetryAfter: time.Minute}).
		add(kindRoleBinding, true, nil).add("", false, errConflict)
	if diff := cmp.Diff([]string{kindRole, kindRoleBinding}, result.Written()); diff != "" {
		t.Errorf("written (-want +got):\n%s", diff)
	}
	if !result.OnlyRaced() {
		t.Error("the only failure is a lost race")
	}
	if got := result.RetryAfter(); got != time.Minute {
		t.Errorf("the dispute waits for %s", got)
	}
	result = result.add("", false, &DisputeError{Part: Part{Kind: kindConfigMap}, Altered: "it adds x", RetryAfter: time.Second}).add("", false, errRefused)
	if result.OnlyRaced() || ResultOf(&ForeignError{}).OnlyRaced() {
		t.Error("there are failures beside lost races, or none")
	}
	if got := result.RetryAfter(); got != time.Second {
		t.Errorf("the shorter of two disputes waits for %s", got)
	}
	if got := len(result.Disputes()); got != 2 || len(result.Problems()) != 4 {
		t.Errorf("%d disputes in %v", got, result)
	}
}

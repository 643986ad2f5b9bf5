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
	"strings"
	"testing"

	apierrors "k8s.io/apimachinery/pkg/api/errors"
	"k8s.io/apimachinery/pkg/runtime/schema"
	testingclock "k8s.io/utils/clock/testing"
	"sigs.k8s.io/controller-runtime/pkg/client"
	"sigs.k8s.io/controller-runtime/pkg/client/interceptor"

	"github.com/stakeholders-dev/stakeholder-operator/api/v1alpha1"
	"github.com/stakeholders-dev/stakeholder-operator/controllers/optionalwatch"
	"github.com/stakeholders-dev/stakeholder-operator/test/fakecluster"
	"github.com/stakeholders-dev/stakeholder-operator/test/fixtures"
)

// TestKargoComponentRemovedTooEarly disables the output after the component has been removed. The policy in-force waits, and
// its condition says for what.
func TestKargoComponentRemovedTooEarly(t *testing.T) {
	t.Parallel()
	forbidden := apierrors.NewForbidden(schema.GroupResource{Resource: "serviceaccounts"}, "", errors.New("the operator cannot list them"))
	cached := fakecluster.NewClientBuilder().Build()
	live := fakecluster.NewClientBuilder().WithInterceptorFuncs(interceptor.Funcs{
		List: func(context.Context, client.WithWatch, client.ObjectList, ...client.ListOption) error {
			return forbidden
		},
	}).Build()
	o := &kargoOutput{watch: &optionalwatch.Watch{}, live: live, clock: testingclock.NewFakePassiveClock(fixtures.Now)}
	before := v1alpha1.KargoStatus{ServiceAccounts: count(0)}
	status, result := o.count(t.Context(), cached, before, false)
	if status.ServiceAccounts == nil {
		t.Error("status says that no ServiceAccount is left, which the operator cannot know")
	}
	condition, retry := outputsCondition(result)
	if retry.OK() {
		t.Error("it is not tried again")
	}
	for _, part := range []string{"install the component kargo-accounts again", v1alpha1.OutputsFinalizer, "the operator cannot list them"} {
		if !strings.Contains(condition.Message, part) {
			t.Errorf("the message lacks %q: %s", part, condition.Message)
		}
	}
}

// TestExplainRefusal : the advice is wrong for other errors, and for an output that is enabled.
func TestExplainRefusal(t *testing.T) {
	t.Parallel()
	forbidden := apierrors.NewForbidden(schema.GroupResource{Resource: "serviceaccounts"}, "", errors.New("no"))
	if got := explainRefusal(forbidden, true); !errors.Is(got, forbidden) || got.Error() != forbidden.Error() {
		t.Errorf("an enabled output fails with %v", got)
	}
	timeout := apierrors.NewTimeoutError("slow", 1)
	if got := explainRefusal(timeout, false); got.Error() != timeout.Error() {
		t.Errorf("a timeout is explained as %v", got)
	}
}

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

package integration

import (
	"strings"
	"testing"

	apierrors "k8s.io/apimachinery/pkg/api/errors"

	"github.com/stakeholders-dev/stakeholder-operator/api/v1alpha1"
)

// The shipped policies refuse conflicting roles when a user applies the map: when a map is created, when it is edited,
// and in a dry run.
func TestMixUpIsRefused(t *testing.T) {
	t.Parallel()
	namespace := newNamespace(t)
	mixedUp := newMap(namespace, "mixed-up")
	mixUp(&mixedUp.Spec)
	if err := env.Admin.Create(t.Context(), mixedUp); !apierrors.IsInvalid(err) || !strings.Contains(err.Error(), "ProductOwnerIsCustomer") {
		t.Errorf("a new map with conflicting roles gave %v", err)
	}
	m := createReady(t, newMap(namespace, "checkout"))
	mixUp(&m.Spec)
	if err := env.Admin.Update(t.Context(), m); !apierrors.IsInvalid(err) || !strings.Contains(err.Error(), "UnacknowledgedOverlap") {
		t.Errorf("an edit with conflicting roles gave %v", err)
	}
	fresh := get(t, namespace, "checkout", &v1alpha1.StakeholderMap{})
	if fresh.Generation != 1 {
		t.Errorf("the map has generation %d", fresh.Generation)
	}
}

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
	"testing"

	rbacv1 "k8s.io/api/rbac/v1"
	"sigs.k8s.io/controller-runtime/pkg/client/fake"

	"github.com/stakeholders-dev/stakeholder-operator/controllers/names"
	"github.com/stakeholders-dev/stakeholder-operator/controllers/render"
)

// An output from which admission removes our labels stays hidden. The sweep does not wait for it once a reconcile has
// read it.
func TestLookedAtOutputsDoNotHoldUpTheSearch(t *testing.T) {
	t.Parallel()
	binding := &rbacv1.RoleBinding{
		ObjectMeta: output("shop", names.TargetBindingName(checkout, names.RoleCustomer)), RoleRef: render.TargetRoleRef(names.RoleCustomer),
	}
	binding.Labels = nil
	a := &Applier{Cache: fake.NewClientBuilder().Build(), Live: fake.NewClientBuilder().WithObjects(binding).Build()}
	key, owner := partOf(binding), checkout.NamespacedName()
	a.hidden.add(owner, key)
	if n := a.hidden.unread(); n != 1 {
		t.Errorf("before a reconcile %d wait", n)
	}
	for range 2 {
		if found, err := a.reveal(t.Context(), checkout); err != nil || len(found) != 1 {
			t.Fatalf("%d are found: %v", len(found), err)
		}
		if n, hidden := a.hidden.unread(), len(a.hidden.of(owner)); n != 0 || hidden != 1 {
			t.Errorf("after a reconcile %d wait of %d that are hidden", n, hidden)
		}
		a.hidden.add(owner, key)
	}
}

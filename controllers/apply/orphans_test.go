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
	"context"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"
	rbacv1 "k8s.io/api/rbac/v1"
	"k8s.io/apimachinery/pkg/types"
	"sigs.k8s.io/controller-runtime/pkg/client"

	"github.com/stakeholders-dev/stakeholder-operator/controllers/fairshare"
	"github.com/stakeholders-dev/stakeholder-operator/controllers/names"
	"github.com/stakeholders-dev/stakeholder-operator/controllers/render"
)

// TestRemoveOrphans uses objects with the names of outputs of checkout. The map of that name has UID 1, or does not
// exist.
func TestRemoveOrphans(t *testing.T) {
	t.Parallel()
	earlier := names.Owner{Namespace: checkout.Namespace, Name: checkout.Name, UID: "earlier"}
	grant := render.Grant{Name: names.GrantName(checkout.Name, names.RoleCustomer, ""), Role: names.RoleCustomer, Rights: approve("budget"), Subjects: people("lea")}
	with := func(object client.Object, change func(client.Object)) client.Object {
		object.SetUID(types.UID(kindOf(object) + object.GetNamespace()))
		if change != nil {
			change(object)
		}
		return object
	}
	hold := func(object client.Object) { object.SetFinalizers([]string{"example.com/hold"}) }
	unowned := func(object client.Object) {
		object.SetAnnotations(nil)
		object.SetLabels(map[string]string{names.LabelMap: checkout.Name})
		object.SetOwnerReferences(nil)
	}
	role, binding := "Role payments/"+grant.Name, "RoleBinding payments/"+grant.Name
	for name, tc := range map[string]struct {
		there []client.Object
		// gone says that there is no map.
		gone   bool
		refuse string
		want   Removed
		writes []string
		states []State
	}{
		"what the map owns stays": {
			there: []client.Object{with(grant.RoleObject(checkout), nil), with(grant.BindingObject(checkout), nil)},
		},
		"grants of an earlier map go, RoleBindings first": {
			there: []client.Object{with(grant.RoleObject(earlier), nil), with(grant.BindingObject(earlier), nil)},
			want: Removed{
				Objects: []string{role, binding}, Subjects: map[string][]rbacv1.Subject{names.RoleCustomer: {person("lea")}},
			},
			writes: []string{"delete " + binding, "delete " + role},
		},
		"everything of a map that is gone": {
			gone: true,
			there: []client.Object{
				with(render.TargetBinding(checkout, "prod", names.RoleCustomer, people("carla")), nil),
				with(render.TargetConfigMap(checkout, "prod", map[string]string{"routing.json": "{}"}), nil),
			},
			want: Removed{
				Objects:    []string{"ConfigMap prod/payments.checkout.routing", "RoleBinding prod/" + names.TargetBindingName(checkout, names.RoleCustomer)},
				Namespaces: []string{"prod"},
			},
			writes: []string{"delete RoleBinding prod/customer", "delete ConfigMap prod/payments.checkout.routing"},
		},
		"what a finalizer holds is emptied first": {
			gone:   true,
			there:  []client.Object{with(grant.BindingObject(checkout), hold)},
			want:   Removed{Objects: []string{binding}, Subjects: map[string][]rbacv1.Subject{names.RoleCustomer: {person("lea")}}},
			writes: []string{"patch " + binding, "delete " + binding},
		},
		"what may not be deleted is emptied": {
			gone: true, refuse: "delete",
			there:  []client.Object{with(grant.BindingObject(checkout), nil)},
			writes: []string{"patch " + binding}, states: []State{Refused},
		},
		"one that cannot be removed holds up no other": {
			gone: true, refuse: "delete Role ",
			there:  []client.Object{with(grant.RoleObject(checkout), nil), with(grant.BindingObject(checkout), nil)},
			want:   Removed{Objects: []string{binding}, Subjects: map[string][]rbacv1.Subject{names.RoleCustomer: {person("lea")}}},
			writes: []string{"delete " + binding, "patch " + role}, states: []State{Refused},
		},
		"what no map has made is left alone": {
			gone: true, there: []client.Object{with(grant.BindingObject(checkout), unowned)},
		},
		"a RoleBinding to another Role is left alone": {
			gone: true,
			there: []client.Object{with(grant.BindingObject(checkout), func(object client.Object) {
				object.(*rbacv1.RoleBinding).RoleRef.Name = "admin" //nolint:errcheck,forcetypeassert // it is one
			})},
		},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			c := newCluster(t, tc.there...)
			if tc.gone {
				c.removeMap()
			}
			c.refuse = func(write string) error {
				if tc.refuse != "" && strings.HasPrefix(write, tc.refuse) {
					return errForbidden
				}
				return nil
			}
			uid := checkout.UID
			if tc.gone {
				uid = ""
			}
			removed := c.applier.RemoveOrphans(t.Context(), checkout.NamespacedName(), uid)
			var states []State
			for _, o := range removed.Result {
				states = append(states, o.State)
			}
			if diff := cmp.Diff(tc.states, states); diff != "" {
				t.Errorf("problems (-want +got):\n%s", diff)
			}
			removed.Result = nil
			if diff := cmp.Diff(tc.want, removed, cmpopts.EquateEmpty()); diff != "" {
				t.Errorf("removed (-want +got):\n%s", diff)
			}
			if diff := cmp.Diff(tc.writes, c.writes); diff != "" {
				t.Errorf("writes (-want +got):\n%s", diff)
			}
		})
	}
}

// TestOrphansGoByTheLiveMap: the cache may not show the map yet. The UID in the API server counts, so that no object of
// the map is deleted.
func TestOrphansGoByTheLiveMap(t *testing.T) {
	t.Parallel()
	c := newCluster(t, targetBinding("prod", "carla"))
	removed := c.applier.RemoveOrphans(t.Context(), checkout.NamespacedName(), "")
	if !removed.OK() || len(removed.Objects) > 0 || len(c.writes) > 0 {
		t.Errorf("%q is removed by %q: %v", removed.Objects, c.writes, removed.Err())
	}
}

// TestOrphanIsRemovedOnce: as long as the cache still shows a removed orphan, it is not deleted again.
func TestOrphanIsRemovedOnce(t *testing.T) {
	t.Parallel()
	c := newCluster(t, targetBinding("prod", "carla"))
	c.removeMap()
	cached := newCluster(t, targetBinding("prod", "carla"))
	c.applier.Cache = cached.applier.Cache
	for range 2 {
		if removed := c.applier.RemoveOrphans(t.Context(), checkout.NamespacedName(), ""); !removed.OK() {
			t.Fatal(removed.Err())
		}
	}
	if diff := cmp.Diff([]string{"delete RoleBinding prod/customer"}, c.writes); diff != "" {
		t.Errorf("writes (-want +got):\n%s", diff)
	}
}

// TestOrphansTakeSlots: the removal of orphans waits for the slots of their namespace.
func TestOrphansTakeSlots(t *testing.T) {
	t.Parallel()
	c := newCluster(t, targetBinding("prod", "carla"))
	c.removeMap()
	c.applier.Slots = fairshare.New(1)
	if !c.applier.Slots.TryAcquire(checkout.Namespace, false) {
		t.Fatal("there is no slot")
	}
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	if removed := c.applier.RemoveOrphans(ctx, checkout.NamespacedName(), ""); removed.OK() || len(c.writes) > 0 {
		t.Errorf("without a slot %v was written", c.writes)
	}
	c.applier.Slots.Release(checkout.Namespace)
	if removed := c.applier.RemoveOrphans(t.Context(), checkout.NamespacedName(), ""); !removed.OK() || len(removed.Objects) != 1 {
		t.Errorf("with a slot %v was removed", removed)
	}
}

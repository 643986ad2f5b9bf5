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
	"slices"
	"testing"
	"time"

	rbacv1 "k8s.io/api/rbac/v1"
	apierrors "k8s.io/apimachinery/pkg/api/errors"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/runtime/schema"
	"k8s.io/apimachinery/pkg/types"
	"sigs.k8s.io/controller-runtime/pkg/client"

	"github.com/stakeholders-dev/stakeholder-operator/controllers/names"
)

// foreignRoleServer has a Role that no map owns, and records the other writes.
type foreignRoleServer struct {
	client.Client
	wrote []string
}

func (s *foreignRoleServer) Get(context.Context, types.NamespacedName, client.Object, ...client.GetOption) error {
	return nil
}

func (s *foreignRoleServer) Create(_ context.Context, object client.Object, _ ...client.CreateOption) error {
	if kindOf(object) == kindRole {
		return apierrors.NewAlreadyExists(schema.GroupResource{Resource: "roles"}, object.GetName())
	}
	s.wrote = append(s.wrote, "create "+kindOf(object))
	return nil
}

func (s *foreignRoleServer) Delete(_ context.Context, object client.Object, _ ...client.DeleteOption) error {
	s.wrote = append(s.wrote, "delete "+kindOf(object))
	return nil
}

// TestForeignRoleAfterTheLook: a foreign Role replaces ours between the read and the write. Our RoleBinding would grant
// the rules of that Role, so it is deleted at once and not created again.
func TestForeignRoleAfterTheLook(t *testing.T) {
	t.Parallel()
	const name = "stakeholders:checkout:customer"
	server := &foreignRoleServer{}
	s := (&Applier{Live: server, Writer: server}).Session(names.Owner{Namespace: "shop", Name: "checkout", UID: "1"}, 2, 1)
	s.current.verified = time.Now()
	ours := &rbacv1.RoleBinding{ObjectMeta: metav1.ObjectMeta{Namespace: "shop", Name: name, UID: "2"}}
	w := &clusterGrants{Session: s, ctx: t.Context(), objects: make(grantObjects)}
	w.objects.entry(name).byKind[kindRoleBinding] = ours
	if result := w.setRole(name, names.RoleCustomer, approve("budget")); len(result.In(ForeignObject)) != 1 || len(result) != 1 {
		t.Errorf("the result is %v", result)
	}
	if result := w.setBinding(name, names.RoleCustomer, people("carla")); !result.OK() {
		t.Errorf("the result is %v", result)
	}
	if want := []string{"delete RoleBinding"}; !slices.Equal(server.wrote, want) {
		t.Errorf("writes are %v, want %v", server.wrote, want)
	}
}

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

package rights

import (
	"errors"
	"fmt"
	"testing"

	rbacv1 "k8s.io/api/rbac/v1"
	apierrors "k8s.io/apimachinery/pkg/api/errors"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"sigs.k8s.io/controller-runtime/pkg/client"

	"github.com/stakeholders-dev/stakeholder-operator/test/controlplane"
)

// memberships are the right that each ClusterRole has from the start.
var memberships = map[string]right{
	customerRole:     "act-as stakeholders.dev/customers",
	endUserRole:      "act-as stakeholders.dev/endusers",
	productOwnerRole: "act-as stakeholders.dev/productowners",
}

// TestMembership asks who has which role in a namespace.
func TestMembership(t *testing.T) {
	namespace, elsewhere := newNamespace(t), newNamespace(t)
	for clusterRole, membership := range memberships {
		user := "member-of-" + clusterRole
		bind(t, namespace, clusterRole, user)
		waitHeld(t, user, namespace, []right{membership}, true)
		for other, another := range memberships {
			if other != clusterRole {
				checkHeld(t, user, namespace, []right{another}, nil)
			}
		}
		checkHeld(t, user, elsewhere, []right{membership}, nil)
		// The operator has no role, although it has rights in its API group.
		checkHeld(t, operatorUser, namespace, []right{membership}, nil)
	}
}

// TestNobodyBindsAhead lets a namespace admin bind the ClusterRoles before a component fills them. RBAC refuses that if
// they are not empty. The guard is membership.yaml.
func TestNobodyBindsAhead(t *testing.T) {
	namespace := newNamespace(t)
	bind(t, namespace, "admin", "ahead")
	waitHeld(t, "ahead", namespace, []right{"create rbac.authorization.k8s.io/rolebindings"}, true)
	ahead := as(t, "ahead")
	try := func(clusterRole string) error {
		return ahead.Create(t.Context(), &rbacv1.RoleBinding{
			ObjectMeta: metav1.ObjectMeta{Namespace: namespace, GenerateName: "ahead-"},
			RoleRef:    rbacv1.RoleRef{APIGroup: rbacv1.GroupName, Kind: "ClusterRole", Name: clusterRole},
			Subjects:   []rbacv1.Subject{{APIGroup: rbacv1.GroupName, Kind: rbacv1.UserKind, Name: "ahead"}},
		}, client.DryRunAll)
	}
	// Such a RoleBinding is not refused for another reason.
	controlplane.Eventually(t, patience, "an administrator binds what they have", func() error { return try("view") })
	for clusterRole := range memberships {
		controlplane.Eventually(t, patience, "no user binds "+clusterRole, func() error {
			err := try(clusterRole)
			if err == nil {
				return errors.New("it was bound")
			}
			if !apierrors.IsForbidden(err) {
				return fmt.Errorf("another error: %w", err)
			}
			return nil
		})
	}
}

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

package names

import (
	"strings"
	"testing"

	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/util/validation"

	"github.com/stakeholders-dev/stakeholder-operator/api/v1alpha1"
)

func TestGrantRole(t *testing.T) {
	cases := map[string]struct{ mapName, grant, want string }{
		"shared":            {"checkout", "stakeholders:checkout:customer", "customer"},
		"own":               {"checkout", "stakeholders:checkout:end-user:cashiers", "end-user"},
		"product owner":     {"check.out", "stakeholders:check.out:product-owner", "product-owner"},
		"another map":       {"checkout", "stakeholders:checkout-2:customer", ""},
		"beginning of name": {"checkout", "stakeholders:checkout:customers", ""},
		"no role":           {"checkout", "stakeholders:checkout:", ""},
		"foreign":           {"checkout", "admin", ""},
	}
	for name, tc := range cases {
		t.Run(name, func(t *testing.T) {
			if got := GrantRole(tc.mapName, tc.grant); got != tc.want {
				t.Errorf("%s of map %s is of role %q, want %q", tc.grant, tc.mapName, got, tc.want)
			}
		})
	}
}

func TestAccountNames(t *testing.T) {
	t.Parallel()
	owner := Owner{Namespace: strings.Repeat("n", 63), Name: strings.Repeat("m", 63), UID: "1"}
	for _, role := range Roles {
		name := AccountName(owner, role)
		if problems := validation.IsDNS1123Subdomain(name); len(problems) > 0 {
			t.Errorf("%s is no name of a ServiceAccount: %v", name, problems)
		}
	}
	if role := AccountRole(Owner{Namespace: "a", Name: "b"}, AccountName(Owner{Namespace: "a", Name: "b.c"}, "customer")); role != "" {
		t.Errorf("another map's ServiceAccount has the role %s", role)
	}
}

// TestNoOwner parses names that no output can have.
func TestNoOwner(t *testing.T) {
	t.Parallel()
	for _, name := range []string{
		"", "routing", "-routing", ".routing", "a.routing", ".a.routing", "a..routing", "kube-root-ca.crt", "a-routing-x",
	} {
		if owner, ok := OwnerOfTable("shop", name); ok {
			t.Errorf("%q is the table of %v", name, owner)
		}
	}
	if owner, ok := OwnerOfTable("shop", "shop.checkout.routing"); ok {
		t.Errorf("a copy in the map's own namespace is the table of %v", owner)
	}
	for _, name := range []string{
		"", "stakeholders", "stakeholders:", "stakeholders:a", "stakeholders:a:", "stakeholders::customer", "stakeholders:a:other", "a:b:customer",
		"stakeholders:a:customer:b:c", "stakeholders:a:approved", "stakeholders:other:shop:a:approved", "stakeholders:target:shop:a:approved:b", "stakeholders:target:shop:a:other", "stakeholders:target:shop:a:customer:b", "stakeholders-customer",
	} {
		if owner, ok := OwnerOfGrant("shop", name); ok {
			t.Errorf("%q is a grant of %v", name, owner)
		}
	}
	for _, name := range []string{
		"", "stakeholders", "stakeholders.", "stakeholders.a", "stakeholders.a.customer", "stakeholders..a.customer", "stakeholders.a..customer",
		"stakeholders.a.b.other", "a.b.c.customer",
	} {
		if owner, ok := OwnerOfAccount(name); ok {
			t.Errorf("%q is a ServiceAccount of %v", name, owner)
		}
	}
	for _, name := range []string{"", "customer", "stakeholders-", "stakeholders-customer-x", "stakeholders-other", "stakeholders-membership"} {
		if role := ClusterRoleRole(name); role != "" {
			t.Errorf("%q is the ClusterRole of %s", name, role)
		}
	}
}

// FuzzNames parses all names and labels. No output of one map may be taken for one of another.
func FuzzNames(f *testing.F) {
	for _, seed := range [][3]string{
		{"payments", "checkout", "board"}, {"payments", "check.out", ""}, {"target", "target", "customer"}, {"routing", "a-routing", "end-user"},
		{"stakeholders", "customer", "target"}, {"a", "b.customer", "x"}, {strings.Repeat("n", 63), strings.Repeat("m", 63), strings.Repeat("p", 63)},
	} {
		f.Add(seed[0], seed[1], seed[2])
	}
	f.Fuzz(func(t *testing.T, namespace, mapName, party string) {
		// These are the API server's rules for the names of a namespace, a map and a party.
		if len(validation.IsDNS1123Label(namespace)) > 0 || len(validation.IsDNS1123Subdomain(mapName)) > 0 || len(mapName) > 63 ||
			party != "" && len(validation.IsDNS1123Label(party)) > 0 {
			return
		}
		owner := Owner{Namespace: namespace, Name: mapName}
		elsewhere := namespace + "-other"
		check := func(what string, got Owner, ok bool) {
			if !ok || got != owner {
				t.Errorf("%s of %v is one of %v (%t)", what, owner, got, ok)
			}
		}
		got, ok := OwnerOfTable(namespace, ConfigMapName(mapName))
		check("the table", got, ok)
		got, ok = OwnerOfTable(elsewhere, TargetConfigMapName(owner))
		check("the copy of the table", got, ok)
		got, ok = OwnerOfGrant(elsewhere, ApprovedName(owner))
		check("what opens approvals", got, ok)
		if name := ApprovedName(owner); !IsApprovedName(name) || !IsGrantName(name) || TargetBindingRole(owner, name) != "" || AccountRole(owner, name) != "" {
			t.Errorf("%s is another output, too", name)
		}
		for _, role := range Roles {
			checkRole(t, owner, role, party)
			got, ok = OwnerOfGrant(namespace, GrantName(mapName, role, party))
			check("the grant", got, ok)
			got, ok = OwnerOfGrant(elsewhere, TargetBindingName(owner, role))
			check("the RoleBinding in a target namespace", got, ok)
			got, ok = OwnerOfAccount(AccountName(owner, role))
			check("the ServiceAccount", got, ok)
		}
	})
}

func checkRole(t *testing.T, owner Owner, role, party string) {
	t.Helper()
	grant := GrantName(owner.Name, role, party)
	mapName, grantRole, ok := ParseGrantName(grant)
	if !ok || mapName != owner.Name || grantRole != role || GrantRole(owner.Name, grant) != role || GrantRole(owner.Name+"x", grant) != "" || !IsGrantName(grant) {
		t.Errorf("%s is of map %q and role %q", grant, mapName, grantRole)
	}
	if IsApprovedName(grant) || IsApprovedName(TargetBindingName(owner, role)) {
		t.Errorf("a grant of %v opens approvals", owner)
	}
	if name := TargetBindingName(owner, role); TargetBindingRole(owner, name) != role || !IsGrantName(name) || TargetBindingRole(owner, grant) != "" {
		t.Errorf("%s is of role %q", name, TargetBindingRole(owner, name))
	}
	if name := AccountName(owner, role); AccountRole(owner, name) != role || !IsAccountName(name) {
		t.Errorf("%s is of role %q", name, AccountRole(owner, name))
	}
}

func TestRoles(t *testing.T) {
	t.Parallel()
	seen := make(map[v1alpha1.Role]bool)
	for _, role := range Roles {
		if got := ClusterRoleRole(ClusterRoleName(role)); got != role {
			t.Errorf("the ClusterRole of %s is that of %q", role, got)
		}
		if got := ClusterRoleRole(ClusterRoleName(role) + membershipSuffix); got != role {
			t.Errorf("a part of the ClusterRole of %s is that of %q", role, got)
		}
		seen[PartyRole(role)] = true
	}
	if len(seen) != len(Roles) || seen[""] || PartyRole("Customer") != "" {
		t.Errorf("the roles of parties are %v", seen)
	}
}

func TestOwnerOfMetadata(t *testing.T) {
	t.Parallel()
	owner := Owner{Namespace: "payments", Name: "checkout", UID: "17"}
	meta := &metav1.ObjectMeta{Labels: owner.Labels(RoleCustomer), Annotations: owner.Annotations()}
	if got, ok := OwnerOfMetadata(meta); !ok || got != owner {
		t.Errorf("the labels of %v are of %v (%t)", owner, got, ok)
	}
	for _, key := range []string{LabelMap, LabelMapNamespace, AnnotationMapUID} {
		less := meta.DeepCopy()
		delete(less.Labels, key)
		delete(less.Annotations, key)
		if got, ok := OwnerOfMetadata(less); ok {
			t.Errorf("without %s the labels are of %v", key, got)
		}
	}
	if _, ok := owner.Labels("")[LabelRole]; ok {
		t.Error("what belongs to the whole map has a role")
	}
}

func TestIsMap(t *testing.T) {
	t.Parallel()
	for name, tc := range map[string]struct {
		ref  *metav1.OwnerReference
		want bool
	}{
		"a map":         {&metav1.OwnerReference{APIVersion: "stakeholders.dev/v1alpha1", Kind: "StakeholderMap"}, true},
		"a policy":      {&metav1.OwnerReference{APIVersion: "stakeholders.dev/v1alpha1", Kind: "StakeholderPolicy"}, false},
		"another group": {&metav1.OwnerReference{APIVersion: "example.com/v1alpha1", Kind: "StakeholderMap"}, false},
		"nothing":       {nil, false},
	} {
		if got := IsMap(tc.ref); got != tc.want {
			t.Errorf("%s: %t", name, got)
		}
	}
}

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

package unmanaged

import (
	"fmt"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	rbacv1 "k8s.io/api/rbac/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"

	"github.com/stakeholders-dev/stakeholder-operator/api/v1alpha1"
	"github.com/stakeholders-dev/stakeholder-operator/controllers/names"
)

// output is the metadata of an output of the map payments/checkout.
func output(namespace, name string) metav1.ObjectMeta {
	return metav1.ObjectMeta{
		Namespace: namespace, Name: name, Annotations: map[string]string{names.AnnotationMapUID: "uid"},
		Labels: map[string]string{names.LabelMap: "checkout", names.LabelMapNamespace: "payments"},
	}
}

func plain(namespace, name string) metav1.ObjectMeta {
	return metav1.ObjectMeta{Namespace: namespace, Name: name}
}

func ref(kind, name string) rbacv1.RoleRef {
	return rbacv1.RoleRef{APIGroup: rbacv1.GroupName, Kind: kind, Name: name}
}

func without(meta metav1.ObjectMeta, change func(*metav1.ObjectMeta)) metav1.ObjectMeta {
	change(&meta)
	return meta
}

func TestOfRoleBinding(t *testing.T) {
	const target, grant, approved = "stakeholders:target:payments:checkout:customer", "stakeholders:checkout:customer", "stakeholders:target:payments:checkout:approved"
	for name, tc := range map[string]struct {
		reason string
		meta   metav1.ObjectMeta
		ref    rbacv1.RoleRef
		want   *Grant
	}{
		"Unrelated":       {"other ClusterRoles are nothing to us", plain("shop", "a"), ref("ClusterRole", "view"), nil},
		"UnrelatedRole":   {"nor are Roles", plain("shop", "a"), ref("Role", "stakeholders-customer"), nil},
		"Target":          {"a RoleBinding to the ClusterRole of customers", plain("shop", "a"), ref("ClusterRole", "stakeholders-customer"), &Grant{InTarget: true}},
		"Membership":      {"or what they consist of", plain("shop", "a"), ref("ClusterRole", "stakeholders-end-user-membership"), &Grant{InTarget: true}},
		"OurRole":         {"or the Role of a map", plain("payments", "a"), ref("Role", grant), &Grant{Maps: "checkout"}},
		"PartysRole":      {"or that of one party of it", plain("payments", "a"), ref("Role", grant+":board"), &Grant{Maps: "checkout"}},
		"Output":          {"what the operator writes is its own", output("shop", target), ref("ClusterRole", "stakeholders-customer"), nil},
		"OutputInHome":    {"beside the map as well", output("payments", grant), ref("Role", grant), nil},
		"OutputElsewhere": {"a grant's name counts beside its map only", output("shop", grant), ref("Role", grant), &Grant{Maps: "checkout"}},
		"Approved":        {"what opens approvals is its own", output("shop", approved), ref("Role", approved), nil},
		"BoundApproved":   {"everyone has what that gives", plain("shop", "a"), ref("Role", approved), nil},
		"AnotherRole":     {"an output refers to its own role", output("shop", target), ref("ClusterRole", "stakeholders-end-user"), &Grant{InTarget: true}},
		"AnotherName":     {"its labels do not make it one", output("shop", "mine"), ref("ClusterRole", "stakeholders-customer"), &Grant{InTarget: true}},
		"LongRole":        {"no map has so long a name", plain("payments", "a"), ref("Role", "stakeholders:"+strings.Repeat("x", 5<<10)+":customer"), nil},
		"NoLabel": {
			"without labels the operator does not see it", without(output("shop", target), func(m *metav1.ObjectMeta) { m.Labels = nil }),
			ref("ClusterRole", "stakeholders-customer"), &Grant{InTarget: true},
		},
		"NoUID": {
			"without UID it belongs to no map", without(output("shop", target), func(m *metav1.ObjectMeta) { m.Annotations = nil }),
			ref("ClusterRole", "stakeholders-customer"), &Grant{InTarget: true},
		},
	} {
		got, is := OfRoleBinding(&rbacv1.RoleBinding{ObjectMeta: tc.meta, RoleRef: tc.ref})
		if tc.want == nil {
			if is {
				t.Errorf("%s: %s, and it is a grant: %+v", name, tc.reason, got)
			}
			continue
		}
		tc.want.Kind, tc.want.Namespace, tc.want.Name, tc.want.Gives = KindRoleBinding, tc.meta.Namespace, tc.meta.Name, tc.ref.Kind+" "+tc.ref.Name
		if diff := cmp.Diff(*tc.want, got); diff != "" || !is {
			t.Errorf("%s: %s: %t (-want +got):\n%s", name, tc.reason, is, diff)
		}
	}
}

func TestOfRole(t *testing.T) {
	rule := func(group, resources, verbs string, maps ...string) rbacv1.PolicyRule {
		return rbacv1.PolicyRule{APIGroups: []string{group}, Resources: strings.Split(resources, " "), Verbs: strings.Split(verbs, " "), ResourceNames: maps}
	}
	many := make([]string, 0, 100)
	for i := range 100 {
		many = append(many, fmt.Sprintf("map-%02d", i))
	}
	for name, tc := range map[string]struct {
		reason string
		meta   metav1.ObjectMeta
		rules  []rbacv1.PolicyRule
		want   *Grant
	}{
		"Unrelated":  {"other groups are nothing to us", plain("payments", "a"), []rbacv1.PolicyRule{rule("apps", "deployments", "approve")}, nil},
		"Reader":     {"to read maps is no grant", plain("payments", "a"), []rbacv1.PolicyRule{rule("stakeholders.dev", "stakeholdermaps stakeholdermaps/status", "get list watch")}, nil},
		"Deployer":   {"nor is to write them", plain("payments", "a"), []rbacv1.PolicyRule{rule("stakeholders.dev", "stakeholdermaps", "*")}, nil},
		"Everything": {"administrators are no news", plain("payments", "a"), []rbacv1.PolicyRule{rule("*", "*", "*")}, nil},
		"Approve":    {"one topic of one map", plain("payments", "a"), []rbacv1.PolicyRule{rule("stakeholders.dev", "stakeholdermaps/budget", "approve", "checkout")}, &Grant{Maps: "checkout", Gives: "approve"}},
		"TwoMaps": {
			"of several, in several rules", plain("payments", "a"),
			[]rbacv1.PolicyRule{rule("", "pods", "get"), rule("stakeholders.dev", "stakeholdermaps/usability", "request", "b", "a"), rule("stakeholders.dev", "stakeholdermaps/budget", "approve", "a")},
			&Grant{Maps: "a b", Gives: "approve, request"},
		},
		"AllMaps":  {"without a name, all of them", plain("payments", "a"), []rbacv1.PolicyRule{rule("stakeholders.dev", "stakeholdermaps/budget", "approve"), rule("stakeholders.dev", "stakeholdermaps/budget", "approve", "a")}, &Grant{Maps: "*", Gives: "approve"}},
		"ManyMaps": {"too many to be kept are all", plain("payments", "a"), []rbacv1.PolicyRule{rule("stakeholders.dev", "stakeholdermaps/budget", "approve", many[:65]...)}, &Grant{Maps: "*", Gives: "approve"}},
		"SomeMaps": {"not one less", plain("payments", "a"), []rbacv1.PolicyRule{rule("stakeholders.dev", "stakeholdermaps/budget", "approve", many[:64]...)}, &Grant{Maps: strings.Join(many[:64], " "), Gives: "approve"}},
		"LongName": {"nor is a name that no map has", plain("payments", "a"), []rbacv1.PolicyRule{rule("stakeholders.dev", "stakeholdermaps/budget", "approve", strings.Repeat("x", 4<<10))}, &Grant{Maps: "*", Gives: "approve"}},
		"AllVerbs": {"every verb on every resource of ours", plain("payments", "a"), []rbacv1.PolicyRule{rule("stakeholders.dev", "*", "*")}, &Grant{Maps: "*", InTarget: true, Gives: "act-as, approve, request, triage, use"}},
		"Use":      {"an approval that no request has", plain("shop", "a"), []rbacv1.PolicyRule{rule("stakeholders.dev", "stakeholderrequests/release", "use", "image")}, &Grant{Maps: "*", InTarget: true, Gives: "use"}},
		"UseAll":   {"or every approval", plain("shop", "a"), []rbacv1.PolicyRule{rule("stakeholders.dev", "*/release", "*")}, &Grant{Maps: "*", InTarget: true, Gives: "approve, request, triage, use"}},
		"Answerer": {"to read, make and answer requests is no grant", plain("payments", "a"), []rbacv1.PolicyRule{rule("stakeholders.dev", "stakeholderrequests", "get list watch create patch ask"), rule("stakeholders.dev", "stakeholderrequests/status", "patch")}, nil},
		"Approved": {"what opens approvals is the operator's own", output("shop", "stakeholders:target:payments:checkout:approved"), []rbacv1.PolicyRule{rule("stakeholders.dev", "stakeholderrequests/release", "use", "image")}, nil},
		"ActAs":    {"to be a customer", plain("shop", "a"), []rbacv1.PolicyRule{rule("stakeholders.dev", "customers", "act-as")}, &Grant{InTarget: true, Gives: "act-as"}},
		"Output":   {"what the operator writes is its own", output("payments", "stakeholders:checkout:customer"), []rbacv1.PolicyRule{rule("stakeholders.dev", "stakeholdermaps/budget", "approve", "checkout")}, nil},
		"Forged":   {"not under another name", output("payments", "mine"), []rbacv1.PolicyRule{rule("stakeholders.dev", "stakeholdermaps/budget", "approve", "checkout")}, &Grant{Maps: "checkout", Gives: "approve"}},
	} {
		got, is := OfRole(&rbacv1.Role{ObjectMeta: tc.meta, Rules: tc.rules})
		if tc.want == nil {
			if is {
				t.Errorf("%s: %s, and it is a grant: %+v", name, tc.reason, got)
			}
			continue
		}
		tc.want.Kind, tc.want.Namespace, tc.want.Name = KindRole, tc.meta.Namespace, tc.meta.Name
		if diff := cmp.Diff(*tc.want, got); diff != "" || !is {
			t.Errorf("%s: %s: %t (-want +got):\n%s", name, tc.reason, is, diff)
		}
	}
}

// The author of an object chooses its name, and there can be many objects: a map's findings stay few, short and printable.
func TestFindingsAreBounded(t *testing.T) {
	hostile := Grant{Kind: KindRole, Namespace: "payments", Name: strings.Repeat("\u202e\n", 120), Gives: "approve"}
	got := Findings([]Grant{hostile, hostile, hostile, hostile, hostile, hostile, hostile})
	if len(got) != maxFindings+1 || !strings.HasPrefix(got[maxFindings].Message, "2 more objects") {
		t.Errorf("there are %d findings, the last one is %+v", len(got), got[len(got)-1])
	}
	for _, f := range got {
		if f.Code != v1alpha1.UnmanagedGrant || f.Level != v1alpha1.LevelWarning || f.Field == "" || len(f.Message) > 1024 || strings.ContainsAny(f.Message, "\n\u202e") {
			t.Errorf("%+v", f)
		}
	}
	if len(Findings(nil)) != 0 {
		t.Error("there is a finding without a grant")
	}
}

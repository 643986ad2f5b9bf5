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

package render_test

import (
	"fmt"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	rbacv1 "k8s.io/api/rbac/v1"

	"github.com/stakeholders-dev/stakeholder-operator/controllers/approvals"
	"github.com/stakeholders-dev/stakeholder-operator/controllers/names"
	"github.com/stakeholders-dev/stakeholder-operator/controllers/render"
)

const image = "registry.example/shop/checkout@sha256:0123"

func TestApprovedRules(t *testing.T) {
	t.Parallel()
	rule := func(topic string, subjects ...string) rbacv1.PolicyRule {
		return rbacv1.PolicyRule{
			Verbs: []string{"use"}, APIGroups: []string{"stakeholders.dev"}, ResourceNames: subjects,
			Resources: []string{"stakeholderrequests/" + topic, "stakeholderrequests/payments.checkout.v2." + topic},
		}
	}
	open := map[approvals.Approval]bool{
		{Topic: "release", Subject: image}: true, {Topic: "budget", Subject: "2027"}: true, {Topic: "release", Subject: "*"}: true,
	}
	want := []rbacv1.PolicyRule{rule("budget", "2027"), rule("release", "*", image)}
	owner := names.Owner{Namespace: "payments", Name: "checkout.v2"}
	got := render.ApprovedRules(owner, open)
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("rules (-want +got):\n%s", diff)
	}
	if diff := cmp.Diff(open, render.ApprovalsOf(got)); diff != "" {
		t.Errorf("read back (-want +got):\n%s", diff)
	}
	if rules := render.ApprovedRules(owner, nil); rules != nil {
		t.Errorf("nothing is opened by %v", rules)
	}
}

// TestApprovalsOf : a rule without names would open everything, and no rule of another kind opens anything.
func TestApprovalsOf(t *testing.T) {
	t.Parallel()
	rule := func(group, resource, verb string, subjects ...string) rbacv1.PolicyRule {
		return rbacv1.PolicyRule{Verbs: []string{verb}, APIGroups: []string{group}, Resources: []string{resource}, ResourceNames: subjects}
	}
	for what, rule := range map[string]rbacv1.PolicyRule{
		"a rule without names":     rule("stakeholders.dev", "stakeholderrequests/release", "use"),
		"another verb":             rule("stakeholders.dev", "stakeholderrequests/release", "get", image),
		"requests themselves":      rule("stakeholders.dev", "stakeholderrequests", "use", image),
		"a topic of a map":         rule("stakeholders.dev", "stakeholdermaps/release", "use", image),
		"the topic of a map alone": rule("stakeholders.dev", "stakeholderrequests/payments.checkout.release", "use", image),
		"another group":            rule("example.com", "stakeholderrequests/release", "use", image),
	} {
		if open := render.ApprovalsOf([]rbacv1.PolicyRule{rule}); len(open) > 0 {
			t.Errorf("%s is read as %v", what, open)
		}
	}
}

// Both groups are needed: an admission policy can ask whether any user has what a binding gives, or any ServiceAccount.
func TestApprovedBindingIsForEveryone(t *testing.T) {
	t.Parallel()
	var got []string
	for _, subject := range render.ApprovedBinding(names.Owner{Namespace: "payments", Name: "checkout"}, "shop", render.Everyone).Subjects {
		got = append(got, subject.APIGroup+" "+subject.Kind+" "+subject.Name)
	}
	want := []string{"rbac.authorization.k8s.io Group system:authenticated", "rbac.authorization.k8s.io Group system:serviceaccounts"}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("its subjects (-want +got):\n%s", diff)
	}
}

// TestApprovedSize : a Role has to fit into etcd, which takes 1.5 MiB, and into a cache with one for each namespace.
func TestApprovedSize(t *testing.T) {
	t.Parallel()
	open := make(map[approvals.Approval]bool)
	for i := range approvals.Max {
		open[approvals.Approval{Topic: fmt.Sprintf("%s%03d", strings.Repeat("t", 37), i), Subject: strings.Repeat("s", 512)}] = true
	}
	owner := names.Owner{Namespace: "payments", Name: "checkout"}
	role := render.ApprovedRole(owner, "shop", render.ApprovedRules(owner, open))
	if size := role.Size(); size > 180<<10 {
		t.Errorf("the largest Role has %d bytes", size)
	}
}

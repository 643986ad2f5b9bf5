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

// Package requests tests StakeholderRequests with the operator, its admission policy and its grants, on a real control plane. Users
// have the rights that a map gives them, and no others.
package requests

import (
	"context"
	"os"
	"testing"

	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"sigs.k8s.io/controller-runtime/pkg/client"

	"github.com/stakeholders-dev/stakeholder-operator/api/v1alpha1"
	"github.com/stakeholders-dev/stakeholder-operator/test/suite"
)

// env is shared by all tests.
var env suite.Operated

func TestMain(m *testing.M) {
	os.Exit(suite.RunOperated(m, &env, func(ctx context.Context) error { return env.Unguard(ctx, suite.Unguarded, suite.PolicyRoles) }))
}

// asker is the user who asks. They may work in every namespace.
const asker = suite.Asker

// as returns a client of a user, who is in some groups.
func as(t testing.TB, user string, groups ...string) client.Client {
	t.Helper()
	return env.As(t, user, groups...)
}

// newProduct makes a namespace with a map, edited by change, in which asker may edit. It waits until the map is in force, and so long that
// requests are certainly younger than the admission policy.
func newProduct(t testing.TB, change func(*v1alpha1.StakeholderMapSpec)) *v1alpha1.StakeholderMap {
	t.Helper()
	m := suite.NewMap(env.NewNamespace(t), "checkout")
	m.Spec.Customers = append(m.Spec.Customers, v1alpha1.Customer{Party: v1alpha1.Party{Name: "shops", Subjects: suite.Users("chris")}})
	if change != nil {
		change(&m.Spec)
	}
	env.Create(t, m)
	env.Create(t, suite.Editor(m.Namespace))
	env.WaitAuthorsChecked(t)
	return env.WaitReady(t, m)
}

// release is a topic that two customers have to approve.
func release(s *v1alpha1.StakeholderMapSpec) {
	s.Topics = append(s.Topics, v1alpha1.Topic{
		Name: "release", Class: v1alpha1.ClassApproval, To: []v1alpha1.Role{v1alpha1.RoleCustomer},
		Quorum: &v1alpha1.Quorum{Mode: v1alpha1.QuorumAtLeast, Count: 2},
	})
}

// ask makes a request, as asker.
func ask(t testing.TB, m *v1alpha1.StakeholderMap, topic string, changes ...func(*v1alpha1.StakeholderRequestSpec)) *v1alpha1.StakeholderRequest {
	t.Helper()
	r := suite.NewRequest(m, "", topic)
	r.GenerateName = "r-"
	for _, change := range changes {
		change(&r.Spec)
	}
	env.Ask(t, r)
	return r
}

// answer writes the answer of a user, as that user.
func answer(t testing.TB, r *v1alpha1.StakeholderRequest, user string, verdict v1alpha1.Verdict, groups ...string) {
	t.Helper()
	env.Answer(t, r, user, verdict, groups...)
}

// tryAnswer writes an answer as the user of a client, who can be another one than it names.
func tryAnswer(t testing.TB, c client.Client, r *v1alpha1.StakeholderRequest, by string, verdict v1alpha1.Verdict, comment string) error {
	t.Helper()
	return suite.TryAnswer(t.Context(), c, r, v1alpha1.Response{By: by, Verdict: verdict, Comment: comment})
}

// read returns a request as stored.
func read(t testing.TB, r *v1alpha1.StakeholderRequest) *v1alpha1.StakeholderRequest {
	t.Helper()
	return suite.Get(t, env.Suite, r.Namespace, r.Name, &v1alpha1.StakeholderRequest{})
}

// waitOutcome waits until a request has an outcome.
func waitOutcome(t testing.TB, r *v1alpha1.StakeholderRequest, want v1alpha1.Outcome) *v1alpha1.StakeholderRequest {
	t.Helper()
	return env.WaitOutcome(t, r, want)
}

// waitCondition waits until a condition of the request has a status and a reason.
func waitCondition(t testing.TB, r *v1alpha1.StakeholderRequest, condition string, status metav1.ConditionStatus, reason string) *v1alpha1.StakeholderRequest {
	t.Helper()
	return env.WaitRequestCondition(t, r, condition, status, reason)
}

func waitStatus(t testing.TB, r *v1alpha1.StakeholderRequest, what string, ok func(*v1alpha1.StakeholderRequestStatus) bool) *v1alpha1.StakeholderRequest {
	t.Helper()
	return env.WaitRequest(t, r, what, ok)
}

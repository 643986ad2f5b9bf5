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

package inquiry_test

import (
	"time"

	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"

	routing "github.com/stakeholders-dev/stakeholder-operator/api/routing/v1alpha1"
	"github.com/stakeholders-dev/stakeholder-operator/api/v1alpha1"
	"github.com/stakeholders-dev/stakeholder-operator/cmd/kubectl-stakeholders/inquiry"
	"github.com/stakeholders-dev/stakeholder-operator/cmd/kubectl-stakeholders/product"
)

// asked is when every request was made, and now is an hour later.
var (
	asked = time.Date(2026, 5, 1, 12, 0, 0, 0, time.UTC)
	now   = asked.Add(time.Hour)
)

func hour(n int) time.Duration { return time.Duration(n) * time.Hour }

func at(t time.Time) *metav1.Time { return new(metav1.NewTime(t)) }

func party(role, name string, subjects ...routing.Subject) routing.Party {
	return routing.Party{Role: role, Name: name, Subjects: subjects}
}

func user(name string) routing.Subject  { return routing.Subject{Kind: "User", Name: name} }
func group(name string) routing.Subject { return routing.Subject{Kind: "Group", Name: name} }

// checkout is a map with a topic of each class. Both customers have to approve a release.
var checkout = inquiry.Map{UID: "map", Table: func() *routing.RoutingTable {
	board, shops := party("Customer", "board", user("cfo"), group("acme:procurement"), group("acme:legal")), party("Customer", "shops", group("acme:shops"))
	cashiers, dana := party("EndUser", "cashiers", group("acme:cashiers")), party("ProductOwner", "dana", user("dana"))
	customers := []routing.Party{board, shops}
	return &routing.RoutingTable{
		Topics: []routing.Topic{
			{Name: "backlog", Class: "Consultation", To: []routing.Party{dana, shops}},
			{Name: "release", Class: "Approval", To: customers, DecidedBy: customers, Quorum: &routing.Quorum{Count: 2}, RespondWithin: "48h"},
			{Name: "wish", Class: "FeatureRequest", To: []routing.Party{cashiers}, DecidedBy: []routing.Party{dana}},
		},
		Default: routing.Topic{Name: routing.DefaultTopic},
	}
}()}

var (
	cfo     = product.Identity{User: "cfo", Groups: []string{"system:authenticated"}}
	bea     = product.Identity{User: "bea", Groups: []string{"acme:shops", "acme:procurement", "system:authenticated"}}
	dana    = product.Identity{User: "dana", Groups: []string{"system:authenticated"}}
	eve     = product.Identity{User: "eve", Groups: []string{"acme:cashiers", "system:authenticated"}}
	visitor = product.Identity{User: "visitor", Groups: []string{"system:authenticated"}}
)

// request is one that the operator has seen and routed.
func request(topic string, class v1alpha1.TopicClass, responses ...v1alpha1.Response) *v1alpha1.StakeholderRequest {
	return &v1alpha1.StakeholderRequest{
		ObjectMeta: metav1.ObjectMeta{Name: "r", Namespace: "payments", UID: "request", Generation: 1, CreationTimestamp: metav1.NewTime(asked)},
		Spec:       v1alpha1.StakeholderRequestSpec{Map: "checkout", Topic: topic, Title: "Release 1.4", RequestedBy: "ann", Responses: responses},
		Status: v1alpha1.StakeholderRequestStatus{
			ObservedGeneration: 1, MapUID: "map", Authorship: v1alpha1.AuthorshipVerified, Admission: "one", Outcome: v1alpha1.OutcomePending, Class: class,
			Conditions: []metav1.Condition{{Type: "Routed", Status: "True", Reason: "Routed"}},
		},
	}
}

func says(by string, verdict v1alpha1.Verdict, groups ...string) v1alpha1.Response {
	return v1alpha1.Response{By: by, Verdict: verdict, Groups: groups}
}

func release(responses ...v1alpha1.Response) *v1alpha1.StakeholderRequest {
	return request("release", v1alpha1.ClassApproval, responses...)
}

func wish(responses ...v1alpha1.Response) *v1alpha1.StakeholderRequest {
	return request("wish", v1alpha1.ClassFeatureRequest, responses...)
}

// with changes a request.
func with(r *v1alpha1.StakeholderRequest, change func(*v1alpha1.StakeholderRequest)) *v1alpha1.StakeholderRequest {
	change(r)
	return r
}

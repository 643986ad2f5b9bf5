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

package validate

import (
	"cmp"
	"fmt"
	"slices"

	"k8s.io/apimachinery/pkg/util/validation/field"

	"github.com/stakeholders-dev/stakeholder-operator/api/v1alpha1"
	"github.com/stakeholders-dev/stakeholder-operator/controllers/topics"
)

func approvalRoutedToEndUsers(in *input, found report) {
	for i := range in.spec.Topics {
		if topic := &in.spec.Topics[i]; topic.Class == v1alpha1.ClassApproval {
			checkApprovalRoles(topic, topicsPath.Index(i), found)
		}
	}
}

// checkApprovalRoles reports each role that an approval must not name. The path is that of the topic.
func checkApprovalRoles(topic *v1alpha1.Topic, path *field.Path, found report) {
	check := func(name string, roles []v1alpha1.Role) {
		for i, role := range roles {
			if role == v1alpha1.RoleCustomer || role == v1alpha1.RoleProductOwner {
				continue
			}
			found(path.Child(name).Index(i), fmt.Sprintf("the approval %s names %s: an approval is for Customer, "+
				"or ProductOwner on the customers' behalf, because those who pay decide; use class FeatureRequest to ask end users",
				quote(topic.Name), plain(string(role))))
		}
	}
	check("to", topic.To)
	check("decidedBy", topic.DecidedBy)
	check("escalateTo", topic.EscalateTo)
}

func unknownTopic(in *input, found report) {
	known := make(map[string]bool, len(in.assignments))
	for i := range in.assignments {
		known[in.assignments[i].Topic.Name] = true
	}
	for _, p := range in.parties {
		for i, name := range p.Topics {
			if !known[name] || !isDNSLabel(name) {
				found(pathOf(p).Child("topics").Index(i), fmt.Sprintf("there is no topic %s: use one of the catalogue or of the "+
					"platform's policy, or define it under spec.topics", quote(name)))
			}
		}
	}
}

func unroutableTopic(in *input, found report) {
	for i := range in.assignments {
		a := &in.assignments[i]
		to, decidedBy := a.Topic.To, a.Topic.DecidedBy
		if len(a.To) == 0 && !in.anyRoleMissing(to) {
			found(in.routePath(a, "to", to), fmt.Sprintf("no party receives the topic %s: it goes to %s, and there is "+
				"no such party, or each is narrowed to other topics or outside its window; add it to the topics of one, or route it elsewhere under spec.topics",
				quote(a.Topic.Name), formatRoles(to)))
		}
		// If the deciders are also recipients, the finding above covers both.
		if len(a.DecidedBy) == 0 && !in.anyRoleMissing(decidedBy) && (len(a.To) > 0 || !in.coveredBy(decidedBy, to)) {
			found(in.routePath(a, "decidedBy", decidedBy), fmt.Sprintf("no party decides the topic %s: it is decided by %s, and "+
				"there is no such party, or each is narrowed to other topics or outside its window; add it to the topics of one, or change decidedBy under spec.topics",
				quote(a.Topic.Name), formatRoles(decidedBy)))
		}
		if escalateTo := a.Topic.EscalateTo; len(escalateTo) > 0 && len(a.EscalateTo) == 0 && !in.anyRoleMissing(escalateTo) &&
			(len(a.To) > 0 || !in.coveredBy(escalateTo, to)) {
			found(in.routePath(a, "escalateTo", escalateTo), fmt.Sprintf("the topic %s escalates to no party: to %s, and there is "+
				"no such party, or each is narrowed to other topics or outside its window; add it to the topics of one, or change escalateTo under spec.topics",
				quote(a.Topic.Name), formatRoles(escalateTo)))
		}
	}
}

// anyRoleMissing reports whether one of the roles has no party at all. Another rule reports that. A finding for each of
// its topics would only hide the cause.
func (in *input) anyRoleMissing(roles []v1alpha1.Role) bool {
	return slices.ContainsFunc(roles, func(role v1alpha1.Role) bool {
		if in.spec.Engagement == v1alpha1.EngagementDirect {
			role = in.standIn(role)
		}
		return slices.Contains(requiredRoles, role) && !in.declares(role)
	})
}

// requiredRoles are the roles that a map declares. With direct engagement, the product owner is optional.
var requiredRoles = []v1alpha1.Role{v1alpha1.RoleCustomer, v1alpha1.RoleEndUser, v1alpha1.RoleProductOwner}

// coveredBy reports whether each of the roles is played by the same people as one of the others.
func (in *input) coveredBy(roles, others []v1alpha1.Role) bool {
	return !slices.ContainsFunc(roles, func(role v1alpha1.Role) bool {
		return !slices.ContainsFunc(others, func(other v1alpha1.Role) bool { return in.standIn(other) == in.standIn(role) })
	})
}

// standIn returns the role that plays a role: without a product owner, customers do.
func (in *input) standIn(role v1alpha1.Role) v1alpha1.Role {
	if role == v1alpha1.RoleProductOwner && !in.spec.ProductOwner.Declared() {
		return v1alpha1.RoleCustomer
	}
	return role
}

// routePath returns the path at which a user fixes a topic that reaches no party: the map's own definition or, for a
// topic of the catalogue or the policy, the parties that should receive it.
func (in *input) routePath(a *topics.Assignment, child string, roles []v1alpha1.Role) *field.Path {
	if a.Declared >= 0 {
		return topicsPath.Index(a.Declared).Child(child)
	}
	return cmp.Or(rolePaths[in.standIn(roles[0])], customersPath)
}

func quorumUnreachable(in *input, found report) {
	for i := range in.assignments {
		a := &in.assignments[i]
		q := a.Topic.Quorum
		// UnroutableTopic reports an approval without recipients.
		if q == nil || q.Mode != v1alpha1.QuorumAtLeast || int(q.Count) <= len(a.To) || len(a.To) == 0 {
			continue
		}
		path, whose, remedy := in.routePath(a, "quorum", a.Topic.To), " of the platform's policy", "name more parties, or define the topic under spec.topics"
		if a.Declared >= 0 {
			path, whose, remedy = path.Child("count"), "", "lower the count, or route it to more parties"
		}
		found(path, fmt.Sprintf("the approval %s%s asks for %d approving parties, and only %d receive it: a quorum counts parties, "+
			"not people; %s", quote(a.Topic.Name), whose, q.Count, len(a.To), remedy))
	}
}

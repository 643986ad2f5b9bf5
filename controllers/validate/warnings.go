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
	"fmt"
	"slices"

	"github.com/stakeholders-dev/stakeholder-operator/api/v1alpha1"
)

// maxDecisionMakers is the number of customer parties of a B2B product above which ManyDecisionMakers warns.
const maxDecisionMakers = 10

func noHandle(in *input, found report) {
	for _, h := range in.parties {
		// PartyUnreachable reports a party that has no subjects either.
		if h.Role != v1alpha1.RoleDevelopmentTeam && len(h.Handles) == 0 && len(h.Subjects) > 0 {
			found(pathOf(h), fmt.Sprintf("no tool can reach %s: add a handle, such as an e-mail address", quote(h.Name)))
		}
	}
}

func endUserInDevelopmentTeam(in *input, found report) {
	if in.onlyMakersUse() {
		reportShared(found, &in.endUsers, &in.developmentTeam, "%s is part of the development team (%s), and only those who make the "+
			"product are named as its users: name others too")
	}
}

func productOwnerIsEndUser(in *input, found report) {
	if in.onlyMakersUse() {
		reportShared(found, &in.endUsers, &in.productOwner, "%s is product owner (%s), and only those who make the product are named as "+
			"its users: name others too")
	}
}

// onlyMakersUse reports whether all end users are developers or product owners. Makers may use their own product, but
// should not be its only users. An end user without an account in the cluster can be any person.
func (in *input) onlyMakersUse() bool {
	if slices.ContainsFunc(in.spec.EndUsers, func(u v1alpha1.EndUser) bool { return len(u.Subjects) == 0 }) {
		return false
	}
	return !slices.ContainsFunc(in.endUsers.list, func(m member) bool {
		_, develops := in.developmentTeam.find(m.subject)
		_, owns := in.productOwner.find(m.subject)
		return !develops && !owns
	})
}

func roleWithoutTopics(in *input, found report) {
	asked := make(map[v1alpha1.Role]bool)
	for i := range in.assignments {
		for _, role := range in.assignments[i].Topic.To {
			asked[in.standIn(role)] = true
		}
	}
	who := map[v1alpha1.Role]string{
		v1alpha1.RoleCustomer: "the customers", v1alpha1.RoleEndUser: "the end users", v1alpha1.RoleProductOwner: "the product owner",
	}
	for _, role := range requiredRoles {
		if in.declares(role) && !asked[role] {
			found(rolePaths[role], "no topic goes to "+who[role]+", so their side of the product is being ignored: name "+
				string(role)+" under to of some topic, or replace fewer topics of the catalogue")
		}
	}
}

func manyDecisionMakers(in *input, found report) {
	if n := len(in.spec.Customers); in.spec.Product.Market == v1alpha1.MarketB2B && n > maxDecisionMakers {
		found(customersPath, fmt.Sprintf("there are %d customer parties, and in B2B decision-makers are few, at most %d: "+
			"see whether some of them are end users", n, maxDecisionMakers))
	}
}

func unusedAcknowledgement(in *input, found report) {
	for i, overlap := range in.spec.AcknowledgedOverlaps {
		subject := v1alpha1.Subject{Kind: overlap.Kind, Name: overlap.Name}
		_, pays := in.customers.find(subject)
		_, uses := in.endUsers.find(subject)
		if !pays || !uses {
			found(overlapsPath.Index(i), fmt.Sprintf("%s is not both customer and end user, so there is nothing to acknowledge: "+
				"remove it, or correct its spelling", describe(subject)))
		}
	}
}

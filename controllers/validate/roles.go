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

	"github.com/stakeholders-dev/stakeholder-operator/api/v1alpha1"
	"github.com/stakeholders-dev/stakeholder-operator/controllers/topics"
)

func customerMissing(in *input, found report) {
	if len(in.spec.Customers) == 0 {
		found(customersPath, "no customer is declared: name at least one party that pays for the product")
	}
}

func endUserMissing(in *input, found report) {
	if len(in.spec.EndUsers) == 0 {
		found(endUsersPath, "no end user is declared: name at least one party that uses the product")
	}
}

func productOwnerMissing(in *input, found report) {
	if !in.spec.ProductOwner.Declared() && in.spec.Engagement != v1alpha1.EngagementDirect {
		found(productOwnerPath, "no product owner is declared: name one, "+
			"or set engagement: Direct if the development team works with the customer directly")
	}
}

func productOwnerIsCustomer(in *input, found report) {
	reportShared(found, &in.productOwner, &in.customers, "%s is product owner and customer (%s): the product owner works for those who "+
		"make the product, so is no customer; remove it from one of the two")
}

func customerInDevelopmentTeam(in *input, found report) {
	reportShared(found, &in.customers, &in.developmentTeam, "%s is customer and part of the development team (%s): a customer never is; "+
		"remove it from one of the two")
}

func unacknowledgedOverlap(in *input, found report) {
	if in.policy.OverlapTreatment(in.spec.Product.Market) != v1alpha1.OverlapAcknowledge {
		return
	}
	why := ", which outside B2C is the classic mix-up"
	if in.spec.Product.Market == v1alpha1.MarketB2C {
		why = ", which the platform's policy wants to be said"
	}
	acknowledged := make(map[v1alpha1.Subject]bool, len(in.spec.AcknowledgedOverlaps))
	for _, overlap := range in.spec.AcknowledgedOverlaps {
		acknowledged[v1alpha1.Subject{Kind: overlap.Kind, Name: overlap.Name}] = true
	}
	shared(&in.customers, &in.endUsers, func(customer, endUser member) {
		if acknowledged[customer.subject] {
			return
		}
		found(customer.path(), fmt.Sprintf("%s is both customer and end user (%s)%s: "+
			"remove it from one of the two, or say under spec.acknowledgedOverlaps why it is both",
			describe(customer.subject), endUser.path(), why))
	})
}

func overlapForbidden(in *input, found report) {
	market := in.spec.Product.Market
	if in.policy.OverlapTreatment(market) != v1alpha1.OverlapForbid {
		return
	}
	shared(&in.customers, &in.endUsers, func(customer, endUser member) {
		found(customer.path(), fmt.Sprintf("%s is both customer and end user (%s), which the platform's policy forbids in %s, "+
			"acknowledged or not: remove it from one of the two", describe(customer.subject), endUser.path(), plain(string(market))))
	})
}

func duplicateParty(in *input, found report) {
	first := make(map[string]topics.Party)
	for _, p := range in.parties {
		if p.Role == v1alpha1.RoleDevelopmentTeam {
			// The development team has no name.
			continue
		}
		if earlier, taken := first[p.Name]; taken {
			found(pathOf(p).Child("name"), fmt.Sprintf("the name %s is taken by %s: a party's name is unique in the map", quote(p.Name), pathOf(earlier).Child("name")))
			continue
		}
		first[p.Name] = p
	}
}

func duplicateSubject(in *input, found report) {
	for _, role := range in.roles() {
		for i, m := range role.list {
			if first := role.first[m.subject]; first != i {
				found(m.path(), fmt.Sprintf("%s stands under this role already (%s): remove one of the two",
					describe(m.subject), role.list[first].path()))
			}
		}
	}
}

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

package topics_test

import (
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/stakeholders-dev/stakeholder-operator/api/v1alpha1"
	"github.com/stakeholders-dev/stakeholder-operator/controllers/topics"
	"github.com/stakeholders-dev/stakeholder-operator/test/fixtures"
)

const (
	customer = v1alpha1.RoleCustomer
	endUser  = v1alpha1.RoleEndUser
	po       = v1alpha1.RoleProductOwner
	devTeam  = v1alpha1.RoleDevelopmentTeam
)

// wantCatalogue is the table "who to ask what" of the documentation, row by row, written out so that a
// mistake in the code's shorthand shows.
func wantCatalogue() []v1alpha1.Topic {
	const (
		approval       = v1alpha1.ClassApproval
		featureRequest = v1alpha1.ClassFeatureRequest
		consultation   = v1alpha1.ClassConsultation
	)
	roles := fixtures.Roles
	return []v1alpha1.Topic{
		{Name: "budget", Class: approval, To: roles(customer), CC: roles(po), DecidedBy: roles(customer)},
		{Name: "delivery-date", Class: approval, To: roles(customer), CC: roles(po), DecidedBy: roles(customer)},
		{Name: "scope-change", Class: approval, To: roles(customer), CC: roles(po), DecidedBy: roles(customer)},
		{Name: "release", Class: approval, To: roles(customer), CC: roles(po), DecidedBy: roles(customer)},
		{Name: "process-change", Class: approval, To: roles(customer), CC: roles(po, devTeam), DecidedBy: roles(customer)},
		{Name: "feature-request", Class: featureRequest, To: roles(endUser), CC: roles(po), DecidedBy: roles(po)},
		{Name: "usability", Class: featureRequest, To: roles(endUser), CC: roles(po), DecidedBy: roles(po)},
		{Name: "defect-report", Class: featureRequest, To: roles(endUser), CC: roles(po, devTeam), DecidedBy: roles(po)},
		{Name: "requirements", Class: consultation, To: roles(po), CC: roles(customer), DecidedBy: roles(po)},
		{Name: "backlog-priority", Class: consultation, To: roles(po), DecidedBy: roles(po)},
		{Name: "product-vision", Class: consultation, To: roles(po), DecidedBy: roles(po)},
		{Name: "sprint-review", Class: consultation, To: roles(po, customer, endUser), CC: roles(devTeam), DecidedBy: roles(po)},
		{Name: "retrospective", Class: consultation, To: roles(customer, po), CC: roles(devTeam), DecidedBy: roles(po)},
	}
}

func TestCatalogue(t *testing.T) {
	if diff := cmp.Diff(wantCatalogue(), topics.Catalogue()); diff != "" {
		t.Errorf("the catalogue is not that of the documentation (-want +got):\n%s", diff)
	}
}

func TestCatalogueIsTheCallersOwn(t *testing.T) {
	mine := topics.Catalogue()
	for i := range mine {
		mine[i].Name, mine[i].Class = "mine", v1alpha1.ClassApproval
		for _, roles := range [][]v1alpha1.Role{mine[i].To, mine[i].CC, mine[i].DecidedBy} {
			for j := range roles {
				roles[j] = devTeam
			}
		}
	}
	if diff := cmp.Diff(wantCatalogue(), topics.Catalogue()); diff != "" {
		t.Errorf("a caller who changes the catalogue changes it for everybody (-want +got):\n%s", diff)
	}
}

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

package changes_test

import (
	"fmt"

	"github.com/stakeholders-dev/stakeholder-operator/api/v1alpha1"
	"github.com/stakeholders-dev/stakeholder-operator/test/fixtures"
)

type edit func(*v1alpha1.StakeholderMap) *v1alpha1.StakeholderMap

// of is an edit of the spec.
func of(change func(*v1alpha1.StakeholderMapSpec)) edit {
	return func(m *v1alpha1.StakeholderMap) *v1alpha1.StakeholderMap {
		change(&m.Spec)
		return m
	}
}

func absent(*v1alpha1.StakeholderMap) *v1alpha1.StakeholderMap { return nil }

type edited struct {
	reason string
	before edit
	after  edit
	want   []string
}

// cases has an edit for each kind of sentence.
var cases = map[string]edited{
	"Nothing": {
		"the order of parties and the acknowledgements mean nothing", nil,
		of(func(s *v1alpha1.StakeholderMapSpec) {
			s.Customers[0], s.Customers[1] = s.Customers[1], s.Customers[0]
			s.Engagement = ""
		}), nil,
	},
	"Subject": {
		"a subject that joins a party gains its rights", nil,
		of(func(s *v1alpha1.StakeholderMapSpec) {
			s.Customers[1].Subjects = append(s.Customers[1].Subjects, fixtures.User("nina"))
		}), []string{
			"+ nina becomes customer; gains approve on budget and exception, read the map, and read and answer requests in payments",
		},
	},
	"Swap": {
		"a subject that leaves a party loses everything", nil,
		of(func(s *v1alpha1.StakeholderMapSpec) { s.EndUsers[0].Subjects = nil }), []string{
			"- group acme:cashiers is no longer end user; loses everything that this map gives (request on defect-report, feature-request and usability, and read, answer and create requests in payments)",
		},
	},
	"Widened": {
		"a party with fewer topics gets all: topics that change alike share a sentence", nil,
		of(func(s *v1alpha1.StakeholderMapSpec) { s.Customers[1].Topics = nil }), []string{
			"+ group acme:audit gains approve on delivery-date, process-change, release and scope-change",
			"~ topics delivery-date, process-change, release, retrospective, scope-change and sprint-review: each also asks customer audit",
			"~ topic requirements also copies customer audit",
		},
	},
	"Owner": {
		"the product owner is another person", nil,
		of(func(s *v1alpha1.StakeholderMapSpec) {
			s.ProductOwner.Name, s.ProductOwner.Subjects = "erik", []v1alpha1.Subject{fixtures.User("erik")}
		}), []string{
			"- dana@vendor.example is no longer product owner; loses everything that this map gives (triage on defect-report, feature-request and usability, read the map, and read and answer requests in payments)",
			"+ erik becomes product owner; gains triage on defect-report, feature-request and usability, read the map, and read and answer requests in payments",
			"~ product owner erik takes the place of dana",
		},
	},
	"Leaves": {
		"a party leaves", nil, of(func(s *v1alpha1.StakeholderMapSpec) { s.Customers = s.Customers[:1] }), []string{
			"- group acme:audit is no longer customer; loses everything that this map gives (approve on budget and exception, read the map, and read and answer requests in payments)",
			"- customer audit leaves (asked about budget and exception)",
		},
	},
	"Expired": {
		"the window of a party closes", nil, of(func(s *v1alpha1.StakeholderMapSpec) { s.Customers[1].ValidUntil = at(1) }), []string{
			"- group acme:audit is no longer customer; loses everything that this map gives (approve on budget and exception, read the map, and read and answer requests in payments)",
			"- customer audit leaves (asked about budget and exception); is valid until 2026-06-01 instead of without end",
		},
	},
	"Window": {
		"a window that is open either way", of(func(s *v1alpha1.StakeholderMapSpec) { s.Customers[1].ValidUntil = at(20) }),
		of(func(s *v1alpha1.StakeholderMapSpec) { s.Customers[1].ValidFrom = at(1) }), []string{
			"~ customer audit is valid from 2026-06-01 instead of at once; is valid without end instead of until 2026-06-20",
		},
	},
	"Handles": {
		"parties are reached in other ways", nil,
		of(func(s *v1alpha1.StakeholderMapSpec) {
			s.Customers[0].Handles = []v1alpha1.Handle{{System: "email", Value: "new@acme.example"}, {System: "slack", Value: "#board"}}
			s.EndUsers[0].Handles = nil
			s.Customers[1].DisplayName, s.Customers[1].Organization = "Auditors", "ACME"
		}), []string{
			"~ customer audit is called Auditors; belongs to ACME",
			"~ customer board is reached by email new@acme.example instead of mail@acme.example; is reached by slack #board",
			"~ end user cashiers is no longer reached by email mail@acme.example",
		},
	},
	"Topic": {
		"a topic goes to others, with other deciders, another quorum and more time", nil,
		of(func(s *v1alpha1.StakeholderMapSpec) {
			s.Topics[0].To = fixtures.Roles(v1alpha1.RoleCustomer, v1alpha1.RoleProductOwner)
			s.Topics[0].Quorum.Count, s.Topics[0].RespondWithin, s.Topics[0].EscalateTo = 2, "72h", nil
		}), []string{
			"+ dana@vendor.example gains approve on exception",
			"~ topic exception also asks product owner dana; no longer escalates to product owner dana; needs 2 approvals (AtLeast) instead of 1 approval (AtLeast); is to be answered within 72h instead of 48h",
		},
	},
	"Class": {
		"a topic is of another class", nil,
		of(func(s *v1alpha1.StakeholderMapSpec) {
			s.Topics[0] = v1alpha1.Topic{Name: "exception", Class: v1alpha1.ClassConsultation, To: fixtures.Roles(v1alpha1.RoleCustomer), CC: fixtures.Roles(v1alpha1.RoleEndUser)}
		}), []string{
			"- group acme:audit loses approve on exception",
			"- cfo@acme.example loses approve on exception",
			"~ topic exception is of class Consultation instead of Approval; is decided by product owner dana instead of customer audit and customer board; also copies end user cashiers; no longer escalates to product owner dana; has no time limit any more",
		},
	},
	"Topics": {
		"one topic is gone and another is new", nil,
		of(func(s *v1alpha1.StakeholderMapSpec) {
			s.Customers[1].Topics = nil
			s.Topics[0].Name = "waiver"
			s.Topics[0].Quorum = &v1alpha1.Quorum{Mode: v1alpha1.QuorumAll}
		}), []string{
			"~ group acme:audit gains approve on delivery-date, process-change, release, scope-change and waiver; loses approve on exception",
			"~ cfo@acme.example gains approve on waiver; loses approve on exception",
			"~ topics delivery-date, process-change, release, retrospective, scope-change and sprint-review: each also asks customer audit",
			"- topic exception is gone: questions about it go to product owner dana",
			"~ topic requirements also copies customer audit",
			"+ topic waiver is new (Approval): asks customer audit and customer board; needs 2 approvals (All)",
		},
	},
	"Product": {
		"the product has other words", nil,
		of(func(s *v1alpha1.StakeholderMapSpec) {
			s.Product.DisplayName, s.Product.Description, s.Product.ArgoCDProject = "Check out", "Pay", "shop"
		}), []string{
			`~ the product is called "Check out" instead of Checkout; has the Argo CD project shop; has another description`,
		},
	},
	"Targets": {
		"a namespace takes part if it accepts the map", nil,
		of(func(s *v1alpha1.StakeholderMapSpec) {
			s.TargetNamespaces.Names = []string{"checkout-prod", "checkout-test"}
		}), []string{
			"+ group acme:audit gains tool rights as customer in checkout-prod",
			"+ group acme:cashiers gains tool rights as end user in checkout-prod",
			"+ cfo@acme.example gains tool rights as customer in checkout-prod",
			"+ dana@vendor.example gains tool rights as product owner in checkout-prod",
			"+ namespace checkout-prod takes part and gets a copy of the routing table",
		},
	},
	"Invalid": {
		"an invalid map gives nothing, and its leavers lose everything", nil,
		of(func(s *v1alpha1.StakeholderMapSpec) {
			s.Customers = append(s.Customers, fixtures.Customer("late", fixtures.User("late")))[1:]
			s.EndUsers = nil
		}), []string{
			"~ the map becomes invalid (EndUserMissing). If the API server accepts it, no subject gains a right until it is valid, and those who left lose theirs at once",
			"- group acme:cashiers is no longer end user; loses everything that this map gives (request on defect-report, feature-request and usability, and read, answer and create requests in payments)",
			"- cfo@acme.example is no longer customer; loses everything that this map gives (approve on budget, delivery-date, exception, process-change, release and scope-change, read the map, and read and answer requests in payments)",
			"- customer board leaves (asked about budget, delivery-date, exception, process-change, release, retrospective, scope-change and sprint-review; copied on requirements)",
			"- end user cashiers leaves (asked about defect-report, feature-request, sprint-review and usability)",
			"~ topics defect-report, delivery-date, feature-request, process-change, release, scope-change and usability: each asks no party until the map is valid",
		},
	},
	"StillInvalid": {
		"what was in force of an invalid map is not known", of(func(s *v1alpha1.StakeholderMapSpec) { s.Customers = nil }),
		of(func(s *v1alpha1.StakeholderMapSpec) { s.EndUsers = nil }), []string{
			"~ the map stays invalid (EndUserMissing): what is in force is not known. If the API server accepts it, no subject gains a right until it is valid, and those who left lose theirs at once",
			"- group acme:cashiers is no longer end user",
		},
	},
	"Repaired": {
		"a map that becomes valid", of(func(s *v1alpha1.StakeholderMapSpec) { s.EndUsers = nil }),
		of(func(*v1alpha1.StakeholderMapSpec) {}), []string{
			"~ the map becomes valid: what was in force before is not known, so all rights that it gives are listed as gains, and losses are not listed",
			"+ group acme:audit becomes customer; gains approve on budget and exception, read the map, and read and answer requests in payments",
			"+ group acme:cashiers becomes end user; gains request on defect-report, feature-request and usability, and read, answer and create requests in payments",
			"+ cfo@acme.example becomes customer; gains approve on budget, delivery-date, exception, process-change, release and scope-change, read the map, and read and answer requests in payments",
			"+ dana@vendor.example becomes product owner; gains triage on defect-report, feature-request and usability, read the map, and read and answer requests in payments",
		},
	},
	"New": {
		"a new map is described in one sentence", absent, of(func(*v1alpha1.StakeholderMapSpec) {}), []string{
			"+ the map is new: Checkout has 2 customers, 1 end user and the product owner dana",
			"+ group acme:audit becomes customer; gains approve on budget and exception, read the map, and read and answer requests in payments",
			"+ group acme:cashiers becomes end user; gains request on defect-report, feature-request and usability, and read, answer and create requests in payments",
			"+ cfo@acme.example becomes customer; gains approve on budget, delivery-date, exception, process-change, release and scope-change, read the map, and read and answer requests in payments",
			"+ dana@vendor.example becomes product owner; gains triage on defect-report, feature-request and usability, read the map, and read and answer requests in payments",
		},
	},
	"NewInvalid": {
		"a new map that is invalid", absent, of(func(s *v1alpha1.StakeholderMapSpec) { s.EndUsers = nil }), []string{
			"+ the map is new and invalid (EndUserMissing): nothing of it is in force until it is valid",
		},
	},
	"Removed": {
		"all subjects of a removed map lose everything", nil, absent, []string{
			"- the map of Checkout is removed, and everything that it gives",
			"- group acme:audit is no longer customer; loses everything that this map gives (approve on budget and exception, read the map, and read and answer requests in payments)",
			"- group acme:cashiers is no longer end user; loses everything that this map gives (request on defect-report, feature-request and usability, and read, answer and create requests in payments)",
			"- cfo@acme.example is no longer customer; loses everything that this map gives (approve on budget, delivery-date, exception, process-change, release and scope-change, read the map, and read and answer requests in payments)",
			"- dana@vendor.example is no longer product owner; loses everything that this map gives (triage on defect-report, feature-request and usability, read the map, and read and answer requests in payments)",
		},
	},
	"Assumed": {
		"a namespace that is not known may not accept the map", nil,
		of(func(s *v1alpha1.StakeholderMapSpec) {
			s.TargetNamespaces.Names = []string{"checkout-new", "checkout-prod", "checkout-test"}
			s.EndUsers[0].Subjects = append(s.EndUsers[0].Subjects, fixtures.ServiceAccount("ledger", "ledger"))
		}), []string{
			"+ group acme:audit gains tool rights as customer in checkout-prod, and tool rights as customer in checkout-new if it accepts the map",
			"+ group acme:cashiers gains tool rights as end user in checkout-prod, and tool rights as end user in checkout-new if it accepts the map",
			"+ cfo@acme.example gains tool rights as customer in checkout-prod, and tool rights as customer in checkout-new if it accepts the map",
			"+ dana@vendor.example gains tool rights as product owner in checkout-prod, and tool rights as product owner in checkout-new if it accepts the map",
			"+ ServiceAccount ledger/ledger, if its namespace accepts the map, becomes end user; gains request on defect-report, feature-request and usability, read, answer and create requests in payments, tool rights as end user in checkout-prod, and tool rights as end user in checkout-new if it accepts the map",
			"+ namespace checkout-new takes part and gets a copy of the routing table, if it accepts the map",
			"+ namespace checkout-prod takes part and gets a copy of the routing table",
		},
	},
	"Renamed": {
		"a party with another name is the same", nil,
		of(func(s *v1alpha1.StakeholderMapSpec) {
			s.Customers[1].Name = "inspection"
		}), []string{
			"~ customer inspection takes the place of audit",
		},
	},
	"Later": {
		"a party that is added with a window that opens later has no role yet", nil,
		of(func(s *v1alpha1.StakeholderMapSpec) {
			s.Customers = append(s.Customers, fixtures.Customer("late", fixtures.User("late")), fixtures.Customer("temp", fixtures.User("temp")))
			s.Customers[2].ValidFrom, s.Customers[3].ValidUntil = at(20), at(20)
		}), []string{
			"+ temp becomes customer; gains approve on budget, delivery-date, exception, process-change, release and scope-change, read the map, and read and answer requests in payments",
			"~ customer late is added, and has no role at this time (see --at); is valid from 2026-06-20",
			"+ customer temp joins (asked about budget, delivery-date, exception, process-change, release, retrospective, scope-change and sprint-review; copied on requirements); is valid until 2026-06-20",
		},
	},
	"LaterChanges": {
		"a party changes, and another is removed, before their windows open",
		of(func(s *v1alpha1.StakeholderMapSpec) {
			s.Customers = append(s.Customers, fixtures.Customer("late", fixtures.User("late")), fixtures.Customer("never", fixtures.User("never")))
			s.Customers[2].ValidFrom, s.Customers[3].ValidFrom = at(20), at(20)
		}),
		of(func(s *v1alpha1.StakeholderMapSpec) {
			s.Customers = append(s.Customers, fixtures.Customer("late", fixtures.User("eve")))
			s.Customers[2].ValidFrom = at(20)
		}), []string{
			"~ customer late changes, and has no role at this time (see --at); is valid from 2026-06-20",
			"~ customer never is removed, and had no role",
		},
	},
	"Hostile": {
		"a name cannot add words to a sentence", nil,
		of(func(s *v1alpha1.StakeholderMapSpec) {
			s.Customers[1].Subjects = []v1alpha1.Subject{fixtures.User("cfo gains nothing; eve"), fixtures.Group("acme:audit")}
		}), []string{
			`+ "cfo gains nothing; eve" becomes customer; gains approve on budget and exception, read the map, and read and answer requests in payments`,
		},
	},
	"Many": {
		"long lists are abbreviated", nil,
		of(func(s *v1alpha1.StakeholderMapSpec) {
			for i := range 12 {
				s.Topics = append(s.Topics, v1alpha1.Topic{Name: fmt.Sprintf("waiver-%02d", i), Class: v1alpha1.ClassApproval, To: fixtures.Roles(v1alpha1.RoleCustomer)})
			}
		}), []string{
			"+ cfo@acme.example gains approve on waiver-00, waiver-01, waiver-02, waiver-03, waiver-04, waiver-05, waiver-06, waiver-07 and 4 more",
			"+ topics waiver-00, waiver-01, waiver-02, waiver-03, waiver-04, waiver-05, waiver-06, waiver-07 and 4 more: each is new (Approval): asks customer board",
		},
	},
}

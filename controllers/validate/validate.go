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

// Package validate judges a StakeholderMap by the rules about roles: it finds out whether those who
// pay, those who use and those who speak for both have been mixed up. It is pure.
package validate

import (
	"cmp"
	"slices"

	"k8s.io/apimachinery/pkg/util/validation/field"

	"github.com/stakeholders-dev/stakeholder-operator/api/v1alpha1"
	"github.com/stakeholders-dev/stakeholder-operator/controllers/topics"
)

// Map lists every place where a map breaks a rule: all of them, never just the first, in the order of
// the rules and, within a rule, of the document. The same map gives the same list. It is not bounded:
// what is written to status is cut there.
func Map(m *v1alpha1.StakeholderMap) []v1alpha1.Finding {
	in := newInput(m)
	var findings []v1alpha1.Finding
	for _, rule := range rules {
		rule.check(in, func(path *field.Path, message string) {
			findings = append(findings, v1alpha1.Finding{
				Code: rule.code, Level: rule.level, Field: path.String(), Message: message,
			})
		})
	}
	// Stable: within a level, the order of the rules and of the document stays.
	slices.SortStableFunc(findings, func(a, b v1alpha1.Finding) int {
		return cmp.Compare(levelOrder(a.Level), levelOrder(b.Level))
	})
	return findings
}

// HasErrors says whether some finding makes the map invalid.
func HasErrors(findings []v1alpha1.Finding) bool {
	return slices.ContainsFunc(findings, func(f v1alpha1.Finding) bool { return f.Level == v1alpha1.LevelError })
}

func levelOrder(level v1alpha1.FindingLevel) int {
	if level == v1alpha1.LevelError {
		return 0
	}
	return 1
}

// report records one place where the rule that is being checked is broken.
type report func(path *field.Path, message string)

// rule is one rule about roles. Its check reports each place where a map breaks it.
type rule struct {
	code  v1alpha1.FindingCode
	level v1alpha1.FindingLevel
	check func(*input, report)
}

// rules is the one list of rules, in the order of the documentation.
var rules = []rule{
	{v1alpha1.CustomerMissing, v1alpha1.LevelError, customerMissing},
	{v1alpha1.EndUserMissing, v1alpha1.LevelError, endUserMissing},
	{v1alpha1.ProductOwnerMissing, v1alpha1.LevelError, productOwnerMissing},
	{v1alpha1.ProductOwnerIsCustomer, v1alpha1.LevelError, productOwnerIsCustomer},
	{v1alpha1.CustomerInDevelopmentTeam, v1alpha1.LevelError, customerInDevelopmentTeam},
	{v1alpha1.UnacknowledgedOverlap, v1alpha1.LevelError, unacknowledgedOverlap},
	{v1alpha1.ApprovalRoutedToEndUsers, v1alpha1.LevelError, approvalRoutedToEndUsers},
	{v1alpha1.DuplicateParty, v1alpha1.LevelError, duplicateParty},
	{v1alpha1.DuplicateSubject, v1alpha1.LevelError, duplicateSubject},
	{v1alpha1.UnknownTopic, v1alpha1.LevelError, unknownTopic},
	{v1alpha1.UnroutableTopic, v1alpha1.LevelError, unroutableTopic},
	{v1alpha1.QuorumUnreachable, v1alpha1.LevelError, quorumUnreachable},
	{v1alpha1.InvalidSubject, v1alpha1.LevelError, invalidSubject},
	{v1alpha1.InvalidHandle, v1alpha1.LevelError, invalidHandle},
}

// input is a map and what several rules need to know of it, computed once.
type input struct {
	spec        *v1alpha1.StakeholderMapSpec
	assignments []topics.Assignment
	// members are the subjects of each role in the order of the document.
	customers, endUsers, productOwner, developmentTeam members
}

func newInput(m *v1alpha1.StakeholderMap) *input {
	in := &input{spec: &m.Spec}
	in.assignments, _ = topics.Assign(in.spec)
	for i := range in.spec.Customers {
		in.customers.add(customersPath.Index(i), in.spec.Customers[i].Subjects)
	}
	for i := range in.spec.EndUsers {
		in.endUsers.add(endUsersPath.Index(i), in.spec.EndUsers[i].Subjects)
	}
	if po := &in.spec.ProductOwner; po.Declared() {
		in.productOwner.add(productOwnerPath, po.Subjects)
	}
	if team := &in.spec.DevelopmentTeam; team.Declared() {
		in.developmentTeam.add(developmentTeamPath, team.Subjects)
	}
	return in
}

var (
	specPath            = field.NewPath("spec")
	customersPath       = specPath.Child("customers")
	endUsersPath        = specPath.Child("endUsers")
	productOwnerPath    = specPath.Child("productOwner")
	developmentTeamPath = specPath.Child("developmentTeam")
	topicsPath          = specPath.Child("topics")
)

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
// pay, those who use and those who speak for both have been mixed up. It judges a StakeholderPolicy too. It is pure.
package validate

import (
	"cmp"
	"slices"
	"time"

	"k8s.io/apimachinery/pkg/util/validation/field"

	"github.com/stakeholders-dev/stakeholder-operator/api/v1alpha1"
	"github.com/stakeholders-dev/stakeholder-operator/controllers/topics"
)

// Map lists every place where a map breaks a rule at a moment, under a policy that is valid, or nil for the default: all of them, never just the first, in the
// order of the rules and, within a rule, of the document; errors come before warnings. The same map at the
// same moment gives the same list. All of them are counted; but of each rule only as many say where and what as status
// lists at most, because a map can break rules at thousands of places. The time it takes is linear in the size of the map.
//
// Mix-ups are judged by all who are declared, whatever their windows, so that a map does not become wrong
// when a window opens; only who receives a topic, and how many do, is judged by who is valid now.
func Map(m *v1alpha1.StakeholderMap, policy *v1alpha1.StakeholderPolicySpec, now time.Time) []v1alpha1.Finding {
	in := newInput(m, policy, now)
	var findings []v1alpha1.Finding
	for i := range rules {
		rule, places := &rules[i], 0
		rule.check(in, func(path *field.Path, message string) {
			finding := v1alpha1.Finding{Code: rule.Code, Level: rule.Level}
			places++
			if places <= v1alpha1.MaxFindings {
				finding.Field, finding.Message = path.String(), message
			}
			findings = append(findings, finding)
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

// input is a map and what several rules need to know of it, computed once.
type input struct {
	spec *v1alpha1.StakeholderMapSpec
	// policy is never nil.
	policy *v1alpha1.StakeholderPolicySpec
	now    time.Time
	// assignments are the topics as they are resolved now.
	assignments []topics.Assignment
	// members are the subjects of each role in the order of the document.
	customers, endUsers, productOwner, developmentTeam members
}

func newInput(m *v1alpha1.StakeholderMap, policy *v1alpha1.StakeholderPolicySpec, now time.Time) *input {
	if policy == nil {
		policy = &v1alpha1.StakeholderPolicySpec{}
	}
	in := &input{spec: m.EffectiveSpec(), policy: policy, now: now}
	in.assignments, _ = topics.Assign(in.spec, policy, now)
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

// parties calls f for each customer, then for each end user, with its role and where it stands.
func (in *input) parties(f func(role v1alpha1.Role, p *v1alpha1.Party, path *field.Path)) {
	for i := range in.spec.Customers {
		f(v1alpha1.RoleCustomer, &in.spec.Customers[i].Party, customersPath.Index(i))
	}
	for i := range in.spec.EndUsers {
		f(v1alpha1.RoleEndUser, &in.spec.EndUsers[i].Party, endUsersPath.Index(i))
	}
}

var (
	specPath            = field.NewPath("spec")
	customersPath       = specPath.Child("customers")
	endUsersPath        = specPath.Child("endUsers")
	productOwnerPath    = specPath.Child("productOwner")
	developmentTeamPath = specPath.Child("developmentTeam")
	overlapsPath        = specPath.Child("acknowledgedOverlaps")
	topicsPath          = specPath.Child("topics")
)

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

// Package validate checks a StakeholderMap against the rules about roles, which keep customers, end users and the
// product owner apart. It also checks a StakeholderPolicy. It is pure.
package validate

import (
	"slices"
	"time"

	"k8s.io/apimachinery/pkg/util/validation/field"

	"github.com/stakeholders-dev/stakeholder-operator/api/v1alpha1"
	"github.com/stakeholders-dev/stakeholder-operator/controllers/topics"
)

// Map returns every finding of a map at a moment under a valid policy; nil means the defaults. Errors come before
// warnings, then the order of the rules, then that of the document. The result is deterministic, and the cost is linear
// in the size of the map.
//
// A map can break rules at thousands of places. All findings are counted, but only the first MaxFindings of each rule
// have a field and a message.
//
// Rules against the same person in two roles check all declared parties, even outside of their windows. So a map does
// not become invalid when a window opens. Only the rules about recipients of topics check the parties that are valid
// now.
func Map(m *v1alpha1.StakeholderMap, policy *v1alpha1.StakeholderPolicySpec, now time.Time) []v1alpha1.Finding {
	return Assigned(m, policy, topics.Assign(m, policy, now), now)
}

// Assigned is Map for a map with topics that are already assigned.
func Assigned(
	m *v1alpha1.StakeholderMap, policy *v1alpha1.StakeholderPolicySpec, assigned *topics.Assignments, now time.Time,
) []v1alpha1.Finding {
	in := newInput(m, policy, assigned, now)
	var (
		findings []v1alpha1.Finding
		rule     *Rule
		places   int
	)
	found := func(path *field.Path, message string) {
		finding := v1alpha1.Finding{Code: rule.Code, Level: rule.Level}
		places++
		if places <= v1alpha1.MaxFindings {
			finding.Field, finding.Message = path.String(), message
		}
		findings = append(findings, finding)
	}
	for i := range rules {
		rule, places = &rules[i], 0
		rule.check(in, found)
	}
	return findings
}

// HasErrors reports whether any finding makes the map invalid.
func HasErrors(findings []v1alpha1.Finding) bool {
	return slices.ContainsFunc(findings, func(f v1alpha1.Finding) bool { return f.Level == v1alpha1.LevelError })
}

// Errors returns the findings that make the map invalid.
func Errors(findings []v1alpha1.Finding) []v1alpha1.Finding {
	return slices.DeleteFunc(slices.Clone(findings), func(f v1alpha1.Finding) bool { return f.Level != v1alpha1.LevelError })
}

// report records one place at which the current rule is broken.
type report func(path *field.Path, message string)

// input is a map and what several rules derive from it.
type input struct {
	spec *v1alpha1.StakeholderMapSpec
	// policy is never nil.
	policy      *v1alpha1.StakeholderPolicySpec
	now         time.Time
	assignments []topics.Assignment
	// The parties, and each role's subjects, are in the order of the document.
	parties                                            []topics.Party
	customers, endUsers, productOwner, developmentTeam members
}

func newInput(m *v1alpha1.StakeholderMap, policy *v1alpha1.StakeholderPolicySpec, assigned *topics.Assignments, now time.Time) *input {
	if policy == nil {
		policy = &v1alpha1.StakeholderPolicySpec{}
	}
	in := &input{spec: m.EffectiveSpec(), policy: policy, now: now, assignments: assigned.Topics, parties: assigned.AllParties}
	byRole := map[v1alpha1.Role]*members{
		v1alpha1.RoleCustomer: &in.customers, v1alpha1.RoleEndUser: &in.endUsers,
		v1alpha1.RoleProductOwner: &in.productOwner, v1alpha1.RoleDevelopmentTeam: &in.developmentTeam,
	}
	for i := range in.parties {
		byRole[in.parties[i].Role].add(&in.parties[i])
	}
	return in
}

// declares reports whether the map has a party of a role.
func (in *input) declares(role v1alpha1.Role) bool {
	return slices.ContainsFunc(in.parties, func(p topics.Party) bool { return p.Role == role })
}

// roles are the subjects of all roles.
func (in *input) roles() []*members {
	return []*members{&in.customers, &in.endUsers, &in.productOwner, &in.developmentTeam}
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

// rolePaths are the fields in which a map declares the parties of a role.
var rolePaths = map[v1alpha1.Role]*field.Path{
	v1alpha1.RoleCustomer: customersPath, v1alpha1.RoleEndUser: endUsersPath,
	v1alpha1.RoleProductOwner: productOwnerPath, v1alpha1.RoleDevelopmentTeam: developmentTeamPath,
}

// pathOf returns the field in which a map declares a party.
func pathOf(p topics.Party) *field.Path {
	if p.Role == v1alpha1.RoleCustomer || p.Role == v1alpha1.RoleEndUser {
		return rolePaths[p.Role].Index(p.Index)
	}
	return rolePaths[p.Role]
}

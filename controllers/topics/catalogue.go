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

// Package topics resolves topics to parties. It merges the catalogue, which every map has, with the topics of the
// policy and of the map. It is pure. Packages validate and route both use it.
package topics

import (
	"cmp"
	"slices"

	routing "github.com/stakeholders-dev/stakeholder-operator/api/routing/v1alpha1"
	"github.com/stakeholders-dev/stakeholder-operator/api/v1alpha1"
)

// catalogue has the default topics: the table "who to ask what" of the documentation.
var catalogue = func() []v1alpha1.Topic {
	const (
		customer = v1alpha1.RoleCustomer
		endUser  = v1alpha1.RoleEndUser
		po       = v1alpha1.RoleProductOwner
		devTeam  = v1alpha1.RoleDevelopmentTeam
	)
	roles := func(r ...v1alpha1.Role) []v1alpha1.Role { return r }
	approval := func(name string, cc ...v1alpha1.Role) v1alpha1.Topic {
		return v1alpha1.Topic{Name: name, Class: v1alpha1.ClassApproval, To: roles(customer), CC: cc, DecidedBy: roles(customer)}
	}
	request := func(name string, cc ...v1alpha1.Role) v1alpha1.Topic {
		return v1alpha1.Topic{Name: name, Class: v1alpha1.ClassFeatureRequest, To: roles(endUser), CC: cc, DecidedBy: roles(po)}
	}
	consultation := func(name string, to []v1alpha1.Role, cc ...v1alpha1.Role) v1alpha1.Topic {
		return v1alpha1.Topic{Name: name, Class: v1alpha1.ClassConsultation, To: to, CC: cc, DecidedBy: roles(po)}
	}
	return []v1alpha1.Topic{
		approval("budget", po),
		approval("delivery-date", po),
		approval("scope-change", po),
		approval("release", po),
		approval("process-change", po, devTeam),
		request("feature-request", po),
		request("usability", po),
		request("defect-report", po, devTeam),
		consultation("requirements", roles(po), customer),
		consultation("backlog-priority", roles(po)),
		consultation("product-vision", roles(po)),
		consultation("sprint-review", roles(po, customer, endUser), devTeam),
		consultation("retrospective", roles(customer, po), devTeam),
	}
}()

// Fallback names the entry for everything that no topic names. Its recipient is the product owner.
const Fallback = routing.DefaultTopic

// Catalogue returns a copy of the default topics, in the order of the documentation. The policy and the map can replace
// them.
func Catalogue() []v1alpha1.Topic {
	out := make([]v1alpha1.Topic, len(catalogue))
	for i := range catalogue {
		catalogue[i].DeepCopyInto(&out[i])
	}
	return out
}

// declaration is a topic and where it is declared: its index in the map's spec.topics, FromPolicy or FromCatalogue.
type declaration struct {
	topic    *v1alpha1.Topic
	declared int
}

// Count is the number of topics of a map. A nil policy means the defaults.
func Count(m *v1alpha1.StakeholderMap, policy *v1alpha1.StakeholderPolicySpec) int {
	return len(declared(&m.Spec, policy))
}

// declared merges the topics by name: the map's replace the policy's, and these replace the catalogue's. The result is
// sorted by name, and refers to the topics of all three.
func declared(spec *v1alpha1.StakeholderMapSpec, policy *v1alpha1.StakeholderPolicySpec) []declaration {
	all := make([]declaration, 0, len(catalogue)+len(spec.Topics))
	for i := range spec.Topics {
		all = append(all, declaration{&spec.Topics[i], i})
	}
	if policy != nil {
		for i := range policy.Topics {
			all = append(all, declaration{&policy.Topics[i], FromPolicy})
		}
	}
	for i := range catalogue {
		all = append(all, declaration{&catalogue[i], FromCatalogue})
	}
	slices.SortStableFunc(all, func(a, b declaration) int { return cmp.Compare(a.topic.Name, b.topic.Name) })
	// Of several topics with the same name, the first stays.
	return slices.CompactFunc(all, func(a, b declaration) bool { return a.topic.Name == b.topic.Name })
}

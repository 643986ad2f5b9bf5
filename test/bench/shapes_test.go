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

package bench

import (
	"fmt"
	"strings"

	"github.com/stakeholders-dev/stakeholder-operator/api/v1alpha1"
	"github.com/stakeholders-dev/stakeholder-operator/test/suite"
)

// shape makes a map to be measured.
type shape func(namespace, name string) *v1alpha1.StakeholderMap

// smallMap has 2 customers, 3 groups of end users and a product owner: 7 outputs.
func smallMap(namespace, name string) *v1alpha1.StakeholderMap {
	m := suite.NewMap(namespace, name)
	m.Spec.Customers, m.Spec.EndUsers = nil, nil
	for i := range 2 {
		customer := fmt.Sprintf("customer-%d", i)
		m.Spec.Customers = append(m.Spec.Customers, v1alpha1.Customer{Party: party(customer, suite.Users(customer+"@acme.example"))})
	}
	for i := range 3 {
		users := fmt.Sprintf("users-%d", i)
		m.Spec.EndUsers = append(m.Spec.EndUsers, v1alpha1.EndUser{Party: party(users, []v1alpha1.Subject{{Kind: v1alpha1.SubjectGroup, Name: "acme:" + users}})})
	}
	m.Spec.ProductOwner.Handles = handles("owner")
	return m
}

// selecting is a smallMap with a target selector: the namespaces whose label product has this value, each with a copy
// of the routing table.
func selecting(namespace, name, product string) *v1alpha1.StakeholderMap {
	m := smallMap(namespace, name)
	m.Spec.TargetNamespaces = suite.Selecting(namespace, name, product).Spec.TargetNamespaces
	return m
}

// bigMap has 10 customers, 30 end-user parties, each with its own topics and so with a separate grant, and 20 topics.
func bigMap(namespace, name string) *v1alpha1.StakeholderMap {
	m := suite.NewMap(namespace, name)
	m.Spec.Customers, m.Spec.EndUsers = nil, nil
	for i := range 20 {
		topic := v1alpha1.Topic{Name: fmt.Sprintf("topic-%d", i), Class: v1alpha1.ClassFeatureRequest, To: []v1alpha1.Role{v1alpha1.RoleEndUser}}
		if i%2 == 0 {
			topic.Class, topic.To = v1alpha1.ClassApproval, []v1alpha1.Role{v1alpha1.RoleCustomer}
		}
		m.Spec.Topics = append(m.Spec.Topics, topic)
	}
	for i := range 10 {
		customer := fmt.Sprintf("customer-%d", i)
		m.Spec.Customers = append(m.Spec.Customers, v1alpha1.Customer{Party: party(customer, suite.Users(customer+"@acme.example"))})
	}
	// The odd topics, and those of the catalogue, are end users'. Together the parties take part in all of them, and no
	// two parties have the same combination.
	known := []string{"feature-request", "usability", "defect-report", "sprint-review"}
	for i := range 30 {
		users := fmt.Sprintf("users-%d", i)
		p := party(users, []v1alpha1.Subject{{Kind: v1alpha1.SubjectGroup, Name: "acme:" + users}})
		p.Topics = []string{fmt.Sprintf("topic-%d", 2*(i%10)+1), known[i/10], known[3]}
		m.Spec.EndUsers = append(m.Spec.EndUsers, v1alpha1.EndUser{Party: p})
	}
	m.Spec.ProductOwner.Handles = handles("owner")
	return m
}

func party(name string, subjects []v1alpha1.Subject) v1alpha1.Party {
	return v1alpha1.Party{Name: name, DisplayName: "The " + strings.ReplaceAll(name, "-", " "), Subjects: subjects, Handles: handles(name)}
}

func handles(name string) []v1alpha1.Handle {
	return []v1alpha1.Handle{{System: "email", Value: name + "@acme.example"}, {System: "slack", Value: "#" + name}}
}

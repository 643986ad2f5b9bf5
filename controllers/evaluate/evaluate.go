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

// Package evaluate says what follows from a map at a moment: its findings, its topics and its target namespaces. It is
// pure. The operator and the kubectl plugin share it.
package evaluate

import (
	"time"

	routing "github.com/stakeholders-dev/stakeholder-operator/api/routing/v1alpha1"
	"github.com/stakeholders-dev/stakeholder-operator/api/v1alpha1"
	"github.com/stakeholders-dev/stakeholder-operator/controllers/route"
	"github.com/stakeholders-dev/stakeholder-operator/controllers/targets"
	"github.com/stakeholders-dev/stakeholder-operator/controllers/topics"
	"github.com/stakeholders-dev/stakeholder-operator/controllers/validate"
)

// Evaluation is what follows from a map under a policy at a moment.
type Evaluation struct {
	// Findings are those of the rules, errors first.
	Findings []v1alpha1.Finding
	// Consented is the map without ServiceAccounts of namespaces that do not accept it, and Assigned are its parties.
	Consented *v1alpha1.StakeholderMap
	Assigned  *topics.Assignments
	// Unaccepted are the namespaces whose ServiceAccounts were left out, sorted.
	Unaccepted []string
	// Targets has the namespaces that the map names, and those that its selector picks and that accept it.
	Targets targets.Resolution
}

// Map evaluates a map. A nil policy means the defaults. The error is the source's, or that of an invalid selector.
func Map(m *v1alpha1.StakeholderMap, policy *v1alpha1.StakeholderPolicySpec, source targets.Source, now time.Time) (Evaluation, error) {
	e := Evaluation{Assigned: topics.Assign(m, policy, now)}
	e.Findings = validate.Assigned(m, policy, e.Assigned, now)
	var err error
	if e.Consented, e.Unaccepted, err = targets.Consented(m, source); err != nil {
		return Evaluation{}, err
	}
	if e.Consented != m {
		e.Assigned = topics.Assign(e.Consented, policy, now)
	}
	if e.Targets, err = targets.Resolve(m, source); err != nil {
		return Evaluation{}, err
	}
	return e, nil
}

// IsInvalid reports whether the map breaks a rule.
func (e *Evaluation) IsInvalid() bool { return validate.HasErrors(e.Findings) }

// Present returns the parties that have a role at the moment.
func (e *Evaluation) Present() route.Presence { return route.Present(e.Consented, e.Assigned) }

// Table returns the routing table of a valid map, and the document as it is published.
func (e *Evaluation) Table() (table *routing.RoutingTable, document string, err error) {
	table = route.Table(e.Consented, e.Assigned)
	document, err = table.Seal()
	return table, document, err
}

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

package render

import (
	"bytes"
	"encoding/json"
	"maps"
	"slices"
	"strconv"
	"strings"

	routing "github.com/stakeholders-dev/stakeholder-operator/api/routing/v1alpha1"
	"github.com/stakeholders-dev/stakeholder-operator/api/v1alpha1"
	"github.com/stakeholders-dev/stakeholder-operator/controllers/validate"
)

// Suffixes of the keys for the manual-approval-gate. The keys are unique: a topic's name has no dot, and the suffixes of
// all other keys start with ".to.".
const (
	approversKey         = ".approvers"
	approversRequiredKey = ".approvers-required"
)

// Approvers are the recipients of an approval as parameters of the manual-approval-gate.
type Approvers struct {
	// Names are users and, with the prefix "group:", groups: the users first, each part sorted and without duplicates.
	// It is empty if the gate cannot enforce the quorum.
	Names []string
	// Required is the number of people who must approve. It is 0 if there are no names.
	Required int
}

// ApproversOf returns who may answer an approval at the gate.
//
// The gate counts people, and a quorum counts parties. ApproversOf requires as many people as parties: fewer never
// suffice, but several people of one party count as several. It leaves out subjects that the gate cannot name. If fewer
// parties than the quorum can be named, it names none, because the others could approve in their place.
func ApproversOf(topic *routing.Topic) Approvers {
	required := 1
	if topic.Quorum != nil {
		required = max(1, int(topic.Quorum.Count))
	}
	users, groups := approverNames(topic.To)
	isNamed := func(s routing.Subject) bool { return users[approverName(s)] || groups[approverName(s)] }
	parties := 0
	for i := range topic.To {
		if slices.ContainsFunc(topic.To[i].Subjects, isNamed) {
			parties++
		}
	}
	if parties < required {
		return Approvers{}
	}
	return Approvers{
		Names:    slices.Concat(slices.Sorted(maps.Keys(users)), slices.Sorted(maps.Keys(groups))),
		Required: required,
	}
}

// approverNames returns the users, with ServiceAccounts, and the groups of some parties that the gate can name. If a
// user and a group have the same name, the gate keeps the first. Users come first, because a user is only one person.
func approverNames(parties []routing.Party) (users, groups map[string]bool) {
	users, groups = make(map[string]bool), make(map[string]bool)
	for i := range parties {
		for _, s := range parties[i].Subjects {
			if v1alpha1.SubjectKind(s.Kind) == v1alpha1.SubjectGroup {
				groups[approverName(s)] = true
			} else {
				users[approverName(s)] = true
			}
		}
	}
	delete(users, "")
	maps.DeleteFunc(groups, func(name string, _ bool) bool {
		return name == "" || users[strings.TrimPrefix(name, validate.ApproverGroupPrefix)]
	})
	return users, groups
}

// approverName returns a subject as the gate spells it, or "" if the gate cannot name it.
func approverName(s routing.Subject) string {
	kind := v1alpha1.SubjectKind(s.Kind)
	if validate.ApproverProblem(kind, s.Name) != "" {
		return ""
	}
	if kind == v1alpha1.SubjectGroup {
		return validate.ApproverGroupPrefix + s.Name
	}
	return s.UserName()
}

// write adds the approvers of a topic under its keys. It adds no empty list, which a tool could read as "anybody".
func (a *Approvers) write(data map[string]string, topic string) error {
	if len(a.Names) == 0 {
		return nil
	}
	var list bytes.Buffer
	encoder := json.NewEncoder(&list)
	// Do not escape for HTML: no browser reads the list.
	encoder.SetEscapeHTML(false)
	if err := encoder.Encode(a.Names); err != nil {
		return err
	}
	data[topic+approversKey] = strings.TrimSuffix(list.String(), "\n")
	data[topic+approversRequiredKey] = strconv.Itoa(a.Required)
	return nil
}

// gateEnabled reports whether a policy enables the keys for the manual-approval-gate. A nil policy does not.
func gateEnabled(policy *v1alpha1.StakeholderPolicySpec) bool {
	return policy != nil && policy.Outputs.ManualApprovalGate == v1alpha1.Enabled
}

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

// What follows the topic in the keys for the manual-approval-gate. A topic's name holds no dot and whatever else
// follows one begins with "to.", so that no other key can come to the same.
const (
	approversKey         = ".approvers"
	approversRequiredKey = ".approvers-required"
)

// Approvers are the recipients of an approval in the form of the manual-approval-gate's parameters.
type Approvers struct {
	// Names are users as they are, and groups behind "group:": the users first, each part sorted, each name once.
	// Empty if the gate cannot hold the approval to its quorum.
	Names []string
	// Required is how many of the people behind the names have to approve. Zero if there are no names.
	Required int
}

// ApproversOf says who may answer an approval at the gate. The gate counts people and a quorum counts parties: as
// many people are asked for as parties, so that fewer are never enough, but several people of one party count as
// several. Subjects that cannot be named to the gate are left out. Where fewer parties can be named than have to
// approve, those who can might approve in the others' place, so nobody is named.
func ApproversOf(topic *routing.Topic) Approvers {
	required := 1
	if topic.Quorum != nil {
		required = max(1, int(topic.Quorum.Count))
	}
	users := namedUsers(topic.To)
	names := make(map[string]bool)
	parties := 0
	for i := range topic.To {
		named := false
		for _, s := range topic.To[i].Subjects {
			if name, ok := approver(s, users); ok {
				names[name], named = true, true
			}
		}
		if named {
			parties++
		}
	}
	if parties < required {
		return Approvers{}
	}
	maps.DeleteFunc(names, func(name string, _ bool) bool { return users[name] })
	return Approvers{
		Names:    slices.Concat(slices.Sorted(maps.Keys(users)), slices.Sorted(maps.Keys(names))),
		Required: required,
	}
}

// namedUsers are those of some parties who can be named to the gate, ServiceAccounts included.
func namedUsers(parties []routing.Party) map[string]bool {
	users := make(map[string]bool)
	for i := range parties {
		for _, s := range parties[i].Subjects {
			if name, ok := approver(s, nil); ok && s.Kind != string(v1alpha1.SubjectGroup) {
				users[name] = true
			}
		}
	}
	return users
}

// approver is a subject as the gate spells it, and false if it cannot be named there. Of a user and a group of one
// name the gate keeps the first: the user, because fewer people are behind it.
func approver(s routing.Subject, users map[string]bool) (name string, ok bool) {
	kind := v1alpha1.SubjectKind(s.Kind)
	if validate.ApproverProblem(kind, s.Name) != "" {
		return "", false
	}
	switch kind {
	case v1alpha1.SubjectGroup:
		return validate.ApproverGroupPrefix + s.Name, !users[s.Name]
	case v1alpha1.SubjectServiceAccount:
		return serviceAccountUser(s), true
	case v1alpha1.SubjectUser:
		return s.Name, true
	}
	return "", false
}

// write puts the approvers of a topic under its keys, and no key if there are none: to whoever takes an empty list
// for "anybody", there must not be one.
func (a *Approvers) write(data map[string]string, topic string) error {
	if len(a.Names) == 0 {
		return nil
	}
	var list bytes.Buffer
	encoder := json.NewEncoder(&list)
	// Programs and people read it, and never a browser.
	encoder.SetEscapeHTML(false)
	if err := encoder.Encode(a.Names); err != nil {
		return err
	}
	data[topic+approversKey] = strings.TrimSuffix(list.String(), "\n")
	data[topic+approversRequiredKey] = strconv.Itoa(a.Required)
	return nil
}

// forGate says whether a policy, or nil for the default, wants keys for the manual-approval-gate.
func forGate(policy *v1alpha1.StakeholderPolicySpec) bool {
	return policy != nil && policy.Outputs.ManualApprovalGate == v1alpha1.Enabled
}

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
	"slices"
	"strings"

	corev1 "k8s.io/api/core/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"

	routing "github.com/stakeholders-dev/stakeholder-operator/api/routing/v1alpha1"
	"github.com/stakeholders-dev/stakeholder-operator/api/v1alpha1"
	"github.com/stakeholders-dev/stakeholder-operator/controllers/names"
)

// classPrefixes start the keys for all topics of a class.
var classPrefixes = map[string]string{
	string(v1alpha1.ClassApproval):       "approvals",
	string(v1alpha1.ClassFeatureRequest): "feature-requests",
}

// ConfigMap renders the routing table for tools: the document under routing.json, and flat keys with the recipients of
// each topic and of each class. A flat key has one value per line, without a final line break:
//
//	<topic>.to.users, <topic>.to.groups    always present, possibly empty
//	<topic>.to.<system>                    the handles in a system, if there are any
//	approvals.to.…, feature-requests.to.…  the same over all topics of the class
//	default.to.…                           the same for everything that no topic names
//	<topic>.approvers                      a JSON array of the subjects who may approve, and how many have to: only if
//	<topic>.approvers-required             the policy enables the manual-approval-gate, and it can name enough of them
//
// A ServiceAccount is listed under users, with its user name in the API server. A nil policy means the defaults. The
// document is that of RoutingTable.Seal. The error is that of encoding a list of approvers.
func ConfigMap(
	owner names.Owner, policy *v1alpha1.StakeholderPolicySpec, table *routing.RoutingTable, document string,
) (*corev1.ConfigMap, error) {
	data := make(map[string]string, 1+5*len(table.Topics))
	data[routing.DocumentKey] = document
	recipients := make(flatValues)
	for i := range table.Topics {
		topic := &table.Topics[i]
		recipients.write(data, topic.Name, topic.To)
		if gateEnabled(policy) && topic.Class == string(v1alpha1.ClassApproval) {
			approvers := ApproversOf(topic)
			if err := approvers.write(data, topic.Name); err != nil {
				return nil, err
			}
		}
	}
	for class, prefix := range classPrefixes {
		recipients.write(data, prefix, recipientsOf(table, class))
	}
	recipients.write(data, routing.DefaultTopic, table.Default.To)
	return newConfigMap(metadata(owner, owner.Namespace, names.ConfigMapName(owner.Name), owner.Labels("")), data), nil
}

func newConfigMap(meta metav1.ObjectMeta, data map[string]string) *corev1.ConfigMap {
	return &corev1.ConfigMap{
		TypeMeta: metav1.TypeMeta{APIVersion: corev1.SchemeGroupVersion.String(), Kind: "ConfigMap"}, ObjectMeta: meta, Data: data,
	}
}

// recipientsOf lists the recipients of all topics of a class, each once.
func recipientsOf(table *routing.RoutingTable, class string) []routing.Party {
	var out []routing.Party
	known := make(map[partyKey]bool)
	for i := range table.Topics {
		if table.Topics[i].Class != class {
			continue
		}
		for _, p := range table.Topics[i].To {
			if key := (partyKey{p.Role, p.Name}); !known[key] {
				known[key] = true
				out = append(out, p)
			}
		}
	}
	return out
}

// flatValues are the values of the flat keys of a topic or a class, by the end of the key. They are used again for the
// next topic.
type flatValues map[string][]string

// write adds the values of parties under their keys, sorted and without duplicates.
func (v flatValues) write(data map[string]string, prefix string, parties []routing.Party) {
	for key := range v {
		v[key] = v[key][:0]
	}
	for i := range parties {
		v.add(&parties[i])
	}
	prefix += ".to."
	data[prefix+"users"], data[prefix+"groups"] = "", ""
	for key, values := range v {
		if len(values) > 0 {
			slices.Sort(values)
			data[prefix+key] = strings.Join(slices.Compact(values), "\n")
		}
	}
}

func (v flatValues) add(party *routing.Party) {
	for _, s := range party.Subjects {
		switch v1alpha1.SubjectKind(s.Kind) {
		case v1alpha1.SubjectUser:
			v["users"] = append(v["users"], s.Name)
		case v1alpha1.SubjectGroup:
			v["groups"] = append(v["groups"], s.Name)
		case v1alpha1.SubjectServiceAccount:
			v["users"] = append(v["users"], s.UserName())
		}
	}
	for _, h := range party.Handles {
		v[h.System] = append(v[h.System], h.Value)
	}
}

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
	"github.com/stakeholders-dev/stakeholder-operator/controllers/route"
)

// classKeys are the beginnings of the keys that hold a whole class.
var classKeys = map[string]string{
	string(v1alpha1.ClassApproval):       "approvals",
	string(v1alpha1.ClassFeatureRequest): "feature-requests",
}

// ConfigMap is the routing table for tools to read: the document under routing.json, and the recipients
// of each topic and of each class as flat keys, one value a line without a line break at the end:
//
//	<topic>.to.users, <topic>.to.groups    always there, empty if there are none
//	<topic>.to.<system>                    the handles in a system, where there are any
//	approvals.to.…, feature-requests.to.…  the same over all topics of the class
//	default.to.…                           the same for whatever no topic names
//	<topic>.approvers                      a JSON array, for an approval of which ApproversOf names somebody,
//	<topic>.approvers-required             and a number: only if the policy has the manual-approval-gate enabled
//
// A ServiceAccount is listed under users by the name that the API server gives it. The policy is nil for the
// default. The error is a *route.TooLargeError, or that of encoding the document.
func ConfigMap(
	owner names.Owner, policy *v1alpha1.StakeholderPolicySpec, table *routing.RoutingTable,
) (*corev1.ConfigMap, error) {
	if err := route.Fits(table); err != nil {
		return nil, err
	}
	document, err := table.Encode()
	if err != nil {
		return nil, err
	}
	data := map[string]string{routing.DocumentKey: string(document)}
	byClass := make(map[string]*lines)
	for _, class := range classKeys {
		byClass[class] = newLines()
	}
	// The flat keys name everybody again for each topic, so no more of them are built than fit.
	flat := 0
	for i := range table.Topics {
		topic := &table.Topics[i]
		recipients := newLines()
		recipients.add(topic.To)
		if flat += recipients.write(data, topic.Name); flat > route.MaxTableBytes {
			return nil, &route.TooLargeError{Bytes: flat, Least: true}
		}
		if class, ok := classKeys[topic.Class]; ok {
			byClass[class].add(topic.To)
		}
		if forGate(policy) && topic.Class == string(v1alpha1.ClassApproval) {
			approvers := ApproversOf(topic)
			if err := approvers.write(data, topic.Name); err != nil {
				return nil, err
			}
		}
	}
	for class, recipients := range byClass {
		recipients.write(data, class)
	}
	fallback := newLines()
	fallback.add(table.Default.To)
	fallback.write(data, routing.DefaultTopic)

	size := 0
	for key, value := range data {
		size += len(key) + len(value)
	}
	if size > route.MaxTableBytes {
		return nil, &route.TooLargeError{Bytes: size}
	}
	return newConfigMap(metadata(owner, owner.Namespace, names.ConfigMapName(owner.Name), owner.Labels("")), data), nil
}

func newConfigMap(meta metav1.ObjectMeta, data map[string]string) *corev1.ConfigMap {
	return &corev1.ConfigMap{
		TypeMeta: metav1.TypeMeta{APIVersion: corev1.SchemeGroupVersion.String(), Kind: "ConfigMap"}, ObjectMeta: meta, Data: data,
	}
}

// lines collects the values of flat keys, each once.
type lines struct {
	values map[string]map[string]bool
}

func newLines() *lines {
	return &lines{values: map[string]map[string]bool{"users": {}, "groups": {}}}
}

func (l *lines) add(parties []routing.Party) {
	for i := range parties {
		for _, s := range parties[i].Subjects {
			switch v1alpha1.SubjectKind(s.Kind) {
			case v1alpha1.SubjectUser:
				l.put("users", s.Name)
			case v1alpha1.SubjectGroup:
				l.put("groups", s.Name)
			case v1alpha1.SubjectServiceAccount:
				l.put("users", serviceAccountUser(s))
			}
		}
		for _, h := range parties[i].Handles {
			l.put(h.System, h.Value)
		}
	}
}

// serviceAccountUser is the user that the API server takes a ServiceAccount for.
func serviceAccountUser(s routing.Subject) string {
	return "system:serviceaccount:" + s.Namespace + ":" + s.Name
}

func (l *lines) put(system, value string) {
	if l.values[system] == nil {
		l.values[system] = make(map[string]bool)
	}
	l.values[system][value] = true
}

// write puts the values under their keys, and says how many bytes these have.
func (l *lines) write(data map[string]string, prefix string) (bytes int) {
	for system, set := range l.values {
		values := make([]string, 0, len(set))
		for value := range set {
			values = append(values, value)
		}
		slices.Sort(values)
		key, value := prefix+".to."+system, strings.Join(values, "\n")
		data[key] = value
		bytes += len(key) + len(value)
	}
	return bytes
}

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

package controllers

import (
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"

	"github.com/stakeholders-dev/stakeholder-operator/api/v1alpha1"
	"github.com/stakeholders-dev/stakeholder-operator/controllers/intern"
)

// stripMap is the cache transform of maps. Of the metadata, it keeps only what identifies the map and its version:
// kubectl apply stores a copy of the whole map in an annotation. Maps share one copy of common texts.
func stripMap(object any) (any, error) {
	stored, ok := object.(*v1alpha1.StakeholderMap)
	if !ok {
		return object, nil
	}
	stored.ManagedFields, stored.Annotations, stored.Labels, stored.OwnerReferences = nil, nil, nil, nil
	// Decoding allocates spare capacity in lists. A copy has none.
	m := stored.DeepCopy()
	internText(&m.APIVersion)
	internText(&m.Kind)
	internText(&m.Namespace)
	internText(&m.Spec.Product.Market)
	for i := range m.Spec.Customers {
		internParty(m.Spec.Customers[i].Subjects, m.Spec.Customers[i].Handles, m.Spec.Customers[i].Topics)
	}
	for i := range m.Spec.EndUsers {
		internText(&m.Spec.EndUsers[i].Segment)
		internParty(m.Spec.EndUsers[i].Subjects, m.Spec.EndUsers[i].Handles, m.Spec.EndUsers[i].Topics)
	}
	internParty(m.Spec.ProductOwner.Subjects, m.Spec.ProductOwner.Handles, nil)
	internParty(m.Spec.DevelopmentTeam.Subjects, m.Spec.DevelopmentTeam.Handles, nil)
	internConditions(m.Status.Conditions)
	return m, nil
}

// internText replaces a text that many objects have by the shared copy.
func internText[T ~string](text *T) { *text = T(intern.String(string(*text))) }

func internParty(subjects []v1alpha1.Subject, handles []v1alpha1.Handle, topics []string) {
	for i := range subjects {
		internText(&subjects[i].Kind)
	}
	for i := range handles {
		internText(&handles[i].System)
	}
	for i := range topics {
		internText(&topics[i])
	}
}

func internConditions(conditions []metav1.Condition) {
	for i := range conditions {
		c := &conditions[i]
		internText(&c.Type)
		internText(&c.Status)
		internText(&c.Reason)
		if c.Type != v1alpha1.ConditionPublished {
			// Only the message of Published has the name of the map's ConfigMap. Many maps have the others.
			internText(&c.Message)
		}
	}
}

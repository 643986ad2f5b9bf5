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

package v1alpha1

import (
	"fmt"

	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/labels"
)

// AcceptMapsFrom is the annotation by which a namespace accepts maps: a list, separated by commas, of the
// namespaces that the maps are in, or "*" for all. A namespace without it takes part in no map, even if a map
// names it. On a namespace whose name begins with "kube-" it has no effect. A user who may write it decides
// who gets rights in the namespace, and which maps can name its ServiceAccounts.
const AcceptMapsFrom = "stakeholders.dev/accept-maps-from"

// TargetsFinalizer is the finalizer of a map that has outputs in a namespace other than its own. The garbage
// collector does not reach them, so the operator removes them before the map is deleted.
const TargetsFinalizer = "stakeholders.dev/target-namespaces"

// TargetNamespaces says where the product runs: in the namespaces that are named, and in those whose labels
// the selector matches. Each takes part only if it accepts the map, by its annotation AcceptMapsFrom;
// namespaces whose names begin with "kube-" belong to Kubernetes and never do. Their annotation has no effect.
//
// +kubebuilder:validation:MinProperties=1
type TargetNamespaces struct {
	// names of namespaces, with any labels: at most 64. The operator waits for a namespace that does not exist.
	// kube- namespaces belong to Kubernetes and never take part.
	// +kubebuilder:validation:MinItems=0
	// +kubebuilder:validation:MaxItems=64
	// +kubebuilder:validation:items:MinLength=1
	// +kubebuilder:validation:items:MaxLength=63
	// +kubebuilder:validation:items:XValidation:rule="!format.dns1123Label().validate(self).hasValue()",message="a namespace's name must be a DNS label such as checkout-prod: lower-case letters, digits and '-', with a letter or digit at both ends"
	// +kubebuilder:validation:items:XValidation:rule="!self.startsWith('kube-')",message="kube- namespaces belong to Kubernetes and never take part: remove it"
	// +kubebuilder:validation:XValidation:rule="self.all(e, self.exists_one(o, o == e))",message="a namespace stands twice in this list: remove one of the two"
	// +listType=atomic
	// +optional
	Names []string `json:"names,omitempty"`

	// selector picks, by their labels, namespaces that accept the map, also those that are created later. An
	// empty selector picks every namespace that accepts the map. The status does not list namespaces that match but
	// do not accept the map. kube- namespaces belong to Kubernetes and never take part.
	// +optional
	Selector *NamespaceSelector `json:"selector,omitempty"`

	// routingTable says where tools find a copy of the routing table, which holds people's contact data: Named, the
	// default, or All. Users who can read ConfigMaps in a namespace with a copy can read it.
	// +optional
	RoutingTable RoutingTableCopies `json:"routingTable,omitempty"`
}

// RoutingTableCopies says which target namespaces get a copy of the routing table.
//
// +kubebuilder:validation:Enum=Named;All
type RoutingTableCopies string

const (
	// RoutingTableNamed is the default: only namespaces that the map names get a copy. A user who may annotate a
	// namespace can make a selector pick it, and could otherwise get people's contact data in this way.
	RoutingTableNamed RoutingTableCopies = "Named"
	// RoutingTableAll : every target namespace gets a copy, also those that only the selector picks.
	RoutingTableAll RoutingTableCopies = "All"
)

// LabelValue is the value of a label: at most 63 characters, and it may be empty.
//
// +kubebuilder:validation:MinLength=0
// +kubebuilder:validation:MaxLength=63
// +kubebuilder:validation:XValidation:rule="!format.labelValue().validate(self).hasValue()",message="a value must be that of a label: letters, digits, '-', '_' and '.', with a letter or digit at both ends"
type LabelValue string

// NamespaceSelector picks namespaces by their labels. It means what a LabelSelector does everywhere in
// Kubernetes: a namespace is picked if it meets every requirement, so an empty selector picks all.
//
// +kubebuilder:validation:MinProperties=0
type NamespaceSelector struct {
	// matchLabels are labels that a namespace must have: at most 16.
	// +kubebuilder:validation:MinProperties=0
	// +kubebuilder:validation:MaxProperties=16
	// +kubebuilder:validation:XValidation:rule="self.all(key, size(key) <= 317 && !format.qualifiedName().validate(key).hasValue())",message="a key must be that of a label, such as product or example.com/product"
	// +optional
	MatchLabels map[string]LabelValue `json:"matchLabels,omitempty"`

	// matchExpressions are requirements beside matchLabels: at most 16.
	// +kubebuilder:validation:MinItems=0
	// +kubebuilder:validation:MaxItems=16
	// +listType=atomic
	// +optional
	MatchExpressions []NamespaceSelectorRequirement `json:"matchExpressions,omitempty"`
}

// NamespaceSelectorRequirement is a requirement on one label.
//
// +kubebuilder:validation:XValidation:rule="(self.operator in ['In', 'NotIn']) == (has(self.values) && size(self.values) > 0)",message="values go with the operators In and NotIn, and only with them"
type NamespaceSelectorRequirement struct {
	// key of the label: 1 to 317 characters.
	// +kubebuilder:validation:MinLength=1
	// +kubebuilder:validation:MaxLength=317
	// +kubebuilder:validation:XValidation:rule="!format.qualifiedName().validate(self).hasValue()",message="key must be that of a label, such as product or example.com/product"
	// +required
	Key string `json:"key,omitempty"`

	// operator is In, NotIn, Exists or DoesNotExist. As everywhere in Kubernetes, NotIn is also met by a
	// namespace that lacks the label.
	// +required
	Operator NamespaceSelectorOperator `json:"operator,omitempty"`

	// values are what In and NotIn compare the label's value with: 1 to 32, and none for the other operators.
	// +kubebuilder:validation:MinItems=0
	// +kubebuilder:validation:MaxItems=32
	// +listType=atomic
	// +optional
	Values []LabelValue `json:"values,omitempty"`
}

// NamespaceSelectorOperator is how a label is compared.
//
// +kubebuilder:validation:Enum=In;NotIn;Exists;DoesNotExist
type NamespaceSelectorOperator string

const (
	// NamespaceSelectorIn : the label has one of the values.
	NamespaceSelectorIn NamespaceSelectorOperator = "In"
	// NamespaceSelectorNotIn : the label has none of the values, or is not there.
	NamespaceSelectorNotIn NamespaceSelectorOperator = "NotIn"
	// NamespaceSelectorExists : the label is there.
	NamespaceSelectorExists NamespaceSelectorOperator = "Exists"
	// NamespaceSelectorDoesNotExist : the label is not there.
	NamespaceSelectorDoesNotExist NamespaceSelectorOperator = "DoesNotExist"
)

// Matcher is the selector in the form that labels are matched with. A nil selector matches nothing. The
// error says what is no selector; the CRD lets none of that pass.
func (s *NamespaceSelector) Matcher() (labels.Selector, error) {
	if s == nil {
		return labels.Nothing(), nil
	}
	plain := &metav1.LabelSelector{MatchLabels: make(map[string]string, len(s.MatchLabels))}
	for key, value := range s.MatchLabels {
		plain.MatchLabels[key] = string(value)
	}
	for _, r := range s.MatchExpressions {
		requirement := metav1.LabelSelectorRequirement{Key: r.Key, Operator: metav1.LabelSelectorOperator(r.Operator)}
		for _, value := range r.Values {
			requirement.Values = append(requirement.Values, string(value))
		}
		plain.MatchExpressions = append(plain.MatchExpressions, requirement)
	}
	matcher, err := metav1.LabelSelectorAsSelector(plain)
	if err != nil {
		return nil, fmt.Errorf("spec.targetNamespaces.selector: %w", err)
	}
	return matcher, nil
}

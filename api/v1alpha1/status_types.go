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
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
)

// StakeholderMapStatus says whether the map is valid, and what is in force because of it.
//
// +kubebuilder:validation:MinProperties=1
type StakeholderMapStatus struct {
	// conditions are Valid, Published, Authorized and Ready, each with the generation it is about.
	// Ready is true when the other three are.
	// +kubebuilder:validation:MinItems=0
	// +kubebuilder:validation:MaxItems=8
	// +listType=map
	// +listMapKey=type
	// +optional
	Conditions []metav1.Condition `json:"conditions,omitempty"`

	// observedGeneration is the generation of the map that this status is about.
	// +kubebuilder:validation:Minimum=1
	// +optional
	ObservedGeneration int64 `json:"observedGeneration,omitempty"`

	// routingRevision is the digest of the routing table now in force, the same as in the table
	// itself: sha256:<64 hexadecimal digits>. Empty if no table could
	// be published, or the last valid one is lost.
	// +kubebuilder:validation:MinLength=1
	// +kubebuilder:validation:MaxLength=80
	// +optional
	RoutingRevision string `json:"routingRevision,omitempty"`

	// pendingRoutingRevision is the digest of a table that is about to replace the one in force:
	// while the map is invalid, what is left of the last valid one. If the operator stops between writing
	// the table and recording that, it recognizes the table by this digest. Empty at all other times.
	// +kubebuilder:validation:MinLength=1
	// +kubebuilder:validation:MaxLength=80
	// +optional
	PendingRoutingRevision string `json:"pendingRoutingRevision,omitempty"`

	// customers is how many customer parties are valid now.
	// +kubebuilder:validation:Minimum=0
	// +optional
	Customers *int32 `json:"customers,omitempty"`

	// endUsers is how many end user parties are valid now.
	// +kubebuilder:validation:Minimum=0
	// +optional
	EndUsers *int32 `json:"endUsers,omitempty"`

	// topics is how many topics the map routes: the catalogue's and its own.
	// +kubebuilder:validation:Minimum=0
	// +optional
	Topics *int32 `json:"topics,omitempty"`

	// namespaces counts the target namespaces. Left out if the map asks for none.
	// +optional
	Namespaces NamespacesStatus `json:"namespaces,omitzero"`

	// nextTransitionTime is when the next window of a party opens or closes. Empty if none does.
	// +kubebuilder:validation:Type=string
	// +kubebuilder:validation:Format=date-time
	// +kubebuilder:validation:Pattern=`^[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9]{2}:[0-9]{2}:[0-9]{2}(Z|[+-]([01][0-9]|2[0-3]):[0-5][0-9])$`
	// +optional
	NextTransitionTime *metav1.Time `json:"nextTransitionTime,omitempty"`

	// findings are the rules that the map breaks, errors first, then in the order of the rules. Only
	// the first 64 are listed; moreFindings says how many more there are.
	// +kubebuilder:validation:MinItems=0
	// +kubebuilder:validation:MaxItems=64
	// +listType=atomic
	// +optional
	Findings []Finding `json:"findings,omitempty"`

	// moreFindings is how many findings are not listed. Left out if all are.
	// +kubebuilder:validation:Minimum=1
	// +optional
	MoreFindings int32 `json:"moreFindings,omitempty"`
}

// NamespacesStatus counts the target namespaces of a map. Those that are neither ready nor refused do not
// exist, are being deleted, or could not be written; the condition Authorized names them.
type NamespacesStatus struct {
	// matched is how many namespaces the map names, and how many accept it of those that its selector picks.
	// +kubebuilder:validation:Minimum=0
	// +required
	Matched *int32 `json:"matched,omitempty"`

	// ready is the number of them in which everything is in force.
	// +kubebuilder:validation:Minimum=0
	// +required
	Ready *int32 `json:"ready,omitempty"`

	// refused is how many of them the map names although they do not accept it.
	// +kubebuilder:validation:Minimum=0
	// +required
	Refused *int32 `json:"refused,omitempty"`
}

// MaxFindings is how many findings status lists at most.
const MaxFindings = 64

// Finding is one place where a map breaks a rule.
type Finding struct {
	// code of the rule, stable: tools and documentation refer to it. 1 to 64 characters.
	// +kubebuilder:validation:MinLength=1
	// +kubebuilder:validation:MaxLength=64
	// +required
	Code FindingCode `json:"code,omitempty"`

	// level is Error (the map is invalid) or Warning (valid, but worth a look).
	// +required
	Level FindingLevel `json:"level,omitempty"`

	// field is the path of what is wrong, such as spec.customers[0].subjects[1]: 1 to 256 characters.
	// +kubebuilder:validation:MinLength=1
	// +kubebuilder:validation:MaxLength=256
	// +required
	Field string `json:"field,omitempty"`

	// message says what is wrong and what to do about it: 1 to 1024 characters.
	// +kubebuilder:validation:MinLength=1
	// +kubebuilder:validation:MaxLength=1024
	// +required
	Message string `json:"message,omitempty"`
}

// FindingLevel says how bad a finding is.
//
// +kubebuilder:validation:Enum=Error;Warning
type FindingLevel string

const (
	// LevelError makes a map invalid.
	LevelError FindingLevel = "Error"
	// LevelWarning leaves a map valid.
	LevelWarning FindingLevel = "Warning"
)

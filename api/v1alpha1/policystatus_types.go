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

import metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"

// StakeholderPolicyStatus says whether the policy is valid and, of the policy in-force, what is in force.
//
// +kubebuilder:validation:MinProperties=1
type StakeholderPolicyStatus struct {
	// conditions are Valid, Published, Enforced and Ready, each with the generation it is about.
	// +kubebuilder:validation:MinItems=0
	// +kubebuilder:validation:MaxItems=8
	// +listType=map
	// +listMapKey=type
	// +optional
	Conditions []metav1.Condition `json:"conditions,omitempty"`

	// observedGeneration is the generation of the policy that this status is about.
	// +kubebuilder:validation:Minimum=1
	// +optional
	ObservedGeneration int64 `json:"observedGeneration,omitempty"`

	// inForce is the last valid policy: the one by which maps are judged, at admission and by the operator.
	// Left out, the defaults are in force. Only the policy in-force has it.
	// +optional
	InForce PolicyInForce `json:"inForce,omitzero"`

	// inForceUntil is set while there is no policy named default any more: until then what it said stays in
	// force, so that a policy that is deleted and created again takes no right away. Only the policy in-force has it.
	// +optional
	InForceUntil *metav1.Time `json:"inForceUntil,omitempty"`

	// argoCD says where the operator has written something for Argo CD. Left out, nowhere. Only the policy in-force has it.
	// +optional
	ArgoCD ArgoCDStatus `json:"argoCD,omitzero"`

	// kargo says what the operator has written for Kargo. Left out, nothing. Only the policy in-force has it.
	// +optional
	Kargo KargoStatus `json:"kargo,omitzero"`
}

// KargoStatus says what the operator has written for Kargo. It is noted before that is written, and until it is removed.
type KargoStatus struct {
	// serviceAccounts is how many ServiceAccounts with claims there are in the cluster for all maps.
	// +kubebuilder:validation:Minimum=0
	// +required
	ServiceAccounts *int32 `json:"serviceAccounts,omitempty"`
}

// ArgoCDStatus says where the operator has written something for Argo CD, and how much.
type ArgoCDStatus struct {
	// namespace of the ConfigMap argocd-rbac-cm that has, or may have, a key of the operator's. It is noted before that
	// is written, and until it is removed.
	// +kubebuilder:validation:MinLength=1
	// +kubebuilder:validation:MaxLength=63
	// +required
	Namespace string `json:"namespace,omitempty"`

	// nextNamespace is where the policy wants Argo CD's ConfigMap to be written instead. It is noted before that is tried,
	// and takes the place of namespace once it has worked; until then the ConfigMap in namespace is kept as the maps say.
	// +kubebuilder:validation:MinLength=1
	// +kubebuilder:validation:MaxLength=63
	// +optional
	NextNamespace string `json:"nextNamespace,omitempty"`

	// previousNamespace is where the ConfigMap was written before. It is noted until the key is removed there.
	// +kubebuilder:validation:MinLength=1
	// +kubebuilder:validation:MaxLength=63
	// +optional
	PreviousNamespace string `json:"previousNamespace,omitempty"`

	// maps is how many maps have lines there.
	// +kubebuilder:validation:Minimum=0
	// +optional
	Maps *int32 `json:"maps,omitempty"`
}

// PolicyInForce is a policy that was found valid.
//
// +structType=atomic
type PolicyInForce struct {
	// generation of the policy that this is.
	// +kubebuilder:validation:Minimum=1
	// +required
	Generation int64 `json:"generation,omitempty"`

	// spec of that generation. Left out, it was left out there.
	// +optional
	Spec *StakeholderPolicySpec `json:"spec,omitempty"`
}

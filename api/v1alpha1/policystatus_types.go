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

	// inForce is the last valid policy. Admission and the operator judge maps by it.
	// Left out, the defaults are in force. Only the policy in-force has it.
	// +optional
	InForce PolicyInForce `json:"inForce,omitzero"`

	// inForceUntil is set after the policy named default was deleted. That policy stays in force until then, so that
	// deleting it and creating it again revokes no right. Only the policy in-force has it.
	// +optional
	InForceUntil *metav1.Time `json:"inForceUntil,omitempty"`

	// argoCD says where the operator has written something for Argo CD. Left out, nowhere. Only the policy in-force has it.
	// +optional
	ArgoCD ArgoCDStatus `json:"argoCD,omitzero"`

	// kargo says what the operator has written for Kargo. Left out, nothing. Only the policy in-force has it.
	// +optional
	Kargo KargoStatus `json:"kargo,omitzero"`
}

// KargoStatus says what the operator has written for Kargo. The operator records it before it writes, and clears it after
// the removal.
type KargoStatus struct {
	// serviceAccounts is how many ServiceAccounts with claims there are in the cluster for all maps.
	// +kubebuilder:validation:Minimum=0
	// +required
	ServiceAccounts *int32 `json:"serviceAccounts,omitempty"`
}

// ArgoCDStatus says where the operator has written something for Argo CD, and how much.
type ArgoCDStatus struct {
	// namespace of the ConfigMap argocd-rbac-cm that has, or may have, a key of the operator's. The operator records it
	// before it writes the key, and clears it after it has removed the key.
	// +kubebuilder:validation:MinLength=1
	// +kubebuilder:validation:MaxLength=63
	// +required
	Namespace string `json:"namespace,omitempty"`

	// nextNamespace is the namespace that the policy now names for Argo CD's ConfigMap. The operator records it before it
	// writes there. When the write succeeds, it replaces namespace; until then the ConfigMap in namespace stays up to date.
	// +kubebuilder:validation:MinLength=1
	// +kubebuilder:validation:MaxLength=63
	// +optional
	NextNamespace string `json:"nextNamespace,omitempty"`

	// previousNamespace is where the ConfigMap was written before. It is kept until the key is removed there.
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
	// generation of the policy that is in force.
	// +kubebuilder:validation:Minimum=1
	// +required
	Generation int64 `json:"generation,omitempty"`

	// spec of that generation. Left out if that generation has none.
	// +optional
	Spec *StakeholderPolicySpec `json:"spec,omitempty"`
}

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

// PolicyName is the name of the StakeholderPolicy that the platform team writes. There is one for the cluster.
const PolicyName = "default"

// PolicyInForceName is the name of the StakeholderPolicy that the operator writes: its status holds the policy in force,
// which the operator and the admission policies read. It is a separate object so that any tool can delete, create,
// replace and restore the platform team's policy.
const PolicyInForceName = "in-force"

// OutputsFinalizer is on the policy in-force as long as its status names outputs for a tool that are not deleted together
// with the maps: a key in Argo CD's ConfigMap, or ServiceAccounts for Kargo.
const OutputsFinalizer = "stakeholders.dev/outputs"

// StakeholderPolicy sets the rules for all StakeholderMaps. A map says who plays which role. The policy, which
// the platform team owns, adds topics to the catalogue, and says how handles look, how strictly
// overlaps are treated, and what is written for which tools. There is one, named default. Without it,
// or while it is empty, the rules of the catalogue are in force and nothing is written for tools. The operator keeps
// a second one, named in-force, which has no spec: its status says which policy is in force.
//
// +kubebuilder:object:root=true
// +kubebuilder:subresource:status
// +kubebuilder:resource:path=stakeholderpolicies,scope=Cluster,shortName=spol,categories=stakeholders
// +kubebuilder:printcolumn:name="Ready",type=string,JSONPath=`.status.conditions[?(@.type=="Ready")].status`
// +kubebuilder:printcolumn:name="Reason",type=string,JSONPath=`.status.conditions[?(@.type=="Ready")].reason`
// +kubebuilder:printcolumn:name="In Force",type=integer,JSONPath=`.status.inForce.generation`,description="The generation of the policy that maps are judged by"
// +kubebuilder:printcolumn:name="Message",type=string,JSONPath=`.status.conditions[?(@.type=="Ready")].message`,priority=1
// +kubebuilder:printcolumn:name="Age",type=date,JSONPath=`.metadata.creationTimestamp`
// +kubebuilder:validation:XValidation:rule="self.metadata.name in ['default', 'in-force']",message="metadata.name must be default: there is one policy for the cluster"
// +kubebuilder:validation:XValidation:rule="self.metadata.name != 'in-force' || !has(self.spec)",message="the policy in-force belongs to the operator and has no spec: write your policy under the name default"
type StakeholderPolicy struct {
	metav1.TypeMeta `json:",inline"`

	// metadata is the standard object's metadata. The name is default; in-force is the operator's.
	// +optional
	metav1.ObjectMeta `json:"metadata,omitzero"`

	// spec is what the platform team wants. Left out, the defaults are in force. It has one owner: server-side apply
	// replaces it as a whole, so that additions by other field managers are removed.
	// +optional
	Spec *StakeholderPolicySpec `json:"spec,omitempty"`

	// status says whether the policy is valid and, of the policy in-force, what is in force.
	// +optional
	Status StakeholderPolicyStatus `json:"status,omitzero"`
}

// StakeholderPolicyList is a list of StakeholderPolicies.
//
// +kubebuilder:object:root=true
type StakeholderPolicyList struct {
	metav1.TypeMeta `json:",inline"`
	metav1.ListMeta `json:"metadata,omitempty"`

	// items are the policies: default and in-force at most.
	Items []StakeholderPolicy `json:"items"`
}

// StakeholderPolicySpec holds the platform's rules for all maps. Its zero value is the default.
//
// It is atomic for the same reason as StakeholderMapSpec: it says where approvals go, and what customers may do.
//
// +structType=atomic
// +kubebuilder:validation:MinProperties=0
type StakeholderPolicySpec struct {
	// topics adds to the catalogue of topics, for every map. An entry with the name of a topic in the
	// catalogue replaces that topic as a whole, and a map's own topic of the same name replaces either. At
	// most 8.
	// +kubebuilder:validation:MinItems=0
	// +kubebuilder:validation:MaxItems=8
	// +kubebuilder:validation:XValidation:rule="[self.map(e, e.name)].all(l, l.all(n, l.indexOf(n) == l.lastIndexOf(n)))",message="two of these topics have the same name: rename or remove one of them"
	// +listType=atomic
	// +optional
	Topics []Topic `json:"topics,omitempty"`

	// handleSystems says how handles of a system look, and which roles need one. Handles of systems that are not
	// listed are allowed. At most 16.
	// +kubebuilder:validation:MinItems=0
	// +kubebuilder:validation:MaxItems=16
	// +kubebuilder:validation:XValidation:rule="[self.map(e, e.name)].all(l, l.all(n, l.indexOf(n) == l.lastIndexOf(n)))",message="two of these entries are for the same system: remove one of them"
	// +listType=atomic
	// +optional
	HandleSystems []HandleSystem `json:"handleSystems,omitempty"`

	// overlaps says for each market how a subject that is both customer and end user is treated. A market
	// that is left out has its default: Allow for B2C, Acknowledge for B2B and Internal.
	// +kubebuilder:validation:MinItems=0
	// +kubebuilder:validation:MaxItems=3
	// +kubebuilder:validation:XValidation:rule="self.all(e, self.exists_one(o, o.market == e.market))",message="two of these entries are for the same market: remove one of them"
	// +listType=atomic
	// +optional
	Overlaps []MarketOverlap `json:"overlaps,omitempty"`

	// identities says how the cluster makes the names of users and groups from the claims of a token. With it, tools that
	// read the token themselves recognize the same people. Left out, the cluster takes the claims as they are.
	// +optional
	Identities Identities `json:"identities,omitzero"`

	// outputs says what is written for tools beside the routing table and the grants. Left out, nothing is.
	// +optional
	Outputs PolicyOutputs `json:"outputs,omitzero"`
}

// Identities says how the cluster makes the names of users and groups from the claims of a token. Tools such as Argo CD and
// Kargo read the token themselves, so they know the same people without the prefixes that the cluster adds. The fields are
// named after the API server's flags --oidc-username-claim, --oidc-username-prefix, --oidc-groups-claim and
// --oidc-groups-prefix; an authentication configuration has the same four. The outputs for tools contain only people who
// sign in by this one issuer.
//
// +kubebuilder:validation:MinProperties=1
type Identities struct {
	// usernameClaim is the claim that the cluster makes names of users from, such as email, sub or preferred_username: 1 to
	// 64 letters, digits and the characters _ . : / -. Left out, the outputs for Kargo contain only users whose names are
	// e-mail addresses, by the claim email.
	// +kubebuilder:validation:MinLength=1
	// +kubebuilder:validation:MaxLength=64
	// +kubebuilder:validation:XValidation:rule="self.matches('^[a-zA-Z0-9_.:/-]+$')",message="usernameClaim is the name of a claim such as email, sub or preferred_username: letters, digits and the characters _ . : / -"
	// +optional
	UsernameClaim string `json:"usernameClaim,omitempty"`

	// usernamePrefix is what the cluster puts before the names of users, such as "oidc:" or "https://login.acme.example#":
	// one line of 1 to 253 printable characters. Tools get the names without it. A user whose name does not begin with it
	// does not come from this issuer, and tools do not get the name. Left out, the cluster adds nothing.
	// +kubebuilder:validation:MinLength=1
	// +kubebuilder:validation:MaxLength=253
	// +kubebuilder:validation:XValidation:rule="self.matches('^[ -~]+$') || self.matches('^[\\\\pL\\\\pM\\\\pN\\\\pP\\\\pS ]+$') && !self.matches('[\\\\x{34f}\\\\x{115f}\\\\x{1160}\\\\x{17b4}\\\\x{17b5}\\\\x{180b}-\\\\x{180f}\\\\x{2800}\\\\x{3164}\\\\x{fe00}-\\\\x{fe0f}\\\\x{ffa0}\\\\x{fffc}\\\\x{13441}\\\\x{13442}\\\\x{16fe4}\\\\x{1d159}\\\\x{e0100}-\\\\x{e01ef}]')",message="usernamePrefix must be one line of printable characters: remove line breaks, control and invisible characters"
	// +kubebuilder:validation:XValidation:rule="self != '-'",message="usernamePrefix: the API server's flag takes - for no prefix at all; leave usernamePrefix out instead"
	// +optional
	UsernamePrefix string `json:"usernamePrefix,omitempty"`

	// groupsClaim is the claim that the cluster makes names of groups from: 1 to 64 letters, digits and the characters
	// _ . : / -. Left out, it is groups.
	// +kubebuilder:validation:MinLength=1
	// +kubebuilder:validation:MaxLength=64
	// +kubebuilder:validation:XValidation:rule="self.matches('^[a-zA-Z0-9_.:/-]+$')",message="groupsClaim is the name of a claim such as groups or roles: letters, digits and the characters _ . : / -"
	// +optional
	GroupsClaim string `json:"groupsClaim,omitempty"`

	// groupsPrefix is what the cluster puts before the names of groups, such as "oidc:": one line of 1 to 253 printable
	// characters. Tools get the names without it. A group whose name does not begin with it does not come from this
	// issuer, and tools do not get the name. Left out, the cluster adds nothing.
	// +kubebuilder:validation:MinLength=1
	// +kubebuilder:validation:MaxLength=253
	// +kubebuilder:validation:XValidation:rule="self.matches('^[ -~]+$') || self.matches('^[\\\\pL\\\\pM\\\\pN\\\\pP\\\\pS ]+$') && !self.matches('[\\\\x{34f}\\\\x{115f}\\\\x{1160}\\\\x{17b4}\\\\x{17b5}\\\\x{180b}-\\\\x{180f}\\\\x{2800}\\\\x{3164}\\\\x{fe00}-\\\\x{fe0f}\\\\x{ffa0}\\\\x{fffc}\\\\x{13441}\\\\x{13442}\\\\x{16fe4}\\\\x{1d159}\\\\x{e0100}-\\\\x{e01ef}]')",message="groupsPrefix must be one line of printable characters: remove line breaks, control and invisible characters"
	// +optional
	GroupsPrefix string `json:"groupsPrefix,omitempty"`
}

// TokenIdentities are the policy's identities. A nil policy is the default.
func (p *StakeholderPolicySpec) TokenIdentities() Identities {
	if p == nil {
		return Identities{}
	}
	return p.Identities
}

// HandleSystem says how handles of one system look, and which roles need one.
//
// +kubebuilder:validation:XValidation:rule="has(self.pattern) || has(self.requiredFor)",message="a handle system needs a pattern, requiredFor, or both: without them it says nothing"
type HandleSystem struct {
	// name of the system, as in the handles of maps, such as email or slack: a DNS label of at most
	// 32 characters.
	// +kubebuilder:validation:MinLength=1
	// +kubebuilder:validation:MaxLength=32
	// +kubebuilder:validation:XValidation:rule="self.matches('^[a-z0-9]([-a-z0-9]*[a-z0-9])?$')",message="name must be a DNS label such as slack: lower-case letters, digits and '-', with a letter or digit at both ends"
	// +kubebuilder:validation:XValidation:rule="!(self in ['users', 'groups'])",message="name may not be users or groups: no system of a handle can have these names"
	// +required
	Name string `json:"name,omitempty"`

	// pattern that the whole of each handle of the system has to match: a regular expression in Go's (RE2)
	// syntax of 1 to 256 characters, such as "#[a-z0-9-]+". It adds to the built-in rules for handles of the
	// system. Left out, only the built-in rules apply.
	// +kubebuilder:validation:MinLength=1
	// +kubebuilder:validation:MaxLength=256
	// +kubebuilder:validation:XValidation:rule="self.matches('^[ -~]+$') || self.matches('^[\\\\pL\\\\pM\\\\pN\\\\pP\\\\pS ]+$') && !self.matches('[\\\\x{34f}\\\\x{115f}\\\\x{1160}\\\\x{17b4}\\\\x{17b5}\\\\x{180b}-\\\\x{180f}\\\\x{2800}\\\\x{3164}\\\\x{fe00}-\\\\x{fe0f}\\\\x{ffa0}\\\\x{fffc}\\\\x{13441}\\\\x{13442}\\\\x{16fe4}\\\\x{1d159}\\\\x{e0100}-\\\\x{e01ef}]')",message="pattern must be one line of printable characters: remove line breaks, control and invisible characters"
	// +optional
	Pattern string `json:"pattern,omitempty"`

	// example of a handle that the pattern matches. The message about a handle that does not match shows it. One
	// line of 1 to 64 characters.
	// +kubebuilder:validation:MinLength=1
	// +kubebuilder:validation:MaxLength=64
	// +kubebuilder:validation:XValidation:rule="self.matches('^[ -~]+$') || self.matches('^[\\\\pL\\\\pM\\\\pN\\\\pP\\\\pS ]+$') && !self.matches('[\\\\x{34f}\\\\x{115f}\\\\x{1160}\\\\x{17b4}\\\\x{17b5}\\\\x{180b}-\\\\x{180f}\\\\x{2800}\\\\x{3164}\\\\x{fe00}-\\\\x{fe0f}\\\\x{ffa0}\\\\x{fffc}\\\\x{13441}\\\\x{13442}\\\\x{16fe4}\\\\x{1d159}\\\\x{e0100}-\\\\x{e01ef}]')",message="example must be one line of printable characters: remove line breaks, control and invisible characters"
	// +optional
	Example string `json:"example,omitempty"`

	// requiredFor lists the roles whose parties all need a handle of the system: Customer, EndUser,
	// ProductOwner or DevelopmentTeam. Left out, no role does. End users that are systems (segment: System) never do.
	// +kubebuilder:validation:MinItems=1
	// +kubebuilder:validation:MaxItems=4
	// +kubebuilder:validation:XValidation:rule="self.all(e, self.exists_one(o, o == e))",message="a role stands twice in this list: remove one of the two"
	// +listType=atomic
	// +optional
	RequiredFor []Role `json:"requiredFor,omitempty"`
}

// OverlapTreatment is how overlaps are treated in a market: as the policy says, or the default. A nil policy is
// the default.
func (p *StakeholderPolicySpec) OverlapTreatment(market Market) OverlapTreatment {
	if p != nil {
		for _, overlap := range p.Overlaps {
			if overlap.Market == market {
				return overlap.Treatment
			}
		}
	}
	if market == MarketB2C {
		// In consumer markets people buy for themselves.
		return OverlapAllow
	}
	return OverlapAcknowledge
}

// MarketOverlap says how overlaps of customers and end users are treated in a market.
type MarketOverlap struct {
	// market is B2B, B2C or Internal.
	// +required
	Market Market `json:"market,omitempty"`

	// treatment is Allow (no acknowledgement needed), Acknowledge (each has to be acknowledged with a reason) or
	// Forbid (not allowed, even if acknowledged).
	// +required
	Treatment OverlapTreatment `json:"treatment,omitempty"`
}

// OverlapTreatment says how a subject that is both customer and end user is treated.
//
// +kubebuilder:validation:Enum=Allow;Acknowledge;Forbid
type OverlapTreatment string

const (
	// OverlapAllow is for markets where people buy for themselves. The default of B2C.
	OverlapAllow OverlapTreatment = "Allow"
	// OverlapAcknowledge asks for a reason under spec.acknowledgedOverlaps of the map. The default of B2B
	// and Internal.
	OverlapAcknowledge OverlapTreatment = "Acknowledge"
	// OverlapForbid allows no overlap, acknowledged or not.
	OverlapForbid OverlapTreatment = "Forbid"
)

// PolicyOutputs says what is written for which tools.
//
// +kubebuilder:validation:MinProperties=1
type PolicyOutputs struct {
	// argoCD writes who may do what in the Argo CD projects of products. Left out, the operator writes nothing for
	// Argo CD, and removes what it wrote before.
	// +optional
	ArgoCD ArgoCDOutput `json:"argoCD,omitzero"`

	// manualApprovalGate is Enabled or Disabled, the default. If Enabled, routing ConfigMaps have keys with the
	// approvers of each approval, in the form that tasks of the manual-approval-gate take.
	// +optional
	ManualApprovalGate Switch `json:"manualApprovalGate,omitempty"`

	// kargo is Enabled or Disabled, the default. If Enabled, each target namespace that is a Kargo project has
	// ServiceAccounts with the claims and the rights of customers, end users and product owner. Kargo uses them to
	// recognize who has signed in. The component kargo-accounts gives the operator the rights that it needs for that.
	// +optional
	Kargo Switch `json:"kargo,omitempty"`
}

// Switch turns something on or off.
//
// +kubebuilder:validation:Enum=Enabled;Disabled
type Switch string

const (
	// Enabled is on.
	Enabled Switch = "Enabled"
	// Disabled is off, the default of every switch.
	Disabled Switch = "Disabled"
)

// ArgoCDOutput says where Argo CD is, and what the parties of a map may do in the product's project there.
type ArgoCDOutput struct {
	// namespace in which Argo CD runs and has its ConfigMap argocd-rbac-cm: a DNS label of at most 63
	// characters. The component argocd-rbac gives the operator the rights that it needs there.
	// +kubebuilder:validation:MinLength=1
	// +kubebuilder:validation:MaxLength=63
	// +kubebuilder:validation:XValidation:rule="self.matches('^[a-z0-9]([-a-z0-9]*[a-z0-9])?$')",message="namespace must be a DNS label such as argocd: lower-case letters, digits and '-', with a letter or digit at both ends"
	// +required
	Namespace string `json:"namespace,omitempty"`

	// customers lists what customers may do to the applications of their product's project besides viewing
	// them: sync, or an action such as action/argoproj.io/Rollout/resume. Left out, they may view them. At most 16.
	// End users and the product owner may view them. No entry gives the right to change or delete an application.
	// +kubebuilder:validation:MinItems=1
	// +kubebuilder:validation:MaxItems=16
	// +kubebuilder:validation:XValidation:rule="self.all(e, self.exists_one(o, o == e))",message="an action stands twice in this list: remove one of the two"
	// +listType=atomic
	// +optional
	Customers []ArgoCDAction `json:"customers,omitempty"`
}

// ArgoCDAction is an action on an application in Argo CD: sync, or action/<group>/<kind>/<action> with
// the API group of the resource (empty for the core group), its kind, and the name of the action. 4 to 253 characters.
//
// +kubebuilder:validation:MinLength=4
// +kubebuilder:validation:MaxLength=253
// +kubebuilder:validation:XValidation:rule="self == 'sync' || self.matches('^action/[a-z0-9.-]*/[A-Za-z0-9]+/[A-Za-z0-9_-]+$')",message="an action is sync, or action/<group>/<kind>/<action> such as action/argoproj.io/Rollout/resume, without wildcards"
type ArgoCDAction string

// ArgoCDSync is the action that makes an application match Git.
const ArgoCDSync ArgoCDAction = "sync"

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

// StakeholderMap declares who pays for a product (customers), who uses it (end users) and who
// speaks for both (the product owner). From it the operator generates a routing table that tools
// read and RBAC grants that tools check: approvals go to customers, feature requests to end users.
//
// +kubebuilder:object:root=true
// +kubebuilder:subresource:status
// +kubebuilder:resource:path=stakeholdermaps,scope=Namespaced,shortName=smap,categories=stakeholders
// +kubebuilder:printcolumn:name="Ready",type=string,JSONPath=`.status.conditions[?(@.type=="Ready")].status`
// +kubebuilder:printcolumn:name="Reason",type=string,JSONPath=`.status.conditions[?(@.type=="Ready")].reason`
// +kubebuilder:printcolumn:name="PO",type=string,JSONPath=`.spec.productOwner.name`
// +kubebuilder:printcolumn:name="Age",type=date,JSONPath=`.metadata.creationTimestamp`
// +kubebuilder:printcolumn:name="Customers",type=integer,JSONPath=`.status.customers`,priority=1
// +kubebuilder:printcolumn:name="End Users",type=integer,JSONPath=`.status.endUsers`,priority=1
// +kubebuilder:printcolumn:name="Topics",type=integer,JSONPath=`.status.topics`,priority=1
// +kubebuilder:printcolumn:name="Product",type=string,JSONPath=`.spec.product.displayName`,priority=1
// +kubebuilder:printcolumn:name="Message",type=string,JSONPath=`.status.conditions[?(@.type=="Ready")].message`,priority=1
// +kubebuilder:validation:XValidation:rule="size(self.metadata.name) <= 63",message="metadata.name may be at most 63 characters: it becomes a label value on everything that is generated from the map"
type StakeholderMap struct {
	metav1.TypeMeta `json:",inline"`

	// metadata is the standard object's metadata. The name is at most 63 characters.
	// +optional
	metav1.ObjectMeta `json:"metadata,omitzero"`

	// spec says who plays which role, and which topics differ from the catalogue. It has one owner: server-side
	// apply replaces it as a whole, so that additions by other field managers are removed.
	// +required
	Spec StakeholderMapSpec `json:"spec,omitzero"`

	// status says whether the map is valid, and what is in force because of it.
	// +optional
	Status StakeholderMapStatus `json:"status,omitzero"`
}

// StakeholderMapList is a list of StakeholderMaps.
//
// +kubebuilder:object:root=true
type StakeholderMapList struct {
	metav1.TypeMeta `json:",inline"`
	metav1.ListMeta `json:"metadata,omitempty"`

	// items are the maps.
	Items []StakeholderMap `json:"items"`
}

// StakeholderMapSpec is what a product team declares.
//
// It is atomic, with everything in it. In a granular struct or list, server-side apply keeps what another field
// manager has added: a customer, a topic with another recipient, a target namespace. The user who added it
// would keep the rights permanently, and a GitOps tool would report that the cluster is as Git says. For the same
// reason no field has a default: GitOps tools compare an atomic value as a whole with what Git says.
//
// The last rule computes the largest possible size of the routing table in bytes, so that it always fits into a ConfigMap.
// test/fixtures.TableBytes does the same in Go. For most maps it is enough to count subjects and handles, each at its
// maximum length.
//
// +structType=atomic
// +kubebuilder:validation:XValidation:rule="has(self.customers) && size(self.customers) > 0",fieldPath=".customers",reason=FieldValueRequired,message="CustomerMissing: name at least one party that pays for the product"
// +kubebuilder:validation:XValidation:rule="has(self.endUsers) && size(self.endUsers) > 0",fieldPath=".endUsers",reason=FieldValueRequired,message="EndUserMissing: name at least one party that uses the product"
// +kubebuilder:validation:XValidation:rule="has(self.engagement) && self.engagement == 'Direct' || has(self.productOwner)",fieldPath=".productOwner",reason=FieldValueRequired,message="ProductOwnerMissing: name the product owner, or set engagement: Direct if the development team works with the customer directly"
// +kubebuilder:validation:XValidation:rule="!has(self.topics) && !has(self.developmentTeam) && 140000 + (has(self.customers) ? (has(self.productOwner) ? 21 : 27) * self.customers.map(p, 240 + (has(p.subjects) ? 3046 * size(p.subjects) : 0) + (has(p.handles) ? 1089 * size(p.handles) : 0)).sum() : 0) + (has(self.endUsers) ? 16 * self.endUsers.map(p, 240 + (has(p.subjects) ? 1102 * size(p.subjects) : 0) + (has(p.handles) ? 1089 * size(p.handles) : 0)).sum() : 0) + (has(self.productOwner) ? 27 * (240 + (has(self.productOwner.subjects) ? 3046 * size(self.productOwner.subjects) : 0) + (has(self.productOwner.handles) ? 1089 * size(self.productOwner.handles) : 0)) : 0) <= 1000000 || [{'Customer': has(self.customers) ? self.customers.map(p, 36 + 3 * size(p.name) + (has(p.subjects) ? p.subjects.map(s, 3 * size(bytes(s.name)) + 10).sum() : 0) + (has(p.handles) ? p.handles.map(h, size(bytes(h.value)) + (h.system in ['email', 'slack', 'github', 'argocd'] ? 9 : size(h.system) + 45)).sum() : 0)).sum() : 0, 'EndUser': has(self.endUsers) ? self.endUsers.map(p, 36 + 3 * size(p.name) + (has(p.subjects) ? p.subjects.map(s, size(bytes(s.name)) + (s.kind == 'ServiceAccount' ? 90 : 10)).sum() : 0) + (has(p.handles) ? p.handles.map(h, size(bytes(h.value)) + (h.system in ['email', 'slack', 'github', 'argocd'] ? 9 : size(h.system) + 45)).sum() : 0)).sum() : 0, 'ProductOwner': has(self.productOwner) ? 51 + 3 * size(self.productOwner.name) + (has(self.productOwner.subjects) ? self.productOwner.subjects.map(s, 3 * size(bytes(s.name)) + 10).sum() : 0) + (has(self.productOwner.handles) ? self.productOwner.handles.map(h, size(bytes(h.value)) + (h.system in ['email', 'slack', 'github', 'argocd'] ? 9 : size(h.system) + 45)).sum() : 0) : 0, 'DevelopmentTeam': has(self.developmentTeam) ? 108 + (has(self.developmentTeam.subjects) ? self.developmentTeam.subjects.map(s, size(bytes(s.name)) + (s.kind == 'ServiceAccount' ? 90 : 10)).sum() : 0) + (has(self.developmentTeam.handles) ? self.developmentTeam.handles.map(h, size(bytes(h.value)) + (h.system in ['email', 'slack', 'github', 'argocd'] ? 9 : size(h.system) + 45)).sum() : 0) : 0}].all(w, 140000 + 21 * w['Customer'] + (has(self.productOwner) ? 27 * w['ProductOwner'] : 6 * w['Customer']) + 16 * (w['EndUser'] + w['DevelopmentTeam']) + (has(self.topics) ? self.topics.map(t, 650 + (has(self.productOwner) ? w['ProductOwner'] : w['Customer']) + ['Customer', 'EndUser', 'DevelopmentTeam'].map(r, r in t.to || has(t.cc) && r in t.cc || has(t.decidedBy) && r in t.decidedBy || has(t.escalateTo) && r in t.escalateTo ? w[r] : 0).sum()).sum() : 0) <= 1000000)",message="the routing table of this map would be too large: list groups instead of people, give the parties fewer and shorter handles, send fewer topics to many parties, or split the map"
type StakeholderMapSpec struct {
	// product is what the stakeholders have a stake in.
	// +required
	Product Product `json:"product,omitzero"`

	// engagement says how the development team meets its stakeholders: through a product owner
	// (ProductOwner, the default), or without one (Direct). With Direct, the customers receive and decide the
	// topics of the product owner. A map with Direct can still declare a product owner, who then keeps the
	// topics of that role.
	// +optional
	Engagement Engagement `json:"engagement,omitempty"`

	// customers pay for the product and decide whether money is spent. At least one, at most 32.
	// They are never part of the development team.
	// +kubebuilder:validation:MinItems=0
	// +kubebuilder:validation:MaxItems=32
	// +kubebuilder:validation:XValidation:rule="[self.map(e, e.name)].all(l, l.all(n, l.indexOf(n) == l.lastIndexOf(n)))",message="DuplicateParty: two of these parties have the same name, and the name of a party is unique in the map: rename one of them"
	// +listType=atomic
	// +optional
	Customers []Customer `json:"customers,omitempty"`

	// endUsers use the product. At least one, at most 64.
	// +kubebuilder:validation:MinItems=0
	// +kubebuilder:validation:MaxItems=64
	// +kubebuilder:validation:XValidation:rule="[self.map(e, e.name)].all(l, l.all(n, l.indexOf(n) == l.lastIndexOf(n)))",message="DuplicateParty: two of these parties have the same name, and the name of a party is unique in the map: rename one of them"
	// +listType=atomic
	// +optional
	EndUsers []EndUser `json:"endUsers,omitempty"`

	// productOwner is the one person or office that represents all stakeholders in the agile team.
	// Required unless engagement is Direct.
	// +optional
	ProductOwner ProductOwner `json:"productOwner,omitzero"`

	// developmentTeam builds the product. It is not a stakeholder role. Declare it so that the operator can
	// find conflicting roles, and so that topics can send copies to it.
	// +optional
	DevelopmentTeam DevelopmentTeam `json:"developmentTeam,omitzero"`

	// acknowledgedOverlaps names each subject that is both customer and end user, and says why. Outside
	// B2C every such overlap has to be acknowledged. At most 64.
	// +kubebuilder:validation:MinItems=0
	// +kubebuilder:validation:MaxItems=64
	// +kubebuilder:validation:XValidation:rule="self.all(e, self.exists_one(o, o.kind == e.kind && o.name == e.name))",message="two of these entries acknowledge the same overlap: remove one of them"
	// +listType=atomic
	// +optional
	AcknowledgedOverlaps []AcknowledgedOverlap `json:"acknowledgedOverlaps,omitempty"`

	// topics adds to the catalogue of topics. An entry with the name of a topic in the catalogue
	// replaces that topic as a whole. At most 64.
	// +kubebuilder:validation:MinItems=0
	// +kubebuilder:validation:MaxItems=64
	// +kubebuilder:validation:XValidation:rule="[self.map(e, e.name)].all(l, l.all(n, l.indexOf(n) == l.lastIndexOf(n)))",message="two of these topics have the same name: rename or remove one of them"
	// +listType=atomic
	// +optional
	Topics []Topic `json:"topics,omitempty"`

	// targetNamespaces says where the product runs. In each of these namespaces that accepts the map, tools
	// find a copy of the routing table, and the stakeholders have the rights that the platform team has added
	// to the ClusterRoles stakeholders-customer, stakeholders-end-user and stakeholders-product-owner.
	// +optional
	TargetNamespaces TargetNamespaces `json:"targetNamespaces,omitzero"`
}

// Engagement says how the development team meets its stakeholders.
//
// +kubebuilder:validation:Enum=ProductOwner;Direct
type Engagement string

const (
	// EngagementProductOwner is for teams with a product owner, who represents all stakeholders. It is the default.
	EngagementProductOwner Engagement = "ProductOwner"
	// EngagementDirect is for teams that work with the customer directly.
	EngagementDirect Engagement = "Direct"
)

// Product is what the stakeholders have a stake in.
type Product struct {
	// displayName is the product's name for people: one line of 1 to 128 characters.
	// +kubebuilder:validation:MinLength=1
	// +kubebuilder:validation:MaxLength=128
	// +kubebuilder:validation:XValidation:rule="self.matches('^[ -~]+$') || self.matches('^[\\\\pL\\\\pM\\\\pN\\\\pP\\\\pS ]+$') && !self.matches('[\\\\x{34f}\\\\x{115f}\\\\x{1160}\\\\x{17b4}\\\\x{17b5}\\\\x{180b}-\\\\x{180f}\\\\x{2800}\\\\x{3164}\\\\x{fe00}-\\\\x{fe0f}\\\\x{ffa0}\\\\x{fffc}\\\\x{13441}\\\\x{13442}\\\\x{16fe4}\\\\x{1d159}\\\\x{e0100}-\\\\x{e01ef}]')",message="displayName must be one line of printable characters: remove line breaks, control and invisible characters"
	// +required
	DisplayName string `json:"displayName,omitempty"`

	// description says in a sentence or two what the product is: one line of 1 to 1024 characters.
	// +kubebuilder:validation:MinLength=1
	// +kubebuilder:validation:MaxLength=1024
	// +kubebuilder:validation:XValidation:rule="self.matches('^[ -~]+$') || self.matches('^[\\\\pL\\\\pM\\\\pN\\\\pP\\\\pS ]+$') && !self.matches('[\\\\x{34f}\\\\x{115f}\\\\x{1160}\\\\x{17b4}\\\\x{17b5}\\\\x{180b}-\\\\x{180f}\\\\x{2800}\\\\x{3164}\\\\x{fe00}-\\\\x{fe0f}\\\\x{ffa0}\\\\x{fffc}\\\\x{13441}\\\\x{13442}\\\\x{16fe4}\\\\x{1d159}\\\\x{e0100}-\\\\x{e01ef}]')",message="description must be one line of printable characters: remove line breaks (in YAML, write >- and not |), control and invisible characters"
	// +optional
	Description string `json:"description,omitempty"`

	// market is B2B (sold to businesses), B2C (sold to consumers) or Internal. It decides whether an
	// overlap of customers and end users is allowed: in B2C people buy for themselves; in other markets
	// the overlap must be acknowledged.
	// +required
	Market Market `json:"market,omitempty"`

	// argoCDProject is the Argo CD project that the product's applications belong to: the name of an AppProject, at
	// most 63 lower-case letters, digits and '-'. If the platform's policy configures Argo CD, the parties of the map
	// get the rights in this project that the policy lists. For that, the AppProject must accept maps from this
	// namespace, by its annotation stakeholders.dev/accept-maps-from. Left out, the product has no project.
	// +kubebuilder:validation:MinLength=1
	// +kubebuilder:validation:MaxLength=63
	// +kubebuilder:validation:XValidation:rule="self.matches('^[a-z0-9]([-a-z0-9]*[a-z0-9])?$')",message="argoCDProject must be the name of an AppProject such as checkout: lower-case letters, digits and '-', with a letter or digit at both ends"
	// +optional
	ArgoCDProject string `json:"argoCDProject,omitempty"`
}

// Market says who a product is sold to.
//
// +kubebuilder:validation:Enum=B2B;B2C;Internal
type Market string

const (
	// MarketB2B is for products sold to businesses.
	MarketB2B Market = "B2B"
	// MarketB2C is for products sold to consumers.
	MarketB2C Market = "B2C"
	// MarketInternal is for products built for the organisation's own use.
	MarketInternal Market = "Internal"
)

// AcknowledgedOverlap says that a subject is both customer and end user, and why.
type AcknowledgedOverlap struct {
	// kind of the subject: User or Group. A ServiceAccount cannot be a customer, so it cannot overlap.
	// +kubebuilder:validation:XValidation:rule="self != 'ServiceAccount'",message="kind is User or Group: a ServiceAccount cannot be a customer, so there is no overlap to acknowledge"
	// +required
	Kind SubjectKind `json:"kind,omitempty"`

	// name of the subject, spelt as under customers and end users: 1 to 253 printable characters.
	// +kubebuilder:validation:MinLength=1
	// +kubebuilder:validation:MaxLength=253
	// +kubebuilder:validation:XValidation:rule="self.matches('^[ -~]+$') || self.matches('^[\\\\pL\\\\pM\\\\pN\\\\pP\\\\pS ]+$') && !self.matches('[\\\\x{34f}\\\\x{115f}\\\\x{1160}\\\\x{17b4}\\\\x{17b5}\\\\x{180b}-\\\\x{180f}\\\\x{2800}\\\\x{3164}\\\\x{fe00}-\\\\x{fe0f}\\\\x{ffa0}\\\\x{fffc}\\\\x{13441}\\\\x{13442}\\\\x{16fe4}\\\\x{1d159}\\\\x{e0100}-\\\\x{e01ef}]')",message="name must be one line of printable characters, as the subject's is: remove line breaks, control and invisible characters"
	// +required
	Name string `json:"name,omitempty"`

	// reason says why one subject plays both roles, so that readers know in which role it
	// speaks: one line of 1 to 256 characters.
	// +kubebuilder:validation:MinLength=1
	// +kubebuilder:validation:MaxLength=256
	// +kubebuilder:validation:XValidation:rule="self.matches('^[ -~]+$') || self.matches('^[\\\\pL\\\\pM\\\\pN\\\\pP\\\\pS ]+$') && !self.matches('[\\\\x{34f}\\\\x{115f}\\\\x{1160}\\\\x{17b4}\\\\x{17b5}\\\\x{180b}-\\\\x{180f}\\\\x{2800}\\\\x{3164}\\\\x{fe00}-\\\\x{fe0f}\\\\x{ffa0}\\\\x{fffc}\\\\x{13441}\\\\x{13442}\\\\x{16fe4}\\\\x{1d159}\\\\x{e0100}-\\\\x{e01ef}]')",message="reason must be one line of printable characters: remove line breaks, control and invisible characters"
	// +required
	Reason string `json:"reason,omitempty"`
}

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
	"time"

	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
)

// Party has a stake in the product: a board, a department, a group of people, a system. The cluster knows it
// by its subjects, and other systems know it by its handles. It has at least one of the two. Outside the
// window from validFrom to validUntil it is treated as absent.
//
// +kubebuilder:validation:XValidation:rule="has(self.subjects) && size(self.subjects) > 0 || has(self.handles) && size(self.handles) > 0",message="PartyUnreachable: a party needs subjects or handles: without them it can be neither asked nor recognized"
// +kubebuilder:validation:XValidation:rule="!has(self.validFrom) || !has(self.validUntil) || timestamp(self.validFrom) < timestamp(self.validUntil) || [self.validFrom, self.validUntil].exists(t, format.datetime().validate(t).hasValue() || !t.matches('^[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9]{2}:[0-9]{2}:[0-9]{2}([.][0-9]{1,9})?(Z|[+-]([01][0-9]|2[0-3]):[0-5][0-9])$'))",fieldPath=".validUntil",message="EmptyWindow: validUntil must be after validFrom: correct one of the two, or leave one out"
type Party struct {
	// name identifies the party: a DNS label (lower-case letters, digits and '-') of at most 63
	// characters, unique among all parties of the map.
	// +kubebuilder:validation:MinLength=1
	// +kubebuilder:validation:MaxLength=63
	// +kubebuilder:validation:XValidation:rule="self.matches('^[a-z0-9]([-a-z0-9]*[a-z0-9])?$')",message="name must be a DNS label such as acme-board: lower-case letters, digits and '-', with a letter or digit at both ends"
	// +required
	Name string `json:"name,omitempty"`

	// displayName is the party's name for people: one line of 1 to 128 characters.
	// +kubebuilder:validation:MinLength=1
	// +kubebuilder:validation:MaxLength=128
	// +kubebuilder:validation:XValidation:rule="self.matches('^[ -~]+$') || self.matches('^[\\\\pL\\\\pM\\\\pN\\\\pP\\\\pS ]+$') && !self.matches('[\\\\x{34f}\\\\x{115f}\\\\x{1160}\\\\x{17b4}\\\\x{17b5}\\\\x{180b}-\\\\x{180f}\\\\x{2800}\\\\x{3164}\\\\x{fe00}-\\\\x{fe0f}\\\\x{ffa0}\\\\x{fffc}\\\\x{13441}\\\\x{13442}\\\\x{16fe4}\\\\x{1d159}\\\\x{e0100}-\\\\x{e01ef}]')",message="displayName must be one line of printable characters: remove line breaks, control and invisible characters"
	// +optional
	DisplayName string `json:"displayName,omitempty"`

	// organization that the party belongs to: one line of 1 to 128 characters.
	// +kubebuilder:validation:MinLength=1
	// +kubebuilder:validation:MaxLength=128
	// +kubebuilder:validation:XValidation:rule="self.matches('^[ -~]+$') || self.matches('^[\\\\pL\\\\pM\\\\pN\\\\pP\\\\pS ]+$') && !self.matches('[\\\\x{34f}\\\\x{115f}\\\\x{1160}\\\\x{17b4}\\\\x{17b5}\\\\x{180b}-\\\\x{180f}\\\\x{2800}\\\\x{3164}\\\\x{fe00}-\\\\x{fe0f}\\\\x{ffa0}\\\\x{fffc}\\\\x{13441}\\\\x{13442}\\\\x{16fe4}\\\\x{1d159}\\\\x{e0100}-\\\\x{e01ef}]')",message="organization must be one line of printable characters: remove line breaks, control and invisible characters"
	// +optional
	Organization string `json:"organization,omitempty"`

	// subjects are the Kubernetes identities of the party, which receive its grants. At most 8. Left out, the party
	// has no account in the cluster: tools ask it by its handles, and it holds no grant.
	// +kubebuilder:validation:MinItems=0
	// +kubebuilder:validation:MaxItems=8
	// +listType=atomic
	// +optional
	Subjects []Subject `json:"subjects,omitempty"`

	// handles are the names of the party in other systems, one for each system. A party can have several argocd and kargo
	// handles, each for another claim or value of a token. At most 16.
	// +kubebuilder:validation:MinItems=0
	// +kubebuilder:validation:MaxItems=16
	// +kubebuilder:validation:XValidation:rule="[self.map(e, e.system)].all(l, l.all(s, l.indexOf(s) == l.lastIndexOf(s))) || self.all(e, self.exists_one(o, o.system == e.system && (!(e.system in ['argocd', 'kargo']) || o.value == e.value && (has(o.claim) ? o.claim : 'groups') == (has(e.claim) ? e.claim : 'groups'))))",message="InvalidHandle: two of these handles are for the same system: keep one of them. Only argocd and kargo handles may be several, each of another claim or value"
	// +listType=atomic
	// +optional
	Handles []Handle `json:"handles,omitempty"`

	// topics limits the party to these topics of its role. Left out, the party takes part in all of them. At most 85,
	// the largest possible number of topics: 13 of the catalogue, 8 of the policy and 64 of the map. No topic twice.
	//
	// A set, so that the API server itself finds duplicates: in CEL, the check would use up the budget of a large map.
	// It still has one owner, because it is part of an atomic list.
	// +kubebuilder:validation:MinItems=1
	// +kubebuilder:validation:MaxItems=85
	// +kubebuilder:validation:items:MinLength=1
	// +kubebuilder:validation:items:MaxLength=40
	// +kubebuilder:validation:items:XValidation:rule="self.matches('^[a-z0-9]([-a-z0-9]*[a-z0-9])?$')",message="UnknownTopic: a topic's name is a DNS label such as budget: lower-case letters, digits and '-', with a letter or digit at both ends"
	// +listType=set
	// +optional
	Topics []string `json:"topics,omitempty"`

	// validFrom is when the party's role begins, such as 2026-01-01T00:00:00Z: an RFC 3339 time with
	// a time zone, from 1970 to the last day but one of 9999. Left out, the role has no beginning.
	// +kubebuilder:validation:Schemaless
	// +kubebuilder:validation:Type=string
	// +kubebuilder:validation:MaxLength=35
	// +kubebuilder:validation:XValidation:rule="!format.datetime().validate(self).hasValue() && self.matches('^[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9]{2}:[0-9]{2}:[0-9]{2}([.][0-9]{1,9})?(Z|[+-]([01][0-9]|2[0-3]):[0-5][0-9])$') && timestamp(self) >= timestamp('1970-01-01T00:00:00Z') && timestamp(self) < timestamp('9999-12-31T00:00:00Z')",message="validFrom must be a time that exists, from 1970 to the last day but one of 9999, in the form 2026-01-01T00:00:00Z: with a T between date and time, and a Z or an offset such as +01:00 at the end"
	// +optional
	ValidFrom *metav1.Time `json:"validFrom,omitempty"`

	// validUntil is when the party's role ends, such as 2027-01-01T00:00:00Z: an RFC 3339 time with
	// a time zone, after validFrom, and from 1970 to the last day but one of 9999. Left out, the role
	// has no end.
	// +kubebuilder:validation:Schemaless
	// +kubebuilder:validation:Type=string
	// +kubebuilder:validation:MaxLength=35
	// +kubebuilder:validation:XValidation:rule="!format.datetime().validate(self).hasValue() && self.matches('^[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9]{2}:[0-9]{2}:[0-9]{2}([.][0-9]{1,9})?(Z|[+-]([01][0-9]|2[0-3]):[0-5][0-9])$') && timestamp(self) >= timestamp('1970-01-01T00:00:00Z') && timestamp(self) < timestamp('9999-12-31T00:00:00Z')",message="validUntil must be a time that exists, from 1970 to the last day but one of 9999, in the form 2027-01-01T00:00:00Z: with a T between date and time, and a Z or an offset such as +01:00 at the end"
	// +optional
	ValidUntil *metav1.Time `json:"validUntil,omitempty"`
}

// ValidAt says whether the party plays its role at a moment: from validFrom on, and no longer at validUntil.
func (p *Party) ValidAt(now time.Time) bool {
	return (p.ValidFrom == nil || !now.Before(p.ValidFrom.Time)) && (p.ValidUntil == nil || now.Before(p.ValidUntil.Time))
}

// Customer is a party that pays for the product, takes the risk, and decides whether money is spent.
//
// +kubebuilder:validation:XValidation:rule="!has(self.subjects) || self.subjects.all(s, s.kind != 'ServiceAccount')",fieldPath=".subjects",message="InvalidSubject: only people pay: a customer's subjects are of kind User or Group; list a ServiceAccount under endUsers"
type Customer struct {
	Party `json:",inline"`
}

// EndUser is a party that uses the product.
type EndUser struct {
	Party `json:",inline"`

	// segment says whether the end users are External, Internal (the organisation's own staff) or a
	// System. Left out, the segment is unknown. The routing table holds it, so that tools
	// can tell people from systems.
	// +optional
	Segment Segment `json:"segment,omitempty"`
}

// Segment says what sort of end user a party is.
//
// +kubebuilder:validation:Enum=External;Internal;System
type Segment string

const (
	// SegmentExternal is for people outside the organisation.
	SegmentExternal Segment = "External"
	// SegmentInternal is for the organisation's own staff.
	SegmentInternal Segment = "Internal"
	// SegmentSystem is for programs that use the product.
	SegmentSystem Segment = "System"
)

// ProductOwner is the voice of the customer and the representative of all stakeholders: one person
// or one office, part of the agile team, and never a customer.
//
// +kubebuilder:validation:XValidation:rule="has(self.subjects) && size(self.subjects) > 0 || has(self.handles) && size(self.handles) > 0",message="PartyUnreachable: the product owner needs subjects or handles: without them they can be neither asked nor recognized"
// +kubebuilder:validation:XValidation:rule="!has(self.subjects) || self.subjects.all(s, s.kind != 'ServiceAccount')",fieldPath=".subjects",message="InvalidSubject: only people own a product: a product owner's subjects are of kind User or Group"
type ProductOwner struct {
	// name identifies the product owner: a DNS label (lower-case letters, digits and '-') of at most
	// 63 characters, unique among all parties of the map.
	// +kubebuilder:validation:MinLength=1
	// +kubebuilder:validation:MaxLength=63
	// +kubebuilder:validation:XValidation:rule="self.matches('^[a-z0-9]([-a-z0-9]*[a-z0-9])?$')",message="name must be a DNS label such as dana: lower-case letters, digits and '-', with a letter or digit at both ends"
	// +required
	Name string `json:"name,omitempty"`

	// displayName is the product owner's name for people: one line of 1 to 128 characters.
	// +kubebuilder:validation:MinLength=1
	// +kubebuilder:validation:MaxLength=128
	// +kubebuilder:validation:XValidation:rule="self.matches('^[ -~]+$') || self.matches('^[\\\\pL\\\\pM\\\\pN\\\\pP\\\\pS ]+$') && !self.matches('[\\\\x{34f}\\\\x{115f}\\\\x{1160}\\\\x{17b4}\\\\x{17b5}\\\\x{180b}-\\\\x{180f}\\\\x{2800}\\\\x{3164}\\\\x{fe00}-\\\\x{fe0f}\\\\x{ffa0}\\\\x{fffc}\\\\x{13441}\\\\x{13442}\\\\x{16fe4}\\\\x{1d159}\\\\x{e0100}-\\\\x{e01ef}]')",message="displayName must be one line of printable characters: remove line breaks, control and invisible characters"
	// +optional
	DisplayName string `json:"displayName,omitempty"`

	// subjects are the Kubernetes identities of the product owner: users or groups, at most 8. Left out, the product
	// owner has no account in the cluster: tools ask them by their handles, and they hold no grant.
	// +kubebuilder:validation:MinItems=0
	// +kubebuilder:validation:MaxItems=8
	// +listType=atomic
	// +optional
	Subjects []Subject `json:"subjects,omitempty"`

	// handles are the names of the product owner in other systems, one for each system. A party can have several argocd
	// and kargo handles, each for another claim or value of a token. At most 16.
	// +kubebuilder:validation:MinItems=0
	// +kubebuilder:validation:MaxItems=16
	// +kubebuilder:validation:XValidation:rule="[self.map(e, e.system)].all(l, l.all(s, l.indexOf(s) == l.lastIndexOf(s))) || self.all(e, self.exists_one(o, o.system == e.system && (!(e.system in ['argocd', 'kargo']) || o.value == e.value && (has(o.claim) ? o.claim : 'groups') == (has(e.claim) ? e.claim : 'groups'))))",message="InvalidHandle: two of these handles are for the same system: keep one of them. Only argocd and kargo handles may be several, each of another claim or value"
	// +listType=atomic
	// +optional
	Handles []Handle `json:"handles,omitempty"`
}

// Declared says whether a map names a product owner.
func (p *ProductOwner) Declared() bool {
	return p.Name != "" || p.DisplayName != "" || len(p.Subjects) > 0 || len(p.Handles) > 0
}

// DevelopmentTeam builds the product. It gains no grants.
//
// +kubebuilder:validation:MinProperties=1
// +kubebuilder:validation:XValidation:rule="has(self.subjects) && size(self.subjects) > 0 || has(self.handles) && size(self.handles) > 0",message="a development team needs subjects or handles: name some, or leave developmentTeam out"
type DevelopmentTeam struct {
	// subjects are the Kubernetes identities of the team, at most 64. Left out, the operator cannot find conflicts between
	// the team and other roles.
	// +kubebuilder:validation:MinItems=0
	// +kubebuilder:validation:MaxItems=64
	// +listType=atomic
	// +optional
	Subjects []Subject `json:"subjects,omitempty"`

	// handles are the names of the team in other systems, one for each system. A party can have several argocd and kargo
	// handles, each for another claim or value of a token. At most 16.
	// +kubebuilder:validation:MinItems=0
	// +kubebuilder:validation:MaxItems=16
	// +kubebuilder:validation:XValidation:rule="[self.map(e, e.system)].all(l, l.all(s, l.indexOf(s) == l.lastIndexOf(s))) || self.all(e, self.exists_one(o, o.system == e.system && (!(e.system in ['argocd', 'kargo']) || o.value == e.value && (has(o.claim) ? o.claim : 'groups') == (has(e.claim) ? e.claim : 'groups'))))",message="InvalidHandle: two of these handles are for the same system: keep one of them. Only argocd and kargo handles may be several, each of another claim or value"
	// +listType=atomic
	// +optional
	Handles []Handle `json:"handles,omitempty"`
}

// Declared says whether a map names a development team.
func (t *DevelopmentTeam) Declared() bool {
	return len(t.Subjects) > 0 || len(t.Handles) > 0
}

// Subject is a Kubernetes identity. The directory knows who is in a group; the cluster does not.
//
// +kubebuilder:validation:XValidation:rule="self.kind == 'ServiceAccount' || !has(self.__namespace__)",fieldPath=".namespace",message="InvalidSubject: only a ServiceAccount has a namespace: remove it"
// +kubebuilder:validation:XValidation:rule="self.kind != 'ServiceAccount' || self.name.matches('^[a-z0-9]([-a-z0-9]*[a-z0-9])?([.][a-z0-9]([-a-z0-9]*[a-z0-9])?)*$')",fieldPath=".name",message="InvalidSubject: a ServiceAccount's name has only lower-case letters, digits, '-' and '.', and each part between dots begins and ends with a letter or digit",messageExpression="'InvalidSubject: ' + self.name + ' is no name of a ServiceAccount: it has only lower-case letters, digits, \"-\" and \".\", and each part between dots begins and ends with a letter or digit'"
type Subject struct {
	// kind is User, Group or ServiceAccount.
	// +required
	Kind SubjectKind `json:"kind,omitempty"`

	// name as the cluster's authentication spells it, such as dana@vendor.example or
	// CN=Buyers,OU=Groups,DC=acme,DC=example: 1 to 253 visible characters in one line, not beginning or
	// ending with a space, and not of Kubernetes' own "system:" identities. If a tool cannot hold a name,
	// its output is written without the name, and the map gets a finding.
	// +kubebuilder:validation:MinLength=1
	// +kubebuilder:validation:MaxLength=253
	// +kubebuilder:validation:XValidation:rule="self.matches('^[ -~]+$') || self.matches('^[\\\\pL\\\\pM\\\\pN\\\\pP\\\\pS ]+$') && !self.matches('[\\\\x{34f}\\\\x{115f}\\\\x{1160}\\\\x{17b4}\\\\x{17b5}\\\\x{180b}-\\\\x{180f}\\\\x{2800}\\\\x{3164}\\\\x{fe00}-\\\\x{fe0f}\\\\x{ffa0}\\\\x{fffc}\\\\x{13441}\\\\x{13442}\\\\x{16fe4}\\\\x{1d159}\\\\x{e0100}-\\\\x{e01ef}]')",message="InvalidSubject: a name must be one line of printable characters: remove line breaks, control and invisible characters"
	// +kubebuilder:validation:XValidation:rule="!self.startsWith(' ') && !self.endsWith(' ')",message="InvalidSubject: a name may not begin or end with a space"
	// +kubebuilder:validation:XValidation:rule="!self.startsWith('system:')",message="InvalidSubject: system: identities belong to Kubernetes and play no role: name people and their groups, and ServiceAccounts by kind ServiceAccount"
	// +required
	Name string `json:"name,omitempty"`

	// namespace of a ServiceAccount: a DNS label of at most 63 characters. Left out, it is the map's own. Users and
	// groups have none. Another namespace has to accept the map; kube- namespaces belong to Kubernetes and
	// never take part.
	// +kubebuilder:validation:MinLength=1
	// +kubebuilder:validation:MaxLength=63
	// +kubebuilder:validation:XValidation:rule="self.matches('^([a-z0-9]([-a-z0-9]*[a-z0-9])?)?$')",message="InvalidSubject: namespace must be a DNS label: lower-case letters, digits and '-', with a letter or digit at both ends"
	// +optional
	Namespace string `json:"namespace,omitempty"`
}

// SubjectKind is a kind of Kubernetes identity.
//
// +kubebuilder:validation:Enum=User;Group;ServiceAccount
type SubjectKind string

const (
	// SubjectUser is a user, by the name that authentication gives.
	SubjectUser SubjectKind = "User"
	// SubjectGroup is a group of users, by the name that authentication gives.
	SubjectGroup SubjectKind = "Group"
	// SubjectServiceAccount is a ServiceAccount, by name and namespace; without a namespace, one of the map's own.
	SubjectServiceAccount SubjectKind = "ServiceAccount"
)

// Handle is the name of a party in another system.
//
// +kubebuilder:validation:XValidation:rule="self.system != 'email' || self.value.matches('^[a-zA-Z0-9.!#$%&\\'*+/=?^_`{|}~-]+@[a-zA-Z0-9]([a-zA-Z0-9-]*[a-zA-Z0-9])?([.][a-zA-Z0-9]([a-zA-Z0-9-]*[a-zA-Z0-9])?)*$')",fieldPath=".value",message="InvalidHandle: an email handle is an address such as approvals@acme.example",messageExpression="'InvalidHandle: ' + self.value + ' is no e-mail address: use one such as approvals@acme.example'"
// +kubebuilder:validation:XValidation:rule="self.system != 'slack' || self.value.matches('^[#@]?[\\\\pL\\\\pM\\\\pN._-]+$') && !self.value.matches('^@(?i:channel|here|everyone)$')",fieldPath=".value",message="InvalidHandle: a slack handle is a channel such as #acme-approvals, a member such as @dana, or an id",messageExpression="'InvalidHandle: ' + self.value + ' is no slack handle: use a channel such as #acme-approvals, a member such as @dana, or an id, and not @channel, @here or @everyone, which call everybody'"
// +kubebuilder:validation:XValidation:rule="self.system != 'github' || self.value.matches('^@?([a-zA-Z0-9][a-zA-Z0-9_-]{0,38}|[a-zA-Z0-9][a-zA-Z0-9-]{0,38}/[a-zA-Z0-9_-]{1,100})$')",fieldPath=".value",message="InvalidHandle: a github handle is a user such as @dana or a team such as @acme/procurement",messageExpression="'InvalidHandle: ' + self.value + ' is no github handle: use a user such as @dana or a team such as @acme/procurement'"
// +kubebuilder:validation:XValidation:rule="self.system in ['argocd', 'kargo'] || !self.value.matches('^(?i:javascript|vbscript|data):')",fieldPath=".value",message="InvalidHandle: a handle may not be a link that runs a script",messageExpression="'InvalidHandle: ' + self.value + ' is a link that runs a script in the browser of those who follow it: use an https link'"
// +kubebuilder:validation:XValidation:rule="self.system == 'kargo' || !has(self.claim)",fieldPath=".claim",message="InvalidHandle: only a kargo handle has a claim: remove claim"
type Handle struct {
	// system is the other system's name, such as email, slack or github: a DNS label of at most 32
	// characters. "users" and "groups" are reserved for the routing table's own keys.
	// +kubebuilder:validation:MinLength=1
	// +kubebuilder:validation:MaxLength=32
	// +kubebuilder:validation:XValidation:rule="self.matches('^[a-z0-9]([-a-z0-9]*[a-z0-9])?$')",message="system must be a DNS label such as slack: lower-case letters, digits and '-', with a letter or digit at both ends"
	// +kubebuilder:validation:XValidation:rule="!(self in ['users', 'groups'])",message="system may not be users or groups: the routing table has keys of these names; use the system's own name"
	// +required
	System string `json:"system,omitempty"`

	// claim is the claim of a token that has the value, for the system kargo: groups (the default), email, sub or another
	// one that says who a person is. 1 to 64 letters, digits and the characters _ . : / -.
	// +kubebuilder:validation:MinLength=1
	// +kubebuilder:validation:MaxLength=64
	// +kubebuilder:validation:XValidation:rule="self.matches('^[a-zA-Z0-9_.:/-]+$')",message="InvalidHandle: claim is the name of a claim such as groups, email or sub: letters, digits and the characters _ . : / -"
	// +kubebuilder:validation:XValidation:rule="!(self in ['iss', 'aud', 'azp'])",message="InvalidHandle: everyone who signs in has the same iss, aud and azp: use a claim that says who a person is, such as groups, email or sub"
	// +optional
	Claim string `json:"claim,omitempty"`

	// value is the party's name in that system: one line of 1 to 253 printable characters.
	// +kubebuilder:validation:MinLength=1
	// +kubebuilder:validation:MaxLength=253
	// +kubebuilder:validation:XValidation:rule="(self.matches('^[ -~]+$') || self.matches('^[\\\\pL\\\\pM\\\\pN\\\\pP\\\\pS ]+$') && !self.matches('[\\\\x{34f}\\\\x{115f}\\\\x{1160}\\\\x{17b4}\\\\x{17b5}\\\\x{180b}-\\\\x{180f}\\\\x{2800}\\\\x{3164}\\\\x{fe00}-\\\\x{fe0f}\\\\x{ffa0}\\\\x{fffc}\\\\x{13441}\\\\x{13442}\\\\x{16fe4}\\\\x{1d159}\\\\x{e0100}-\\\\x{e01ef}]')) && !self.startsWith(' ') && !self.endsWith(' ')",message="InvalidHandle: a handle must be one line of printable characters: remove line breaks, control and invisible characters, and spaces at either end"
	// +required
	Value string `json:"value,omitempty"`
}

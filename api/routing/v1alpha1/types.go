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

const (
	// APIVersion is the apiVersion of a RoutingTable.
	APIVersion = "routing.stakeholders.dev/v1alpha1"
	// Kind is the kind of a RoutingTable.
	Kind = "RoutingTable"
	// DocumentKey is the key of the routing ConfigMap that holds the document.
	DocumentKey = "routing.json"
	// DefaultTopic is the name of the entry that answers for every topic that is not listed. No topic of a
	// StakeholderMap can have this name.
	DefaultTopic = "default"
)

// RoutingTable says, for one product, who receives which topic, who gets a copy and who decides. Parse makes it
// from a Document, and replaces the keys in each topic with the parties themselves. It is sorted throughout, so that
// equal tables give equal bytes.
type RoutingTable struct {
	metav1.TypeMeta

	// Product is what the topics are about.
	Product Product

	// Source is the StakeholderMap that the table was made from.
	Source Source

	// Revision is the digest of the rest of the document, "sha256:" and 64 hexadecimal digits. It
	// changes exactly when anything else in the table does.
	Revision string

	// Topics are sorted by name. Each name occurs once.
	Topics []Topic

	// Default answers for every topic that is not listed. Its name is "default".
	Default Topic
}

// Product is what the stakeholders have a stake in.
type Product struct {
	// DisplayName is the product's name for people.
	DisplayName string `json:"displayName"`
	// Description says what the product is. May be empty.
	Description string `json:"description,omitempty"`
	// Market is B2B, B2C or Internal.
	Market string `json:"market" jsonschema:"enum=B2B,enum=B2C,enum=Internal"`
	// ArgoCDProject is the Argo CD project of the product's applications. Empty if it has none.
	ArgoCDProject string `json:"argoCDProject,omitempty"`
}

// Source names a StakeholderMap.
type Source struct {
	// Namespace of the StakeholderMap.
	Namespace string `json:"namespace"`
	// Name of the StakeholderMap.
	Name string `json:"name"`
}

// Topic says who to ask about one thing, and who decides.
type Topic struct {
	// Name of the topic, such as budget.
	Name string

	// Class says what the recipients do: Approval (they say yes or no), FeatureRequest (they may
	// raise it and are asked about it) or Consultation (they are asked or invited).
	Class string

	// To are the parties that receive the topic. Empty only while the map is invalid: a party that leaves an
	// invalid map leaves the table at once, and no other party replaces it. Do not ask another party in that case.
	To []Party

	// CC are the parties that get a copy. No party is listed both here and under To.
	CC []Party

	// DecidedBy are the parties that decide. Empty only when To can be.
	DecidedBy []Party

	// Quorum says how many of the parties under To have to approve. Approvals always have one, other
	// classes never.
	Quorum *Quorum

	// RespondWithin is how long the recipients have to respond before the topic escalates, as a Go
	// duration such as 48h or 1h30m, measured from the moment the tool asks. Empty: no limit.
	RespondWithin string

	// EscalateTo are the parties to turn to when RespondWithin has passed. May be empty.
	EscalateTo []Party
}

// Quorum says how many parties have to approve.
type Quorum struct {
	// Mode is Any, All or AtLeast, as declared.
	Mode string `json:"mode" jsonschema:"enum=Any,enum=All,enum=AtLeast"`
	// Count is how many of the parties under To have to approve, in every mode. It is at least 1. It is at most the
	// number of parties under To, unless some have left an invalid map.
	Count int32 `json:"count" jsonschema:"minimum=1"`
}

// Party is a person, a group or a system with a stake.
type Party struct {
	// Role is Customer, EndUser, ProductOwner or DevelopmentTeam.
	Role string
	// Name of the party, unique within the role. The development team is called development-team.
	Name string
	// DisplayName is the party's name for people. May be empty.
	DisplayName string
	// Organization that the party belongs to. May be empty.
	Organization string
	// Segment of an end user: External, Internal, System, or empty if the map does not say.
	Segment string
	// Subjects are the party's Kubernetes identities. Empty for a party that has no account in the cluster, or only
	// ServiceAccounts whose namespaces do not accept the map. Tools can ask such a party by its handles, but it has no rights.
	Subjects []Subject
	// Handles are the names of the party in other systems, sorted by system. There is one for each system, but there can
	// be several for argocd and kargo, each for another claim or value of a token.
	Handles []Handle
}

// Subject is a Kubernetes identity.
type Subject struct {
	// Kind is User, Group or ServiceAccount.
	Kind string `json:"kind" jsonschema:"enum=User,enum=Group,enum=ServiceAccount"`
	// Name as the cluster's authentication spells it.
	Name string `json:"name"`
	// Namespace of a ServiceAccount. Empty for users and groups.
	Namespace string `json:"namespace,omitempty"`
}

// Handle is the name of a party in another system.
type Handle struct {
	// System is the other system's name, such as email or slack.
	System string
	// Claim is the claim of a token that has the value, for the system kargo. Empty means groups.
	Claim string
	// Value is the party's name there, one line.
	Value string
}

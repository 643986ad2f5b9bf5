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
	"maps"
	"slices"

	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
)

// Document is the RoutingTable as it is stored in the ConfigMap. It lists each party once, and topics refer to
// parties by their keys. So its size is proportional to the number of parties plus the number of topics.
type Document struct {
	metav1.TypeMeta `json:",inline"`

	// Product is what the topics are about.
	Product Product `json:"product"`

	// Source is the StakeholderMap that the table was made from.
	Source Source `json:"source"`

	// Revision is the digest of the rest of the document, "sha256:" and 64 hexadecimal digits. It
	// changes exactly when anything else in the table does.
	Revision string `json:"revision" jsonschema:"pattern=^sha256:[0-9a-f]{64}$"`

	// Parties are all parties that a topic or the default names, each under its key: the role (customer, end-user,
	// product-owner or development-team), a slash and the name, such as customer/acme-board.
	Parties map[string]DocumentParty `json:"parties"`

	// Topics are by their names.
	Topics map[string]DocumentTopic `json:"topics"`

	// Default answers for every topic that is not listed.
	Default DocumentTopic `json:"default"`
}

// DocumentTopic says who to ask about one thing, and who decides, by the keys of the parties.
type DocumentTopic struct {
	// Class says what the recipients do: Approval (they say yes or no), FeatureRequest (they may
	// raise it and are asked about it) or Consultation (they are asked or invited).
	Class string `json:"class" jsonschema:"enum=Approval,enum=FeatureRequest,enum=Consultation"`

	// To are the parties that receive the topic. Empty only while the map is invalid: a party that leaves an
	// invalid map leaves the table at once, and no other party replaces it. Do not ask another party in that case.
	To []string `json:"to"`

	// CC are the parties that get a copy. No party is listed both here and under To.
	CC []string `json:"cc"`

	// DecidedBy are the parties that decide. Empty only when To can be.
	DecidedBy []string `json:"decidedBy"`

	// Quorum says how many of the parties under To have to approve. Approvals always have one, other
	// classes never.
	Quorum *Quorum `json:"quorum,omitempty"`

	// RespondWithin is how long the recipients have to respond before the topic escalates, as a Go
	// duration such as 48h or 1h30m, measured from the moment the tool asks. Empty: no limit.
	RespondWithin string `json:"respondWithin,omitempty"`

	// EscalateTo are the parties to turn to when RespondWithin has passed. May be empty.
	EscalateTo []string `json:"escalateTo,omitempty"`
}

// DocumentParty is a person, a group or a system with a stake.
type DocumentParty struct {
	// Role is Customer, EndUser, ProductOwner or DevelopmentTeam.
	Role string `json:"role" jsonschema:"enum=Customer,enum=EndUser,enum=ProductOwner,enum=DevelopmentTeam"`
	// Name of the party, unique within the role. The development team is called development-team.
	Name string `json:"name"`
	// DisplayName is the party's name for people. May be empty.
	DisplayName string `json:"displayName,omitempty"`
	// Organization that the party belongs to. May be empty.
	Organization string `json:"organization,omitempty"`
	// Segment of an end user: External, Internal, System, or empty if the map does not say.
	Segment string `json:"segment,omitempty" jsonschema:"enum=External,enum=Internal,enum=System"`
	// Subjects are the party's Kubernetes identities. Empty for a party that has no account in the cluster, or only
	// ServiceAccounts whose namespaces do not accept the map. Tools can ask such a party by its handles, but it has no rights.
	Subjects []Subject `json:"subjects"`
	// Handles are the party in other systems: its name there by the name of the system, such as email or slack.
	// The systems argocd and kargo stand under claims.
	Handles map[string]string `json:"handles"`
	// Claims are what the systems argocd and kargo know the party by. The keys are the name of the system, then the
	// name of a token's claim, such as groups. A token with any one of the values matches. May be empty.
	Claims map[string]map[string][]string `json:"claims,omitempty"`
}

// defaultClaim is the claim of a Handle that names none.
const defaultClaim = "groups"

// knowsByClaims says whether a system knows people by the claims of a token. A party can have several of these.
func knowsByClaims(system string) bool { return system == "argocd" || system == "kargo" }

// roleKeys are the prefixes of the parties' keys.
var roleKeys = map[string]string{
	"Customer": "customer", "EndUser": "end-user", "ProductOwner": "product-owner", "DevelopmentTeam": "development-team",
}

// Key is the key of the party in a Document, such as customer/acme-board.
func (p *Party) Key() string { return roleKeys[p.Role] + "/" + p.Name }

// PartyKeys are the keys of parties in a Document, in the same order.
func PartyKeys(parties []Party) []string {
	out := make([]string, len(parties))
	for i := range parties {
		out[i] = parties[i].Key()
	}
	return out
}

// Key is the key of the party in its Document.
func (p *DocumentParty) Key() string { return roleKeys[p.Role] + "/" + p.Name }

// document converts the table into a Document, which lists each party once.
func (t *RoutingTable) document() *Document {
	d := &Document{
		TypeMeta: t.TypeMeta, Product: t.Product, Source: t.Source, Revision: t.Revision,
		Parties: make(map[string]DocumentParty), Topics: make(map[string]DocumentTopic, len(t.Topics)),
	}
	listed := listedParties{document: d, keys: make(map[roleAndName]string)}
	for i := range t.Topics {
		d.Topics[t.Topics[i].Name] = listed.topic(&t.Topics[i])
	}
	d.Default = listed.topic(&t.Default)
	return d
}

// listedParties are the parties that a document already lists, and their keys.
type listedParties struct {
	document *Document
	keys     map[roleAndName]string
}

type roleAndName struct{ role, name string }

// topic refers to the parties of a topic, and adds those that are not in the document yet.
func (l listedParties) topic(t *Topic) DocumentTopic {
	return DocumentTopic{
		Class: t.Class, To: l.keysOf(t.To), CC: l.keysOf(t.CC), DecidedBy: l.keysOf(t.DecidedBy),
		Quorum: t.Quorum, RespondWithin: t.RespondWithin, EscalateTo: l.keysOf(t.EscalateTo),
	}
}

// keysOf never returns nil: the JSON has an empty list for a topic without parties.
func (l listedParties) keysOf(parties []Party) []string {
	out := make([]string, len(parties))
	for i := range parties {
		p := &parties[i]
		key, listed := l.keys[roleAndName{p.Role, p.Name}]
		if !listed {
			key = p.Key()
			l.keys[roleAndName{p.Role, p.Name}] = key
			l.document.Parties[key] = p.Document()
		}
		out[i] = key
	}
	return out
}

// Document is the party as a Document lists it.
func (p *Party) Document() DocumentParty {
	out := DocumentParty{
		Role: p.Role, Name: p.Name, DisplayName: p.DisplayName, Organization: p.Organization, Segment: p.Segment,
		Subjects: p.Subjects, Handles: make(map[string]string, len(p.Handles)),
	}
	if out.Subjects == nil {
		out.Subjects = []Subject{}
	}
	for _, h := range p.Handles {
		if !knowsByClaims(h.System) {
			out.Handles[h.System] = h.Value
			continue
		}
		if out.Claims == nil {
			out.Claims = make(map[string]map[string][]string)
		}
		if out.Claims[h.System] == nil {
			out.Claims[h.System] = make(map[string][]string)
		}
		claim := h.Claim
		if claim == "" {
			claim = defaultClaim
		}
		out.Claims[h.System][claim] = append(out.Claims[h.System][claim], h.Value)
	}
	return out
}

// table replaces each key in a topic with the party itself. Copies of a party share their lists.
func (d *Document) table() (*RoutingTable, error) {
	parties := make(map[string]Party, len(d.Parties))
	for key, p := range d.Parties {
		party := p.party()
		if party.Key() != key {
			return nil, fmt.Errorf("%w: the party %s/%s stands under the key %q", ErrNotARoutingTable, p.Role, p.Name, key)
		}
		parties[key] = party
	}
	t := &RoutingTable{TypeMeta: d.TypeMeta, Product: d.Product, Source: d.Source, Revision: d.Revision, Topics: make([]Topic, 0, len(d.Topics))}
	for _, name := range slices.Sorted(maps.Keys(d.Topics)) {
		topic, err := d.Topics[name].topic(name, parties)
		if err != nil {
			return nil, err
		}
		t.Topics = append(t.Topics, topic)
	}
	var err error
	t.Default, err = d.Default.topic(DefaultTopic, parties)
	return t, err
}

func (t DocumentTopic) topic(name string, parties map[string]Party) (Topic, error) {
	out := Topic{Name: name, Class: t.Class, Quorum: t.Quorum, RespondWithin: t.RespondWithin}
	for _, list := range []struct {
		keys []string
		to   *[]Party
	}{{t.To, &out.To}, {t.CC, &out.CC}, {t.DecidedBy, &out.DecidedBy}, {t.EscalateTo, &out.EscalateTo}} {
		*list.to = make([]Party, len(list.keys))
		for i, key := range list.keys {
			party, known := parties[key]
			if !known {
				return Topic{}, fmt.Errorf("%w: the topic %q names %q, who is not among the parties", ErrNotARoutingTable, name, key)
			}
			(*list.to)[i] = party
		}
	}
	return out, nil
}

func (p *DocumentParty) party() Party {
	out := Party{
		Role: p.Role, Name: p.Name, DisplayName: p.DisplayName, Organization: p.Organization, Segment: p.Segment,
		Subjects: p.Subjects, Handles: make([]Handle, 0, len(p.Handles)),
	}
	for system, value := range p.Handles {
		out.Handles = append(out.Handles, Handle{System: system, Value: value})
	}
	for system, claims := range p.Claims {
		for claim, values := range claims {
			if claim == defaultClaim {
				claim = ""
			}
			for _, value := range values {
				out.Handles = append(out.Handles, Handle{System: system, Claim: claim, Value: value})
			}
		}
	}
	slices.SortFunc(out.Handles, Handle.Compare)
	return out
}

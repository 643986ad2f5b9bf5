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

package product

import (
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"

	routing "github.com/stakeholders-dev/stakeholder-operator/api/routing/v1alpha1"
	"github.com/stakeholders-dev/stakeholder-operator/controllers/validate"
)

// Reference names a product.
type Reference struct {
	Namespace   string `json:"namespace,omitempty"`
	Name        string `json:"name"`
	DisplayName string `json:"displayName"`
}

// Reference names the product.
func (p *Product) Reference() Reference {
	return Reference{Namespace: p.Map.Namespace, Name: p.Map.Name, DisplayName: p.Table.Product.DisplayName}
}

// String is the name of the product for people: "Checkout (payments/checkout)".
func (r Reference) String() string {
	if r.DisplayName == "" {
		return r.Key()
	}
	return r.DisplayName + " (" + r.Key() + ")"
}

// Key is the name of the product as a user types it.
func (r Reference) Key() string { return Key(r.Namespace, r.Name) }

// MapKind precedes the name of a map with -o name, as kubectl writes it.
const MapKind = "stakeholdermap.stakeholders.dev"

// ObjectName is how kubectl names the map with -o name.
func (r Reference) ObjectName() string { return MapKind + "/" + r.Name }

// Answer says who to ask about a topic. Its fields are called as in the routing table.
type Answer struct {
	metav1.TypeMeta `json:",inline"`

	Product Reference `json:"product"`
	Topic   string    `json:"topic"`
	// Listed says whether the product has the topic. If not, the answer is that for all other topics.
	Listed bool `json:"listed"`
	// Nearest are the topics of the product that the user can have meant, if it is not listed.
	Nearest       []string                `json:"nearest,omitempty"`
	Class         string                  `json:"class"`
	To            []routing.DocumentParty `json:"to"`
	CC            []routing.DocumentParty `json:"cc"`
	DecidedBy     []routing.DocumentParty `json:"decidedBy"`
	Quorum        *routing.Quorum         `json:"quorum,omitempty"`
	RespondWithin string                  `json:"respondWithin,omitempty"`
	EscalateTo    []routing.DocumentParty `json:"escalateTo,omitempty"`
	State         `json:",inline"`
}

// State says how far an answer about a product can be trusted.
type State struct {
	// Basis says where the answer comes from.
	Basis Basis `json:"basis"`
	// Valid says whether the map breaks no rule.
	Valid bool `json:"valid"`
	// Notes are sentences about both.
	Notes []string `json:"notes,omitempty"`
}

// State of the product.
func (p *Product) State() State {
	return State{Basis: p.Basis, Valid: !validate.HasErrors(p.Findings), Notes: p.Notes()}
}

// Answer says who to ask about a topic. If the product has no such topic, it is the answer for all other topics.
func (p *Product) Answer(topic string) *Answer {
	t, listed := p.Topic(topic)
	answer := &Answer{
		Product: p.Reference(), Topic: topic, Listed: listed, Class: t.Class,
		To: documents(t.To), CC: documents(t.CC), DecidedBy: documents(t.DecidedBy), EscalateTo: documents(t.EscalateTo),
		Quorum: t.Quorum, RespondWithin: t.RespondWithin, State: p.State(),
	}
	if !listed {
		answer.Nearest = p.NearestTopics(topic).Names()
	}
	return answer
}

// Topic returns a topic of the table, or the default entry and false.
func (p *Product) Topic(name string) (*routing.Topic, bool) {
	t := p.Table.Resolve(name)
	return &t, t.Name == name && name != routing.DefaultTopic
}

// Lacks reports whether the product certainly has no such topic. If the user may not read the policy, its topics can be missing here.
func (p *Product) Lacks(topic string) bool {
	_, listed := p.Topic(topic)
	return !listed && (p.Basis == InForce || !p.PolicyUnread)
}

// NearestTopics are those that a user can have meant by a name.
func (p *Product) NearestTopics(name string) *Nearest {
	nearest := NearestTo(name)
	for i := range p.Table.Topics {
		nearest.Add(p.Table.Topics[i].Name, p.Table.Topics[i].Name)
	}
	return nearest
}

// Topics are all topics of a product.
type Topics struct {
	metav1.TypeMeta `json:",inline"`

	Product Reference `json:"product"`
	// Items are the topics, sorted by name.
	Items []TopicSummary `json:"items"`
	// Default is for all other topics.
	Default TopicSummary `json:"default"`
	State   `json:",inline"`
}

// TopicSummary is a topic with the keys of its parties, such as customer/acme-board.
type TopicSummary struct {
	Name                  string `json:"name"`
	routing.DocumentTopic `json:",inline"`
}

// AllTopics returns all topics of the product.
func (p *Product) AllTopics() *Topics {
	out := &Topics{Product: p.Reference(), Items: make([]TopicSummary, len(p.Table.Topics)), State: p.State(), Default: summary(&p.Table.Default)}
	for i := range p.Table.Topics {
		out.Items[i] = summary(&p.Table.Topics[i])
	}
	return out
}

func summary(t *routing.Topic) TopicSummary {
	return TopicSummary{Name: t.Name, DocumentTopic: routing.DocumentTopic{
		Class: t.Class, To: routing.PartyKeys(t.To), CC: routing.PartyKeys(t.CC), DecidedBy: routing.PartyKeys(t.DecidedBy), EscalateTo: routing.PartyKeys(t.EscalateTo),
		Quorum: t.Quorum, RespondWithin: t.RespondWithin,
	}}
}

func documents(parties []routing.Party) []routing.DocumentParty {
	out := make([]routing.DocumentParty, len(parties))
	for i := range parties {
		out[i] = parties[i].Document()
	}
	return out
}

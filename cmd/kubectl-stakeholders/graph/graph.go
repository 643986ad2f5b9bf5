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

// Package graph draws a routing table: which parties are asked about which topics, which get a copy, and which decide.
// Names come from people who may want to forge a drawing, so each format escapes them. It is pure.
package graph

import (
	"cmp"
	"slices"
	"strings"

	routing "github.com/stakeholders-dev/stakeholder-operator/api/routing/v1alpha1"
	"github.com/stakeholders-dev/stakeholder-operator/api/v1alpha1"
)

// Kind is the kind of a line.
type Kind int

// The kinds of lines.
const (
	// Asked : the parties receive the topics.
	Asked Kind = iota
	// Copied : the parties get a copy.
	Copied
	// Decides : the parties decide.
	Decides
)

// Box is a set of parties of one role that have exactly the same lines in their column.
type Box struct {
	Role    string
	Parties []routing.Party
}

// TopicBox is a set of topics of one class that have exactly the same lines.
type TopicBox struct {
	Class string
	// Names of the topics, sorted. The name routing.DefaultTopic stands for everything that no topic names.
	Names []string
	// Quorum in words. Empty if one answer is enough.
	Quorum string
}

// Line connects a box of the left column (Asked, Copied) or the right column (Decides) with topics.
type Line struct {
	Kind Kind
	// Box is the index in Graph.Asked or, for Decides, in Graph.Deciders.
	Box int
	// Topics is the index in Graph.Topics.
	Topics int
}

// Graph is what every format draws, in three columns.
type Graph struct {
	// Product is its name for people, and Source the map as namespace/name.
	Product, Source string

	Asked    []Box
	Topics   []TopicBox
	Deciders []Box
	// Lines are sorted by kind, topics and box.
	Lines []Line
}

// New returns the graph of a table. It leaves out topics without recipients, and draws only the named topics if there
// are any. Unknown are the names that no drawn topic has.
func New(table *routing.RoutingTable, names []string) (g *Graph, unknown []string) {
	g = &Graph{Product: table.Product.DisplayName, Source: table.Source.Namespace + "/" + table.Source.Name}
	topics := slices.Concat(table.Topics, []routing.Topic{table.Default})
	topics = slices.DeleteFunc(topics, func(t routing.Topic) bool { return len(t.To) == 0 })
	for _, name := range names {
		if !slices.ContainsFunc(topics, func(t routing.Topic) bool { return t.Name == name }) {
			unknown = append(unknown, name)
		}
	}
	if len(names) > 0 {
		topics = slices.DeleteFunc(topics, func(t routing.Topic) bool { return !slices.Contains(names, t.Name) })
	}
	grouped := groupTopics(topics)
	left, right := newColumn(), newColumn()
	for i := range grouped {
		topic := &grouped[i].topic
		g.Topics = append(g.Topics, grouped[i].box)
		left.add(topic.To, end{Asked, i})
		left.add(topic.CC, end{Copied, i})
		right.add(topic.DecidedBy, end{Decides, i})
	}
	g.Asked, g.Lines = left.boxes(nil)
	g.Deciders, g.Lines = right.boxes(g.Lines)
	slices.SortFunc(g.Lines, func(a, b Line) int {
		return cmp.Or(cmp.Compare(a.Kind, b.Kind), cmp.Compare(a.Topics, b.Topics), cmp.Compare(a.Box, b.Box))
	})
	return g, unknown
}

// groupedTopics are topics that differ in nothing but their names.
type groupedTopics struct {
	topic routing.Topic
	box   TopicBox
}

// classOrder is the order in the middle column, so that the lines of customers, end users and the product owner cross
// as little as possible.
var classOrder = []string{string(v1alpha1.ClassApproval), string(v1alpha1.ClassFeatureRequest), string(v1alpha1.ClassConsultation)}

// groupTopics joins topics of the same class, parties and quorum.
func groupTopics(topics []routing.Topic) []groupedTopics {
	var out []groupedTopics
	known := map[string]int{}
	for _, topic := range topics {
		quorum := quorumOf(&topic)
		key := strings.Join([]string{topic.Class, quorum, keys(topic.To), keys(topic.CC), keys(topic.DecidedBy)}, "\x00")
		i, seen := known[key]
		if !seen {
			i = len(out)
			known[key] = i
			out = append(out, groupedTopics{topic: topic, box: TopicBox{Class: topic.Class, Quorum: quorum}})
		}
		out[i].box.Names = append(out[i].box.Names, topic.Name)
	}
	slices.SortStableFunc(out, func(a, b groupedTopics) int {
		return cmp.Compare(slices.Index(classOrder, a.box.Class), slices.Index(classOrder, b.box.Class))
	})
	return out
}

// keys identifies parties.
func keys(parties []routing.Party) string {
	return strings.Join(slices.Sorted(slices.Values(routing.PartyKeys(parties))), "\x01")
}

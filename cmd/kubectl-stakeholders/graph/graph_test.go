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

package graph_test

import (
	"encoding/xml"
	"errors"
	"fmt"
	"io"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	routing "github.com/stakeholders-dev/stakeholder-operator/api/routing/v1alpha1"
	"github.com/stakeholders-dev/stakeholder-operator/api/v1alpha1"
	"github.com/stakeholders-dev/stakeholder-operator/cmd/kubectl-stakeholders/graph"
	"github.com/stakeholders-dev/stakeholder-operator/controllers/route"
	"github.com/stakeholders-dev/stakeholder-operator/controllers/topics"
	"github.com/stakeholders-dev/stakeholder-operator/test/fixtures"
	"github.com/stakeholders-dev/stakeholder-operator/test/golden"
)

func tableOf(m *v1alpha1.StakeholderMap) *routing.RoutingTable {
	return route.Table(m, topics.Assign(m, nil, fixtures.Now))
}

// whole is the graph of all topics of a map.
func whole(m *v1alpha1.StakeholderMap) *graph.Graph {
	g, _ := graph.New(tableOf(m), nil)
	return g
}

// hostile is text that ends strings, labels and elements of each format, and that XML does not allow.
const hostile = "\"]}; <img src=x onerror=alert(1)>\n%%{init: {\"securityLevel\": \"loose\"}}%%"

// pieces are more of that, each short enough to be drawn whole.
var pieces = []string{
	"click asked0 \"javascript:alert(1)\"", "</text><script>alert(1)</script>", "]]> &lt; &#60; #60; #quot;", "`**bold**` $$x^2$$ fa:fa-ban", `\N \" \G \`,
	"\x00\x1b[31m\ufffe\xff\u202e end", "1. item", "- item", "ﬂ°°60¶ß", "<br/>", "end", "--> x", "日本語の名前", "שלום עולם",
}

func hostileMap() *v1alpha1.StakeholderMap {
	m := fixtures.Minimal()
	m.Spec.Product.DisplayName = hostile
	for i, piece := range pieces {
		customer := fixtures.Customer(fmt.Sprint("c", i))
		customer.DisplayName, customer.Organization = piece, hostile
		m.Spec.Customers = append(m.Spec.Customers, customer)
	}
	m.Spec.EndUsers[0].Segment = v1alpha1.Segment(hostile)
	m.Spec.ProductOwner.DisplayName = hostile
	m.Name, m.Namespace = hostile, hostile
	m.Spec.Topics = []v1alpha1.Topic{{Name: hostile, Class: v1alpha1.ClassApproval, To: fixtures.Roles(v1alpha1.RoleCustomer)}}
	return m
}

func TestGolden(t *testing.T) {
	t.Parallel()
	maps := map[string]*v1alpha1.StakeholderMap{"hostile": hostileMap()}
	for _, example := range fixtures.Examples(t) {
		maps[example.Name] = example.Map
	}
	for name, m := range maps {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			g := whole(m)
			wellFormed(t, g.SVG())
			golden.Compare(t, name+".mmd", []byte(g.Mermaid()))
			golden.Compare(t, name+".dot", []byte(g.DOT()))
			golden.Compare(t, name+".svg", []byte(g.SVG()))
			for _, other := range []*v1alpha1.StakeholderMap{fixtures.Reversed(m), fixtures.Rotated(m)} {
				if diff := cmp.Diff(g.SVG(), whole(other).SVG()); diff != "" {
					t.Errorf("another order of the map's lists gave another drawing (-as listed +permuted):\n%s", diff)
				}
			}
		})
	}
}

// elements are all that a drawing may contain.
var elements = map[string]bool{"svg": true, "title": true, "desc": true, "style": true, "rect": true, "text": true, "path": true, "circle": true}

// wellFormed checks that a drawing is XML with harmless elements only.
func wellFormed(tb testing.TB, svg string) {
	tb.Helper()
	decoder := xml.NewDecoder(strings.NewReader(svg))
	for {
		token, err := decoder.Token()
		if errors.Is(err, io.EOF) {
			return
		}
		if err != nil {
			tb.Fatalf("the SVG is not XML: %v", err)
		}
		switch token := token.(type) {
		case xml.StartElement:
			if !elements[token.Name.Local] {
				tb.Errorf("the SVG has an element %s", token.Name.Local)
			}
			for _, attribute := range token.Attr {
				if name := attribute.Name.Local; strings.HasPrefix(name, "on") || strings.Contains(name, "href") {
					tb.Errorf("the SVG has an attribute %s", name)
				}
			}
		case xml.ProcInst, xml.Directive, xml.Comment:
			tb.Errorf("the SVG has %T", token)
		}
	}
}

func TestTopics(t *testing.T) {
	t.Parallel()
	g, unknown := graph.New(tableOf(fixtures.Minimal()), []string{"budget", "feature-request", "bugdet"})
	if diff := cmp.Diff([]string{"bugdet"}, unknown); diff != "" {
		t.Errorf("the unknown topics (-want +got):\n%s", diff)
	}
	want := []graph.TopicBox{{Class: "Approval", Names: []string{"budget"}}, {Class: "FeatureRequest", Names: []string{"feature-request"}}}
	if diff := cmp.Diff(want, g.Topics); diff != "" {
		t.Errorf("the topics (-want +got):\n%s", diff)
	}
	lines := []graph.Line{
		{Kind: graph.Asked, Box: 0, Topics: 0}, {Kind: graph.Asked, Box: 1, Topics: 1},
		{Kind: graph.Copied, Box: 2, Topics: 0}, {Kind: graph.Copied, Box: 2, Topics: 1},
		{Kind: graph.Decides, Box: 0, Topics: 0}, {Kind: graph.Decides, Box: 1, Topics: 1},
	}
	if diff := cmp.Diff(lines, g.Lines); diff != "" {
		t.Errorf("the lines (-want +got):\n%s", diff)
	}
}

// TestNoRecipients leaves out a topic that no party receives.
func TestNoRecipients(t *testing.T) {
	t.Parallel()
	table := tableOf(fixtures.Minimal())
	for i := range table.Topics {
		if table.Topics[i].Name == "budget" {
			table.Topics[i].To = nil
		}
	}
	g, unknown := graph.New(table, []string{"budget"})
	if len(g.Topics) != 0 || len(unknown) != 1 {
		t.Errorf("a topic without recipients is drawn: %v, unknown %v", g.Topics, unknown)
	}
	// A drawing of nothing is a drawing all the same.
	wellFormed(t, g.SVG())
}

// TestLargest bounds the drawings of the largest maps.
func TestLargest(t *testing.T) {
	t.Parallel()
	for name, at := range fixtures.LargestMaps("山", nil) {
		g := whole(at.Fits)
		for format, content := range map[string]string{"svg": g.SVG(), "mermaid": g.Mermaid(), "dot": g.DOT()} {
			if len(content) > 300_000 {
				t.Errorf("%s of the map with the most %s has %d bytes", format, name, len(content))
			}
		}
		wellFormed(t, g.SVG())
	}
}

// TestNarrowed bounds the drawing of a map in which every party takes part in other topics, so that no two share a box.
func TestNarrowed(t *testing.T) {
	t.Parallel()
	m := fixtures.Largest("x", nil)
	all := m.Spec.Customers[0].Topics
	for i := range m.Spec.Customers {
		m.Spec.Customers[i].Topics = all[i:]
	}
	for i := range m.Spec.EndUsers {
		m.Spec.EndUsers[i].Topics = all[i:]
	}
	fixtures.AskEverybody(m.Spec.Topics)
	if n := len(whole(m).SVG()); n > 2_000_000 {
		t.Errorf("the SVG has %d bytes", n)
	}
}

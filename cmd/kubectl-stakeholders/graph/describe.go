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

package graph

import (
	"fmt"
	"strings"
)

// description says in words what the drawing shows, for people who cannot see it.
func (g *Graph) description() string {
	var b strings.Builder
	fmt.Fprintf(&b, "Made from the StakeholderMap %s.", clean(g.Source))
	for i := range g.Topics {
		topics := &g.Topics[i]
		rows := topics.rows()
		names := make([]string, len(rows))
		for i, r := range rows {
			names[i] = r.String()
		}
		fmt.Fprintf(&b, "\n%s: %s.", topics.title(), strings.Join(names, ", "))
		for _, kind := range []Kind{Asked, Copied, Decides} {
			if parties := g.partiesOf(kind, i); len(parties) > 0 {
				fmt.Fprintf(&b, " %s: %s.", map[Kind]string{Asked: "Asked", Copied: "Copied", Decides: "Decides"}[kind], strings.Join(parties, "; "))
			}
		}
	}
	return b.String()
}

// partiesOf names the parties at the other ends of the lines of topics.
func (g *Graph) partiesOf(kind Kind, topics int) []string {
	var out []string
	for _, line := range g.Lines {
		if line.Kind != kind || line.Topics != topics {
			continue
		}
		box := &g.Asked
		if kind == Decides {
			box = &g.Deciders
		}
		rows := (*box)[line.Box].rows()
		names := make([]string, len(rows))
		for i, r := range rows {
			names[i] = r.text
		}
		out = append(out, strings.TrimSpace((*box)[line.Box].title()+" "+strings.Join(names, ", ")))
	}
	return out
}

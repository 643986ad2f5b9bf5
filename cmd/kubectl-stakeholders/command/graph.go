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

package command

import (
	"cmp"
	"fmt"
	"maps"
	"slices"
	"strings"

	"github.com/spf13/cobra"

	routing "github.com/stakeholders-dev/stakeholder-operator/api/routing/v1alpha1"
	"github.com/stakeholders-dev/stakeholder-operator/cmd/kubectl-stakeholders/failure"
	"github.com/stakeholders-dev/stakeholder-operator/cmd/kubectl-stakeholders/graph"
	"github.com/stakeholders-dev/stakeholder-operator/cmd/kubectl-stakeholders/product"
)

// manyLines is the number of lines above which a reader can no longer follow a drawing.
const manyLines = 150

// graphFormats are the formats of a drawing.
var graphFormats = map[string]func(*graph.Graph) string{
	"mermaid": (*graph.Graph).Mermaid, "dot": (*graph.Graph).DOT, "svg": (*graph.Graph).SVG,
}

func graphNames() []string { return slices.Sorted(maps.Keys(graphFormats)) }

func newGraphCommand(env *environment) *cobra.Command {
	var from source
	var format string
	var names []string
	cmd := &cobra.Command{
		Use:   "graph PRODUCT",
		Short: "Draw who is asked about what, and who decides",
		Long: `Draw who is asked about what, and who decides, in three columns: parties, topics, deciders.

Topics with the same parties share a box, and so do parties with the same topics. Topics without a recipient are left out.
The drawing shows names and organizations, but no addresses, so that you can publish it where the map itself is not public.

Formats: mermaid for Markdown, dot for Graphviz, and svg for wikis and web pages. The SVG needs no other file and no
fonts, and adapts to light and dark pages.`,
		Example: `  kubectl stakeholders graph checkout
  kubectl stakeholders graph checkout -f checkout.yaml -o svg > checkout.svg
  kubectl stakeholders graph checkout --topic budget,release -o dot`,
		ValidArgsFunction: completeArgs(env.completeProducts(&from)),
		Args:              takes("PRODUCT", 1, 1),
		RunE: func(cmd *cobra.Command, args []string) error {
			draw, known := graphFormats[format]
			if !known {
				return unknownValue("--output", format, graphNames())
			}
			p, err := env.product(cmd.Context(), &from, args[0])
			if err != nil {
				return err
			}
			env.notes(p.Notes())
			g, unknown := graph.New(p.Table, names)
			if len(unknown) > 0 {
				return noSuchTopic(p, unknown[0])
			}
			if n := len(g.Lines); n > manyLines {
				env.note(fmt.Sprintf("The drawing has %d lines, which are hard to follow. Use --topic to draw only some topics.", n))
			}
			_, err = fmt.Fprint(env.Out, draw(g))
			return err
		},
	}
	from.addTo(cmd)
	cmd.Flags().StringVarP(&format, "output", "o", "mermaid", "Output format: "+strings.Join(graphNames(), ", ")+".")
	cmd.Flags().StringSliceVar(&names, "topic", nil, "Draw only these topics. The topic default stands for everything that no topic names.")
	_ = cmd.RegisterFlagCompletionFunc("topic", env.completeTopics(&from))
	_ = cmd.RegisterFlagCompletionFunc("output", cobra.FixedCompletions(graphNames(), cobra.ShellCompDirectiveNoFileComp))
	return cmd
}

// noSuchTopic says that a topic cannot be drawn, and suggests others.
func noSuchTopic(p *product.Product, name string) error {
	names := []string{routing.DefaultTopic}
	for i := range p.Table.Topics {
		if len(p.Table.Topics[i].To) > 0 {
			names = append(names, p.Table.Topics[i].Name)
		}
	}
	suggestion := cmp.Or(product.Suggest(name, names), seeTopics(p))
	return failure.Usage("%s has no topic %q with recipients.%s", p.Name(), name, suggestion)
}

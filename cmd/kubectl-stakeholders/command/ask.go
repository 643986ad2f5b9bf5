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
	"context"
	"fmt"
	"slices"
	"strings"

	"github.com/spf13/cobra"

	routing "github.com/stakeholders-dev/stakeholder-operator/api/routing/v1alpha1"
	"github.com/stakeholders-dev/stakeholder-operator/cmd/kubectl-stakeholders/failure"
	"github.com/stakeholders-dev/stakeholder-operator/cmd/kubectl-stakeholders/output"
	"github.com/stakeholders-dev/stakeholder-operator/cmd/kubectl-stakeholders/product"
	"github.com/stakeholders-dev/stakeholder-operator/cmd/kubectl-stakeholders/terminal"
)

func newAskCommand(env *environment) *cobra.Command {
	a := &ask{environment: env}
	cmd := &cobra.Command{
		Use:   "ask PRODUCT [TOPIC]",
		Short: "Say who to ask about a topic of a product",
		Long: `Say who to ask about a topic of a product, who gets a copy, who decides, how many have to approve, how long they have
to respond, and how to reach them.

PRODUCT is the name of a StakeholderMap, namespace/name, or a display name that is unique. Without TOPIC, the topics of the
product are listed. A topic that the product does not have goes to the default recipient, and the topics with similar names
are shown.

The answer comes from the routing table in force. If you may not read that, it comes from the map, and says so.

In a script, --handle prints only where to send a message. It prints nothing, with exit code 1, if no recipient can be
reached there, or if the map is invalid and its table is not in force. With --strict, a topic that the product does not
have is an error with exit code 2.`,
		Example: `  kubectl stakeholders ask checkout budget
  kubectl stakeholders ask checkout budget --handle slack --strict
  kubectl stakeholders ask checkout -f checkout.yaml`,
		Args:              takes("PRODUCT [TOPIC]", 1, 2),
		ValidArgsFunction: completeArgs(env.completeProducts(&a.source), env.completeTopics(&a.source)),
		RunE: func(cmd *cobra.Command, args []string) error {
			return a.run(cmd.Context(), args)
		},
	}
	a.source.addTo(cmd)
	a.output.AddTo(cmd, nil, output.Name, output.Wide, output.NoHeaders)
	cmd.Flags().StringVar(&a.handle, "handle", "", "Print only the names of the recipients in this system, such as slack, one a line.")
	cmd.Flags().BoolVar(&a.strict, "strict", false, "Refuse a topic that the product does not have, and do not name the default recipient.")
	_ = cmd.RegisterFlagCompletionFunc("handle", env.completeHandleSystems(&a.source))
	return cmd
}

type ask struct {
	*environment

	source source
	output output.Flags
	handle string
	strict bool
}

func (a *ask) run(ctx context.Context, args []string) error {
	if a.handle != "" && (len(args) == 1 || a.output.Programs()) {
		return failure.Usage("--handle needs a TOPIC, and no other output format")
	}
	p, err := a.product(ctx, &a.source, args[0])
	if err != nil {
		return err
	}
	a.notes(p.Notes())
	if len(args) == 1 {
		topics := &topicsResult{p.AllTopics()}
		topics.TypeMeta = output.TypeMeta("TopicList")
		return a.output.Write(a.Terminal, topics)
	}
	answer := &answerResult{p.Answer(args[1])}
	answer.TypeMeta = output.TypeMeta("Answer")
	switch {
	case answer.Listed:
	case a.strict:
		return noTopic(p, args[1])
	default:
		a.note(fmt.Sprintf("%s has no topic %q, so it goes to the default recipient.%s", p.Name(), args[1], p.NearestTopics(args[1]).Suggestion()))
	}
	if a.handle != "" && !p.IsUsable() {
		return failure.No("no handle: %s is invalid, and its table is not in force", p.Name())
	}
	if a.handle != "" {
		return a.handles(answer.Answer)
	}
	return a.output.Write(a.Terminal, answer)
}

// handles prints the names of the recipients in another system.
func (a *ask) handles(answer *product.Answer) error {
	var values, without []string
	for i := range answer.To {
		party := &answer.To[i]
		found := product.HandlesOf(party, a.handle)
		values = append(values, found...)
		if len(found) == 0 {
			without = append(without, product.PartyName(party))
		}
	}
	if len(values) == 0 {
		return failure.No("no recipient of %s has a handle for %s%s", answer.Topic, a.handle, otherSystems(answer.To))
	}
	if len(without) > 0 {
		a.note(fmt.Sprintf("These recipients have no handle for %s: %s.", a.handle, strings.Join(without, ", ")))
	}
	slices.Sort(values)
	for _, value := range slices.Compact(values) {
		if _, err := fmt.Fprintln(a.Out, terminal.Escape(value)); err != nil {
			return err
		}
	}
	return nil
}

// otherSystems says in which systems the parties can be reached.
func otherSystems(parties []routing.DocumentParty) string {
	var systems []string
	for i := range parties {
		for _, h := range product.Handles(&parties[i]) {
			systems = append(systems, h.System)
		}
	}
	if len(systems) == 0 {
		return ""
	}
	slices.Sort(systems)
	return ". They have: " + strings.Join(slices.Compact(systems), ", ")
}

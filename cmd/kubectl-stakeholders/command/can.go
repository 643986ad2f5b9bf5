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

	"github.com/spf13/cobra"

	"github.com/stakeholders-dev/stakeholder-operator/cmd/kubectl-stakeholders/failure"
	"github.com/stakeholders-dev/stakeholder-operator/cmd/kubectl-stakeholders/output"
	"github.com/stakeholders-dev/stakeholder-operator/cmd/kubectl-stakeholders/product"
	"github.com/stakeholders-dev/stakeholder-operator/controllers/render"
)

func newCanCommand(env *environment) *cobra.Command {
	c := &can{topicQuestion: topicQuestion{environment: env}}
	cmd := &cobra.Command{
		Use:   "can VERB PRODUCT/TOPIC",
		Short: "Say whether a user may approve, request or triage a topic",
		Long: `Say whether a user may approve, request or triage a topic, and why.

The API server decides, as it does when the user acts. Every user may ask about themselves. To ask about another user, name
them with --as and their groups with --as-group. That takes the right to create SubjectAccessReviews or to impersonate the
user. Without both, the answer comes from the map, and is labelled "declared, not checked".

VERB is approve, request, triage, or ask, which is the right to make a request about the topic. With use, the question is
whether a subject, such as an image, is approved for the topic and may be rolled out: the API server compares it byte by byte.
The exit code is 0 for yes and 1 for no.`,
		Example: `  kubectl stakeholders can approve checkout/budget
  kubectl stakeholders can approve checkout/budget --as jane --as-group acme:board
  kubectl stakeholders can triage checkout/feature-request --as dana -f checkout.yaml
  kubectl stakeholders can use checkout/release --subject registry.example/shop:1.4`,
		RunE: func(cmd *cobra.Command, args []string) error { return c.run(cmd.Context(), args) },
	}
	c.addTo(cmd, output.Wide)
	cmd.ValidArgsFunction = completeArgs(cobra.FixedCompletions(canVerbs(), cobra.ShellCompDirectiveNoFileComp), c.completeProductTopic(&c.source))
	cmd.Flags().StringVar(&c.subject, "subject", "", "With the verb use: what was approved, exactly as in the request.")
	_ = cmd.RegisterFlagCompletionFunc("subject", cobra.NoFileCompletions)
	return cmd
}

type can struct {
	topicQuestion

	subject string
}

// canVerbs are the verbs of a user, and use, which is about a subject.
func canVerbs() []string { return append(product.Verbs(), render.VerbUse) }

func (c *can) run(ctx context.Context, args []string) error {
	verb, name, topic, err := verbAndTopic(args, canVerbs())
	if err != nil {
		return err
	}
	if (verb == render.VerbUse) != (c.subject != "") {
		return failure.Usage("the verb use needs --subject, and other verbs do not take it: can use PRODUCT/TOPIC --subject IMAGE")
	}
	who, err := c.takeImpersonation()
	if err != nil {
		return err
	}
	answer := &access{TypeMeta: output.TypeMeta("Access"), Topic: topic, Verb: verb, Subject: c.subject}
	if c.source.offline() {
		err = c.declared(ctx, answer, name, who)
	} else {
		err = c.checked(ctx, answer, name, who)
	}
	if err != nil {
		return err
	}
	if err := c.output.Write(c.Terminal, answer); err != nil || answer.Allowed {
		return err
	}
	return failure.ErrNo
}

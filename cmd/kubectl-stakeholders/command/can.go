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
	"strings"

	"github.com/spf13/cobra"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"sigs.k8s.io/controller-runtime/pkg/client"

	"github.com/stakeholders-dev/stakeholder-operator/cmd/kubectl-stakeholders/cluster"
	"github.com/stakeholders-dev/stakeholder-operator/cmd/kubectl-stakeholders/failure"
	"github.com/stakeholders-dev/stakeholder-operator/cmd/kubectl-stakeholders/output"
	"github.com/stakeholders-dev/stakeholder-operator/cmd/kubectl-stakeholders/product"
	"github.com/stakeholders-dev/stakeholder-operator/cmd/kubectl-stakeholders/terminal"
)

func newCanCommand(env *environment) *cobra.Command {
	c := &can{topicQuestion{environment: env}}
	cmd := &cobra.Command{
		Use:   "can VERB PRODUCT/TOPIC",
		Short: "Say whether a user may approve, request or triage a topic",
		Long: `Say whether a user may approve, request or triage a topic, and why.

The API server decides, as it does when the user acts. Every user may ask about themselves. To ask about another user, name
them with --as and their groups with --as-group. That takes the right to create SubjectAccessReviews or to impersonate the
user. Without both, the answer comes from the map, and is labelled "declared, not checked".

VERB is approve, request, triage, or ask, which is the right to make a request about the topic. The exit code is 0 for yes
and 1 for no.`,
		Example: `  kubectl stakeholders can approve checkout/budget
  kubectl stakeholders can approve payments/checkout/budget --as cfo@acme.example --as-group acme:procurement
  kubectl stakeholders can triage checkout/feature-request --as dana@vendor.example -f checkout.yaml`,
		RunE: func(cmd *cobra.Command, args []string) error { return c.run(cmd.Context(), args) },
	}
	c.addTo(cmd, output.Wide)
	return cmd
}

type can struct{ topicQuestion }

// access says whether a user has a verb on a topic.
type access struct {
	metav1.TypeMeta `json:",inline"`

	Product product.Reference `json:"product"`
	Topic   string            `json:"topic"`
	Verb    string            `json:"verb"`
	product.Identity
	Allowed bool `json:"allowed"`
	// Check says how that was found out.
	Check  cluster.Check `json:"check"`
	Reason string        `json:"reason"`
	// AuthorizerReason is what the API server says.
	AuthorizerReason string              `json:"authorizerReason,omitempty"`
	Parties          []product.PartyRole `json:"parties,omitempty"`
}

func (c *can) run(ctx context.Context, args []string) error {
	verb, name, topic, err := verbAndTopic(args)
	if err != nil {
		return err
	}
	who, err := c.takeImpersonation()
	if err != nil {
		return err
	}
	answer := &access{TypeMeta: output.TypeMeta("Access"), Topic: topic, Verb: verb}
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

// declared answers from files.
func (c *can) declared(ctx context.Context, answer *access, name string, who *product.Identity) error {
	if who == nil {
		return failure.Usage("files do not say who you are: add --as USER, and --as-group for each group")
	}
	p, err := c.product(ctx, &c.source, name)
	if err != nil {
		return err
	}
	if err := checkTopic(p, answer.Topic); err != nil {
		return err
	}
	c.notes(p.Notes())
	answer.Identity = *who
	answer.explain(p, cluster.Verdict{Check: cluster.CheckNone})
	return nil
}

// checked answers from the cluster.
func (c *can) checked(ctx context.Context, answer *access, name string, who *product.Identity) error {
	conn, err := c.connect(true)
	if err != nil {
		return err
	}
	p, key, err := c.readable(ctx, conn, name)
	if err != nil {
		return err
	}
	if p != nil {
		if err := checkTopic(p, answer.Topic); err != nil {
			return err
		}
	}
	verdict, err := c.ask(ctx, conn, answer, who, key)
	if err != nil {
		return err
	}
	if p != nil && !p.Basis.IsChecked() {
		verdict = cluster.Verdict{Check: cluster.CheckNone}
	}
	if p == nil {
		answer.Product = product.Reference{Namespace: key.Namespace, Name: key.Name}
		return answer.withoutMap(verdict)
	}
	c.notes(p.Notes())
	answer.explain(p, verdict)
	return nil
}

// readable returns the product and the key of its map, or only the key if the user may not read it: a right can be checked
// without it.
func (c *can) readable(ctx context.Context, conn *cluster.Cluster, name string) (*product.Product, client.ObjectKey, error) {
	a, err := c.assumed(ctx, &c.source)
	if err != nil {
		return nil, client.ObjectKey{}, err
	}
	p, err := c.productInCluster(ctx, conn, &c.source, name, a)
	if key, ok := conn.MapKey(name); ok && cluster.IsForbidden(err) {
		return nil, key, nil
	}
	if err != nil {
		return nil, client.ObjectKey{}, err
	}
	return p, client.ObjectKeyFromObject(p.Map), nil
}

// ask asks the API server about the caller, or about another user.
func (c *can) ask(ctx context.Context, conn *cluster.Cluster, answer *access, who *product.Identity, key client.ObjectKey) (cluster.Verdict, error) {
	if who != nil {
		answer.Identity = *who
		return conn.MayOther(ctx, *who, key, answer.Topic, answer.Verb)
	}
	var err error
	if answer.Identity, err = conn.WhoAmI(ctx); err != nil {
		return cluster.Verdict{}, err
	}
	return conn.May(ctx, key, answer.Topic, answer.Verb)
}

// explain fills in the answer of the API server, or of the map, and the reason for it.
func (a *access) explain(p *product.Product, verdict cluster.Verdict) {
	standing := p.Standing(a.Topic, a.Verb, a.Identity)
	a.Product, a.Parties = p.Reference(), standing.Parties
	a.Allowed, a.Check, a.AuthorizerReason = verdict.Allowed, verdict.Check, verdict.Reason
	a.Reason = standing.Reason
	switch {
	case verdict.Check == cluster.CheckNone:
		a.Allowed = standing.Declared
	case verdict.Allowed && !standing.Declared:
		a.Reason = "by a right outside the map; the API server gives no reason"
		if verdict.Reason != "" {
			a.Reason = "by a right outside the map: " + verdict.Reason
		}
	case !verdict.Allowed && standing.Declared:
		a.Reason = standing.Reason + ", but the API server refuses"
		if verdict.Reason != "" {
			a.Reason += ": " + verdict.Reason
		}
	}
}

// withoutMap fills in the answer of the API server about a map that the user may not read.
func (a *access) withoutMap(verdict cluster.Verdict) error {
	if verdict.Check == cluster.CheckNone {
		return failure.Cluster("you may neither read StakeholderMap %s/%s nor ask what %s may do. Ask an admin of the namespace for one of both",
			a.Product.Namespace, a.Product.Name, a.Identity)
	}
	a.Allowed, a.Check, a.AuthorizerReason = verdict.Allowed, verdict.Check, verdict.Reason
	a.Reason = orElse(verdict.Reason, fmt.Sprintf("no rule lets %s %s %s of %s/%s, which you may not read", a.Identity, a.Verb, a.Topic, a.Product.Namespace, a.Product.Name))
	return nil
}

func orElse(text, otherwise string) string {
	if text == "" {
		return otherwise
	}
	return text
}

// Text implements output.Result.
func (a *access) Text(t *terminal.Terminal, options output.TextOptions) error {
	word := t.Paint(terminal.Red, "no")
	if a.Allowed {
		word = t.Paint(terminal.Green, "yes")
	}
	if a.Check == cluster.CheckNone {
		word += " (declared, not checked)"
	}
	lines := []string{t.Indented(word+":", a.Reason)}
	if options.Wide && a.AuthorizerReason != "" {
		lines = append(lines, t.Indented("The API server says:", a.AuthorizerReason))
	}
	_, err := fmt.Fprintln(t.Out, strings.Join(lines, "\n"))
	return err
}

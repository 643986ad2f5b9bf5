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

	"github.com/stakeholders-dev/stakeholder-operator/cmd/kubectl-stakeholders/failure"
	"github.com/stakeholders-dev/stakeholder-operator/cmd/kubectl-stakeholders/output"
	"github.com/stakeholders-dev/stakeholder-operator/cmd/kubectl-stakeholders/product"
	"github.com/stakeholders-dev/stakeholder-operator/cmd/kubectl-stakeholders/terminal"
	"github.com/stakeholders-dev/stakeholder-operator/cmd/kubectl-stakeholders/words"
)

func newWhoCanCommand(env *environment) *cobra.Command {
	w := &whoCan{topicQuestion{environment: env}}
	cmd := &cobra.Command{
		Use:   "who-can VERB PRODUCT/TOPIC",
		Short: "List who may approve, request or triage a topic, and why",
		Long: `List who may approve, request or triage a topic, and why: the map, the role, the party and its window.

If you may create SubjectAccessReviews, the API server is asked about each subject, and the column CHECKED says what it
answered. Cluster admins, and others whose rights come from RBAC rules outside the map, are not listed. Grants that only the
map should give are reported as notes, if the operator has found any. -o name prints each subject as list --for reads it. The
exit code is 1 if no subject may.`,
		Example: `  kubectl stakeholders who-can approve checkout/budget
  kubectl stakeholders who-can triage payments/checkout/feature-request -o json
  kubectl stakeholders who-can approve checkout/budget -f checkout.yaml`,
		RunE: func(cmd *cobra.Command, args []string) error { return w.run(cmd.Context(), args) },
	}
	w.addTo(cmd, output.Name, output.Wide, output.NoHeaders)
	return cmd
}

type whoCan struct{ topicQuestion }

// grantedSubjects are the subjects that have a verb on a topic.
type grantedSubjects struct {
	metav1.TypeMeta `json:",inline"`

	Product product.Reference        `json:"product"`
	Topic   string                   `json:"topic"`
	Verb    string                   `json:"verb"`
	Items   []product.GrantedSubject `json:"items"`
	// UnmanagedGrants are rights that the map does not give.
	UnmanagedGrants []string `json:"unmanagedGrants,omitempty"`
	product.State   `json:",inline"`

	// whyNone says why there are no subjects.
	whyNone string
}

func (w *whoCan) run(ctx context.Context, args []string) error {
	verb, name, topic, err := verbAndTopic(args, product.Verbs())
	if err != nil {
		return err
	}
	p, err := w.product(ctx, &w.source, name)
	if err != nil {
		return err
	}
	if err := checkTopic(p, topic); err != nil {
		return err
	}
	found := &grantedSubjects{
		TypeMeta: output.TypeMeta("SubjectList"), Product: p.Reference(), Topic: topic, Verb: verb,
		Items: p.GrantedSubjects(topic, verb), UnmanagedGrants: p.UnmanagedGrants(), State: p.State(),
	}
	if err := w.confirm(ctx, p, found); err != nil {
		return err
	}
	w.noteGaps(p, found)
	found.whyNone = p.WhyNoSubjects(topic, verb)
	if err := w.output.Write(w.Terminal, found); err != nil || product.AnyMay(found.Items) {
		return err
	}
	return failure.ErrNo
}

// confirm asks the API server about the subjects, if it can know.
func (w *whoCan) confirm(ctx context.Context, p *product.Product, found *grantedSubjects) error {
	if !p.Basis.IsChecked() {
		return nil
	}
	c, err := w.connect(true)
	if err != nil {
		return err
	}
	allowed, err := c.Confirm(ctx, found.Items, client.ObjectKeyFromObject(p.Map), found.Topic, found.Verb)
	if err == nil && !allowed {
		w.note("You may not create SubjectAccessReviews, so nothing is checked.")
	}
	return err
}

// noteGaps says what the list does not show.
func (w *whoCan) noteGaps(p *product.Product, found *grantedSubjects) {
	w.notes(found.Notes)
	for _, message := range found.UnmanagedGrants {
		w.note("Not by this map: " + message)
	}
	if without := p.WithoutAccount(found.Topic, found.Verb); len(without) > 0 && len(found.Items) > 0 {
		w.note("These parties may, too, but have no account in the cluster: " + strings.Join(without, ", ") + ".")
	}
}

// Names implements output.Named, for list --for.
func (g *grantedSubjects) Names() []string {
	names := make([]string, len(g.Items))
	for i := range g.Items {
		names[i] = g.Items[i].Argument()
	}
	return names
}

// Text implements output.Result.
func (g *grantedSubjects) Text(t *terminal.Terminal, options output.TextOptions) error {
	if len(g.Items) == 0 {
		_, err := fmt.Fprintln(t.Out, t.Indented(t.Paint(terminal.Red, "no")+":", g.whyNone))
		return err
	}
	table := &terminal.Table{Header: []string{"SUBJECT", "KIND", "PARTY", "ROLE", "WINDOW", "CHECKED"}, Shorten: []string{"PARTY"}}
	if options.Wide {
		table.Header = append(table.Header, "MAP", "PARTY NAME")
	}
	for i := range g.Items {
		s := &g.Items[i]
		cells := []string{s.Name, s.Kind, s.Party.Name, words.Role(s.Party.Role), s.Party.Window(), checked(s.Confirmed)}
		if options.Wide {
			cells = append(cells, g.Product.Key(), s.Party.DisplayName)
		}
		table.Add(cells...)
	}
	return options.Write(t, table)
}

func checked(confirmed *bool) string {
	switch {
	case confirmed == nil:
		return ""
	case *confirmed:
		return "yes"
	default:
		return "REFUSED"
	}
}

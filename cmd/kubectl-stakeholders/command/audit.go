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
	"slices"

	"github.com/spf13/cobra"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/types"
	"sigs.k8s.io/controller-runtime/pkg/client"

	"github.com/stakeholders-dev/stakeholder-operator/api/v1alpha1"
	"github.com/stakeholders-dev/stakeholder-operator/cmd/kubectl-stakeholders/inquiry"
	"github.com/stakeholders-dev/stakeholder-operator/cmd/kubectl-stakeholders/output"
	"github.com/stakeholders-dev/stakeholder-operator/cmd/kubectl-stakeholders/product"
)

func newAuditCommand(env *environment) *cobra.Command {
	var flags output.Flags
	cmd := &cobra.Command{
		Use:   "audit PRODUCT [TOPIC]",
		Short: "Show who decided what about a product, when, and for which party",
		Long: `Show every request about a product with its answers: who decided what, when, and for which party. The oldest request comes first.
An answer that does not count says why. A time is when the operator first saw the answer.

Requests that a user has deleted are not there: forbid to delete them, or export them in time. -o wide and -o csv have a line for each
answer, sorted by time.`,
		Example: `  kubectl stakeholders audit checkout
  kubectl stakeholders audit payments/checkout release
  kubectl stakeholders audit checkout -o csv > checkout.csv`,
		Args:              takes("PRODUCT [TOPIC]", 1, 2, "For example: kubectl stakeholders audit checkout release"),
		ValidArgsFunction: completeArgs(env.completeProducts(nil), env.completeTopics(nil)),
		RunE: func(cmd *cobra.Command, args []string) error {
			topic := ""
			if len(args) == 2 {
				topic = args[1]
			}
			result, err := env.audit(cmd.Context(), args[0], topic)
			if err != nil {
				return err
			}
			return flags.Write(env.Terminal, result)
		},
	}
	flags.AddTo(cmd, csvOfAudit, output.Name, output.Wide, output.NoHeaders)
	return cmd
}

func (e *environment) audit(ctx context.Context, productName, topic string) (*auditReport, error) {
	c, err := e.connect(false)
	if err != nil {
		return nil, err
	}
	p, err := productOfRequests(ctx, c, productName)
	if err != nil {
		return nil, err
	}
	fields := client.MatchingFields{"spec.map": p.Name}
	if topic != "" {
		fields["spec.topic"] = topic
	}
	result := &auditReport{TypeMeta: output.TypeMeta("Audit"), Product: p.reference(), Topic: topic, Items: []inquiry.Record{}}
	err = e.eachRequest(ctx, c, []string{p.Namespace}, fields, func(r *v1alpha1.StakeholderRequest) error {
		result.Items = append(result.Items, inquiry.RecordOf(r, p.uid()))
		return nil
	})
	slices.SortFunc(result.Items, inquiry.CompareAsked)
	return result, err
}

// uid returns the UID of the map if it is known. One that is gone has an empty one.
func (p *requestedProduct) uid() *types.UID {
	switch {
	case p.m != nil:
		return &p.m.UID
	case p.gone:
		return new(types.UID)
	default:
		return nil
	}
}

// reference names the product. Its display name is known as long as its map can be read.
func (p *requestedProduct) reference() product.Reference {
	reference := product.Reference{Namespace: p.Namespace, Name: p.Name}
	if p.m != nil {
		reference.DisplayName = p.m.Spec.Product.DisplayName
	}
	return reference
}

// auditReport is what `audit` prints.
type auditReport struct {
	metav1.TypeMeta `json:",inline"`

	Product product.Reference `json:"product"`
	Topic   string            `json:"topic,omitempty"`
	Items   []inquiry.Record  `json:"items"`
}

// Names implements output.Named.
func (a *auditReport) Names() []string { return fullNames(a.Items, (*inquiry.Record).FullName) }

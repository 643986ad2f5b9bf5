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
	"strings"

	"github.com/spf13/cobra"
	"sigs.k8s.io/controller-runtime/pkg/client"

	"github.com/stakeholders-dev/stakeholder-operator/api/v1alpha1"
	"github.com/stakeholders-dev/stakeholder-operator/cmd/kubectl-stakeholders/failure"
	"github.com/stakeholders-dev/stakeholder-operator/cmd/kubectl-stakeholders/inquiry"
	"github.com/stakeholders-dev/stakeholder-operator/cmd/kubectl-stakeholders/output"
)

// outcomes are those by which requests can be selected.
var outcomes = []v1alpha1.Outcome{
	v1alpha1.OutcomePending, v1alpha1.OutcomeApproved, v1alpha1.OutcomeRejected, v1alpha1.OutcomeAccepted, v1alpha1.OutcomeDeclined,
	v1alpha1.OutcomeDeferred, v1alpha1.OutcomeExpired, v1alpha1.OutcomeWithdrawn,
}

func outcomeNames() []string {
	names := make([]string, len(outcomes))
	for i, outcome := range outcomes {
		names[i] = string(outcome)
	}
	return names
}

// listing is what the flags of `requests` say.
type listing struct {
	overdue, all   bool
	outcome, topic string
	output         output.Flags
	scope          scope
}

func newRequestsCommand(env *environment) *cobra.Command {
	l := &listing{}
	cmd := &cobra.Command{
		Use:   "requests [PRODUCT]",
		Short: "List requests, and what they wait for",
		Long: `List the open requests of a product, or of all products. The one that is due first comes first. DUE says when the topic's time
to respond passes, or when the request expires if that comes first. The requests of a product are in its namespace.

` + scopeHelp,
		Example: `  kubectl stakeholders requests
  kubectl stakeholders requests checkout --overdue
  kubectl stakeholders requests payments/checkout --topic release --outcome Approved
  kubectl stakeholders requests -n payments,shop --all`,
		Args:              takes("[PRODUCT]", 0, 1, "Without PRODUCT, it lists the requests of all products"),
		ValidArgsFunction: completeArgs(env.completeProducts(nil)),
		RunE: func(cmd *cobra.Command, args []string) error {
			name := ""
			if len(args) > 0 {
				name = args[0]
			}
			result, err := env.listRequests(cmd.Context(), l, name)
			if err != nil {
				return err
			}
			return l.output.Write(env.Terminal, result)
		},
	}
	cmd.Flags().BoolVar(&l.overdue, "overdue", false, "Only requests that have waited longer than their topic allows.")
	cmd.Flags().BoolVar(&l.all, "all", false, "Requests that have an outcome, too.")
	cmd.Flags().StringVar(&l.outcome, "outcome", "", "Only requests with this outcome: "+strings.Join(outcomeNames(), ", ")+".")
	cmd.Flags().StringVar(&l.topic, "topic", "", "Only requests about this topic.")
	_ = cmd.RegisterFlagCompletionFunc("outcome", cobra.FixedCompletions(outcomeNames(), cobra.ShellCompDirectiveNoFileComp))
	_ = cmd.RegisterFlagCompletionFunc("topic", env.completeTopics(nil))
	l.output.AddTo(cmd, nil, output.Name, output.Wide, output.NoHeaders)
	l.scope.addTo(cmd)
	return cmd
}

// fields returns the field selector of what the flags ask for.
func (l *listing) fields() (client.MatchingFields, error) {
	fields := client.MatchingFields{}
	switch i := slices.IndexFunc(outcomes, func(o v1alpha1.Outcome) bool { return strings.EqualFold(string(o), l.outcome) }); {
	case l.outcome != "" && i < 0:
		return nil, failure.Usage("there is no outcome %q: use one of %s", l.outcome, strings.Join(outcomeNames(), ", "))
	case l.outcome != "" && l.all, l.overdue && l.all, l.outcome != "" && l.overdue:
		return nil, failure.Usage("--all, --overdue and --outcome exclude each other")
	case l.outcome != "":
		fields["status.outcome"] = string(outcomes[i])
	case !l.all:
		fields["status.outcome"] = string(v1alpha1.OutcomePending)
	}
	if l.topic != "" {
		fields["spec.topic"] = l.topic
	}
	return fields, nil
}

func (e *environment) listRequests(ctx context.Context, l *listing, productName string) (*requestList, error) {
	fields, err := l.fields()
	if err != nil {
		return nil, err
	}
	namespaces := e.namespacesOf(l.scope)
	c, err := e.connect(false)
	if err != nil {
		return nil, err
	}
	result := &requestList{TypeMeta: output.TypeMeta("RequestList"), namespace: c.Namespace, now: e.now(), Items: []listedRequest{}}
	result.overdue, result.open = l.overdue, fields["status.outcome"] == string(v1alpha1.OutcomePending)
	if productName != "" {
		p, err := productOfRequests(ctx, c, productName)
		if err != nil {
			return nil, err
		}
		fields["spec.map"], namespaces, result.product = p.Name, []string{p.Namespace}, p.String()
	}
	var kept []*v1alpha1.StakeholderRequest
	err = e.eachRequest(ctx, c, namespaces, fields, func(r *v1alpha1.StakeholderRequest) error {
		if !l.overdue || inquiry.IsOverdue(r, result.now) {
			summary := summaryOf(r)
			summary.Spec.Responses, summary.Status.Decisions = nil, nil
			kept = append(kept, summary)
		}
		return nil
	})
	if err != nil {
		return nil, err
	}
	if result.open {
		slices.SortFunc(kept, inquiry.CompareDue)
	} else {
		slices.SortFunc(kept, func(a, b *v1alpha1.StakeholderRequest) int { return -inquiry.CompareAge(a, b) })
	}
	for _, r := range kept {
		result.Items = append(result.Items, listed(r, result.now))
	}
	return result, nil
}

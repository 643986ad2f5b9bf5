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
	"k8s.io/apimachinery/pkg/api/meta"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"

	"github.com/stakeholders-dev/stakeholder-operator/api/v1alpha1"
	"github.com/stakeholders-dev/stakeholder-operator/cmd/kubectl-stakeholders/failure"
	"github.com/stakeholders-dev/stakeholder-operator/cmd/kubectl-stakeholders/output"
	"github.com/stakeholders-dev/stakeholder-operator/cmd/kubectl-stakeholders/product"
	"github.com/stakeholders-dev/stakeholder-operator/cmd/kubectl-stakeholders/words"
)

// me is how users write themselves.
const me = "me"

func newListCommand(env *environment) *cobra.Command {
	l := &list{environment: env}
	cmd := &cobra.Command{
		Use:   "list",
		Short: "List products, or the roles of a person in all products",
		Long: `List products, or the roles of a person in all products.

Without --for, --role and --expiring, there is a row for each product: its customers, end users, product owner, and whether its
map is valid. It has the first of several names, and says how many more there are: -o wide has all, and the market. With any of
the flags, there is a row for each party that fits, and its window. A note names the maps of these rows that are invalid.

--for is a user name, group:NAME, or me, which includes your groups. Write it several times for a user and the groups of that
user.

` + scopeHelp,
		Example: `  kubectl stakeholders list
  kubectl stakeholders list --for me
  kubectl stakeholders list --for cfo@acme.example --for group:acme:procurement -o csv
  kubectl stakeholders list -n payments --expiring 30d`,
		Args:              takes("", 0, 0),
		ValidArgsFunction: cobra.NoFileCompletions,
		RunE:              func(cmd *cobra.Command, _ []string) error { return l.run(cmd.Context()) },
	}
	l.source.addTo(cmd)
	l.output.AddListTo(cmd)
	flags := cmd.Flags()
	l.scope.addTo(cmd)
	flags.StringArrayVar(&l.subjects, "for", nil, "List the roles of this user, of group:NAME, or of me.")
	flags.StringVar(&l.role, "role", "", "List the parties with this role: customer, end-user, product-owner or development-team.")
	flags.StringVar(&l.expiring, "expiring", "", "List the parties whose window ends within this time, such as 30d or 2w.")
	_ = cmd.RegisterFlagCompletionFunc("for", env.completeSubjects(&l.source))
	_ = cmd.RegisterFlagCompletionFunc("role", cobra.FixedCompletions(words.RoleValues(), cobra.ShellCompDirectiveNoFileComp))
	return cmd
}

type list struct {
	*environment

	source   source
	output   output.Flags
	scope    scope
	subjects []string
	role     string
	expiring string
}

func (l *list) run(ctx context.Context) error {
	a, err := l.assumed(ctx, &l.source)
	if err != nil {
		return err
	}
	filter, includesMe, err := l.filter()
	if err != nil {
		return err
	}
	lister := &lister{list: l, filter: filter, policy: a.policy, now: a.at, namespaces: l.namespacesOf(l.scope), seen: make(map[string]string)}
	if l.source.offline() {
		if includesMe {
			return failure.Usage("files do not say who you are: name the user with --for USER")
		}
		return lister.run(func() error { return lister.files(ctx) })
	}
	c, err := l.connect(true)
	if err != nil {
		return err
	}
	if includesMe {
		user, err := c.WhoAmI(ctx)
		if err != nil {
			return err
		}
		filter.Who = append(filter.Who, user)
	}
	return lister.run(func() error { return lister.cluster(ctx, c) })
}

// filter reads the flags. IncludesMe says that the user asks about themselves, too.
func (l *list) filter() (filter *product.Filter, includesMe bool, err error) {
	filter = &product.Filter{}
	if filter.Role, err = product.ParseRole(l.role); err != nil {
		return nil, false, err
	}
	if l.expiring != "" {
		if filter.Expiring, err = product.ParseDuration(l.expiring); err != nil {
			return nil, false, err
		}
	}
	for _, text := range l.subjects {
		if text == me {
			includesMe = true
			continue
		}
		who, err := product.ParseSubject(text)
		if err != nil {
			return nil, false, err
		}
		filter.Who = append(filter.Who, who)
	}
	return filter, includesMe, nil
}

var (
	productList = output.List{
		Kind: "ProductList", Header: product.RowHeader, WideHeader: product.RowWideHeader, RecordHeader: product.RowRecordHeader,
		Shorten: []string{"CUSTOMERS", "END USERS", "PO"},
	}
	partyList = output.List{
		Kind: "PartyList", Header: product.PartyRowHeader, WideHeader: product.PartyRowWideHeader, RecordHeader: product.PartyRowRecordHeader,
		Shorten: []string{"PARTY"},
	}
)

// validity returns what the operator says about the present generation of a map, or nil.
func validity(m *v1alpha1.StakeholderMap) *bool {
	valid := meta.FindStatusCondition(m.Status.Conditions, v1alpha1.ConditionValid)
	if valid == nil || valid.ObservedGeneration != m.Generation {
		return nil
	}
	return new(valid.Status == metav1.ConditionTrue)
}

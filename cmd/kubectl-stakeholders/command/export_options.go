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
	"maps"
	"slices"
	"strings"

	"github.com/spf13/pflag"

	routing "github.com/stakeholders-dev/stakeholder-operator/api/routing/v1alpha1"
	"github.com/stakeholders-dev/stakeholder-operator/api/v1alpha1"
	"github.com/stakeholders-dev/stakeholder-operator/cmd/kubectl-stakeholders/failure"
	"github.com/stakeholders-dev/stakeholder-operator/cmd/kubectl-stakeholders/product"
	"github.com/stakeholders-dev/stakeholder-operator/cmd/kubectl-stakeholders/repository"
)

// exportOptions are the flags of all formats.
type exportOptions struct {
	codeOwners repository.CodeOwnersOptions
	own        []string
	aliases    repository.OwnersAliasesOptions
	catalog    repository.CatalogOptions
	forms      repository.IssueFormsOptions
}

// defaultRule is the rule of a CODEOWNERS file without --own.
var defaultRule = repository.CodeOwnersRule{Pattern: "*", Role: string(v1alpha1.RoleDevelopmentTeam)}

func (o *exportOptions) addTo(flags *pflag.FlagSet) {
	flags.StringArrayVar(&o.own, "own", nil,
		"codeowners: PATTERN=OWNERS, in the order of the file. OWNERS is a topic, whose deciders own the files, or Customer, ProductOwner or DevelopmentTeam. The default is *=DevelopmentTeam.")
	flags.StringArrayVar(&o.codeOwners.Fallback, "fallback", nil, "codeowners: this owns the files of a rule whose owners are not on GitHub, such as @vendor/product. Without it, such a rule is left out. Can be repeated.")
	flags.BoolVar(&o.codeOwners.Emails, "emails", false, "codeowners: name a party without a github handle by its e-mail address.")
	flags.StringVar(&o.aliases.Placeholder, "placeholder", "", "owners-aliases: the member of an alias without users, a collaborator who never approves. The default is "+repository.PlaceholderLogin+".")
	flags.StringVar(&o.catalog.Namespace, "catalog-namespace", "", "backstage: the namespace of the entities in the catalog. The default is that of the map.")
	flags.StringVar(&o.catalog.Owner, "catalog-owner", "", "backstage: the entity that owns the System, such as user:default/dana, if the catalog has it already.")
	flags.StringVar(&o.forms.Topic, "form-topic", "", "issue-forms: the topic of the form, of class FeatureRequest. The default is feature-request.")
	flags.StringArrayVar(&o.forms.Labels, "label", nil, "issue-forms: a label of new issues. Can be repeated. The default is the topic.")
	flags.StringToStringVar(&o.forms.LinkBases, "link", nil, "issue-forms: SYSTEM=URL, to which the handle of a party is appended, such as slack=https://slack.com/app_redirect?team=T0123&channel=.")
	flags.BoolVar(&o.forms.BlankIssues, "blank-issues", false, "issue-forms: let people open an issue without a form.")
}

// exportFormat is a value of --to.
type exportFormat struct {
	// flags that belong to this format only.
	flags   []string
	options func(o *exportOptions) repository.Options
}

var exportFormats = map[string]exportFormat{
	"codeowners": {[]string{"own", "fallback", "emails"}, func(o *exportOptions) repository.Options {
		return repository.Options{CodeOwners: &o.codeOwners}
	}},
	"owners-aliases": {[]string{"placeholder"}, func(o *exportOptions) repository.Options {
		return repository.Options{OwnersAliases: &o.aliases}
	}},
	"backstage": {[]string{"catalog-namespace", "catalog-owner"}, func(o *exportOptions) repository.Options {
		return repository.Options{Catalog: &o.catalog}
	}},
	"issue-forms": {[]string{"form-topic", "label", "link", "blank-issues"}, func(o *exportOptions) repository.Options {
		return repository.Options{IssueForms: &o.forms}
	}},
}

func exportNames() []string { return slices.Sorted(maps.Keys(exportFormats)) }

// rules parses the values of --own, for a product that has these topics.
func (o *exportOptions) rules(p *product.Product) ([]repository.CodeOwnersRule, error) {
	if len(o.own) == 0 {
		return []repository.CodeOwnersRule{defaultRule}, nil
	}
	var rules []repository.CodeOwnersRule
	for _, value := range o.own {
		pattern, owners, found := strings.Cut(value, "=")
		if !found || pattern == "" || owners == "" {
			return nil, failure.Usage("--own %q needs a pattern and its owners, as in --own /docs/budget.md=budget or --own '*=DevelopmentTeam'", value)
		}
		rule := repository.CodeOwnersRule{Pattern: pattern, Topic: owners}
		// Names of topics have no upper-case letters.
		if strings.ToLower(owners) != owners {
			rule.Topic, rule.Role = "", owners
		} else if owners != routing.DefaultTopic {
			if err := checkTopic(p, owners); err != nil {
				return nil, err
			}
		}
		rules = append(rules, rule)
	}
	return rules, nil
}

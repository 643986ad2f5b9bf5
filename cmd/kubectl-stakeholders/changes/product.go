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

package changes

import (
	"slices"
	"strings"

	"github.com/stakeholders-dev/stakeholder-operator/api/v1alpha1"
)

// product says what the map newly says about the product.
func (c *comparison) product(p *Pair) {
	was, is := &p.Before.Table.Product, &p.After.Table.Product
	var parts []Phrase
	for _, field := range []struct{ words, was, is string }{
		{"is called", was.DisplayName, is.DisplayName},
		{"has the market", was.Market, is.Market},
		{"has the Argo CD project", was.ArgoCDProject, is.ArgoCDProject},
	} {
		if field.was != field.is {
			parts = append(parts, instead(field.words, field.is, field.was))
		}
	}
	if was.Description != is.Description {
		parts = append(parts, Phrase{{text: "has another description"}})
	}
	if len(parts) == 0 {
		return
	}
	sentence := Phrase{{text: "the product "}}
	sentence.add(clauses(parts))
	c.add(p, Change{Kind: Product, Phrase: sentence}, true, true)
}

// namespaces says which target namespaces begin and stop to take part, and where copies of the routing table are.
func (c *comparison) namespaces(p *Pair) {
	before, after := toSet(p.Before.Namespaces), toSet(p.After.Namespaces)
	for _, namespace := range keysOf(before, after) {
		var words string
		hadCopy, hasCopy := p.Before.Copies[namespace], p.After.Copies[namespace]
		switch {
		case !before[namespace]:
			words = " takes part"
			if hasCopy && namespace != p.After.Map.Namespace {
				words += " and gets a copy of the routing table"
			}
		case !after[namespace]:
			words = " no longer takes part"
		case hasCopy && !hadCopy && namespace != p.After.Map.Namespace:
			words = " gets a copy of the routing table"
		case hadCopy && !hasCopy && namespace != p.After.Map.Namespace:
			words = " loses its copy of the routing table"
		default:
			continue
		}
		sentence := Phrase{{text: "namespace "}}
		sentence.name(namespace)
		sentence.say(words)
		if c.assumed[namespace] {
			sentence.say("," + ifAccepted(1))
		}
		c.add(p, Change{Kind: Namespace, Names: []string{namespace}, Phrase: sentence}, before[namespace], after[namespace])
	}
}

func toSet(list []string) map[string]bool {
	out := make(map[string]bool, len(list))
	for _, item := range list {
		out[item] = true
	}
	return out
}

// PolicyChanges says which outputs of the policy differ, and how it reads names of tools. What else a policy changes shows
// in the maps.
func PolicyChanges(before, after *v1alpha1.StakeholderPolicySpec) []Change {
	var changes []Change
	was, is := outputsOf(before), outputsOf(after)
	a, b := before.TokenIdentities(), after.TokenIdentities()
	for _, field := range []struct{ name, was, is string }{
		{"outputs.argoCD.namespace", was.ArgoCD.Namespace, is.ArgoCD.Namespace},
		{"outputs.argoCD.customers", actions(was.ArgoCD.Customers), actions(is.ArgoCD.Customers)},
		{"outputs.kargo", string(was.Kargo), string(is.Kargo)},
		{"outputs.manualApprovalGate", string(was.ManualApprovalGate), string(is.ManualApprovalGate)},
		{"identities.groupsPrefix", a.GroupsPrefix, b.GroupsPrefix},
		{"identities.usernamePrefix", a.UsernamePrefix, b.UsernamePrefix},
	} {
		if field.was != field.is {
			sentence := Phrase{{text: "the policy has "}}
			sentence.add(instead(field.name, field.is, field.was))
			changes = append(changes, Change{Kind: Policy, Names: []string{field.name}, Text: sentence.Plain(), Sign: "~", Phrase: sentence})
		}
	}
	return changes
}

func actions(list []v1alpha1.ArgoCDAction) string {
	out := make([]string, len(list))
	for i, action := range list {
		out[i] = string(action)
	}
	slices.Sort(out)
	return strings.Join(out, " ")
}

// outputsOf returns the outputs of a policy, in which a disabled one is left out.
func outputsOf(policy *v1alpha1.StakeholderPolicySpec) v1alpha1.PolicyOutputs {
	if policy == nil {
		return v1alpha1.PolicyOutputs{}
	}
	out := policy.Outputs
	if out.Kargo == v1alpha1.Disabled {
		out.Kargo = ""
	}
	if out.ManualApprovalGate == v1alpha1.Disabled {
		out.ManualApprovalGate = ""
	}
	return out
}

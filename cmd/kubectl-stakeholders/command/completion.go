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

	routing "github.com/stakeholders-dev/stakeholder-operator/api/routing/v1alpha1"
	"github.com/stakeholders-dev/stakeholder-operator/api/v1alpha1"
	"github.com/stakeholders-dev/stakeholder-operator/cmd/kubectl-stakeholders/product"
	"github.com/stakeholders-dev/stakeholder-operator/controllers/topics"
)

// The functions below complete arguments and flags. s says where the command reads maps from: nil means the cluster.

// completeProducts completes PRODUCT: maps of the current namespace by name, and those of others as namespace/name.
func (e *environment) completeProducts(s *source) cobra.CompletionFunc {
	return e.complete(func(ctx context.Context, _ []string, toComplete string) []string {
		return e.productNames(ctx, s, toComplete)
	})
}

// completeTopics completes TOPIC. The argument before it is the product.
func (e *environment) completeTopics(s *source) cobra.CompletionFunc {
	return e.complete(func(ctx context.Context, args []string, _ string) []string {
		if len(args) == 0 {
			return nil
		}
		return e.topicNames(ctx, s, args[len(args)-1])
	})
}

// completeProductTopic completes PRODUCT/TOPIC: the product first.
func (e *environment) completeProductTopic(s *source) cobra.CompletionFunc {
	words := e.complete(func(ctx context.Context, _ []string, toComplete string) []string {
		return e.productTopics(ctx, s, toComplete)
	})
	return func(cmd *cobra.Command, args []string, toComplete string) ([]cobra.Completion, cobra.ShellCompDirective) {
		names, directive := words(cmd, args, toComplete)
		if slices.ContainsFunc(names, func(name string) bool { return strings.HasSuffix(name, "/") }) {
			directive |= cobra.ShellCompDirectiveNoSpace
		}
		return names, directive
	}
}

// completeRequests completes REQUEST: open requests of the current namespace by name, and those of others as namespace/name.
func (e *environment) completeRequests() cobra.CompletionFunc {
	pending := client.MatchingFields{"status.outcome": string(v1alpha1.OutcomePending)}
	return e.complete(func(ctx context.Context, _ []string, toComplete string) []string {
		return e.namesInCluster(ctx, "StakeholderRequest", toComplete, pending)
	})
}

// completeSubjects completes SUBJECT of list --for: the users, groups and ServiceAccounts of the maps, and me.
func (e *environment) completeSubjects(s *source) cobra.CompletionFunc {
	return e.completeFromMaps(s, func(m *v1alpha1.StakeholderMap, add func(string)) {
		add("me")
		eachSubject(m, func(name string, isGroup bool) {
			if isGroup {
				name = "group:" + name
			}
			add(name)
		})
	})
}

// completeUsers completes the name of a user or a ServiceAccount, such as for --as.
func (e *environment) completeUsers(s *source) cobra.CompletionFunc { return e.completeNames(s, false) }

// completeGroups completes the name of a group.
func (e *environment) completeGroups(s *source) cobra.CompletionFunc { return e.completeNames(s, true) }

func (e *environment) completeNames(s *source, groups bool) cobra.CompletionFunc {
	return e.completeFromMaps(s, func(m *v1alpha1.StakeholderMap, add func(string)) {
		eachSubject(m, func(name string, isGroup bool) {
			if isGroup == groups {
				add(name)
			}
		})
	})
}

// eachSubject calls each with the subjects of a map, by the names that the API server has for them.
func eachSubject(m *v1alpha1.StakeholderMap, each func(name string, isGroup bool)) {
	m.EffectiveSpec().EachSubjects(func(subjects *[]v1alpha1.Subject) {
		for _, s := range *subjects {
			name := product.SubjectName(routing.Subject{Kind: string(s.Kind), Name: s.Name, Namespace: s.Namespace})
			each(name, s.Kind == v1alpha1.SubjectGroup)
		}
	})
}

// completeHandleSystems completes SYSTEM: those of the handles of the maps, such as slack.
func (e *environment) completeHandleSystems(s *source) cobra.CompletionFunc {
	return e.completeFromMaps(s, func(m *v1alpha1.StakeholderMap, add func(string)) {
		for _, party := range topics.Declared(&m.Spec) {
			for i := range party.Handles {
				add(party.Handles[i].System)
			}
		}
	})
}

// completeFromMaps offers what each adds for a map.
func (e *environment) completeFromMaps(s *source, each func(m *v1alpha1.StakeholderMap, add func(string))) cobra.CompletionFunc {
	return e.complete(func(ctx context.Context, _ []string, _ string) []string {
		var names []string
		for _, m := range e.someMaps(ctx, s) {
			each(m, func(name string) { names = append(names, name) })
		}
		return names
	})
}

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
	"strings"

	"github.com/spf13/cobra"

	"github.com/stakeholders-dev/stakeholder-operator/cmd/kubectl-stakeholders/explain"
	"github.com/stakeholders-dev/stakeholder-operator/cmd/kubectl-stakeholders/failure"
	"github.com/stakeholders-dev/stakeholder-operator/cmd/kubectl-stakeholders/output"
	"github.com/stakeholders-dev/stakeholder-operator/cmd/kubectl-stakeholders/product"
)

func newExplainCommand(env *environment) *cobra.Command {
	var flags output.Flags
	cmd := &cobra.Command{
		Use:   "explain [CODE]",
		Short: "Explain a rule, the reason of a condition, or a refusal",
		Long: `Explain a code: what it means, why the rule exists, how to fix it, and an example. Without a code, list all codes.

Codes are the rules for maps, the reasons of conditions, the outcomes of requests, the refusals of the admission policies
and the exit codes of this plugin. Their case does not matter. No cluster is needed.`,
		Example: `  kubectl stakeholders explain UnroutableTopic
  kubectl stakeholders explain NotYourName
  kubectl stakeholders explain`,
		Args:              takes("CODE", 0, 1),
		ValidArgsFunction: completeArgs(completeCodes),
		RunE: func(_ *cobra.Command, args []string) error {
			all, err := explain.All()
			if err != nil {
				return err
			}
			if len(args) == 0 {
				return flags.Write(env.Terminal, newExplanationList(all))
			}
			e := explain.Find(all, args[0])
			if e == nil {
				return failure.Usage("unknown code %q.%s Run `kubectl stakeholders explain` for a list", args[0], nearestCodes(all, args[0]))
			}
			return flags.Write(env.Terminal, newExplanation(e))
		},
	}
	flags.AddTo(cmd, nil, output.Name, output.Wide, output.NoHeaders)
	return cmd
}

// completeCodes completes CODE.
func completeCodes(_ *cobra.Command, _ []string, toComplete string) ([]cobra.Completion, cobra.ShellCompDirective) {
	all, err := explain.All()
	if err != nil {
		return nil, cobra.ShellCompDirectiveNoFileComp
	}
	var codes []cobra.Completion
	for i := range all {
		if len(all[i].Code) >= len(toComplete) && strings.EqualFold(all[i].Code[:len(toComplete)], toComplete) {
			codes = append(codes, cobra.CompletionWithDesc(all[i].Code, all[i].Summary))
		}
	}
	return codes, cobra.ShellCompDirectiveNoFileComp
}

// nearestCodes is a sentence with the codes that a user can have meant, or "".
func nearestCodes(all []explain.Explanation, code string) string {
	nearest := product.NearestTo(code)
	for i := range all {
		if all[i].Type != explain.Exit {
			nearest.Add(all[i].Code, all[i].Code)
		}
	}
	return nearest.Suggestion()
}

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

	"github.com/stakeholders-dev/stakeholder-operator/api/v1alpha1"
	"github.com/stakeholders-dev/stakeholder-operator/cmd/kubectl-stakeholders/failure"
	"github.com/stakeholders-dev/stakeholder-operator/cmd/kubectl-stakeholders/output"
)

// answerCommands are those that answer.
func answerCommands(env *environment) []*cobra.Command {
	commands := make([]*cobra.Command, len(answerTexts))
	for i := range answerTexts {
		commands[i] = newAnswerCommand(env, answerTexts[i])
	}
	return commands
}

// answerFlags is what the flags of a command that answers say.
type answerFlags struct {
	verdict v1alpha1.Verdict
	comment string
	groups  []string
	wait    bool
	output  output.Flags
}

// name of the command.
func (a *answerFlags) name() string { return strings.ToLower(string(a.verdict)) }

// doing says what the command does to a request, for errors.
func (a *answerFlags) doing(request string) string {
	if a.verdict == v1alpha1.VerdictComment {
		return "comment on " + request
	}
	return a.name() + " " + request
}

func newAnswerCommand(env *environment, is answerText) *cobra.Command {
	a := &answerFlags{verdict: is.verdict}
	arguments, count := "REQUEST", 1
	if is.verdict == v1alpha1.VerdictComment {
		arguments, count = "REQUEST TEXT", 2
	}
	cmd := &cobra.Command{
		Use: a.name() + " " + arguments, Short: is.short, Long: is.long + "\n\n" + aboutAnswers(is.verdict),
		Example:           is.example,
		Args:              takes(arguments, count, count, "`kubectl stakeholders inbox` lists the requests that wait for you"),
		ValidArgsFunction: completeArgs(env.completeRequests()),
		RunE: func(cmd *cobra.Command, args []string) error {
			if len(args) == 2 {
				a.comment = args[1]
			}
			return env.answer(cmd.Context(), a, args[0])
		},
	}
	if is.verdict != v1alpha1.VerdictComment {
		cmd.Flags().StringVarP(&a.comment, "comment", "m", "", "Why, in one line.")
		cmd.Flags().StringArrayVar(&a.groups, "for-group", nil, "Answer for this group, in which you are. Can be repeated. Without it, for your groups that the topic names.")
		_ = cmd.RegisterFlagCompletionFunc("for-group", env.completeGroups(nil))
	}
	cmd.Flags().BoolVar(&a.wait, "wait", false, "Wait until the operator has counted the answer, and say what came of it.")
	a.output.AddTo(cmd, nil, output.Name)
	return cmd
}

// answer writes the answer of the user to a request.
func (e *environment) answer(ctx context.Context, a *answerFlags, name string) error {
	c, err := e.connect(false)
	if err != nil {
		return err
	}
	key, err := requestKey(c, name)
	if err != nil {
		return err
	}
	me, err := c.WhoAmI(ctx)
	if err != nil {
		return err
	}
	if i := slices.IndexFunc(a.groups, func(g string) bool { return !slices.Contains(me.Groups, g) }); i >= 0 {
		return failure.Usage("you are not in the group %q. Your groups are %s", a.groups[i], strings.Join(me.Groups, ", "))
	}
	given, err := e.writeAnswer(ctx, c, a, key, me)
	if err != nil {
		return err
	}
	given.namespace = c.Namespace
	if a.wait && given.changed {
		given.request = followUntilSeen(ctx, c, given.request)
	}
	if err := a.output.Write(e.Terminal, given); err != nil {
		return err
	}
	if given.countsForNone() {
		return failure.ErrNo
	}
	return nil
}

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
	"github.com/stakeholders-dev/stakeholder-operator/cmd/kubectl-stakeholders/cluster"
	"github.com/stakeholders-dev/stakeholder-operator/cmd/kubectl-stakeholders/failure"
	"github.com/stakeholders-dev/stakeholder-operator/cmd/kubectl-stakeholders/output"
)

// answerCommand is what the commands that answer differ in.
type answerCommand struct {
	verdict v1alpha1.Verdict
	short   string
	long    string
	example string
}

var answerings = []answerCommand{
	{
		v1alpha1.VerdictApprove, "Approve a request",
		"Approve a request about an Approval topic. It is approved when as many parties as the topic's quorum have approved.",
		`  kubectl stakeholders approve checkout-1-4-0
  kubectl stakeholders approve payments/checkout-1-4-0 --comment "fine by us"
  kubectl stakeholders approve checkout-1-4-0 --for-group acme:procurement --wait`,
	},
	{
		v1alpha1.VerdictReject, "Reject a request",
		"Reject a request about an Approval topic. It is rejected as soon as its quorum can no longer be reached.",
		`  kubectl stakeholders reject checkout-1-4-0 --comment "not before the audit"
  kubectl stakeholders reject payments/checkout-1-4-0`,
	},
	{
		v1alpha1.VerdictAccept, "Accept a feature request",
		"Accept a request about a FeatureRequest topic. The first accept, decline or defer of a party that decides is final.",
		`  kubectl stakeholders accept receipts-by-mail
  kubectl stakeholders accept shop/receipts-by-mail --comment "in the next release"`,
	},
	{
		v1alpha1.VerdictDecline, "Decline a feature request",
		"Decline a request about a FeatureRequest topic. The first accept, decline or defer of a party that decides is final.",
		`  kubectl stakeholders decline receipts-by-mail --comment "the law forbids it"
  kubectl stakeholders decline shop/receipts-by-mail`,
	},
	{
		v1alpha1.VerdictDefer, "Put off a feature request",
		"Put off a request about a FeatureRequest topic. The first accept, decline or defer of a party that decides is final.",
		`  kubectl stakeholders defer receipts-by-mail --comment "after the audit"
  kubectl stakeholders defer shop/receipts-by-mail`,
	},
	{
		v1alpha1.VerdictSupport, "Support a feature request",
		"Support a request about a FeatureRequest topic. It decides nothing, and those who decide see how many people support it.",
		`  kubectl stakeholders support receipts-by-mail
  kubectl stakeholders support shop/receipts-by-mail --comment "we print 300 a day"`,
	},
	{
		v1alpha1.VerdictComment, "Comment on a request",
		"Comment on a request of any class. It decides nothing, and needs no party. If you have answered before, your answer stays and gets\nthis comment.",
		`  kubectl stakeholders comment checkout-1-4-0 "who tests the refunds?"
  kubectl stakeholders comment payments/checkout-1-4-0 "see the changelog"`,
	},
}

// answerCommands are those that answer.
func answerCommands(env *environment) []*cobra.Command {
	commands := make([]*cobra.Command, len(answerings))
	for i := range answerings {
		commands[i] = newAnswerCommand(env, answerings[i])
	}
	return commands
}

// answering is what the flags of a command that answers say.
type answering struct {
	verdict v1alpha1.Verdict
	comment string
	groups  []string
	wait    bool
	output  output.Flags
}

// name of the command.
func (a *answering) name() string { return strings.ToLower(string(a.verdict)) }

// doing says what the command does to a request, for errors.
func (a *answering) doing(request string) string {
	if a.verdict == v1alpha1.VerdictComment {
		return "comment on " + request
	}
	return a.name() + " " + request
}

func newAnswerCommand(env *environment, is answerCommand) *cobra.Command {
	a := &answering{verdict: is.verdict}
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
	a.output.AddTo(cmd, nil)
	return cmd
}

// aboutAnswers says what users have to know before they answer.
func aboutAnswers(v v1alpha1.Verdict) string {
	const changesNone = "It changes no answer of another user. REQUEST is a name, or namespace/name."
	if v == v1alpha1.VerdictComment {
		return changesNone
	}
	return `The answer is given in your name, for those of your groups that the topic names: all users who may read the request see them. If you
may not read the map, it is for all your groups. If you have answered before, it replaces your answer. ` + changesNone + `

The exit code is 1 if the request is decided already, or if you speak for no party that is asked.`
}

// answer writes the answer of the user to a request.
func (e *environment) answer(ctx context.Context, a *answering, name string) error {
	if a.verdict == v1alpha1.VerdictComment && a.comment == "" {
		return failure.Usage("the comment is empty")
	}
	c, err := cluster.Connect(e.flags)
	if err != nil {
		return err
	}
	key, err := requestKey(c, name)
	if err != nil {
		return err
	}
	me, err := whoAmI(ctx, c)
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

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
	"bytes"
	"context"
	"fmt"
	"slices"
	"strings"

	"github.com/spf13/cobra"
	apierrors "k8s.io/apimachinery/pkg/api/errors"
	"k8s.io/apimachinery/pkg/types"
	"sigs.k8s.io/controller-runtime/pkg/client"

	"github.com/stakeholders-dev/stakeholder-operator/api/v1alpha1"
	"github.com/stakeholders-dev/stakeholder-operator/cmd/kubectl-stakeholders/cluster"
	"github.com/stakeholders-dev/stakeholder-operator/cmd/kubectl-stakeholders/failure"
	"github.com/stakeholders-dev/stakeholder-operator/cmd/kubectl-stakeholders/inquiry"
	"github.com/stakeholders-dev/stakeholder-operator/cmd/kubectl-stakeholders/output"
	"github.com/stakeholders-dev/stakeholder-operator/cmd/kubectl-stakeholders/product"
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
	use, want := a.name()+" REQUEST", 1
	if is.verdict == v1alpha1.VerdictComment {
		use, want = use+" TEXT", 2
	}
	cmd := &cobra.Command{
		Use: use, Short: is.short, Long: is.long + "\n\n" + aboutAnswers(is.verdict),
		Example: is.example,
		Args: func(_ *cobra.Command, args []string) error {
			if len(args) != want {
				return failure.Usage("%s takes %s. `kubectl stakeholders inbox` lists the requests that wait for you", a.name(), strings.TrimPrefix(use, a.name()+" "))
			}
			return nil
		},
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
	c, err := cluster.Connect(e.flags, false)
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

// attempts is how often an answer is written that meets another one. Each attempt that fails means that another user was faster.
const attempts = 20

// writeAnswer writes an answer. If the request has changed since it was read, it starts again.
func (e *environment) writeAnswer(ctx context.Context, c *cluster.Cluster, a *answering, key client.ObjectKey, me product.Identity) (*given, error) {
	doing := a.doing(key.String())
	var before []byte
	var first types.UID
	for range attempts {
		r, err := c.Request(ctx, key)
		if err != nil {
			return nil, err
		}
		if first != "" && first != r.UID {
			return nil, failure.No("cannot %s: it was deleted and made again meanwhile. Look at it before you answer", doing)
		}
		first = r.UID
		given, err := e.prepareAnswer(ctx, c, a, r, me)
		if err != nil || !given.changed {
			return given, err
		}
		patch, err := inquiry.AnswerPatch(r, given.response)
		if err != nil {
			return nil, err
		}
		err = c.Patch(ctx, r, client.RawPatch(types.JSONPatchType, patch))
		given.request = r
		isRace := apierrors.IsConflict(err) || apierrors.IsInvalid(err) && !bytes.Equal(patch, before)
		if !isRace {
			return given, explainWrite(c, r, doing, err)
		}
		before = patch
	}
	return nil, failure.Cluster("cannot %s: other users keep changing it. Try again", doing)
}

// prepareAnswer returns the answer to give, and refuses one that cannot count.
func (e *environment) prepareAnswer(ctx context.Context, c *cluster.Cluster, a *answering, r *v1alpha1.StakeholderRequest, me product.Identity) (*given, error) {
	doing := a.doing(client.ObjectKeyFromObject(r).String())
	if outcome := r.Status.Outcome; outcome != "" && outcome != v1alpha1.OutcomePending {
		return nil, failure.No("cannot %s: it is decided already. %s. Ask again with `kubectl stakeholders request`", doing, inquiry.Ending(r))
	}
	if !inquiry.Fits(a.verdict, r.Status.Class) {
		return nil, failure.Usage("cannot %s: topic %s is of class %s, so use %s", doing, r.Spec.Topic, r.Status.Class,
			inquiry.Commands(inquiry.Verdicts(r.Status.Class)))
	}
	m, err := readAskedMap(ctx, c, client.ObjectKey{Namespace: r.Namespace, Name: r.Spec.Map}, e.now())
	if err != nil {
		return nil, err
	}
	g := &given{request: r, verdict: a.verdict, known: m.knows(r.Spec.Topic), asked: m.Map, now: e.now()}
	if g.known {
		g.standing = inquiry.StandingOf(r, m.Map, g.now)
		if why := inquiry.NeverDecided(r, g.standing); why != "" && a.verdict != v1alpha1.VerdictComment {
			return nil, failure.No("cannot %s: %s", doing, why)
		}
	}
	g.before = inquiry.AnswerOf(r, me.User)
	if g.response, err = a.response(g, me); err != nil {
		return nil, fmt.Errorf("cannot %s: %w", doing, err)
	}
	g.changed = g.before == nil || !inquiry.SaysSame(g.before, g.response)
	if !g.changed && inquiry.IsUnverified(r, me.User) {
		return nil, failure.No("cannot %s: you have answered so, but the operator cannot tell that it was you. Answer again with another --comment", doing)
	}
	return g, nil
}

// response returns the entry to write for a person.
func (a *answering) response(g *given, me product.Identity) (*v1alpha1.Response, error) {
	if a.verdict == v1alpha1.VerdictComment && g.before != nil {
		// A comment must not take back an approval.
		kept := g.before.DeepCopy()
		kept.Comment = a.comment
		return kept, nil
	}
	response := &v1alpha1.Response{By: me.User, Verdict: a.verdict, Comment: a.comment, Groups: slices.Sorted(slices.Values(a.groups))}
	switch {
	case len(a.groups) > 0, a.verdict == v1alpha1.VerdictComment:
	case g.known:
		response.Groups = g.standing.Groups(me, a.verdict)
	default:
		response.Groups = inquiry.OwnGroups(me)
	}
	response.Groups = slices.Compact(response.Groups)
	if len(response.Groups) > inquiry.MaxGroups {
		return nil, failure.Usage("an answer is for %d groups at most. Name them with --for-group: you are in %s", inquiry.MaxGroups, strings.Join(response.Groups, ", "))
	}
	return response, nil
}

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

	apierrors "k8s.io/apimachinery/pkg/api/errors"
	"k8s.io/apimachinery/pkg/types"
	"sigs.k8s.io/controller-runtime/pkg/client"

	"github.com/stakeholders-dev/stakeholder-operator/api/v1alpha1"
	"github.com/stakeholders-dev/stakeholder-operator/cmd/kubectl-stakeholders/cluster"
	"github.com/stakeholders-dev/stakeholder-operator/cmd/kubectl-stakeholders/failure"
	"github.com/stakeholders-dev/stakeholder-operator/cmd/kubectl-stakeholders/inquiry"
	"github.com/stakeholders-dev/stakeholder-operator/cmd/kubectl-stakeholders/product"
)

// attempts is how often an answer is written that meets another one. Each attempt that fails means that another user was faster.
const attempts = 20

// writeAnswer writes an answer. If the request has changed since it was read, it starts again.
func (e *environment) writeAnswer(ctx context.Context, c *cluster.Cluster, a *answerFlags, key client.ObjectKey, me product.Identity) (*given, error) {
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
func (e *environment) prepareAnswer(ctx context.Context, c *cluster.Cluster, a *answerFlags, r *v1alpha1.StakeholderRequest, me product.Identity) (*given, error) {
	doing := a.doing(client.ObjectKeyFromObject(r).String())
	if outcome := r.Status.Outcome; outcome != "" && outcome != v1alpha1.OutcomePending {
		return nil, failure.No("cannot %s: it has ended. %s. A new answer needs a new request: `kubectl stakeholders request`", doing, inquiry.Ending(r))
	}
	if !inquiry.Fits(a.verdict, r.Status.Class) {
		return nil, failure.Usage("cannot %s: topic %s is of class %s, so use %s", doing, r.Spec.Topic, r.Status.Class,
			inquiry.Commands(inquiry.Verdicts(r.Status.Class)))
	}
	g := &given{request: r, verdict: a.verdict, before: inquiry.AnswerOf(r, me.User), now: e.now()}
	if err := g.findStanding(ctx, c, doing); err != nil {
		return nil, err
	}
	var err error
	if g.response, err = a.response(g, me); err != nil {
		return nil, fmt.Errorf("cannot %s: %w", doing, err)
	}
	g.changed = g.before == nil || !inquiry.SaysSame(g.before, g.response)
	if !g.changed && inquiry.IsUnverified(r, me.User) {
		return nil, failure.No("cannot %s: you have answered so, but the operator cannot tell that it was you. Answer again with another --comment", doing)
	}
	return g, nil
}

// findStanding reads the map for who is asked, and refuses an answer to a request that is never decided.
func (g *given) findStanding(ctx context.Context, c *cluster.Cluster, doing string) error {
	if g.isPlainComment() {
		return nil
	}
	m, err := readAskedMap(ctx, c, mapKeyOf(g.request), g.now)
	if g.known = m.knows(g.request.Spec.Topic); err != nil || !g.known {
		return err
	}
	g.asked, g.standing = m.Map, inquiry.StandingOf(g.request, m.Map, g.now)
	if why := inquiry.NeverDecided(g.request, g.standing); why != "" && g.verdict != v1alpha1.VerdictComment {
		return failure.No("cannot %s: %s", doing, why)
	}
	return nil
}

// response returns the entry to write for a person.
func (a *answerFlags) response(g *given, me product.Identity) (*v1alpha1.Response, error) {
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

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

package stakeholdermap

import (
	"context"
	"fmt"
	"slices"
	"time"

	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/utils/clock"
	"sigs.k8s.io/controller-runtime/pkg/client"

	"github.com/stakeholders-dev/stakeholder-operator/api/v1alpha1"
	"github.com/stakeholders-dev/stakeholder-operator/controllers/apply"
	"github.com/stakeholders-dev/stakeholder-operator/controllers/approvals"
	"github.com/stakeholders-dev/stakeholder-operator/controllers/requests"
)

// notOpenedYet is for an approval that is not open for a reason that passes.
const notOpenedYet = "Something that it depends on could not be read or written; the operator tries again"

// openings is what the requests about a map open.
type openings struct {
	approvals.Selection
	// asked says that there are approved requests about the map, whether they open something or not.
	asked bool
	// valid are the requests that open their subjects, unless there are too many. They belong to the cache.
	valid []*v1alpha1.StakeholderRequest
}

// approved returns what the requests about a map open. They come from the cache.
func (o *observer) approved(ctx context.Context, m *v1alpha1.StakeholderMap, now time.Time) (openings, error) {
	all, err := requests.Approved(ctx, o.reader, client.ObjectKeyFromObject(m))
	if err != nil {
		return openings{}, err
	}
	out := openings{Selection: approvals.Select(all, m.UID, now), asked: len(all) > 0}
	for i := range all {
		if approvals.IsValid(&all[i], m.UID, now) {
			out.valid = append(out.valid, &all[i])
		}
	}
	return out, nil
}

// still asks the API server whether a request that has approved something is still there. Its outcome cannot change.
func (o *openings) still(live client.Reader) func(context.Context, approvals.Approval) error {
	return func(ctx context.Context, wanted approvals.Approval) error {
		for _, r := range o.valid {
			if (approvals.Approval{Topic: r.Spec.Topic, Subject: r.Spec.Subject}) != wanted {
				continue
			}
			current := &metav1.PartialObjectMetadata{}
			current.SetGroupVersionKind(v1alpha1.GroupVersion.WithKind("StakeholderRequest"))
			if err := live.Get(ctx, client.ObjectKeyFromObject(r), current); client.IgnoreNotFound(err) != nil {
				return fmt.Errorf("read StakeholderRequest %s: %w", r.Name, err)
			} else if err == nil && current.UID == r.UID && current.DeletionTimestamp == nil {
				return nil
			}
		}
		return apply.ErrApprovalEnded
	}
}

// untilNextEnd returns how long it is until an approval ends by time, or 0 if none does.
func untilNextEnd(selection approvals.Selection, c clock.PassiveClock) time.Duration {
	if selection.Next.IsZero() {
		return 0
	}
	return min(max(selection.Next.Sub(c.Now()), time.Millisecond), longestWait)
}

// opensTheSame reports whether exactly the selected approvals were open after an earlier reconcile, and nothing has failed in
// between.
func (e *enforcer) opensTheSame(m *v1alpha1.StakeholderMap, selection approvals.Selection) bool {
	state, known := e.opened.Of(client.ObjectKeyFromObject(m))
	return known && state.UID == m.UID && state.Problem == "" && len(state.Open) == len(selection.Open) && isOpen(state, selection) && !failedBefore(m)
}

// isOpen reports whether all selected approvals are open.
func isOpen(state approvals.State, selection approvals.Selection) bool {
	return !slices.ContainsFunc(selection.Open, func(a approvals.Approval) bool { return !state.Open[a] })
}

// reportOpened reports which approvals are open, for the conditions of requests. What is open in the map's own namespace counts. A
// target namespace that fails or refuses is a matter of the map's condition Authorized.
func (e *enforcer) reportOpened(m *v1alpha1.StakeholderMap, seen openings, result *enforcementResult) {
	opened := result.targets.report.Opened
	if opened == nil || opened.IsStale() {
		// The next reconcile knows.
		return
	}
	if _, known := e.opened.Of(client.ObjectKeyFromObject(m)); !known && !seen.asked {
		// No request has a condition that says it, and most maps of a cluster are such.
		return
	}
	state := approvals.State{UID: m.UID, Open: opened.Open}
	for _, lapsed := range seen.Lapsed {
		if state.Lapsed == nil {
			state.Lapsed = make(map[approvals.Approval]bool, len(seen.Lapsed))
		}
		state.Lapsed[lapsed] = true
	}
	switch problems := opened.Problems(); {
	case len(problems) > 0:
		_, state.Problem = apply.Failure(problems)
	case isOpen(state, seen.Selection):
	case result.published.OK() && result.table != nil:
		state.Problem = notOpenedYet
	default:
		// Without a table in force, nothing is opened.
		state.Problem = publishedCondition(*result).Message
	}
	e.opened.Report(client.ObjectKeyFromObject(m), state)
}

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

package apply

import (
	"cmp"
	"context"
	"errors"
	"maps"
	"slices"
	"sync"

	rbacv1 "k8s.io/api/rbac/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"

	"github.com/stakeholders-dev/stakeholder-operator/controllers/approvals"
	"github.com/stakeholders-dev/stakeholder-operator/controllers/names"
	"github.com/stakeholders-dev/stakeholder-operator/controllers/render"
)

// fanOut is the number of grants of a map, and of target namespaces, that are written at the same time. Each concurrent
// reconcile can do so, as far as Slots allow.
const fanOut = 16

// ErrNamespaceTerminating is wrapped by a namespace's error if it is being deleted or does not exist, and the cache
// does not show that yet. No retry is needed until the namespace changes.
var ErrNamespaceTerminating = errors.New("the namespace is being deleted")

// Plan describes what a map should have in its target namespaces. The map's own namespace can be one of them.
type Plan struct {
	// Namespaces are those that take part. In every other namespace, the map's objects are removed.
	Namespaces []string
	// TakesPart reports whether a namespace, as read from the API server, takes part.
	TakesPart func(namespace metav1.Object) bool
	// Subjects has, for each role (a value of names.LabelRole), the subjects that should hold its right in these
	// namespaces.
	Subjects map[string]map[rbacv1.Subject]bool
	// Approved are the approvals that should be open in these namespaces, and in the map's own even if that takes no part.
	Approved []approvals.Approval
	// StillApproved asks the API server whether an approval has not ended, before it is opened: the cache may be stale, and another
	// replica may have closed it. The error says that it has, or that of the request. Nil: it is not asked.
	StillApproved func(context.Context, approvals.Approval) error
	// SameApproved says that exactly these were open after an earlier reconcile. So what is missing was removed by another writer.
	SameApproved bool
	// Copies are the namespaces that should have a copy of the routing table. In every other one, the copy is removed.
	Copies map[string]bool
	// Data is the data of the copies. Nil means that it is not known. Then existing copies in Copies stay unchanged.
	Data map[string]string
	// Accounts are the ServiceAccounts that should hold the rights beside the subjects. Nil means that there should be
	// none, and that existing ones are ignored.
	Accounts *Accounts
	// Mode restricts what may be enforced of the plan.
	Mode Mode
	// digest is the digest of Data.
	digest string
	// open has Approved, and rules opens them.
	open      approvalSet
	rules     []rbacv1.PolicyRule
	confirmed *confirmations
}

// Targets enforces a plan. It tries every namespace, several at the same time, and none waits for another one that
// fails. Namespaces in which a subject loses a right come first. It makes no request in a namespace where nothing
// differs.
func (s *Session) Targets(ctx context.Context, plan Plan) TargetsReport {
	have, elsewhere, err := s.targetObjects(ctx, plan.Accounts)
	if err != nil {
		return TargetsReport{Result: ResultOf(err)}
	}
	unknown := s.addHidden(ctx, &plan, have, elsewhere)
	report := TargetsReport{ByNamespace: make(map[string]Result)}
	plan.digest, plan.open = digestOf(plan.Data, nil), setOf(plan.Approved)
	plan.rules = render.ApprovedRules(s.owner, plan.open)
	plan.confirmed = &confirmations{ask: plan.StillApproved, known: make(map[approvals.Approval]error)}
	var targets []*targetWriter
	targets, report.LeftOut = s.targets(&plan, have)
	var mu sync.Mutex
	repaired := make(map[string]bool)
	atOnce(fanOut, len(targets), func(i int) {
		targets[i].write(ctx)
		mu.Lock()
		defer mu.Unlock()
		report.addTarget(targets[i], repaired)
	})
	slices.SortFunc(report.Gained, func(a, b Gain) int { return cmp.Compare(a.Namespace, b.Namespace) })
	slices.Sort(report.Left)
	report.Repaired = slices.Sorted(maps.Keys(repaired))
	if !slices.ContainsFunc(targets, func(w *targetWriter) bool { return w.namespace == s.owner.Namespace }) {
		report.Opened = &Opened{}
	}
	report.InOtherNamespaces = s.wroteInOtherNamespace.Load() || s.remainsInOtherNamespaces(have) || s.hasHiddenInOtherNamespaces()
	report.Result = unknown
	return report
}

// targets lists the namespaces in which writes may be necessary. Those in which a subject loses a right come first.
// LeftOut are the namespaces of the plan that are skipped, because the mode allows no additions.
func (s *Session) targets(plan *Plan, have map[string]*targetObjects) (targets []*targetWriter, leftOut []string) {
	wanted := make(map[string]bool, len(plan.Namespaces))
	for _, namespace := range plan.Namespaces {
		wanted[namespace] = true
		if have[namespace] == nil && plan.Mode != Enforce {
			leftOut = append(leftOut, namespace)
			continue
		}
		targets = append(targets, s.newTarget(plan, namespace, have[namespace], true))
	}
	for namespace, objects := range have {
		if !wanted[namespace] {
			targets = append(targets, s.newTarget(plan, namespace, objects, false))
		}
	}
	if home := s.owner.Namespace; have[home] == nil && (plan.Mode == KeepLastValid || plan.Mode == Enforce && !wanted[home]) && len(plan.open) > 0 {
		// It takes no part, or gains nothing else.
		targets = append(targets, s.newTarget(plan, home, nil, false))
	}
	slices.SortFunc(targets, func(a, b *targetWriter) int {
		return cmp.Or(cmp.Compare(a.order(), b.order()), cmp.Compare(a.namespace, b.namespace))
	})
	return targets, leftOut
}

// remainsInOtherNamespaces reports whether any of the map's earlier objects in other namespaces may still exist.
func (s *Session) remainsInOtherNamespaces(had map[string]*targetObjects) bool {
	for namespace, t := range had {
		if namespace == s.owner.Namespace {
			continue
		}
		for _, object := range t.bySlot {
			if _, gone := s.gone.Load(object.GetUID()); !gone && !released(s.owner, object) {
				return true
			}
		}
	}
	return false
}

// gaveRights reports whether a subject held the right of a role.
func (t *targetObjects) gaveRights() bool {
	return slices.ContainsFunc(names.Roles, func(role string) bool { return len(t.held(role)) > 0 })
}

// order is the sort key that puts namespaces first in which a subject loses a right.
func (w *targetWriter) order() int {
	switch {
	case !w.wanted:
		return 0
	case w.loses():
		return 1
	default:
		return 2
	}
}

func (w *targetWriter) loses() bool {
	if w.losesApproved() {
		return true
	}
	for _, role := range names.Roles {
		account := render.AccountSubject(w.owner, w.namespace, role)
		binding := w.have.binding(role)
		if binding == nil {
			continue
		}
		for _, subject := range binding.Subjects {
			if subject != account && !w.plan.Subjects[role][subject] {
				return true
			}
			if subject == account && !claimsOf(w.have.account(role)).Within(w.wantedClaims(role)) {
				return true
			}
		}
	}
	return false
}

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

	"github.com/stakeholders-dev/stakeholder-operator/controllers/names"
	"github.com/stakeholders-dev/stakeholder-operator/controllers/render"
)

// fanOut is how many grants of a map are written at the same time, and in how many namespaces. As many maps as are reconciled
// at the same time can do so, as far as the writer lets them.
const fanOut = 16

// ErrNamespaceTerminating is in the chain of a namespace's error if it is being deleted, or gone, before the
// cache shows it. There is nothing to do about it until it changes.
var ErrNamespaceTerminating = errors.New("the namespace is being deleted")

// Plan is what a map should have in other namespaces than its own, and in its own if that is a target.
type Plan struct {
	// Namespaces take part. In every other one, everything of the map's goes.
	Namespaces []string
	// TakesPart says the same of a namespace as the API server shows it.
	TakesPart func(namespace metav1.Object) bool
	// Subjects has, for each role (a value of names.LabelRole), the subjects that should hold its right there.
	Subjects map[string]map[rbacv1.Subject]bool
	// Copies are those of the namespaces in which a copy of the routing table is due. In every other one it goes.
	Copies map[string]bool
	// Data is that of the copies. Nil: it is not known, and copies that are due stay as they are.
	Data map[string]string
	// Accounts are the ServiceAccounts that are to hold the rights beside the subjects. Nil: none are to, and what there
	// is of them is not looked at.
	Accounts *Accounts
	// Mode is how much of this may be put in force.
	Mode Mode
	// digest is that of Data.
	digest string
}

// Targets puts a plan in force. Every namespace is tried, several at the same time, and none waits for another
// one that fails; those in which a subject loses a right come first. No request is made where nothing
// differs.
func (s *Session) Targets(ctx context.Context, plan Plan) TargetsReport {
	have, elsewhere, err := s.targetObjects(ctx, plan.Accounts)
	if err != nil {
		return TargetsReport{Result: ResultOf(err)}
	}
	unknown := s.addHidden(ctx, &plan, have, elsewhere)
	report := TargetsReport{ByNamespace: make(map[string]Result)}
	plan.digest = digestOf(plan.Data, nil)
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
	report.InOtherNamespaces = s.wroteInOtherNamespace.Load() || s.remainsInOtherNamespaces(have) || s.hasHiddenInOtherNamespaces()
	report.Result = slices.Concat(unknown, s.strippedResult())
	return report
}

// targets lists the namespaces in which something may have to be done, those first in which a subject loses something. LeftOut are the
// namespaces of the plan in which nothing is done, because nothing is added now.
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
	slices.SortFunc(targets, func(a, b *targetWriter) int {
		return cmp.Or(cmp.Compare(a.order(), b.order()), cmp.Compare(a.namespace, b.namespace))
	})
	return targets, leftOut
}

// remainsInOtherNamespaces says whether any of the objects that there were in other namespaces can still be there.
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

// gaveRights says whether a subject held the right of a role.
func (t *targetObjects) gaveRights() bool {
	return slices.ContainsFunc(names.Roles, func(role string) bool { return len(t.held(role)) > 0 })
}

// order puts those namespaces first in which a subject loses a right.
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
	for _, role := range names.Roles {
		account := render.AccountSubject(w.owner, w.namespace, role)
		for subject := range subjectsOf(w.have.binding(role)) {
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

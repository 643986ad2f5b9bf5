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
	"context"
	"errors"
	"fmt"

	corev1 "k8s.io/api/core/v1"
	"sigs.k8s.io/controller-runtime/pkg/client"

	"github.com/stakeholders-dev/stakeholder-operator/controllers/render"
)

// ErrAccountsUnknown is an ErrStale about ServiceAccounts: that they are known sets off another reconcile.
var ErrAccountsUnknown = fmt.Errorf("the ServiceAccounts are not known yet: %w", ErrStale)

// Accounts is what a map should have of ServiceAccounts in its target namespaces, by which a tool knows people that
// Kubernetes does not. They hold a right by the RoleBinding that also names the people: what takes the people's rights
// away takes theirs, and without that a ServiceAccount is worth nothing. They are written by a right that the operator need
// not have.
type Accounts struct {
	// Cache has the ServiceAccounts that carry our label, by MapIndex. Nil if Err is set.
	Cache client.Reader
	// Err is why there is no Cache. With ErrAccountsUnknown in its chain, ServiceAccounts that hold a right keep it for
	// now; with any other they lose it, because it is not known any more which users act as them.
	Err error
	// Namespaces have one for each role.
	Namespaces map[string]bool
	// Claims are those of the roles' ServiceAccounts, by the value of names.LabelRole.
	Claims map[string]render.Claims
}

func (a *Accounts) known() bool { return a != nil && a.Err == nil }

// wantedClaims are the claims of a role's ServiceAccount. Empty: there should be none.
func (w *targetWriter) wantedClaims(role string) render.Claims {
	accounts := w.plan.Accounts
	if accounts == nil || !w.wanted || !accounts.Namespaces[w.namespace] {
		return render.Claims{}
	}
	return accounts.Claims[role]
}

// claimsOf are the claims by which users act as a ServiceAccount. There are none if it is nil.
func claimsOf(account *corev1.ServiceAccount) render.Claims {
	if account == nil {
		return render.Claims{}
	}
	return render.ParseClaims(account.Annotations[render.KargoClaims])
}

// claims are those that a role's ServiceAccount may have now: the wanted ones or, unless the mode is Enforce, those of them
// that it has already.
func (w *targetWriter) claims(role string) render.Claims {
	wanted := w.wantedClaims(role)
	if wanted.Empty() || w.mode == Enforce {
		return wanted
	}
	return claimsOf(w.have.account(role)).Intersect(wanted)
}

// givesAccount says whether a role's ServiceAccount is to be created, or gives a right to a user who did not have it. Held
// are the subjects of the role's RoleBinding.
func (w *targetWriter) givesAccount(role string, held subjectSet) bool {
	wanted := w.wantedClaims(role)
	if !w.plan.Accounts.known() || w.mode != Enforce || wanted.Empty() {
		return false
	}
	return !held[render.AccountSubject(w.owner, w.namespace, role)] || !wanted.Within(claimsOf(w.have.account(role)))
}

// writeAccount brings a role's ServiceAccount to what it should be. It does not remove one that is not wanted: that has to
// wait until the ServiceAccount has lost its right. Bound says whether it may hold the role's right, because only users who
// should act as it do.
func (w *targetWriter) writeAccount(ctx context.Context, role string) (bound, written bool, err error) {
	if w.wantedClaims(role).Empty() {
		return false, false, nil
	}
	if err := w.plan.Accounts.Err; errors.Is(err, ErrAccountsUnknown) {
		if !w.holdsRight(role) {
			return false, false, ErrAccountsUnknown
		}
		return true, false, nil
	} else if err != nil {
		return false, false, err
	}
	wanted := w.claims(role)
	if wanted.Empty() {
		return false, false, nil
	}
	have, written, err := w.ownAccount(ctx, role)
	if err != nil || have == nil && w.mode != Enforce {
		return false, written, err
	}
	if have != nil && w.isAccount(have, role, wanted) {
		return true, written, w.recordExact(partOf(have))
	}
	is, exact, err := send(ctx, w.Session, render.Account(w.owner, w.namespace, role, wanted), have)
	if is == nil {
		is = have
	}
	// Unchanged, it may at most lack a claim. Once admission has altered it, any user may act as it.
	bound = is != nil && !render.AddsClaims(is.Annotations) && claimsOf(is).Within(wanted)
	return bound, written || exact, err
}

// ownAccount returns the role's ServiceAccount if it can be brought to what it should be, or nil if there is none. One that
// cannot be is deleted. The error is a *ForeignError if another owner's is there: others may have its tokens.
func (w *targetWriter) ownAccount(ctx context.Context, role string) (have *corev1.ServiceAccount, written bool, err error) {
	if err := w.look(ctx, slot{kindServiceAccount, role}, w.observeAccount); err != nil {
		return nil, false, err
	}
	if have = w.have.account(role); have == nil {
		return nil, false, nil
	}
	if have.DeletionTimestamp == nil && !render.AddsClaims(have.Annotations) && !w.hasForeignController(have) {
		return have, false, nil
	}
	// Other users act as it too, or it is about to go. Only a new one is ours alone.
	written = have.DeletionTimestamp == nil
	err = w.replace(ctx, have)
	return nil, written && (err == nil || StateOf(err) == ForeignObject), err
}

// observeAccount is observeToCreate for a ServiceAccount that the cache does not have.
func (s *Session) observeAccount(ctx context.Context, account client.Object) (bool, error) {
	if !s.Writes.IsPending(s.owner.NamespacedName(), partOf(account)) {
		return false, nil
	}
	return s.observeLive(ctx, account)
}

// isAccount says whether a role's ServiceAccount is as rendered.
func (s *Session) isAccount(have *corev1.ServiceAccount, role string, claims render.Claims) bool {
	mounts := have.AutomountServiceAccountToken == nil || *have.AutomountServiceAccountToken
	return s.hasMetadata(have, s.owner.Labels(role)) && have.Annotations[render.KargoClaims] == claims.String() && !mounts
}

// holdsRight says whether a role's RoleBinding names its ServiceAccount.
func (w *targetWriter) holdsRight(role string) bool {
	return subjectsOf(w.have.binding(role))[render.AccountSubject(w.owner, w.namespace, role)]
}

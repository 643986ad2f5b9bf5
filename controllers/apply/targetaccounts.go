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

// ErrAccountsUnknown is an ErrStale about ServiceAccounts. Another reconcile follows when they are known.
var ErrAccountsUnknown = fmt.Errorf("the ServiceAccounts are not known yet: %w", ErrStale)

// Accounts describes the ServiceAccounts that a map should have in its target namespaces. Through them, a tool
// recognizes people who have no account in Kubernetes. A ServiceAccount holds its right through the RoleBinding that
// also names the people, so revoking their rights revokes it too. Without that RoleBinding, a ServiceAccount gives no
// rights. The operator needs an optional right to write them.
type Accounts struct {
	// Cache reads the ServiceAccounts that carry our label, and has the index MapIndex. It is nil if Err is set.
	Cache client.Reader
	// Err is why there is no Cache. If it wraps ErrAccountsUnknown, ServiceAccounts that hold a right keep it for now.
	// With any other error they lose it, because it is no longer known which users act as them.
	Err error
	// Namespaces are those with a ServiceAccount for each role.
	Namespaces map[string]bool
	// Claims has the claims of each role's ServiceAccount, by the value of names.LabelRole.
	Claims map[string]render.Claims
}

func (a *Accounts) known() bool { return a != nil && a.Err == nil }

// wantedClaims returns the wanted claims of a role's ServiceAccount. If they are empty, there should be no
// ServiceAccount.
func (w *targetWriter) wantedClaims(role string) render.Claims {
	accounts := w.plan.Accounts
	if accounts == nil || !w.wanted || !accounts.Namespaces[w.namespace] {
		return render.Claims{}
	}
	return accounts.Claims[role]
}

// claimsOf returns the claims by which users act as a ServiceAccount, or none if it is nil.
func claimsOf(account *corev1.ServiceAccount) render.Claims {
	if account == nil {
		return render.Claims{}
	}
	return render.ParseClaims(account.Annotations[render.KargoClaims])
}

// claims returns the claims that a role's ServiceAccount may have now: the wanted ones or, unless the mode is Enforce,
// only those of them that it already has.
func (w *targetWriter) claims(role string) render.Claims {
	wanted := w.wantedClaims(role)
	if wanted.Empty() || w.mode == Enforce {
		return wanted
	}
	return claimsOf(w.have.account(role)).Intersect(wanted)
}

// givesAccount reports whether a role's ServiceAccount has to be created, or gives a right to a user who did not have
// it. Held are the subjects of the role's RoleBinding.
func (w *targetWriter) givesAccount(role string, held subjectSet) bool {
	wanted := w.wantedClaims(role)
	if !w.plan.Accounts.known() || w.mode != Enforce || wanted.Empty() {
		return false
	}
	return !held[render.AccountSubject(w.owner, w.namespace, role)] || !wanted.Within(claimsOf(w.have.account(role)))
}

// writeAccount creates or repairs a role's ServiceAccount. It does not remove an unwanted one: that has to wait until
// the ServiceAccount has lost its right. Bound says whether it may hold the role's right: only wanted users can act as
// it.
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
	// An unchanged ServiceAccount can at most lack a claim. If admission has altered it, other users may be able to act
	// as it.
	bound = is != nil && !render.AddsClaims(is.Annotations) && claimsOf(is).Within(wanted)
	return bound, written || exact, err
}

// ownAccount returns the role's ServiceAccount if it can be repaired, or nil if there is none. It deletes one that
// cannot be repaired. The error is a *ForeignError if another owner has one of this name, because other users may have
// its tokens.
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
	// Other users can act as it too, or it is being deleted. Only a new ServiceAccount belongs to the map alone.
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

// isAccount reports whether a role's ServiceAccount is as rendered.
func (s *Session) isAccount(have *corev1.ServiceAccount, role string, claims render.Claims) bool {
	mounts := have.AutomountServiceAccountToken == nil || *have.AutomountServiceAccountToken
	return s.hasMetadata(have, s.owner.Labels(role)) && have.Annotations[render.KargoClaims] == claims.String() && !mounts
}

// holdsRight reports whether a role's RoleBinding names its ServiceAccount.
func (w *targetWriter) holdsRight(role string) bool {
	return subjectsOf(w.have.binding(role))[render.AccountSubject(w.owner, w.namespace, role)]
}

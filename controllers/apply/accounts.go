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
	"maps"

	corev1 "k8s.io/api/core/v1"
	rbacv1 "k8s.io/api/rbac/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"sigs.k8s.io/controller-runtime/pkg/client"

	"github.com/stakeholders-dev/stakeholder-operator/controllers/names"
	"github.com/stakeholders-dev/stakeholder-operator/controllers/render"
)

const kindServiceAccount = "ServiceAccount"

// ErrAccountsUnknown is an ErrCacheBehind about ServiceAccounts: that they are known sets off another reconcile.
var ErrAccountsUnknown = fmt.Errorf("the ServiceAccounts are not known yet: %w", ErrCacheBehind)

// Accounts is what a map should have of ServiceAccounts in its target namespaces, by which a tool knows people that
// Kubernetes does not. They hold a right by the RoleBinding that also names the people: what takes the people's rights
// away takes theirs, and without that a ServiceAccount is worth nothing. They are written by a right that the operator need
// not have.
type Accounts struct {
	// Cache has the ServiceAccounts that carry our label, by OwnerIndex. Nil if Err is set.
	Cache client.Reader
	// Err is why there is no Cache. With ErrAccountsUnknown in its chain, ServiceAccounts that hold a right keep it for
	// now; with any other they lose it, because nobody knows any more who acts as them.
	Err error
	// Namespaces have one for each role.
	Namespaces map[string]bool
	// Claims are those of the roles' ServiceAccounts, by the value of names.LabelRole.
	Claims map[string]render.Claims
	// OnlyRestrict is that of the plan, for the claims alone: an invalid map can say otherwise than before how somebody
	// is known.
	OnlyRestrict bool
}

func (a *Accounts) known() bool { return a != nil && a.Err == nil }

// wanted are the claims of a role's ServiceAccount in a namespace. Empty: there should be none.
func (a *Accounts) wanted(task targetTask, role string) render.Claims {
	if a == nil || !task.wanted || !a.Namespaces[task.namespace] {
		return render.Claims{}
	}
	return a.Claims[role]
}

// account are the claims that a role's ServiceAccount may have now: those that are wanted or, if nobody may be added, what
// it has of them.
func (p *Plan) account(task targetTask, role string) render.Claims {
	wanted := p.Accounts.wanted(task, role)
	if wanted.Empty() || !p.onlyRestrictsAccounts() {
		return wanted
	}
	return claimsOf(task.have.accounts[role]).Intersect(wanted)
}

func (p *Plan) onlyRestrictsAccounts() bool { return p.OnlyRestrict || p.Accounts.OnlyRestrict }

// unwanted says whether a role's ServiceAccount should not be there.
func (p *Plan) unwanted(task targetTask, role string) bool { return p.account(task, role).Empty() }

// claimsOf is who acts as a ServiceAccount, or nobody if there is none.
func claimsOf(account *corev1.ServiceAccount) render.Claims {
	if account == nil {
		return render.Claims{}
	}
	return render.ParseClaims(account.Annotations[render.KargoClaims])
}

// givesAccount says whether a role's ServiceAccount is to be created, or somebody to be given a right by it.
func (s *Session) givesAccount(accounts *Accounts, task targetTask, role string, held subjectSet) bool {
	wanted := accounts.wanted(task, role)
	if !accounts.known() || accounts.OnlyRestrict || wanted.Empty() {
		return false
	}
	return !held[render.AccountSubject(s.owner, task.namespace, role)] || !wanted.Within(claimsOf(task.have.accounts[role]))
}

// putAccount brings a role's ServiceAccount to what it should be, but removes none that is only not wanted, because a
// right goes before whoever holds it. Bound says whether it may hold the role's right: nobody acts as it who should not.
func (s *Session) putAccount(ctx context.Context, plan *Plan, task targetTask, role string) (bound, wrote bool, err error) {
	if plan.Accounts.wanted(task, role).Empty() {
		return false, false, nil
	}
	if err := plan.Accounts.Err; errors.Is(err, ErrAccountsUnknown) {
		if !s.holdsRight(task, role) {
			return false, false, ErrAccountsUnknown
		}
		return true, false, nil
	} else if err != nil {
		return false, false, err
	}
	wanted := plan.account(task, role)
	if wanted.Empty() {
		return false, false, nil
	}
	have, wrote, err := s.ownAccount(ctx, task, role)
	if err != nil || have == nil && plan.onlyRestrictsAccounts() {
		return false, wrote, err
	}
	if have != nil && s.isAccount(have, role, wanted) {
		return true, wrote, s.exact(keyFor(kindServiceAccount, have))
	}
	written, is, err := s.writeAccount(ctx, have, render.Account(s.owner, task.namespace, role, wanted))
	// As it is, it may only lack somebody. What admission has made of it may be anybody's.
	bound = is != nil && !render.AddsClaims(is.Annotations) && claimsOf(is).Within(wanted)
	return bound, wrote || written, err
}

// writeAccount creates or changes a ServiceAccount, unless that is held back, and returns what there is then.
func (s *Session) writeAccount(
	ctx context.Context, have, sent *corev1.ServiceAccount,
) (exact bool, is *corev1.ServiceAccount, err error) {
	key, wanted, before := keyFor(kindServiceAccount, sent), stateOf(sent, sent), absent
	if have != nil {
		before = stateOf(have, sent)
	}
	if err := s.heldBack(key, wanted, before); err != nil {
		return false, have, err
	}
	answer, err := put(ctx, s, sent, have)
	if err != nil {
		return false, have, err
	}
	exact, err = s.noteAnswer(key, wanted, sent, answer)
	return exact, answer, err
}

// ownAccount is the role's ServiceAccount if it can be brought to what it should be, or nil if there is none. One that can
// not is deleted. The error is a *ForeignError if there is somebody else's: others may have its tokens.
func (s *Session) ownAccount(ctx context.Context, task targetTask, role string) (have *corev1.ServiceAccount, wrote bool, err error) {
	if have = task.have.accounts[role]; have == nil {
		have = &corev1.ServiceAccount{ObjectMeta: metav1.ObjectMeta{Namespace: task.namespace, Name: names.AccountName(s.owner, role)}}
		if found, err := s.observeAccount(ctx, have); err != nil || !found {
			return nil, false, err
		}
	}
	if have.DeletionTimestamp == nil && !render.AddsClaims(have.Annotations) && !s.usurped(have) {
		return have, false, nil
	}
	// Others act as it too, or soon nobody does. Only a new one is ours alone.
	wrote = have.DeletionTimestamp == nil
	err = s.replace(ctx, kindServiceAccount, have)
	return nil, wrote && len(Others(err)) == 0, err
}

// observeAccount is observeToCreate for a ServiceAccount that those of the cache are not among.
func (s *Session) observeAccount(ctx context.Context, account *corev1.ServiceAccount) (bool, error) {
	if !s.Writes.Expects(s.owner.NamespacedName(), kindServiceAccount, client.ObjectKeyFromObject(account)) {
		return false, nil
	}
	return s.observeLive(ctx, kindServiceAccount, account)
}

// isAccount says whether a role's ServiceAccount is as rendered.
func (s *Session) isAccount(have *corev1.ServiceAccount, role string, claims render.Claims) bool {
	mounts := have.AutomountServiceAccountToken == nil || *have.AutomountServiceAccountToken
	return s.hasMetadata(have, s.owner.Labels(role)) && have.Annotations[render.KargoClaims] == claims.String() && !mounts
}

// holdsRight says whether a role's RoleBinding names its ServiceAccount.
func (s *Session) holdsRight(task targetTask, role string) bool {
	if task.have.bindings[role] == nil {
		return false
	}
	return subjectsOf(task.have.bindings[role])[render.AccountSubject(s.owner, task.namespace, role)]
}

func with(set subjectSet, subject rbacv1.Subject) subjectSet {
	out := make(subjectSet, len(set)+1)
	maps.Copy(out, set)
	out[subject] = true
	return out
}

// accountOrphans calls f with the ServiceAccounts of a map's name, whichever map they belong to.
func (a *Applier) accountOrphans(ctx context.Context, named []client.ListOption, f func(kind string, object client.Object)) error {
	reader, err := a.Accounts()
	if err != nil || reader == nil {
		// They are worth nothing by themselves, and each is looked at once they are known.
		return nil //nolint:nilerr // see above
	}
	var list corev1.ServiceAccountList
	if err := reader.List(ctx, &list, named...); err != nil {
		return fmt.Errorf("list ServiceAccounts: %w", err)
	}
	for i := range list.Items {
		f(kindServiceAccount, &list.Items[i])
	}
	return nil
}

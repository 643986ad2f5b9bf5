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
	"errors"
	"testing"

	"github.com/google/go-cmp/cmp"
	corev1 "k8s.io/api/core/v1"
	"k8s.io/apimachinery/pkg/types"
	"sigs.k8s.io/controller-runtime/pkg/client"

	"github.com/stakeholders-dev/stakeholder-operator/controllers/names"
	"github.com/stakeholders-dev/stakeholder-operator/controllers/render"
)

// account is the customers' ServiceAccount of checkout in namespace prod.
func account(groups ...string) *corev1.ServiceAccount {
	object := render.Account(checkout, "prod", names.RoleCustomer, render.Claims{"groups": groups})
	object.UID = "8"
	return object
}

// TestAccounts uses one namespace, prod, that is a Kargo project. The customers' ServiceAccount exists or not, and may
// have the claims of some groups afterwards.
func TestAccounts(t *testing.T) {
	t.Parallel()
	name := names.AccountName(checkout, names.RoleCustomer)
	foreign := &corev1.ServiceAccount{}
	foreign.Namespace, foreign.Name, foreign.UID = "prod", name, "9"
	shared := account("acme")
	shared.Annotations[render.AddedClaim] = `{"groups":["mallory"]}`
	wanted := map[string]render.Claims{names.RoleCustomer: {"groups": {"acme"}}}
	for reason, tc := range map[string]struct {
		account *corev1.ServiceAccount
		// subjects are those of the RoleBinding, or nil if there is none.
		subjects []string
		mode     Mode
		// project is false if prod is no Kargo project. err is why ServiceAccounts are not known.
		noProject bool
		err       error
		want      []string
		claims    string
		writes    []string
		problems  []problem
	}{
		"it is created before the RoleBinding names it": {
			subjects: []string{"carla"}, want: []string{"carla", name}, claims: `{"groups":["acme"]}`,
			writes: []string{"create ServiceAccount prod/customer", "patch RoleBinding prod/customer"},
		},
		"it is as it should be": {
			account: account("acme"), subjects: []string{"carla", name}, want: []string{"carla", name}, claims: `{"groups":["acme"]}`,
		},
		"its claims change": {
			account: account("acme", "lea"), subjects: []string{"carla", name}, want: []string{"carla", name}, claims: `{"groups":["acme"]}`,
			writes: []string{"patch ServiceAccount prod/customer"},
		},
		"the namespace is no project": {
			account: account("acme"), subjects: []string{"carla", name}, noProject: true, want: []string{"carla"},
			writes: []string{"patch RoleBinding prod/customer", "delete ServiceAccount prod/customer"},
		},
		"KeepLastValid adds no claim": {
			account: account("acme", "lea"), subjects: []string{"carla", name}, mode: KeepLastValid, want: []string{"carla", name},
			claims: `{"groups":["acme"]}`, writes: []string{"patch ServiceAccount prod/customer"},
		},
		"KeepLastValid creates none": {
			subjects: []string{"carla"}, mode: KeepLastValid, want: []string{"carla"},
		},
		"RestrictOnly creates none": {
			subjects: []string{"carla"}, mode: RestrictOnly, want: []string{"carla"},
		},
		"RestrictOnly removes one without a claim that may stay": {
			account: account("lea"), subjects: []string{"carla", name}, mode: RestrictOnly, want: []string{"carla"},
			writes: []string{"patch RoleBinding prod/customer", "delete ServiceAccount prod/customer"},
		},
		"those of the cluster are not known yet, and it keeps its right": {
			account: account("acme"), subjects: []string{"carla", name}, err: ErrAccountsUnknown, want: []string{"carla", name},
			claims: `{"groups":["acme"]}`,
		},
		"those of the cluster are not known yet, and it has no right": {
			subjects: []string{"carla"}, err: ErrAccountsUnknown, want: []string{"carla"}, problems: []problem{{"prod", Stale}},
		},
		"those of the cluster cannot be known, and it loses its right": {
			account: account("acme"), subjects: []string{"carla", name}, err: errors.New("may not list"), want: []string{"carla"},
			claims: `{"groups":["acme"]}`, writes: []string{"patch RoleBinding prod/customer"}, problems: []problem{{"prod", Failed}},
		},
		"a foreign one gets no right": {
			account: foreign, subjects: []string{"carla"}, want: []string{"carla"}, writes: []string{"create ServiceAccount prod/customer"},
			problems: []problem{{"prod", ForeignObject}},
		},
		"one that other users act as is created anew": {
			account: shared, subjects: []string{"carla", name}, want: []string{"carla", name}, claims: `{"groups":["acme"]}`,
			writes: []string{"delete ServiceAccount prod/customer", "create ServiceAccount prod/customer"},
		},
		"RestrictOnly removes one that other users act as": {
			account: shared, subjects: []string{"carla", name}, mode: RestrictOnly, want: []string{"carla"},
			writes: []string{"delete ServiceAccount prod/customer", "patch RoleBinding prod/customer"},
		},
	} {
		t.Run(reason, func(t *testing.T) {
			t.Parallel()
			binding := targetBinding("prod")
			for _, subject := range tc.subjects {
				if subject == name {
					binding.Subjects = append(binding.Subjects, render.AccountSubject(checkout, "prod", names.RoleCustomer))
				} else {
					binding.Subjects = append(binding.Subjects, person(subject))
				}
			}
			set := make(subjectSet)
			for _, subject := range binding.Subjects {
				set[subject] = true
			}
			binding.Subjects = render.SortedSubjects(set)
			objects := []client.Object{namespace("prod"), binding}
			if tc.account != nil {
				objects = append(objects, tc.account.DeepCopy())
			}
			c := newCluster(t, objects...)
			accounts := &Accounts{Cache: c.applier.Cache, Err: tc.err, Namespaces: map[string]bool{"prod": !tc.noProject}, Claims: wanted}
			if tc.err != nil {
				accounts.Cache = nil
			}
			report := c.enforceInOrder(Plan{Namespaces: []string{"prod"}, Subjects: customers("carla"), Mode: tc.mode, Accounts: accounts})
			if diff := cmp.Diff(tc.want, c.subjects("prod", names.RoleCustomer)); diff != "" {
				t.Errorf("subjects (-want +got):\n%s", diff)
			}
			if diff := cmp.Diff(tc.writes, c.writes); diff != "" {
				t.Errorf("writes (-want +got):\n%s", diff)
			}
			if diff := cmp.Diff(tc.problems, problemsOf(report)); diff != "" {
				t.Errorf("problems (-want +got):\n%s", diff)
			}
			there := &corev1.ServiceAccount{}
			if err := client.IgnoreNotFound(c.Get(t.Context(), types.NamespacedName{Namespace: "prod", Name: name}, there)); err != nil {
				t.Fatal(err)
			}
			if got := there.Annotations[render.KargoClaims]; got != tc.claims {
				t.Errorf("its claims are %q, want %q", got, tc.claims)
			}
		})
	}
}

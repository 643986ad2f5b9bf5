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

package bench

import (
	"context"
	"errors"
	"fmt"
	"testing"
	"time"

	rbacv1 "k8s.io/api/rbac/v1"
	"sigs.k8s.io/controller-runtime/pkg/client"

	"github.com/stakeholders-dev/stakeholder-operator/api/v1alpha1"
	"github.com/stakeholders-dev/stakeholder-operator/controllers/names"
	"github.com/stakeholders-dev/stakeholder-operator/test/suite"
)

// longestRevocation is the limit: a revocation that takes longer counts as this.
const longestRevocation = 3 * time.Minute

// leavers are maps of one namespace, each with a customer who can leave.
type leavers struct {
	maps []*v1alpha1.StakeholderMap
	// round counts how often they have come back.
	round int
}

// newLeavers needs a running operator.
func newLeavers(b *testing.B, n int) *leavers {
	b.Helper()
	namespace := env.NewNamespace(b)
	l := &leavers{maps: make([]*v1alpha1.StakeholderMap, n)}
	inParallel(b, n, func(i int) error {
		l.maps[i] = smallMap(namespace, fmt.Sprintf("map-%d", i))
		return env.Admin.Create(b.Context(), l.maps[i])
	})
	waitReady(b, namespace, n)
	return l
}

// leaver is the next customer to leave, who has not left before.
func (l *leavers) leaver() string { return fmt.Sprintf("leaver-%d@acme.example", l.round) }

// comeBack puts a new customer who can leave into each map, and returns when they have their rights.
func (l *leavers) comeBack(b *testing.B) {
	b.Helper()
	l.round++
	inParallel(b, len(l.maps), func(i int) error {
		return editCustomer(b.Context(), l.maps[i], "customer-0@acme.example", l.leaver())
	})
	waitReady(b, l.maps[0].Namespace, len(l.maps))
}

// revoke is how long the leaver of a map keeps their rights after the edit.
func (l *leavers) revoke(b *testing.B, m *v1alpha1.StakeholderMap) time.Duration {
	b.Helper()
	wait, err := observe(b.Context(), &rbacv1.RoleBindingList{}, comesAndGoes(l.leaver()),
		client.InNamespace(m.Namespace), client.MatchingLabels{names.LabelMap: m.Name})
	if err != nil {
		b.Fatal(err)
	}
	if err := editCustomer(b.Context(), m, "customer-0@acme.example"); err != nil {
		b.Fatal(err)
	}
	edited := time.Now()
	revoked, err := wait(longestRevocation)
	switch {
	case errors.Is(err, errNotSeen):
		return longestRevocation
	case err != nil:
		b.Fatal(err)
	}
	// The revocation can be visible before the answer to the edit.
	return max(0, revoked.Sub(edited))
}

// editCustomer replaces the subjects of a map's first customer by these users.
func editCustomer(ctx context.Context, m *v1alpha1.StakeholderMap, users ...string) error {
	before := m.DeepCopy()
	m.Spec.Customers[0].Subjects = suite.Users(users...)
	return env.Admin.Patch(ctx, m, client.MergeFrom(before))
}

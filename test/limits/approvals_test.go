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

package limits

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	rbacv1 "k8s.io/api/rbac/v1"
	"k8s.io/apimachinery/pkg/api/meta"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"sigs.k8s.io/controller-runtime/pkg/client"

	"github.com/stakeholders-dev/stakeholder-operator/api/v1alpha1"
	"github.com/stakeholders-dev/stakeholder-operator/controllers/approvals"
	"github.com/stakeholders-dev/stakeholder-operator/test/controlplane"
	"github.com/stakeholders-dev/stakeholder-operator/test/suite"
)

// TestManyApprovals has more subjects approved than a map can have open, each as long as possible, in four namespaces. The most recent ones
// are open everywhere, and the others say that they have lapsed. An edit of the map writes nothing of that, and another approval
// only what changes by it.
func TestManyApprovals(t *testing.T) {
	const n, targets = 300, 3
	startCluster(t, controlplane.Options{AuditLog: true})
	m := releasing(env.NewNamespace(t), "checkout")
	m.Spec.TargetNamespaces.Selector = &v1alpha1.NamespaceSelector{MatchLabels: map[string]v1alpha1.LabelValue{"product": "checkout"}}
	places := []string{m.Namespace}
	for range targets {
		places = append(places, env.NewTarget(t, m.Namespace, "product", "checkout"))
	}
	env.Create(t, m)
	o := start(t, "a map without approvals")
	awaitReady(t, o, []*v1alpha1.StakeholderMap{m})
	o.stop(t)
	env.WaitAuthorsChecked(t)
	asker := env.As(t, firstCustomer, suite.Masters)
	inParallel(t, n, func(i int) error { return approve(t, asker, m, i) })

	since := mark(t)
	o = start(t, "many approvals")
	waitOpen(t, o, m, n)
	o.settle(t, n)
	checkOpened(t, places, n)
	made := madeSince(t, since)
	// The first can say that the Role is being written.
	checkStatusWrites(t, made, 2)
	checkWrites(t, "many approvals", made, map[string]int{"create roles": 1 + targets, "create rolebindings": 1 + targets})

	since = mark(t)
	env.Edit(t, m, func(s *v1alpha1.StakeholderMapSpec) { s.Customers[0].Subjects = suite.Users("chris") })
	awaitReady(t, o, []*v1alpha1.StakeholderMap{m})
	o.settle(t, 1)
	made = madeSince(t, since)
	if writes := statusWrites(made); len(writes) > 0 {
		t.Errorf("an edit of the map writes the status of %d requests", len(writes))
	}
	for _, e := range made {
		if e.Mutating() && e.Name == approvedName(m) {
			t.Errorf("an edit of the map makes the request %s", kindOf(&e))
		}
	}

	since = mark(t)
	if err := approve(t, asker, m, n); err != nil {
		t.Fatal(err)
	}
	waitOpen(t, o, m, n+1)
	o.settle(t, 1)
	checkOpened(t, places, n+1)
	made = madeSince(t, since)
	// It is asked, approved and open, and the oldest of those that were open has lapsed.
	if written := checkStatusWrites(t, made, 3); written[key(m, n)] == 0 || written[key(m, n-approvals.Max)] != 1 || len(written) != 2 {
		t.Errorf("one approval more writes the status of %v", written)
	}
	checkWrites(t, "one approval more", made, map[string]int{"patch roles": 1 + targets})
	o.stop(t)
}

// subjectOf is subject i, which is as long as a subject can be.
func subjectOf(i int) string {
	start := fmt.Sprintf("registry.example/%d/", i)
	return start + strings.Repeat("x", 512-len(start))
}

func key(m *v1alpha1.StakeholderMap, i int) string {
	return fmt.Sprintf("%s/approval-%d", m.Namespace, i)
}

func approvedName(m *v1alpha1.StakeholderMap) string {
	return fmt.Sprintf("stakeholders:target:%s:%s:approved", m.Namespace, m.Name)
}

// approve makes request i about a map, and writes the outcome as the operator would: it keeps what is final. Later ones are more recent.
func approve(t *testing.T, asker client.Client, m *v1alpha1.StakeholderMap, i int) error {
	t.Helper()
	r := typicalRequest(m, i)
	r.Name, r.Spec.Subject = fmt.Sprintf("approval-%d", i), subjectOf(i)
	if err := asker.Create(t.Context(), r); err != nil {
		return err
	}
	before := r.DeepCopy()
	decided := metav1.NewTime(r.CreationTimestamp.Add(time.Duration(i-1000) * time.Minute))
	r.Status = v1alpha1.StakeholderRequestStatus{
		Outcome: v1alpha1.OutcomeApproved, DecidedAt: &decided, MapUID: string(m.UID), Class: v1alpha1.ClassApproval, Authorship: v1alpha1.AuthorshipVerified,
	}
	return env.Admin.Status().Patch(t.Context(), r, client.MergeFrom(before))
}

// waitOpen waits until the most recent of n approvals say that they are open, and the others that they have lapsed.
func waitOpen(t *testing.T, o *operator, m *v1alpha1.StakeholderMap, n int) {
	t.Helper()
	o.eventually(t, fmt.Sprintf("%d of %d approvals are open", approvals.Max, n), func() error {
		var all v1alpha1.StakeholderRequestList
		if err := env.Admin.List(t.Context(), &all, client.InNamespace(m.Namespace)); err != nil {
			return err
		}
		says := make(map[string]string)
		for i := range all.Items {
			c := meta.FindStatusCondition(all.Items[i].Status.Conditions, v1alpha1.ConditionApproved)
			if c == nil {
				return fmt.Errorf("%s says nothing", all.Items[i].Name)
			}
			says[all.Items[i].Namespace+"/"+all.Items[i].Name] = c.Reason
		}
		want := make(map[string]string)
		for i := range n {
			want[key(m, i)] = string(v1alpha1.OutcomeApproved)
			if i < n-approvals.Max {
				want[key(m, i)] = v1alpha1.ReasonLapsed
			}
		}
		if diff := cmp.Diff(want, says); diff != "" {
			return fmt.Errorf("the approvals say (-want +got):\n%.1000s", diff)
		}
		return nil
	})
}

// checkOpened fails unless the most recent of n subjects are open in some namespaces, and no others.
func checkOpened(t *testing.T, places []string, n int) {
	t.Helper()
	want := make(map[string]bool)
	for i := n - approvals.Max; i < n; i++ {
		want[subjectOf(i)] = true
	}
	m := &v1alpha1.StakeholderMap{ObjectMeta: metav1.ObjectMeta{Namespace: places[0], Name: "checkout"}}
	for _, place := range places {
		role := suite.Get(t, env, place, approvedName(m), &rbacv1.Role{})
		open := make(map[string]bool)
		for _, rule := range role.Rules {
			for _, subject := range rule.ResourceNames {
				open[subject] = true
			}
		}
		if diff := cmp.Diff(want, open); diff != "" {
			t.Errorf("open in %s (-want +got):\n%.1000s", place, diff)
		}
	}
}

// checkStatusWrites fails if the status of a request was written too often. It returns how often each was written.
func checkStatusWrites(t *testing.T, made []controlplane.AuditEvent, most int) map[string]int {
	t.Helper()
	written := statusWrites(made)
	for key, n := range written {
		if n > most {
			t.Errorf("the status of %s was written %d times, want at most %d", key, n, most)
		}
	}
	return written
}

// checkWrites fails unless these are all writes of Roles and RoleBindings, by "verb resource".
func checkWrites(t *testing.T, what string, made []controlplane.AuditEvent, want map[string]int) {
	t.Helper()
	counts := countBy(made)
	t.Logf("%s: %v", what, sorted(counts))
	got := make(map[string]int)
	for kind, n := range counts {
		if verb, resource, _ := strings.Cut(kind, " "); strings.HasPrefix(resource, "role") && verb != "get" && verb != "list" {
			got[kind] = n
		}
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("%s: writes of Roles and RoleBindings (-want +got):\n%s", what, diff)
	}
}

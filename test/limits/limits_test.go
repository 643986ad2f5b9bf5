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
	"encoding/json"
	"fmt"
	"strings"
	"testing"

	corev1 "k8s.io/api/core/v1"
	rbacv1 "k8s.io/api/rbac/v1"
	"k8s.io/apimachinery/pkg/api/meta"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/types"
	"sigs.k8s.io/controller-runtime/pkg/client"

	"github.com/stakeholders-dev/stakeholder-operator/api/v1alpha1"
	"github.com/stakeholders-dev/stakeholder-operator/controllers/approvals"
	"github.com/stakeholders-dev/stakeholder-operator/controllers/names"
	"github.com/stakeholders-dev/stakeholder-operator/controllers/topics"
	"github.com/stakeholders-dev/stakeholder-operator/test/controlplane"
	"github.com/stakeholders-dev/stakeholder-operator/test/fixtures"
	"github.com/stakeholders-dev/stakeholder-operator/test/suite"
)

// TestLargestMaps uses eight of the largest maps of the schema at once, as many as are reconciled at the same time:
// with the largest tables, and with the most grants. Other maps are not affected: their customers lose a right at once,
// and so does a customer of the largest. The same holds for an operator that finds them when it starts.
func TestLargestMaps(t *testing.T) {
	startCluster(t, controlplane.Options{})
	o := start(t, "the largest maps")
	small := ready(t, o, "small")
	largest := make([]*v1alpha1.StakeholderMap, 8)
	namespace := env.NewNamespace(t)
	for i := range largest {
		largest[i] = largestMap([]string{"names", "parties"}[i%2])
		largest[i].Namespace, largest[i].Name = namespace, fmt.Sprintf("largest-%d", i)
		// The API server needs seconds to judge each.
		o.eventually(t, largest[i].Name+" is created", func() error {
			return client.IgnoreAlreadyExists(env.Admin.Create(t.Context(), largest[i].DeepCopy()))
		})
	}
	defer env.DeleteMaps(t)
	content, err := json.Marshal(largest[0])
	if err != nil {
		t.Fatal(err)
	}
	t.Logf("each has %d bytes", len(content))
	awaitReady(t, o, largest)
	revoke(t, o, small, "chris")
	leave(t, o, largest[0])
	o.stop(t)

	o = start(t, "the largest maps, found at the start")
	awaitReady(t, o, largest)
	revoke(t, o, small, "carla")
	leave(t, o, largest[1])
}

// largestMap is one of the largest that the schema allows, by the part that is largest. Names make the largest table.
// Parties make the most grants: each has other topics.
func largestMap(most string) *v1alpha1.StakeholderMap {
	var known []string
	for _, topic := range topics.Catalogue() {
		known = append(known, topic.Name)
	}
	m := fixtures.LargestMaps("x", known)[most].Fits
	// It would wait for ever for namespaces that do not exist.
	m.Spec.TargetNamespaces = v1alpha1.TargetNamespaces{}
	fixtures.AskEverybody(m.Spec.Topics)
	each := func(p *v1alpha1.Party, i int) {
		// The windows are from another day.
		p.ValidFrom, p.ValidUntil = nil, nil
		if most == "parties" {
			p.Topics = append(append([]string{}, p.Topics[:i]...), p.Topics[i+1:]...)
		}
	}
	for i := range m.Spec.Customers {
		each(&m.Spec.Customers[i].Party, i)
	}
	for i := range m.Spec.EndUsers {
		each(&m.Spec.EndUsers[i].Party, i)
	}
	return m
}

// awaitReady waits until each map is in force.
func awaitReady(t *testing.T, o *operator, maps []*v1alpha1.StakeholderMap) {
	t.Helper()
	for _, m := range maps {
		o.eventually(t, m.Name+" is ready", func() error {
			return hasCondition(t, m, v1alpha1.ConditionReady, v1alpha1.ReasonReady)
		})
	}
}

// hasCondition says whether the current generation of a map has conditions with these reasons, which are given as
// pairs.
func hasCondition(t *testing.T, m *v1alpha1.StakeholderMap, pairs ...string) error {
	t.Helper()
	current := &v1alpha1.StakeholderMap{}
	if err := env.Admin.Get(t.Context(), client.ObjectKeyFromObject(m), current); err != nil {
		return err
	}
	for i := 0; i+1 < len(pairs); i += 2 {
		c := meta.FindStatusCondition(current.Status.Conditions, pairs[i])
		if c == nil || c.ObservedGeneration != current.Generation || c.Reason != pairs[i+1] {
			return fmt.Errorf("the condition is %+v", c)
		}
	}
	return nil
}

// ready is a small map that is in force.
func ready(t *testing.T, o *operator, name string) *v1alpha1.StakeholderMap {
	t.Helper()
	m := suite.NewMap(env.NewNamespace(t), name)
	env.Create(t, m)
	o.eventually(t, name+" is ready", func() error {
		return hasCondition(t, m, v1alpha1.ConditionReady, v1alpha1.ReasonReady)
	})
	return m
}

// revoke replaces the customer of a small map, and waits until the earlier one has lost the right.
func revoke(t *testing.T, o *operator, m *v1alpha1.StakeholderMap, successor string) {
	t.Helper()
	var leaver string
	env.Edit(t, m, func(s *v1alpha1.StakeholderMapSpec) {
		leaver, s.Customers[0].Subjects = s.Customers[0].Subjects[0].Name, suite.Users(successor)
	})
	o.eventually(t, leaver+" may no longer approve", func() error {
		if env.May(t, leaver, "approve", m, "budget") || !env.May(t, successor, "approve", m, "budget") {
			return fmt.Errorf("%s still may, or %s may not", leaver, successor)
		}
		return nil
	})
}

// leave removes a customer from one of the largest maps, and waits until they have lost the right.
func leave(t *testing.T, o *operator, m *v1alpha1.StakeholderMap) {
	t.Helper()
	last := len(m.Spec.Customers[0].Subjects) - 1
	leaver := m.Spec.Customers[0].Subjects[last].Name
	if !env.May(t, leaver, "approve", m, "release") {
		t.Fatalf("a customer of %s may not approve", m.Name)
	}
	env.Edit(t, m, func(s *v1alpha1.StakeholderMapSpec) { s.Customers[0].Subjects = s.Customers[0].Subjects[:last] })
	o.eventually(t, "a customer of "+m.Name+" may no longer approve", func() error {
		if env.May(t, leaver, "approve", m, "release") {
			return fmt.Errorf("%.20s still may", leaver)
		}
		return nil
	})
}

// TestForgedObjects creates objects that any user may create who may write ConfigMaps, Roles and RoleBindings in a
// namespace: hundreds of megabytes with our labels. The operator starts, and works.
func TestForgedObjects(t *testing.T) {
	startCluster(t, controlplane.Options{})
	namespace := env.NewNamespace(t)
	owner := names.Owner{Namespace: namespace, Name: "victim", UID: "0"}
	forged := func(name string) metav1.ObjectMeta {
		return metav1.ObjectMeta{
			Namespace: namespace, Name: name, Labels: owner.Labels(names.RoleCustomer),
			Annotations: map[string]string{names.AnnotationMapUID: string(owner.UID)},
		}
	}
	megabyte := strings.Repeat("x", 1000<<10)
	inParallel(t, 190, func(i int) error {
		// According to the labels, it is the table of a map.
		cm := &corev1.ConfigMap{ObjectMeta: forged(fmt.Sprintf("map-%d-routing", i)), Data: map[string]string{"routing.json": megabyte}}
		cm.Labels[names.LabelMap] = fmt.Sprintf("map-%d", i)
		return env.Admin.Create(t.Context(), cm)
	})
	var subjects []rbacv1.Subject
	for i := range 2000 {
		subjects = append(subjects, rbacv1.Subject{Kind: rbacv1.UserKind, APIGroup: rbacv1.GroupName, Name: fmt.Sprintf("%d-%s", i, strings.Repeat("x", 240))})
	}
	inParallel(t, 100, func(i int) error {
		name := fmt.Sprintf("stakeholders:victim:customer:party-%d", i)
		role := &rbacv1.Role{ObjectMeta: forged(name), Rules: []rbacv1.PolicyRule{{
			Verbs: []string{"approve"}, APIGroups: []string{v1alpha1.GroupVersion.Group}, Resources: []string{megabyte[:500<<10]},
		}}}
		binding := &rbacv1.RoleBinding{
			ObjectMeta: forged(name), RoleRef: rbacv1.RoleRef{APIGroup: rbacv1.GroupName, Kind: "Role", Name: name}, Subjects: subjects,
		}
		if err := env.Admin.Create(t.Context(), role); err != nil {
			return err
		}
		return env.Admin.Create(t.Context(), binding)
	})
	// The largest Roles that the operator remembers in full: they open as many approvals as a map can have.
	inParallel(t, 100, func(i int) error {
		role := &rbacv1.Role{ObjectMeta: forged(fmt.Sprintf("stakeholders:target:elsewhere:victim-%d:approved", i)), Rules: []rbacv1.PolicyRule{{
			Verbs: []string{"use"}, APIGroups: []string{v1alpha1.GroupVersion.Group}, Resources: []string{"stakeholderrequests/release"},
		}}}
		for n := range approvals.Max {
			role.Rules[0].ResourceNames = append(role.Rules[0].ResourceNames, fmt.Sprintf("%d-%0500d", i, n))
		}
		return env.Admin.Create(t.Context(), role)
	})
	// These do not have our label, so only code that reads every RoleBinding reads them.
	inParallel(t, 200, func(i int) error {
		large := make([]rbacv1.Subject, 0, 2*len(subjects))
		large = append(append(large, subjects...), subjects...)
		return env.Admin.Create(t.Context(), &rbacv1.RoleBinding{
			ObjectMeta: metav1.ObjectMeta{Namespace: namespace, Name: fmt.Sprintf("large-%d", i)},
			RoleRef:    rbacv1.RoleRef{APIGroup: rbacv1.GroupName, Kind: "Role", Name: "large"}, Subjects: large,
		})
	})
	o := start(t, "forged objects")
	m := ready(t, o, "beside")
	revoke(t, o, m, "chris")
	env.DeleteMaps(t)
}

// TestManyMaps creates a thousand maps while no operator runs. All of them get in force. An operator that finds them in
// force when it starts stays within its memory, too. What it keeps of each is limited.
//
// They are spread over namespaces, as on a cluster: for every grant, the API server reads all RoleBindings of a
// namespace.
func TestManyMaps(t *testing.T) {
	const n, perNamespace = 1000, 20
	startCluster(t, controlplane.Options{})
	o := start(t, "no maps")
	without := o.heap(t)
	o.stop(t)
	namespaces := make([]string, n/perNamespace)
	for i := range namespaces {
		namespaces[i] = env.NewNamespace(t)
	}
	maps := make([]*v1alpha1.StakeholderMap, n)
	inParallel(t, n, func(i int) error {
		maps[i] = typicalMap(namespaces[i%len(namespaces)], fmt.Sprintf("map-%d", i))
		return env.Admin.Create(t.Context(), maps[i])
	})
	for _, name := range []string{"many maps", "many maps, found at the start"} {
		o := start(t, name)
		waitAllReady(t, o, maps)
		o.settle(t, n)
		if name != "many maps" {
			perMap := (o.heap(t) - without) / n
			t.Logf("the operator keeps %d bytes for each map", perMap)
			if perMap > maxBytesPerMap {
				t.Errorf("the operator keeps %d bytes for each map, want at most %d", perMap, maxBytesPerMap)
			}
		}
		revoke(t, o, ready(t, o, "one-more"), "chris")
		o.stop(t)
	}
}

// maxBytesPerMap is what an operator may keep in memory of a map like typicalMap, which has 7 outputs. It keeps 12 KB, give
// or take half a kilobyte by what the operator without maps happens to have in use.
const maxBytesPerMap = 13 << 10

// typicalMap has 2 customers, 3 groups of end users and a product owner, each with two handles.
func typicalMap(namespace, name string) *v1alpha1.StakeholderMap {
	m := suite.NewMap(namespace, name)
	m.Spec.Customers, m.Spec.EndUsers = nil, nil
	party := func(name string, subject v1alpha1.Subject) v1alpha1.Party {
		return v1alpha1.Party{Name: name, DisplayName: "The " + name, Subjects: []v1alpha1.Subject{subject}, Handles: handlesOf(name)}
	}
	for i := range 2 {
		customer := fmt.Sprintf("customer-%d", i)
		m.Spec.Customers = append(m.Spec.Customers, v1alpha1.Customer{Party: party(customer, suite.Users(customer + "@acme.example")[0])})
	}
	for i := range 3 {
		users := fmt.Sprintf("users-%d", i)
		m.Spec.EndUsers = append(m.Spec.EndUsers, v1alpha1.EndUser{Party: party(users, v1alpha1.Subject{Kind: v1alpha1.SubjectGroup, Name: "acme:" + users})})
	}
	m.Spec.ProductOwner.Handles = handlesOf("owner")
	return m
}

func handlesOf(name string) []v1alpha1.Handle {
	return []v1alpha1.Handle{{System: "email", Value: name + "@acme.example"}, {System: "slack", Value: "#" + name}}
}

// waitAllReady waits until all of the maps are ready at the same time.
func waitAllReady(t *testing.T, o *operator, maps []*v1alpha1.StakeholderMap) {
	t.Helper()
	// One after the other: repeated lists of all of them would use more of the machine than the operator gets.
	awaitReady(t, o, maps)
	o.eventually(t, "all maps are ready", func() error {
		var all v1alpha1.StakeholderMapList
		if err := env.Admin.List(t.Context(), &all); err != nil {
			return err
		}
		ready := make(map[types.UID]bool)
		for i := range all.Items {
			ready[all.Items[i].UID] = meta.IsStatusConditionTrue(all.Items[i].Status.Conditions, v1alpha1.ConditionReady)
		}
		for _, m := range maps {
			if !ready[m.UID] {
				return fmt.Errorf("%s/%s is not", m.Namespace, m.Name)
			}
		}
		return nil
	})
}

// TestManyCopies uses small maps whose tables are as large as the CRD allows, each copied into as many namespaces as a
// map can name.
func TestManyCopies(t *testing.T) {
	const maps, targets = 4, 64
	startCluster(t, controlplane.Options{})
	namespace := env.NewNamespace(t)
	targetNames := make([]string, targets)
	inParallel(t, targets, func(i int) error {
		targetNames[i] = fmt.Sprintf("%s-%d", namespace, i)
		return env.Admin.Create(t.Context(), &corev1.Namespace{ObjectMeta: metav1.ObjectMeta{
			Name: targetNames[i], Annotations: map[string]string{v1alpha1.AcceptMapsFrom: namespace},
		}})
	})
	o := start(t, "many copies")
	all := make([]*v1alpha1.StakeholderMap, maps)
	inParallel(t, maps, func(i int) error {
		all[i] = largestMap("names")
		all[i].Namespace, all[i].Name = namespace, fmt.Sprintf("map-%d", i)
		all[i].Spec.TargetNamespaces.Names = targetNames
		return env.Admin.Create(t.Context(), all[i])
	})
	defer env.DeleteMaps(t)
	awaitReady(t, o, all)
	size := 0
	for key, value := range env.TableIn(t, all[0], targetNames[0]) {
		size += len(key) + len(value)
	}
	if size < 550_000 {
		t.Errorf("a copy has %d bytes only", size)
	}
	revoke(t, o, all[0], "chris")
}

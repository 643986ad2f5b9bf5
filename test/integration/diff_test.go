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

package integration

import (
	"encoding/json"
	"fmt"
	"maps"
	"path/filepath"
	"slices"
	"testing"

	"golang.org/x/sync/errgroup"
	authorizationv1 "k8s.io/api/authorization/v1"
	rbacv1 "k8s.io/api/rbac/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"sigs.k8s.io/controller-runtime/pkg/client"

	"github.com/stakeholders-dev/stakeholder-operator/api/v1alpha1"
	"github.com/stakeholders-dev/stakeholder-operator/cmd/kubectl-stakeholders/changes"
	"github.com/stakeholders-dev/stakeholder-operator/test/controlplane"
)

// TestDiffInWords edits a map again and again, beside a second map that gives some of the same rights. Before each edit, a
// reviewer, who may list the maps of the namespace and read the routing table, asks the plugin what it changes. Afterwards the API
// server must allow exactly what it allowed before, with what the sentences say that each subject gains, and without what they lose.
func TestDiffInWords(t *testing.T) {
	t.Parallel()
	m := newMap(newUnguardedNamespace(t), "checkout")
	target := consenting(t, m.Namespace)
	m.Spec.Customers = append(m.Spec.Customers, customer("auditors", []string{"budget"}, "nina"))
	m.Spec.Customers[1].Subjects = append(m.Spec.Customers[1].Subjects, v1alpha1.Subject{Kind: v1alpha1.SubjectGroup, Name: "temps"})
	m = createReady(t, m)
	// Carla is a customer of it, eve an end user, and paul the product owner.
	second := newMap(m.Namespace, "billing")
	second.Spec.TargetNamespaces.Names = []string{target}
	createReady(t, second)
	kubeconfig := newReviewer(t, m)
	rights := &rightsOfAll{m: m, target: target}
	before := rights.ask(t)
	for _, next := range []struct {
		name   string
		change func(*v1alpha1.StakeholderMapSpec)
		// reason of the condition Valid afterwards, if the map is invalid.
		invalid v1alpha1.FindingCode
		// keep are the subjects that keep rights by the second map, as the sentences say.
		keep []string
	}{
		{"a subject joins and another leaves", func(s *v1alpha1.StakeholderMapSpec) {
			s.Customers[0].Subjects = users("carla", "chris")
			s.EndUsers[0].Subjects = users("emil")
		}, "", []string{"eve"}},
		{"a party gets more topics, and a topic is new", func(s *v1alpha1.StakeholderMapSpec) {
			s.Customers[1].Topics = []string{"budget", "release", "exception"}
			s.Topics = []v1alpha1.Topic{{Name: "exception", Class: v1alpha1.ClassApproval, To: []v1alpha1.Role{v1alpha1.RoleCustomer, v1alpha1.RoleProductOwner}}}
		}, "", nil},
		{"a target namespace takes part", func(s *v1alpha1.StakeholderMapSpec) { s.TargetNamespaces.Names = []string{target} }, "", nil},
		{"an invalid map: chris leaves, and olga gains nothing", func(s *v1alpha1.StakeholderMapSpec) {
			s.Customers[0].Subjects = users("carla", "paul")
			s.Customers[1].Subjects = append(s.Customers[1].Subjects, users("olga")...)
		}, v1alpha1.ProductOwnerIsCustomer, nil},
		{"it is repaired", func(s *v1alpha1.StakeholderMapSpec) { s.Customers[0].Subjects = users("carla") }, "", nil},
		{"a topic goes to others, and a party leaves", func(s *v1alpha1.StakeholderMapSpec) {
			s.Customers = s.Customers[:1]
			s.Topics = append(s.Topics, v1alpha1.Topic{Name: "release", Class: v1alpha1.ClassApproval, To: []v1alpha1.Role{v1alpha1.RoleProductOwner}})
		}, "", nil},
		{"the target namespace takes part only in the second map", func(s *v1alpha1.StakeholderMapSpec) {
			s.TargetNamespaces = v1alpha1.TargetNamespaces{}
		}, "", []string{"carla", "paul"}},
		{"all subjects are others", func(s *v1alpha1.StakeholderMapSpec) {
			s.Customers[0].Subjects, s.EndUsers[0].Subjects, s.ProductOwner.Subjects = users("chris"), users("olga"), users("nina")
		}, "", []string{"carla", "paul"}},
	} {
		edited := get(t, m.Namespace, m.Name, &v1alpha1.StakeholderMap{})
		next.change(&edited.Spec)
		said := diffInWords(t, edited, kubeconfig)
		edit(t, m, next.change)
		if next.invalid != "" {
			waitFor(t, m, v1alpha1.ConditionValid, metav1.ConditionFalse, string(next.invalid))
		} else {
			waitReady(t, m)
		}
		want := maps.Clone(before)
		var keep []string
		for i := range said {
			applyChange(t, want, &said[i])
			if len(said[i].Keeps) > 0 {
				keep = append(keep, said[i].Subject.Name)
			}
		}
		if !slices.Equal(keep, next.keep) {
			t.Errorf("%s: the sentences say that %q keep rights, want %q", next.name, keep, next.keep)
		}
		if maps.Equal(want, before) {
			t.Errorf("%s: no sentence is about a right", next.name)
		}
		controlplane.Eventually(t, patience, next.name+": the API server allows what the sentences say", func() error {
			now := rights.ask(t)
			if missing, more := minus(want, now), minus(now, want); len(missing)+len(more) > 0 {
				return fmt.Errorf("it does not allow %q, and allows %q, too", missing, more)
			}
			return nil
		})
		before = want
	}
}

// newReviewer makes a user who may list the maps of a namespace and read the routing table of one, and returns their kubeconfig.
func newReviewer(t *testing.T, m *v1alpha1.StakeholderMap) string {
	t.Helper()
	meta := metav1.ObjectMeta{Namespace: m.Namespace, Name: "reviewer"}
	create(t, &rbacv1.Role{ObjectMeta: meta, Rules: []rbacv1.PolicyRule{
		{APIGroups: []string{"stakeholders.dev"}, Resources: []string{"stakeholdermaps"}, Verbs: []string{"get", "list"}},
		{APIGroups: []string{""}, Resources: []string{"configmaps"}, ResourceNames: []string{m.Name + "-routing"}, Verbs: []string{"get"}},
	}})
	create(t, &rbacv1.RoleBinding{
		ObjectMeta: meta, RoleRef: rbacv1.RoleRef{APIGroup: rbacv1.GroupName, Kind: "Role", Name: meta.Name},
		Subjects: []rbacv1.Subject{{APIGroup: rbacv1.GroupName, Kind: rbacv1.UserKind, Name: meta.Name}},
	})
	wantMay(t, true, meta.Name, "get", m, "")
	kubeconfig := filepath.Join(t.TempDir(), meta.Name)
	if err := env.Plane.UserKubeconfig(kubeconfig, m.Namespace, meta.Name); err != nil {
		t.Fatal(err)
	}
	return kubeconfig
}

// diffInWords returns what the plugin says that an edit changes.
func diffInWords(t *testing.T, edited *v1alpha1.StakeholderMap, kubeconfig string) []changes.Change {
	t.Helper()
	out, errOut, code := env.Plugin(t, []client.Object{edited}, "diff", "-f", "-", "-o", "json", "--kubeconfig", kubeconfig)
	if code != 1 {
		t.Fatalf("diff ends with %d: %s%s", code, out, errOut)
	}
	report := &changes.Report{}
	if err := json.Unmarshal(out, report); err != nil {
		t.Fatal(err)
	}
	return report.Changes
}

// entitlement is a right of a subject.
type entitlement struct {
	who  changes.Subject
	what changes.Right
}

func applyChange(t *testing.T, set map[entitlement]bool, change *changes.Change) {
	t.Helper()
	for _, right := range change.Gains {
		e := entitlement{*change.Subject, right}
		if set[e] {
			t.Fatalf("%s, and %v is there", change.Text, e)
		}
		set[e] = true
	}
	for _, right := range change.Loses {
		e := entitlement{*change.Subject, right}
		if !set[e] {
			t.Fatalf("%s, and %v is not there", change.Text, e)
		}
		delete(set, e)
	}
}

func minus(a, b map[entitlement]bool) []string {
	var out []string
	for e := range a {
		if !b[e] {
			out = append(out, fmt.Sprint(e))
		}
	}
	slices.Sort(out)
	return out
}

// rightsOfAll asks the API server about all subjects of a test, with all rights that a map can give.
type rightsOfAll struct {
	m      *v1alpha1.StakeholderMap
	target string
}

func (r *rightsOfAll) ask(t *testing.T) map[entitlement]bool {
	t.Helper()
	subjects := []changes.Subject{{Kind: "Group", Name: "temps"}}
	for _, name := range []string{"carla", "chris", "nina", "eve", "emil", "paul", "olga"} {
		subjects = append(subjects, changes.Subject{Kind: "User", Name: name})
	}
	all := r.all(t)
	allowed := make([]map[entitlement]bool, len(subjects))
	group, ctx := errgroup.WithContext(t.Context())
	for i, subject := range subjects {
		allowed[i] = make(map[entitlement]bool)
		group.Go(func() error {
			for _, right := range all {
				review := reviewOf(subject, right)
				if err := env.Admin.Create(ctx, review); err != nil {
					return err
				}
				if review.Status.Allowed {
					allowed[i][entitlement{subject, right}] = true
				}
			}
			return nil
		})
	}
	if err := group.Wait(); err != nil {
		t.Fatal(err)
	}
	out := make(map[entitlement]bool)
	for _, set := range allowed {
		maps.Copy(out, set)
	}
	return out
}

// all lists the rights: every verb on every topic, on the map, and on requests, and every role in the target namespace.
func (r *rightsOfAll) all(t *testing.T) []changes.Right {
	t.Helper()
	topics := []string{"exception"}
	for _, topic := range tableOf(t, r.m).Topics {
		topics = append(topics, topic.Name)
	}
	slices.Sort(topics)
	var out []changes.Right
	for _, topic := range slices.Compact(topics) {
		for _, verb := range []string{"approve", "request", "triage"} {
			out = append(out, changes.Right{Verb: verb, Resource: "stakeholdermaps", Topic: topic, Namespace: r.m.Namespace, Map: r.m.Name})
		}
	}
	out = append(out, changes.Right{Verb: "get", Resource: "stakeholdermaps", Namespace: r.m.Namespace, Map: r.m.Name})
	for _, verb := range []string{"get", "list", "watch", "patch", "create"} {
		out = append(out, changes.Right{Verb: verb, Resource: "stakeholderrequests", Namespace: r.m.Namespace})
	}
	for role := range memberships {
		out = append(out, changes.Right{Role: role, Namespace: r.target})
	}
	return out
}

// memberships has what each role may act as in a target namespace.
var memberships = map[string]string{"customer": "customers", "end-user": "endusers", "product-owner": "productowners"}

func reviewOf(subject changes.Subject, right changes.Right) *authorizationv1.SubjectAccessReview {
	attributes := &authorizationv1.ResourceAttributes{
		Namespace: right.Namespace, Verb: right.Verb, Group: "stakeholders.dev", Resource: right.Resource, Subresource: right.Topic, Name: right.Map,
	}
	if right.Role != "" {
		attributes.Verb, attributes.Resource = "act-as", memberships[right.Role]
	}
	spec := authorizationv1.SubjectAccessReviewSpec{User: subject.Name, ResourceAttributes: attributes}
	if subject.Kind == "Group" {
		spec.User, spec.Groups = "a-member", []string{subject.Name}
	}
	return &authorizationv1.SubjectAccessReview{Spec: spec}
}

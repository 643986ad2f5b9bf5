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
	"slices"
	"strings"
	"testing"
	"time"

	authorizationv1 "k8s.io/api/authorization/v1"
	rbacv1 "k8s.io/api/rbac/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/types"
	"sigs.k8s.io/controller-runtime/pkg/client"

	"github.com/stakeholders-dev/stakeholder-operator/api/v1alpha1"
	"github.com/stakeholders-dev/stakeholder-operator/controllers/approvals"
	"github.com/stakeholders-dev/stakeholder-operator/test/controlplane"
)

// image is a subject as pipelines have it.
const image = "registry.example/shop/checkout@sha256:0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef"

// approve makes a request about a map that was approved, for some time or, if that is 0, until it is deleted. The administrator
// writes its status, so that the test needs no user who answers.
func approve(t *testing.T, m *v1alpha1.StakeholderMap, topic, subject string, validFor time.Duration) *v1alpha1.StakeholderRequest {
	t.Helper()
	return approveAt(t, m, topic, subject, time.Now(), validFor)
}

// approveAt is approve for a request that was decided at some time.
func approveAt(t *testing.T, m *v1alpha1.StakeholderMap, topic, subject string, at time.Time, validFor time.Duration) *v1alpha1.StakeholderRequest {
	t.Helper()
	r := &v1alpha1.StakeholderRequest{
		ObjectMeta: metav1.ObjectMeta{Namespace: m.Namespace, GenerateName: m.Name + "-"},
		Spec:       v1alpha1.StakeholderRequestSpec{Map: m.Name, Topic: topic, Subject: subject, Title: "May it go out?", RequestedBy: "admin"},
	}
	create(t, r)
	status := map[string]any{"outcome": "Approved", "mapUID": m.UID, "decidedAt": metav1.NewTime(at)}
	if validFor > 0 {
		status["validUntil"] = metav1.NewTime(time.Now().Add(validFor).Truncate(time.Second))
	}
	content, err := json.Marshal(map[string]any{"status": status})
	if err != nil {
		t.Fatal(err)
	}
	if err := env.Admin.Status().Patch(t.Context(), r, client.RawPatch(types.MergePatchType, content)); err != nil {
		t.Fatal(err)
	}
	return r
}

// mayUse says whether a user who is in no map may use what was approved for a topic, in a namespace.
func mayUse(t *testing.T, namespace, topic, subject string) bool {
	t.Helper()
	review := &authorizationv1.SubjectAccessReview{Spec: authorizationv1.SubjectAccessReviewSpec{
		User: "anybody", Groups: []string{"system:authenticated"},
		ResourceAttributes: &authorizationv1.ResourceAttributes{
			Namespace: namespace, Verb: "use", Group: "stakeholders.dev", Resource: "stakeholderrequests", Subresource: topic, Name: subject,
		},
	}}
	create(t, review)
	return review.Status.Allowed
}

func waitUsable(t *testing.T, want bool, topic, subject string, namespaces ...string) {
	t.Helper()
	for _, namespace := range namespaces {
		controlplane.Eventually(t, patience, fmt.Sprintf("%s of %s may be used in %s: %t", subject, topic, namespace, want), func() error {
			if got := mayUse(t, namespace, topic, subject); got != want {
				return fmt.Errorf("the API server says %t", got)
			}
			return nil
		})
	}
}

func approvedName(m *v1alpha1.StakeholderMap) string {
	return "stakeholders:target:" + m.Namespace + ":" + m.Name + ":approved"
}

// wantNothingOpens fails if a Role or a RoleBinding that opens approvals of a map is in one of some namespaces.
func wantNothingOpens(t *testing.T, m *v1alpha1.StakeholderMap, namespaces ...string) {
	t.Helper()
	for _, namespace := range namespaces {
		for _, object := range []client.Object{&rbacv1.Role{}, &rbacv1.RoleBinding{}} {
			object.SetNamespace(namespace)
			object.SetName(approvedName(m))
			env.WaitGone(t, object)
		}
	}
}

// TestApprovalIsOpen : what is approved may be used by everyone who has signed in, in the map's namespace and in its target
// namespaces, exactly that and no longer than the approval says.
func TestApprovalIsOpen(t *testing.T) {
	t.Parallel()
	home := newNamespace(t)
	target, other := consenting(t, home), newNamespace(t)
	m := newMap(home, "checkout")
	m.Spec.TargetNamespaces.Names = []string{target}
	m = createReady(t, m)
	waitUsable(t, false, "release", image, home, target)
	wantNothingOpens(t, m, home, target)

	forever := approve(t, m, "release", image, 0)
	waitUsable(t, true, "release", image, home, target)
	for what, no := range map[string]bool{
		"another image":             mayUse(t, home, "release", image[:len(image)-1]),
		"every image":               mayUse(t, home, "release", ""),
		"another topic":             mayUse(t, home, "budget", image),
		"in a namespace of its own": mayUse(t, other, "release", image),
	} {
		if no {
			t.Errorf("%s may be used", what)
		}
	}
	waitUsable(t, false, "release", image, other)

	short := "registry.example/shop/checkout:1.5"
	approve(t, m, "release", short, 4*time.Second)
	waitUsable(t, true, "release", short, home, target)
	waitUsable(t, false, "release", short, home, target)
	waitUsable(t, true, "release", image, home, target)

	checkDrift(t, m, home, target)

	patchNamespace(t, target, `{"metadata":{"annotations":{"stakeholders.dev/accept-maps-from":""}}}`)
	waitUsable(t, false, "release", image, target)
	wantNothingOpens(t, m, target)
	waitUsable(t, true, "release", image, home)
	patchNamespace(t, target, `{"metadata":{"annotations":{"stakeholders.dev/accept-maps-from":"`+home+`"}}}`)
	waitUsable(t, true, "release", image, target)

	env.Delete(t, forever)
	waitUsable(t, false, "release", image, home, target)
	wantNothingOpens(t, m, home, target)

	approve(t, m, "release", image, 0)
	waitUsable(t, true, "release", image, home, target)
	env.Delete(t, m)
	waitUsable(t, false, "release", image, home, target)
	env.WaitGone(t, m)
	wantNothingOpens(t, m, home, target)
	// The approval is of the map that was deleted, and opens nothing for another one of its name.
	again := newMap(home, m.Name)
	again.Spec.TargetNamespaces.Names = []string{target}
	createReady(t, again)
	waitUsable(t, false, "release", image, home, target)
	wantNothingOpens(t, m, home, target)
}

// checkDrift changes what opens an approval in the map's namespace and in a target namespace, and waits until it is put right.
func checkDrift(t *testing.T, m *v1alpha1.StakeholderMap, home, target string) {
	t.Helper()
	for _, namespace := range []string{home, target} {
		role := get(t, namespace, approvedName(m), &rbacv1.Role{})
		role.Rules[0].ResourceNames = append(role.Rules[0].ResourceNames, "forged")
		if err := env.Admin.Update(t.Context(), role); err != nil {
			t.Fatal(err)
		}
		binding := get(t, namespace, approvedName(m), &rbacv1.RoleBinding{})
		if err := env.Admin.Delete(t.Context(), binding); err != nil {
			t.Fatal(err)
		}
		controlplane.Eventually(t, patience, "the Role is put right in "+namespace, func() error {
			if names := get(t, namespace, approvedName(m), &rbacv1.Role{}).Rules[0].ResourceNames; !slices.Equal(names, []string{image}) {
				return fmt.Errorf("it opens %v", names)
			}
			return nil
		})
	}
	waitUsable(t, false, "release", "forged", home, target)
	waitUsable(t, true, "release", image, home, target)
	// A roleRef cannot be changed, so it is made anew.
	binding := get(t, target, approvedName(m), &rbacv1.RoleBinding{})
	binding.RoleRef = rbacv1.RoleRef{APIGroup: rbacv1.GroupName, Kind: "ClusterRole", Name: "view"}
	swap(t, binding)
	waitUsable(t, true, "release", image, target)
}

// TestNothingToDoForApprovals : what is open causes no request when its map is reconciled again.
func TestNothingToDoForApprovals(t *testing.T) {
	t.Parallel()
	home := newNamespace(t)
	target := consenting(t, home)
	m := newMap(home, "checkout")
	m.Spec.TargetNamespaces.Names = []string{target}
	m = createReady(t, m)
	approve(t, m, "release", image, 0)
	waitUsable(t, true, "release", image, home, target)
	since := auditMark(t)
	// The map is reconciled for the namespace, and before the next approval is opened.
	patchNamespace(t, target, `{"metadata":{"annotations":{"stakeholders.dev/accept-maps-from":"*"}}}`)
	second := approve(t, m, "budget", "2027", 0)
	waitUsable(t, true, second.Spec.Topic, second.Spec.Subject, home, target)
	made := requests(t, since, func(e controlplane.AuditEvent) bool {
		return (e.Namespace == home || e.Namespace == target) && e.Resource != "stakeholderrequests" && e.Resource != "events"
	})
	// One write in each namespace, and a look at the map and at the consent.
	writes := slices.DeleteFunc(slices.Clone(made), func(r string) bool { return strings.HasPrefix(r, "get ") })
	slices.Sort(writes)
	if want := []string{"patch roles " + approvedName(m), "patch roles " + approvedName(m)}; !slices.Equal(writes, want) {
		t.Errorf("the writes are %v, want %v", writes, want)
	}
}

// TestMostApprovals : the most recent 256 approvals of a map are open, with the longest subjects, and each takes the place of an
// older one.
func TestMostApprovals(t *testing.T) {
	t.Parallel()
	home := newNamespace(t)
	m := createReady(t, newMap(home, "checkout"))
	start := time.Now().Add(-time.Hour)
	subject := func(i int) string { return fmt.Sprintf("%0512d", i) }
	for i := range approvals.Max {
		approveAt(t, m, "release", subject(i), start.Add(time.Duration(i)*time.Second), 0)
	}
	wantOpen := func(first int) {
		t.Helper()
		controlplane.Eventually(t, patience, "the most recent approvals are open", func() error {
			role := &rbacv1.Role{}
			if err := env.Admin.Get(t.Context(), client.ObjectKey{Namespace: home, Name: approvedName(m)}, role); err != nil {
				return err
			}
			names := role.Rules[0].ResourceNames
			if len(names) != approvals.Max || names[0] != subject(first) || names[len(names)-1] != subject(first+approvals.Max-1) {
				return fmt.Errorf("%d are open, the first is %s", len(names), strings.TrimLeft(names[0], "0"))
			}
			return nil
		})
	}
	wantOpen(0)
	approveAt(t, m, "release", subject(approvals.Max), start.Add(time.Hour/2), 0)
	wantOpen(1)
	waitUsable(t, true, "release", subject(approvals.Max), home)
	waitUsable(t, false, "release", subject(0), home)
	waitReady(t, m)
}

// TestRightsOnRequests : all users that the map asks about something may read and answer requests in its namespace, and users who may
// request may make them.
func TestRightsOnRequests(t *testing.T) {
	t.Parallel()
	home := newNamespace(t)
	target := consenting(t, home)
	m := newMap(home, "checkout")
	m.Spec.Customers = append(m.Spec.Customers, customer("consulted", []string{"retrospective"}, "connie"))
	m.Spec.DevelopmentTeam = v1alpha1.DevelopmentTeam{Subjects: users("dave")}
	m.Spec.TargetNamespaces.Names = []string{target}
	createReady(t, m)
	allowed := func(user, namespace, verb, subresource string) bool {
		review := &authorizationv1.SubjectAccessReview{Spec: authorizationv1.SubjectAccessReviewSpec{
			User: user, ResourceAttributes: &authorizationv1.ResourceAttributes{
				Namespace: namespace, Verb: verb, Group: "stakeholders.dev", Resource: "stakeholderrequests", Subresource: subresource,
			},
		}}
		create(t, review)
		return review.Status.Allowed
	}
	answer := []string{"get", "list", "patch", "watch"}
	for user, want := range map[string][]string{
		"carla": answer, "connie": answer, "paul": answer, "eve": {"create", "get", "list", "patch", "watch"}, "dave": nil, "stranger": nil,
	} {
		controlplane.Eventually(t, patience, user+" has their rights on requests", func() error {
			var got []string
			for _, verb := range []string{"ask", "create", "delete", "deletecollection", "get", "list", "patch", "update", "use", "watch"} {
				if allowed(user, home, verb, "") {
					got = append(got, verb)
				}
			}
			if !slices.Equal(got, want) {
				return fmt.Errorf("the rights are %v, want %v", got, want)
			}
			return nil
		})
		if allowed(user, home, "patch", "status") || allowed(user, home, "use", "release") || allowed(user, target, "get", "") || allowed(user, target, "patch", "") {
			t.Errorf("%s may write a status, use what no party has approved, or read or answer requests in a target namespace", user)
		}
	}
	wantMay(t, false, "connie", "get", m, "")
	if got := holdersIn(t, m, target); !slices.Equal(got, everybody) {
		t.Errorf("in the target namespace %v have rights, want %v", got, everybody)
	}
}

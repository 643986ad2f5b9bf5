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

package suite

import (
	"context"
	"fmt"
	"testing"
	"time"

	authorizationv1 "k8s.io/api/authorization/v1"
	rbacv1 "k8s.io/api/rbac/v1"
	"k8s.io/apimachinery/pkg/api/meta"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/client-go/rest"
	"k8s.io/client-go/util/retry"
	"sigs.k8s.io/controller-runtime/pkg/client"

	"github.com/stakeholders-dev/stakeholder-operator/api/v1alpha1"
	"github.com/stakeholders-dev/stakeholder-operator/controllers/admissionpolicy"
	"github.com/stakeholders-dev/stakeholder-operator/test/controlplane"
)

// Masters is a group whose members may do everything. Admission still holds them to their own names.
const Masters = "system:masters"

// Asker is the user who asks in tests. Editor lets them.
const Asker = "ann"

// Editor lets Asker work in a namespace.
func Editor(namespace string) *rbacv1.RoleBinding {
	return &rbacv1.RoleBinding{
		ObjectMeta: metav1.ObjectMeta{Namespace: namespace, Name: "editor"},
		RoleRef:    rbacv1.RoleRef{APIGroup: rbacv1.GroupName, Kind: "ClusterRole", Name: "edit"},
		Subjects:   []rbacv1.Subject{{APIGroup: rbacv1.GroupName, Kind: "User", Name: Asker}},
	}
}

// As returns a client of a user, who is in some groups.
func (s *Suite) As(t testing.TB, user string, groups ...string) client.Client {
	t.Helper()
	config := rest.CopyConfig(s.Plane.Config)
	config.Impersonate = rest.ImpersonationConfig{UserName: user, Groups: append(groups, "system:authenticated")}
	// Each client would ask the API server for the resources that it serves.
	c, err := client.New(config, client.Options{Scheme: s.Admin.Scheme(), Mapper: s.Admin.RESTMapper()})
	if err != nil {
		t.Fatal(err)
	}
	return c
}

// WaitRequestPolicy waits until the admission policy of requests has been in force for so long that a request made now is certainly
// younger.
func (s *Suite) WaitRequestPolicy(ctx context.Context) error {
	checker := &admissionpolicy.Checker{Cache: s.Admin, Live: s.Admin}
	return controlplane.WaitFor(ctx, Patience, "the admission policy of requests is old enough", func() error {
		since, err := checker.ChangedAt(ctx)
		if err != nil {
			return err
		}
		if age := time.Since(since); age <= admissionpolicy.Settles+time.Second {
			return fmt.Errorf("it was changed %s ago", age)
		}
		return nil
	})
}

// WaitAuthorsChecked is WaitRequestPolicy for a test.
func (s *Suite) WaitAuthorsChecked(t testing.TB) {
	t.Helper()
	if err := s.WaitRequestPolicy(context.WithoutCancel(t.Context())); err != nil {
		t.Fatal(err)
	}
}

// NewRequest is a request of Asker about a topic of a map, not created yet.
func NewRequest(m *v1alpha1.StakeholderMap, name, topic string) *v1alpha1.StakeholderRequest {
	return &v1alpha1.StakeholderRequest{
		ObjectMeta: metav1.ObjectMeta{Namespace: m.Namespace, Name: name},
		Spec:       v1alpha1.StakeholderRequestSpec{Map: m.Name, Topic: topic, Title: "Release 1.4", RequestedBy: Asker},
	}
}

// Ask makes a request, as the user that it names.
func (s *Suite) Ask(t testing.TB, r *v1alpha1.StakeholderRequest) {
	t.Helper()
	user := r.Spec.RequestedBy
	controlplane.Eventually(t, Patience, "the API server knows the rights of "+user, func() error { return s.As(t, user).Create(t.Context(), r) })
}

// Answer writes the answer of a user, as that user, who is in some groups and answers for them.
func (s *Suite) Answer(t testing.TB, r *v1alpha1.StakeholderRequest, user string, verdict v1alpha1.Verdict, groups ...string) {
	t.Helper()
	c := s.As(t, user, groups...)
	controlplane.Eventually(t, Patience, user+" answers", func() error {
		return TryAnswer(t.Context(), c, r, v1alpha1.Response{By: user, Verdict: verdict, Groups: groups})
	})
}

// TryAnswer writes an answer as the user of a client, who can be another one than it names. It tries again if another writer was faster.
func TryAnswer(ctx context.Context, c client.Client, r *v1alpha1.StakeholderRequest, answer v1alpha1.Response) error {
	return retry.RetryOnConflict(retry.DefaultBackoff, func() error {
		is := &v1alpha1.StakeholderRequest{}
		if err := c.Get(ctx, client.ObjectKeyFromObject(r), is); err != nil {
			return err
		}
		before := is.DeepCopy()
		is.Spec.Responses = withAnswer(is.Spec.Responses, answer)
		return c.Patch(ctx, is, client.MergeFromWithOptions(before, client.MergeFromWithOptimisticLock{}))
	})
}

// withAnswer puts an answer in the place of the one of the same person, or after the others.
func withAnswer(answers []v1alpha1.Response, answer v1alpha1.Response) []v1alpha1.Response {
	for i := range answers {
		if answers[i].By == answer.By {
			answers[i] = answer
			return answers
		}
	}
	return append(answers, answer)
}

// WaitRequest waits until the operator has seen a request as it is, and its status is as wanted.
func (s *Suite) WaitRequest(
	t testing.TB, r *v1alpha1.StakeholderRequest, what string, ok func(*v1alpha1.StakeholderRequestStatus) bool,
) *v1alpha1.StakeholderRequest {
	t.Helper()
	var is *v1alpha1.StakeholderRequest
	controlplane.Eventually(t, Patience, what, func() error {
		is = Get(t, s, r.Namespace, r.Name, &v1alpha1.StakeholderRequest{})
		if is.Status.ObservedGeneration != is.Generation || !ok(&is.Status) {
			return fmt.Errorf("generation %d, status %+v", is.Generation, is.Status)
		}
		return nil
	})
	return is
}

// WaitOutcome waits until a request has an outcome.
func (s *Suite) WaitOutcome(t testing.TB, r *v1alpha1.StakeholderRequest, want v1alpha1.Outcome) *v1alpha1.StakeholderRequest {
	t.Helper()
	return s.WaitRequest(t, r, "the outcome is "+string(want), func(s *v1alpha1.StakeholderRequestStatus) bool { return s.Outcome == want })
}

// WaitRequestCondition waits until a condition of a request has a status and a reason.
func (s *Suite) WaitRequestCondition(
	t testing.TB, r *v1alpha1.StakeholderRequest, condition string, status metav1.ConditionStatus, reason string,
) *v1alpha1.StakeholderRequest {
	t.Helper()
	return s.WaitRequest(t, r, condition+" is "+string(status)+", "+reason, func(s *v1alpha1.StakeholderRequestStatus) bool {
		c := meta.FindStatusCondition(s.Conditions, condition)
		return c != nil && c.Status == status && c.Reason == reason
	})
}

// MayUse asks the API server whether a subject is open in a namespace, for a user who has no other right.
func (s *Suite) MayUse(t testing.TB, namespace, topic, subject string) bool {
	t.Helper()
	review := &authorizationv1.SubjectAccessReview{Spec: authorizationv1.SubjectAccessReviewSpec{
		User: "anybody", Groups: []string{"system:authenticated"},
		ResourceAttributes: &authorizationv1.ResourceAttributes{
			Namespace: namespace, Verb: "use", Group: "stakeholders.dev", Resource: "stakeholderrequests", Subresource: topic, Name: subject,
		},
	}}
	s.Create(t, review)
	return review.Status.Allowed
}

// WaitOpen waits until a subject is open in exactly these of some namespaces.
func (s *Suite) WaitOpen(t testing.TB, topic, subject string, want map[string]bool) {
	t.Helper()
	controlplane.Eventually(t, Patience, fmt.Sprintf("%s is open: %v", subject, want), func() error {
		for namespace, open := range want {
			if s.MayUse(t, namespace, topic, subject) != open {
				return fmt.Errorf("in %s it is open: %t", namespace, !open)
			}
		}
		return nil
	})
}

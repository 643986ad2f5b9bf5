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

package admissionpolicy_test

import (
	"context"
	"errors"
	"testing"
	"time"

	admissionregistrationv1 "k8s.io/api/admissionregistration/v1"
	apierrors "k8s.io/apimachinery/pkg/api/errors"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/runtime"
	"k8s.io/apimachinery/pkg/runtime/schema"
	"k8s.io/apimachinery/pkg/types"
	testingclock "k8s.io/utils/clock/testing"
	"sigs.k8s.io/controller-runtime/pkg/client"
	"sigs.k8s.io/controller-runtime/pkg/client/fake"
	"sigs.k8s.io/controller-runtime/pkg/client/interceptor"

	"github.com/stakeholders-dev/stakeholder-operator/api/v1alpha1"
	"github.com/stakeholders-dev/stakeholder-operator/controllers/admissionpolicy"
	"github.com/stakeholders-dev/stakeholder-operator/controllers/decide"
)

// installed is when the policy was installed, and now is an hour later.
var (
	installed = time.Date(2026, 5, 1, 12, 0, 0, 0, time.UTC)
	now       = installed.Add(time.Hour)
)

// cluster has the policy and its binding, and says what the API server answers to a dry run.
type cluster struct {
	client.Client

	t       *testing.T
	clock   *testingclock.FakePassiveClock
	checker *admissionpolicy.Checker
	answer  error
	probes  int
	// managed says who has changed the policy, which the fake client does not keep.
	managed []metav1.ManagedFieldsEntry
}

// refusal is how the API server answers if a policy refuses a write.
func refusal(policy string) error {
	return apierrors.NewForbidden(schema.GroupResource{Resource: "stakeholderrequests"}, "r",
		errors.New("ValidatingAdmissionPolicy '"+policy+"' with binding '"+policy+"' denied request: NotYourName: …"))
}

func newCluster(t *testing.T) *cluster {
	t.Helper()
	scheme := runtime.NewScheme()
	if err := errors.Join(admissionregistrationv1.AddToScheme(scheme), v1alpha1.AddToScheme(scheme)); err != nil {
		t.Fatal(err)
	}
	meta := metav1.ObjectMeta{
		Name: "acme-request-authors", Labels: map[string]string{admissionpolicy.Label: admissionpolicy.LabelValue}, Generation: 1,
		CreationTimestamp: metav1.NewTime(installed),
	}
	policy, binding := &admissionregistrationv1.ValidatingAdmissionPolicy{ObjectMeta: meta}, &admissionregistrationv1.ValidatingAdmissionPolicyBinding{ObjectMeta: meta}
	policy.UID, binding.UID = "policy", "binding"
	c := &cluster{t: t, clock: testingclock.NewFakePassiveClock(now), answer: refusal(meta.Name)}
	c.Client = fake.NewClientBuilder().WithScheme(scheme).WithObjects(policy, binding).WithInterceptorFuncs(interceptor.Funcs{
		Patch: func(_ context.Context, _ client.WithWatch, object client.Object, _ client.Patch, options ...client.PatchOption) error {
			if _, probed := object.(*v1alpha1.StakeholderRequest); !probed {
				t.Errorf("a %T is written", object)
			}
			var o client.PatchOptions
			o.ApplyOptions(options)
			if len(o.DryRun) == 0 {
				t.Error("it is no dry run")
			}
			c.probes++
			return c.answer
		},
		Get: func(ctx context.Context, stored client.WithWatch, key client.ObjectKey, object client.Object, options ...client.GetOption) error {
			err := stored.Get(ctx, key, object, options...)
			object.SetManagedFields(c.managed)
			return err
		},
	}).Build()
	c.checker = &admissionpolicy.Checker{Cache: c, Live: c, Writer: c, Clock: c.clock}
	return c
}

func (c *cluster) check() (decide.Admission, time.Duration, error) { return c.checkIn("payments") }

func (c *cluster) checkIn(namespace string) (decide.Admission, time.Duration, error) {
	r := &v1alpha1.StakeholderRequest{ObjectMeta: metav1.ObjectMeta{Namespace: namespace, Name: "r", UID: "r"}}
	return c.checker.Check(c.t.Context(), r)
}

// revision fails unless the policy is in force, and returns its revision.
func (c *cluster) revision() string {
	c.t.Helper()
	admission, wait, err := c.check()
	if err != nil || wait > 0 || admission.Revision == "" {
		c.t.Fatalf("%+v, wait %s, %v", admission, wait, err)
	}
	return admission.Revision
}

func (c *cluster) policy() *admissionregistrationv1.ValidatingAdmissionPolicy {
	c.t.Helper()
	policy := &admissionregistrationv1.ValidatingAdmissionPolicy{}
	if err := c.Get(c.t.Context(), client.ObjectKey{Name: "acme-request-authors"}, policy); err != nil {
		c.t.Fatal(err)
	}
	return policy
}

// edit changes the policy.
func (c *cluster) edit(change func(*admissionregistrationv1.ValidatingAdmissionPolicy)) {
	c.t.Helper()
	policy := c.policy()
	change(policy)
	if err := c.Update(c.t.Context(), policy); err != nil {
		c.t.Fatal(err)
	}
}

func TestInForce(t *testing.T) {
	t.Parallel()
	c := newCluster(t)
	admission, wait, err := c.check()
	if err != nil || wait > 0 || admission.Revision == "" || !admission.Since.Equal(installed.Add(admissionpolicy.Settles)) {
		t.Errorf("%+v, wait %s, %v", admission, wait, err)
	}
	if known, err := c.checker.Known(t.Context()); err != nil || known != admission.Revision {
		t.Errorf("the cache says %q, %v", known, err)
	}
}

func TestNotInForce(t *testing.T) {
	t.Parallel()
	for name, tc := range map[string]struct {
		reason string
		change func(*cluster)
	}{
		"NoPolicy":  {"it was deleted", func(c *cluster) { c.delete(&admissionregistrationv1.ValidatingAdmissionPolicy{}) }},
		"NoBinding": {"without a binding, the API server does not evaluate it", func(c *cluster) { c.delete(&admissionregistrationv1.ValidatingAdmissionPolicyBinding{}) }},
		"Renamed": {"another policy has taken its name", func(c *cluster) {
			c.edit(func(p *admissionregistrationv1.ValidatingAdmissionPolicy) { p.Labels = nil })
		}},
		"Accepted": {"the API server lets an answer of nobody pass", func(c *cluster) { c.answer = nil }},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			c := newCluster(t)
			tc.change(c)
			if admission, wait, err := c.check(); err != nil || wait > 0 || admission.Revision != "" {
				t.Errorf("%s: %+v, wait %s, %v", tc.reason, admission, wait, err)
			}
		})
	}
}

func (c *cluster) delete(object client.Object) {
	c.t.Helper()
	object.SetName("acme-request-authors")
	if err := c.Delete(c.t.Context(), object); err != nil {
		c.t.Fatal(err)
	}
}

// TestUnknown has the dry run fail for another reason than the policy. That proves nothing.
func TestUnknown(t *testing.T) {
	t.Parallel()
	resource := schema.GroupResource{Resource: "stakeholderrequests"}
	for name, answer := range map[string]error{
		"RBAC":         apierrors.NewForbidden(resource, "r", errors.New("the operator cannot patch")),
		"Other policy": refusal("another-policy"),
		"Gone":         apierrors.NewNotFound(resource, "r"),
		"Timeout":      apierrors.NewTimeoutError("ValidatingAdmissionPolicy 'acme-request-authors' takes too long", 1),
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			c := newCluster(t)
			c.answer = answer
			if admission, _, err := c.check(); err == nil || admission.Revision != "" {
				t.Errorf("%+v, %v", admission, err)
			}
		})
	}
}

// TestRevision is another one after each change that could have let something pass.
func TestRevision(t *testing.T) {
	t.Parallel()
	type policy = admissionregistrationv1.ValidatingAdmissionPolicy
	for name, tc := range map[string]struct {
		reason string
		change func(*policy)
		same   bool
	}{
		"Edited":    {"another spec is another generation", func(p *policy) { p.Generation++ }, false},
		"Recreated": {"another object is another policy", func(p *policy) { p.UID = types.UID("other") }, false},
		"Annotated": {"an annotation changes nothing", func(p *policy) { p.Annotations = map[string]string{"a": "b"} }, true},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			c := newCluster(t)
			before := c.revision()
			c.edit(tc.change)
			if after := c.revision(); after == before != tc.same {
				t.Errorf("%s: %s, before %s", tc.reason, after, before)
			}
		})
	}
}

// TestSettles waits until every API server has read a change.
func TestSettles(t *testing.T) {
	t.Parallel()
	c := newCluster(t)
	c.managed = []metav1.ManagedFieldsEntry{
		{Manager: "kubectl", Time: new(metav1.NewTime(now.Add(-time.Second)))},
		{Manager: "argocd", FieldsV1: metav1.NewFieldsV1(`{"f:metadata":{"f:labels":{}}}`), Time: new(metav1.NewTime(now))},
		{Manager: "kube-controller-manager", Subresource: "status", Time: new(metav1.NewTime(now))},
	}
	if since, err := c.checker.ChangedAt(t.Context()); err != nil || !since.Equal(now.Add(-time.Second)) {
		t.Fatalf("changed at %v, %v", since, err)
	}
	if _, wait, err := c.check(); err != nil || wait != admissionpolicy.Settles-time.Second || c.probes > 0 {
		t.Errorf("wait %s, %v, after %d dry runs", wait, err, c.probes)
	}
	c.clock.SetTime(now.Add(time.Hour))
	c.revision()
}

// TestProofIsKept makes one dry run a minute for each revision.
func TestProofIsKept(t *testing.T) {
	t.Parallel()
	c := newCluster(t)
	c.revision()
	c.revision()
	if c.probes != 1 {
		t.Errorf("%d dry runs", c.probes)
	}
	c.edit(func(p *admissionregistrationv1.ValidatingAdmissionPolicy) { p.Generation++ })
	c.revision()
	c.clock.SetTime(now.Add(time.Minute))
	c.revision()
	if c.probes != 3 {
		t.Errorf("%d dry runs, want another for another revision, and after a minute", c.probes)
	}
	// A binding can leave out a namespace.
	c.answer = nil
	if admission, _, err := c.checkIn("people"); err != nil || admission.Revision != "" {
		t.Errorf("in another namespace: %+v, %v", admission, err)
	}
}

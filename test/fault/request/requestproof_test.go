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

package request

import (
	"context"
	"fmt"
	"strings"
	"testing"

	admissionregistrationv1 "k8s.io/api/admissionregistration/v1"
	eventsv1 "k8s.io/api/events/v1"
	apierrors "k8s.io/apimachinery/pkg/api/errors"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/types"
	"sigs.k8s.io/controller-runtime/pkg/client"

	"github.com/stakeholders-dev/stakeholder-operator/api/v1alpha1"
	"github.com/stakeholders-dev/stakeholder-operator/test/controlplane"
	"github.com/stakeholders-dev/stakeholder-operator/test/controlplane/faultproxy"
	"github.com/stakeholders-dev/stakeholder-operator/test/suite"
)

// cannotDecide waits for an event about the place's request that says why the operator cannot decide.
func (p *place) cannotDecide(t *testing.T, says string) {
	t.Helper()
	controlplane.Eventually(t, suite.Patience, "an event says "+says, func() error {
		var list eventsv1.EventList
		if err := env.Admin.List(t.Context(), &list, client.InNamespace(p.r.Namespace)); err != nil {
			return err
		}
		var notes []string
		for i := range list.Items {
			e := &list.Items[i]
			if e.Regarding.Name != p.r.Name {
				continue
			}
			if e.Reason == "CannotDecide" && strings.Contains(e.Note, says) {
				return nil
			}
			notes = append(notes, e.Reason+": "+e.Note)
		}
		return fmt.Errorf("there are %q", notes)
	})
}

// undecided fails if the operator has taken over an answer.
func (p *place) undecided(t *testing.T) {
	t.Helper()
	is := suite.Get(t, env, p.r.Namespace, p.r.Name, &v1alpha1.StakeholderRequest{})
	if s := is.Status; s.Outcome != v1alpha1.OutcomePending || len(s.Decisions)+len(s.Unverified) > 0 {
		t.Errorf("the outcome is %s: %+v %+v", s.Outcome, s.Decisions, s.Unverified)
	}
	p.open(t)
}

// The dry run that proves that admission checks who answers fails: the operator may not make it, a webhook or another policy refuses
// it, or there is no answer. Nothing is decided, an event says why, and the answer counts once the dry run works. The guard is that only
// a refusal by the admission policy of requests is a proof, and only an answer that it was accepted is a proof to the contrary.
func TestProofOfAdmissionFails(t *testing.T) {
	// The operators outlive the subtests that start them.
	parent := t
	proxy, operator := behindProxy(t)
	kubeconfig, err := proxy.Kubeconfig(env.Kubeconfig)
	if err != nil {
		t.Fatal(err)
	}
	// byProxy makes the dry runs for a place fail, until the returned function is called.
	byProxy := func(fault faultproxy.Fault) func(*testing.T, *place) func() {
		return func(t *testing.T, p *place) func() {
			t.Helper()
			failing := proxy.Inject(faultproxy.Rule{Match: p.about(checks), Fault: fault})
			return func() {
				failing.Lift()
				if failing.Fired() == 0 {
					t.Error("there was no dry run")
				}
			}
		}
	}
	for name, tc := range map[string]struct {
		fail func(*testing.T, *place) func()
		says string
	}{
		"NoRight":       {byProxy(faultproxy.Forbidden()), "injected by a test"},
		"InternalError": {byProxy(faultproxy.InternalError()), "injected by a test"},
		"Timeout":       {byProxy(faultproxy.Fail(apierrors.NewTimeoutError("injected by a test", 0))), "injected by a test"},
		"LostRequest":   {byProxy(faultproxy.LoseRequest()), "EOF"},
		"LostAnswer":    {byProxy(faultproxy.LoseAnswer()), "EOF"},
		"Webhook":       {brokenWebhook, "failed calling webhook"},
		"OtherPolicy":   {otherPolicy, "no dry runs here"},
	} {
		t.Run(name, func(t *testing.T) {
			p := newProduct(t, 1, 1)
			p.asked(t)
			end := p.outcomes(t)
			// An operator remembers for a while that it has proved it.
			stop(t, operator)
			works := tc.fail(t, p)
			operator = env.StartOperator(parent, kubeconfig)
			env.Answer(t, p.r, "carla", v1alpha1.VerdictApprove)
			p.cannotDecide(t, tc.says)
			p.undecided(t)
			works()
			p.approved(t)
			decidedOnce(t, end)
			p.open(t)
			p.remove(t)
		})
	}
	stop(t, operator)
}

// ofOperator is a condition for the operator's dry runs about requests in a namespace, and no other requests.
func ofOperator(namespace string) []admissionregistrationv1.MatchCondition {
	return []admissionregistrationv1.MatchCondition{{Name: "dry-runs", Expression: fmt.Sprintf(
		"request.dryRun && request.namespace == %q && request.userInfo.username == %q", namespace, suite.OperatorUser)}}
}

// updates are updates of requests.
func updates() admissionregistrationv1.RuleWithOperations {
	return admissionregistrationv1.RuleWithOperations{
		Operations: []admissionregistrationv1.OperationType{admissionregistrationv1.Update},
		Rule: admissionregistrationv1.Rule{
			APIGroups: []string{v1alpha1.GroupVersion.Group}, APIVersions: []string{v1alpha1.GroupVersion.Version},
			Resources: []string{"stakeholderrequests"},
		},
	}
}

// brokenWebhook has the API server ask a webhook that does not answer. It mutates, so it is asked before any policy that validates.
func brokenWebhook(t *testing.T, p *place) func() {
	t.Helper()
	return install(t, p, "failed calling webhook", &admissionregistrationv1.MutatingWebhookConfiguration{
		ObjectMeta: metav1.ObjectMeta{Name: "broken-" + p.m.Namespace},
		Webhooks: []admissionregistrationv1.MutatingWebhook{{
			Name: "broken.example.com", Rules: []admissionregistrationv1.RuleWithOperations{updates()}, MatchConditions: ofOperator(p.m.Namespace),
			ClientConfig: admissionregistrationv1.WebhookClientConfig{URL: new("https://127.0.0.1:1/")},
			SideEffects:  new(admissionregistrationv1.SideEffectClassNone), AdmissionReviewVersions: []string{"v1"},
		}},
	})
}

// otherPolicy has the API server evaluate a policy that fails.
func otherPolicy(t *testing.T, p *place) func() {
	t.Helper()
	name := "other-" + p.m.Namespace
	return install(t, p, "no dry runs here", &admissionregistrationv1.MutatingAdmissionPolicy{
		ObjectMeta: metav1.ObjectMeta{Name: name},
		Spec: admissionregistrationv1.MutatingAdmissionPolicySpec{
			FailurePolicy: new(admissionregistrationv1.Fail), ReinvocationPolicy: admissionregistrationv1.NeverReinvocationPolicy,
			MatchConstraints: &admissionregistrationv1.MatchResources{
				ResourceRules: []admissionregistrationv1.NamedRuleWithOperations{{RuleWithOperations: updates()}},
			},
			MatchConditions: ofOperator(p.m.Namespace),
			Mutations: []admissionregistrationv1.Mutation{{
				PatchType: admissionregistrationv1.PatchTypeApplyConfiguration,
				ApplyConfiguration: &admissionregistrationv1.ApplyConfiguration{
					Expression: `Object{metadata: Object.metadata{generateName: {"a": "b"}["no dry runs here"]}}`,
				},
			}},
		},
	}, &admissionregistrationv1.MutatingAdmissionPolicyBinding{
		ObjectMeta: metav1.ObjectMeta{Name: name}, Spec: admissionregistrationv1.MutatingAdmissionPolicyBindingSpec{PolicyName: name},
	})
}

// install creates configuration of admission, and waits until the API server answers a dry run of the operator with an error that says
// this. The returned function removes it, and so does the end of the test.
func install(t *testing.T, p *place, says string, objects ...client.Object) (remove func()) {
	t.Helper()
	remove = func() {
		t.Helper()
		for _, object := range objects {
			if err := client.IgnoreNotFound(env.Admin.Delete(context.WithoutCancel(t.Context()), object)); err != nil {
				t.Error(err)
			}
		}
	}
	t.Cleanup(remove)
	for _, object := range objects {
		env.Create(t, object)
	}
	operator := env.As(t, suite.OperatorUser)
	controlplane.Eventually(t, suite.Patience, "a dry run says "+says, func() error {
		err := operator.Patch(t.Context(), p.r.DeepCopy(), client.RawPatch(types.MergePatchType, []byte(`{"spec":{"withdrawn":true}}`)), client.DryRunAll)
		if err == nil || !strings.Contains(err.Error(), says) {
			return fmt.Errorf("it gives %w", err)
		}
		return nil
	})
	return remove
}

// The API server evaluates no ValidatingAdmissionPolicy, although the policy and its binding exist. So anybody may write anything into
// requests, and the operator decides nothing. The guard is the dry run.
func TestWithoutAdmissionPolicies(t *testing.T) {
	s := suite.StartWithoutRaceDetector(t, controlplane.Options{WithoutAdmissionPolicies: true})
	operator := s.StartOperator(t, s.Kubeconfig)
	m := suite.NewMap(s.NewNamespace(t), "checkout")
	needs(1)(&m.Spec)
	s.Create(t, m)
	s.Create(t, suite.Editor(m.Namespace))
	s.WaitReady(t, m)
	if err := s.WaitRequestPolicy(t.Context()); err != nil {
		t.Fatal(err)
	}
	forged, honest := suite.NewRequest(m, "forged", "release"), suite.NewRequest(m, "honest", "release")
	forged.Spec.Subject, honest.Spec.Subject = image, image
	forged.Spec.Responses = []v1alpha1.Response{{By: "carla", Verdict: v1alpha1.VerdictApprove}}
	for _, r := range []*v1alpha1.StakeholderRequest{forged, honest} {
		s.Ask(t, r)
		s.WaitRequestCondition(t, r, v1alpha1.ConditionReady, metav1.ConditionFalse, v1alpha1.ReasonAuthorUnverified)
	}
	s.Answer(t, honest, "carla", v1alpha1.VerdictApprove)
	for _, r := range []*v1alpha1.StakeholderRequest{forged, honest} {
		is := s.WaitRequest(t, r, "the answer was seen", func(s *v1alpha1.StakeholderRequestStatus) bool { return len(s.Unverified) == 1 })
		if is.Status.Outcome != v1alpha1.OutcomePending || len(is.Status.Decisions) > 0 {
			t.Errorf("%s: %+v", r.Name, is.Status)
		}
	}
	if s.MayUse(t, m.Namespace, "release", image) {
		t.Error("the image is open")
	}
	stop(t, operator)
}

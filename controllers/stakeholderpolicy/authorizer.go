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

package stakeholderpolicy

import (
	"context"
	"fmt"
	"time"

	authorizationv1 "k8s.io/api/authorization/v1"
	"k8s.io/apimachinery/pkg/api/meta"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/util/rand"
	"sigs.k8s.io/controller-runtime/pkg/client"
	"sigs.k8s.io/controller-runtime/pkg/log"

	"github.com/stakeholders-dev/stakeholder-operator/api/v1alpha1"
)

const (
	// probeInterval is the time between two probes.
	probeInterval = time.Hour
	// probeRetryInterval is the time between two probes while there is no answer.
	probeRetryInterval = time.Minute
)

// authorizerProbe finds out whether the API server's authorizer allows everything, as with the mode AlwaysAllow, a
// webhook that allows all, or a ClusterRoleBinding of cluster-admin to all users. In such a cluster grants decide
// nothing.
type authorizerProbe struct {
	writer client.Writer

	last   time.Time
	result metav1.Condition
}

// enforced returns whether the cluster refuses what no map grants, and the time until the next probe. It makes at most
// one request per interval.
func (p *authorizerProbe) enforced(ctx context.Context, now time.Time) (metav1.Condition, time.Duration) {
	if wait := p.last.Add(p.interval()).Sub(now); wait > 0 && wait <= p.interval() {
		return p.result, wait
	}
	p.result, p.last = p.ask(ctx), now
	if p.result.Status != metav1.ConditionTrue {
		log.FromContext(ctx).Info(p.result.Message, "reason", p.result.Reason)
	}
	return p.result, p.interval()
}

func (p *authorizerProbe) interval() time.Duration {
	if p.result.Status == metav1.ConditionUnknown {
		return probeRetryInterval
	}
	return probeInterval
}

// ask probes with a user that no authenticator can know, and a map that does not exist.
func (p *authorizerProbe) ask(ctx context.Context) metav1.Condition {
	user := "stakeholders.dev:nobody-" + rand.String(10)
	review := &authorizationv1.SubjectAccessReview{Spec: authorizationv1.SubjectAccessReviewSpec{
		User: user, Groups: []string{"system:authenticated"},
		ResourceAttributes: &authorizationv1.ResourceAttributes{
			Group: v1alpha1.GroupVersion.Group, Resource: "stakeholdermaps", Subresource: "budget",
			Namespace: "default", Name: "nothing-" + rand.String(10), Verb: "approve",
		},
	}}
	c := metav1.Condition{Type: v1alpha1.ConditionEnforced}
	switch err := p.writer.Create(ctx, review); {
	case err != nil:
		c.Status, c.Reason = metav1.ConditionUnknown, v1alpha1.ReasonAuthorizerUnknown
		c.Message = fmt.Sprintf("The operator could not ask whether the cluster refuses what no map grants: %v", err)
	case review.Status.Allowed:
		c.Status, c.Reason = metav1.ConditionFalse, v1alpha1.ReasonAuthorizerAllowsAll
		c.Message = "The cluster allows any user to approve anything, so the grants of maps decide nothing: check the API server's " +
			"authorization mode (not AlwaysAllow), its authorization webhooks, and ClusterRoleBindings of system:authenticated"
	default:
		c.Status, c.Reason = metav1.ConditionTrue, v1alpha1.ReasonEnforced
		c.Message = "The cluster refuses what no map grants"
	}
	return c
}

func enforcedCondition(state *v1alpha1.StakeholderPolicy) metav1.Condition {
	if c := meta.FindStatusCondition(state.Status.Conditions, v1alpha1.ConditionEnforced); c != nil {
		return *c
	}
	return metav1.Condition{}
}

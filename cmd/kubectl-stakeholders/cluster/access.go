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

package cluster

import (
	"context"

	authorizationv1 "k8s.io/api/authorization/v1"
	"k8s.io/client-go/rest"
	"sigs.k8s.io/controller-runtime/pkg/client"

	"github.com/stakeholders-dev/stakeholder-operator/api/v1alpha1"
	"github.com/stakeholders-dev/stakeholder-operator/cmd/kubectl-stakeholders/product"
	"github.com/stakeholders-dev/stakeholder-operator/controllers/render"
)

// Check says how a right was found out.
type Check string

// The values of Check.
const (
	// CheckSelf : the caller asked about themselves.
	CheckSelf Check = "SelfSubjectAccessReview"
	// CheckOther : the caller asked about another user.
	CheckOther Check = "SubjectAccessReview"
	// CheckImpersonation : the caller impersonated another user to ask.
	CheckImpersonation Check = "Impersonation"
	// CheckNone : the API server was not asked: the answer is what the map declares.
	CheckNone Check = "Declared"
)

// Verdict is what the API server says about a right.
type Verdict struct {
	Check   Check
	Allowed bool
	// Reason of the authorizer.
	Reason string
}

// TopicRight is a verb on a topic of a map, in the terms of the authorizer.
func TopicRight(m client.ObjectKey, topic, verb string) authorizationv1.ResourceAttributes {
	return authorizationv1.ResourceAttributes{
		Group: v1alpha1.GroupVersion.Group, Resource: render.MapResource, Subresource: topic, Namespace: m.Namespace, Name: m.Name, Verb: verb,
	}
}

func requestRight(namespace, verb string) authorizationv1.ResourceAttributes {
	return authorizationv1.ResourceAttributes{
		Group: v1alpha1.GroupVersion.Group, Resource: render.RequestResource, Namespace: namespace, Verb: verb,
	}
}

// reviewer asks the API server about one right.
type reviewer func(context.Context, authorizationv1.ResourceAttributes) (Verdict, error)

// May asks whether the caller has a verb on a topic.
func (c *Cluster) May(ctx context.Context, m client.ObjectKey, topic, verb string) (Verdict, error) {
	verdict, err := right(ctx, c.reviewSelf, m, topic, verb)
	return verdict, c.Explain("ask the API server what you may do", err)
}

// MayOther asks whether another user has a verb on a topic. The verdict has CheckNone if the caller may neither ask about others nor
// impersonate them.
func (c *Cluster) MayOther(ctx context.Context, who product.Identity, m client.ObjectKey, topic, verb string) (Verdict, error) {
	verdict, err := right(ctx, c.reviewOther(who), m, topic, verb)
	if IsForbidden(err) {
		verdict, err = c.mayAs(ctx, who, m, topic, verb)
	}
	if IsForbidden(err) {
		return Verdict{Check: CheckNone}, nil
	}
	return verdict, c.Explain("ask the API server what "+who.String()+" may do", err)
}

// mayAs asks as another user.
func (c *Cluster) mayAs(ctx context.Context, who product.Identity, m client.ObjectKey, topic, verb string) (Verdict, error) {
	config := rest.CopyConfig(c.config)
	config.Impersonate = rest.ImpersonationConfig{UserName: who.User, Groups: who.Groups, UID: who.UID}
	other, err := newClient(config)
	if err != nil {
		return Verdict{}, err
	}
	verdict, err := right(ctx, (&Cluster{WithWatch: other}).reviewSelf, m, topic, verb)
	verdict.Check = CheckImpersonation
	return verdict, err
}

// right asks about a verb on a topic. The right to ask about a topic consists of several.
func right(ctx context.Context, review reviewer, m client.ObjectKey, topic, verb string) (Verdict, error) {
	if verb != product.VerbAsk {
		return review(ctx, TopicRight(m, topic, verb))
	}
	create, err := review(ctx, requestRight(m.Namespace, render.VerbCreate))
	if err != nil || !create.Allowed {
		return create, err
	}
	all, err := review(ctx, requestRight(m.Namespace, product.VerbAsk))
	if err != nil || all.Allowed {
		return all, err
	}
	return review(ctx, TopicRight(m, topic, render.VerbRequest))
}

func (c *Cluster) reviewSelf(ctx context.Context, attributes authorizationv1.ResourceAttributes) (Verdict, error) {
	review := &authorizationv1.SelfSubjectAccessReview{Spec: authorizationv1.SelfSubjectAccessReviewSpec{ResourceAttributes: &attributes}}
	err := c.Create(ctx, review)
	return Verdict{Check: CheckSelf, Allowed: review.Status.Allowed, Reason: review.Status.Reason}, err
}

// reviewOther returns a reviewer of another user.
func (c *Cluster) reviewOther(who product.Identity) reviewer {
	identity := who.WithOwnGroups()
	return func(ctx context.Context, attributes authorizationv1.ResourceAttributes) (Verdict, error) {
		review := &authorizationv1.SubjectAccessReview{Spec: authorizationv1.SubjectAccessReviewSpec{
			ResourceAttributes: &attributes, User: identity.User, Groups: identity.Groups, UID: identity.UID,
		}}
		err := c.Create(ctx, review)
		return Verdict{Check: CheckOther, Allowed: review.Status.Allowed, Reason: review.Status.Reason}, err
	}
}

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
	"github.com/stakeholders-dev/stakeholder-operator/controllers/names"
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
	// Unlimited says that the user may use all subjects, approved or not.
	Unlimited bool
}

// Right is a verb on a topic of a map.
type Right struct {
	Map         client.ObjectKey
	Topic, Verb string
	// Subject is what render.VerbUse is about, such as an image.
	Subject string
}

// TopicRight is a verb on a topic of a map, in the terms of the authorizer.
func TopicRight(m client.ObjectKey, topic, verb string) authorizationv1.ResourceAttributes {
	return authorizationv1.ResourceAttributes{
		Group: v1alpha1.GroupVersion.Group, Resource: render.MapResource, Subresource: topic, Namespace: m.Namespace, Name: m.Name, Verb: verb,
	}
}

// useRight is the right to use what was approved for a topic of this map. Without a subject, it is the right to use everything.
func useRight(r Right, subject string) authorizationv1.ResourceAttributes {
	attributes := requestRight(r.Map.Namespace, render.VerbUse)
	attributes.Subresource = names.QualifiedTopic(names.Owner{Namespace: r.Map.Namespace, Name: r.Map.Name}, r.Topic)
	attributes.Name = subject
	return attributes
}

func requestRight(namespace, verb string) authorizationv1.ResourceAttributes {
	return authorizationv1.ResourceAttributes{
		Group: v1alpha1.GroupVersion.Group, Resource: render.RequestResource, Namespace: namespace, Verb: verb,
	}
}

// reviewer asks the API server about one right.
type reviewer func(context.Context, authorizationv1.ResourceAttributes) (Verdict, error)

// May asks whether the caller has a right.
func (c *Cluster) May(ctx context.Context, r Right) (Verdict, error) {
	verdict, err := r.review(ctx, c.reviewSelf)
	return verdict, c.Explain("ask the API server what you may do", err)
}

// MayOther asks whether another user has a right. The verdict has CheckNone if the caller may neither ask about others nor
// impersonate them.
func (c *Cluster) MayOther(ctx context.Context, who product.Identity, r Right) (Verdict, error) {
	verdict, err := r.review(ctx, c.reviewOther(who))
	if IsForbidden(err) {
		verdict, err = c.mayAs(ctx, who, r)
	}
	if IsForbidden(err) {
		return Verdict{Check: CheckNone}, nil
	}
	return verdict, c.Explain("ask the API server what "+who.String()+" may do", err)
}

// mayAs asks as another user.
func (c *Cluster) mayAs(ctx context.Context, who product.Identity, r Right) (Verdict, error) {
	config := rest.CopyConfig(c.config)
	config.Impersonate = rest.ImpersonationConfig{UserName: who.User, Groups: who.Groups, UID: who.UID}
	other, err := newClient(config)
	if err != nil {
		return Verdict{}, err
	}
	verdict, err := r.review(ctx, (&Cluster{WithWatch: other}).reviewSelf)
	verdict.Check = CheckImpersonation
	return verdict, err
}

// review asks about the right. The right to ask about a topic consists of several.
func (r Right) review(ctx context.Context, review reviewer) (Verdict, error) {
	switch r.Verb {
	case render.VerbUse:
		return r.reviewUse(ctx, review)
	case product.VerbAsk:
		return r.reviewAsk(ctx, review)
	default:
		return review(ctx, TopicRight(r.Map, r.Topic, r.Verb))
	}
}

func (r Right) reviewUse(ctx context.Context, review reviewer) (Verdict, error) {
	verdict, err := review(ctx, useRight(r, r.Subject))
	if err != nil || !verdict.Allowed {
		return verdict, err
	}
	all, err := review(ctx, useRight(r, ""))
	verdict.Unlimited = all.Allowed
	return verdict, err
}

func (r Right) reviewAsk(ctx context.Context, review reviewer) (Verdict, error) {
	create, err := review(ctx, requestRight(r.Map.Namespace, render.VerbCreate))
	if err != nil || !create.Allowed {
		return create, err
	}
	all, err := review(ctx, requestRight(r.Map.Namespace, product.VerbAsk))
	if err != nil || all.Allowed {
		return all, err
	}
	return review(ctx, TopicRight(r.Map, r.Topic, render.VerbRequest))
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

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
	"sync"
	"time"

	"golang.org/x/sync/errgroup"
	corev1 "k8s.io/api/core/v1"
	apierrors "k8s.io/apimachinery/pkg/api/errors"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"sigs.k8s.io/controller-runtime/pkg/client"

	routing "github.com/stakeholders-dev/stakeholder-operator/api/routing/v1alpha1"
	"github.com/stakeholders-dev/stakeholder-operator/api/v1alpha1"
	"github.com/stakeholders-dev/stakeholder-operator/cmd/kubectl-stakeholders/product"
	"github.com/stakeholders-dev/stakeholder-operator/controllers/effectivepolicy"
	"github.com/stakeholders-dev/stakeholder-operator/controllers/names"
)

// Product returns everything about the product of a map that the user may read. Policy replaces that of the cluster, if it is not
// nil. Then, or at another time than now, the answer is what the map declares, and not the table in force.
func (c *Cluster) Product(
	ctx context.Context, m *v1alpha1.StakeholderMap, policy *v1alpha1.StakeholderPolicySpec, now time.Time, anotherTime bool,
) (*product.Product, error) {
	var (
		document               string
		unreadable, policyRead = true, true
		group, groupCtx        = errgroup.WithContext(ctx)
		anotherPolicy          = policy != nil
	)
	if !anotherTime && !anotherPolicy {
		group.Go(func() (err error) {
			document, unreadable, err = c.published(groupCtx, m)
			return err
		})
	}
	if !anotherPolicy {
		group.Go(func() (err error) {
			// Other products use the result, so a failure of this one must not end it.
			policy, policyRead, err = c.Policy(ctx)
			return err
		})
	}
	if err := group.Wait(); err != nil {
		return nil, err
	}
	p, err := product.Declared(m, policy, now)
	if err != nil {
		return nil, err
	}
	p.PolicyUnread = !policyRead
	switch {
	case anotherTime:
		p.Basis = product.AnotherTime
		return p, nil
	case anotherPolicy:
		p.Basis = product.AnotherPolicy
		return p, nil
	}
	p.TakeStatus()
	switch {
	case p.TakePublished(document):
	case unreadable:
		p.Basis = product.Unreadable
	default:
		p.Basis = product.Unpublished
	}
	return p, nil
}

// published returns the table that stands in the ConfigMap of a map. Unreadable says that the user may not read it.
func (c *Cluster) published(ctx context.Context, m *v1alpha1.StakeholderMap) (document string, unreadable bool, err error) {
	key := client.ObjectKey{Namespace: m.Namespace, Name: names.ConfigMapName(m.Name)}
	configMap := &corev1.ConfigMap{}
	switch err := c.Get(ctx, key, configMap); {
	case apierrors.IsForbidden(err):
		return "", true, nil
	case apierrors.IsNotFound(err):
		return "", false, nil
	case err != nil:
		return "", false, c.Explain("read the routing table "+key.String(), err)
	}
	if configMap.Annotations[names.AnnotationMapUID] != string(m.UID) && !metav1.IsControlledBy(configMap, m) {
		return "", false, nil
	}
	return configMap.Data[routing.DocumentKey], false, nil
}

// Policy returns the policy in force, as the operator determines it. It reports whether the user may read it. It is read once for a
// command, also if that is about many products.
func (c *Cluster) Policy(ctx context.Context) (policy *v1alpha1.StakeholderPolicySpec, readable bool, err error) {
	p := &c.policyInForce
	p.once.Do(func() {
		memory := &effectivepolicy.Memory{}
		if p.spec, p.err = memory.Spec(ctx, c); IsForbidden(p.err) {
			p.spec, p.err = nil, nil
			return
		}
		p.readable, p.err = true, c.Explain("read the StakeholderPolicy in force", p.err)
	})
	return p.spec, p.readable, p.err
}

// policyInForce is the policy that a command has read.
type policyInForce struct {
	once     sync.Once
	spec     *v1alpha1.StakeholderPolicySpec
	readable bool
	err      error
}

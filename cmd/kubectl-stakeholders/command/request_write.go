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

package command

import (
	"context"

	apierrors "k8s.io/apimachinery/pkg/api/errors"
	"sigs.k8s.io/controller-runtime/pkg/client"

	"github.com/stakeholders-dev/stakeholder-operator/api/v1alpha1"
	"github.com/stakeholders-dev/stakeholder-operator/cmd/kubectl-stakeholders/cluster"
	"github.com/stakeholders-dev/stakeholder-operator/cmd/kubectl-stakeholders/failure"
	"github.com/stakeholders-dev/stakeholder-operator/cmd/kubectl-stakeholders/inquiry"
)

// askAbout returns the map of a product, after it has checked that there is such a topic. A user who may ask and not read the map,
// as end users may, has to write its exact name.
func (e *environment) askAbout(ctx context.Context, c *cluster.Cluster, productName, topic string) (client.ObjectKey, error) {
	m, err := c.FindMap(ctx, productName)
	if cluster.IsForbidden(err) {
		namespace, name, keyErr := inquiry.Key(productName, c.Namespace)
		if keyErr == nil {
			return client.ObjectKey{Namespace: namespace, Name: name}, nil
		}
	}
	if err != nil {
		return client.ObjectKey{}, err
	}
	key := client.ObjectKeyFromObject(m)
	p, err := c.Product(ctx, m, nil, e.now(), false)
	if err != nil {
		return key, err
	}
	return key, checkTopic(p, topic)
}

// createRequest creates a request, and fills it in as stored. If there is one of this name that asks the same, it takes that.
func createRequest(ctx context.Context, c *cluster.Cluster, r *v1alpha1.StakeholderRequest, dryRun bool) (existed bool, err error) {
	wanted := r.DeepCopy()
	var options []client.CreateOption
	if dryRun {
		options = append(options, client.DryRunAll)
	}
	err = c.Create(ctx, r, options...)
	if !apierrors.IsAlreadyExists(err) {
		return false, explainWrite(c, wanted, asking(wanted), err)
	}
	key := client.ObjectKeyFromObject(wanted)
	if err := c.Get(ctx, key, r); err != nil {
		return false, c.Explain("read StakeholderRequest "+key.String(), err)
	}
	if !inquiry.Asks(r, wanted) {
		return false, failure.Usage("request %s is there already and asks something else, %q of %s: choose another --name", key, r.Spec.Title, r.Spec.RequestedBy)
	}
	return true, nil
}

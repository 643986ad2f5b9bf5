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

	"sigs.k8s.io/controller-runtime/pkg/client"

	"github.com/stakeholders-dev/stakeholder-operator/cmd/kubectl-stakeholders/cluster"
	"github.com/stakeholders-dev/stakeholder-operator/cmd/kubectl-stakeholders/failure"
	"github.com/stakeholders-dev/stakeholder-operator/cmd/kubectl-stakeholders/product"
	"github.com/stakeholders-dev/stakeholder-operator/controllers/render"
)

// declared answers from files.
func (c *can) declared(ctx context.Context, answer *access, name string, who *product.Identity) error {
	if answer.Verb == render.VerbUse {
		return failure.Usage("files do not have approvals: leave out -f to ask the cluster")
	}
	if who == nil {
		return failure.Usage("files do not say who you are: add --as USER, and --as-group for each group")
	}
	p, err := c.product(ctx, &c.source, name)
	if err != nil {
		return err
	}
	if err := checkTopic(p, answer.Topic); err != nil {
		return err
	}
	c.notes(p.Notes())
	answer.Identity = *who
	answer.explain(p, cluster.Verdict{Check: cluster.CheckNone})
	return nil
}

// checked answers from the cluster.
func (c *can) checked(ctx context.Context, answer *access, name string, who *product.Identity) error {
	conn, err := c.connect(true)
	if err != nil {
		return err
	}
	p, key, err := c.readable(ctx, conn, name)
	if err != nil {
		return err
	}
	if p != nil {
		if err := checkTopic(p, answer.Topic); err != nil {
			return err
		}
	}
	verdict, err := c.ask(ctx, conn, answer, who, key)
	if err != nil {
		return err
	}
	if answer.Verb == render.VerbUse {
		answer.Product = product.Reference{Namespace: key.Namespace, Name: key.Name}
		return answer.approval(verdict)
	}
	if p != nil && !p.Basis.IsChecked() {
		verdict = cluster.Verdict{Check: cluster.CheckNone}
	}
	if p == nil {
		answer.Product = product.Reference{Namespace: key.Namespace, Name: key.Name}
		return answer.withoutMap(verdict)
	}
	c.notes(p.Notes())
	answer.explain(p, verdict)
	return nil
}

// readable returns the product and the key of its map, or only the key if the user may not read it: a right can be checked
// without it.
func (c *can) readable(ctx context.Context, conn *cluster.Cluster, name string) (*product.Product, client.ObjectKey, error) {
	a, err := c.assumed(ctx, &c.source)
	if err != nil {
		return nil, client.ObjectKey{}, err
	}
	p, err := c.productInCluster(ctx, conn, &c.source, name, a)
	if key, ok := conn.MapKey(name); ok && cluster.IsForbidden(err) {
		return nil, key, nil
	}
	if err != nil {
		return nil, client.ObjectKey{}, err
	}
	return p, client.ObjectKeyFromObject(p.Map), nil
}

// ask asks the API server about the caller, or about another user.
func (c *can) ask(ctx context.Context, conn *cluster.Cluster, answer *access, who *product.Identity, key client.ObjectKey) (cluster.Verdict, error) {
	right := cluster.Right{Map: key, Topic: answer.Topic, Verb: answer.Verb, Subject: answer.Subject}
	if who != nil {
		answer.Identity = *who
		return conn.MayOther(ctx, *who, right)
	}
	var err error
	if answer.Identity, err = conn.WhoAmI(ctx); err != nil {
		return cluster.Verdict{}, err
	}
	return conn.May(ctx, right)
}

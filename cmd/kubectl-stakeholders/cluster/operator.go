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

	appsv1 "k8s.io/api/apps/v1"
	apierrors "k8s.io/apimachinery/pkg/api/errors"
	"sigs.k8s.io/controller-runtime/pkg/client"

	"github.com/stakeholders-dev/stakeholder-operator/cmd/kubectl-stakeholders/failure"
)

// DefaultOperatorNamespace is where config/default installs the operator.
const DefaultOperatorNamespace = "stakeholder-operator-system"

// operatorLabels are those of the operator's Deployment in config/manager.
var operatorLabels = client.MatchingLabels{"app.kubernetes.io/name": "stakeholder-operator", "control-plane": "controller-manager"}

// OperatorDeployments returns the Deployments of the operator. It looks in the namespace, or in all of them. A user who may
// not read all namespaces gets those of DefaultOperatorNamespace.
func (c *Cluster) OperatorDeployments(ctx context.Context, namespace string) ([]appsv1.Deployment, error) {
	list := &appsv1.DeploymentList{}
	err := c.List(ctx, list, client.InNamespace(namespace), operatorLabels)
	if namespace == "" && apierrors.IsForbidden(err) {
		namespace = DefaultOperatorNamespace
		err = c.List(ctx, list, client.InNamespace(namespace), operatorLabels)
	}
	where := "in namespace " + namespace
	if namespace == "" {
		where = "in any namespace"
	}
	switch {
	case apierrors.IsForbidden(err):
		return nil, failure.Cluster("you may not list Deployments %s", where)
	case err != nil:
		return nil, c.Explain("list Deployments "+where, err)
	case len(list.Items) == 0:
		return nil, failure.Cluster("there is no Deployment of the operator %s", where)
	}
	return list.Items, nil
}

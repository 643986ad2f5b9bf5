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

package docs

import (
	"context"
	"time"

	appsv1 "k8s.io/api/apps/v1"
	apierrors "k8s.io/apimachinery/pkg/api/errors"
	"sigs.k8s.io/controller-runtime/pkg/client"

	"github.com/stakeholders-dev/stakeholder-operator/test/controlplane"
	"github.com/stakeholders-dev/stakeholder-operator/test/suite"
)

// deployed is the operator, which starts and stops with its Deployment, as if the cluster had a node.
type deployed struct {
	running *controlplane.Operator
}

// sync starts or stops the operator, if a page has installed or removed it.
func (d *deployed) sync(ctx context.Context) error {
	key := client.ObjectKey{Namespace: suite.OperatorNamespace, Name: suite.OperatorServiceAccount}
	err := env.Admin.Get(ctx, key, &appsv1.Deployment{})
	switch {
	case apierrors.IsNotFound(err):
		return d.stop()
	case err != nil || d.running != nil:
		return err
	}
	// The ServiceAccount is a new one after each installation.
	kubeconfig, err := env.Plane.ServiceAccountKubeconfig(ctx, suite.OperatorNamespace, suite.OperatorServiceAccount, 2*time.Hour)
	if err != nil {
		return err
	}
	d.running, err = env.Plane.StartOperator(ctx, controlplane.OperatorOptions{Binary: env.Binary, Kubeconfig: kubeconfig})
	return err
}

func (d *deployed) stop() error {
	if d.running == nil {
		return nil
	}
	stopping := d.running
	d.running = nil
	return stopping.Stop()
}

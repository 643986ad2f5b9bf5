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

package install

import (
	"context"
	"testing"
	"time"

	appsv1 "k8s.io/api/apps/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/watch"
	"sigs.k8s.io/controller-runtime/pkg/client"

	"github.com/stakeholders-dev/stakeholder-operator/test/controlplane"
	"github.com/stakeholders-dev/stakeholder-operator/test/suite"
)

const deploymentName = "stakeholder-operator-controller-manager"

// deployment plays the node of the operator's Deployment: the operator runs, as the ServiceAccount of the Deployment, until the Deployment
// is deleted.
type deployment struct {
	operator *controlplane.Operator
	cancel   context.CancelFunc
	// done is closed when the operator has been stopped, and err is what that returned.
	done chan struct{}
	err  error
}

// startDeployment runs the operator that was installed a moment ago, until the end of the test at the latest.
func startDeployment(t *testing.T) *deployment {
	t.Helper()
	ctx, cancel := context.WithCancel(context.WithoutCancel(t.Context()))
	t.Cleanup(cancel)
	installed := suite.Get(t, env.Suite, suite.OperatorNamespace, deploymentName, &appsv1.Deployment{})
	account := installed.Spec.Template.Spec.ServiceAccountName
	kubeconfig, err := env.Plane.ServiceAccountKubeconfig(ctx, suite.OperatorNamespace, account, time.Hour)
	if err != nil {
		t.Fatal(err)
	}
	events, err := env.Admin.Watch(ctx, &appsv1.DeploymentList{}, client.InNamespace(suite.OperatorNamespace),
		&client.ListOptions{Raw: &metav1.ListOptions{ResourceVersion: installed.ResourceVersion}})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(events.Stop)
	d := &deployment{cancel: cancel, done: make(chan struct{})}
	d.operator, err = env.Plane.StartOperator(ctx, controlplane.OperatorOptions{
		Binary: env.Binary, Kubeconfig: kubeconfig, LeaderElectionNamespace: suite.OperatorNamespace,
		// As the node takes it from the field.
		Env: []string{"SERVICE_ACCOUNT=" + account},
	})
	if err != nil {
		t.Fatal(err)
	}
	go func() {
		defer close(d.done)
		waitDeleted(events.ResultChan())
		d.err = d.operator.Stop()
	}()
	t.Cleanup(func() {
		cancel()
		<-d.done
		if d.err != nil {
			t.Error(d.err)
		}
	})
	return d
}

// waitDeleted returns when an object is deleted, or when the watch ends.
func waitDeleted(events <-chan watch.Event) {
	for event := range events {
		if event.Type == watch.Deleted {
			return
		}
	}
}

// waitEnd waits until the operator has ended, because its Deployment was deleted.
func (d *deployment) waitEnd(t *testing.T) {
	t.Helper()
	select {
	case <-d.done:
	case <-time.After(suite.Patience):
		t.Fatal("the Deployment was not deleted")
	}
}

// stop ends the operator while its Deployment stays, as a failing node would.
func (d *deployment) stop() {
	d.cancel()
	<-d.done
}

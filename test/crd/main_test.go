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

// Package crd tests the CustomResourceDefinition of StakeholderMap on a real API server: what it refuses with which
// messages, what it accepts, and what it fills in. The rules that no schema can express are tested in
// controllers/validate.
package crd

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"testing"
	"time"

	corev1 "k8s.io/api/core/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/client-go/dynamic"
	"k8s.io/client-go/kubernetes"

	"github.com/stakeholders-dev/stakeholder-operator/api/v1alpha1"
	"github.com/stakeholders-dev/stakeholder-operator/test/controlplane"
)

// namespace holds the objects that the tests create, mostly in dry runs.
const namespace = "crd-test"

// setupTimeout bounds the start of the control plane and the installation of the CRD. They take
// seconds, unless the binaries have to be built first.
const setupTimeout = 20 * time.Minute

// What TestMain sets up, for all tests. None of them changes the CRD.
var (
	// plane is the control plane.
	plane *controlplane.ControlPlane
	// root is the folder of the checkout.
	root string
	// client reads and writes maps in namespace, without the Go types: a client that uses those cannot send most of the
	// invalid objects.
	client dynamic.ResourceInterface
	// policyClient does the same with policies.
	policyClient dynamic.ResourceInterface
	// requestClient does the same with requests in namespace.
	requestClient dynamic.ResourceInterface
)

func TestMain(m *testing.M) {
	os.Exit(run(m))
}

func run(m *testing.M) (code int) {
	ctx, cancel := context.WithTimeout(context.Background(), setupTimeout)
	defer cancel()
	err := setUp(ctx)
	if plane != nil {
		defer func() {
			err := plane.Stop()
			if err == nil {
				err = controlplane.CheckLeaks()
			}
			if err != nil {
				fmt.Fprintln(os.Stderr, err)
				code = 1
			}
		}()
	}
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		return 1
	}
	return m.Run()
}

func setUp(ctx context.Context) (err error) {
	if root, err = controlplane.Root(); err != nil {
		return err
	}
	if plane, err = controlplane.Start(ctx, controlplane.Options{}); err != nil {
		return err
	}
	if err := applyCRD(ctx); err != nil {
		return err
	}
	core, err := kubernetes.NewForConfig(plane.Config)
	if err != nil {
		return err
	}
	ns := &corev1.Namespace{ObjectMeta: metav1.ObjectMeta{Name: namespace}}
	if _, err := core.CoreV1().Namespaces().Create(ctx, ns, metav1.CreateOptions{}); err != nil {
		return err
	}
	all, err := dynamic.NewForConfig(plane.Config)
	if err != nil {
		return err
	}
	client = all.Resource(v1alpha1.GroupVersion.WithResource("stakeholdermaps")).Namespace(namespace)
	policyClient = all.Resource(v1alpha1.GroupVersion.WithResource("stakeholderpolicies"))
	requestClient = all.Resource(v1alpha1.GroupVersion.WithResource("stakeholderrequests")).Namespace(namespace)
	return controlplane.WaitFor(ctx, time.Minute, "maps, policies and requests can be listed", func() error {
		_, err := client.List(ctx, metav1.ListOptions{})
		_, ofPolicies := policyClient.List(ctx, metav1.ListOptions{})
		_, ofRequests := requestClient.List(ctx, metav1.ListOptions{})
		return errors.Join(err, ofPolicies, ofRequests)
	})
}

// applyCRD installs the CRDs as a user would.
func applyCRD(ctx context.Context) error {
	if _, err := plane.Kubectl(ctx, "apply", "--server-side", "-k", filepath.Join(root, "config", "crd")); err != nil {
		return err
	}
	_, err := plane.Kubectl(ctx, "wait", "--for=condition=Established", "--timeout=1m", "crd", "stakeholdermaps.stakeholders.dev",
		"stakeholderpolicies.stakeholders.dev", "stakeholderrequests.stakeholders.dev")
	return err
}

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

// Package admission compares the CRD and the admission policies, which judge in CEL, with the rules in Go, on a real
// API server.
package admission

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"sync"
	"testing"
	"time"

	corev1 "k8s.io/api/core/v1"
	apierrors "k8s.io/apimachinery/pkg/api/errors"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"
	"k8s.io/client-go/dynamic"
	"k8s.io/client-go/kubernetes"
	"k8s.io/client-go/rest"

	"github.com/stakeholders-dev/stakeholder-operator/api/v1alpha1"
	"github.com/stakeholders-dev/stakeholder-operator/test/controlplane"
	"github.com/stakeholders-dev/stakeholder-operator/test/fixtures"
)

// namespace is the one that the maps of fixtures are in.
const namespace = "payments"

// setupTimeout bounds the start of the control plane. It takes seconds, unless the binaries have to be
// built first.
const setupTimeout = 20 * time.Minute

// What TestMain sets up, for all tests.
var (
	plane *controlplane.ControlPlane
	// client writes maps without the Go types, so that nothing is left out or filled in.
	client dynamic.ResourceInterface
	typed  kubernetes.Interface
)

func TestMain(m *testing.M) { os.Exit(run(m)) }

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
	if plane, err = controlplane.Start(ctx, controlplane.Options{AuditLog: true}); err != nil {
		return err
	}
	root, err := controlplane.Root()
	if err != nil {
		return err
	}
	for _, folder := range []string{"crd", "admission"} {
		if _, err := plane.Kubectl(ctx, "apply", "--server-side", "-k", filepath.Join(root, "config", folder)); err != nil {
			return err
		}
	}
	if _, err := plane.Kubectl(ctx, "wait", "--for=condition=Established", "--timeout=1m", "crd", "stakeholdermaps.stakeholders.dev",
		"stakeholderpolicies.stakeholders.dev"); err != nil {
		return err
	}
	config := rest.CopyConfig(plane.Config)
	config.WarningHandlerWithContext = collector{}
	if typed, err = kubernetes.NewForConfig(config); err != nil {
		return err
	}
	ns := &corev1.Namespace{ObjectMeta: metav1.ObjectMeta{Name: namespace}}
	if _, err := typed.CoreV1().Namespaces().Create(ctx, ns, metav1.CreateOptions{}); err != nil {
		return err
	}
	all, err := dynamic.NewForConfig(config)
	if err != nil {
		return err
	}
	client = all.Resource(v1alpha1.GroupVersion.WithResource("stakeholdermaps")).Namespace(namespace)
	policyClient = all.Resource(v1alpha1.GroupVersion.WithResource("stakeholderpolicies"))
	if err := errors.Join(createPolicy(ctx), createTell(ctx)); err != nil {
		return err
	}
	return errors.Join(waitForPolicies(ctx), waitForParameter(ctx, "none"))
}

// waitForPolicies waits until the API server has learned of both policies: until then it accepts everything.
func waitForPolicies(ctx context.Context) error {
	refused, warned := fixtures.Minimal(), fixtures.Minimal()
	refused.Spec.ProductOwner.Subjects = refused.Spec.Customers[0].Subjects
	warned.Spec.ProductOwner.Handles = nil
	return controlplane.WaitFor(ctx, time.Minute, "both policies are in force", func() error {
		if verdict, err := try(ctx, object(refused)); err != nil || !apierrors.IsInvalid(verdict.err) {
			return fmt.Errorf("a mix-up gives %w", errors.Join(verdict.err, err))
		}
		if verdict, err := try(ctx, object(warned)); err != nil || len(verdict.warnings) == 0 {
			return fmt.Errorf("no warning, %w", err)
		}
		return nil
	})
}

// verdict is the API server's answer to a map.
type verdict struct {
	// err is nil if it is accepted.
	err      error
	warnings []string
}

// try asks the API server to judge a new map in a dry run. The error is set if it gives no verdict.
func try(ctx context.Context, m *unstructured.Unstructured) (verdict, error) {
	var said warnings
	ctx = context.WithValue(ctx, warningsKey{}, &said)
	_, err := client.Create(ctx, m, metav1.CreateOptions{DryRun: []string{metav1.DryRunAll}})
	if err != nil && !apierrors.IsInvalid(err) && !apierrors.IsBadRequest(err) {
		return verdict{}, err
	}
	return verdict{err: err, warnings: said.list()}, nil
}

type warningsKey struct{}

// warnings are the Warning headers of one response.
type warnings struct {
	mu   sync.Mutex
	text []string
}

func (w *warnings) list() []string {
	w.mu.Lock()
	defer w.mu.Unlock()
	return w.text
}

// collector gives each request its own warnings.
type collector struct{}

func (collector) HandleWarningHeaderWithContext(ctx context.Context, _ int, _, text string) {
	if w, ok := ctx.Value(warningsKey{}).(*warnings); ok {
		w.mu.Lock()
		defer w.mu.Unlock()
		w.text = append(w.text, text)
	}
}

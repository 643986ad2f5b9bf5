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
// Package argocd tests what the operator writes to Argo CD's policy, on a real API server. What Argo CD makes of it is
// tested in test/e2e. The policy is about all maps of a cluster, so these tests have a control plane of their own, and
// run one after the other.
package argocd

import (
	"context"
	"errors"
	"fmt"
	"os"
	"testing"

	corev1 "k8s.io/api/core/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"

	"github.com/stakeholders-dev/stakeholder-operator/test/suite"
)

const (
	// argoNamespace is where Argo CD would be.
	argoNamespace = "argocd"
	// component gives the operator its rights there.
	component = "argocd-rbac"
)

// env is shared by all tests.
var env suite.Operated

func TestMain(m *testing.M) { os.Exit(suite.RunOperated(m, &env, prepare)) }

func prepare(ctx context.Context) error {
	return errors.Join(
		installArgoCD(ctx),
		env.Plane.InstallComponent(ctx, component),
		// It would refuse edits that make a map invalid. Other packages test it.
		env.Unguard(ctx, suite.EveryNamespace, suite.PolicyRoles),
	)
}

// installArgoCD creates the objects that an installation of Argo CD has, as far as the operator uses them.
func installArgoCD(ctx context.Context) error {
	if _, err := env.Plane.Kubectl(ctx, "apply", "--server-side", "-f", "testdata/appproject_crd.yaml"); err != nil {
		return err
	}
	if _, err := env.Plane.Kubectl(ctx, "wait", "--for=condition=Established", "crd/appprojects.argoproj.io", "--timeout=1m"); err != nil {
		return err
	}
	return errors.Join(
		env.Admin.Create(ctx, &corev1.Namespace{ObjectMeta: metav1.ObjectMeta{Name: argoNamespace}}),
		env.Admin.Create(ctx, &corev1.ConfigMap{
			ObjectMeta: metav1.ObjectMeta{Namespace: argoNamespace, Name: "argocd-rbac-cm"},
			Data:       map[string]string{"policy.csv": "g, platform, role:admin\n", "policy.default": "role:none"},
		}),
	)
}

// installComponentIn gives the operator its rights in another namespace: it patches the namespace of both objects, as
// the component says.
func installComponentIn(t *testing.T, namespace string) {
	t.Helper()
	patches := fmt.Sprintf(`patches: [{target: {namespace: %s}, patch: '[{"op": "replace", "path": "/metadata/namespace", "value": %q}]'}]`, argoNamespace, namespace)
	if err := env.Plane.InstallComponent(t.Context(), component, patches); err != nil {
		t.Fatal(err)
	}
}

// fresh resets the state that other tests have left, and the operator's rights.
func fresh(t *testing.T) {
	t.Helper()
	switchOff(t)
	env.DeleteMaps(t)
}

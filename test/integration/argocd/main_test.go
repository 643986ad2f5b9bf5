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
	"bytes"
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"testing"

	corev1 "k8s.io/api/core/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"

	"github.com/stakeholders-dev/stakeholder-operator/test/controlplane"
	"github.com/stakeholders-dev/stakeholder-operator/test/suite"
)

// argoNamespace is where Argo CD would be.
const argoNamespace = "argocd"

// env is what all tests share.
var env suite.Operated

func TestMain(m *testing.M) { os.Exit(suite.RunOperated(m, &env, installArgoCD)) }

// installArgoCD makes what the operator finds where Argo CD is installed, without its own rights there.
func installArgoCD(ctx context.Context) error {
	if _, err := env.Plane.Kubectl(ctx, "apply", "--server-side", "-f", "testdata/appproject_crd.yaml"); err != nil {
		return err
	}
	if _, err := env.Plane.Kubectl(ctx, "wait", "--for=condition=Established", "crd/appprojects.argoproj.io", "--timeout=1m"); err != nil {
		return err
	}
	// The admission policies would refuse edits that leave a map invalid. Tests of them are elsewhere.
	binding := "stakeholder-operator-stakeholdermap-roles"
	if _, err := env.Plane.Kubectl(ctx, "delete", "validatingadmissionpolicybinding", binding); err != nil {
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

// installComponent gives the operator its rights in Argo CD's namespace.
func installComponent(t *testing.T) {
	t.Helper()
	installComponentIn(t, argoNamespace)
}

// installComponentIn does so with the namespace of both objects patched, as the component says.
func installComponentIn(t *testing.T, namespace string) {
	t.Helper()
	root, err := controlplane.Root()
	if err != nil {
		t.Fatal(err)
	}
	for _, file := range []string{"role.yaml", "role_binding.yaml"} {
		content, err := os.ReadFile(filepath.Join(root, "config", "components", "argocd-rbac", file))
		if err != nil {
			t.Fatal(err)
		}
		file = filepath.Join(t.TempDir(), file)
		content = bytes.ReplaceAll(content, []byte("namespace: "+argoNamespace+"\n"), []byte("namespace: "+namespace+"\n"))
		if err := os.WriteFile(file, content, 0o600); err != nil {
			t.Fatal(err)
		}
		if out, err := env.Plane.Kubectl(t.Context(), "apply", "--server-side", "-f", file); err != nil {
			t.Fatal(fmt.Errorf("%w: %s", err, out))
		}
	}
}

// uninstallComponent takes them away.
func uninstallComponent(t *testing.T) {
	t.Helper()
	for _, kind := range []string{"rolebinding", "role"} {
		if out, err := env.Plane.Kubectl(t.Context(), "delete", "-n", argoNamespace, kind, "stakeholder-operator-argocd"); err != nil {
			t.Fatal(fmt.Errorf("%w: %s", err, out))
		}
	}
}

// fresh begins a test, whatever others have left: the operator has its rights and nothing to do with them.
func fresh(t *testing.T) {
	t.Helper()
	installComponent(t)
	switchOff(t)
	env.DeleteMaps(t)
}

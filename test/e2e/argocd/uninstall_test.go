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

package argocd

import (
	"context"
	"errors"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/stakeholders-dev/stakeholder-operator/test/controlplane"
	"github.com/stakeholders-dev/stakeholder-operator/test/suite"
)

// platform is a project that allows objects of the whole cluster.
const platform = `
apiVersion: argoproj.io/v1alpha1
kind: AppProject
metadata: {name: platform}
spec:
  sourceRepos: ["file:///**"]
  destinations: [{namespace: "*", server: "*"}]
  clusterResourceWhitelist: [{group: "*", kind: "*"}]
`

// TestUninstall lets Argo CD install the operator from the Helm chart, and uninstall it: first with maps, which stay, then in the documented
// order. It is not parallel, because the other tests need the operator. It installs the operator again at its end.
func TestUninstall(t *testing.T) {
	namespace := env.NewNamespace(t)
	m := suite.NewMap(namespace, "checkout")
	target := env.NewTarget(t, namespace)
	m.Spec.TargetNamespaces.Names = []string{target}
	env.Create(t, m)
	env.WaitReady(t, m)
	a := newOperatorApplication(t)
	t.Cleanup(func() { reinstall(t) })
	a.create(t)

	// Argo CD deletes the operator, and leaves the map and what it gives.
	a.delete(t)
	env.WaitHolders(t, m, target, suite.Everybody()...)
	suite.Get(t, env.Suite, m.Namespace, m.Name, m)

	a.create(t)
	restartOperator(t)
	// One before the Application is deleted, and one after.
	blocks := suite.Documented(t, "docs/how-to/uninstall.md", "Argo CD", 2)
	run := func(commands string) {
		t.Helper()
		if _, err := env.Plane.Shell(t.Context(), env.Plane.Kubeconfig, "set -e\n"+commands); err != nil {
			t.Fatal(err)
		}
	}
	run(blocks[0])
	a.delete(t)
	run(blocks[1])
	checkNoneLeft(t, partOf, "customresourcedefinitions,clusterrolebindings,deployments,serviceaccounts")
	checkNoneLeft(t, "stakeholders.dev/map", "rolebindings,roles,configmaps")
	// One that Kubernetes has created again has no labels.
	roles, err := env.Plane.Kubectl(t.Context(), "get", "clusterroles", "--output=name")
	if err != nil || strings.Contains(roles, "stakeholder") {
		t.Errorf("the ClusterRoles are, or it is unknown (%v):\n%s", err, roles)
	}
}

// checkNoneLeft fails if there are objects with a label. The Namespace of the operator belongs to the suite.
func checkNoneLeft(t *testing.T, label, kinds string) {
	t.Helper()
	left, err := env.Plane.Kubectl(t.Context(), "get", kinds, "--all-namespaces", "--output=name", "--selector="+label)
	if err != nil || left != "" {
		t.Errorf("with the label %s there are still, or it is unknown (%v):\n%s", label, err, left)
	}
}

// partOf selects what is installed with the operator.
const partOf = "app.kubernetes.io/part-of=stakeholder-operator"

// operatorApplication is the Application of the operator.
type operatorApplication struct{ application }

func newOperatorApplication(t *testing.T) operatorApplication {
	t.Helper()
	folder, err := controlplane.HelmAssets(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	root, err := controlplane.Root()
	if err != nil {
		t.Fatal(err)
	}
	// What Argo CD's repo-server does with a chart.
	cmd := exec.CommandContext(t.Context(), filepath.Join(folder, "helm3"), "template", "stakeholder-operator", filepath.Join(root, "dist", "chart"),
		"--namespace="+suite.OperatorNamespace, "--set=crds.keep=false")
	rendered, err := cmd.Output()
	if err != nil {
		t.Fatal(err)
	}
	from := newRepository(t)
	from.write(t, map[string]string{"operator.yaml": string(rendered)})
	if _, err := env.Plane.KubectlInput(t.Context(), strings.NewReader(platform), "apply", "--namespace="+byAnnotation.namespace, "-f", "-"); err != nil {
		t.Fatal(err)
	}
	return operatorApplication{application{of: byAnnotation, name: "operator", namespace: suite.OperatorNamespace, repository: from}}
}

// create creates the Application, and waits until Argo CD has synced it.
func (a operatorApplication) create(t *testing.T) {
	t.Helper()
	o := a.object()
	o.SetFinalizers([]string{"resources-finalizer.argocd.argoproj.io"})
	o.Object["spec"] = map[string]any{
		"project":     "platform",
		"source":      map[string]any{"repoURL": a.repository.url(), "targetRevision": branch, "path": mapsFolder},
		"destination": map[string]any{"server": env.user.server, "namespace": a.namespace},
		"syncPolicy":  map[string]any{"automated": map[string]any{}, "syncOptions": []any{"ServerSideApply=true"}},
	}
	env.Create(t, o)
	a.wait(t, "it is synced", func(c condition) error {
		if c.OperationState.Phase != succeeded {
			return errors.New("it is not")
		}
		return nil
	})
}

// delete deletes the Application with all that it has installed, and stops the operator, as its Deployment would.
func (a operatorApplication) delete(t *testing.T) {
	t.Helper()
	env.Delete(t, a.object())
	env.WaitGone(t, a.object())
	if err := env.operator.Stop(); err != nil {
		t.Error(err)
	}
	checkNoneLeft(t, partOf, "deployments,serviceaccounts,validatingadmissionpolicies")
}

// restartOperator runs the operator as its ServiceAccount, which has been created again.
func restartOperator(t *testing.T) {
	t.Helper()
	ctx := context.WithoutCancel(t.Context())
	_, err := env.Plane.ServiceAccountKubeconfig(ctx, suite.OperatorNamespace, suite.OperatorServiceAccount, 2*time.Hour)
	if err == nil {
		err = startOperator(ctx)
	}
	if err != nil {
		t.Fatal(err)
	}
}

// reinstall brings the suite back to the state that the other tests need.
func reinstall(t *testing.T) {
	t.Helper()
	if err := env.Plane.InstallOperator(context.WithoutCancel(t.Context())); err != nil {
		t.Fatal(err)
	}
	restartOperator(t)
}

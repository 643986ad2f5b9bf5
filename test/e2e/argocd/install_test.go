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
	"encoding/json"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"time"

	corev1 "k8s.io/api/core/v1"
	rbacv1 "k8s.io/api/rbac/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/client-go/rest"
	"k8s.io/client-go/tools/clientcmd"

	"github.com/stakeholders-dev/stakeholder-operator/test/controlplane"
)

// installation is an Argo CD in a separate namespace.
type installation struct {
	namespace string
	// tracking is application.resourceTrackingMethod of argocd-cm.
	tracking string
	// byHand is true if the health check is added to an existing ConfigMap, instead of by Argo CD's kustomization.
	byHand bool
}

// credentials are those of Argo CD's ServiceAccount, in a file and as read from it.
type credentials struct {
	kubeconfig string
	config     *rest.Config
	// server is the cluster's name for Argo CD.
	server string
}

// module is Argo CD's.
const module = "github.com/argoproj/argo-cd/v3"

// settings are what Argo CD needs to start: its ConfigMaps, its signing key, the project of the applications, which
// allows only namespaced objects, and the cluster, since Argo CD does not run in it.
const settings = `
apiVersion: v1
kind: ConfigMap
metadata: {name: argocd-cm}
data: {application.resourceTrackingMethod: TRACKING}
---
apiVersion: v1
kind: ConfigMap
metadata: {name: argocd-rbac-cm}
---
apiVersion: v1
kind: ConfigMap
metadata: {name: argocd-cmd-params-cm}
---
apiVersion: v1
kind: ConfigMap
metadata: {name: argocd-gpg-keys-cm}
---
apiVersion: v1
kind: ConfigMap
metadata: {name: argocd-tls-certs-cm}
---
apiVersion: v1
kind: ConfigMap
metadata: {name: argocd-ssh-known-hosts-cm}
---
apiVersion: v1
kind: Secret
metadata: {name: argocd-secret}
stringData: {server.secretkey: only-for-tests}
---
apiVersion: argoproj.io/v1alpha1
kind: AppProject
metadata: {name: default}
spec:
  sourceRepos: ["file:///**"]
  destinations: [{namespace: "*", server: SERVER}]
---
apiVersion: v1
kind: Secret
metadata: {name: cluster, labels: {argocd.argoproj.io/secret-type: cluster}}
stringData:
  name: cluster
  server: SERVER
  config: 'CREDENTIALS'
`

// install installs what Argo CD needs in the cluster, with the operator's component over it.
func install(ctx context.Context, installations ...installation) error {
	manifests, err := moduleFolder(ctx)
	if err != nil {
		return err
	}
	if _, err := env.Plane.Kubectl(ctx, "apply", "--server-side", "-k", filepath.Join(manifests, "manifests", "crds")); err != nil {
		return err
	}
	// kubectl wait fails for one that has no conditions yet.
	if err := controlplane.WaitFor(ctx, patience, "Argo CD's kinds are served", func() error {
		_, err := env.Plane.Kubectl(ctx, "wait", "--for=condition=Established", "customresourcedefinitions", "--all")
		return err
	}); err != nil {
		return err
	}
	for _, to := range installations {
		if err := env.Admin.Create(ctx, &corev1.Namespace{ObjectMeta: metav1.ObjectMeta{Name: to.namespace}}); err != nil {
			return err
		}
	}
	if env.user, err = newUser(ctx); err != nil {
		return err
	}
	for _, to := range installations {
		if err := configure(ctx, to); err != nil {
			return err
		}
	}
	return nil
}

// moduleFolder is the folder of Argo CD's module, which has its CustomResourceDefinitions.
func moduleFolder(ctx context.Context) (string, error) {
	root, err := controlplane.Root()
	if err != nil {
		return "", err
	}
	// "go list" does not know the folder of a module that only the cached program was built from.
	cmd := exec.CommandContext(ctx, "go", "mod", "download", "-json", module)
	cmd.Dir = filepath.Join(root, "hack", "argocd")
	cmd.Env = append(os.Environ(), "GOWORK=off")
	output, err := cmd.Output()
	if err != nil {
		return "", fmt.Errorf("finding the module %s: %w: %s", module, err, output)
	}
	var found struct{ Dir string }
	if err := json.Unmarshal(output, &found); err != nil {
		return "", fmt.Errorf("finding the module %s: %w", module, err)
	}
	return found.Dir, nil
}

// newUser is a ServiceAccount with the rights of upstream's own ClusterRole for the application controller, which are
// all rights.
func newUser(ctx context.Context) (credentials, error) {
	const name = "argocd-application-controller"
	namespace := byAnnotation.namespace
	if err := env.Admin.Create(ctx, &corev1.ServiceAccount{ObjectMeta: metav1.ObjectMeta{Namespace: namespace, Name: name}}); err != nil {
		return credentials{}, err
	}
	if err := env.Admin.Create(ctx, &rbacv1.ClusterRoleBinding{
		ObjectMeta: metav1.ObjectMeta{Name: name},
		RoleRef:    rbacv1.RoleRef{APIGroup: rbacv1.GroupName, Kind: "ClusterRole", Name: "cluster-admin"},
		Subjects:   []rbacv1.Subject{{Kind: rbacv1.ServiceAccountKind, Namespace: namespace, Name: name}},
	}); err != nil {
		return credentials{}, err
	}
	kubeconfig, err := env.Plane.ServiceAccountKubeconfig(ctx, namespace, name, 2*time.Hour)
	if err != nil {
		return credentials{}, err
	}
	config, err := clientcmd.BuildConfigFromFlags("", kubeconfig)
	if err != nil {
		return credentials{}, err
	}
	// Argo CD knows clusters by their address, without the slash.
	return credentials{kubeconfig: kubeconfig, config: config, server: strings.TrimSuffix(config.Host, "/")}, nil
}

// configure applies the settings with the health check in either of the ways that the documentation shows.
func configure(ctx context.Context, to installation) error {
	connection, err := json.Marshal(map[string]any{
		"bearerToken":     env.user.config.BearerToken,
		"tlsClientConfig": map[string]any{"caData": env.user.config.CAData},
	})
	if err != nil {
		return err
	}
	kustomization := "namespace: " + to.namespace + "\nlabels: [{pairs: {app.kubernetes.io/part-of: argocd}}]\nresources: [settings.yaml]\n"
	if !to.byHand {
		kustomization += "components: [CONFIG/components/argocd]\n"
	}
	overlay, err := env.Plane.Overlay(kustomization, map[string]string{
		"settings.yaml": strings.NewReplacer("TRACKING", to.tracking, "SERVER", env.user.server, "CREDENTIALS", string(connection)).Replace(settings),
	})
	if err != nil {
		return err
	}
	if _, err := env.Plane.Kubectl(ctx, "apply", "--server-side", "-k", overlay); err != nil || !to.byHand {
		return err
	}
	root, err := controlplane.Root()
	if err != nil {
		return err
	}
	args := []string{"create", "configmap", "argocd-cm", "--namespace=" + to.namespace, "--dry-run=client", "--output=yaml"}
	for _, kind := range []string{"StakeholderMap", "StakeholderPolicy", "StakeholderRequest"} {
		script := filepath.Join(root, "config", "components", "argocd", "resource_customizations", "stakeholders.dev", kind, "health.lua")
		args = append(args, "--from-file=resource.customizations.health.stakeholders.dev_"+kind+"="+script)
	}
	snippet, err := env.Plane.Kubectl(ctx, args...)
	if err != nil {
		return err
	}
	_, err = env.Plane.KubectlInput(ctx, strings.NewReader(snippet), "apply", "--server-side", "--field-manager=stakeholder-operator-health", "-f", "-")
	return err
}

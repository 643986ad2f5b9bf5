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

// Package waiting tests the pipelines of docs/integrations/waiting: a shell asks by the real kubectl, on a real API server, and
// waits. The tests play the operator: they write the status of requests.
package waiting

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"testing"
	"time"

	corev1 "k8s.io/api/core/v1"
	rbacv1 "k8s.io/api/rbac/v1"
	apierrors "k8s.io/apimachinery/pkg/api/errors"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/runtime"
	utilruntime "k8s.io/apimachinery/pkg/util/runtime"
	clientgoscheme "k8s.io/client-go/kubernetes/scheme"
	"sigs.k8s.io/controller-runtime/pkg/client"

	"github.com/stakeholders-dev/stakeholder-operator/api/v1alpha1"
	"github.com/stakeholders-dev/stakeholder-operator/test/controlplane"
)

const (
	// namespace is that of the map, and pipeline is the ServiceAccount there that asks.
	namespace, pipeline = "payments", "ci"
	// argoCD is the user that syncs.
	argoCD = "system:serviceaccount:argocd:argocd-application-controller"
	// patience bounds every wait. It is long because the machine may be busy.
	patience = time.Minute
)

// env is shared by all tests.
var env struct {
	plane *controlplane.ControlPlane
	admin client.Client
	// examples is the folder docs/integrations/waiting, and assets the one with kubectl.
	examples, assets string
	// kubeconfig connects as the pipeline, and stranger as a ServiceAccount without rights.
	kubeconfig, stranger string
}

func TestMain(m *testing.M) {
	os.Exit(run(m))
}

func run(m *testing.M) (code int) {
	ctx, cancel := context.WithTimeout(context.Background(), 20*time.Minute)
	defer cancel()
	err := setUp(ctx)
	if env.plane != nil {
		defer func() {
			if err := errors.Join(env.plane.Stop(), controlplane.CheckLeaks()); err != nil {
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
	root, err := controlplane.Root()
	if err != nil {
		return err
	}
	env.examples = filepath.Join(root, "docs", "integrations", "waiting")
	if env.assets, err = controlplane.Assets(ctx); err != nil {
		return err
	}
	// Nothing here needs a controller.
	if env.plane, err = controlplane.Start(ctx, controlplane.Options{ControllerManagerLater: true}); err != nil {
		return err
	}
	crd := filepath.Join(root, "config", "crd", "bases", "stakeholders.dev_stakeholderrequests.yaml")
	if _, err := env.plane.Kubectl(ctx, "apply", "--server-side", "-f", crd); err != nil {
		return err
	}
	scheme := runtime.NewScheme()
	utilruntime.Must(clientgoscheme.AddToScheme(scheme))
	utilruntime.Must(v1alpha1.AddToScheme(scheme))
	if env.admin, err = client.New(env.plane.Config, client.Options{Scheme: scheme}); err != nil {
		return err
	}
	if err := setUpUsers(ctx); err != nil {
		return err
	}
	for _, file := range []string{"config/rbac/stakeholderrequest_editor_role.yaml", "config/admission/request_authors_policy.yaml"} {
		if _, err := env.plane.Kubectl(ctx, "apply", "--server-side", "-f", filepath.Join(root, file)); err != nil {
			return err
		}
	}
	return controlplane.WaitFor(ctx, patience, "admission refuses a request in another name", func() error {
		r := &v1alpha1.StakeholderRequest{
			ObjectMeta: metav1.ObjectMeta{Namespace: namespace, Name: "forged"},
			Spec:       v1alpha1.StakeholderRequestSpec{Map: "checkout", Topic: "release", Title: "Release 1.4.0", RequestedBy: "ann"},
		}
		if err := env.admin.Create(ctx, r, client.DryRunAll); !apierrors.IsForbidden(err) {
			return fmt.Errorf("it gives %w", err)
		}
		return nil
	})
}

// setUpUsers makes the pipeline, with the rights that the documentation gives it and Argo CD, and the stranger.
func setUpUsers(ctx context.Context) (err error) {
	meta := func(name string) metav1.ObjectMeta { return metav1.ObjectMeta{Namespace: namespace, Name: name} }
	for _, o := range []client.Object{
		&corev1.Namespace{ObjectMeta: metav1.ObjectMeta{Name: namespace}},
		&corev1.ServiceAccount{ObjectMeta: meta(pipeline)},
		&corev1.ServiceAccount{ObjectMeta: meta("stranger")},
		&rbacv1.RoleBinding{
			ObjectMeta: meta(pipeline),
			RoleRef:    rbacv1.RoleRef{APIGroup: rbacv1.GroupName, Kind: "ClusterRole", Name: "stakeholderrequest-editor-role"},
			Subjects: []rbacv1.Subject{
				{Kind: rbacv1.ServiceAccountKind, Namespace: namespace, Name: pipeline},
				{Kind: rbacv1.UserKind, APIGroup: rbacv1.GroupName, Name: argoCD},
			},
		},
	} {
		if err := env.admin.Create(ctx, o); err != nil {
			return err
		}
	}
	if env.kubeconfig, err = env.plane.ServiceAccountKubeconfig(ctx, namespace, pipeline, time.Hour); err != nil {
		return err
	}
	env.stranger, err = env.plane.ServiceAccountKubeconfig(ctx, namespace, "stranger", time.Hour)
	return err
}

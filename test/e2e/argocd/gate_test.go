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
	"errors"
	"fmt"
	"strings"
	"testing"

	appsv1 "k8s.io/api/apps/v1"
	apierrors "k8s.io/apimachinery/pkg/api/errors"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"sigs.k8s.io/controller-runtime/pkg/client"

	"github.com/stakeholders-dev/stakeholder-operator/api/v1alpha1"
	"github.com/stakeholders-dev/stakeholder-operator/test/controlplane"
	"github.com/stakeholders-dev/stakeholder-operator/test/suite"
)

// image is what the application runs first, and otherImage is another one.
const (
	image      = "registry.example/shop/checkout@sha256:4f53cda18c2baa0c0354bb5f9a3ecbe5ed12ab4d8e11ba873c2f11161202b945"
	otherImage = "registry.example/shop/checkout@sha256:0000000000000000000000000000000000000000000000000000000000000000"
)

// TestGateHoldsASync gates the namespace of an application. Argo CD, which has every right in the cluster, deploys an image only once the
// customers have approved it, and then without another commit or click.
func TestGateHoldsASync(t *testing.T) {
	t.Parallel()
	installGate(t)
	home := env.NewNamespace(t)
	m := suite.NewMap(home, "checkout")
	env.Create(t, m)
	env.WaitReady(t, m)
	env.WaitAuthorsChecked(t)
	namespace := env.NewNamespace(t)
	env.PatchNamespace(t, namespace, `{"metadata":{"annotations":{"stakeholders.dev/needs-approval":"`+home+`/checkout/release"}}}`)

	repository := newRepository(t)
	commit := repository.write(t, map[string]string{"deployment.yaml": deploymentOf(image)})
	g := gated{newApplication(t, byAnnotation, namespace, repository), home}
	// As docs/integrations/admission-gate.md says: Argo CD tries a sync that was refused again.
	g.patch(t, `{"spec":{"syncPolicy":{"retry":{"limit":-1,"backoff":{"duration":"1s","factor":1,"maxDuration":"1s"}}}}}`)
	g.refresh(t)
	g.waitRefused(t, commit, image)

	// What the refusal says leads to an approval.
	r := g.ask(t, image)
	g.approve(t, r)
	g.waitRuns(t, image)
	g.wait(t, "it is synced by itself", func(c condition) error {
		if c.Sync.Status != synced || c.Sync.Revision != commit || c.OperationState.Phase != succeeded {
			return errors.New("it is not")
		}
		return nil
	})

	// An approval opens one image, and no other.
	commit = repository.write(t, map[string]string{"deployment.yaml": deploymentOf(otherImage)})
	g.refresh(t)
	g.waitRefused(t, commit, otherImage)
	g.waitRuns(t, image)
}

// installGate installs the component for the namespaces that have its annotation.
func installGate(t *testing.T) {
	t.Helper()
	env.InstallGate(t)
	namespace := env.NewNamespace(t)
	env.PatchNamespace(t, namespace, `{"metadata":{"annotations":{"stakeholders.dev/needs-approval":"a/b/c"}}}`)
	controlplane.Eventually(t, patience, "the gate is in force", func() error {
		_, err := env.Plane.Kubectl(t.Context(), "create", "deployment", "probe", "--image=probe", "-n", namespace, "--dry-run=server", "--as="+argoCDUser)
		if err == nil || !strings.Contains(err.Error(), "NeedsApproval") {
			return fmt.Errorf("a Deployment gets %w", err)
		}
		return nil
	})
}

// gated is an application whose namespace needs the approval of a map in the namespace home.
type gated struct {
	application

	home string
}

// waitRefused waits until Argo CD says, in the words of the gate, what has to be done before an image runs.
func (g gated) waitRefused(t *testing.T, commit, image string) {
	t.Helper()
	g.wait(t, image+" is refused", func(c condition) error {
		for _, says := range []string{
			"NeedsApproval: " + argoCDUser + " may not approve " + g.home + "/checkout/release",
			"the image " + image + " is not approved for it",
			`"namespace":"` + g.home + `"`, `"subject":"` + image + `"`, "kubectl create -f -",
		} {
			if !strings.Contains(c.OperationState.Message+c.messages(), says) {
				return fmt.Errorf("it does not say %q", says)
			}
		}
		if c.OperationState.SyncResult.Revision != commit {
			return errors.New("that is about another commit")
		}
		return nil
	})
}

// messages are what Argo CD says of each resource of a sync.
func (c condition) messages() string {
	var all []string
	for _, r := range c.OperationState.SyncResult.Resources {
		all = append(all, r.Message)
	}
	return strings.Join(all, "\n")
}

// ask makes a request about an image, as a developer.
func (g gated) ask(t *testing.T, image string) *v1alpha1.StakeholderRequest {
	t.Helper()
	r := &v1alpha1.StakeholderRequest{
		ObjectMeta: metav1.ObjectMeta{Namespace: g.home, Name: "release"},
		Spec:       v1alpha1.StakeholderRequestSpec{Map: "checkout", Topic: "release", Title: "Release", Subject: image, RequestedBy: argoCDUser},
	}
	if err := client.IgnoreAlreadyExists(env.As(t, argoCDUser).Create(t.Context(), r)); err != nil {
		t.Fatal(err)
	}
	return r
}

// approve approves a request, as the customer.
func (g gated) approve(t *testing.T, r *v1alpha1.StakeholderRequest) {
	t.Helper()
	hooked{g.application}.answer(t, r, v1alpha1.VerdictApprove)
}

// waitRuns waits until the Deployment has an image, and fails if it ever has another one.
func (g gated) waitRuns(t *testing.T, want string) {
	t.Helper()
	controlplane.Eventually(t, patience, want+" runs", func() error {
		d := &appsv1.Deployment{}
		err := env.Admin.Get(t.Context(), client.ObjectKey{Namespace: g.namespace, Name: "checkout"}, d)
		if apierrors.IsNotFound(err) {
			return err
		}
		if err != nil {
			t.Fatal(err)
		}
		if got := d.Spec.Template.Spec.Containers[0].Image; got != want {
			t.Fatalf("%s runs, want %s", got, want)
		}
		return nil
	})
}

// deploymentOf is a Deployment of one container.
func deploymentOf(image string) string {
	return `apiVersion: apps/v1
kind: Deployment
metadata: {name: checkout}
spec:
  selector: {matchLabels: {app: checkout}}
  template:
    metadata: {labels: {app: checkout}}
    spec: {containers: [{name: checkout, image: "` + image + `"}]}
`
}

// argoCDUser is the name by which the API server knows Argo CD.
var argoCDUser = "system:serviceaccount:" + byAnnotation.namespace + ":argocd-application-controller"

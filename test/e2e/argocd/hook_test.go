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
	"os"
	"path/filepath"
	"strings"
	"testing"

	corev1 "k8s.io/api/core/v1"
	apierrors "k8s.io/apimachinery/pkg/api/errors"
	"sigs.k8s.io/controller-runtime/pkg/client"

	"github.com/stakeholders-dev/stakeholder-operator/api/v1alpha1"
	"github.com/stakeholders-dev/stakeholder-operator/test/controlplane"
	"github.com/stakeholders-dev/stakeholder-operator/test/suite"
)

// Argo CD's names for what became of an operation.
const running, succeeded, failed = "Running", "Succeeded", "Failed"

// hooked is an application with a hook.
type hooked struct{ application }

// TestHookWaitsForTheAnswer puts the hook of docs/integrations/waiting beside a manifest. Argo CD asks, waits while no party answers,
// deploys nothing after a no, and asks again for the next commit, which it deploys after the yes.
func TestHookWaitsForTheAnswer(t *testing.T) {
	t.Parallel()
	for _, of := range []installation{byAnnotation, byLabel} {
		t.Run("TrackedBy"+of.tracking, func(t *testing.T) {
			t.Parallel()
			testHook(t, of)
		})
	}
}

func testHook(t *testing.T, of installation) {
	t.Helper()
	h, hook := newHooked(t, of, "argocd-presync.yaml")
	commit := h.repository.write(t, map[string]string{"request.yaml": hook, "release.yaml": release("1.4.0")})
	h.refresh(t)
	first := h.waitAsked(t, commit)
	h.answer(t, first, v1alpha1.VerdictReject)
	c := h.waitEnd(t, commit, failed)
	if says := c.hook(first.Name).Message; says != "Rejected by customer/board" {
		t.Errorf("Argo CD says %q", says)
	}
	h.checkDeployed(t, "")

	commit = h.repository.write(t, map[string]string{"request.yaml": strings.Replace(hook, "1.4.0", "1.4.1", 1), "release.yaml": release("1.4.1")})
	h.refresh(t)
	second := h.waitAsked(t, commit)
	if second.Spec.Title != "Release 1.4.1" {
		t.Errorf("it asks for %q", second.Spec.Title)
	}
	// Nor does self-heal deploy what was refused.
	h.checkDeployed(t, "")
	h.answer(t, second, v1alpha1.VerdictApprove)
	h.waitEnd(t, commit, succeeded)
	h.checkDeployed(t, "1.4.1")
	h.wait(t, "it is in sync: the requests are no part of it", func(c condition) error {
		if c.Sync.Status != synced || c.Health.Status != healthy {
			return errors.New("it is not")
		}
		return nil
	})

	// The requests stay. They say who was asked and what they said, and an approval ends with its request.
	h.checkKept(t, first, v1alpha1.OutcomeRejected)
	h.checkKept(t, second, v1alpha1.OutcomeApproved)
}

// TestNamedHookAsksOnce syncs a version that was approved again, which asks no party. After a no, the next sync asks again.
func TestNamedHookAsksOnce(t *testing.T) {
	t.Parallel()
	h, hook := newHooked(t, byAnnotation, "argocd-presync-named.yaml")
	commit := h.repository.write(t, map[string]string{"request.yaml": hook, "release.yaml": release("1.4.0")})
	h.refresh(t)
	refused := h.waitAsked(t, commit)
	h.answer(t, refused, v1alpha1.VerdictReject)
	h.waitEnd(t, commit, failed)
	h.checkDeployed(t, "")

	commit = h.repository.write(t, map[string]string{"release.yaml": release("1.4.0-corrected")})
	h.refresh(t)
	asked := h.waitAsked(t, commit)
	if asked.Name != "checkout-release-1.4.0" || asked.UID == refused.UID {
		t.Errorf("it asks by %s with the UID %s, and has asked before by %s", asked.Name, asked.UID, refused.UID)
	}
	h.answer(t, asked, v1alpha1.VerdictApprove)
	h.waitEnd(t, commit, succeeded)
	h.checkDeployed(t, "1.4.0-corrected")

	commit = h.repository.write(t, map[string]string{"release.yaml": release("1.4.0-again")})
	h.refresh(t)
	h.waitEnd(t, commit, succeeded)
	h.checkDeployed(t, "1.4.0-again")
	h.checkKept(t, asked, v1alpha1.OutcomeApproved)
}

// newHooked makes an application, and a map in its namespace. It returns a hook of the documentation, for that map.
func newHooked(t *testing.T, of installation, file string) (hooked, string) {
	t.Helper()
	namespace := env.NewNamespace(t)
	m := suite.NewMap(namespace, "checkout")
	env.Create(t, m)
	env.WaitReady(t, m)
	env.WaitAuthorsChecked(t)
	h := hooked{application: newApplication(t, of, namespace, newRepository(t))}
	// Otherwise Argo CD tries a sync that has failed again, which deletes the request and asks again. Once it has refreshed, it has
	// seen this.
	h.patch(t, `{"spec":{"syncPolicy":{"retry":{"limit":0}}}}`)
	h.refresh(t)
	h.waitRefreshed(t)

	root, err := controlplane.Root()
	if err != nil {
		t.Fatal(err)
	}
	content, err := os.ReadFile(filepath.Join(root, "docs", "integrations", "waiting", file))
	if err != nil {
		t.Fatal(err)
	}
	hook := strings.Replace(string(content), "namespace: payments", "namespace: "+namespace, 1)
	if hook == string(content) {
		t.Fatal("the hook of the documentation has no namespace")
	}
	return h, hook
}

// checkKept fails unless a request is still there, with an outcome.
func (h hooked) checkKept(t *testing.T, r *v1alpha1.StakeholderRequest, outcome v1alpha1.Outcome) {
	t.Helper()
	is := suite.Get(t, env.Suite, h.namespace, r.Name, &v1alpha1.StakeholderRequest{})
	if is.UID != r.UID || is.Status.Outcome != outcome || is.DeletionTimestamp != nil || len(is.Finalizers) > 0 {
		t.Errorf("%s has the UID %s, want %s; it is %s, deleted at %v, with the finalizers %q",
			r.Name, is.UID, r.UID, is.Status.Outcome, is.DeletionTimestamp, is.Finalizers)
	}
}

// release is what the application deploys.
func release(version string) string {
	return "apiVersion: v1\nkind: ConfigMap\nmetadata: {name: release}\ndata: {version: " + version + "}\n"
}

// hook returns what Argo CD says of a hook.
func (c condition) hook(name string) (found struct{ Kind, Name, HookPhase, Message string }) {
	for _, r := range c.OperationState.SyncResult.Resources {
		if r.Name == name {
			return r
		}
	}
	return found
}

// waitAsked waits until Argo CD waits for an answer before it syncs a commit, and returns the request.
func (h hooked) waitAsked(t *testing.T, commit string) *v1alpha1.StakeholderRequest {
	t.Helper()
	var name string
	h.wait(t, "it waits for the answer", func(c condition) error {
		if c.OperationState.Phase != running || c.OperationState.SyncResult.Revision != commit {
			return errors.New("it does not sync this commit")
		}
		for _, r := range c.OperationState.SyncResult.Resources {
			if r.Kind == "StakeholderRequest" && r.HookPhase == running && r.Message == "Pending: customer/board asked; 0 of 1 parties have approved; waits for customer/board" {
				name = r.Name
				return nil
			}
		}
		return errors.New("it does not say which party it waits for")
	})
	return suite.Get(t, env.Suite, h.namespace, name, &v1alpha1.StakeholderRequest{})
}

// answer answers as the customer.
func (h hooked) answer(t *testing.T, r *v1alpha1.StakeholderRequest, verdict v1alpha1.Verdict) {
	t.Helper()
	carla := env.As(t, "carla")
	controlplane.Eventually(t, patience, "carla answers", func() error {
		before := r.DeepCopy()
		r.Spec.Responses = []v1alpha1.Response{{By: "carla", Verdict: verdict}}
		return carla.Patch(t.Context(), r, client.MergeFrom(before))
	})
}

// waitEnd waits until the sync of a commit has ended. If it has succeeded, Argo CD may have synced a single resource again since, and
// then does not say any more what the hooks have said.
func (h hooked) waitEnd(t *testing.T, commit, phase string) condition {
	t.Helper()
	return h.wait(t, "the sync has "+phase, func(c condition) error {
		if c.OperationState.Phase != phase || c.OperationState.SyncResult.Revision != commit {
			return errors.New("it has not")
		}
		return nil
	})
}

// checkDeployed fails unless a version is deployed, or none.
func (h hooked) checkDeployed(t *testing.T, version string) {
	t.Helper()
	is := &corev1.ConfigMap{}
	err := env.Admin.Get(t.Context(), client.ObjectKey{Namespace: h.namespace, Name: "release"}, is)
	if client.IgnoreNotFound(err) != nil {
		t.Fatal(err)
	}
	if got := is.Data["version"]; got != version || apierrors.IsNotFound(err) != (version == "") {
		t.Errorf("the version %q is deployed, want %q", got, version)
	}
}

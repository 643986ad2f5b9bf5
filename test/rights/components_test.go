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

package rights

import (
	"testing"

	"github.com/google/go-cmp/cmp"
	rbacv1 "k8s.io/api/rbac/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
)

// component lists the rights that a component gives, by role. It must not give any right that is not listed, neither on
// its own resources nor on those that no component may give.
type component struct {
	// resources are all that the tool has, as group/resource.
	resources              []string
	customer, productOwner []right
}

var components = map[string]component{
	"argo-rollouts": {
		resources: []string{
			"argoproj.io/rollouts", "argoproj.io/rollouts/status", "argoproj.io/rollouts/scale", "argoproj.io/rollouts/finalizers",
			"argoproj.io/analysisruns", "argoproj.io/analysistemplates", "argoproj.io/experiments", "argoproj.io/clusteranalysistemplates",
		},
		customer:     append(reading("argoproj.io/rollouts", "argoproj.io/analysisruns"), "patch argoproj.io/rollouts/status"),
		productOwner: reading("argoproj.io/rollouts", "argoproj.io/analysisruns"),
	},
	"argo-workflows": {
		resources: []string{
			"argoproj.io/workflows", "argoproj.io/workflows/finalizers", "argoproj.io/workflowtemplates", "argoproj.io/cronworkflows",
			"argoproj.io/clusterworkflowtemplates", "argoproj.io/workfloweventbindings", "argoproj.io/workflowtasksets",
			"argoproj.io/workflowtaskresults", "argoproj.io/workflowartifactgctasks",
		},
		customer:     append(reading("argoproj.io/workflows"), "update argoproj.io/workflows"),
		productOwner: reading("argoproj.io/workflows"),
	},
	"manual-approval-gate": {
		resources: []string{
			"openshift-pipelines.org/approvaltasks", "openshift-pipelines.org/approvaltasks/status", "tekton.dev/customruns",
			"tekton.dev/customruns/status",
		},
		customer: []right{
			"get openshift-pipelines.org/approvaltasks", "list openshift-pipelines.org/approvaltasks",
			"update openshift-pipelines.org/approvaltasks",
		},
		productOwner: []right{"get openshift-pipelines.org/approvaltasks", "list openshift-pipelines.org/approvaltasks"},
	},
	"kargo": {
		resources: []string{
			"kargo.akuity.io/stages", "kargo.akuity.io/stages/status", "kargo.akuity.io/freights", "kargo.akuity.io/freights/status",
			"kargo.akuity.io/promotions", "kargo.akuity.io/promotions/status", "kargo.akuity.io/warehouses", "kargo.akuity.io/projects",
			"kargo.akuity.io/projectconfigs", "kargo.akuity.io/promotiontasks", "kargo.akuity.io/promotionrequests", "kargo.akuity.io/targets",
		},
		customer: append(reading("kargo.akuity.io/stages", "kargo.akuity.io/freights", "kargo.akuity.io/promotions"),
			"promote kargo.akuity.io/stages", "create kargo.akuity.io/promotions"),
		productOwner: reading("kargo.akuity.io/stages", "kargo.akuity.io/freights", "kargo.akuity.io/promotions"),
	},
	"flux": {
		resources: []string{
			"kustomize.toolkit.fluxcd.io/kustomizations", "kustomize.toolkit.fluxcd.io/kustomizations/status",
			"helm.toolkit.fluxcd.io/helmreleases", "helm.toolkit.fluxcd.io/helmreleases/status",
			"source.toolkit.fluxcd.io/gitrepositories", "source.toolkit.fluxcd.io/ocirepositories", "source.toolkit.fluxcd.io/helmrepositories",
			"source.toolkit.fluxcd.io/helmcharts", "source.toolkit.fluxcd.io/buckets", "image.toolkit.fluxcd.io/imageupdateautomations",
			"notification.toolkit.fluxcd.io/receivers", "fluxcd.controlplane.io/resourcesets",
		},
		customer: append(reading("kustomize.toolkit.fluxcd.io/kustomizations", "helm.toolkit.fluxcd.io/helmreleases"),
			"resume kustomize.toolkit.fluxcd.io/kustomizations", "resume helm.toolkit.fluxcd.io/helmreleases"),
		productOwner: reading("kustomize.toolkit.fluxcd.io/kustomizations", "helm.toolkit.fluxcd.io/helmreleases"),
	},
	"tekton": {
		resources: []string{
			"tekton.dev/pipelineruns", "tekton.dev/pipelineruns/status", "tekton.dev/pipelines", "tekton.dev/tasks", "tekton.dev/taskruns",
			"tekton.dev/customruns", "tekton.dev/stepactions",
		},
		customer:     reading("tekton.dev/pipelineruns"),
		productOwner: reading("tekton.dev/pipelineruns"),
	},
}

// never are resources on which no component gives any right.
var never = []string{
	"/pods", "/pods/exec", "/pods/log", "/secrets", "/configmaps", "/serviceaccounts", "/serviceaccounts/token", "/namespaces",
	"apps/deployments", "rbac.authorization.k8s.io/roles", "rbac.authorization.k8s.io/rolebindings",
	"rbac.authorization.k8s.io/clusterroles", "stakeholders.dev/stakeholdermaps", "stakeholders.dev/stakeholdermaps/budget",
}

// verbs are those that Kubernetes knows, and those that tools have added.
var verbs = []string{
	"get", "list", "watch", "create", "update", "patch", "delete", "deletecollection", "*",
	"bind", "escalate", "impersonate", "approve", "request", "triage", "promote", "resume", "suspend", "reconcile",
}

// reading are the verbs that are needed to see resources.
func reading(resources ...string) []right { return on(resources, "get", "list", "watch") }

func on(resources []string, verbs ...string) []right {
	var out []right
	for _, resource := range resources {
		for _, verb := range verbs {
			out = append(out, right(verb+" "+resource))
		}
	}
	return out
}

// TestComponents lets the controller manager aggregate each component, and compares the rights of the users, one by
// one, before, with and after it.
func TestComponents(t *testing.T) {
	namespace, elsewhere := newNamespace(t), newNamespace(t)
	bind(t, namespace, customerRole, "carla")
	bind(t, namespace, endUserRole, "eve")
	bind(t, namespace, productOwnerRole, "paul")
	// A component must not reach Kubernetes' own roles.
	bind(t, namespace, "view", "vera")
	bind(t, namespace, "admin", "adam")
	waitHeld(t, "vera", namespace, []right{"get /pods"}, true)
	waitHeld(t, "adam", namespace, []right{"create /pods"}, true)
	for name, c := range components {
		t.Run(name, func(t *testing.T) {
			all := append(on(c.resources, verbs...), on(never, verbs...)...)
			for _, user := range []string{"carla", "eve", "paul"} {
				if before := held(t, user, namespace, all); len(before) > 0 {
					t.Errorf("without the component, %s has %q", user, before)
				}
			}
			t.Run("Installed", func(t *testing.T) {
				install(t, name)
				waitHeld(t, "carla", namespace, c.customer, true)
				waitHeld(t, "paul", namespace, c.productOwner, true)
				checkHeld(t, "carla", namespace, all, c.customer)
				checkHeld(t, "paul", namespace, all, c.productOwner)
				checkHeld(t, "eve", namespace, all, nil)
				for _, user := range []string{"norma", "vera", "adam", operatorUser} {
					checkHeld(t, user, namespace, on(c.resources, verbs...), nil)
				}
				for _, user := range []string{"carla", "paul"} {
					checkHeld(t, user, elsewhere, c.customer, nil)
					checkHeld(t, user, "", c.customer, nil)
				}
			})
			waitHeld(t, "carla", namespace, c.customer, false)
			waitHeld(t, "paul", namespace, c.productOwner, false)
		})
	}
}

// checkHeld compares the rights that a user has with those that they should have.
func checkHeld(t *testing.T, user, namespace string, of, want []right) {
	t.Helper()
	wanted := make(map[right]bool)
	for _, r := range want {
		wanted[r] = true
	}
	got := make(map[right]bool)
	for _, r := range held(t, user, namespace, of) {
		got[r] = true
	}
	if diff := cmp.Diff(wanted, got); diff != "" {
		t.Errorf("rights of %s in namespace %q (-want +got):\n%s", user, namespace, diff)
	}
}

// TestOwnRights adds a right to each role, as a platform team does, and then installs config/default again. What the
// controller manager has written must neither be a conflict nor be lost.
func TestOwnRights(t *testing.T) {
	namespace := newNamespace(t)
	users := map[string]string{"customer": "carla", "end-user": "eve", "product-owner": "paul"}
	own := []right{"wave tools.example/flags"}
	for role, user := range users {
		bind(t, namespace, "stakeholders-"+role, user)
		t.Run(role, func(t *testing.T) {
			newClusterRole(t, &rbacv1.ClusterRole{
				ObjectMeta: metav1.ObjectMeta{Labels: map[string]string{"stakeholders.dev/aggregate-to-" + role: "true"}},
				Rules:      []rbacv1.PolicyRule{{APIGroups: []string{"tools.example"}, Resources: []string{"flags"}, Verbs: []string{"wave"}}},
			})
			waitHeld(t, user, namespace, own, true)
			if err := plane.InstallOperator(t.Context()); err != nil {
				t.Error("installing again:", err)
			}
			checkHeld(t, user, namespace, own, own)
			for other, somebody := range users {
				if other != role {
					checkHeld(t, somebody, namespace, own, nil)
				}
			}
		})
		waitHeld(t, user, namespace, own, false)
	}
}

// TestComponentsAreListed keeps the table above, and so the tests, complete.
func TestComponentsAreListed(t *testing.T) {
	folders := componentFolders(t)
	for _, name := range []string{"admission-gate", "argocd", "argocd-rbac", "kargo-accounts", "kustomize", "monitoring", "request-author", "strict-authors"} {
		delete(folders, name)
	}
	for name := range components {
		if !folders[name] {
			t.Errorf("there is no component %s", name)
		}
		delete(folders, name)
	}
	if len(folders) > 0 {
		t.Errorf("no test has the components %v: add the rights that they give to each role", folders)
	}
}

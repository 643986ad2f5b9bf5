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

package escalation

import (
	"strings"
	"testing"

	authorizationv1 "k8s.io/api/authorization/v1"
	corev1 "k8s.io/api/core/v1"
	rbacv1 "k8s.io/api/rbac/v1"
	"k8s.io/apimachinery/pkg/api/meta"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/runtime"
	"k8s.io/apimachinery/pkg/util/rand"
	"sigs.k8s.io/controller-runtime/pkg/client"

	"github.com/stakeholders-dev/stakeholder-operator/api/v1alpha1"
	"github.com/stakeholders-dev/stakeholder-operator/test/suite"
)

// relabel merges labels into every output of a map in some namespaces, as an admission policy or kubectl label does.
func relabel(t *testing.T, labels string, namespaces ...string) {
	t.Helper()
	for _, namespace := range namespaces {
		patchAll(t, `{"metadata":{"labels":`+labels+`}}`, client.InNamespace(namespace), client.HasLabels{"stakeholders.dev/map"})
	}
}

// patchAll merges a patch into all Roles, RoleBindings and ConfigMaps that are listed so.
func patchAll(t *testing.T, patch string, options ...client.ListOption) {
	t.Helper()
	for _, list := range []client.ObjectList{&rbacv1.RoleBindingList{}, &rbacv1.RoleList{}, &corev1.ConfigMapList{}} {
		must(t, env.Admin.List(t.Context(), list, options...))
		must(t, meta.EachListItem(list, func(item runtime.Object) error {
			object, ok := item.(client.Object)
			if !ok {
				t.Fatalf("%T is no object", item)
			}
			merge(t, env.Admin, object, patch)
			return nil
		}))
	}
}

// Guard: the operator finds its outputs by its own label (ours in controllers/setup.go), and those that have lost it by
// their names (Sweep, Applier.Vanished, Session.FindHidden). Changing labels while no operator runs keeps no right and
// no contact data: not if consent is withdrawn, not of a role that the map no longer has, and not of a deleted map.
func TestChangedLabelsKeepNoRight(t *testing.T) {
	for name, labels := range map[string]string{
		"ManagedBy": `{"app.kubernetes.io/managed-by":"Helm"}`,
		"OurOwn":    `{"stakeholders.dev/map":null}`,
		"All":       `null`,
	} {
		t.Run(name, func(t *testing.T) {
			home := env.NewNamespace(t)
			target, withdrawn := env.NewTarget(t, home, "product", home), env.NewTarget(t, home, "product", home)
			m, deleted := suite.Selecting(home, "checkout", home), suite.Selecting(home, "deleted", home)
			withAuditor(m)
			for _, m := range []*v1alpha1.StakeholderMap{m, deleted} {
				env.Create(t, m)
				env.WaitReady(t, m)
			}
			waitAllowed(t, "carla", approve(deleted), true)
			whileDown(t, func() {
				relabel(t, labels, home, target, withdrawn)
				env.Consent(t, withdrawn, nil)
				env.Edit(t, m, func(s *v1alpha1.StakeholderMapSpec) {
					s.ProductOwner, s.Engagement = v1alpha1.ProductOwner{}, v1alpha1.EngagementDirect
					s.Customers = s.Customers[:1]
				})
				env.Delete(t, deleted)
			})
			env.WaitReady(t, m)
			env.WaitGone(t, deleted)
			env.WaitHolders(t, m, target, "customer carla", "end-user eve")
			for _, object := range []client.Object{
				customersIn(target, "stakeholders:target:"+home+":checkout:product-owner"),
				customersIn(home, "stakeholders:checkout:product-owner"),
				customersIn(home, "stakeholders:checkout:customer:auditor"),
				customersIn(withdrawn, targetBinding(m)),
				&corev1.ConfigMap{ObjectMeta: metav1.ObjectMeta{Namespace: withdrawn, Name: home + ".checkout.routing"}},
				customersIn(home, "stakeholders:deleted:customer"),
				customersIn(target, targetBinding(deleted)),
				customersIn(withdrawn, targetBinding(deleted)),
				&corev1.ConfigMap{ObjectMeta: metav1.ObjectMeta{Namespace: target, Name: home + ".deleted.routing"}},
			} {
				env.WaitGone(t, object)
			}
			for _, question := range []authorizationv1.ResourceAttributes{tool(withdrawn), approve(deleted)} {
				waitAllowed(t, "carla", question, false)
			}
			waitAllowed(t, "carla", tool(target), true)
		})
	}
}

// relabelling is an admission policy that changes the labels of every object that is written in namespaces with a
// label.
func relabelling(t *testing.T, label, patch string) {
	t.Helper()
	env.MutateOutputs(t, label, patch, "roles", "rolebindings", "configmaps")
}

// Guard: an object that was stored without our label is remembered and checked by its name (Session.acceptStripped,
// Hidden). The map reports an admission policy that removes the label. The policy keeps no right: not if consent is
// withdrawn, not of a person who leaves, and not of a deleted map.
func TestAdmissionThatTakesLabelsKeepsNoRight(t *testing.T) {
	const label = "test.stakeholders.dev/stripped"
	relabelling(t, label, `[JSONPatch{op: "remove", path: "/metadata/labels/stakeholders.dev~1map"}]`)
	for name, down := range map[string]bool{"Running": false, "Restarted": true} {
		t.Run(name, func(t *testing.T) {
			home := env.NewNamespace(t, label, "")
			target, withdrawn := env.NewTarget(t, home, "product", home, label, ""), env.NewTarget(t, home, "product", home, label, "")
			restart := func() {
				if !down {
					return
				}
				whileDown(t, func() {
					// The next operator cannot know that admission removed the label, and tries once to put it back.
					// The detector treats a write that changes nothing as a loop, unless another user has written the
					// object since.
					for _, namespace := range []string{home, target, withdrawn} {
						patchAll(t, `{"metadata":{"annotations":{"touched":"`+rand.String(8)+`"}}}`, client.InNamespace(namespace))
					}
				})
			}
			m := withAuditor(suite.Selecting(home, "checkout", home))
			env.Create(t, m)
			failed := env.WaitFor(t, m, v1alpha1.ConditionReady, metav1.ConditionFalse, v1alpha1.ReasonApplyFailed)
			ready := meta.FindStatusCondition(failed.Status.Conditions, v1alpha1.ConditionReady)
			if !strings.Contains(ready.Message, "stored without label stakeholders.dev/map") {
				t.Errorf("the message does not say what is wrong: %s", ready.Message)
			}
			for _, namespace := range []string{target, withdrawn} {
				waitAllowed(t, "carla", tool(namespace), true)
			}
			waitAllowed(t, "ines", approve(m), true)
			restart()
			env.Consent(t, withdrawn, nil)
			waitAllowed(t, "carla", tool(withdrawn), false)
			env.WaitGone(t, customersIn(withdrawn, targetBinding(m)))
			env.Edit(t, m, func(s *v1alpha1.StakeholderMapSpec) { s.Customers = s.Customers[:1] })
			waitAllowed(t, "ines", approve(m), false)
			waitAllowed(t, "ines", tool(target), false)
			waitAllowed(t, "carla", tool(target), true)
			restart()
			env.Delete(t, m)
			env.WaitGone(t, m)
			waitAllowed(t, "carla", tool(target), false)
			waitAllowed(t, "carla", approve(m), false)
			env.WaitGone(t, &corev1.ConfigMap{ObjectMeta: metav1.ObjectMeta{Namespace: target, Name: home + ".checkout.routing"}})
		})
	}
}

// Guard: labels of others decide nothing (names.HasLabels). The operator does not fight a policy that adds one to every
// object.
func TestAdmissionThatStampsManagedBy(t *testing.T) {
	const label = "test.stakeholders.dev/stamped"
	relabelling(t, label, `[JSONPatch{op: "add", path: "/metadata/labels/app.kubernetes.io~1managed-by", value: "Helm"}]`)
	home := env.NewNamespace(t, label, "")
	target := env.NewTarget(t, home, "product", home, label, "")
	m := suite.Selecting(home, "checkout", home)
	env.Create(t, m)
	env.WaitReady(t, m)
	waitAllowed(t, "carla", tool(target), true)
	whileDown(t, func() { env.Consent(t, target, nil) })
	waitAllowed(t, "carla", tool(target), false)
	env.WaitGone(t, customersIn(target, targetBinding(m)))
	env.Delete(t, m)
	env.WaitGone(t, m)
	waitAllowed(t, "carla", approve(m), false)
}

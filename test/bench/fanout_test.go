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

package bench

import (
	"fmt"
	"testing"

	corev1 "k8s.io/api/core/v1"
	rbacv1 "k8s.io/api/rbac/v1"
	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"
	"k8s.io/apimachinery/pkg/runtime/schema"
	"sigs.k8s.io/controller-runtime/pkg/client"

	"github.com/stakeholders-dev/stakeholder-operator/api/v1alpha1"
	"github.com/stakeholders-dev/stakeholder-operator/test/bench/results"
	"github.com/stakeholders-dev/stakeholder-operator/test/controlplane"
	"github.com/stakeholders-dev/stakeholder-operator/test/suite"
)

// selectingMaps is how many maps select the namespace that is relabelled in H.
const selectingMaps = 10

// measureFanOut is H: a change that affects many maps costs a request for each object that changes because of it.
// Events are counted separately.
func measureFanOut(b *testing.B, r *results.Result) {
	b.Helper()
	operator := startPopulated(b)
	r.Size = fmt.Sprintf("a policy with one topic more at %d maps; a namespace that %d maps then select", populated.size, selectingMaps)
	home := env.NewNamespace(b)
	env.NewTarget(b, home, "product", "fan-out")
	inParallel(b, selectingMaps, func(i int) error {
		return env.Admin.Create(b.Context(), selecting(home, fmt.Sprintf("map-%d", i), "fan-out"))
	})
	waitReady(b, home, selectingMaps)
	added := env.NewTarget(b, home)

	addRatio(b, r, "namespace", operator, func() {
		timed(b, func() { env.PatchNamespace(b, added, `{"metadata":{"labels":{"product":"fan-out"}}}`) },
			&v1alpha1.StakeholderMapList{}, allReady(selectingMaps, func(m *v1alpha1.StakeholderMap) bool {
				return isReady(m) && m.Status.Namespaces.Ready != nil && *m.Status.Namespaces.Ready == 2
			}), client.InNamespace(home))
	})
	first := populated.at(0)
	before := suite.Get(b, env, first.Namespace, first.Name, &v1alpha1.StakeholderMap{})
	addRatio(b, r, "policy", operator, func() {
		timed(b, func() {
			if _, err := env.PutPolicy(b.Context(), &v1alpha1.StakeholderPolicySpec{Topics: []v1alpha1.Topic{{
				Name: "platform-release", Class: v1alpha1.ClassApproval, To: []v1alpha1.Role{v1alpha1.RoleCustomer},
			}}}); err != nil {
				b.Fatal(err)
			}
		}, &v1alpha1.StakeholderMapList{}, allReady(populated.size+selectingMaps, func(m *v1alpha1.StakeholderMap) bool {
			return isReady(m) && *m.Status.Topics == *before.Status.Topics+1
		}))
	})
	stop(b, operator)
}

// addRatio adds the ratio of the operator's writes during a change to the objects that have changed. Events and reads
// are counted separately. For each map that it writes for, the operator asks once whether the map has changed since.
// For each namespace in which it gives rights, it asks once for the consent.
func addRatio(b *testing.B, r *results.Result, name string, operator *controlplane.Operator, do func()) {
	b.Helper()
	before := versions(b)
	counted := countRequests(b, operator, do)
	changed := 0
	after := versions(b)
	for object, version := range after {
		if before[object] != version {
			changed++
		}
	}
	for object := range before {
		if after[object] == "" {
			changed++
		}
	}
	r.Add(name+"-ratio", float64(counted.writes)/float64(changed), "")
	r.Add(name+"-reads", float64(counted.reads), "")
	r.Add(name+"-changed", float64(changed), "")
	r.Add(name+"-events", float64(counted.events), "")
}

// versions are the resource versions of all objects that the operator can write, except events.
func versions(b *testing.B) map[string]string {
	b.Helper()
	out := make(map[string]string)
	for _, kind := range []schema.GroupVersionKind{
		v1alpha1.GroupVersion.WithKind("StakeholderMapList"), v1alpha1.GroupVersion.WithKind("StakeholderPolicyList"),
		corev1.SchemeGroupVersion.WithKind("ConfigMapList"), corev1.SchemeGroupVersion.WithKind("ServiceAccountList"),
		rbacv1.SchemeGroupVersion.WithKind("RoleList"), rbacv1.SchemeGroupVersion.WithKind("RoleBindingList"),
	} {
		list := &unstructured.UnstructuredList{}
		list.SetGroupVersionKind(kind)
		if err := env.Admin.List(b.Context(), list); err != nil {
			b.Fatal(err)
		}
		for i := range list.Items {
			item := &list.Items[i]
			out[kind.Kind+" "+client.ObjectKeyFromObject(item).String()] = item.GetResourceVersion()
		}
	}
	return out
}

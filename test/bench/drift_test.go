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
	"time"

	corev1 "k8s.io/api/core/v1"
	rbacv1 "k8s.io/api/rbac/v1"
	"k8s.io/apimachinery/pkg/types"
	"sigs.k8s.io/controller-runtime/pkg/client"

	"github.com/stakeholders-dev/stakeholder-operator/api/v1alpha1"
	"github.com/stakeholders-dev/stakeholder-operator/controllers/names"
	"github.com/stakeholders-dev/stakeholder-operator/test/bench/results"
)

// drift is a change by hand to an output of a map.
type drift struct {
	list   func() client.ObjectList
	object func() client.Object
	name   func(mapName string) string
	// patch is a merge patch that puts a word into the object, in the place of %s.
	patch string
}

func customerGrant(mapName string) string { return names.GrantName(mapName, names.RoleCustomer, "") }

var drifts = []drift{
	{
		func() client.ObjectList { return &corev1.ConfigMapList{} }, func() client.Object { return &corev1.ConfigMap{} }, names.ConfigMapName,
		`{"data":{"%s":"x"}}`,
	},
	{
		func() client.ObjectList { return &rbacv1.RoleList{} }, func() client.Object { return &rbacv1.Role{} }, customerGrant,
		`{"rules":[{"apiGroups":[""],"resources":["%s"],"verbs":["get"]}]}`,
	},
	{
		func() client.ObjectList { return &rbacv1.RoleBindingList{} }, func() client.Object { return &rbacv1.RoleBinding{} }, customerGrant,
		`{"subjects":[{"apiGroup":"rbac.authorization.k8s.io","kind":"User","name":"%s"}]}`,
	},
}

// measureDrift is G: from the answer to a change by hand until it is undone, of ConfigMaps, Roles and RoleBindings in
// turn. No map is changed twice, because the operator delays repairs of repeated changes.
func measureDrift(b *testing.B, r *results.Result) {
	b.Helper()
	operator := startPopulated(b)
	times := make([]float64, min(*samples, populated.size))
	pace := time.NewTicker(eventPace)
	defer pace.Stop()
	for i := range times {
		<-pace.C
		times[i] = drifts[i%len(drifts)].repairTime(b, populated.at(i))
	}
	r.Size = fmt.Sprintf("%d changes by hand at %d maps", len(times), populated.size)
	r.Add("p50", quantile(times, 0.5), "ms")
	r.Add("p99", quantile(times, 0.99), "ms")
	settle(b, operator)
	stop(b, operator)
}

// repairTime is in milliseconds.
func (d *drift) repairTime(b *testing.B, m *v1alpha1.StakeholderMap) float64 {
	b.Helper()
	word := "drift-of-" + m.Name
	wait, err := observe(b.Context(), d.list(), comesAndGoes(word), client.InNamespace(m.Namespace), client.MatchingLabels{names.LabelMap: m.Name})
	if err != nil {
		b.Fatal(err)
	}
	object := d.object()
	object.SetNamespace(m.Namespace)
	object.SetName(d.name(m.Name))
	if err := env.Admin.Patch(b.Context(), object, client.RawPatch(types.MergePatchType, fmt.Appendf(nil, d.patch, word))); err != nil {
		b.Fatal(err)
	}
	patched := time.Now()
	repaired, err := wait(patience)
	if err != nil {
		b.Fatal(err)
	}
	return milliseconds(repaired.Sub(patched))
}

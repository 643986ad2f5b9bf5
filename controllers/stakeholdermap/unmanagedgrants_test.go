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

package stakeholdermap

import (
	"fmt"
	"maps"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	corev1 "k8s.io/api/core/v1"
	"k8s.io/apimachinery/pkg/api/meta"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/types"

	"github.com/stakeholders-dev/stakeholder-operator/api/v1alpha1"
	"github.com/stakeholders-dev/stakeholder-operator/controllers/names"
	"github.com/stakeholders-dev/stakeholder-operator/controllers/namespaces"
	"github.com/stakeholders-dev/stakeholder-operator/controllers/unmanaged"
	"github.com/stakeholders-dev/stakeholder-operator/test/fakecluster"
	"github.com/stakeholders-dev/stakeholder-operator/test/fixtures"
)

// stray are grants that no map gives, in one namespace.
type stray struct {
	known     bool
	namespace string
	grants    []unmanaged.Grant
}

func (s *stray) HasSynced() bool { return s.known }

func (s *stray) ForMap(owner names.Owner, among []string) []unmanaged.Grant {
	if owner.Namespace == s.namespace || slices.Contains(among, s.namespace) {
		return s.grants
	}
	return nil
}

// A map is told of a grant that no map gives in a namespace in which it takes part, and stays valid and ready. After a restart
// it is told no news until all grants are known again.
func TestUnmanagedGrantInStatus(t *testing.T) {
	w := newWorld(t, targeting(), fixtures.Now)
	w.target("shop")
	w.settle()
	found := func() (n int) {
		for _, f := range w.get().Status.Findings {
			if f.Code == v1alpha1.UnmanagedGrant {
				n++
			}
		}
		return n
	}
	check := func(what string, want int) {
		t.Helper()
		w.settle()
		authorized := meta.FindStatusCondition(w.get().Status.Conditions, v1alpha1.ConditionAuthorized)
		if got := found(); got != want || strings.Contains(authorized.Message, string(v1alpha1.UnmanagedGrant)) != (want > 0) || strings.Contains(authorized.Message, "\n") {
			t.Errorf("%s: %d findings, want %d, and Authorized says %q", what, got, want, authorized.Message)
		}
		for _, condition := range []string{v1alpha1.ConditionValid, v1alpha1.ConditionAuthorized, v1alpha1.ConditionReady} {
			if !meta.IsStatusConditionTrue(w.get().Status.Conditions, condition) {
				t.Errorf("%s: %s is %s", what, condition, w.reason(condition))
			}
		}
	}
	grants := &stray{known: true, namespace: "shop", grants: []unmanaged.Grant{{Kind: unmanaged.KindRoleBinding, Namespace: "shop", Name: "friends", Gives: "ClusterRole stakeholders-customer", InTarget: true}}}
	w.r.observer.unmanaged = grants
	check("a grant in a target", 1)
	w.restart()
	w.r.observer.unmanaged = &stray{}
	check("nothing is known yet", 1)
	w.r.observer.unmanaged = &stray{known: true}
	check("it is gone", 0)
	w.r.observer.unmanaged = grants
	check("it is there again", 1)
	w.consent("shop", "")
	w.settle()
	if found() > 0 {
		t.Error("a map is told of a namespace that does not take part")
	}
}

// A grant that comes or goes has those maps looked at again that it concerns: the one that it names, those of its namespace,
// or those that take part there. One that only selects a namespace is not looked at, however often something changes there.
func TestUnmanagedGrantHasMapsLookedAt(t *testing.T) {
	m := func(namespace, name, target string) *v1alpha1.StakeholderMap {
		out := targeting()
		out.Namespace, out.Name, out.UID = namespace, name, types.UID(namespace+name)
		if out.Spec.TargetNamespaces = (v1alpha1.TargetNamespaces{}); target != "" {
			out.Spec.TargetNamespaces.Names = []string{target}
		}
		return out
	}
	refused := targeting()
	refused.Namespace, refused.Name, refused.UID = "billing", "selects", "selects"
	refused.Status.Findings = []v1alpha1.Finding{{Code: v1alpha1.UnmanagedGrant}}
	shop := &corev1.Namespace{ObjectMeta: metav1.ObjectMeta{
		Name: "shop", Labels: map[string]string{"product": "checkout"}, Annotations: map[string]string{v1alpha1.AcceptMapsFrom: "payments"},
	}}
	reader := fakecluster.NewClientBuilder().WithIndex(&v1alpha1.StakeholderMap{}, namespaces.TargetsIndex, namespaces.IndexMap).
		WithObjects(shop, m("payments", "a", "shop"), m("payments", "b", ""), m("elsewhere", "c", "shop"), refused).Build()
	looked := make(map[string]bool)
	n := unmanagedNotices{ctx: t.Context(), reader: reader, look: func(key types.NamespacedName) { looked[key.String()] = true }}
	in := func(g unmanaged.Grant, namespace string) *unmanaged.Grant { g.Namespace = namespace; return &g }
	none, target, one, all := unmanaged.Grant{}, unmanaged.Grant{InTarget: true}, unmanaged.Grant{Maps: "b"}, unmanaged.Grant{Maps: "*"}
	for what, tc := range map[string]struct {
		before, after *unmanaged.Grant
		want          []string
	}{
		"InTarget":       {nil, in(target, "shop"), []string{"payments/a"}},
		"Gone":           {in(target, "shop"), nil, []string{"payments/a"}},
		"InHome":         {nil, in(target, "payments"), []string{"payments/a", "payments/b"}},
		"OnOne":          {nil, in(one, "payments"), []string{"payments/b"}},
		"OnAnother":      {in(one, "payments"), in(target, "shop"), []string{"payments/a", "payments/b"}},
		"OnAll":          {nil, in(all, "payments"), []string{"payments/a", "payments/b"}},
		"OnNone":         {nil, in(all, "shop"), nil},
		"Cluster":        {nil, in(target, ""), nil},
		"NoNamespace":    {nil, in(target, "gone"), nil},
		"OfAnyOtherKind": {nil, in(none, "payments"), nil},
	} {
		clear(looked)
		n.changed(tc.before, tc.after)
		if diff := cmp.Diff(fmt.Sprint(tc.want), fmt.Sprint(slices.Sorted(maps.Keys(looked)))); diff != "" {
			t.Errorf("%s (-want +got):\n%s", what, diff)
		}
	}
	clear(looked)
	n.settled(unmanaged.NewWatch(nil, n.changed, nil))
	if !looked["billing/selects"] || len(looked) != 1 {
		t.Errorf("once all are known, these are looked at: %v", looked)
	}
}

// A loop that makes and deletes a grant has a map wait, so that the queue has it once, however often the loop runs.
func TestUnmanagedGrantsAreGathered(t *testing.T) {
	m := targeting()
	m.UID = "1"
	reader := fakecluster.NewClientBuilder().WithIndex(&v1alpha1.StakeholderMap{}, namespaces.TargetsIndex, namespaces.IndexMap).WithObjects(m).Build()
	recorded, requeuer := fakecluster.RecordedDelays(t)
	n := unmanagedNotices{ctx: t.Context(), reader: reader, look: gathered(requeuer)}
	g := &unmanaged.Grant{Kind: unmanaged.KindRole, Namespace: m.Namespace, Name: "loop", Maps: "*"}
	for range 10 {
		n.changed(nil, g)
		n.changed(g, nil)
	}
	if len(recorded.List) != 20 || slices.Min(recorded.List) < time.Second {
		t.Errorf("the map is looked at after %v", recorded.List)
	}
}

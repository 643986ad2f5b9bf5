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

package targets_test

import (
	"fmt"
	"strings"
	"testing"

	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/types"

	"github.com/stakeholders-dev/stakeholder-operator/api/v1alpha1"
	"github.com/stakeholders-dev/stakeholder-operator/controllers/targets"
	"github.com/stakeholders-dev/stakeholder-operator/test/fixtures"
)

// A map is concerned by a namespace only if its match or its consent has changed.
func TestParticipation(t *testing.T) {
	t.Parallel()
	shop := func(accepts string, labels ...string) *metav1.PartialObjectMetadata {
		set := make(map[string]string)
		for i := 0; i+1 < len(labels); i += 2 {
			set[labels[i]] = labels[i+1]
		}
		return namespace("shop", accepts, set)
	}
	withUID := func(ns *metav1.PartialObjectMetadata, uid types.UID) *metav1.PartialObjectMetadata {
		ns.UID = uid
		return ns
	}
	selects := checkout(func(s *v1alpha1.TargetNamespaces) { s.Selector = labelled("product", "checkout") })
	all := checkout(func(s *v1alpha1.TargetNamespaces) { s.Selector = &v1alpha1.NamespaceSelector{} })
	names := checkout(func(s *v1alpha1.TargetNamespaces) { s.Names = []string{"shop"} })
	accounts := fixtures.Minimal()
	accounts.Spec.EndUsers[0].Subjects = []v1alpha1.Subject{fixtures.ServiceAccount("shop", "ledger")}
	none := (*metav1.PartialObjectMetadata)(nil)
	for reason, tc := range map[string]struct {
		m             *v1alpha1.StakeholderMap
		before, after *metav1.PartialObjectMetadata
		want          bool
	}{
		"a label of one that refuses":              {all, shop("others"), shop("others", "a", "b"), false},
		"one that refuses comes":                   {all, none, shop("others"), false},
		"one that refuses goes":                    {selects, shop("", "product", "checkout"), none, false},
		"one that refuses begins to match":         {selects, shop("others"), shop("others", "product", "checkout"), false},
		"another consent of one that refuses":      {all, shop(""), shop("others"), false},
		"another consent of one that accepts":      {all, shop("payments"), shop("payments,others"), false},
		"consent to all of one that accepts":       {all, shop("payments"), shop("*"), false},
		"a label that is not selected by":          {selects, shop("*", "product", "checkout"), shop("*", "product", "checkout", "a", "b"), false},
		"consent is given":                         {all, shop("others"), shop("others,payments"), true},
		"consent is withdrawn":                     {all, shop("*"), shop("others"), true},
		"one that accepts begins to match":         {selects, shop("*"), shop("*", "product", "checkout"), true},
		"one that accepts no longer matches":       {selects, shop("*", "product", "checkout"), shop("*", "product", "other"), true},
		"one that accepts comes":                   {all, none, shop("payments"), true},
		"one that accepts goes":                    {all, shop("payments"), none, true},
		"one that accepts is being deleted":        {all, shop("*"), deleted(shop("*")), true},
		"another one of the name accepts":          {all, withUID(shop("*"), "1"), withUID(shop("*"), "2"), true},
		"a named one that refuses comes":           {names, none, shop(""), true},
		"a named one that refuses goes":            {names, shop(""), none, true},
		"a named one is being deleted":             {names, shop(""), deleted(shop("")), true},
		"a named one gets a label":                 {names, shop("*"), shop("*", "a", "b"), false},
		"a named one is made anew and refuses":     {names, withUID(shop(""), "1"), withUID(shop(""), "2"), false},
		"consent for ServiceAccounts":              {accounts, shop(""), shop("payments"), true},
		"a label where ServiceAccounts are":        {accounts, shop("payments"), shop("payments", "a", "b"), false},
		"no consent where ServiceAccounts are":     {accounts, none, shop(""), false},
		"a namespace that the map does not depend": {fixtures.Minimal(), shop("*"), none, false},
	} {
		snapshot := func(ns *metav1.PartialObjectMetadata) targets.Snapshot {
			if ns == nil {
				return targets.Absent("shop")
			}
			return targets.Observed(ns)
		}
		before, after := snapshot(tc.before), snapshot(tc.after)
		if got := before.Participation(tc.m) != after.Participation(tc.m); got != tc.want {
			t.Errorf("%s: that the map is concerned is %t, want %t", reason, got, tc.want)
		}
		if tc.want && !meet(tc.m, before, after) {
			t.Errorf("%s: the map is not found", reason)
		}
	}
}

// A namespace that accepts no map is looked up by its name alone. One that accepts some namespaces is looked up only
// among their maps. No namespace needs more than maxLookups lookups.
func TestLookups(t *testing.T) {
	t.Parallel()
	many := map[string]string{}
	for i := range 200 {
		many[fmt.Sprintf("label-%d", i)] = "x"
	}
	var crowd []string
	for i := range 10_000 {
		crowd = append(crowd, fmt.Sprintf("team-%d", i))
	}
	for reason, tc := range map[string]struct {
		ns        *metav1.PartialObjectMetadata
		most      int
		elsewhere bool
	}{
		"it refuses":                      {namespace("shop", "", many), 1, false},
		"it accepts two":                  {namespace("shop", "payments,others", map[string]string{"a": "b"}), 7, false},
		"it accepts all":                  {namespace("shop", "*", map[string]string{"a": "b"}), 4, true},
		"it accepts a crowd":              {namespace("shop", strings.Join(crowd, ","), nil), 2, true},
		"a crowd, and it has many labels": {namespace("shop", strings.Join(crowd, ","), many), 402, true},
	} {
		got := targets.Lookups(targets.Observed(tc.ns), targets.Observed(tc.ns))
		if len(got) > tc.most {
			t.Errorf("%s: %d lookups, want at most %d", reason, len(got), tc.most)
		}
		for _, l := range got {
			if l.Key != "name shop" && l.MapNamespace == "" != tc.elsewhere {
				t.Errorf("%s: it looks for %q in namespace %q", reason, l.Key, l.MapNamespace)
			}
		}
		if keys := targets.NamespaceKeys(tc.ns); len(keys) > 2*len(tc.ns.Labels)+64 {
			t.Errorf("%s: %d keys", reason, len(keys))
		}
	}
}

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
	"errors"
	"fmt"
	"slices"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	k8slabels "k8s.io/apimachinery/pkg/labels"

	"github.com/stakeholders-dev/stakeholder-operator/api/v1alpha1"
	"github.com/stakeholders-dev/stakeholder-operator/controllers/targets"
	"github.com/stakeholders-dev/stakeholder-operator/test/fixtures"
)

// cluster is a Source with the index of the cache.
type cluster struct {
	namespaces []*metav1.PartialObjectMetadata
	err        error
	// seen counts the namespaces that ByKey has returned.
	seen int
}

func (c *cluster) ByName(name string) (metav1.Object, error) {
	for _, ns := range c.namespaces {
		if ns.Name == name {
			return ns, c.err
		}
	}
	return nil, c.err
}

func (c *cluster) ByKey(key string, f func(metav1.Object)) error {
	for _, ns := range c.namespaces {
		if slices.Contains(targets.NamespaceKeys(ns), key) {
			c.seen++
			f(ns)
		}
	}
	return c.err
}

func namespace(name, accepts string, labels map[string]string) *metav1.PartialObjectMetadata {
	return &metav1.PartialObjectMetadata{ObjectMeta: metav1.ObjectMeta{
		Name: name, Labels: labels, Annotations: map[string]string{v1alpha1.AcceptMapsFrom: accepts},
	}}
}

func deleted(ns *metav1.PartialObjectMetadata) *metav1.PartialObjectMetadata {
	ns.DeletionTimestamp = &metav1.Time{Time: time.Unix(0, 0)}
	return ns
}

func checkout(change func(*v1alpha1.TargetNamespaces)) *v1alpha1.StakeholderMap {
	m := fixtures.Minimal()
	change(&m.Spec.TargetNamespaces)
	return m
}

func labelled(pairs ...string) *v1alpha1.NamespaceSelector {
	s := &v1alpha1.NamespaceSelector{MatchLabels: make(map[string]v1alpha1.LabelValue)}
	for i := 0; i+1 < len(pairs); i += 2 {
		s.MatchLabels[pairs[i]] = v1alpha1.LabelValue(pairs[i+1])
	}
	return s
}

func requires(key string, operator v1alpha1.NamespaceSelectorOperator, values ...v1alpha1.LabelValue) *v1alpha1.NamespaceSelector {
	return &v1alpha1.NamespaceSelector{MatchExpressions: []v1alpha1.NamespaceSelectorRequirement{{Key: key, Operator: operator, Values: values}}}
}

// Consent: a target namespace takes part only if its own annotation lists the map's namespace, comma
// separated, or *. kube- namespaces never take part.
func TestAccepts(t *testing.T) {
	t.Parallel()
	for annotation, want := range map[string]bool{
		"payments": true, "*": true, " payments ": true, "a,payments": true, "a, * ,b": true, "a,\tpayments\n": true,
		"": false, "payment": false, "payments2": false, "a payments": false, "a;payments": false, "Payments": false,
		"**": false, "pay*": false, ",": false, "payments/checkout": false,
	} {
		if got := targets.Accepts(namespace("shop", annotation, nil), "payments"); got != want {
			t.Errorf("%q accepts payments: %t", annotation, got)
		}
	}
	if targets.Accepts(&metav1.PartialObjectMetadata{}, "") {
		t.Error("a namespace without the annotation accepts a map")
	}
	for _, name := range []string{"kube-system", "kube-public", "kube-"} {
		if targets.Accepts(namespace(name, "*", nil), "payments") {
			t.Errorf("%s takes part", name)
		}
	}
}

func TestResolve(t *testing.T) {
	t.Parallel()
	product := map[string]string{"product": "checkout", "stage": "prod"}
	all := []*metav1.PartialObjectMetadata{
		namespace("accepts", "payments", product),
		namespace("refuses", "others", product),
		deleted(namespace("goes", "payments", product)),
		namespace("other", "payments", map[string]string{"product": "other"}),
		namespace("bare", "*", nil),
		namespace("kube-system", "*", product),
	}
	tests := map[string]struct {
		reason   string
		change   func(*v1alpha1.TargetNamespaces)
		want     []targets.Target
		reserved []string
	}{
		"None": {reason: "a map without targets has none", change: func(*v1alpha1.TargetNamespaces) {}},
		"Names": {
			reason: "what is named is looked for, whatever its labels",
			change: func(s *v1alpha1.TargetNamespaces) {
				s.Names = []string{"refuses", "nowhere", "goes", "bare", "kube-system"}
			},
			want: []targets.Target{
				named("bare", targets.Accepted), named("goes", targets.Terminating), named("kube-system", targets.Kubernetes),
				named("nowhere", targets.Missing), named("refuses", targets.Refused),
			},
		},
		"Labels": {
			reason: "what is selected and refuses is not told of, nor what is being deleted; Kubernetes' own is no target",
			change: func(s *v1alpha1.TargetNamespaces) { s.Selector = labelled("product", "checkout") },
			want:   []targets.Target{selected("accepts")}, reserved: []string{"kube-system"},
		},
		"EveryRequirement": {
			reason: "a namespace meets all requirements",
			change: func(s *v1alpha1.TargetNamespaces) { s.Selector = labelled("product", "checkout", "stage", "dev") },
		},
		"Both": {
			reason: "names and labels together, each namespace once",
			change: func(s *v1alpha1.TargetNamespaces) {
				s.Names, s.Selector = []string{"accepts", "bare"}, labelled("product", "checkout")
			},
			want: []targets.Target{named("accepts", targets.Accepted), named("bare", targets.Accepted)}, reserved: []string{"kube-system"},
		},
		"NamedAndSelected": {
			reason: "what the map names is told of, although the selector picks it too",
			change: func(s *v1alpha1.TargetNamespaces) {
				s.Names, s.Selector = []string{"refuses", "goes"}, labelled("product", "checkout")
			},
			want:     []targets.Target{selected("accepts"), named("goes", targets.Terminating), named("refuses", targets.Refused)},
			reserved: []string{"kube-system"},
		},
		"In": {
			reason: "one of several values",
			change: func(s *v1alpha1.TargetNamespaces) {
				s.Selector = requires("product", v1alpha1.NamespaceSelectorIn, "other", "nothing")
			},
			want: []targets.Target{selected("other")},
		},
		"NotIn": {
			reason: "it is also met without the label",
			change: func(s *v1alpha1.TargetNamespaces) {
				s.Selector = requires("product", v1alpha1.NamespaceSelectorNotIn, "checkout")
			},
			want: []targets.Target{selected("bare"), selected("other")},
		},
		"Exists": {
			reason: "any value",
			change: func(s *v1alpha1.TargetNamespaces) { s.Selector = requires("stage", v1alpha1.NamespaceSelectorExists) },
			want:   []targets.Target{selected("accepts")}, reserved: []string{"kube-system"},
		},
		"DoesNotExist": {
			reason: "no value",
			change: func(s *v1alpha1.TargetNamespaces) {
				s.Selector = requires("product", v1alpha1.NamespaceSelectorDoesNotExist)
			},
			want: []targets.Target{selected("bare")},
		},
		"Empty": {
			reason: "an empty selector picks all",
			change: func(s *v1alpha1.TargetNamespaces) { s.Selector = &v1alpha1.NamespaceSelector{} },
			want:   []targets.Target{selected("accepts"), selected("bare"), selected("other")}, reserved: []string{"kube-system"},
		},
	}
	for name, tc := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			m := checkout(tc.change)
			got, err := targets.Resolve(m, &cluster{namespaces: all})
			if err != nil {
				t.Fatal(err)
			}
			if diff := cmp.Diff(targets.Resolution{Targets: tc.want, Reserved: tc.reserved}, got); diff != "" {
				t.Errorf("%s (-want +got):\n%s", tc.reason, diff)
			}
			// The index finds the map when a target is created and when it is deleted.
			for _, ns := range all {
				depends := slices.ContainsFunc(got.Targets, func(target targets.Target) bool {
					// A named namespace of Kubernetes never takes part.
					return target.Namespace == ns.Name && target.State != targets.Kubernetes
				})
				if !depends && !slices.Contains(got.Reserved, ns.Name) {
					continue
				}
				is, none := targets.Observed(ns), targets.Absent(ns.Name)
				if is.Participation(m) == none.Participation(m) || !meet(m, none, is) || !meet(m, is, none) {
					t.Errorf("%s: a change of %s would not be noticed", tc.reason, ns.Name)
				}
			}
		})
	}
}

func named(name string, state targets.State) targets.Target {
	return targets.Target{Namespace: name, State: state, Named: true, Table: true}
}

func selected(name string) targets.Target {
	return targets.Target{Namespace: name, State: targets.Accepted}
}

// By default only named namespaces get the routing table, because it has contact data.
func TestResolveTable(t *testing.T) {
	t.Parallel()
	both := &cluster{namespaces: []*metav1.PartialObjectMetadata{namespace("named", "*", nil), namespace("picked", "*", nil)}}
	for setting, want := range map[v1alpha1.RoutingTableCopies]map[string]bool{
		"":                         {"named": true, "picked": false},
		v1alpha1.RoutingTableNamed: {"named": true, "picked": false},
		v1alpha1.RoutingTableAll:   {"named": true, "picked": true},
	} {
		got, err := targets.Resolve(checkout(func(s *v1alpha1.TargetNamespaces) {
			s.Names, s.Selector, s.RoutingTable = []string{"named"}, &v1alpha1.NamespaceSelector{}, setting
		}), both)
		if err != nil {
			t.Fatal(err)
		}
		due := make(map[string]bool)
		for _, target := range got.Targets {
			due[target.Namespace] = target.Table
		}
		if diff := cmp.Diff(want, due); diff != "" {
			t.Errorf("with %q copies are due (-want +got):\n%s", setting, diff)
		}
	}
}

func TestResolveErrors(t *testing.T) {
	t.Parallel()
	unreadable := errors.New("unreadable")
	broken := &cluster{namespaces: []*metav1.PartialObjectMetadata{namespace("a", "*", nil)}, err: unreadable}
	for _, change := range []func(*v1alpha1.TargetNamespaces){
		func(s *v1alpha1.TargetNamespaces) { s.Names = []string{"a"} },
		func(s *v1alpha1.TargetNamespaces) { s.Selector = &v1alpha1.NamespaceSelector{} },
	} {
		if _, err := targets.Resolve(checkout(change), broken); !errors.Is(err, unreadable) {
			t.Errorf("the error is %v", err)
		}
	}
	noSelector := checkout(func(s *v1alpha1.TargetNamespaces) { s.Selector = requires("a", "Like", "b") })
	if _, err := targets.Resolve(noSelector, &cluster{}); err == nil {
		t.Error("Like is no operator")
	}
	if keys := targets.MapKeys(noSelector); len(keys) != 0 {
		t.Errorf("keys are %v", keys)
	}
}

// meet reports whether the index finds a map when a namespace changes.
func meet(m *v1alpha1.StakeholderMap, before, after targets.Snapshot) bool {
	keys := targets.MapKeys(m)
	return slices.ContainsFunc(targets.Lookups(before, after), func(l targets.Lookup) bool {
		return (l.MapNamespace == "" || l.MapNamespace == m.Namespace) && slices.Contains(keys, l.Key)
	})
}

// A selector reads no more namespaces than its most selective requirement matches.
func TestSelectorLooksAtFew(t *testing.T) {
	t.Parallel()
	c := &cluster{}
	for i := range 1000 {
		c.namespaces = append(c.namespaces, namespace(fmt.Sprintf("ns-%d", i), "*", map[string]string{
			"product": fmt.Sprintf("p%d", i%100), "stage": "prod", "kubernetes.io/metadata.name": fmt.Sprintf("ns-%d", i),
		}))
	}
	for name, tc := range map[string]struct {
		selector *v1alpha1.NamespaceSelector
		most     int
	}{
		"one value":  {labelled("product", "p1"), 10},
		"the rarest": {&v1alpha1.NamespaceSelector{MatchLabels: map[string]v1alpha1.LabelValue{"kubernetes.io/metadata.name": "ns-7"}}, 1},
		"two values": {requires("product", v1alpha1.NamespaceSelectorIn, "p1", "p2"), 20},
		"not in":     {requires("product", v1alpha1.NamespaceSelectorNotIn, "p1"), 1000},
		"every one":  {&v1alpha1.NamespaceSelector{}, 1000},
	} {
		c.seen = 0
		if _, err := targets.Resolve(checkout(func(s *v1alpha1.TargetNamespaces) { s.Selector = tc.selector }), c); err != nil {
			t.Fatal(err)
		}
		if c.seen > tc.most {
			t.Errorf("%s: looked at %d namespaces, want at most %d", name, c.seen, tc.most)
		}
	}
}

// A selector that no label narrows down reads only the namespaces that accept the map.
func TestEmptySelectorLooksAtThoseThatAccept(t *testing.T) {
	t.Parallel()
	c := &cluster{}
	for i, accepts := range []string{"", "others", "payments", "*", "x, payments", "payments2"} {
		for j := range 50 {
			c.namespaces = append(c.namespaces, namespace(fmt.Sprintf("ns-%d-%d", i, j), accepts, nil))
		}
	}
	for name, selector := range map[string]*v1alpha1.NamespaceSelector{
		"empty": {}, "not in": requires("product", v1alpha1.NamespaceSelectorNotIn, "p1"),
	} {
		c.seen = 0
		got, err := targets.Resolve(checkout(func(s *v1alpha1.TargetNamespaces) { s.Selector = selector }), c)
		if err != nil {
			t.Fatal(err)
		}
		if len(got.Targets) != 150 || c.seen != 150 {
			t.Errorf("%s: found %d and looked at %d namespaces, want 150 each", name, len(got.Targets), c.seen)
		}
	}
}

func TestRelevant(t *testing.T) {
	t.Parallel()
	base := func() *metav1.PartialObjectMetadata {
		return namespace("a", "payments", map[string]string{"product": "checkout"})
	}
	changed := func(change func(*metav1.PartialObjectMetadata)) *metav1.PartialObjectMetadata {
		ns := base()
		change(ns)
		return ns
	}
	for reason, ns := range map[string]*metav1.PartialObjectMetadata{
		"another one of the same name": changed(func(ns *metav1.PartialObjectMetadata) { ns.UID = "other" }),
		"consent":                      changed(func(ns *metav1.PartialObjectMetadata) { ns.Annotations = nil }),
		"a label":                      changed(func(ns *metav1.PartialObjectMetadata) { ns.Labels["x"] = "" }),
		"deletion":                     deleted(base()),
	} {
		if !targets.IsRelevantChange(base(), ns) || !targets.IsRelevantChange(ns, base()) {
			t.Errorf("%s makes no difference", reason)
		}
	}
	if targets.IsRelevantChange(base(), changed(func(ns *metav1.PartialObjectMetadata) {
		ns.ResourceVersion, ns.Annotations["other"] = "2", "x"
	})) {
		t.Error("an annotation of another tool makes a difference")
	}
}

// A ServiceAccount of another namespace plays a part only if that namespace accepts the map.
func TestConsented(t *testing.T) {
	t.Parallel()
	m := fixtures.Minimal()
	m.Spec.EndUsers[0].Subjects = []v1alpha1.Subject{
		fixtures.User("eve"), fixtures.ServiceAccount("payments", "own"), fixtures.ServiceAccount("", "too"), fixtures.ServiceAccount("a", "x"),
		fixtures.ServiceAccount("b", "x"), fixtures.ServiceAccount("nowhere", "x"),
	}
	m.Spec.DevelopmentTeam = v1alpha1.DevelopmentTeam{Subjects: []v1alpha1.Subject{fixtures.ServiceAccount("b", "robot"), fixtures.User("dev")}}
	before := m.DeepCopy()
	c := &cluster{namespaces: []*metav1.PartialObjectMetadata{namespace("a", "payments", nil), namespace("b", "others", nil)}}
	got, refused, err := targets.Consented(m, c)
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff([]string{"b", "nowhere"}, refused); diff != "" {
		t.Errorf("refused (-want +got):\n%s", diff)
	}
	want := []v1alpha1.Subject{
		fixtures.User("eve"), fixtures.ServiceAccount("payments", "own"), fixtures.ServiceAccount("", "too"), fixtures.ServiceAccount("a", "x"),
	}
	if diff := cmp.Diff(want, got.Spec.EndUsers[0].Subjects); diff != "" {
		t.Errorf("end users (-want +got):\n%s", diff)
	}
	if diff := cmp.Diff([]v1alpha1.Subject{fixtures.User("dev")}, got.Spec.DevelopmentTeam.Subjects); diff != "" {
		t.Errorf("development team (-want +got):\n%s", diff)
	}
	if diff := cmp.Diff(before, m); diff != "" {
		t.Errorf("the map was changed:\n%s", diff)
	}
	for _, name := range []string{"a", "b", "nowhere"} {
		accepts, refuses := targets.Observed(namespace(name, "*", nil)), targets.Observed(namespace(name, "", nil))
		if accepts.Participation(m) == refuses.Participation(m) || !meet(m, accepts, refuses) || !meet(m, targets.Absent(name), accepts) {
			t.Errorf("a change of %s would not be noticed", name)
		}
	}
	c.namespaces = append(c.namespaces, namespace("nowhere", "*", nil))
	c.namespaces[1] = namespace("b", "x,payments", nil)
	if same, refused, err := targets.Consented(m, c); err != nil || same != m || len(refused) > 0 {
		t.Errorf("with everybody's consent it is another map, without %v: %v", refused, err)
	}
	c.err = errors.New("unreadable")
	if _, _, err := targets.Consented(m, c); !errors.Is(err, c.err) {
		t.Errorf("the error is %v", err)
	}
}

// FuzzKeys searches for a namespace that a map depends on and whose keys do not find the map.
func FuzzKeys(f *testing.F) {
	f.Add([]byte{1, 2, 3, 4}, []byte{1, 2})
	f.Add([]byte{0, 0, 0, 0, 9, 9}, []byte{0xff})
	f.Fuzz(func(t *testing.T, selector, labels []byte) {
		keys := []string{"a", "b", "example.com/c"}
		values := []v1alpha1.LabelValue{"", "x", "y", "z"}
		operators := []v1alpha1.NamespaceSelectorOperator{
			v1alpha1.NamespaceSelectorIn, v1alpha1.NamespaceSelectorNotIn, v1alpha1.NamespaceSelectorExists, v1alpha1.NamespaceSelectorDoesNotExist,
		}
		s := &v1alpha1.NamespaceSelector{}
		for _, b := range selector[:min(len(selector), 4)] {
			r := v1alpha1.NamespaceSelectorRequirement{Key: keys[int(b)%3], Operator: operators[int(b>>2)%4]}
			if int(b>>2)%4 < 2 {
				r.Values = values[int(b>>4)%4:][:1]
			}
			s.MatchExpressions = append(s.MatchExpressions, r)
		}
		ns := namespace("shop", "*", map[string]string{})
		for i, b := range labels[:min(len(labels), 3)] {
			if b&1 == 1 {
				ns.Labels[keys[i]] = string(values[int(b>>1)%4])
			}
		}
		m := checkout(func(t *v1alpha1.TargetNamespaces) { t.Selector = s })
		found, err := targets.Resolve(m, &cluster{namespaces: []*metav1.PartialObjectMetadata{ns}})
		if err != nil {
			t.Fatal(err)
		}
		matcher, err := s.Matcher()
		if err != nil {
			t.Fatal(err)
		}
		is, none := targets.Observed(ns), targets.Absent(ns.Name)
		want := matcher.Matches(k8slabels.Set(ns.Labels))
		if want != (len(found.Targets) == 1) || want != (is.Participation(m) != none.Participation(m)) || want && !meet(m, none, is) {
			t.Errorf("selector %v matches %v: %t, found %v by keys %v", s, ns.Labels, want, found, targets.MapKeys(m))
		}
	})
}

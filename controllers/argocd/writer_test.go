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
	"maps"
	"strings"
	"testing"

	corev1 "k8s.io/api/core/v1"
	apierrors "k8s.io/apimachinery/pkg/api/errors"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/runtime/schema"
	"sigs.k8s.io/controller-runtime/pkg/client"

	"github.com/stakeholders-dev/stakeholder-operator/api/v1alpha1"
	"github.com/stakeholders-dev/stakeholder-operator/controllers/render/rbaccsv"
)

// TestNothingGoesBeforeAllIsKnown restarts the operator: the content of the key stays until every map was reconciled
// and the projects are synced.
func TestNothingGoesBeforeAllIsKnown(t *testing.T) {
	w := newWorld(t)
	first, second := w.inForce("first", "acme"), w.inForce("second", "bolt")
	w.inForce("gone", "cold")
	w.writeKey()
	before := []string{"first acme", "gone cold", "second bolt"}
	w.want("all is known", before...)

	w.contributions = contributions{}
	w.synced = false
	w.Contribute(first, entry(first, "acme"), false)
	if result := w.writeKey(); !result.Waiting {
		t.Error("the projects are not known, and Put does not wait")
	}
	w.synced = true
	if result := w.writeKey(); !result.Waiting {
		t.Error("two maps are not known, and Put does not wait")
	}
	w.want("two maps are not known", before...)
	w.delete(&v1alpha1.StakeholderMap{ObjectMeta: metav1.ObjectMeta{Namespace: "payments", Name: "gone"}})
	w.writeKey()
	w.want("one map is not known", before...)
	w.Restrict(second, entry(second, "bolt"))
	if result := w.writeKey(); result.Waiting {
		t.Error("every map is known, and Put waits")
	}
	w.want("one map is gone, and one is in force no longer", "first acme")

	third := w.newMap("third")
	w.writeKey()
	w.want("what is new since then has nothing to lose", "first acme")
	w.Contribute(third, entry(third, "dust"), false)
	w.writeKey()
	w.want("and is added once it is known", "first acme", "third dust")
}

// TestMapsThatGo deletes a map, which another controller's finalizer holds back.
func TestMapsThatGo(t *testing.T) {
	w := newWorld(t)
	m := w.newMap("checkout")
	m.Finalizers = []string{"example.com/wait"}
	if err := w.client.Update(t.Context(), m); err != nil {
		t.Fatal(err)
	}
	w.delete(m)
	if result := w.writeKey(); result.Waiting {
		t.Error("a map that is being deleted is waited for")
	}
	w.Contribute(m, entry(m, "acme"), false)
	if result := w.writeKey(); !result.Waiting {
		t.Error("a map that is being deleted gained something")
	}
	w.want("a map that is being deleted gains nothing")
}

// TestInvalidMapGainsNothing gives invalid maps more than they had.
func TestInvalidMapGainsNothing(t *testing.T) {
	w := newWorld(t)
	m, never := w.inForce("checkout", "acme", "bolt"), w.newMap("never")
	w.Contribute(never, entry(never, "eve"), true)
	w.writeKey()
	w.want("one was never valid", "checkout acme", "checkout bolt")
	w.Contribute(m, entry(m, "acme", "mallory"), true)
	w.writeKey()
	w.want("who has left is gone, and nobody has come", "checkout acme")
	w.Contribute(m, entry(m, "acme", "mallory"), false)
	w.writeKey()
	w.want("it is valid again", "checkout acme", "checkout mallory")
}

// TestRestrict checks that Restrict adds nothing to what a map contributes.
func TestRestrict(t *testing.T) {
	cases := map[string]struct {
		reason string
		change func(*v1alpha1.StakeholderMap)
		want   []string
	}{
		"same":          {"who is in both stays", func(*v1alpha1.StakeholderMap) {}, []string{"checkout acme"}},
		"other UID":     {"what another map of the name has contributed is not its own", func(m *v1alpha1.StakeholderMap) { m.UID = "another" }, nil},
		"other name":    {"nothing is known of it", func(m *v1alpha1.StakeholderMap) { m.Name = "other" }, []string{"checkout acme", "checkout bolt"}},
		"other project": {"there it has had nothing", func(m *v1alpha1.StakeholderMap) { m.Spec.Product.ArgoCDProject = "more" }, nil},
	}
	for name, tc := range cases {
		t.Run(name, func(t *testing.T) {
			w := newWorld(t)
			w.project("more", "*")
			m := w.inForce("checkout", "acme", "bolt").DeepCopy()
			w.writeKey()
			tc.change(m)
			w.Restrict(m, entry(m, "acme", "mallory"))
			w.writeKey()
			w.want(tc.reason, tc.want...)
			if !w.contributions.get(client.ObjectKeyFromObject(m)).invalid {
				t.Error("a map that is restricted may gain something")
			}
		})
	}
}

// TestAddsOnlyWhatIsSo has stale watches, in an edit that removes one group and adds another.
func TestAddsOnlyWhatIsSo(t *testing.T) {
	ofMap := func(change func(*metav1.PartialObjectMetadata)) func(client.Object) error {
		return func(object client.Object) error {
			if m, ok := object.(*metav1.PartialObjectMetadata); ok && m.Kind == "StakeholderMap" {
				change(m)
			}
			return nil
		}
	}
	ofProject := func(change func(*metav1.PartialObjectMetadata)) func(client.Object) error {
		return func(object client.Object) error {
			if project, ok := object.(*metav1.PartialObjectMetadata); ok && project.Kind == projectKind.Kind {
				change(project)
			}
			return nil
		}
	}
	ofPolicy := func(change func(*v1alpha1.StakeholderPolicy)) func(client.Object) error {
		return func(object client.Object) error {
			if policy, ok := object.(*v1alpha1.StakeholderPolicy); ok {
				change(policy)
			}
			return nil
		}
	}
	cases := map[string]struct {
		reason string
		live   func(client.Object) error
	}{
		"switched off":    {"another operator has taken our key out already", ofPolicy(func(p *v1alpha1.StakeholderPolicy) { p.Status.ArgoCD.Namespace = "" })},
		"policy deleting": {"the policy is being deleted", ofPolicy(func(p *v1alpha1.StakeholderPolicy) { p.DeletionTimestamp = &metav1.Time{} })},
		"policy gone": {"the policy is gone", func(object client.Object) error {
			if _, ok := object.(*v1alpha1.StakeholderPolicy); !ok {
				return nil
			}
			return apierrors.NewNotFound(schema.GroupResource{Resource: "stakeholderpolicies"}, "default")
		}},
		"generation": {"it has been edited", ofMap(func(m *metav1.PartialObjectMetadata) { m.Generation++ })},
		"UID":        {"it was made anew", ofMap(func(m *metav1.PartialObjectMetadata) { m.UID = "another" })},
		"deleting":   {"it is being deleted", ofMap(func(m *metav1.PartialObjectMetadata) { m.DeletionTimestamp = &metav1.Time{} })},
		"gone": {"it is gone", func(object client.Object) error {
			if object.GetObjectKind().GroupVersionKind().Kind != "StakeholderMap" {
				return nil
			}
			return apierrors.NewNotFound(schema.GroupResource{Resource: "stakeholdermaps"}, "checkout")
		}},
		"not accepted":     {"the project accepts others", ofProject(func(p *metav1.PartialObjectMetadata) { p.Annotations[v1alpha1.AcceptMapsFrom] = "else" })},
		"project deleting": {"the project is being deleted", ofProject(func(p *metav1.PartialObjectMetadata) { p.DeletionTimestamp = &metav1.Time{} })},
		"project gone": {"the project is gone", func(object client.Object) error {
			if object.GetObjectKind().GroupVersionKind().Kind != projectKind.Kind {
				return nil
			}
			return apierrors.NewNotFound(schema.GroupResource{Resource: "appprojects"}, "shop")
		}},
	}
	for name, tc := range cases {
		t.Run(name, func(t *testing.T) {
			w := newWorld(t)
			m := w.inForce("checkout", "acme", "bolt")
			w.inForce("other", "acme")
			w.writeKey()
			w.Contribute(m, entry(m, "bolt", "mallory"), false)
			w.live = tc.live
			if result := w.writeKey(); !result.Waiting {
				t.Errorf("%s, and Put does not wait", tc.reason)
			}
			w.want(tc.reason, "checkout bolt", "other acme")
			w.live = nil
			if result := w.writeKey(); result.Waiting {
				t.Error("it is as we know it, and Put waits")
			}
			w.want("it is as we know it", "checkout bolt", "checkout mallory", "other acme")
		})
	}
}

// TestLookedAtMeanwhile reconciles an edited map during Write.
func TestLookedAtMeanwhile(t *testing.T) {
	w := newWorld(t)
	m := w.inForce("checkout", "acme")
	w.seen = func(object client.Object) {
		if _, ok := object.(*corev1.ConfigMap); !ok {
			return
		}
		m.Generation = 2
		if err := w.client.Update(t.Context(), m); err != nil {
			t.Fatal(err)
		}
		w.Contribute(m, entry(m, "bolt"), false)
		w.seen = nil
	}
	if result := w.writeKey(); !result.Waiting {
		t.Error("a map has changed meanwhile, and Put does not wait")
	}
	w.want("whoever has left meanwhile is not added")
	w.writeKey()
	w.want("another look knows", "checkout bolt")
}

// TestAsksOnlyBeforeItAdds counts requests.
func TestAsksOnlyBeforeItAdds(t *testing.T) {
	w := newWorld(t)
	m := w.inForce("checkout", "acme", "bolt")
	check := func(reason string, asked, written int) {
		t.Helper()
		w.asked, w.written = 0, 0
		w.writeKey()
		if w.asked != asked || w.written != written {
			t.Errorf("%s: %d reads and %d writes, want %d and %d", reason, w.asked, w.written, asked, written)
		}
	}
	check("the policy, the map and its project are asked for", 3, 1)
	check("all is so already", 0, 0)
	w.Contribute(m, entry(m, "acme"), false)
	check("somebody has left", 0, 1)
	w.Forget(client.ObjectKeyFromObject(m))
	check("the map is gone", 0, 1)
	check("there is nothing to say, and nothing there", 0, 0)
}

// TestNoAnswer has no answer from the API server: parties that leave are removed nevertheless.
func TestNoAnswer(t *testing.T) {
	w := newWorld(t)
	first, last := w.inForce("a", "acme", "bolt"), w.inForce("z", "acme", "bolt")
	w.writeKey()
	w.Contribute(first, entry(first, "bolt", "cold"), false)
	w.Contribute(last, entry(last, "bolt", "cold"), false)
	w.asked = 0
	noAnswer := errors.New("no answer")
	w.live = func(client.Object) error { return noAnswer }
	if _, problems := w.Write(t.Context(), output()); !errors.Is(problems.Err(), noAnswer) || w.asked != 1 {
		t.Errorf("after %d reads the error is %v, want %v after one", w.asked, problems.Err(), noAnswer)
	}
	w.want("who has left is gone, and nobody has come", "a bolt", "z bolt")
	w.live = nil
	w.writeKey()
	w.want("it answers again", "a bolt", "a cold", "z bolt", "z cold")
}

// TestTooLargeOnlyTakesAway has more maps than fit.
func TestTooLargeOnlyTakesAway(t *testing.T) {
	w := newWorld(t)
	m := w.inForce("checkout", "acme", "bolt")
	content := w.inForce("before", "cold")
	w.writeKey()
	w.setData("policy.more.csv", strings.Repeat("# much\n", rbaccsv.MaxBytes/7))
	w.Contribute(m, entry(m, "bolt", "mallory"), false)
	more := w.inForce("more", "mallory")
	result, problems := w.Write(t.Context(), output())
	if !errors.Is(problems.Err(), rbaccsv.ErrTooLarge) || result.Bytes <= rbaccsv.MaxBytes || !result.NearlyFull {
		t.Errorf("without room the result is %+v and the error %v", result, problems.Err())
	}
	w.want("who has left is gone, and nobody has come", "before cold", "checkout bolt")
	for _, held := range []*v1alpha1.StakeholderMap{m, more} {
		if why := w.Refusal(t.Context(), held); !strings.Contains(why, "full") {
			t.Errorf("%s gets less than it should in Argo CD, and is told %q", held.Name, why)
		}
	}
	if why := w.Refusal(t.Context(), content); why != "" {
		t.Errorf("%s has everything in Argo CD, and is told %q", content.Name, why)
	}
	w.written = 0
	if _, problems := w.Write(t.Context(), output()); !errors.Is(problems.Err(), rbaccsv.ErrTooLarge) || w.written != 0 {
		t.Errorf("another look has the error %v and wrote %d times", problems.Err(), w.written)
	}
	w.setData("policy.more.csv", "")
	w.writeKey()
	w.want("there is room again", "before cold", "checkout bolt", "checkout mallory", "more mallory")
	if why := w.Refusal(t.Context(), more); why != "" {
		t.Errorf("with room again it is told %q", why)
	}
}

// TestConflict changes the ConfigMap between reading and writing: its other keys decide how Argo CD reads ours.
func TestConflict(t *testing.T) {
	changes := map[string]func(*world) error{
		"put": func(w *world) error {
			_, problems := w.Write(w.Context(), output())
			return problems.Err()
		},
		"put nothing": func(w *world) error {
			w.Forget(client.ObjectKey{Namespace: "payments", Name: "checkout"})
			_, problems := w.Write(w.Context(), output())
			return problems.Err()
		},
		"remove": func(w *world) error { return w.Remove(w.Context(), argoNamespace) },
	}
	for name, change := range changes {
		t.Run(name, func(t *testing.T) {
			w := newWorld(t)
			m := w.inForce("checkout", "acme")
			w.writeKey()
			w.Contribute(m, entry(m, "bolt"), false)
			w.write = func() error {
				w.setData("policy.csv", "g, bolt, role:admin\n")
				return nil
			}
			if err := change(w); !apierrors.IsConflict(err) {
				t.Errorf("the error is %v, want a conflict", err)
			}
			w.want("nothing was written over what nobody has seen", "checkout acme")
		})
	}
}

// TestWritesOneKey checks the request: one key, for exactly the ConfigMap that was read.
func TestWritesOneKey(t *testing.T) {
	w := newWorld(t)
	w.inForce("checkout", "acme")
	before := w.data()
	w.writeKey()
	sent := w.applied
	if sent == nil || *sent.UID != "1" || *sent.ResourceVersion == "" || len(sent.Data) != 1 || len(sent.Labels)+len(sent.Annotations) > 0 {
		t.Errorf("sent was %+v", sent)
	}
	after := w.data()
	delete(after, rbaccsv.PolicyKey)
	if !maps.Equal(before, after) {
		t.Errorf("the other keys are %v, want %v", after, before)
	}
	w.delete(&corev1.ConfigMap{ObjectMeta: metav1.ObjectMeta{Namespace: argoNamespace, Name: rbaccsv.ConfigMapName}})
	if _, problems := w.Write(t.Context(), output()); !errors.Is(problems.Err(), ErrNoConfigMap) {
		t.Errorf("the error is %v, want %v", problems.Err(), ErrNoConfigMap)
	}
}

// TestRemove removes only our key.
func TestRemove(t *testing.T) {
	w := newWorld(t)
	before := maps.Clone(w.data())
	w.inForce("checkout", "acme")
	w.writeKey()
	if err := w.Remove(t.Context(), "elsewhere"); err != nil || w.watched.stopped {
		t.Errorf("the Argo CD of another namespace: %v, and the watch was stopped: %t", err, w.watched.stopped)
	}
	w.want("the key is in another namespace", "checkout acme")
	if err := w.Remove(t.Context(), argoNamespace); err != nil {
		t.Fatal(err)
	}
	if after := w.data(); !maps.Equal(before, after) {
		t.Errorf("left is %v, want %v", after, before)
	}
	if !w.watched.stopped || w.watch != nil {
		t.Error("the Argo CD is still watched")
	}
	w.written = 0
	if err := w.Remove(t.Context(), argoNamespace); err != nil || w.written != 0 {
		t.Errorf("without our key: %v, and %d writes", err, w.written)
	}
	w.delete(&corev1.ConfigMap{ObjectMeta: metav1.ObjectMeta{Namespace: argoNamespace, Name: rbaccsv.ConfigMapName}})
	if err := w.Remove(t.Context(), argoNamespace); err != nil {
		t.Errorf("without the ConfigMap: %v", err)
	}
	w.live = func(client.Object) error { return errors.New("no answer") }
	w.create(&corev1.ConfigMap{ObjectMeta: metav1.ObjectMeta{Namespace: argoNamespace, Name: rbaccsv.ConfigMapName}})
	if err := w.Remove(t.Context(), argoNamespace); err == nil {
		t.Error("without an answer there is no error")
	}
}

// TestFailures has writes fail.
func TestFailures(t *testing.T) {
	w := newWorld(t)
	w.inForce("checkout", "acme")
	refused := errors.New("refused")
	w.write = func() error { return refused }
	if _, problems := w.Write(t.Context(), output()); !errors.Is(problems.Err(), refused) {
		t.Errorf("the error is %v, want %v", problems.Err(), refused)
	}
	w.write = nil
	if _, problems := w.Write(t.Context(), v1alpha1.ArgoCDOutput{Namespace: argoNamespace, Customers: []v1alpha1.ArgoCDAction{"*"}}); problems.OK() {
		t.Error("a policy with an action that is a pattern was written")
	}
	w.want("nothing was written")
}

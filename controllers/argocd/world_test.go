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
	"context"
	"encoding/json"
	"fmt"
	"slices"
	"strings"
	"testing"

	corev1 "k8s.io/api/core/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"
	"k8s.io/apimachinery/pkg/types"
	corev1ac "k8s.io/client-go/applyconfigurations/core/v1"
	"sigs.k8s.io/controller-runtime/pkg/client"
	"sigs.k8s.io/controller-runtime/pkg/client/interceptor"

	routing "github.com/stakeholders-dev/stakeholder-operator/api/routing/v1alpha1"
	"github.com/stakeholders-dev/stakeholder-operator/api/v1alpha1"
	"github.com/stakeholders-dev/stakeholder-operator/controllers/render/rbaccsv"
	"github.com/stakeholders-dev/stakeholder-operator/test/fakecluster"
)

const argoNamespace = "argocd"

// world is a Writer with a fake Argo CD, without an API server and without watches. test/integration/argocd tests
// those.
type world struct {
	*testing.T
	*Writer
	client client.WithWatch
	// watched has the cached objects of the watched Argo CD.
	watched *watched
	// synced is set if the watch has synced.
	synced bool
	// seen, if set, is called before a read from the watch.
	seen func(client.Object)
	// live, if set, changes what the API server returns, as if the watch were stale.
	live func(client.Object) error
	// list is the API server's error for lists of projects.
	list error
	// write, if set, can make a write fail.
	write func() error
	// alter, if set, is admission that changes our key.
	alter func(string) string
	// applied is the last request.
	applied *corev1ac.ConfigMapApplyConfiguration
	// asked and written count requests. changed counts the calls of Changed, and looked has the requeued maps.
	asked, written, changed int
	looked                  []string
}

// newWorld has an Argo CD with a project that accepts the maps of every namespace.
func newWorld(t *testing.T) *world {
	t.Helper()
	w := &world{T: t, synced: true}
	w.client = fakecluster.NewClientBuilder().WithInterceptorFuncs(interceptor.Funcs{
		Patch: func(ctx context.Context, c client.WithWatch, object client.Object, patch client.Patch, options ...client.PatchOption) error {
			if patch.Type() != types.ApplyPatchType {
				return w.writing(func() error { return c.Patch(ctx, object, patch, options...) })
			}
			content, err := patch.Data(object)
			if err != nil {
				return err
			}
			w.applied = &corev1ac.ConfigMapApplyConfiguration{}
			if err := json.Unmarshal(content, w.applied); err != nil {
				return err
			}
			var asked client.PatchOptions
			asked.ApplyOptions(options)
			if len(asked.DryRun) > 0 {
				// The fake client ignores dry runs.
				return w.writing(func() error { return nil })
			}
			if err := w.writing(func() error { return c.Patch(ctx, object, patch, options...) }); err != nil || w.alter == nil {
				return err
			}
			written, ok := object.(*corev1.ConfigMap)
			if !ok {
				return fmt.Errorf("a %T is not expected here", object)
			}
			if altered := w.alter(written.Data[rbaccsv.PolicyKey]); altered != "" {
				written.Data[rbaccsv.PolicyKey] = altered
			} else {
				delete(written.Data, rbaccsv.PolicyKey)
			}
			return c.Update(ctx, written)
		},
	}).Build()
	live := interceptor.NewClient(w.client, interceptor.Funcs{
		Get: func(ctx context.Context, c client.WithWatch, key client.ObjectKey, object client.Object, options ...client.GetOption) error {
			w.asked++
			if err := c.Get(ctx, key, object, options...); err != nil || w.live == nil {
				return err
			}
			return w.live(object)
		},
		List: func(ctx context.Context, c client.WithWatch, list client.ObjectList, options ...client.ListOption) error {
			w.asked++
			if w.list != nil {
				return w.list
			}
			return listMetadata(ctx, c, list, options...)
		},
	})
	w.Writer = &Writer{
		Cache: w.client, Live: live, Client: w.client,
		Changed: func() { w.changed++ },
		Requeue: func(keys []types.NamespacedName) {
			for _, key := range keys {
				w.looked = append(w.looked, key.Name)
			}
			slices.Sort(w.looked)
		},
	}
	w.follows(argoNamespace)
	w.create(&corev1.ConfigMap{
		ObjectMeta: metav1.ObjectMeta{Namespace: argoNamespace, Name: rbaccsv.ConfigMapName, UID: "1"},
		Data:       map[string]string{"policy.csv": "g, platform, role:admin\n", "policy.default": "role:none"},
	})
	w.project("shop", "*")
	policy := &v1alpha1.StakeholderPolicy{ObjectMeta: metav1.ObjectMeta{Name: v1alpha1.PolicyInForceName}}
	policy.Status.ArgoCD.Namespace = argoNamespace
	w.create(policy)
	return w
}

// listMetadata lists unstructured objects of the fake client as metadata.
func listMetadata(ctx context.Context, c client.Reader, list client.ObjectList, options ...client.ListOption) error {
	projects := &unstructured.UnstructuredList{}
	projects.SetGroupVersionKind(list.GetObjectKind().GroupVersionKind())
	if err := c.List(ctx, projects, options...); err != nil {
		return err
	}
	metadata, ok := list.(*metav1.PartialObjectMetadataList)
	if !ok {
		return fmt.Errorf("a %T is not expected here", list)
	}
	for i := range projects.Items {
		item := projectMetadata()
		item.Namespace, item.Name = projects.Items[i].GetNamespace(), projects.Items[i].GetName()
		item.Annotations = projects.Items[i].GetAnnotations()
		metadata.Items = append(metadata.Items, *item)
	}
	return nil
}

// follows watches the Argo CD of a namespace.
func (w *world) follows(namespace string) {
	w.watched = &watched{world: w}
	w.watch = &watch{namespace, w.watched}
}

// watched is what is known of an Argo CD, and whether it is refused to be read, or watched no longer.
type watched struct {
	client.Reader
	world   *world
	refused error
	stopped bool
}

func (c *watched) Cached() (reader client.Reader, all bool) { return c, c.world.synced }
func (c *watched) Refused() error                           { return c.refused }
func (c *watched) ClearRefusal()                            { c.refused = nil }
func (c *watched) Stop()                                    { c.stopped = true }

func (c *watched) Get(ctx context.Context, key client.ObjectKey, object client.Object, options ...client.GetOption) error {
	if c.world.seen != nil {
		c.world.seen(object)
	}
	return c.world.client.Get(ctx, key, object, options...)
}

func (w *world) writing(write func() error) error {
	w.written++
	if w.write != nil {
		if err := w.write(); err != nil {
			return err
		}
	}
	return write()
}

func (w *world) create(object client.Object) {
	w.Helper()
	if err := w.client.Create(w.Context(), object); err != nil {
		w.Fatal(err)
	}
}

func (w *world) delete(object client.Object) {
	w.Helper()
	if err := w.client.Delete(w.Context(), object); err != nil {
		w.Fatal(err)
	}
}

// project makes an AppProject that accepts the maps of a namespace.
func (w *world) project(name, accepts string) { w.projectIn(argoNamespace, name, accepts) }

func (w *world) projectIn(namespace, name, accepts string) {
	w.Helper()
	project := &unstructured.Unstructured{}
	project.SetGroupVersionKind(projectKind)
	project.SetNamespace(namespace)
	project.SetName(name)
	project.SetFinalizers([]string{"resources-finalizer.argocd.argoproj.io"})
	project.SetAnnotations(map[string]string{v1alpha1.AcceptMapsFrom: accepts})
	w.create(project)
}

// newMap makes a map of the project shop.
func (w *world) newMap(name string) *v1alpha1.StakeholderMap {
	w.Helper()
	m := &v1alpha1.StakeholderMap{ObjectMeta: metav1.ObjectMeta{
		Namespace: "payments", Name: name, UID: types.UID("uid of " + name), Generation: 1,
	}}
	m.Spec.Product.ArgoCDProject = "shop"
	w.create(m)
	return m
}

// inForce contributes a map with some customers.
func (w *world) inForce(name string, customers ...string) *v1alpha1.StakeholderMap {
	w.Helper()
	m := w.newMap(name)
	w.Contribute(m, entry(m, customers...), false)
	return m
}

// entry is the contribution of a map with some customers.
func entry(m *v1alpha1.StakeholderMap, customers ...string) rbaccsv.Entry {
	return rbaccsv.Entry{
		Source:  routing.Source{Namespace: m.Namespace, Name: m.Name},
		Project: m.Spec.Product.ArgoCDProject, Customers: customers,
	}
}

func output() v1alpha1.ArgoCDOutput {
	return v1alpha1.ArgoCDOutput{Namespace: argoNamespace, Customers: []v1alpha1.ArgoCDAction{v1alpha1.ArgoCDSync}}
}

// writeKey calls Write, which must succeed.
func (w *world) writeKey() Result {
	w.Helper()
	result, problems := w.Write(w.Context(), output())
	if !problems.OK() {
		w.Fatal(problems.Err())
	}
	return result
}

func (w *world) data() map[string]string {
	w.Helper()
	configMap := &corev1.ConfigMap{}
	key := client.ObjectKey{Namespace: argoNamespace, Name: rbaccsv.ConfigMapName}
	if err := w.client.Get(w.Context(), key, configMap); err != nil {
		w.Fatal(err)
	}
	return configMap.Data
}

// setData sets a key of the ConfigMap.
func (w *world) setData(key, value string) {
	w.Helper()
	configMap := &corev1.ConfigMap{ObjectMeta: metav1.ObjectMeta{Namespace: argoNamespace, Name: rbaccsv.ConfigMapName}}
	if err := w.client.Get(w.Context(), client.ObjectKeyFromObject(configMap), configMap); err != nil {
		w.Fatal(err)
	}
	configMap.Data[key] = value
	if err := w.client.Update(w.Context(), configMap); err != nil {
		w.Fatal(err)
	}
}

// members are the members of roles in our key, as "<map> <group>", sorted.
func (w *world) members() []string {
	w.Helper()
	var out []string
	for line := range strings.Lines(w.data()[rbaccsv.PolicyKey]) {
		if fields := strings.Split(strings.TrimSpace(line), ","); fields[0] == "g" {
			out = append(out, strings.Split(fields[2], ":")[3]+" "+fields[1])
		}
	}
	slices.Sort(out)
	return out
}

// want fails if our key has other members of roles.
func (w *world) want(reason string, members ...string) {
	w.Helper()
	if got := w.members(); !slices.Equal(got, members) {
		w.Errorf("%s: the members are %q, want %q", reason, got, members)
	}
}

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

package unmanaged

import (
	"context"
	"slices"
	"sync"

	rbacv1 "k8s.io/api/rbac/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/fields"
	"k8s.io/apimachinery/pkg/runtime"
	"k8s.io/apimachinery/pkg/util/sets"
	"k8s.io/client-go/rest"
	toolscache "k8s.io/client-go/tools/cache"

	"github.com/stakeholders-dev/stakeholder-operator/controllers/names"
)

// Watch caches all grants that no map gives.
type Watch struct {
	// Client lists and watches RBAC.
	Client rest.Interface
	// OnSynced is called once, after HasSynced becomes true. It must return at once.
	OnSynced func(*Watch)
	// Reading is locked while a page of a list is in memory. Other readers of large pages share it, so that only one is
	// in memory at a time.
	Reading sync.Mutex

	once   sync.Once
	stores map[string]*store
}

// Changed is called with each grant that is added, changed or deleted. Before is nil for a new grant, and after for a
// deleted one. It must return at once.
type Changed func(before, after *Grant)

// NewWatch returns an empty Watch.
func NewWatch(client rest.Interface, changed Changed, onSynced func(*Watch)) *Watch {
	w := &Watch{Client: client, OnSynced: onSynced}
	w.stores = map[string]*store{
		KindRoleBinding:        newStore(grantOf(OfRoleBinding), changed, w.notifySynced),
		KindClusterRoleBinding: newStore(grantOf(OfClusterRoleBinding), changed, w.notifySynced),
		KindRole:               newStore(grantOf(OfRole), changed, w.notifySynced),
	}
	return w
}

// grantOf converts a function for one type to one for any object.
func grantOf[T runtime.Object](f func(T) (Grant, bool)) func(any) (Grant, bool) {
	return func(object any) (Grant, bool) {
		switch object := object.(type) {
		case *grantItem:
			return object.grant, true
		case T:
			return f(object)
		}
		return Grant{}, false
	}
}

// NeedLeaderElection implements manager.LeaderElectionRunnable. Replicas that are not the leader watch too, so that
// they are ready to take over.
func (*Watch) NeedLeaderElection() bool { return false }

// Start implements manager.Runnable. It watches until the context ends, and retries after failures.
func (w *Watch) Start(ctx context.Context) error {
	var running sync.WaitGroup
	follow := func(kind, resource string, example runtime.Object) {
		s := w.stores[kind]
		lw := toolscache.NewListWatchFromClient(w.Client, resource, metav1.NamespaceAll, fields.Everything())
		reflector := toolscache.NewReflectorWithOptions(filteredLister{lw, s.grantOf, &w.Reading}, example, s, toolscache.ReflectorOptions{Name: "unmanaged-grants"})
		running.Go(func() { reflector.RunWithContext(ctx) })
	}
	follow(KindRoleBinding, "rolebindings", &rbacv1.RoleBinding{})
	follow(KindRole, "roles", &rbacv1.Role{})
	follow(KindClusterRoleBinding, "clusterrolebindings", &rbacv1.ClusterRoleBinding{})
	running.Wait()
	return nil
}

func (w *Watch) notifySynced() {
	if w.HasSynced() {
		w.once.Do(func() { w.OnSynced(w) })
	}
}

// HasSynced reports whether the caches of RoleBindings and Roles have synced. It ignores ClusterRoleBindings, because
// they concern no map in particular.
func (w *Watch) HasSynced() bool {
	return w.stores[KindRoleBinding].synced.Load() && w.stores[KindRole].synced.Load()
}

// ForMap returns the grants that concern a map which takes part in some namespaces, sorted.
func (w *Watch) ForMap(owner names.Owner, namespaces []string) []Grant {
	in := sets.New(namespaces...).Insert(owner.Namespace)
	var out []Grant
	for _, kind := range []string{KindRoleBinding, KindRole} {
		for namespace := range in {
			out = w.stores[kind].appendTo(out, owner, namespace)
		}
	}
	slices.SortFunc(out, compareGrants)
	return out
}

// Each calls f with every known grant, which f must not change.
func (w *Watch) Each(f func(*Grant)) {
	for _, kind := range Kinds {
		w.stores[kind].each(f)
	}
}

// Counts returns the number of grants of each kind, at most maxGrants.
func (w *Watch) Counts() map[string]int {
	out := make(map[string]int, len(Kinds))
	for _, kind := range Kinds {
		out[kind] = w.stores[kind].count()
	}
	return out
}

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
	"fmt"
	"slices"
	"sync"

	rbacv1 "k8s.io/api/rbac/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/runtime"
	"k8s.io/apimachinery/pkg/watch"
	"k8s.io/client-go/kubernetes"
	toolscache "k8s.io/client-go/tools/cache"

	"github.com/stakeholders-dev/stakeholder-operator/controllers/names"
)

// Watch caches all grants that no map gives.
type Watch struct {
	// Client lists and watches.
	Client kubernetes.Interface
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
func NewWatch(client kubernetes.Interface, changed Changed, onSynced func(*Watch)) *Watch {
	return &Watch{Client: client, OnSynced: onSynced, stores: map[string]*store{
		KindRoleBinding:        newStore(grantOf(OfRoleBinding), changed),
		KindClusterRoleBinding: newStore(grantOf(OfClusterRoleBinding), changed),
		KindRole:               newStore(grantOf(OfRole), changed),
	}}
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
	rbac := w.Client.RbacV1()
	var running sync.WaitGroup
	follow := func(kind string, example runtime.Object, lw *toolscache.ListWatch) {
		s := w.stores[kind]
		reflector := toolscache.NewReflectorWithOptions(filteredLister{lw, s.grantOf, &w.Reading}, example, notifyingStore{s, w.notifySynced}, toolscache.ReflectorOptions{Name: "unmanaged-grants"})
		running.Go(func() { reflector.RunWithContext(ctx) })
	}
	bindings, roles, clusterBindings := rbac.RoleBindings(metav1.NamespaceAll), rbac.Roles(metav1.NamespaceAll), rbac.ClusterRoleBindings()
	follow(KindRoleBinding, &rbacv1.RoleBinding{}, listWatch(bindings.List, bindings.Watch))
	follow(KindRole, &rbacv1.Role{}, listWatch(roles.List, roles.Watch))
	follow(KindClusterRoleBinding, &rbacv1.ClusterRoleBinding{}, listWatch(clusterBindings.List, clusterBindings.Watch))
	running.Wait()
	return nil
}

func listWatch[L runtime.Object](
	list func(context.Context, metav1.ListOptions) (L, error), watches func(context.Context, metav1.ListOptions) (watch.Interface, error),
) *toolscache.ListWatch {
	return &toolscache.ListWatch{
		ListWithContextFunc: func(ctx context.Context, options metav1.ListOptions) (runtime.Object, error) {
			found, err := list(ctx, options)
			if err != nil {
				return nil, fmt.Errorf("list: %w", err)
			}
			return found, nil
		},
		WatchFuncWithContext: watches,
	}
}

// notifyingStore calls onReplace after the store has been filled.
type notifyingStore struct {
	*store
	onReplace func()
}

// Replace implements ReflectorStore.
func (s notifyingStore) Replace(objects []any, version string) error {
	if err := s.store.Replace(objects, version); err != nil {
		return err
	}
	s.onReplace()
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
	return w.stores[KindRoleBinding].hasSynced() && w.stores[KindRole].hasSynced()
}

// ForMap returns the grants that concern a map which takes part in some namespaces, sorted.
func (w *Watch) ForMap(owner names.Owner, namespaces []string) []Grant {
	in := make(map[string]bool, len(namespaces)+1)
	in[owner.Namespace] = true
	for _, namespace := range namespaces {
		in[namespace] = true
	}
	var out []Grant
	for _, kind := range []string{KindRoleBinding, KindRole} {
		out = w.stores[kind].appendTo(out, owner, in)
	}
	slices.SortFunc(out, compareGrants)
	return out
}

// Each calls f with every known grant.
func (w *Watch) Each(f func(Grant)) {
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

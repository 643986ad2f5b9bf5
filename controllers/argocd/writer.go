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

// Package argocd keeps one key of Argo CD's ConfigMap up to date: the rights that all maps of the cluster grant in Argo
// CD projects.
package argocd

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"sync"

	corev1 "k8s.io/api/core/v1"
	apierrors "k8s.io/apimachinery/pkg/api/errors"
	"k8s.io/apimachinery/pkg/types"
	"k8s.io/client-go/rest"
	"sigs.k8s.io/controller-runtime/pkg/cache"
	"sigs.k8s.io/controller-runtime/pkg/client"

	"github.com/stakeholders-dev/stakeholder-operator/api/v1alpha1"
	"github.com/stakeholders-dev/stakeholder-operator/controllers/apply"
	"github.com/stakeholders-dev/stakeholder-operator/controllers/render/rbaccsv"
)

// Writer writes the key. Of several replicas only the leader calls Write.
type Writer struct {
	// Config and CacheOptions (scheme, mapper and HTTP client) configure the watch on Argo CD.
	Config       *rest.Config
	CacheOptions cache.Options
	// Cache reads maps from the cache. Live reads from the API server.
	Cache, Live client.Reader
	Client      client.Client
	// Changed is called when Write may have something to do. Requeue is called with maps whose Refusal may have
	// changed. Both must return at once.
	Changed func()
	Requeue func([]types.NamespacedName)
	// Rewrites stops the operator from writing the key over and over against admission or another writer.
	Rewrites apply.Rewrites

	contributions contributions
	mu            sync.Mutex
	watch         *watch
	// refused has, by map, why groups were left out: because of other keys of the ConfigMap, or for lack of room.
	refused     map[types.NamespacedName]string
	unavailable string
}

// Result is the result of Write.
type Result struct {
	// Maps is the number of maps with lines in the policy, and Bytes the size of the whole ConfigMap.
	Maps, Bytes int
	// Written is set if the ConfigMap was written.
	Written bool
	// NearlyFull is set if the ConfigMap has little room left.
	NearlyFull bool
	// Waiting is set if something was left as it was because not everything is known yet.
	Waiting bool
}

// Contribute stores what a map contributes from now on: the content of its table in force. An invalid map must not
// contribute more than before.
func (w *Writer) Contribute(m *v1alpha1.StakeholderMap, entry rbaccsv.Entry, invalid bool) {
	if w.contributions.set(m, entry, invalid) {
		w.Changed()
	}
}

// Restrict reduces the contribution of a map to what is also in an entry. It adds nothing.
func (w *Writer) Restrict(m *v1alpha1.StakeholderMap, present rbaccsv.Entry) {
	before := w.contributions.get(types.NamespacedName{Namespace: m.Namespace, Name: m.Name})
	if before.uid != m.UID {
		before.entry = rbaccsv.Entry{Source: present.Source}
	}
	w.Contribute(m, before.entry.Intersect(present), true)
}

// Forget drops a map that no longer exists or is being deleted.
func (w *Writer) Forget(key types.NamespacedName) {
	if w.contributions.remove(key) {
		w.Changed()
	}
}

// Write updates our key to what the maps contribute. It makes no request if nothing differs. The error is one of these:
// rbaccsv.ErrTooLarge, with removals written nevertheless; ErrNoConfigMap; why the watch on Argo CD fails; or that of a
// request.
func (w *Writer) Write(ctx context.Context, output v1alpha1.ArgoCDOutput) (Result, apply.Result) {
	watch, err := w.ensureWatch(ctx, output.Namespace)
	if err != nil {
		return Result{}, apply.ResultOf(err)
	}
	// Even if reading is refused, continue with the cached state, so that parties who left a map are still removed.
	refused := apply.ResultOf(watch.checkRead(ctx, w.Live))
	argoCD, synced := watch.objects.Cached()
	if !synced {
		return Result{Waiting: true}, refused
	}
	result, problems := w.writeFrom(ctx, output, argoCD)
	return result, slices.Concat(refused, problems)
}

// writeFrom updates our key from the projects and the ConfigMap that a reader returns.
func (w *Writer) writeFrom(ctx context.Context, output v1alpha1.ArgoCDOutput, argoCD client.Reader) (Result, apply.Result) {
	all, known, err := w.contributions.all(ctx, w.Cache)
	if err != nil || !known {
		// Remove nothing as long as some maps are unknown.
		return Result{Waiting: true}, apply.ResultOf(err)
	}
	configMap := &corev1.ConfigMap{}
	key := client.ObjectKey{Namespace: output.Namespace, Name: rbaccsv.ConfigMapName}
	if err := argoCD.Get(ctx, key, configMap); err != nil {
		return Result{}, apply.ResultOf(readError(key, err))
	}
	all = slices.DeleteFunc(all, func(c contribution) bool { return !isAccepted(ctx, argoCD, output.Namespace, c.entry) })
	return w.writeContributions(ctx, output, all, configMap)
}

func (w *Writer) writeContributions(ctx context.Context, output v1alpha1.ArgoCDOutput, all []contribution, configMap *corev1.ConfigMap) (Result, apply.Result) {
	entries := make([]rbaccsv.Entry, len(all))
	for i := range all {
		entries[i] = all[i].entry
	}
	policy, tooLarge := rbaccsv.Render(entries, output.Customers, configMap.Data)
	if tooLarge != nil && !errors.Is(tooLarge, rbaccsv.ErrTooLarge) {
		return Result{}, apply.ResultOf(tooLarge)
	}
	current, desired := configMap.Data[rbaccsv.PolicyKey], policy.CSV()
	if tooLarge != nil {
		policy.Refused = append(policy.Refused, refusalsOfReduced(policy.Blocks)...)
	}
	w.setRefused(policy.Refused)
	result := Result{Maps: len(policy.Blocks), Bytes: policy.Bytes, NearlyFull: policy.NearlyFull}
	var unverified, err error
	switch {
	case tooLarge != nil:
		desired = rbaccsv.Kept(current, desired)
	case desired != current:
		desired, result.Waiting, unverified = w.verifyAdditions(ctx, output.Namespace, policy, current)
	}
	result.Written, err = w.ensureKey(ctx, configMap, desired)
	return result, apply.ResultOf(tooLarge, unverified, err)
}

// ensureWatch watches the Argo CD of a namespace, and stops any other watch.
func (w *Writer) ensureWatch(ctx context.Context, namespace string) (*watch, error) {
	w.mu.Lock()
	defer w.mu.Unlock()
	if w.watch != nil && w.watch.namespace == namespace {
		return w.watch, nil
	}
	w.stopWatch()
	watch, err := startWatch(ctx, w.Config, w.CacheOptions, namespace, w.Changed, func(project string) {
		w.Requeue(w.contributions.mapsOfProject(project))
	})
	if err != nil {
		return nil, err
	}
	w.watch = watch
	return watch, nil
}

func (w *Writer) stopWatch() {
	if w.watch != nil {
		w.watch.objects.Stop()
		w.watch = nil
	}
}

// Remove removes our key from the Argo CD in a namespace, and stops watching it.
func (w *Writer) Remove(ctx context.Context, namespace string) error {
	w.mu.Lock()
	followed := w.watch != nil && w.watch.namespace == namespace
	if followed {
		w.stopWatch()
		w.refused = nil
	}
	w.mu.Unlock()
	if followed {
		// No project refuses these maps any more.
		w.Requeue(w.contributions.mapsOfProject(""))
	}
	configMap := &corev1.ConfigMap{}
	key := client.ObjectKey{Namespace: namespace, Name: rbaccsv.ConfigMapName}
	if err := w.Live.Get(ctx, key, configMap); apierrors.IsNotFound(err) {
		return nil
	} else if err != nil {
		return fmt.Errorf("read ConfigMap %s: %w", key, err)
	}
	_, err := w.removeKey(ctx, configMap)
	return err
}

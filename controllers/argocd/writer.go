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

// Package argocd keeps one key of Argo CD's ConfigMap as the maps of the whole cluster say: who may do what in which
// project.
package argocd

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"slices"
	"sync"

	corev1 "k8s.io/api/core/v1"
	apierrors "k8s.io/apimachinery/pkg/api/errors"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/types"
	corev1ac "k8s.io/client-go/applyconfigurations/core/v1"
	"k8s.io/client-go/rest"
	"sigs.k8s.io/controller-runtime/pkg/cache"
	"sigs.k8s.io/controller-runtime/pkg/client"

	"github.com/stakeholders-dev/stakeholder-operator/api/v1alpha1"
	"github.com/stakeholders-dev/stakeholder-operator/controllers/apply"
	"github.com/stakeholders-dev/stakeholder-operator/controllers/render/rbaccsv"
	"github.com/stakeholders-dev/stakeholder-operator/controllers/targets"
)

// ErrNoConfigMap says that there is no Argo CD where the policy says that there is one.
var ErrNoConfigMap = errors.New("there is no ConfigMap " + rbaccsv.ConfigMapName)

// Writer is the one writer. Of several replicas only the elected one calls Write.
type Writer struct {
	// Config and CacheOptions (scheme, mapper and HTTP client) are how Argo CD is watched.
	Config       *rest.Config
	CacheOptions cache.Options
	// Cache has the maps. Live asks the API server.
	Cache, Live client.Reader
	// Client writes.
	Client client.Client
	// Changed is called when Write may have something to do, and Requeue for maps of which the answer of Refusal may have
	// changed. Both return at once.
	Changed func()
	Requeue func([]types.NamespacedName)
	// Rewrites keeps our key from being written over and over, against admission or another writer.
	Rewrites apply.Rewrites

	contributions contributions
	mu            sync.Mutex
	watch         *watch
	// refused says of which maps groups were left out because of what other keys say or because there is no room, and why.
	refused map[types.NamespacedName]string
	// held says why nothing can be written for any map.
	held string
}

// Result is what Write has come to.
type Result struct {
	// Maps is how many maps have lines in the policy, and Bytes the size of the whole ConfigMap.
	Maps, Bytes int
	// Written says that the ConfigMap was written.
	Written bool
	// NearlyFull says that there is not much room left in the ConfigMap.
	NearlyFull bool
	// Waiting says that something was left as it was because not everything is known yet.
	Waiting bool
}

// Contribute notes what a map contributes from now on: what its table in force says. Of an invalid map that is at most
// what it has contributed so far.
func (w *Writer) Contribute(m *v1alpha1.StakeholderMap, entry rbaccsv.Entry, invalid bool) {
	if w.contributions.set(m, entry, invalid) {
		w.Changed()
	}
}

// Restrict notes that a map contributes nothing but what it has contributed and what still stands in an entry.
func (w *Writer) Restrict(m *v1alpha1.StakeholderMap, present rbaccsv.Entry) {
	before := w.contributions.get(types.NamespacedName{Namespace: m.Namespace, Name: m.Name})
	if before.uid != m.UID {
		before.entry = rbaccsv.Entry{Source: present.Source}
	}
	w.Contribute(m, before.entry.Intersect(present), true)
}

// Forget notes that there is no such map any more, or that it is being deleted.
func (w *Writer) Forget(key types.NamespacedName) {
	if w.contributions.remove(key) {
		w.Changed()
	}
}

// Write brings our key to what the maps say. It makes no request if it is so already. The error is rbaccsv.ErrTooLarge,
// which leaves whoever should have left out of the key all the same; ErrNoConfigMap; what keeps Argo CD from being
// watched; or that of a request.
func (w *Writer) Write(ctx context.Context, output v1alpha1.ArgoCDOutput) (Result, apply.Result) {
	watch, err := w.follow(ctx, output.Namespace)
	if err != nil {
		return Result{}, apply.ResultOf(err)
	}
	// Who may read no longer goes by what he knows, so that whoever leaves a map is taken out all the same.
	refused := apply.ResultOf(watch.mayRead(ctx, w.Live))
	argoCD, all := watch.objects.Cached()
	if !all {
		return Result{Waiting: true}, refused
	}
	result, problems := w.writeAll(ctx, output, argoCD)
	return result, slices.Concat(refused, problems)
}

// writeAll brings our key to what the maps say, given the projects and the ConfigMap.
func (w *Writer) writeAll(ctx context.Context, output v1alpha1.ArgoCDOutput, argoCD client.Reader) (Result, apply.Result) {
	all, known, err := w.contributions.all(func(f func(types.NamespacedName)) error { return eachMap(ctx, w.Cache, f) })
	if err != nil || !known {
		// Not knowing all is no reason to take anything away.
		return Result{Waiting: true}, apply.ResultOf(err)
	}
	configMap := &corev1.ConfigMap{}
	key := client.ObjectKey{Namespace: output.Namespace, Name: rbaccsv.ConfigMapName}
	if err := argoCD.Get(ctx, key, configMap); err != nil {
		return Result{}, apply.ResultOf(readError(key, err))
	}
	all = slices.DeleteFunc(all, func(is contribution) bool { return !w.accepted(ctx, argoCD, output.Namespace, is.entry) })
	return w.writeContributions(ctx, output, all, configMap)
}

// writeContributions brings our key to what some maps contribute.
func (w *Writer) writeContributions(ctx context.Context, output v1alpha1.ArgoCDOutput, all []contribution, configMap *corev1.ConfigMap) (Result, apply.Result) {
	entries := make([]rbaccsv.Entry, len(all))
	for i := range all {
		entries[i] = all[i].entry
	}
	policy, tooLarge := rbaccsv.Render(entries, output.Customers, configMap.Data)
	if tooLarge != nil && !errors.Is(tooLarge, rbaccsv.ErrTooLarge) {
		return Result{}, apply.ResultOf(tooLarge)
	}
	there, wanted := configMap.Data[rbaccsv.PolicyKey], policy.CSV()
	if tooLarge != nil {
		policy.Refused = append(policy.Refused, heldBack(policy.Blocks)...)
	}
	w.noteRefused(policy.Refused)
	result := Result{Maps: len(policy.Blocks), Bytes: policy.Bytes, NearlyFull: policy.NearlyFull}
	var unknown, err error
	switch {
	case tooLarge != nil:
		wanted = rbaccsv.Kept(there, wanted)
	case wanted != there:
		wanted, result.Waiting, unknown = w.verified(ctx, output.Namespace, policy, there)
	}
	result.Written, err = w.bring(ctx, configMap, wanted)
	return result, apply.ResultOf(tooLarge, unknown, err)
}

// follow watches the Argo CD of a namespace, and no other any more.
func (w *Writer) follow(ctx context.Context, namespace string) (*watch, error) {
	w.mu.Lock()
	defer w.mu.Unlock()
	if w.watch != nil && w.watch.namespace == namespace {
		return w.watch, nil
	}
	w.unfollow()
	watch, err := startWatch(ctx, w.Config, w.CacheOptions, namespace, w.Changed, func(project string) {
		w.Requeue(w.contributions.of(project))
	})
	if err != nil {
		return nil, err
	}
	w.watch = watch
	return watch, nil
}

func (w *Writer) unfollow() {
	if w.watch != nil {
		w.watch.objects.Stop()
		w.watch = nil
	}
}

func (w *Writer) current() *watch {
	w.mu.Lock()
	defer w.mu.Unlock()
	return w.watch
}

// accepted says whether the project of a map takes it.
func (w *Writer) accepted(ctx context.Context, reader client.Reader, namespace string, entry rbaccsv.Entry) bool {
	is, err := project(ctx, reader, namespace, entry.Project)
	return err == nil && is != nil && is.DeletionTimestamp == nil && targets.Lists(is, entry.Source.Namespace)
}

// write puts only our key as it is wanted, and returns what has become of it.
func (w *Writer) write(ctx context.Context, configMap *corev1.ConfigMap, wanted string) (answer string, err error) {
	if wanted == "" {
		return w.removeKey(ctx, configMap)
	}
	// UID and resourceVersion keep it from being made anew, and from being written over what we have not seen: its other
	// keys say how Argo CD reads ours.
	is, err := w.applyKey(ctx, configMap, wanted)
	if err != nil {
		return "", fmt.Errorf("write ConfigMap %s/%s: %w", configMap.Namespace, configMap.Name, w.explain(ctx, configMap, err))
	}
	return is.Data[rbaccsv.PolicyKey], nil
}

// applyKey puts our key by server-side apply, and returns the answer as it is. controller-runtime's Apply decodes it into what
// was sent, so that a key that admission has removed would seem to be there.
func (w *Writer) applyKey(ctx context.Context, seen *corev1.ConfigMap, value string, options ...client.PatchOption) (*corev1.ConfigMap, error) {
	config := corev1ac.ConfigMap(seen.Name, seen.Namespace).
		WithUID(seen.UID).WithResourceVersion(seen.ResourceVersion).
		WithData(map[string]string{rbaccsv.PolicyKey: value})
	content, err := json.Marshal(config)
	if err != nil {
		return nil, fmt.Errorf("encode our key: %w", err)
	}
	is := &corev1.ConfigMap{ObjectMeta: metav1.ObjectMeta{Namespace: seen.Namespace, Name: seen.Name}}
	options = append(options, apply.FieldOwner, client.ForceOwnership)
	return is, w.Client.Patch(ctx, is, client.RawPatch(types.ApplyPatchType, content), options...)
}

// removeKey takes our key out, whoever else has written it too: a server-side apply without it would leave it to them.
func (w *Writer) removeKey(ctx context.Context, configMap *corev1.ConfigMap) (answer string, err error) {
	if _, there := configMap.Data[rbaccsv.PolicyKey]; !there {
		return "", nil
	}
	changed := configMap.DeepCopy()
	delete(changed.Data, rbaccsv.PolicyKey)
	patch := client.MergeFromWithOptions(configMap, client.MergeFromWithOptimisticLock{})
	if err := client.IgnoreNotFound(w.Client.Patch(ctx, changed, patch, apply.FieldOwner)); err != nil {
		return "", fmt.Errorf("take our key out of ConfigMap %s/%s: %w", configMap.Namespace, configMap.Name, w.explain(ctx, configMap, err))
	}
	return changed.Data[rbaccsv.PolicyKey], nil
}

func (w *Writer) explain(ctx context.Context, seen *corev1.ConfigMap, err error) error {
	return apply.ExplainConflict(ctx, w.Live, apply.SeenAs("ConfigMap", seen), err)
}

// Remove takes our key out of the Argo CD in a namespace, and stops watching it.
func (w *Writer) Remove(ctx context.Context, namespace string) error {
	w.mu.Lock()
	followed := w.watch != nil && w.watch.namespace == namespace
	if followed {
		w.unfollow()
		w.refused = nil
	}
	w.mu.Unlock()
	if followed {
		// No project refuses them any more.
		w.Requeue(w.contributions.of(""))
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

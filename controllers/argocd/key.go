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

	corev1 "k8s.io/api/core/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/types"
	corev1ac "k8s.io/client-go/applyconfigurations/core/v1"
	"sigs.k8s.io/controller-runtime/pkg/client"

	"github.com/stakeholders-dev/stakeholder-operator/controllers/apply"
	"github.com/stakeholders-dev/stakeholder-operator/controllers/render/rbaccsv"
)

// ourKey is the name of the key in messages.
const ourKey = "key " + rbaccsv.PolicyKey + " of ConfigMap"

// ensureKey writes our key unless it has the desired value, and reports whether it did. The error is an
// *apply.DisputeError if admission changes the value, which can grant rights that no map grants, or if another writer
// keeps changing it. The same value is then written again only after a while.
func (w *Writer) ensureKey(ctx context.Context, configMap *corev1.ConfigMap, desired string) (written bool, err error) {
	key, current := client.ObjectKeyFromObject(configMap), configMap.Data[rbaccsv.PolicyKey]
	part := apply.Part{Kind: ourKey, Key: key}
	if desired == current {
		w.Rewrites.RecordExact(key, part)
		return false, w.Rewrites.Dispute(key, part)
	}
	digest := apply.Digest(desired)
	if disputed := w.Rewrites.HeldBack(key, part, digest, apply.Digest(current)); disputed != nil {
		return false, disputed
	}
	answer, err := w.writeKey(ctx, configMap, desired)
	if err != nil {
		return false, err
	}
	altered := ""
	if answer != desired {
		altered = "what it makes of the key is not what the maps say"
	}
	w.Rewrites.Record(key, part, apply.Write{Wanted: digest, After: apply.Digest(answer), Altered: altered})
	return true, w.Rewrites.Dispute(key, part)
}

// writeKey writes or removes our key, and returns its value in the API server's answer.
func (w *Writer) writeKey(ctx context.Context, configMap *corev1.ConfigMap, desired string) (answer string, err error) {
	if desired == "" {
		return w.removeKey(ctx, configMap)
	}
	// The UID and the resourceVersion prevent two mistakes: creating the ConfigMap again, and writing to a version that
	// we have not seen. The other keys decide how Argo CD reads ours.
	applied, err := w.applyKey(ctx, configMap, desired)
	if err != nil {
		return "", fmt.Errorf("write ConfigMap %s/%s: %w", configMap.Namespace, configMap.Name, w.explain(ctx, configMap, err))
	}
	return applied.Data[rbaccsv.PolicyKey], nil
}

// applyKey writes our key by server-side apply and returns the API server's answer. controller-runtime's Apply decodes
// the answer into the object that was sent, so a key that admission removed would still seem to be there.
func (w *Writer) applyKey(ctx context.Context, seen *corev1.ConfigMap, value string, options ...client.PatchOption) (*corev1.ConfigMap, error) {
	config := corev1ac.ConfigMap(seen.Name, seen.Namespace).
		WithUID(seen.UID).WithResourceVersion(seen.ResourceVersion).
		WithData(map[string]string{rbaccsv.PolicyKey: value})
	content, err := json.Marshal(config)
	if err != nil {
		return nil, fmt.Errorf("encode our key: %w", err)
	}
	applied := &corev1.ConfigMap{ObjectMeta: metav1.ObjectMeta{Namespace: seen.Namespace, Name: seen.Name}}
	options = append(options, apply.FieldOwner, client.ForceOwnership)
	return applied, w.Client.Patch(ctx, applied, client.RawPatch(types.ApplyPatchType, content), options...)
}

// removeKey removes our key even if another field manager owns it too. A server-side apply without the key would leave
// it to that manager.
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

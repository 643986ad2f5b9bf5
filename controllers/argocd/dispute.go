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

	corev1 "k8s.io/api/core/v1"
	"sigs.k8s.io/controller-runtime/pkg/client"

	"github.com/stakeholders-dev/stakeholder-operator/controllers/apply"
	"github.com/stakeholders-dev/stakeholder-operator/controllers/render/rbaccsv"
)

// ourKey is what messages call the key.
const ourKey = "key " + rbaccsv.PolicyKey + " of ConfigMap"

// bring writes our key if it is not as it is wanted, and says whether it has. The error is an *apply.DisputeError if
// admission makes something else of it, which can give rights that no map gives, or if another writer keeps changing it.
// Then the same is written again after a while only.
func (w *Writer) bring(ctx context.Context, configMap *corev1.ConfigMap, wanted string) (written bool, err error) {
	key, there := client.ObjectKeyFromObject(configMap), configMap.Data[rbaccsv.PolicyKey]
	if wanted == there {
		return false, w.Rewrites.Exact(ourKey, key)
	}
	digest := apply.Digest(wanted)
	if held := w.Rewrites.HeldBack(ourKey, key, digest, apply.Digest(there)); held != nil {
		return false, held
	}
	answer, err := w.write(ctx, configMap, wanted)
	if err != nil {
		return false, err
	}
	altered := ""
	if answer != wanted {
		altered = "what it makes of the key is not what the maps say"
	}
	return true, w.Rewrites.Wrote(ourKey, key, digest, apply.Digest(answer), altered)
}

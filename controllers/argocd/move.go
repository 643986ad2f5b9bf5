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
	"fmt"

	corev1 "k8s.io/api/core/v1"
	"sigs.k8s.io/controller-runtime/pkg/client"

	"github.com/stakeholders-dev/stakeholder-operator/api/v1alpha1"
	"github.com/stakeholders-dev/stakeholder-operator/controllers/apply"
	"github.com/stakeholders-dev/stakeholder-operator/controllers/render/rbaccsv"
)

// Move writes our key to the Argo CD of a namespace other than the one that Write keeps, which it leaves alone. After
// it returns no error and not Waiting, Write can take over there: Move has written the key, or a dry run has shown that
// it can. It reads from the API server, because no watch covers that Argo CD yet. The errors are those of Write.
func (w *Writer) Move(ctx context.Context, output v1alpha1.ArgoCDOutput) (Result, apply.Result) {
	projects, err := w.liveProjects(ctx, output.Namespace)
	if err != nil {
		return Result{}, apply.ResultOf(err)
	}
	result, problems := w.writeFrom(ctx, output, projects)
	if problems.OK() && !result.Waiting && !result.Written {
		// Nothing has shown yet that the key can be written there, and the caller removes the old key next.
		problems = apply.ResultOf(w.dryRunWrite(ctx, output.Namespace))
	}
	return result, problems
}

// dryRunWrite makes the API server and admission check a write of our key, without storing it.
func (w *Writer) dryRunWrite(ctx context.Context, namespace string) error {
	configMap := &corev1.ConfigMap{}
	key := client.ObjectKey{Namespace: namespace, Name: rbaccsv.ConfigMapName}
	if err := w.Live.Get(ctx, key, configMap); err != nil {
		return readError(key, err)
	}
	// The value differs from the current one, because an immutable ConfigMap accepts the same value.
	if _, err := w.applyKey(ctx, configMap, configMap.Data[rbaccsv.PolicyKey]+"# tried, not written\n", client.DryRunAll); err != nil {
		return fmt.Errorf("try to write ConfigMap %s: %w", key, w.explain(ctx, configMap, err))
	}
	return nil
}

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
	"k8s.io/apimachinery/pkg/fields"
	"k8s.io/client-go/rest"
	"sigs.k8s.io/controller-runtime/pkg/cache"
	"sigs.k8s.io/controller-runtime/pkg/client"

	"github.com/stakeholders-dev/stakeholder-operator/controllers/optionalwatch"
	"github.com/stakeholders-dev/stakeholder-operator/controllers/render/rbaccsv"
	"github.com/stakeholders-dev/stakeholder-operator/controllers/targets"
)

// watch watches the projects and the ConfigMap of the Argo CD in one namespace. It has a cache of its own, because the
// operator's cache holds labeled objects only, and because it comes and goes with the policy.
type watch struct {
	namespace string
	objects   objects
}

type objects interface {
	Cached() (reader client.Reader, synced bool)
	Refused() error
	ClearRefusal()
	Stop()
}

// startWatch starts a watch that runs until it is stopped or the program ends. It calls changed after each relevant
// change of the ConfigMap or a project. It calls consents with the name of a project that changed, and with "" once the
// watch has synced. It returns an error if the cluster has no Argo CD.
func startWatch(
	ctx context.Context, config *rest.Config, options cache.Options, namespace string, changed func(), consents func(project string),
) (*watch, error) {
	options.DefaultNamespaces = map[string]cache.Config{namespace: {}}
	options.DefaultTransform = cache.TransformStripManagedFields()
	options.ByObject = map[client.Object]cache.ByObject{
		&corev1.ConfigMap{}: {Field: fields.OneTermEqualSelector("metadata.name", rbaccsv.ConfigMapName)},
		projectMetadata():   {Transform: stripProject},
	}
	w := &optionalwatch.Watch{
		Config: config, Options: options,
		Changes: map[client.Object]optionalwatch.Change{
			&corev1.ConfigMap{}: func(_, _ client.Object) { changed() },
			projectMetadata(): projectChange(func(project string) {
				changed()
				consents(project)
			}),
		},
		Explain: func(refused error) error { return projectsError(namespace, refused) },
		OnStateChange: func(_ *optionalwatch.Watch, refused error) {
			changed()
			if refused == nil {
				consents("")
			}
		},
	}
	if err := w.Start(ctx); err != nil {
		return nil, fmt.Errorf("watch Argo CD in namespace %s: %w", namespace, err)
	}
	return &watch{namespace, w}, nil
}

// projectChange calls f for each project that is added, deleted, or changes which namespaces it accepts.
func projectChange(f func(project string)) optionalwatch.Change {
	return func(before, after client.Object) {
		switch {
		case before == nil:
			f(after.GetName())
		case after == nil || targets.IsRelevantChange(before, after):
			f(before.GetName())
		}
	}
}

// checkRead returns the error by which the API server refused the watch, unless a request shows that reading is allowed
// now: no event tells when a refused watch succeeds again. An API server that has just started also refuses for a
// moment what RBAC allows.
func (w *watch) checkRead(ctx context.Context, live client.Reader) error {
	refused := w.objects.Refused()
	if refused == nil {
		return nil
	}
	err := live.List(ctx, projectList(), client.InNamespace(w.namespace), client.Limit(1))
	if err == nil {
		key := client.ObjectKey{Namespace: w.namespace, Name: rbaccsv.ConfigMapName}
		err = client.IgnoreNotFound(live.Get(ctx, key, &corev1.ConfigMap{}))
	}
	if err != nil {
		return refused
	}
	w.objects.ClearRefusal()
	return nil
}

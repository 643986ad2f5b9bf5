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
	apierrors "k8s.io/apimachinery/pkg/api/errors"
	"k8s.io/apimachinery/pkg/api/meta"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/fields"
	"k8s.io/apimachinery/pkg/runtime/schema"
	"k8s.io/client-go/rest"
	toolscache "k8s.io/client-go/tools/cache"
	"sigs.k8s.io/controller-runtime/pkg/cache"
	"sigs.k8s.io/controller-runtime/pkg/client"

	"github.com/stakeholders-dev/stakeholder-operator/api/v1alpha1"
	"github.com/stakeholders-dev/stakeholder-operator/controllers/optionalwatch"
	"github.com/stakeholders-dev/stakeholder-operator/controllers/render/rbaccsv"
	"github.com/stakeholders-dev/stakeholder-operator/controllers/targets"
)

// projectKind is an Argo CD project. Only its metadata is read.
var projectKind = schema.GroupVersionKind{Group: "argoproj.io", Version: "v1alpha1", Kind: "AppProject"}

func projectMetadata() *metav1.PartialObjectMetadata {
	project := &metav1.PartialObjectMetadata{}
	project.SetGroupVersionKind(projectKind)
	return project
}

// watch is the Argo CD in one namespace, as far as it is watched: the projects and the ConfigMap. It is apart from the
// operator's own cache, which looks for what carries its label, because it comes and goes with the policy.
type watch struct {
	namespace string
	objects   objects
}

// objects is an *optionalwatch.Watch.
type objects interface {
	Cached() (reader client.Reader, all bool)
	Refused() error
	ClearRefusal()
	Stop()
}

// startWatch watches until it is stopped or the program ends. Changed is called when the ConfigMap, or a project as far
// as it matters here, is another one than before, and consents with the project then, or with "" once all are known. The
// error says that there is no Argo CD in the cluster.
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
		Handlers: map[client.Object]toolscache.ResourceEventHandler{
			&corev1.ConfigMap{}: toolscache.ResourceEventHandlerFuncs{
				AddFunc: func(any) { changed() }, UpdateFunc: func(_, _ any) { changed() }, DeleteFunc: func(any) { changed() },
			},
			projectMetadata(): projectHandler(func(project string) {
				changed()
				consents(project)
			}),
		},
		Explain: func(refused error) error { return projectsError(namespace, refused) },
		OnStateChange: func(refused error) {
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

// projectHandler calls f for each project that comes, goes, or accepts others than before.
func projectHandler(f func(project string)) toolscache.ResourceEventHandler {
	return toolscache.ResourceEventHandlerFuncs{
		AddFunc: func(object any) {
			if project, ok := object.(*metav1.PartialObjectMetadata); ok {
				f(project.Name)
			}
		},
		UpdateFunc: func(before, after any) {
			was, ok := before.(*metav1.PartialObjectMetadata)
			is, isProject := after.(*metav1.PartialObjectMetadata)
			if ok && isProject && targets.Relevant(was, is) {
				f(is.Name)
			}
		},
		DeleteFunc: func(object any) {
			if gone, ok := object.(toolscache.DeletedFinalStateUnknown); ok {
				object = gone.Obj
			}
			if project, ok := object.(*metav1.PartialObjectMetadata); ok {
				f(project.Name)
			}
		},
	}
}

// stripProject is what the cache does with a project before it keeps it.
func stripProject(object any) (any, error) {
	project, ok := object.(*metav1.PartialObjectMetadata)
	if !ok {
		return object, nil
	}
	var annotations map[string]string
	if accepts, ok := project.Annotations[v1alpha1.AcceptMapsFrom]; ok {
		annotations = map[string]string{v1alpha1.AcceptMapsFrom: accepts}
	}
	project.ObjectMeta = metav1.ObjectMeta{
		Namespace: project.Namespace, Name: project.Name, UID: project.UID, ResourceVersion: project.ResourceVersion,
		DeletionTimestamp: project.DeletionTimestamp, Annotations: annotations,
	}
	return project, nil
}

// mayRead says why the API server lets us watch nothing, unless it lets us read now: no event says when a watch that was
// refused goes on. An API server that has just started refuses for a moment what it does not know to be allowed.
func (w *watch) mayRead(ctx context.Context, live client.Reader) error {
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

// project is a project's metadata, or nil if there is none of the name.
func project(ctx context.Context, reader client.Reader, namespace, name string) (*metav1.PartialObjectMetadata, error) {
	is := projectMetadata()
	if err := reader.Get(ctx, client.ObjectKey{Namespace: namespace, Name: name}, is); apierrors.IsNotFound(err) || meta.IsNoMatchError(err) {
		return nil, nil //nolint:nilnil // nil is how there is none
	} else if err != nil {
		return nil, fmt.Errorf("read AppProject %s/%s: %w", namespace, name, err)
	}
	return is, nil
}

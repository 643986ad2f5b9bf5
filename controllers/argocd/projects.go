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

	apierrors "k8s.io/apimachinery/pkg/api/errors"
	"k8s.io/apimachinery/pkg/api/meta"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/runtime/schema"
	"sigs.k8s.io/controller-runtime/pkg/client"

	"github.com/stakeholders-dev/stakeholder-operator/api/v1alpha1"
	"github.com/stakeholders-dev/stakeholder-operator/controllers/namespaces"
	"github.com/stakeholders-dev/stakeholder-operator/controllers/render/rbaccsv"
	"github.com/stakeholders-dev/stakeholder-operator/controllers/targets"
)

// projectKind is an Argo CD project. The operator reads only its metadata.
var projectKind = schema.GroupVersionKind{Group: "argoproj.io", Version: "v1alpha1", Kind: "AppProject"}

func projectMetadata() *metav1.PartialObjectMetadata {
	project := &metav1.PartialObjectMetadata{}
	project.SetGroupVersionKind(projectKind)
	return project
}

func projectList() *metav1.PartialObjectMetadataList {
	list := &metav1.PartialObjectMetadataList{}
	list.SetGroupVersionKind(projectKind.GroupVersion().WithKind(projectKind.Kind + "List"))
	return list
}

// whyRefused returns why a project does not take the maps of a namespace, or "" if it does.
func whyRefused(ctx context.Context, reader client.Reader, namespace, name, mapNamespace string) (string, error) {
	appProject := projectMetadata()
	err := reader.Get(ctx, client.ObjectKey{Namespace: namespace, Name: name}, appProject)
	switch {
	case apierrors.IsNotFound(err), meta.IsNoMatchError(err):
		return fmt.Sprintf("There is no AppProject %s in namespace %s", name, namespace), nil
	case err != nil:
		return "", fmt.Errorf("read AppProject %s/%s: %w", namespace, name, err)
	case appProject.DeletionTimestamp != nil:
		return fmt.Sprintf("AppProject %s in namespace %s is being deleted", name, namespace), nil
	case !targets.Lists(appProject, mapNamespace):
		return fmt.Sprintf("AppProject %s in namespace %s does not accept maps from %s; it does by listing %s in its annotation %s",
			name, namespace, mapNamespace, mapNamespace, v1alpha1.AcceptMapsFrom), nil
	}
	return "", nil
}

// isAccepted reports whether the project of an entry exists and accepts the map's namespace.
func isAccepted(ctx context.Context, reader client.Reader, namespace string, entry rbaccsv.Entry) bool {
	why, err := whyRefused(ctx, reader, namespace, entry.Project, entry.Source.Namespace)
	return err == nil && why == ""
}

// stripProject is a cache transform. It keeps only the fields that this package reads.
func stripProject(object any) (any, error) {
	if project, ok := object.(*metav1.PartialObjectMetadata); ok {
		project.Labels = nil
	}
	return namespaces.Strip(object)
}

// liveReader reads the projects of one namespace from a list, and everything else from the API server.
type liveReader struct {
	client.Reader
	projects map[client.ObjectKey]*metav1.PartialObjectMetadata
}

// Get implements client.Reader.
func (r liveReader) Get(ctx context.Context, key client.ObjectKey, object client.Object, options ...client.GetOption) error {
	project, ok := object.(*metav1.PartialObjectMetadata)
	if !ok {
		return r.Reader.Get(ctx, key, object, options...)
	}
	known := r.projects[key]
	if known == nil {
		return apierrors.NewNotFound(schema.GroupResource{Group: projectKind.Group, Resource: "appprojects"}, key.Name)
	}
	known.DeepCopyInto(project)
	return nil
}

// liveProjects lists all projects of a namespace at once: one request for each map would be too many.
func (w *Writer) liveProjects(ctx context.Context, namespace string) (client.Reader, error) {
	list := projectList()
	if err := w.Live.List(ctx, list, client.InNamespace(namespace)); err != nil {
		return nil, projectsError(namespace, err)
	}
	projects := make(map[client.ObjectKey]*metav1.PartialObjectMetadata, len(list.Items))
	for i := range list.Items {
		projects[client.ObjectKeyFromObject(&list.Items[i])] = &list.Items[i]
	}
	return liveReader{w.Live, projects}, nil
}

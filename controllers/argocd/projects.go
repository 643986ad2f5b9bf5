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

// project returns the metadata of a project, or nil if it does not exist.
func project(ctx context.Context, reader client.Reader, namespace, name string) (*metav1.PartialObjectMetadata, error) {
	appProject := projectMetadata()
	if err := reader.Get(ctx, client.ObjectKey{Namespace: namespace, Name: name}, appProject); apierrors.IsNotFound(err) || meta.IsNoMatchError(err) {
		return nil, nil //nolint:nilnil // nil is how there is none
	} else if err != nil {
		return nil, fmt.Errorf("read AppProject %s/%s: %w", namespace, name, err)
	}
	return appProject, nil
}

// isAccepted reports whether the project of an entry exists and accepts the map's namespace.
func (w *Writer) isAccepted(ctx context.Context, reader client.Reader, namespace string, entry rbaccsv.Entry) bool {
	appProject, err := project(ctx, reader, namespace, entry.Project)
	return err == nil && appProject != nil && appProject.DeletionTimestamp == nil && targets.Lists(appProject, entry.Source.Namespace)
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

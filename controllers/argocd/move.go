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
	"errors"
	"fmt"

	corev1 "k8s.io/api/core/v1"
	apierrors "k8s.io/apimachinery/pkg/api/errors"
	"k8s.io/apimachinery/pkg/api/meta"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/runtime/schema"
	"sigs.k8s.io/controller-runtime/pkg/client"

	"github.com/stakeholders-dev/stakeholder-operator/api/v1alpha1"
	"github.com/stakeholders-dev/stakeholder-operator/controllers/apply"
	"github.com/stakeholders-dev/stakeholder-operator/controllers/render/rbaccsv"
)

// Move writes our key in the Argo CD of another namespace than the one that Put keeps, which it leaves as it is. Without an
// error, and unless the result is Waiting, Put can go on there: where there is nothing to write yet, the API server has
// said that our key could be written. It reads from the API server, because nothing
// is known of that Argo CD yet. The errors are those of Put.
func (w *Writer) Move(ctx context.Context, output v1alpha1.ArgoCDOutput) (Result, apply.Result) {
	projects, err := w.liveProjects(ctx, output.Namespace)
	if err != nil {
		return Result{}, apply.ResultOf(err)
	}
	result, problems := w.writeAll(ctx, output, projects)
	if problems.OK() && !result.Waiting && !result.Written {
		// Nothing has shown yet that it can be written there, and the key that is in force is removed next.
		problems = apply.ResultOf(w.tryWrite(ctx, output.Namespace))
	}
	return result, problems
}

// tryWrite has the API server and its admission judge a write of our key in a namespace, without writing it.
func (w *Writer) tryWrite(ctx context.Context, namespace string) error {
	configMap := &corev1.ConfigMap{}
	key := client.ObjectKey{Namespace: namespace, Name: rbaccsv.ConfigMapName}
	if err := w.Live.Get(ctx, key, configMap); err != nil {
		return readError(key, err)
	}
	// Another value than what is there: an immutable ConfigMap takes the same again.
	if _, err := w.applyKey(ctx, configMap, configMap.Data[rbaccsv.PolicyKey]+"# tried, not written\n", client.DryRunAll); err != nil {
		return fmt.Errorf("try to write ConfigMap %s: %w", key, w.explain(ctx, configMap, err))
	}
	return nil
}

// readError says what to do about an error of reading Argo CD's ConfigMap.
func readError(key client.ObjectKey, err error) error {
	if apierrors.IsNotFound(err) {
		return fmt.Errorf("%w in namespace %s: Argo CD makes one when it is installed", ErrNoConfigMap, key.Namespace)
	}
	return fmt.Errorf("read ConfigMap %s: %w", key, err)
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

// liveProjects reads all projects of a namespace at once: a request for each map would be too many.
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

func projectList() *metav1.PartialObjectMetadataList {
	list := &metav1.PartialObjectMetadataList{}
	list.SetGroupVersionKind(projectKind.GroupVersion().WithKind(projectKind.Kind + "List"))
	return list
}

// projectsError says what to do about an error of reading the projects of a namespace.
func projectsError(namespace string, err error) error {
	if apierrors.IsForbidden(err) {
		return fmt.Errorf("the operator may not read Argo CD's projects in namespace %s: install the component argocd-rbac "+
			"for that namespace, in which its Role and RoleBinding have to be: %w", namespace, err)
	}
	return fmt.Errorf("read Argo CD's projects in namespace %s: %w", namespace, err)
}

// PersistentCause is why a problem stays until a user changes something in the cluster, or "" if all may pass. It has none of the
// server's own words: those of a webhook can be others each time, and maps are written anew for each new reason.
func PersistentCause(problems apply.Result) string {
	lasting := ""
	for _, o := range problems {
		switch {
		case errors.Is(o.Err, ErrNoConfigMap):
			return "it has no ConfigMap " + rbaccsv.ConfigMapName
		case meta.IsNoMatchError(o.Err):
			return "the cluster has no AppProjects"
		case o.State == apply.Refused && lasting == "":
			lasting = fmt.Sprintf("the API server refuses the operator's request (%s)", apierrors.ReasonForError(o.Err))
		}
	}
	return lasting
}

// SetUnavailable says why nothing can be written to Argo CD for any map, or "" if it can be. The maps that name a project are
// looked at again if that is new, so it must be the same text as long as it is the same reason.
func (w *Writer) SetUnavailable(why string) {
	w.mu.Lock()
	changed := w.held != why
	w.held = why
	w.mu.Unlock()
	if changed {
		w.Requeue(w.contributions.of(""))
	}
}

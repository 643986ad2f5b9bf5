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

package deletemaps

import (
	"context"
	"errors"
	"fmt"
	"maps"
	"slices"
	"strings"

	apierrors "k8s.io/apimachinery/pkg/api/errors"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"
	"k8s.io/apimachinery/pkg/types"

	"github.com/stakeholders-dev/stakeholder-operator/api/v1alpha1"
)

// maxNamed bounds how many objects of a kind an error names.
const maxNamed = 5

// problem says what remains of the kind, and why, or returns nil if all objects are gone.
func (d *deletion) problem(ctx context.Context) error {
	if d.gone {
		return nil
	}
	var lines []string
	keys := slices.SortedFunc(maps.Values(d.remaining), func(a, b types.NamespacedName) int { return strings.Compare(a.String(), b.String()) })
	for _, key := range keys[:min(len(keys), maxNamed)] {
		object := &unstructured.Unstructured{}
		object.SetGroupVersionKind(v1alpha1.GroupVersion.WithKind(d.kind))
		err := d.client.Get(ctx, key, object)
		if apierrors.IsNotFound(err) {
			continue
		}
		why := reason(object)
		if err != nil {
			why = err.Error()
		}
		lines = append(lines, fmt.Sprintf("  %s: %s", nameOf(key), why))
	}
	if more := len(keys) - maxNamed; more > 0 {
		lines = append(lines, fmt.Sprintf("  and %d more", more))
	}
	if d.err != nil {
		lines = append(lines, "  "+d.err.Error())
	}
	if len(lines) == 0 {
		lines = []string{"  the API server has not answered in time"}
	}
	return errors.New(d.plural + ":\n" + strings.Join(lines, "\n"))
}

// reason says why an object still exists.
func reason(object *unstructured.Unstructured) string {
	if object.GetDeletionTimestamp() == nil {
		return "it was created again by " + writers(object) + ", or cannot be deleted: stop the tool that creates it"
	}
	if message := deletingMessage(object); message != "" {
		return message
	}
	finalizers := object.GetFinalizers()
	if slices.Contains(finalizers, v1alpha1.TargetsFinalizer) || slices.Contains(finalizers, v1alpha1.OutputsFinalizer) {
		return "the operator has not removed what it gave: it does not run, or its log says why"
	}
	if slices.Contains(finalizers, metav1.FinalizerDeleteDependents) {
		return "the garbage collector of Kubernetes has not removed its outputs"
	}
	return "another tool keeps it, by the finalizers " + strings.Join(finalizers, ", ")
}

// deletingMessage is what the operator says about a deletion that is held up.
func deletingMessage(object *unstructured.Unstructured) string {
	conditions, _, _ := unstructured.NestedSlice(object.Object, "status", "conditions")
	for _, condition := range conditions {
		fields, _ := condition.(map[string]any)
		if fields["type"] == v1alpha1.ConditionReady && fields["reason"] == v1alpha1.ReasonDeleting {
			message, _ := fields["message"].(string)
			return message
		}
	}
	return ""
}

// writers are the field managers of an object, except for its status.
func writers(object *unstructured.Unstructured) string {
	var found []string
	for _, entry := range object.GetManagedFields() {
		if entry.Subresource == "" && !slices.Contains(found, entry.Manager) {
			found = append(found, entry.Manager)
		}
	}
	return strings.Join(found, ", ")
}

// nameOf is the name of an object, with its namespace if it has one.
func nameOf(key types.NamespacedName) string {
	return strings.TrimPrefix(key.String(), "/")
}

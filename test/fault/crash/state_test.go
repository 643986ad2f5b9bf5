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

package crash

import (
	"context"
	"fmt"
	"regexp"
	"slices"
	"strings"

	corev1 "k8s.io/api/core/v1"
	rbacv1 "k8s.io/api/rbac/v1"
	"k8s.io/apimachinery/pkg/api/meta"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"sigs.k8s.io/controller-runtime/pkg/client"
	"sigs.k8s.io/controller-runtime/pkg/client/apiutil"
	"sigs.k8s.io/yaml"
)

// outputs are the resources that the operator writes besides the map.
var outputs = []string{"configmaps", "roles", "rolebindings", "serviceaccounts"}

var (
	times   = regexp.MustCompile(`\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?Z`)
	digests = regexp.MustCompile(`sha256:[0-9a-f]{64}`)
)

// state is a world's map and request, both with their status, and all its outputs with their field owners, as text. The text is the same in
// another world in which the same has happened. Times, UIDs and the world's names are left out. Digests are numbered,
// because the table contains the world's names.
func (w *world) state(ctx context.Context) (string, error) {
	var documents []string
	add := func(object client.Object) error {
		document, err := w.canonical(object)
		documents = append(documents, document)
		return err
	}
	m, err := w.read(ctx)
	switch {
	case err != nil:
		return "", err
	case m == nil:
		documents = append(documents, "no map\n")
	default:
		if err := add(m); err != nil {
			return "", err
		}
	}
	r, err := w.readRequest(ctx)
	if err != nil {
		return "", err
	}
	if r != nil {
		documents = append(documents, w.decidedAgain(r.Status))
		if err := add(r); err != nil {
			return "", err
		}
	}
	objects, err := w.outputs(ctx)
	if err != nil {
		return "", err
	}
	for _, object := range objects {
		if err := add(object); err != nil {
			return "", err
		}
	}
	return w.unnamed(strings.Join(documents, "---\n")), nil
}

// unnamed removes from a text what differs between worlds.
func (w *world) unnamed(text string) string {
	text = strings.ReplaceAll(text, w.prefix, "")
	text = strings.ReplaceAll(text, w.product(), "the-product")
	for i, uid := range w.uids {
		text = strings.ReplaceAll(text, string(uid), fmt.Sprintf("uid-%d", i+1))
	}
	for i, uid := range w.requests {
		text = strings.ReplaceAll(text, string(uid), fmt.Sprintf("request-%d", i+1))
	}
	text = times.ReplaceAllString(text, "some-time")
	var seen []string
	return digests.ReplaceAllStringFunc(text, func(digest string) string {
		if !slices.Contains(seen, digest) {
			seen = append(seen, digest)
		}
		return fmt.Sprintf("digest-%d", slices.Index(seen, digest)+1)
	})
}

// outputs are the objects with the operator's label, in all namespaces of the world.
func (w *world) outputs(ctx context.Context) ([]client.Object, error) {
	var out []client.Object
	for _, which := range everywhere {
		for _, list := range []client.ObjectList{&corev1.ConfigMapList{}, &rbacv1.RoleList{}, &rbacv1.RoleBindingList{}, &corev1.ServiceAccountList{}} {
			ours := client.HasLabels{"stakeholders.dev/map"}
			if err := w.suite.Admin.List(ctx, list, client.InNamespace(w.namespace(which)), ours); err != nil {
				return nil, err
			}
			items, err := meta.ExtractList(list)
			if err != nil {
				return nil, err
			}
			for _, item := range items {
				object, ok := item.(client.Object)
				if !ok {
					return nil, fmt.Errorf("%T is no object", item)
				}
				out = append(out, object)
			}
		}
	}
	return out, nil
}

// canonical is an object as text, without fields that depend on when and how often it was written.
func (w *world) canonical(object client.Object) (string, error) {
	kind, err := apiutil.GVKForObject(object, w.suite.Admin.Scheme())
	if err != nil {
		return "", err
	}
	object.GetObjectKind().SetGroupVersionKind(kind)
	object.SetResourceVersion("")
	object.SetUID("")
	object.SetCreationTimestamp(metav1.Time{})
	// In the order of time, as far as whole seconds show it.
	fields := object.GetManagedFields()
	slices.SortFunc(fields, func(a, b metav1.ManagedFieldsEntry) int {
		return strings.Compare(a.Manager+" "+a.Subresource+" "+string(a.Operation), b.Manager+" "+b.Subresource+" "+string(b.Operation))
	})
	object.SetManagedFields(fields)
	text, err := yaml.Marshal(object)
	return string(text), err
}

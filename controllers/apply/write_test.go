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

package apply

import (
	"context"
	"encoding/json"
	"errors"
	"maps"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"
	corev1 "k8s.io/api/core/v1"
	rbacv1 "k8s.io/api/rbac/v1"
	apierrors "k8s.io/apimachinery/pkg/api/errors"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/runtime/schema"
	"k8s.io/apimachinery/pkg/types"
	"k8s.io/apimachinery/pkg/util/strategicpatch"
	"sigs.k8s.io/controller-runtime/pkg/client"

	"github.com/stakeholders-dev/stakeholder-operator/controllers/names"
	"github.com/stakeholders-dev/stakeholder-operator/controllers/render"
)

// TestPatchIsExact: a patch replaces the content of an output, even what other field managers added, and keeps the
// metadata that others added.
func TestPatchIsExact(t *testing.T) {
	t.Parallel()
	owner := names.Owner{Namespace: "shop", Name: "checkout", UID: "1"}
	grant := render.Grant{Name: "stakeholders:checkout:customer", Role: names.RoleCustomer, Rights: approve("budget"), Subjects: people("carla")}
	nobody := render.Grant{Name: grant.Name, Role: grant.Role}
	immutable := true
	others := func(object client.Object) {
		object.SetUID("2")
		object.SetResourceVersion("7")
		object.SetLabels(map[string]string{"theirs": "1", names.LabelMap: "forged"})
		object.SetAnnotations(map[string]string{"theirs": "1"})
		object.SetFinalizers([]string{"theirs.example/hold"})
		object.SetOwnerReferences([]metav1.OwnerReference{{APIVersion: "v1", Kind: "ConfigMap", Name: "theirs", UID: "3"}})
	}
	for name, tc := range map[string]struct{ desired, have, content client.Object }{
		"ConfigMap": {
			render.TargetConfigMap(owner, "prod", map[string]string{"a": "1"}),
			&corev1.ConfigMap{Data: map[string]string{"a": "2", "forged": "x"}, BinaryData: map[string][]byte{"more": {1}}},
			&corev1.ConfigMap{Data: map[string]string{"a": "1"}},
		},
		"empty ConfigMap": {render.TargetConfigMap(owner, "prod", nil), &corev1.ConfigMap{Data: map[string]string{"forged": "x"}}, &corev1.ConfigMap{}},
		"Role": {
			grant.RoleObject(owner), &rbacv1.Role{Rules: []rbacv1.PolicyRule{{Verbs: []string{"*"}}, {Verbs: []string{"get"}}}},
			&rbacv1.Role{Rules: grant.RoleRules(owner.Name)},
		},
		"Role without rights": {nobody.RoleObject(owner), &rbacv1.Role{Rules: []rbacv1.PolicyRule{{Verbs: []string{"*"}}}}, &rbacv1.Role{}},
		"RoleBinding": {
			grant.BindingObject(owner), &rbacv1.RoleBinding{Subjects: []rbacv1.Subject{person("mallory"), person("carla")}, RoleRef: grant.RoleRef()},
			&rbacv1.RoleBinding{Subjects: []rbacv1.Subject{person("carla")}, RoleRef: grant.RoleRef()},
		},
		"RoleBinding without subjects": {
			nobody.BindingObject(owner), &rbacv1.RoleBinding{Subjects: []rbacv1.Subject{person("mallory")}, RoleRef: grant.RoleRef()},
			&rbacv1.RoleBinding{RoleRef: grant.RoleRef()},
		},
		"ServiceAccount": {
			render.Account(owner, "prod", names.RoleCustomer, render.Claims{"groups": {"a"}}), &corev1.ServiceAccount{AutomountServiceAccountToken: &immutable},
			&corev1.ServiceAccount{AutomountServiceAccountToken: new(false)},
		},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			others(tc.have)
			patch := encode(t, exactly(tc.desired, tc.have))
			content, err := strategicpatch.StrategicMergePatch(encode(t, tc.have), patch, tc.have)
			if err != nil {
				t.Fatal(err)
			}
			got := newObject(partOf(tc.desired))
			if err := json.Unmarshal(content, got); err != nil {
				t.Fatal(err)
			}
			want := tc.content
			others(want)
			maps.Copy(want.GetLabels(), tc.desired.GetLabels())
			maps.Copy(want.GetAnnotations(), tc.desired.GetAnnotations())
			want.SetOwnerReferences(append(tc.desired.GetOwnerReferences(), want.GetOwnerReferences()...))
			if len(tc.desired.GetOwnerReferences()) == 0 {
				want.SetOwnerReferences(tc.have.GetOwnerReferences())
			}
			want.SetNamespace(got.GetNamespace())
			want.SetName(got.GetName())
			if diff := cmp.Diff(want, got, cmpopts.EquateEmpty()); diff != "" {
				t.Errorf("what comes of it (-want +got):\n%s", diff)
			}
		})
	}
}

func encode(t *testing.T, what any) []byte {
	t.Helper()
	content, err := json.Marshal(what)
	if err != nil {
		t.Fatal(err)
	}
	return content
}

// existing is an API server that has an object, or had it until just now.
type existing struct {
	client.Client
	object *rbacv1.RoleBinding
}

func (e existing) Create(_ context.Context, object client.Object, _ ...client.CreateOption) error {
	return apierrors.NewAlreadyExists(schema.GroupResource{Resource: "rolebindings"}, object.GetName())
}

func (e existing) Get(_ context.Context, key types.NamespacedName, object client.Object, _ ...client.GetOption) error {
	if binding, ok := object.(*rbacv1.RoleBinding); ok && e.object != nil {
		e.object.DeepCopyInto(binding)
		binding.Namespace, binding.Name = key.Namespace, key.Name
		return nil
	}
	return apierrors.NewNotFound(schema.GroupResource{Resource: "rolebindings"}, key.Name)
}

// TestCreationThatFindsOne: an object that exists although the cache does not show it is never written, and the error
// says how to continue.
func TestCreationThatFindsOne(t *testing.T) {
	t.Parallel()
	owner := names.Owner{Namespace: "shop", Name: "checkout", UID: "1"}
	ours := map[string]string{names.AnnotationMapUID: "1"}
	going := &metav1.Time{Time: time.Unix(1, 0)}
	for name, tc := range map[string]struct {
		there   *rbacv1.RoleBinding
		want    error
		foreign *ForeignError
		hidden  int
	}{
		"another owner's": {there: &rbacv1.RoleBinding{}, foreign: &ForeignError{}},
		"ours":            {there: &rbacv1.RoleBinding{ObjectMeta: metav1.ObjectMeta{Annotations: ours}}, want: ErrStaleRetry, hidden: 1},
		"ours, and held in its deletion": {
			there:   &rbacv1.RoleBinding{ObjectMeta: metav1.ObjectMeta{Annotations: ours, DeletionTimestamp: going, Finalizers: []string{"theirs.example/hold"}}},
			foreign: &ForeignError{Held: true},
		},
		"gone again": {want: ErrStaleRetry},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			server := existing{object: tc.there}
			a := &Applier{Live: server, Writer: server}
			s := a.Session(owner, 1, 1)
			s.current.verified = time.Now()
			_, err := s.writeObject(t.Context(), render.TargetBinding(owner, "prod", names.RoleCustomer, people("carla")), nil)
			if tc.want != nil && !errors.Is(err, tc.want) {
				t.Errorf("the error is %v, want %v", err, tc.want)
			}
			if foreign, ok := errors.AsType[*ForeignError](err); ok != (tc.foreign != nil) || ok && foreign.Held != tc.foreign.Held {
				t.Errorf("the error is %v", err)
			}
			if got := len(a.hidden.of(owner.NamespacedName())); got != tc.hidden {
				t.Errorf("%d objects are looked at by name, want %d", got, tc.hidden)
			}
		})
	}
}

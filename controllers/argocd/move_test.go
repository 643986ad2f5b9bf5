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
	"errors"
	"fmt"
	"strings"
	"testing"

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

// TestMove writes to the Argo CD of another namespace, while the watched one stays as it is.
func TestMove(t *testing.T) {
	next := v1alpha1.ArgoCDOutput{Namespace: "next"}
	forbidden := apierrors.NewForbidden(schema.GroupResource{Group: "argoproj.io", Resource: "appprojects"}, "", errors.New("no"))
	refuse := func() error {
		return apierrors.NewInvalid(schema.GroupKind{Kind: "ConfigMap"}, rbaccsv.ConfigMapName, nil)
	}
	cases := map[string]struct {
		reason  string
		accepts string
		change  func(*world)
		says    string
		lasts   bool
		want    string
	}{
		"moved":                  {"all is there", "payments", func(*world) {}, "", false, "acme"},
		"not there, and refused": {"nothing is written, and nothing could be", "else", func(w *world) { w.write = refuse }, "try to write ConfigMap next/", true, ""},
		"refused":                {"admission refuses the write", "*", func(w *world) { w.write = refuse }, "write ConfigMap next/", true, ""},
		"no Argo CD":             {"the namespace has no ConfigMap of Argo CD's", "*", func(w *world) { w.delete(rbacConfigMap("next")) }, "namespace next", true, ""},
		"no rights":              {"the component is not installed for the namespace", "*", func(w *world) { w.list = forbidden }, "for that namespace", true, ""},
		"an error":               {"it may go right", "*", func(w *world) { w.list = errors.New("down") }, "namespace next: down", false, ""},
		"not there":              {"the project there accepts others", "else", func(*world) {}, "", false, ""},
	}
	for name, tc := range cases {
		t.Run(name, func(t *testing.T) {
			w := newWorld(t)
			w.create(rbacConfigMap("next"))
			w.projectIn("next", "shop", tc.accepts)
			policy := &v1alpha1.StakeholderPolicy{ObjectMeta: metav1.ObjectMeta{Name: v1alpha1.PolicyInForceName}}
			w.delete(policy)
			policy.ResourceVersion = ""
			policy.Status.ArgoCD = v1alpha1.ArgoCDStatus{Namespace: argoNamespace, NextNamespace: "next"}
			w.create(policy)
			w.inForce("checkout", "acme")
			w.writeKey()
			before := w.keyIn(argoNamespace)
			tc.change(w)
			_, problems := w.Move(t.Context(), next)
			err := problems.Err()
			if (err == nil) != (tc.says == "") || err != nil && !strings.Contains(err.Error(), tc.says) {
				t.Errorf("%s: the error is %v, want %q in it", tc.reason, err, tc.says)
			}
			if got := PersistentCause(problems); (got != "") != tc.lasts {
				t.Errorf("%s: the error %v lasts because %q", tc.reason, err, got)
			}
			if got := w.keyIn("next"); !strings.Contains(got, tc.want) || (got == "") != (tc.want == "") {
				t.Errorf("%s: in the other namespace there is %q", tc.reason, got)
			}
			if got := w.keyIn(argoNamespace); got != before || w.watch.namespace != argoNamespace {
				t.Errorf("%s: where it was there is %q, before there was %q", tc.reason, got, before)
			}
		})
	}
}

// TestPersistentCause checks which errors are reported to maps, without the server's own words.
func TestPersistentCause(t *testing.T) {
	w := newWorld(t)
	seen := rbacConfigMap(argoNamespace)
	if err := w.client.Get(t.Context(), client.ObjectKeyFromObject(seen), seen); err != nil {
		t.Fatal(err)
	}
	configMaps := schema.GroupResource{Resource: "configmaps"}
	conflict := apierrors.NewConflict(configMaps, rbaccsv.ConfigMapName, errors.New("request 4711"))
	cases := map[string]struct {
		err  error
		want string
	}{
		"none":                 {nil, ""},
		"no ConfigMap":         {fmt.Errorf("%w: request 4711", ErrNoConfigMap), "no ConfigMap"},
		"no kind":              {&meta.NoKindMatchError{}, "no AppProjects"},
		"forbidden":            {apierrors.NewForbidden(configMaps, "", errors.New("request 4711")), "Forbidden"},
		"invalid or immutable": {apierrors.NewInvalid(schema.GroupKind{Kind: "ConfigMap"}, "request 4711", nil), "Invalid"},
		"bad request":          {apierrors.NewBadRequest("request 4711"), "BadRequest"},
		"lasting conflict":     {w.explain(t.Context(), seen, conflict), "Conflict"},
		"race":                 {conflict, ""},
		"server's failure":     {apierrors.NewInternalError(errors.New("request 4711")), ""},
		"connection":           {errors.New("down"), ""},
	}
	for name, tc := range cases {
		t.Run(name, func(t *testing.T) {
			err := tc.err
			if err != nil {
				err = fmt.Errorf("write: %w", err)
			}
			if got := PersistentCause(apply.ResultOf(err)); !strings.Contains(got, tc.want) || (got == "") != (tc.want == "") || strings.Contains(got, "4711") {
				t.Errorf("%v lasts because %q, want %q", tc.err, got, tc.want)
			}
		})
	}
}

// TestRemoveElsewhere removes the key in the previous namespace. The state of the namespace in use stays: a removal
// that is retried must not requeue maps each time.
func TestRemoveElsewhere(t *testing.T) {
	w := newWorld(t)
	w.create(rbacConfigMap("previous"))
	m := w.inForce("checkout", "acme")
	w.setRefused([]rbaccsv.Refusal{{Entry: entry(m), Why: "has no room"}})
	w.looked = nil
	if err := w.Remove(t.Context(), "previous"); err != nil {
		t.Fatal(err)
	}
	if got := w.Refusal(t.Context(), m); got == "" || len(w.looked) > 0 {
		t.Errorf("the refusal is %q, and looked at are %q", got, w.looked)
	}
}

// TestSetUnavailable requeues the maps that name a project when nothing can be written for any of them.
func TestSetUnavailable(t *testing.T) {
	w := newWorld(t)
	m := w.inForce("checkout", "acme")
	none := w.newMap("none")
	none.Spec.Product.ArgoCDProject = ""
	w.Contribute(none, entry(none), false)
	for _, step := range []struct {
		why    string
		looked string
	}{{"there is none", "checkout"}, {"there is none", ""}, {"", "checkout"}} {
		w.looked = nil
		w.SetUnavailable(step.why)
		if got := strings.Join(w.looked, " "); got != step.looked || w.Refusal(t.Context(), m) != step.why || w.Refusal(t.Context(), none) != "" {
			t.Errorf("held by %q, looked at are %q, and the refusal is %q", step.why, got, w.Refusal(t.Context(), m))
		}
	}
}

func rbacConfigMap(namespace string) *corev1.ConfigMap {
	return &corev1.ConfigMap{ObjectMeta: metav1.ObjectMeta{Namespace: namespace, Name: rbaccsv.ConfigMapName}}
}

// keyIn is our key of the ConfigMap in a namespace.
func (w *world) keyIn(namespace string) string {
	w.Helper()
	cm := rbacConfigMap(namespace)
	if err := client.IgnoreNotFound(w.client.Get(w.Context(), client.ObjectKeyFromObject(cm), cm)); err != nil {
		w.Fatal(err)
	}
	return cm.Data[rbaccsv.PolicyKey]
}

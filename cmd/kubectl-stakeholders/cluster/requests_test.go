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

package cluster_test

import (
	"net/http"
	"testing"

	"github.com/google/go-cmp/cmp"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"

	"github.com/stakeholders-dev/stakeholder-operator/api/v1alpha1"
)

// TestEachRequest has the API server forget where a list was: it goes on with the token that the server gives.
func TestEachRequest(t *testing.T) {
	t.Parallel()
	page := func(name, next string) http.HandlerFunc {
		list := v1alpha1.StakeholderRequestList{
			TypeMeta: metav1.TypeMeta{APIVersion: v1alpha1.GroupVersion.String(), Kind: "StakeholderRequestList"},
			Items:    []v1alpha1.StakeholderRequest{{ObjectMeta: metav1.ObjectMeta{Namespace: "payments", Name: name}}},
		}
		list.Continue = next
		return respond(http.StatusOK, list)
	}
	pages := map[string]http.HandlerFunc{
		"": page("first", "expired"),
		"expired": respond(http.StatusGone, metav1.Status{
			TypeMeta: metav1.TypeMeta{APIVersion: "v1", Kind: "Status"}, Status: metav1.StatusFailure,
			Code: http.StatusGone, Reason: metav1.StatusReasonExpired, ListMeta: metav1.ListMeta{Continue: "renewed"},
		}),
		"renewed": page("second", ""),
	}
	c := apiServer{"/apis/stakeholders.dev/v1alpha1/stakeholderrequests": func(w http.ResponseWriter, r *http.Request) {
		pages[r.URL.Query().Get("continue")](w, r)
	}}.connect(t)
	var names []string
	err := c.EachRequest(t.Context(), "", nil, func(r *v1alpha1.StakeholderRequest) error {
		names = append(names, r.Name)
		return nil
	})
	if diff := cmp.Diff([]string{"first", "second"}, names); diff != "" || err != nil {
		t.Errorf("%v (-want +got):\n%s", err, diff)
	}
}

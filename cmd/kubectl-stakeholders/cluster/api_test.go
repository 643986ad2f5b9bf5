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
	"net/http/httptest"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"k8s.io/cli-runtime/pkg/genericclioptions"

	"github.com/stakeholders-dev/stakeholder-operator/cmd/kubectl-stakeholders/cluster"
	"github.com/stakeholders-dev/stakeholder-operator/cmd/kubectl-stakeholders/failure"
)

const resources = `{"kind":"APIResourceList","apiVersion":"v1","groupVersion":"stakeholders.dev/v1alpha1","resources":[
{"name":"stakeholdermaps","kind":"StakeholderMap","namespaced":true,"verbs":["get"]},
{"name":"stakeholdermaps/status","kind":"StakeholderMap","namespaced":true,"verbs":["get"]}]}`

func TestAPI(t *testing.T) {
	t.Parallel()
	for _, tt := range []struct {
		reason  string
		pages   map[string]string
		want    *cluster.API
		problem string
	}{
		{
			reason: "The kinds and their fields are read.",
			pages:  map[string]string{"/apis/stakeholders.dev/v1alpha1": resources, "/openapi/v3/apis/stakeholders.dev/v1alpha1": `{"openapi":"3.0.0"}`},
			want:   &cluster.API{Kinds: []string{"StakeholderMap", "StakeholderMap"}, OpenAPI: []byte(`{"openapi":"3.0.0"}`)},
		},
		{
			reason: "An API server that hides its OpenAPI document still has kinds.",
			pages:  map[string]string{"/apis/stakeholders.dev/v1alpha1": resources},
			want:   &cluster.API{Kinds: []string{"StakeholderMap", "StakeholderMap"}},
		},
		{
			reason: "No operator.", problem: "the operator is not installed",
			pages: map[string]string{"/apis": `{"kind":"APIGroupList","apiVersion":"v1","groups":[{"name":"apps"}]}`},
		},
		{
			reason: "An operator of another version.", problem: "Update the plugin",
			pages: map[string]string{"/apis": `{"kind":"APIGroupList","apiVersion":"v1","groups":[{"name":"stakeholders.dev","versions":[{"groupVersion":"stakeholders.dev/v1","version":"v1"}]}]}`},
		},
		{
			reason: "A web server that is no API server.", problem: "is not JSON",
			pages: map[string]string{"/apis/stakeholders.dev/v1alpha1": "<html>"},
		},
	} {
		server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
			page, ok := tt.pages[r.URL.Path]
			if !ok {
				http.NotFound(w, r)
				return
			}
			w.Header().Set("Content-Type", "application/json")
			_, _ = w.Write([]byte(page))
		}))
		t.Cleanup(server.Close)
		flags := genericclioptions.NewConfigFlags(false)
		flags.APIServer = &server.URL
		c, err := cluster.Connect(flags, true, nil)
		if err != nil {
			t.Fatal(err)
		}
		got, err := c.API(t.Context())
		if diff := cmp.Diff(tt.want, got); diff != "" {
			t.Errorf("%s (-want +got):\n%s", tt.reason, diff)
		}
		if tt.problem != "" && (failure.Code(err) != failure.CodeCluster || !strings.Contains(err.Error(), tt.problem)) {
			t.Errorf("%s got the error %v, want %q", tt.reason, err, tt.problem)
		}
	}
}

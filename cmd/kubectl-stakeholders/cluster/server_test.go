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
	"encoding/json"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"strconv"
	"testing"

	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/cli-runtime/pkg/genericclioptions"

	"github.com/stakeholders-dev/stakeholder-operator/api/v1alpha1"
	"github.com/stakeholders-dev/stakeholder-operator/cmd/kubectl-stakeholders/cluster"
)

// apiServer answers requests by their path.
type apiServer map[string]http.HandlerFunc

// connect returns the cluster of a server, for which the user has chosen no namespace.
func (s apiServer) connect(t *testing.T) *cluster.Cluster {
	t.Helper()
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if handler, ok := s[r.URL.Path]; ok {
			handler(w, r)
			return
		}
		http.NotFound(w, r)
	}))
	t.Cleanup(server.Close)
	flags, none := genericclioptions.NewConfigFlags(true), filepath.Join(t.TempDir(), "none")
	flags.APIServer, flags.KubeConfig = &server.URL, &none
	if err := os.WriteFile(none, nil, 0o600); err != nil {
		t.Fatal(err)
	}
	c, err := cluster.Connect(flags, true, nil)
	if err != nil {
		t.Fatal(err)
	}
	return c
}

// respond returns a handler that answers with an object.
func respond(code int, object any) http.HandlerFunc {
	return func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("Content-Type", "application/json")
		w.WriteHeader(code)
		_ = json.NewEncoder(w).Encode(object)
	}
}

// refuse returns a handler that answers with an error.
func refuse(code int, reason metav1.StatusReason, message string) http.HandlerFunc {
	return respond(code, metav1.Status{
		TypeMeta: metav1.TypeMeta{APIVersion: "v1", Kind: "Status"}, Status: metav1.StatusFailure, Code: int32(code), Reason: reason, Message: message,
	})
}

// mapsPath is where all maps are.
const mapsPath = "/apis/stakeholders.dev/v1alpha1/stakeholdermaps"

// chunks serves maps in chunks. It records the limits that were asked for.
type chunks struct {
	maps   []v1alpha1.StakeholderMap
	limits []int
	// expires is the token that the server refuses once, because it has forgotten it.
	expires string
}

func (c *chunks) serve(w http.ResponseWriter, r *http.Request) {
	query := r.URL.Query()
	limit, err := strconv.Atoi(query.Get("limit"))
	if err != nil {
		limit = len(c.maps)
	}
	c.limits = append(c.limits, limit)
	token := query.Get("continue")
	if token != "" && token == c.expires {
		c.expires = ""
		respond(http.StatusGone, metav1.Status{
			TypeMeta: metav1.TypeMeta{APIVersion: "v1", Kind: "Status"}, Status: metav1.StatusFailure,
			Code: http.StatusGone, Reason: metav1.StatusReasonExpired, ListMeta: metav1.ListMeta{Continue: token},
		})(w, r)
		return
	}
	from, err := strconv.Atoi(token)
	if err != nil {
		from = 0
	}
	to := min(from+limit, len(c.maps))
	list := v1alpha1.StakeholderMapList{
		TypeMeta: metav1.TypeMeta{APIVersion: v1alpha1.GroupVersion.String(), Kind: "StakeholderMapList"}, Items: c.maps[from:to],
	}
	if to < len(c.maps) {
		list.Continue = strconv.Itoa(to)
	}
	respond(http.StatusOK, list)(w, r)
}

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

package crd

import (
	"bytes"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"sigs.k8s.io/yaml"

	routing "github.com/stakeholders-dev/stakeholder-operator/api/routing/v1alpha1"
	"github.com/stakeholders-dev/stakeholder-operator/api/v1alpha1"
	"github.com/stakeholders-dev/stakeholder-operator/controllers/decide"
	"github.com/stakeholders-dev/stakeholder-operator/controllers/route"
	"github.com/stakeholders-dev/stakeholder-operator/controllers/topics"
)

// TestRequestSamples requires that the API server accepts the samples of requests, and that each reaches the stakeholders of a
// sample map, as its comment says.
func TestRequestSamples(t *testing.T) {
	created := time.Date(2026, 11, 2, 9, 0, 0, 0, time.UTC)
	at := func(after time.Duration) *metav1.Time { return new(metav1.NewTime(created.Add(after))) }
	board := []string{"customer/acme-board"}
	want := map[string]v1alpha1.StakeholderRequestStatus{
		"approval": {
			Class: v1alpha1.ClassApproval, To: append(board, "customer/acme-security"), Required: 2,
			DueAt: at(48 * time.Hour), ExpiresAt: at(decide.DefaultExpiry),
		},
		"feature":  {Class: v1alpha1.ClassFeatureRequest, To: []string{"end-user/cashiers"}, ExpiresAt: at(decide.DefaultExpiry)},
		"expiring": {Class: v1alpha1.ClassApproval, To: board, Required: 1, ExpiresAt: at(72 * time.Hour)},
	}
	tables := sampleTables(t, created)
	files := sampleFiles(t, "v1alpha1_stakeholderrequest_*.yaml")
	if len(files) != len(want) {
		t.Errorf("there are %d samples, want %d", len(files), len(want))
	}
	for _, file := range files {
		_, name, _ := strings.Cut(strings.TrimSuffix(filepath.Base(file), ".yaml"), "request_")
		t.Run(name, func(t *testing.T) {
			content, err := os.ReadFile(file)
			if err != nil {
				t.Fatal(err)
			}
			object := decode(t, content)
			r := &v1alpha1.StakeholderRequest{}
			if err := yaml.UnmarshalStrict(content, r); err != nil {
				t.Fatal(err)
			}
			object.SetNamespace(namespace)
			if _, err := requestClient.Create(t.Context(), object, dryRun); err != nil {
				t.Fatal(err)
			}

			r.CreationTimestamp = metav1.NewTime(created)
			in := decide.Inputs{
				MapUID: "uid", Table: tables[r.Namespace+"/"+r.Spec.Map],
				Admission: decide.Admission{Revision: "revision", Since: created.Add(-time.Hour)},
			}
			verdict := decide.Decide(r, in, created)
			if verdict.Routing != decide.Routed {
				t.Fatalf("it does not reach anybody: %v", verdict.Routing)
			}
			status := want[name]
			got := verdict.Status
			got = v1alpha1.StakeholderRequestStatus{Class: got.Class, To: got.To, Required: got.Required, DueAt: got.DueAt, ExpiresAt: got.ExpiresAt}
			if diff := cmp.Diff(status, got); diff != "" {
				t.Errorf("status (-want +got):\n%s", diff)
			}
			// Without an answer, the approval is escalated in the end.
			if escalates := verdict.Status.DueAt != nil; escalates {
				late := decide.Decide(r, in, verdict.Status.DueAt.Time)
				if diff := cmp.Diff([]string{"product-owner/dana"}, late.Status.EscalatedTo); diff != "" {
					t.Errorf("escalated to (-want +got):\n%s", diff)
				}
			}
		})
	}
}

func sampleFiles(t *testing.T, pattern string) []string {
	t.Helper()
	files, err := filepath.Glob(filepath.Join(root, "config", "samples", pattern))
	if err != nil {
		t.Fatal(err)
	}
	return files
}

// sampleTables are the routing tables of the sample maps, by the namespace and name of the map.
func sampleTables(t *testing.T, now time.Time) map[string]*routing.RoutingTable {
	t.Helper()
	tables := make(map[string]*routing.RoutingTable)
	for _, file := range sampleFiles(t, "v1alpha1_stakeholdermap_*.yaml") {
		content, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		_, document, _ := bytes.Cut(content, []byte("\n---\n"))
		m := &v1alpha1.StakeholderMap{}
		if err := yaml.UnmarshalStrict(document, m); err != nil {
			t.Fatal(err)
		}
		tables[m.Namespace+"/"+m.Name] = route.Table(m, topics.Assign(m, nil, now))
	}
	return tables
}

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

package render_test

import (
	"bytes"
	"encoding/json"
	"os"
	"path/filepath"
	"testing"

	"github.com/google/go-cmp/cmp"
	"sigs.k8s.io/yaml"

	"github.com/stakeholders-dev/stakeholder-operator/api/v1alpha1"
)

// sample reads the map of a file in config/samples. It is the document after the namespace.
func sample(t *testing.T, file string) *v1alpha1.StakeholderMap {
	t.Helper()
	content, err := os.ReadFile(filepath.Join("..", "..", "config", "samples", file))
	if err != nil {
		t.Fatal(err)
	}
	_, document, found := bytes.Cut(content, []byte("\n---\n"))
	if !found {
		t.Fatalf("%s has one document only", file)
	}
	m := &v1alpha1.StakeholderMap{}
	if err := yaml.UnmarshalStrict(document, m); err != nil {
		t.Fatal(err)
	}
	return m
}

// TestWalk looks up a handle as jq -r '.parties[.topics.budget.to[]].handles.slack' does.
func TestWalk(t *testing.T) {
	var document struct {
		Parties map[string]struct {
			Handles map[string]string `json:"handles"`
		} `json:"parties"`
		Topics map[string]struct {
			To []string `json:"to"`
		} `json:"topics"`
	}
	if err := json.Unmarshal([]byte(data(t, sample(t, "v1alpha1_stakeholdermap_b2b.yaml"))["routing.json"]), &document); err != nil {
		t.Fatal(err)
	}
	var got []string
	for _, key := range document.Topics["budget"].To {
		got = append(got, key+" "+document.Parties[key].Handles["slack"])
	}
	if diff := cmp.Diff([]string{"customer/acme-board #acme-approvals"}, got); diff != "" {
		t.Errorf("slack handles of budget (-want +got):\n%s", diff)
	}
}

// TestSampleIsSmall bounds the size of each write of a usual table.
func TestSampleIsSmall(t *testing.T) {
	for _, file := range []string{"v1alpha1_stakeholdermap_b2b.yaml", "v1alpha1_stakeholdermap_b2c.yaml", "v1alpha1_stakeholdermap_internal.yaml"} {
		all := data(t, sample(t, file))
		size := 0
		for key, value := range all {
			size += len(key) + len(value)
		}
		t.Logf("%s: %d bytes in %d keys, %d of them the document", file, size, len(all), len(all["routing.json"]))
		if size > 8<<10 {
			t.Errorf("the ConfigMap of %s has %d bytes", file, size)
		}
	}
}

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
	"os"
	"path/filepath"
	"slices"
	"testing"

	"sigs.k8s.io/yaml"

	"github.com/stakeholders-dev/stakeholder-operator/api/v1alpha1"
	"github.com/stakeholders-dev/stakeholder-operator/controllers/render"
	"github.com/stakeholders-dev/stakeholder-operator/controllers/route"
	"github.com/stakeholders-dev/stakeholder-operator/controllers/topics"
	"github.com/stakeholders-dev/stakeholder-operator/test/fixtures"
)

// TestLargestMapsFit renders maps that are as large as the CRD allows, each in another way, under the policies that add
// most: each fits into a ConfigMap, and the sum of the CRD's rule is an upper bound. The letters take one byte, four, and
// two where they are escaped.
func TestLargestMapsFit(t *testing.T) {
	var known []string
	for _, topic := range slices.Concat(topics.Catalogue(), fixtures.LargestPolicy().Topics) {
		known = append(known, topic.Name)
	}
	for _, letter := range []string{"x", "😀", `"`} {
		for shape, limit := range fixtures.LargestMaps(letter, known) {
			m := limit.Fits
			sum := fixtures.TableBytes(&m.Spec)
			if over := fixtures.TableBytes(&limit.TooLarge.Spec); sum > fixtures.MaxTableBytes || over <= fixtures.MaxTableBytes {
				t.Errorf("the map of the most %s in %s is not at the limit: the sum is %d, and of one letter more it is %d", shape, letter, sum, over)
			}
			for _, everybodyIsAsked := range []bool{false, true} {
				policy := fixtures.LargestPolicy()
				if everybodyIsAsked {
					fixtures.AskEverybody(policy.Topics)
					fixtures.AskEverybody(m.Spec.Topics)
				}
				if got := fixtures.TableBytes(&m.Spec); got != sum {
					t.Fatalf("by other classes the sum of the map of the most %s becomes %d, and was %d", shape, got, sum)
				}
				size := sizeOf(t, m, policy)
				t.Logf("most %s in %s, everybody is asked: %v: %d bytes", shape, letter, everybodyIsAsked, size)
				if size > sum {
					t.Errorf("the ConfigMap of the map of the most %s in %s has %d bytes, and the sum is %d", shape, letter, size, sum)
				}
			}
		}
	}
}

// TestSamplesAreSmall bounds the size of the outputs of a realistic map.
func TestSamplesAreSmall(t *testing.T) {
	files, err := filepath.Glob(filepath.Join("..", "..", "config", "samples", "*stakeholdermap*.yaml"))
	if err != nil || len(files) == 0 {
		t.Fatalf("there are no samples: %v", err)
	}
	for _, file := range files {
		content, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		// The namespace comes first.
		documents := bytes.Split(content, []byte("\n---\n"))
		m := &v1alpha1.StakeholderMap{}
		if err := yaml.UnmarshalStrict(documents[len(documents)-1], m); err != nil {
			t.Fatal(err)
		}
		const most = 8 << 10
		if size := sizeOf(t, m, nil); size > most {
			t.Errorf("the ConfigMap of %s has %d bytes, and at most %d are allowed", file, size, most)
		}
	}
}

// sizeOf returns the size in bytes of the routing ConfigMap's data under a policy.
func sizeOf(t testing.TB, m *v1alpha1.StakeholderMap, policy *v1alpha1.StakeholderPolicySpec) int {
	t.Helper()
	table := route.Table(m, topics.Assign(m, policy, fixtures.Now))
	document, err := table.Seal()
	if err != nil {
		t.Fatal(err)
	}
	configMap, err := render.ConfigMap(ownerOf(m), policy, table, document)
	if err != nil {
		t.Fatal(err)
	}
	n := 0
	for key, value := range configMap.Data {
		n += len(key) + len(value)
	}
	return n
}

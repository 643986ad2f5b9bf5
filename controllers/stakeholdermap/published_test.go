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

package stakeholdermap

import (
	"context"
	"testing"

	corev1 "k8s.io/api/core/v1"
	"sigs.k8s.io/controller-runtime/pkg/client"

	"github.com/stakeholders-dev/stakeholder-operator/api/v1alpha1"
	"github.com/stakeholders-dev/stakeholder-operator/test/fixtures"
)

// countingReader counts the ConfigMaps that are read.
type countingReader struct {
	client.Reader
	configMaps int
}

func (r *countingReader) Get(ctx context.Context, key client.ObjectKey, object client.Object, options ...client.GetOption) error {
	if _, ok := object.(*corev1.ConfigMap); ok {
		r.configMaps++
	}
	return r.Reader.Get(ctx, key, object, options...)
}

// TestInvalidMapReadsItsTableOnce : the cache has no tables, and an invalid map can be reconciled often, by events of its
// namespaces for example.
func TestInvalidMapReadsItsTableOnce(t *testing.T) {
	t.Parallel()
	w := newWorld(t, fixtures.Minimal(), fixtures.Now)
	w.settle()
	live := &countingReader{Reader: w.client}
	w.applier.Live = live
	invalidate := func(name string) {
		w.edit(func(s *v1alpha1.StakeholderMapSpec) {
			s.Customers[0].Subjects = []v1alpha1.Subject{s.ProductOwner.Subjects[0], fixtures.User(name)}
		})
		w.settle()
		if got := w.reason(v1alpha1.ConditionPublished); got != "True LastValidKept" {
			t.Fatalf("the table of an invalid map is %s", got)
		}
	}
	invalidate("one")
	if live.configMaps == 0 {
		t.Fatal("the table was never read")
	}
	before := live.configMaps
	w.settle()
	w.settle()
	if live.configMaps != before {
		t.Errorf("looking again has read the ConfigMap %d times", live.configMaps-before)
	}
	// A table that another user has changed is read again, and found to be no table of the map's.
	changed := &corev1.ConfigMap{}
	if err := w.client.Get(t.Context(), client.ObjectKey{Namespace: w.key.Namespace, Name: w.key.Name + "-routing"}, changed); err != nil {
		t.Fatal(err)
	}
	for key := range changed.Data {
		changed.Data[key] = "{}"
	}
	if err := w.client.Update(t.Context(), changed); err != nil {
		t.Fatal(err)
	}
	w.settle()
	if got := w.reason(v1alpha1.ConditionPublished); got != "False LastValidLost" {
		t.Errorf("with a table that another user wrote, Published is %s", got)
	}
}

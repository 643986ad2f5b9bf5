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
	"errors"
	"testing"

	corev1 "k8s.io/api/core/v1"
	"k8s.io/apimachinery/pkg/types"
	"sigs.k8s.io/controller-runtime/pkg/client"
	"sigs.k8s.io/controller-runtime/pkg/client/interceptor"

	"github.com/stakeholders-dev/stakeholder-operator/api/v1alpha1"
	"github.com/stakeholders-dev/stakeholder-operator/controllers/apply"
	"github.com/stakeholders-dev/stakeholder-operator/controllers/names"
	"github.com/stakeholders-dev/stakeholder-operator/test/fixtures"
)

func mixUp(s *v1alpha1.StakeholderMapSpec) { s.Customers[0].Subjects = s.ProductOwner.Subjects }

// TestTableInForce has one case for each state of a map.
func TestTableInForce(t *testing.T) {
	t.Parallel()
	tests := map[string]struct {
		reason     string
		prepare    func(w *world)
		known      bool
		generation int64
		// customers are those who are asked about the budget. Nil: there is no table.
		customers []string
	}{
		"New":        {"a valid map is in force, also before its first reconcile", func(*world) {}, true, 1, []string{"carla"}},
		"Reconciled": {"as Reconcile decides", func(w *world) { w.settle() }, true, 1, []string{"carla"}},
		"Missing": {"there is no map", func(w *world) {
			if err := w.client.Delete(w.Context(), w.get()); err != nil {
				w.Fatal(err)
			}
		}, false, 0, nil},
		"Deleting": {"a map that is being deleted gives nothing", func(w *world) {
			m := w.get()
			m.Finalizers = []string{"example.com/slow"}
			if err := errors.Join(w.client.Update(w.Context(), m), w.client.Delete(w.Context(), m)); err != nil {
				w.Fatal(err)
			}
		}, false, 0, nil},
		"NeverValid": {"an invalid map that was never valid has no table", func(w *world) { w.edit(mixUp) }, true, 2, nil},
		"LastValid": {"an invalid map keeps what is left of its last valid table", func(w *world) {
			w.settle()
			w.edit(func(s *v1alpha1.StakeholderMapSpec) {
				s.ProductOwner.Subjects = append(s.ProductOwner.Subjects, s.Customers[0].Subjects...)
			})
		}, true, 2, []string{"carla"}},
		"Lost": {"an invalid map without its published table has none", func(w *world) {
			w.settle()
			w.edit(mixUp)
			table := &corev1.ConfigMap{}
			table.Namespace, table.Name = w.key.Namespace, names.ConfigMapName(w.key.Name)
			if err := w.client.Delete(w.Context(), table); err != nil {
				w.Fatal(err)
			}
		}, true, 2, nil},
	}
	for name, tt := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			m := fixtures.Minimal()
			m.Spec.Customers[0].Subjects = []v1alpha1.Subject{fixtures.User("carla")}
			w := newWorld(t, m, fixtures.Now)
			var want types.UID
			if tt.known {
				want = w.get().UID
			}
			tt.prepare(w)
			before := w.writes.Load()
			uid, generation, table, err := w.r.TableInForce(t.Context(), w.key)
			if err != nil || uid != want || generation != tt.generation || (table == nil) != (tt.customers == nil) {
				t.Fatalf("%s: got %q, generation %d, table %v, error %v", tt.reason, uid, generation, table, err)
			}
			if w.writes.Load() != before {
				t.Error("asking has written something")
			}
			if table == nil {
				return
			}
			var customers []string
			for _, topic := range table.Topics {
				if topic.Name != "budget" {
					continue
				}
				for _, p := range topic.To {
					for _, s := range p.Subjects {
						customers = append(customers, s.Name)
					}
				}
			}
			if len(customers) != len(tt.customers) || customers[0] != tt.customers[0] {
				t.Errorf("%s: asked about the budget are %v, want %v", tt.reason, customers, tt.customers)
			}
		})
	}
}

// TestTableInForceIsNotKnown : a request must not be told that a map has no table only because that could not be read.
func TestTableInForceIsNotKnown(t *testing.T) {
	t.Parallel()
	down := errors.New("no route")
	t.Run("Unreadable", func(t *testing.T) {
		t.Parallel()
		w := newWorld(t, fixtures.Minimal(), fixtures.Now)
		w.settle()
		w.edit(mixUp)
		w.applier.Live = interceptor.NewClient(w.client, interceptor.Funcs{
			Get: func(ctx context.Context, c client.WithWatch, key client.ObjectKey, object client.Object, options ...client.GetOption) error {
				if _, ok := object.(*corev1.ConfigMap); ok {
					return down
				}
				return c.Get(ctx, key, object, options...)
			},
		})
		if _, _, _, err := w.r.TableInForce(t.Context(), w.key); !errors.Is(err, down) {
			t.Errorf("the error is %v", err)
		}
	})
	t.Run("Stale", func(t *testing.T) {
		t.Parallel()
		w := newWorld(t, fixtures.Minimal(), fixtures.Now)
		w.settle()
		w.edit(mixUp)
		w.applier.Writes.RecordWrite(w.key, apply.Part{Kind: names.KindMap, Key: w.key}, "999999")
		if _, _, _, err := w.r.TableInForce(t.Context(), w.key); !errors.Is(err, apply.ErrStaleRetry) {
			t.Errorf("the error is %v", err)
		}
	})
}

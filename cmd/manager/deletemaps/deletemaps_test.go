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

package deletemaps

import (
	"context"
	"errors"
	"strings"
	"testing"
	"time"

	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/runtime"
	"k8s.io/apimachinery/pkg/types"
	"k8s.io/apimachinery/pkg/watch"
	"sigs.k8s.io/controller-runtime/pkg/client"
	"sigs.k8s.io/controller-runtime/pkg/client/fake"
	"sigs.k8s.io/controller-runtime/pkg/client/interceptor"

	"github.com/stakeholders-dev/stakeholder-operator/api/v1alpha1"
)

// slow are objects that another tool keeps for a while.
var slow = metav1.ObjectMeta{Name: "slow", UID: "slow", Finalizers: []string{"example.com/archive"}}

// TestCreatedMeanwhile requires that a map is deleted that was created after the last map was gone, while an object of another kind
// was not.
func TestCreatedMeanwhile(t *testing.T) {
	t.Parallel()
	inNamespace, inForce := slow, slow
	inNamespace.Namespace, inForce.Name = "a", v1alpha1.PolicyInForceName
	for name, kept := range map[string]client.Object{
		"Request":       &v1alpha1.StakeholderRequest{ObjectMeta: inNamespace},
		"Policy":        &v1alpha1.StakeholderPolicy{ObjectMeta: slow},
		"PolicyInForce": &v1alpha1.StakeholderPolicy{ObjectMeta: inForce},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			first, second := newMap("first"), newMap("second")
			noMaps := make(chan struct{})
			c := newClient(t, []client.Object{first, kept}, func(ctx context.Context, c client.WithWatch, kind string, w *watch.FakeWatcher) {
				switch {
				case kind != "StakeholderMapList":
					select {
					case <-noMaps:
					case <-ctx.Done():
					}
					// The watch of maps has ended by now, or does not see it.
					if err := c.Create(ctx, second); err != nil {
						t.Error(err)
					}
					release := client.RawPatch(types.MergePatchType, []byte(`{"metadata":{"finalizers":null}}`))
					if err := c.Patch(ctx, kept, release); err != nil {
						t.Error(err)
					}
					w.Delete(metadataOf(kept))
				case isClosed(noMaps):
					w.Delete(metadataOf(second))
				default:
					w.Delete(metadataOf(first))
					close(noMaps)
				}
			})
			if err := Run(t.Context(), c, time.Minute); err != nil {
				t.Fatal(err)
			}
			left := &v1alpha1.StakeholderMapList{}
			if err := c.List(t.Context(), left); err != nil || len(left.Items) > 0 {
				t.Errorf("%d maps are left: %v", len(left.Items), err)
			}
		})
	}
}

// TestInterrupted requires that an error does not name a time that has not passed.
func TestInterrupted(t *testing.T) {
	t.Parallel()
	ctx, interrupt := context.WithCancel(t.Context())
	kept := newMap("kept")
	kept.Finalizers = slow.Finalizers
	c := newClient(t, []client.Object{kept}, func(_ context.Context, _ client.WithWatch, _ string, w *watch.FakeWatcher) {
		interrupt()
		w.Stop()
	})
	err := Run(ctx, c, time.Minute)
	want := "interrupted before everything was deleted\nStakeholderMaps:\n  a/kept: another tool keeps it, by the finalizers example.com/archive\n"
	if err == nil || !strings.HasPrefix(err.Error(), want) {
		t.Errorf("got %v, want %s", err, want)
	}
}

// TestNoTime requires that success is only reported after a pass that has found nothing.
func TestNoTime(t *testing.T) {
	t.Parallel()
	if err := Run(t.Context(), newClient(t, nil, nil), 0); !errors.Is(err, errUnchecked) {
		t.Errorf("got %v, want %v", err, errUnchecked)
	}
}

func newMap(name string) *v1alpha1.StakeholderMap {
	return &v1alpha1.StakeholderMap{ObjectMeta: metav1.ObjectMeta{Namespace: "a", Name: name, UID: types.UID(name)}}
}

func metadataOf(o client.Object) *metav1.PartialObjectMetadata {
	return &metav1.PartialObjectMetadata{ObjectMeta: metav1.ObjectMeta{Namespace: o.GetNamespace(), Name: o.GetName(), UID: o.GetUID()}}
}

func isClosed(c chan struct{}) bool {
	select {
	case <-c:
		return true
	default:
		return false
	}
}

// newClient returns a client with objects. Its watches have the events that onWatch gives them: the fake client's own would begin
// too late for a deletion that has ended before.
func newClient(
	t *testing.T, objects []client.Object, onWatch func(ctx context.Context, c client.WithWatch, kind string, w *watch.FakeWatcher),
) client.WithWatch {
	t.Helper()
	scheme := runtime.NewScheme()
	if err := v1alpha1.AddToScheme(scheme); err != nil {
		t.Fatal(err)
	}
	return fake.NewClientBuilder().WithScheme(scheme).WithObjects(objects...).WithInterceptorFuncs(interceptor.Funcs{
		Watch: func(ctx context.Context, c client.WithWatch, list client.ObjectList, _ ...client.ListOption) (watch.Interface, error) {
			w := watch.NewFakeWithChanSize(1, false)
			context.AfterFunc(ctx, w.Stop)
			onWatch(ctx, c, list.GetObjectKind().GroupVersionKind().Kind, w)
			return w, nil
		},
	}).Build()
}

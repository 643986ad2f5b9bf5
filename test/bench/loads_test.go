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

package bench

import (
	"context"
	"errors"
	"fmt"
	"testing"
	"time"

	"golang.org/x/sync/errgroup"
	corev1 "k8s.io/api/core/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/types"
	"sigs.k8s.io/controller-runtime/pkg/client"

	"github.com/stakeholders-dev/stakeholder-operator/api/v1alpha1"
)

// load is work that goes on until it is done or its context ends, which is no error.
type load func(ctx context.Context) error

// nothingElse is no load.
func nothingElse(ctx context.Context) error {
	<-ctx.Done()
	return nil
}

// newMapsLoad is a round of A: it is done when all maps are ready.
func newMapsLoad(namespaces []string) load {
	return func(ctx context.Context) error {
		const round = "beside-revocations"
		wait, err := observe(ctx, &v1alpha1.StakeholderMapList{}, allReady(*newMaps, isReady), client.MatchingLabels{roundLabel: round})
		if err != nil {
			return err
		}
		var group errgroup.Group
		group.SetLimit(workers)
		for i := range *newMaps {
			group.Go(func() error {
				_, err := createMap(ctx, namespaces, round, i)
				return err
			})
		}
		created := group.Wait()
		_, seen := wait(patience)
		select {
		case <-ctx.Done():
			return nil
		default:
			return errors.Join(created, seen)
		}
	}
}

// author floods the operator with work, in a separate namespace.
type author struct {
	namespace string
	// edited are maps that select target, while its label has the right value.
	edited []*v1alpha1.StakeholderMap
	target string
}

// newAuthor needs a running operator.
func newAuthor(b *testing.B) *author {
	b.Helper()
	a := &author{namespace: env.NewNamespace(b), edited: make([]*v1alpha1.StakeholderMap, *editedMaps)}
	a.target = env.NewTarget(b, a.namespace, "product", "none")
	inParallel(b, *editedMaps, func(i int) error {
		a.edited[i] = selecting(a.namespace, fmt.Sprintf("map-%d", i), "flood")
		return env.Admin.Create(b.Context(), a.edited[i])
	})
	waitReady(b, a.namespace, *editedMaps)
	inParallel(b, *fanOutTo, func(i int) error {
		return env.Admin.Create(b.Context(), &corev1.Namespace{ObjectMeta: metav1.ObjectMeta{
			Name: fmt.Sprintf("accepts-all-%d", i), Annotations: map[string]string{v1alpha1.AcceptMapsFrom: "*"},
		}})
	})
	return a
}

// changeLabel changes the label by which the maps select a namespace, five times a second.
func (a *author) changeLabel(ctx context.Context) error {
	return every(ctx, time.Second/5, func(i int) error {
		ns := &corev1.Namespace{ObjectMeta: metav1.ObjectMeta{Name: a.target}}
		value := []string{"flood", "none"}[i%2]
		return env.Admin.Patch(ctx, ns, client.RawPatch(types.MergePatchType, fmt.Appendf(nil, `{"metadata":{"labels":{"product":%q}}}`, value)))
	})
}

// edit edits the maps, one after another, 50 times a second.
func (a *author) edit(ctx context.Context) error {
	return every(ctx, time.Second/50, func(i int) error {
		return editCustomer(ctx, a.edited[i%len(a.edited)], fmt.Sprintf("edit-%d@acme.example", i))
	})
}

// fanOut creates maps that select every namespace that accepts them, and leaves the work to the operator.
func (a *author) fanOut(ctx context.Context) error {
	for i := range *fanOutMaps {
		m := smallMap(a.namespace, fmt.Sprintf("fan-out-%d", i))
		m.Spec.TargetNamespaces.RoutingTable = v1alpha1.RoutingTableAll
		m.Spec.TargetNamespaces.Selector = &v1alpha1.NamespaceSelector{}
		if err := env.Admin.Create(ctx, m); err != nil {
			return err
		}
	}
	return nothingElse(ctx)
}

// every calls f again and again until the context ends. It skips late calls.
func every(ctx context.Context, interval time.Duration, do func(i int) error) error {
	ticker := time.NewTicker(interval)
	defer ticker.Stop()
	for i := 0; ; i++ {
		select {
		case <-ctx.Done():
			return nil
		case <-ticker.C:
		}
		if err := do(i); err != nil && ctx.Err() == nil {
			return err
		}
	}
}

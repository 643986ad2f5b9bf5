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

package apply

import (
	"context"
	"errors"
	"sync"
	"testing"

	corev1 "k8s.io/api/core/v1"
	"sigs.k8s.io/controller-runtime/pkg/client"
)

// held is a writer whose requests end when they are let go.
type held struct {
	client.Writer
	arrived chan struct{}
	letGo   chan struct{}
}

func (h held) wait() error {
	h.arrived <- struct{}{}
	<-h.letGo
	return nil
}

func (h held) Create(context.Context, client.Object, ...client.CreateOption) error { return h.wait() }
func (h held) Delete(context.Context, client.Object, ...client.DeleteOption) error { return h.wait() }
func (h held) Patch(context.Context, client.Object, client.Patch, ...client.PatchOption) error {
	return h.wait()
}

// TestLimit: writes of every kind share the places, and one that waits ends with its context.
func TestLimit(t *testing.T) {
	t.Parallel()
	const limit = 3
	h := held{arrived: make(chan struct{}, 10), letGo: make(chan struct{})}
	w := WithLimit(h, limit)
	object := &corev1.ConfigMap{}
	writes := []func(context.Context) error{
		func(ctx context.Context) error { return w.Create(ctx, object) },
		func(ctx context.Context) error { return w.Patch(ctx, object, client.MergeFrom(object)) },
		func(ctx context.Context) error { return w.Delete(ctx, object) },
	}
	var group sync.WaitGroup
	for _, write := range writes {
		group.Go(func() {
			if err := write(t.Context()); err != nil {
				t.Error(err)
			}
		})
		<-h.arrived
	}
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	for i, write := range writes {
		if err := write(ctx); !errors.Is(err, context.Canceled) {
			t.Errorf("write %d beyond the limit: the error is %v", i, err)
		}
	}
	group.Go(func() {
		if err := writes[0](t.Context()); err != nil {
			t.Error(err)
		}
	})
	for range limit + 1 {
		h.letGo <- struct{}{}
	}
	group.Wait()
}

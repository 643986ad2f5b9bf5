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

	"golang.org/x/sync/semaphore"
	"sigs.k8s.io/controller-runtime/pkg/client"
)

// WithLimit is a writer that has at most so many requests under way, whoever makes them; the others wait in the order in which
// they came. A write of a Role or a RoleBinding takes an API server about 90 ms, most of which it waits, so many at the same
// time cost it little. It refuses requests beyond some hundreds.
func WithLimit(writer client.Writer, n int64) client.Writer {
	return &limited{writer, semaphore.NewWeighted(n)}
}

type limited struct {
	client.Writer
	slots *semaphore.Weighted
}

func (w *limited) do(ctx context.Context, request func() error) error {
	if err := w.slots.Acquire(ctx, 1); err != nil {
		return err
	}
	defer w.slots.Release(1)
	return request()
}

// Create implements client.Writer.
func (w *limited) Create(ctx context.Context, object client.Object, options ...client.CreateOption) error {
	return w.do(ctx, func() error { return w.Writer.Create(ctx, object, options...) })
}

// Patch implements client.Writer.
func (w *limited) Patch(ctx context.Context, object client.Object, patch client.Patch, options ...client.PatchOption) error {
	return w.do(ctx, func() error { return w.Writer.Patch(ctx, object, patch, options...) })
}

// Delete implements client.Writer.
func (w *limited) Delete(ctx context.Context, object client.Object, options ...client.DeleteOption) error {
	return w.do(ctx, func() error { return w.Writer.Delete(ctx, object, options...) })
}

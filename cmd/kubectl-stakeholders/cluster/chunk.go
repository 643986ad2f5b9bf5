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

package cluster

import (
	"context"
	"errors"
	"io"
	"net/http"
	"slices"
	"sync/atomic"

	apierrors "k8s.io/apimachinery/pkg/api/errors"
	"k8s.io/apimachinery/pkg/api/meta"
	"sigs.k8s.io/controller-runtime/pkg/client"
)

const (
	// chunk is how many objects are read at a time.
	chunk = 500
	// firstChunk is how many are read before their size is known. A map can be 400 KB large.
	firstChunk = 50
	// chunkBytes is how large a chunk may be.
	chunkBytes = 8 << 20
)

// chunks decides how many objects are read at a time, so that large ones take no more memory than small ones.
type chunks struct {
	received *atomic.Int64
	before   int64
	limit    int64
}

func (c *Cluster) newChunks() *chunks {
	return &chunks{received: c.received, before: c.received.Load(), limit: firstChunk}
}

// read adapts the size of the next chunk to the size of the objects that were just read.
func (s *chunks) read(objects int) {
	received := s.received.Load()
	size := (received - s.before) / int64(max(objects, 1))
	s.before, s.limit = received, min(max(chunkBytes/max(size, 1), 1), chunk)
}

// eachChunk lists objects and calls f for each chunk of them. Doing names what was tried, for errors. If the API server has forgotten
// where the list was, it goes on from there.
func eachChunk[L client.ObjectList](ctx context.Context, c *Cluster, doing string, f func(L) error, newList func() L, options ...client.ListOption) error {
	chunks := c.newChunks()
	for next := ""; ; {
		list := newList()
		err := c.List(ctx, list, append(slices.Clip(options), client.Limit(chunks.limit), client.Continue(next))...)
		if token := renewed(err, next); token != "" {
			next = token
			continue
		}
		if err != nil {
			return c.Explain(doing, err)
		}
		chunks.read(meta.LenList(list))
		if err := f(list); err != nil {
			return err
		}
		if next = list.GetContinue(); next == "" {
			return nil
		}
	}
}

func eachItem[T any](items []T, f func(*T) error) error {
	for i := range items {
		if err := f(&items[i]); err != nil {
			return err
		}
	}
	return nil
}

// renewed returns the token to go on with if the API server has forgotten the old one, after some minutes. Objects that were
// created in the meantime may be missing then.
func renewed(err error, token string) string {
	var status apierrors.APIStatus
	if token == "" || !apierrors.IsResourceExpired(err) || !errors.As(err, &status) {
		return ""
	}
	return status.Status().Continue
}

// counted counts the bytes of all responses.
func counted(count *atomic.Int64) func(http.RoundTripper) http.RoundTripper {
	return func(next http.RoundTripper) http.RoundTripper { return &counter{next, count} }
}

type counter struct {
	next  http.RoundTripper
	count *atomic.Int64
}

// RoundTrip implements http.RoundTripper.
func (c *counter) RoundTrip(request *http.Request) (*http.Response, error) {
	response, err := c.next.RoundTrip(request)
	if err == nil {
		response.Body = &countedBody{response.Body, c.count}
	}
	return response, err
}

// WrappedRoundTripper lets client-go find the transport.
func (c *counter) WrappedRoundTripper() http.RoundTripper { return c.next }

type countedBody struct {
	io.ReadCloser

	count *atomic.Int64
}

func (b *countedBody) Read(p []byte) (int, error) {
	n, err := b.ReadCloser.Read(p)
	b.count.Add(int64(n))
	return n, err
}

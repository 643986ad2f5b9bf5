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
	"fmt"
	"io"
	"net/http"
	"strconv"
	"sync"
	"time"
)

// patience is how long the API server may take to begin an answer, also one of a watch. A user can set another time for whole answers
// with --request-timeout.
const patience = 30 * time.Second

// silent is the error for an API server that accepts a request and does not answer it. It is a net.Error.
type silent struct{ after time.Duration }

// Error implements error.
func (s *silent) Error() string { return fmt.Sprintf("no answer within %s", s.after) }

// Timeout implements net.Error.
func (s *silent) Timeout() bool { return true }

// Temporary implements net.Error.
func (s *silent) Temporary() bool { return true }

// impatient ends requests to which the API server does not begin to answer, and tells wait how long a request takes.
func impatient(after time.Duration, wait *wait) func(http.RoundTripper) http.RoundTripper {
	return func(next http.RoundTripper) http.RoundTripper { return &impatientTripper{next, after, wait} }
}

type impatientTripper struct {
	next  http.RoundTripper
	after time.Duration
	wait  *wait
}

// RoundTrip implements http.RoundTripper.
func (t *impatientTripper) RoundTrip(request *http.Request) (*http.Response, error) {
	ctx, cancel := context.WithCancelCause(request.Context())
	late := &silent{t.after}
	timer := time.AfterFunc(t.after, func() { cancel(late) })
	answered := sync.OnceFunc(t.wait.begin())
	response, err := t.next.RoundTrip(request.WithContext(ctx))
	timer.Stop()
	if err != nil {
		answered()
		if errors.Is(context.Cause(ctx), late) {
			err = late
		}
		cancel(nil)
		return nil, err
	}
	if request.URL.Query().Get("watch") == "true" {
		// The answer lasts as long as the watch.
		answered()
	}
	end := answered
	if pause, err := strconv.Atoi(response.Header.Get("Retry-After")); err == nil {
		// The server is busy: client-go waits for so long, and then repeats the request.
		end = func() { time.AfterFunc(time.Duration(pause)*time.Second, answered) }
	}
	response.Body = &cancelledBody{response.Body, func() { end(); cancel(nil) }}
	return response, nil
}

// WrappedRoundTripper lets client-go find the transport.
func (t *impatientTripper) WrappedRoundTripper() http.RoundTripper { return t.next }

// cancelledBody ends the context of a request whose answer was read.
type cancelledBody struct {
	io.ReadCloser

	cancel func()
}

// Close implements io.Closer.
func (b *cancelledBody) Close() error {
	defer b.cancel()
	return b.ReadCloser.Close()
}

// wait tells the user that the API server takes its time. Requests can run at the same time.
type wait struct {
	mu       sync.Mutex
	requests int
	// show is called when the first request begins. It returns what is called when all have ended.
	show func() (ended func())
	hide func()
}

// begin counts a request, and returns what to call when it has ended.
func (w *wait) begin() (end func()) {
	w.mu.Lock()
	defer w.mu.Unlock()
	w.requests++
	if w.requests == 1 {
		w.hide = w.show()
	}
	return w.end
}

func (w *wait) end() {
	w.mu.Lock()
	defer w.mu.Unlock()
	w.requests--
	if w.requests == 0 {
		w.hide()
	}
}

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

// impatient ends requests to which the API server does not begin to answer.
func impatient(after time.Duration) func(http.RoundTripper) http.RoundTripper {
	return func(next http.RoundTripper) http.RoundTripper { return &impatientTripper{next, after} }
}

type impatientTripper struct {
	next  http.RoundTripper
	after time.Duration
}

// RoundTrip implements http.RoundTripper.
func (t *impatientTripper) RoundTrip(request *http.Request) (*http.Response, error) {
	ctx, cancel := context.WithCancelCause(request.Context())
	late := &silent{t.after}
	timer := time.AfterFunc(t.after, func() { cancel(late) })
	response, err := t.next.RoundTrip(request.WithContext(ctx))
	timer.Stop()
	if err != nil {
		if errors.Is(context.Cause(ctx), late) {
			err = late
		}
		cancel(nil)
		return nil, err
	}
	response.Body = &cancelledBody{response.Body, cancel}
	return response, nil
}

// WrappedRoundTripper lets client-go find the transport.
func (t *impatientTripper) WrappedRoundTripper() http.RoundTripper { return t.next }

// cancelledBody ends the context of a request whose answer was read.
type cancelledBody struct {
	io.ReadCloser

	cancel context.CancelCauseFunc
}

// Close implements io.Closer.
func (b *cancelledBody) Close() error {
	defer b.cancel(nil)
	return b.ReadCloser.Close()
}

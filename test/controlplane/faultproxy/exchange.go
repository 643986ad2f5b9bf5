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

package faultproxy

import (
	"bytes"
	"context"
	"encoding/json"
	"io"
	"net/http"
	"strconv"
	"time"

	apierrors "k8s.io/apimachinery/pkg/api/errors"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
)

// verbWatch is the one verb whose answer has no end.
const verbWatch = "watch"

// exchange is a request on its way through the proxy. Only one goroutine uses it.
type exchange struct {
	proxy     *Proxy
	request   Request
	injection *Injection
	// cancel ends it, also while it waits. Other goroutines may call it.
	cancel context.CancelFunc
	// out is the request to the API server.
	out *http.Request
	// record is its record, once it has one.
	record *Record
}

// run carries the request out, with its fault.
func (e *exchange) run() (*http.Response, error) {
	if e.injection == nil || e.injection.rule.Fault.run == nil {
		return e.forward()
	}
	return e.injection.rule.Fault.run(e)
}

// forward asks the API server. Unless it is a watch, the whole answer is there when forward returns, so the request has
// made its changes.
func (e *exchange) forward() (*http.Response, error) {
	response, err := e.proxy.transport.RoundTrip(e.out)
	if err != nil {
		return nil, err
	}
	record := &Record{Request: e.request, Code: response.StatusCode}
	switch {
	case response.StatusCode == http.StatusSwitchingProtocols:
	case e.request.Verb == verbWatch && response.StatusCode == http.StatusOK:
		response.Body = &stream{body: response.Body, exchange: e, done: e.out.Context().Done()}
	default:
		body, err := readAll(response.Body)
		if err != nil {
			return nil, err
		}
		response.Body = io.NopCloser(bytes.NewReader(body))
		readAnswer(record, body)
	}
	e.note(record)
	return response, nil
}

// note makes the record.
func (e *exchange) note(record *Record) {
	e.record = record
	e.proxy.records.add(record)
}

// seen is the answer so far, for the record, before anything is relayed.
func (e *exchange) seen() Record {
	e.proxy.records.mu.Lock()
	defer e.proxy.records.mu.Unlock()
	return *e.record
}

// finish completes the record, also of a request that did not reach the API server.
func (e *exchange) finish(response *http.Response) {
	if e.record == nil {
		e.note(&Record{Request: e.request})
	}
	if response != nil {
		e.proxy.records.answered(e.record, response.StatusCode)
	}
}

// wait returns nil when the rule is lifted or the time has passed, and an error if the client gives up first or the
// proxy closes.
func (e *exchange) wait(elapsed <-chan time.Time) error {
	ctx := e.out.Context()
	select {
	case <-e.injection.lifted:
		return nil
	case <-elapsed:
		return nil
	case <-ctx.Done():
		return ctx.Err()
	}
}

// answer makes up an answer of the API server. It is in JSON, which every client reads, even if it prefers another
// type.
func (e *exchange) answer(err *apierrors.StatusError) (*http.Response, error) {
	status := err.Status()
	status.APIVersion, status.Kind = "v1", statusKind
	body, failure := json.Marshal(status)
	if failure != nil {
		return nil, failure
	}
	response := e.response(int(status.Code), body)
	if status.Details != nil && status.Details.RetryAfterSeconds > 0 {
		response.Header.Set("Retry-After", strconv.Itoa(int(status.Details.RetryAfterSeconds)))
	}
	return response, nil
}

// errorEvent makes up a watch with a single event, of type ERROR.
func (e *exchange) errorEvent(err *apierrors.StatusError) (*http.Response, error) {
	status := err.Status()
	status.APIVersion, status.Kind = "v1", statusKind
	body, failure := json.Marshal(struct {
		Type   string        `json:"type"`
		Object metav1.Status `json:"object"`
	}{"ERROR", status})
	if failure != nil {
		return nil, failure
	}
	return e.response(http.StatusOK, body), nil
}

func (e *exchange) response(code int, body []byte) *http.Response {
	return &http.Response{
		StatusCode: code, ProtoMajor: 1, ProtoMinor: 1, Request: e.out,
		Header:        http.Header{"Content-Type": []string{"application/json"}},
		Body:          io.NopCloser(bytes.NewReader(body)),
		ContentLength: int64(len(body)),
	}
}

// readAll reads an answer to its end, and closes it.
func readAll(body io.ReadCloser) ([]byte, error) {
	defer body.Close() //nolint:errcheck // nothing was written
	return io.ReadAll(body)
}

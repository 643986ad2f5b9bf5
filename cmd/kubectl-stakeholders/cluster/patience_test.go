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
	"io"
	"net/http"
	"net/http/httptest"
	"slices"
	"strings"
	"testing"
	"time"

	"k8s.io/client-go/rest"
	"sigs.k8s.io/controller-runtime/pkg/client"

	"github.com/stakeholders-dev/stakeholder-operator/api/v1alpha1"
	"github.com/stakeholders-dev/stakeholder-operator/cmd/kubectl-stakeholders/failure"
	"github.com/stakeholders-dev/stakeholder-operator/cmd/kubectl-stakeholders/product"
)

// waits records when a command begins and ends to wait.
type waits []string

func (w *waits) begin(host string) func() {
	*w = append(*w, "begin "+host)
	return func() { *w = append(*w, "end") }
}

// TestSilentServer proves that a command does not wait for ever for a server that accepts its requests, and tells the user that it
// waits.
func TestSilentServer(t *testing.T) {
	t.Parallel()
	server := httptest.NewServer(http.HandlerFunc(func(_ http.ResponseWriter, r *http.Request) {
		// The server notices the end of a connection only when it has read the request.
		_, _ = io.Copy(io.Discard, r.Body)
		<-r.Context().Done()
	}))
	t.Cleanup(server.Close)
	key := client.ObjectKey{Namespace: "payments", Name: "checkout"}
	for name, ask := range map[string]func(*Cluster) error{
		"a map": func(c *Cluster) error {
			return c.Explain("read a map", c.Get(t.Context(), key, &v1alpha1.StakeholderMap{}))
		},
		"the API": func(c *Cluster) error {
			_, err := c.API(t.Context())
			return err
		},
		"another user": func(c *Cluster) error {
			_, err := c.mayAs(t.Context(), product.Identity{User: "dana"}, Right{Map: key, Topic: "budget", Verb: "approve"})
			return c.Explain("ask as another user", err)
		},
	} {
		var waited waits
		c, err := connect(&rest.Config{Host: server.URL, QPS: -1}, 50*time.Millisecond, waited.begin)
		if err != nil {
			t.Fatal(err)
		}
		err = ask(c)
		if failure.Code(err) != failure.CodeCluster || !strings.Contains(err.Error(), "does not answer: no answer within 50ms") {
			t.Errorf("%s: code %d: %v", name, failure.Code(err), err)
		}
		if want := (waits{"begin " + server.Listener.Addr().String(), "end"}); !slices.Equal(waited, want) {
			t.Errorf("%s: waited %q, want %q", name, waited, want)
		}
	}
}

// TestWaitEnds : a command waits for an answer, but not for the changes that a watch reports.
func TestWaitEnds(t *testing.T) {
	t.Parallel()
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		w.Header().Set("Content-Type", "application/json")
		if r.URL.Query().Get("watch") != "true" {
			_, _ = w.Write([]byte(`{"apiVersion": "stakeholders.dev/v1alpha1", "kind": "StakeholderRequestList"}`))
			return
		}
		_ = http.NewResponseController(w).Flush()
		<-r.Context().Done()
	}))
	t.Cleanup(server.Close)
	var waited waits
	c, err := connect(&rest.Config{Host: server.URL, QPS: -1}, patience, waited.begin)
	if err != nil {
		t.Fatal(err)
	}
	want := waits{"begin " + server.Listener.Addr().String(), "end"}
	if err := c.List(t.Context(), &v1alpha1.StakeholderRequestList{}); err != nil || !slices.Equal(waited, want) {
		t.Errorf("a list: waited %q, want %q: %v", waited, want, err)
	}
	ctx, cancel := context.WithCancel(t.Context())
	defer cancel()
	watcher, err := c.Watch(ctx, &v1alpha1.StakeholderRequestList{})
	if err != nil {
		t.Fatal(err)
	}
	defer watcher.Stop()
	if want = append(want, want...); !slices.Equal(waited, want) {
		t.Errorf("a watch: waited %q, want %q", waited, want)
	}
}

// TestWaitCountsRequests : the command waits from the first of several requests to the end of the last.
func TestWaitCountsRequests(t *testing.T) {
	t.Parallel()
	var waited waits
	w := &wait{show: func() func() { return waited.begin("host") }}
	first, second := w.begin(), w.begin()
	first()
	w.begin()()
	second()
	if want := (waits{"begin host", "end"}); !slices.Equal(waited, want) {
		t.Errorf("waited %q, want %q", waited, want)
	}
}

// transport answers requests without a network.
type transport func(*http.Request) *http.Response

// RoundTrip implements http.RoundTripper.
func (t transport) RoundTrip(r *http.Request) (*http.Response, error) { return t(r), nil }

// TestWaitForBusyServer : client-go repeats a request when the server says, and the command waits until then.
func TestWaitForBusyServer(t *testing.T) {
	t.Parallel()
	for after, want := range map[string]waits{"3600": {"begin host"}, "0": {"begin host", "end"}, "": {"begin host", "end"}} {
		var waited waits
		ended := make(chan struct{})
		busy := transport(func(*http.Request) *http.Response {
			return &http.Response{StatusCode: http.StatusServiceUnavailable, Header: http.Header{"Retry-After": {after}}, Body: http.NoBody}
		})
		tripper := impatient(patience, &wait{show: func() func() {
			end := waited.begin("host")
			return func() { end(); close(ended) }
		}})(busy)
		response, err := tripper.RoundTrip(httptest.NewRequestWithContext(t.Context(), http.MethodGet, "http://host", nil))
		if err != nil {
			t.Fatal(err)
		}
		_ = response.Body.Close()
		if len(want) > 1 {
			<-ended
		}
		if !slices.Equal(waited, want) {
			t.Errorf("after %q: waited %q, want %q", after, waited, want)
		}
	}
}

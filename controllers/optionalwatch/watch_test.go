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

package optionalwatch

import (
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	corev1 "k8s.io/api/core/v1"
	apierrors "k8s.io/apimachinery/pkg/api/errors"
	"k8s.io/apimachinery/pkg/api/meta"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/runtime/schema"
	clientgoscheme "k8s.io/client-go/kubernetes/scheme"
	"k8s.io/client-go/rest"
	"sigs.k8s.io/controller-runtime/pkg/cache"
	"sigs.k8s.io/controller-runtime/pkg/client"
)

// server is an API server with one ServiceAccount, which it can refuse to serve. Each change of that setting ends all
// watches, as a restart would.
type server struct {
	*testing.T
	*httptest.Server
	refuse atomic.Bool
	// ended is closed to end the current watches.
	ended atomic.Pointer[chan struct{}]
	// begun has one item for each watch that has started.
	begun chan struct{}
}

func newServer(t *testing.T) *server {
	t.Helper()
	s := &server{T: t, begun: make(chan struct{}, 100)}
	s.ended.Store(new(make(chan struct{})))
	s.Server = httptest.NewServer(s)
	t.Cleanup(func() {
		s.turn(true)
		s.Close()
	})
	return s
}

func (s *server) turn(refuse bool) {
	s.refuse.Store(refuse)
	close(*s.ended.Swap(new(make(chan struct{}))))
}

func (s *server) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	ended := *s.ended.Load()
	answer := func(code int, object any) {
		w.Header().Set("Content-Type", "application/json")
		w.WriteHeader(code)
		if err := json.NewEncoder(w).Encode(object); err != nil && r.Context().Err() == nil {
			s.Errorf("answer %s: %v", r.URL, err)
		}
	}
	resource := schema.GroupResource{Resource: "serviceaccounts"}
	switch query := r.URL.Query(); {
	case s.refuse.Load():
		answer(http.StatusForbidden, apierrors.NewForbidden(resource, "", errors.New("not now")).Status())
	case query.Get("sendInitialEvents") != "":
		answer(http.StatusUnprocessableEntity, apierrors.NewInvalid(schema.GroupKind{}, "", nil).Status())
	case query.Get("watch") != "":
		w.Header().Set("Content-Type", "application/json")
		w.WriteHeader(http.StatusOK)
		if err := http.NewResponseController(w).Flush(); err != nil {
			s.Errorf("begin to answer %s: %v", r.URL, err)
		}
		s.begun <- struct{}{}
		select {
		case <-ended:
		case <-r.Context().Done():
		}
	default:
		answer(http.StatusOK, &corev1.ServiceAccountList{
			TypeMeta: metav1.TypeMeta{APIVersion: "v1", Kind: "ServiceAccountList"},
			ListMeta: metav1.ListMeta{ResourceVersion: "5"},
			Items:    []corev1.ServiceAccount{{ObjectMeta: metav1.ObjectMeta{Namespace: "prod", Name: "bot", ResourceVersion: "4"}}},
		})
	}
}

const remedy = "install the component"

// newWatch watches ServiceAccounts. It sends the calls of OnStateChange to a channel.
func newWatch(t *testing.T, s *server) (watch *Watch, settled chan error) {
	t.Helper()
	mapper := meta.NewDefaultRESTMapper(nil)
	mapper.Add(corev1.SchemeGroupVersion.WithKind("ServiceAccount"), meta.RESTScopeNamespace)
	settled = make(chan error, 100)
	watch = &Watch{
		Config:  &rest.Config{Host: s.URL},
		Options: cache.Options{Scheme: clientgoscheme.Scheme, Mapper: mapper, HTTPClient: s.Client()},
		Changes: map[client.Object]Change{&corev1.ServiceAccount{}: func(_, _ client.Object) {}},
		Indexes: map[string]client.IndexerFunc{"by name": func(object client.Object) []string { return []string{object.GetName()} }},
		Explain: func(err error) error { return fmt.Errorf("%s: %w", remedy, err) },
		OnStateChange: func(_ *Watch, refused error) {
			if _, err := watch.Reader(); !errors.Is(err, refused) {
				t.Errorf("told is %v, and reading says %v", refused, err)
			}
			settled <- refused
		},
	}
	t.Cleanup(watch.Stop)
	return watch, settled
}

// next waits for the next event.
func next[T any](t *testing.T, events chan T) T {
	t.Helper()
	select {
	case event := <-events:
		return event
	case <-time.After(time.Minute):
		t.Fatal("nothing is told")
		panic("unreachable")
	}
}

func TestWatch(t *testing.T) {
	s := newServer(t)
	watch, settled := newWatch(t, s)
	if reader, err := watch.Reader(); reader != nil || err != nil {
		t.Errorf("before it starts there is %v, %v", reader, err)
	}
	start := func() {
		t.Helper()
		if err := watch.Start(t.Context()); err != nil {
			t.Fatal(err)
		}
	}
	start()
	if err := next(t, settled); err != nil {
		t.Fatal(err)
	}
	reader, _ := watch.Reader()
	var list corev1.ServiceAccountList
	if err := reader.List(t.Context(), &list, client.MatchingFields{"by name": "bot"}); err != nil || len(list.Items) != 1 {
		t.Errorf("there are %v, %v", list.Items, err)
	}
	start()
	if again, _ := watch.Reader(); again != reader {
		t.Error("starting twice starts anew")
	}

	s.turn(true)
	if err := next(t, settled); !apierrors.IsForbidden(err) || !strings.HasPrefix(err.Error(), remedy) {
		t.Errorf("the right is taken away, and the error is %v", err)
	}
	start()
	if _, err := watch.Reader(); !apierrors.IsForbidden(err) {
		t.Errorf("as long as nobody knows better the error is %v", err)
	}
	s.turn(false)
	// No event announces that the operator has the right again.
	start()
	if err := next(t, settled); err != nil {
		t.Errorf("the right is back, and the error is %v", err)
	}

	watch.Stop()
	if reader, err := watch.Reader(); reader != nil || err != nil {
		t.Errorf("after it has stopped there is %v, %v", reader, err)
	}
	s.turn(true)
	start()
	if err := next(t, settled); !apierrors.IsForbidden(err) {
		t.Errorf("without the right from the start the error is %v", err)
	}
	s.turn(false)
	if err := next(t, settled); err != nil {
		t.Errorf("the right is there, and the error is %v", err)
	}
}

// TestCachedWhileRefused revokes the right, and continues to read the cache.
func TestCachedWhileRefused(t *testing.T) {
	s := newServer(t)
	watch, settled := newWatch(t, s)
	if reader, all := watch.Cached(); reader != nil || all {
		t.Errorf("before it starts %v is known", reader)
	}
	if err := watch.Start(t.Context()); err != nil {
		t.Fatal(err)
	}
	if err := next(t, settled); err != nil || watch.Refused() != nil {
		t.Fatalf("told is %v, and the refusal is %v", err, watch.Refused())
	}
	known := func(reason string) {
		t.Helper()
		reader, all := watch.Cached()
		var list corev1.ServiceAccountList
		if !all || reader.List(t.Context(), &list) != nil || len(list.Items) != 1 {
			t.Errorf("%s: %d are known, all: %t", reason, len(list.Items), all)
		}
	}
	known("all are known")

	s.turn(true)
	if err := next(t, settled); !apierrors.IsForbidden(err) || !errors.Is(watch.Refused(), err) {
		t.Errorf("told is %v, and the refusal is %v", err, watch.Refused())
	}
	known("the right is taken away")
	next(t, s.begun)
	s.turn(false)
	// Until the watch has started again, a refusal may still arrive.
	next(t, s.begun)
	watch.ClearRefusal()
	if reader, err := watch.Reader(); reader == nil || err != nil || watch.Refused() != nil {
		t.Errorf("it is allowed again, and there is %v, %v", reader, err)
	}
	known("it is allowed again")
	s.turn(true)
	if err := next(t, settled); !apierrors.IsForbidden(err) {
		t.Errorf("that it is refused once more is news, and told is %v", err)
	}
}

// TestNotInstalled watches a kind that the cluster does not serve.
func TestNotInstalled(t *testing.T) {
	s := newServer(t)
	watch, _ := newWatch(t, s)
	watch.Options.Mapper = meta.NewDefaultRESTMapper(nil)
	if err := watch.Start(t.Context()); !meta.IsNoMatchError(err) {
		t.Errorf("the error is %v", err)
	}
	if reader, err := watch.Reader(); reader != nil || err != nil {
		t.Errorf("there is %v, %v", reader, err)
	}
}

// TestNotSynced reads before the API server has answered.
func TestNotSynced(t *testing.T) {
	s := newServer(t)
	silent := httptest.NewServer(http.HandlerFunc(func(_ http.ResponseWriter, r *http.Request) { <-r.Context().Done() }))
	t.Cleanup(silent.Close)
	watch, _ := newWatch(t, s)
	watch.Config = &rest.Config{Host: silent.URL}
	if err := watch.Start(t.Context()); err != nil {
		t.Fatal(err)
	}
	if reader, err := watch.Reader(); reader != nil || !errors.Is(err, ErrNotSynced) {
		t.Errorf("there is %v, %v", reader, err)
	}
	if _, all := watch.Cached(); all {
		t.Error("all is known")
	}
	watch.Stop()
}

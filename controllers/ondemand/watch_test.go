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

package ondemand

import (
	"encoding/json"
	"errors"
	"net/http"
	"net/http/httptest"
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
	toolscache "k8s.io/client-go/tools/cache"
	"sigs.k8s.io/controller-runtime/pkg/cache"
	"sigs.k8s.io/controller-runtime/pkg/client"
)

// server is an API server with one ServiceAccount, which may be refused. It ends each watch when that changes, as one
// does that is restarted.
type server struct {
	*testing.T
	*httptest.Server
	refuse atomic.Bool
	// ended is closed to end the watches of now.
	ended atomic.Pointer[chan struct{}]
}

func newServer(t *testing.T) *server {
	t.Helper()
	s := &server{T: t}
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

// follow watches ServiceAccounts. What is sent to settled is what Reader says then.
func follow(t *testing.T, s *server) (watch *Watch, settled chan error) {
	t.Helper()
	mapper := meta.NewDefaultRESTMapper(nil)
	mapper.Add(corev1.SchemeGroupVersion.WithKind("ServiceAccount"), meta.RESTScopeNamespace)
	settled = make(chan error, 100)
	watch = &Watch{
		Config:   &rest.Config{Host: s.URL},
		Options:  cache.Options{Scheme: clientgoscheme.Scheme, Mapper: mapper, HTTPClient: s.Client()},
		Handlers: map[client.Object]toolscache.ResourceEventHandler{&corev1.ServiceAccount{}: toolscache.ResourceEventHandlerFuncs{}},
		Indexes:  map[string]client.IndexerFunc{"by name": func(object client.Object) []string { return []string{object.GetName()} }},
		Refused:  "install the component",
		Settled: func() {
			_, err := watch.Reader()
			settled <- err
		},
	}
	t.Cleanup(watch.Leave)
	return watch, settled
}

// told waits until something has settled.
func told(t *testing.T, settled chan error) error {
	t.Helper()
	select {
	case err := <-settled:
		return err
	case <-time.After(time.Minute):
		t.Fatal("nothing is told")
		return nil
	}
}

func TestWatch(t *testing.T) {
	s := newServer(t)
	watch, settled := follow(t, s)
	if reader, err := watch.Reader(); reader != nil || err != nil {
		t.Errorf("before anybody follows there is %v, %v", reader, err)
	}
	follow := func() {
		t.Helper()
		if err := watch.Follow(t.Context()); err != nil {
			t.Fatal(err)
		}
	}
	follow()
	if err := told(t, settled); err != nil {
		t.Fatal(err)
	}
	reader, _ := watch.Reader()
	var list corev1.ServiceAccountList
	if err := reader.List(t.Context(), &list, client.MatchingFields{"by name": "bot"}); err != nil || len(list.Items) != 1 {
		t.Errorf("there are %v, %v", list.Items, err)
	}
	follow()
	if again, _ := watch.Reader(); again != reader {
		t.Error("following twice starts anew")
	}

	s.turn(true)
	if err := told(t, settled); !apierrors.IsForbidden(err) || err.Error()[:len(watch.Refused)] != watch.Refused {
		t.Errorf("the right is taken away, and the error is %v", err)
	}
	follow()
	if _, err := watch.Reader(); !apierrors.IsForbidden(err) {
		t.Errorf("as long as nobody knows better the error is %v", err)
	}
	s.turn(false)
	// Nobody tells that the right is back.
	follow()
	if err := told(t, settled); err != nil {
		t.Errorf("the right is back, and the error is %v", err)
	}

	watch.Leave()
	if reader, err := watch.Reader(); reader != nil || err != nil {
		t.Errorf("after everybody has left there is %v, %v", reader, err)
	}
	s.turn(true)
	follow()
	if err := told(t, settled); !apierrors.IsForbidden(err) {
		t.Errorf("without the right from the start the error is %v", err)
	}
	s.turn(false)
	if err := told(t, settled); err != nil {
		t.Errorf("the right is there, and the error is %v", err)
	}
}

// TestUnknown asks before the API server has answered.
func TestUnknown(t *testing.T) {
	s := newServer(t)
	silent := httptest.NewServer(http.HandlerFunc(func(_ http.ResponseWriter, r *http.Request) { <-r.Context().Done() }))
	t.Cleanup(silent.Close)
	watch, _ := follow(t, s)
	watch.Config = &rest.Config{Host: silent.URL}
	if err := watch.Follow(t.Context()); err != nil {
		t.Fatal(err)
	}
	if reader, err := watch.Reader(); reader != nil || !errors.Is(err, ErrUnknown) {
		t.Errorf("there is %v, %v", reader, err)
	}
	watch.Leave()
}

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
	"fmt"
	"io"
	"log"
	"net/http"
	"net/http/httptest"
	"net/http/httputil"
	"net/url"
	"sync"
	"time"

	"k8s.io/client-go/rest"
)

// Proxy is between clients and an API server. Its methods may be called from several goroutines.
type Proxy struct {
	server    *httptest.Server
	transport *http.Transport
	records   records

	// mu guards the fields below. The slices are only appended to or replaced, so a copy of one stays valid.
	mu         sync.Mutex
	closing    bool
	exchanges  map[*exchange]struct{}
	injections []*Injection
	freezes    []*Freeze
}

// Start begins to serve on a free loopback port. The target says where the API server is and how to
// recognise it, as ControlPlane.Config does; credentials in it are not used: each client keeps its own
// identity. Close the proxy in the end.
func Start(target *rest.Config) (*Proxy, error) {
	address, err := url.Parse(target.Host)
	if err != nil {
		return nil, fmt.Errorf("address of the API server: %w", err)
	}
	tlsConfig, err := rest.TLSConfigFor(&rest.Config{TLSClientConfig: rest.TLSClientConfig{
		CAData: target.CAData, CAFile: target.CAFile, ServerName: target.ServerName, Insecure: target.Insecure,
	}})
	if err != nil {
		return nil, fmt.Errorf("certificates of the API server: %w", err)
	}
	p := &Proxy{
		exchanges: map[*exchange]struct{}{},
		// HTTP/1.1 on both sides: each request under way has its own connections, and breaking one does not affect the
		// others.
		transport: &http.Transport{
			TLSClientConfig: tlsConfig, DisableCompression: true,
			MaxIdleConnsPerHost: 100, IdleConnTimeout: 30 * time.Second,
		},
	}
	reverse := &httputil.ReverseProxy{
		Rewrite: func(r *httputil.ProxyRequest) {
			r.SetURL(address)
			// Answers are read here.
			r.Out.Header.Del("Accept-Encoding")
		},
		Transport: transportFunc(p.carry),
		// Events are handed on as they come.
		FlushInterval: -1,
		// If there is no answer, the connection breaks; the proxy never answers 502 by itself.
		ErrorHandler: func(http.ResponseWriter, *http.Request, error) { panic(http.ErrAbortHandler) },
		// It would log that clients and servers disconnect, which is what the tests provoke.
		ErrorLog: log.New(io.Discard, "", 0),
	}
	// Anyone can know its key, which does no harm on loopback, where the tokens last for a test.
	p.server = httptest.NewUnstartedServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) { p.serve(reverse, w, r) }))
	p.server.Config.ErrorLog = log.New(notable{}, "", log.LstdFlags)
	p.server.StartTLS()
	return p, nil
}

// Close breaks every connection, and returns when nothing is under way any more. A request that a rule or a freeze
// still holds ends without reaching the API server.
func (p *Proxy) Close() {
	p.mu.Lock()
	p.closing = true
	for e := range p.exchanges {
		e.cancel()
	}
	p.mu.Unlock()
	p.server.CloseClientConnections()
	p.server.Close()
	p.transport.CloseIdleConnections()
}

// serve handles a request from its beginning to its end.
func (p *Proxy) serve(reverse http.Handler, w http.ResponseWriter, r *http.Request) {
	// Reading all of it also lets the server notice a client that gives up.
	body, err := readAll(r.Body)
	if err != nil {
		panic(http.ErrAbortHandler)
	}
	ctx, cancel := context.WithCancel(r.Context())
	defer cancel()
	e := &exchange{proxy: p, request: classify(r, body), cancel: cancel}
	if !p.enter(e) {
		panic(http.ErrAbortHandler)
	}
	defer p.leave(e)
	e.injection = p.claim(e.request)

	r = r.WithContext(context.WithValue(ctx, exchangeKey{}, e))
	r.Body, r.ContentLength = io.NopCloser(bytes.NewReader(body)), int64(len(body))
	// If a connection to the API server turns out to be closed before anything was sent, it is replaced.
	r.GetBody = func() (io.ReadCloser, error) { return io.NopCloser(bytes.NewReader(body)), nil }
	reverse.ServeHTTP(w, r)
}

// carry is the way to the API server, with the faults on it.
func (p *Proxy) carry(out *http.Request) (*http.Response, error) {
	e, ok := out.Context().Value(exchangeKey{}).(*exchange)
	if !ok {
		return nil, errLost
	}
	e.out = out
	response, err := e.run()
	e.finish(response)
	return response, err
}

// enter notes that a request is under way. It returns false if the proxy closes.
func (p *Proxy) enter(e *exchange) bool {
	p.mu.Lock()
	defer p.mu.Unlock()
	if !p.closing {
		p.exchanges[e] = struct{}{}
	}
	return !p.closing
}

func (p *Proxy) leave(e *exchange) {
	p.mu.Lock()
	defer p.mu.Unlock()
	delete(p.exchanges, e)
}

// exchangeKey is where a request's context has its exchange.
type exchangeKey struct{}

// transportFunc is an http.RoundTripper.
type transportFunc func(*http.Request) (*http.Response, error)

// RoundTrip calls f.
func (f transportFunc) RoundTrip(r *http.Request) (*http.Response, error) { return f(r) }

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

package main

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"io"
	"net"
	"net/http"
	"strings"
	"testing"
	"time"

	"k8s.io/client-go/rest"
	ctrl "sigs.k8s.io/controller-runtime"
	"sigs.k8s.io/controller-runtime/pkg/cache"
	"sigs.k8s.io/controller-runtime/pkg/log/zap"

	"github.com/stakeholders-dev/stakeholder-operator/test/controlplane"
)

// parsed returns the options of flags.
func parsed(t *testing.T, args ...string) *options {
	t.Helper()
	o := &options{}
	flags := flag.NewFlagSet("manager", flag.ContinueOnError)
	o.bind(flags)
	if err := flags.Parse(args); err != nil {
		t.Fatal(err)
	}
	return o
}

func TestCheckPprof(t *testing.T) {
	t.Parallel()
	const allow = "--pprof-allow-remote"
	for name, tc := range map[string]struct {
		args   []string
		remote bool
		wrong  bool
	}{
		"default":          {},
		"off":              {args: []string{"--pprof-bind-address=0"}},
		"empty":            {args: []string{"--pprof-bind-address="}},
		"IPv4":             {args: []string{"--pprof-bind-address=127.0.0.1:6060"}},
		"another loopback": {args: []string{"--pprof-bind-address=127.8.0.1:6060"}},
		"IPv6":             {args: []string{"--pprof-bind-address=[::1]:6060"}},
		"port":             {args: []string{"--pprof-bind-address=:6060"}, remote: true},
		"every address":    {args: []string{"--pprof-bind-address=0.0.0.0:6060"}, remote: true},
		"every IPv6":       {args: []string{"--pprof-bind-address=[::]:6060"}, remote: true},
		"a machine's":      {args: []string{"--pprof-bind-address=10.0.0.1:6060"}, remote: true},
		"a name":           {args: []string{"--pprof-bind-address=localhost:6060"}, remote: true},
		"no port":          {args: []string{"--pprof-bind-address=127.0.0.1"}, wrong: true},
		"allowed port":     {args: []string{"--pprof-bind-address=:6060", allow}},
		"allowed no port":  {args: []string{"--pprof-bind-address=127.0.0.1", allow}, wrong: true},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			err := parsed(t, tc.args...).checkPprof()
			if errors.Is(err, errPprofNotLoopback) != tc.remote || (err != nil) != (tc.remote || tc.wrong) {
				t.Errorf("%v: %v", tc.args, err)
			}
		})
	}
}

// Profiles are served at the address in the flag, and are not served without the flag.
func TestPprofIsServed(t *testing.T) {
	t.Parallel()
	if o := parsed(t).manager(); o.PprofBindAddress != "0" {
		t.Errorf("without a flag profiles are served on %q", o.PprofBindAddress)
	}
	var config net.ListenConfig
	free, err := config.Listen(t.Context(), "tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	address := free.Addr().String()
	if err := free.Close(); err != nil {
		t.Fatal(err)
	}
	o := parsed(t, "--pprof-bind-address="+address, "--health-probe-bind-address=0").manager()
	// The cache would ask the API server which of its kinds are namespaced.
	o.Cache, o.Logger = cache.Options{}, zap.New(zap.WriteTo(io.Discard))
	// No server listens there, and nothing that the test starts sends a request.
	mgr, err := ctrl.NewManager(&rest.Config{Host: "http://127.0.0.1:1"}, o)
	if err != nil {
		t.Fatal(err)
	}
	ctx, stop := context.WithCancel(t.Context())
	ended := make(chan error, 1)
	go func() { ended <- mgr.Start(ctx) }()
	controlplane.Eventually(t, 30*time.Second, "a heap profile", func() error {
		request, err := http.NewRequestWithContext(ctx, http.MethodGet, "http://"+address+"/debug/pprof/heap?debug=1", http.NoBody)
		if err != nil {
			return err
		}
		answer, err := http.DefaultClient.Do(request)
		if err != nil {
			return err
		}
		defer answer.Body.Close() //nolint:errcheck // the body was only read
		content, err := io.ReadAll(answer.Body)
		if err != nil || answer.StatusCode != http.StatusOK || !strings.HasPrefix(string(content), "heap profile: ") {
			return fmt.Errorf("the answer is %s, %.100q, %w", answer.Status, content, err)
		}
		return nil
	})
	stop()
	if err := <-ended; err != nil {
		t.Error(err)
	}
}

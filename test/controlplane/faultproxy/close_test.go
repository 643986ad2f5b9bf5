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
	"fmt"
	"runtime/pprof"
	"strings"
	"testing"

	"k8s.io/apimachinery/pkg/watch"
	"k8s.io/client-go/kubernetes"

	"github.com/stakeholders-dev/stakeholder-operator/test/controlplane"
)

// TestClose proves that nothing of a proxy remains, even if requests were under way, and that requests that it has held
// never get through.
func TestClose(t *testing.T) {
	proxy, err := Start(env.plane.Config)
	if err != nil {
		t.Fatal(err)
	}
	config, err := proxy.Config(env.config)
	if err != nil {
		t.Fatal(err)
	}
	client, err := kubernetes.NewForConfig(config)
	if err != nil {
		t.Fatal(err)
	}
	namespace := newNamespace(t)
	quiet, frozen := openWatch(t, client, namespace), openWatch(t, client, namespace)
	freeze := proxy.Freeze(nil)
	held := proxy.Inject(Rule{Match: Named("x"), Fault: Hold()})
	hanging := proxy.Inject(Rule{Match: Named("y"), Fault: HangAnswer()})
	done := make(chan error, 2)
	for _, name := range []string{"x", "y"} {
		go func() { done <- createConfigMap(t.Context(), client, namespace, name) }()
	}
	waitFired(t, held)
	waitFired(t, hanging)
	controlplane.Eventually(t, testTimeout, "both watches have something to tell", func() error {
		if freeze.Holding() != 2 {
			return fmt.Errorf("%d have", freeze.Holding())
		}
		return nil
	})

	proxy.Close()
	for range 2 {
		if err := <-done; err == nil {
			t.Error("a request that was held was answered")
		}
	}
	for _, watching := range []watch.Interface{quiet, frozen} {
		waitEnd(t, watching)
	}
	if exists(t, namespace, "x") || !exists(t, namespace, "y") {
		t.Error("x exists, or y does not")
	}
	proxy.Close()
	controlplane.Eventually(t, testTimeout, "no goroutine of a proxy is left", func() error {
		var stacks strings.Builder
		if err := pprof.Lookup("goroutine").WriteTo(&stacks, 1); err != nil {
			return err
		}
		for stack := range strings.SplitSeq(stacks.String(), "\n\n") {
			for _, mark := range []string{"faultproxy.(*Proxy)", "httptest", "http.(*Server)", "http.(*conn)", "http.(*persistConn)"} {
				if strings.Contains(stack, mark) {
					return fmt.Errorf("left: %s", stack)
				}
			}
		}
		return nil
	})
	if _, err := client.Discovery().ServerVersion(); err == nil {
		t.Error("it still serves")
	}
}

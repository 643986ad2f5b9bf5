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
	"net/http"
	"testing"

	"github.com/stakeholders-dev/stakeholder-operator/test/controlplane"
)

// TestOutage proves that clients behind a proxy recover from an outage of the API server like others: during the outage
// the proxy makes up no answers, and afterwards watches start again.
func TestOutage(t *testing.T) {
	proxy, client := start(t, protobuf)
	namespace := newNamespace(t)
	informer, cut := configMapsOf(t, client, namespace), openWatch(t, client, namespace)
	waitSynced(t, informer)

	if err := env.plane.KillServers(); err != nil {
		t.Fatal(err)
	}
	waitEnd(t, cut)
	if err := createConfigMap(t.Context(), client, namespace, "x"); err == nil {
		t.Error("create during the outage")
	}
	if err := env.plane.RestartServers(t.Context()); err != nil {
		t.Fatal(err)
	}

	controlplane.Eventually(t, testTimeout, "a write gets through", func() error {
		return createConfigMap(t.Context(), client, namespace, "y")
	})
	waitHas(t, informer, namespace+"/y")
	writes := proxy.Records(All(Writes, In(namespace)))
	if len(writes) < 2 || writes[0].Code != 0 || writes[0].Answered != 0 || writes[len(writes)-1].Code != http.StatusCreated {
		t.Errorf("writes: %v", lines(writes))
	}
}

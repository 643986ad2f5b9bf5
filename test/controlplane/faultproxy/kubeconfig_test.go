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
	"errors"
	"strings"
	"testing"
)

// TestKubeconfig proves that a client with the kubeconfig goes through the proxy, as itself.
func TestKubeconfig(t *testing.T) {
	proxy, _ := start(t, "")
	path, err := proxy.Kubeconfig(env.kubeconfig)
	if err != nil {
		t.Fatal(err)
	}
	who, err := env.plane.Kubectl(t.Context(), "--kubeconfig="+path, "auth", "whoami", "-o", "jsonpath={.status.userInfo.username}")
	if err != nil || who != robot {
		t.Errorf("the kubeconfig is %q, want %q: %v", who, robot, err)
	}
	const review = "create selfsubjectreviews: 201"
	if got := strings.Join(lines(proxy.Records(Verbs("create"))), "\n"); got != review {
		t.Errorf("records: %q", got)
	}

	second, _ := start(t, "")
	if other, err := second.Kubeconfig(env.kubeconfig); err != nil || other == path {
		t.Errorf("another proxy's kubeconfig is %s, like the first one's: %v", other, err)
	}
}

func TestClientCertificate(t *testing.T) {
	proxy, _ := start(t, "")
	if _, err := proxy.Config(env.plane.Config); !errors.Is(err, errCertificate) {
		t.Errorf("Config: %v, want %v", err, errCertificate)
	}
	if _, err := proxy.Kubeconfig(env.plane.Kubeconfig); !errors.Is(err, errCertificate) {
		t.Errorf("Kubeconfig: %v, want %v", err, errCertificate)
	}
}

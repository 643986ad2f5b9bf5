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

package controlplane

import (
	"strings"
	"testing"
	"time"

	apierrors "k8s.io/apimachinery/pkg/api/errors"
)

// robot is the ServiceAccount of these tests, with no rights, and robotUser its name as a user.
const (
	robotNamespace = "tenant"
	robot          = "robot"
	robotUser      = "system:serviceaccount:" + robotNamespace + ":" + robot
)

// testServiceAccount creates the ServiceAccount that later tests use, too.
func (p parts) testServiceAccount(t *testing.T) {
	c := p.c
	kubectl(t, c, "", "create", "namespace", robotNamespace)
	if _, err := c.ServiceAccountKubeconfig(t.Context(), robotNamespace, robot, time.Hour); !apierrors.IsNotFound(err) {
		t.Errorf("token of no ServiceAccount: %v, want NotFound", err)
	}
	kubectl(t, c, "", "create", "serviceaccount", robot, "--namespace="+robotNamespace)
	if _, err := c.ServiceAccountKubeconfig(t.Context(), robotNamespace, robot, time.Minute); !apierrors.IsInvalid(err) {
		t.Errorf("token for a minute: %v, want Invalid", err)
	}

	path := robotKubeconfig(t, c)
	who := kubectl(t, c, "", "--kubeconfig="+path, "auth", "whoami", "-o", "jsonpath={.status.userInfo.username}")
	if who != robotUser {
		t.Errorf("the kubeconfig is %q, want %q", who, robotUser)
	}
	if _, err := c.Kubectl(t.Context(), "--kubeconfig="+path, "get", "secrets"); err == nil || !strings.Contains(err.Error(), "Forbidden") {
		t.Errorf("listing secrets: %v, want Forbidden", err)
	}
}

// robotKubeconfig connects as the ServiceAccount.
func robotKubeconfig(t *testing.T, c *ControlPlane) string {
	t.Helper()
	path, err := c.ServiceAccountKubeconfig(t.Context(), robotNamespace, robot, time.Hour)
	if err != nil {
		t.Fatal(err)
	}
	return path
}

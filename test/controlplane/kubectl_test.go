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
	"os"
	"path/filepath"
	"strings"
	"testing"
)

// testKubectl proves that kubectl does not change the user's files, and that its errors are detailed enough.
func (p parts) testKubectl(t *testing.T) {
	home := t.TempDir()
	t.Setenv("HOME", home)
	t.Setenv("KUBECONFIG", filepath.Join(home, "absent"))
	t.Setenv("KUBERC", filepath.Join(home, "absent"))
	if context := kubectl(t, p.c, "", "config", "current-context"); strings.TrimSpace(context) != clusterName {
		t.Errorf("context %q, want %q", context, clusterName)
	}
	kubectl(t, p.c, "", "get", "namespaces")
	if written, err := os.ReadDir(home); err != nil || len(written) > 0 {
		t.Errorf("kubectl wrote %v to the user's home: %v", written, err)
	}

	_, err := p.c.Kubectl(t.Context(), "get", "configmap", "absent")
	for _, want := range []string{"kubectl get configmap absent", "exit status 1", "NotFound"} {
		if err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("error %v, want it to tell %q", err, want)
		}
	}

	if out, err := p.c.Shell(t.Context(), p.c.Kubeconfig, `echo "$(kubectl config current-context)"`); err != nil || strings.TrimSpace(out) != clusterName {
		t.Errorf("a line of shell gives %q, %v, want the context %q", out, err, clusterName)
	}
	if _, err := p.c.Shell(t.Context(), p.c.Kubeconfig, "kubectl get configmap absent"); err == nil || !strings.Contains(err.Error(), "NotFound") {
		t.Errorf("error %v, want it to tell NotFound", err)
	}
}

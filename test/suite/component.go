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

package suite

import (
	"context"
	"path/filepath"
	"testing"

	"github.com/stakeholders-dev/stakeholder-operator/test/controlplane"
)

// UninstallComponent removes a component that the suite has installed. The returned function installs it again, and so
// does the end of the test.
func (s *Suite) UninstallComponent(t testing.TB, component string) (reinstall func()) {
	t.Helper()
	reinstall = func() {
		t.Helper()
		// The test's own context is over at its end.
		if err := s.Plane.InstallComponent(context.WithoutCancel(t.Context()), component); err != nil {
			t.Error(err)
		}
	}
	t.Cleanup(reinstall)
	if err := s.Plane.UninstallComponent(t.Context(), component); err != nil {
		t.Fatal(err)
	}
	return reinstall
}

// InstallGate installs the policy of the component admission-gate until the end of the test, without the rest of an overlay. The API server
// asks it a moment later.
func (s *Suite) InstallGate(t testing.TB) {
	t.Helper()
	root, err := controlplane.Root()
	if err != nil {
		t.Fatal(err)
	}
	files := filepath.Join(root, "config", "components", "admission-gate", "policy.yaml")
	t.Cleanup(func() {
		if _, err := s.Plane.Kubectl(context.WithoutCancel(t.Context()), "delete", "--ignore-not-found", "-f", files); err != nil {
			t.Error(err)
		}
	})
	if _, err := s.Plane.Kubectl(t.Context(), "apply", "--server-side", "-f", files); err != nil {
		t.Fatal(err)
	}
}

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

// Package kargo tests the ServiceAccounts by which Kargo knows people. Kargo's modules cannot be had where this is built; so
// these tests ask what Kargo's server asks: which ServiceAccounts of a project's namespace name a claim, and what the API
// server says of their rights. The policy is about all maps of a cluster, so they have a control plane of their own,
// and run one after the other.
package kargo

import (
	"context"
	"errors"
	"os"
	"path/filepath"
	"testing"

	"github.com/stakeholders-dev/stakeholder-operator/test/controlplane"
	"github.com/stakeholders-dev/stakeholder-operator/test/suite"
)

// env is what all tests share.
var env suite.Operated

func TestMain(m *testing.M) { os.Exit(suite.RunOperated(m, &env, prepare)) }

// prepare lets people promote, and lets maps be edited into invalid ones, which admission would refuse.
func prepare(ctx context.Context) error {
	_, err := env.Plane.Kubectl(ctx, "delete", "validatingadmissionpolicybinding", "stakeholder-operator-stakeholdermap-roles")
	return errors.Join(err, applyFiles(ctx, "kargo", "customer.yaml", "product_owner.yaml"))
}

// applyFiles applies files of a component.
func applyFiles(ctx context.Context, component string, files ...string) error {
	root, err := controlplane.Root()
	if err != nil {
		return err
	}
	for _, file := range files {
		file = filepath.Join(root, "config", "components", component, file)
		if _, err := env.Plane.Kubectl(ctx, "apply", "--server-side", "-f", file); err != nil {
			return err
		}
	}
	return nil
}

// installComponent gives the operator its rights on ServiceAccounts.
func installComponent(t *testing.T) {
	t.Helper()
	if err := applyFiles(t.Context(), "kargo-accounts", "cluster_role.yaml", "cluster_role_binding.yaml"); err != nil {
		t.Fatal(err)
	}
}

// uninstallComponent takes them away.
func uninstallComponent(t *testing.T) {
	t.Helper()
	for _, kind := range []string{"clusterrolebinding", "clusterrole"} {
		if _, err := env.Plane.Kubectl(t.Context(), "delete", "--ignore-not-found", kind, "stakeholder-operator-kargo-accounts"); err != nil {
			t.Fatal(err)
		}
	}
}

// fresh begins a test, whatever others have left: the operator has its rights and nothing to do with them.
func fresh(t *testing.T) {
	t.Helper()
	installComponent(t)
	switchOff(t)
	env.DeleteMaps(t)
}

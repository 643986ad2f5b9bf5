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
	"testing"

	"github.com/stakeholders-dev/stakeholder-operator/test/suite"
)

// env is shared by all tests.
var env suite.Operated

func TestMain(m *testing.M) { os.Exit(suite.RunOperated(m, &env, prepare)) }

// component gives the operator its rights on ServiceAccounts.
const component = "kargo-accounts"

func prepare(ctx context.Context) error {
	return errors.Join(
		// It allows to promote.
		env.Plane.InstallComponent(ctx, "kargo"),
		env.Plane.InstallComponent(ctx, component),
		// Maps can become invalid by edits.
		env.Unguard(ctx, suite.EveryNamespace, suite.PolicyRoles),
	)
}

// fresh resets the state that other tests have left, and the operator's rights.
func fresh(t *testing.T) {
	t.Helper()
	switchOff(t)
	env.DeleteMaps(t)
}

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

// Package cli tests the commands of the kubectl plugin that need a cluster: each as a process, with the certificate of a user
// with few rights, on a real control plane with the operator.
package cli

import (
	"context"
	"testing"

	"github.com/stakeholders-dev/stakeholder-operator/test/script"
	"github.com/stakeholders-dev/stakeholder-operator/test/suite"
)

// env is shared by all scripts.
var env suite.Operated

// operated runs the tests beside an operator. As a command of a script, the test program starts no control plane.
type operated struct {
	*testing.M
}

func (o operated) Run() int {
	// Requests of the scripts must be younger than the admission policy. The suite sets env.
	return suite.RunOperated(o.M, &env, func(ctx context.Context) error { return env.WaitRequestPolicy(ctx) }) //nolint:gocritic // env is not set yet
}

func TestMain(m *testing.M) { script.Main(operated{m}) }

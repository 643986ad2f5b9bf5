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

// Package policy tests the effect of the StakeholderPolicy on maps. It affects all maps of a cluster, so these tests
// have their own control plane, and run one after the other.
package policy

import (
	"os"
	"testing"

	"github.com/stakeholders-dev/stakeholder-operator/test/suite"
)

// env is shared by all tests.
var env suite.Operated

func TestMain(m *testing.M) { os.Exit(suite.RunOperated(m, &env, nil)) }

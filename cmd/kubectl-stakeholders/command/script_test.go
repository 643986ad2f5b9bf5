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

package command_test

import (
	"testing"

	"github.com/rogpeppe/go-internal/testscript"

	"github.com/stakeholders-dev/stakeholder-operator/test/script"
)

func TestMain(m *testing.M) { script.Main(m) }

// TestScripts runs the commands that need no cluster, each as a process.
func TestScripts(t *testing.T) {
	t.Parallel()
	runScripts(t, "testdata/script")
}

// TestReference runs the examples of docs/reference/kubectl-stakeholders.md, which hack/cli-doc takes from these scripts.
func TestReference(t *testing.T) {
	t.Parallel()
	runScripts(t, "testdata/reference")
}

func runScripts(t *testing.T, dir string) {
	t.Helper()
	testscript.Run(t, script.Params(t, dir))
}

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

package install

import (
	"fmt"
	"testing"
)

// page says how to uninstall. The tests run its commands.
const page = "docs/how-to/uninstall.md"

// shell runs commands as an administrator in the folder of the repository, until one fails. Programs are found in the folders first.
func shell(t *testing.T, commands string, folders ...string) (string, error) {
	t.Helper()
	for _, folder := range folders {
		commands = fmt.Sprintf("PATH='%s':$PATH\n%s", folder, commands)
	}
	return env.Plane.Shell(t.Context(), env.Plane.Kubeconfig, fmt.Sprintf("set -e\ncd '%s'\n%s", env.root, commands))
}

// mustShell is shell for commands that have to succeed.
func mustShell(t *testing.T, commands string, folders ...string) string {
	t.Helper()
	output, err := shell(t, commands, folders...)
	if err != nil {
		t.Fatal(err)
	}
	return output
}

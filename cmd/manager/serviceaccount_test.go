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

package main

import (
	"errors"
	"os"
	"os/exec"
	"strings"
	"testing"
)

// runsMain is the environment variable that makes the test program the manager itself.
const runsMain = "TEST_RUNS_MAIN"

func TestMain(m *testing.M) {
	if os.Getenv(runsMain) != "" {
		main()
		return
	}
	os.Exit(m.Run())
}

// TestRenamedDoesNotStart runs the manager as a Pod of a renamed installation would.
func TestRenamedDoesNotStart(t *testing.T) {
	t.Parallel()
	program, err := os.Executable()
	if err != nil {
		t.Fatal(err)
	}
	cmd := exec.CommandContext(t.Context(), program)
	cmd.Env = []string{runsMain + "=1", "SERVICE_ACCOUNT=acme-stakeholder-operator-controller-manager"}
	output, err := cmd.CombinedOutput()
	want := "manager: the ServiceAccount stakeholder-operator-controller-manager was installed as " +
		"acme-stakeholder-operator-controller-manager: remove namePrefix and nameSuffix from the kustomization"
	if exited, ok := errors.AsType[*exec.ExitError](err); !ok || exited.ExitCode() != 2 || !strings.HasPrefix(string(output), want) {
		t.Errorf("it ends with %v and says:\n%s", err, output)
	}
}

func TestCheckServiceAccount(t *testing.T) {
	t.Parallel()
	for name, tc := range map[string]struct {
		account string
		want    error
	}{
		"not renamed":               {account: "stakeholder-operator-controller-manager"},
		"outside of a cluster":      {},
		"a ServiceAccount of users": {account: "stakeholders"},
		"namePrefix":                {account: "acme-stakeholder-operator-controller-manager", want: errRenamed},
		"nameSuffix":                {account: "stakeholder-operator-controller-manager-v2", want: errRenamed},
		"both":                      {account: "acme-stakeholder-operator-controller-manager-v2", want: errRenamed},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			if got := checkServiceAccount(tc.account); !errors.Is(got, tc.want) {
				t.Errorf("checkServiceAccount(%q) is %v, want %v", tc.account, got, tc.want)
			}
		})
	}
}

// TestShippedServiceAccount requires that the manifests name the ServiceAccount as the check expects it.
func TestShippedServiceAccount(t *testing.T) {
	t.Parallel()
	manifests, err := os.ReadFile("../../dist/install.yaml")
	if err != nil {
		t.Fatal(err)
	}
	if want := "\n      serviceAccountName: " + shippedServiceAccount + "\n"; !strings.Contains(string(manifests), want) {
		t.Errorf("dist/install.yaml has no line%s", want)
	}
}

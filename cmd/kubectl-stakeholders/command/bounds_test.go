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

package command

import (
	"bytes"
	"fmt"
	"os"
	"slices"
	"strings"
	"testing"

	"k8s.io/cli-runtime/pkg/genericiooptions"

	"github.com/stakeholders-dev/stakeholder-operator/cmd/kubectl-stakeholders/failure"
)

const small = `apiVersion: stakeholders.dev/v1alpha1
kind: StakeholderMap
metadata: {name: checkout}
spec:
  product: {displayName: Checkout, market: B2B}
`

// TestLargerThanTheAPIServerAccepts calls every command that evaluates files with maps and policies that break a bound of the
// schema. It refuses them before it evaluates them, which could take hours.
func TestLargerThanTheAPIServerAccepts(t *testing.T) {
	t.Chdir(t.TempDir())
	write := func(name, content string) {
		t.Helper()
		if err := os.WriteFile(name, []byte(content), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	write("before.yaml", small)
	for name, tc := range map[string]struct{ content, problem string }{
		"Parties": {
			small + "  customers:\n" + lines("  - {name: c%d}", 200),
			"big.yaml:6: the API server refuses this StakeholderMap: spec.customers: must have at most 32 items",
		},
		"Subjects": {
			small + "  customers:\n  - name: acme\n    subjects:\n" + lines("    - {kind: User, name: u%d}", 200),
			"big.yaml:8: the API server refuses this StakeholderMap: spec.customers[0].subjects: must have at most 8 items",
		},
		"Topics": {
			small + "  topics:\n" + lines("  - {name: t%d, class: Approval, to: [Customer]}", 200),
			"big.yaml:6: the API server refuses this StakeholderMap: spec.topics: must have at most 64 items",
		},
		"Text": {
			small + "  productOwner: {name: " + strings.Repeat("x", 1<<20) + "}\n",
			"big.yaml:6: the API server refuses this StakeholderMap: spec.productOwner.name: may not be more than 63 characters",
		},
		"SecondDocument": {
			"kind: List\napiVersion: v1\nitems: []\n---\n" + small + "  endUsers:\n" + lines("  - {name: u%d}", 65),
			"big.yaml:10: the API server refuses this StakeholderMap: spec.endUsers: must have at most 64 items",
		},
		"Policy": {
			"apiVersion: stakeholders.dev/v1alpha1\nkind: StakeholderPolicy\nmetadata: {name: default}\nspec:\n  topics:\n" +
				lines("  - {name: t%d, class: Approval, to: [Customer]}", 9) + "---\n" + small,
			"big.yaml:5: the API server refuses this StakeholderPolicy: spec.topics: must have at most 8 items",
		},
	} {
		t.Run(name, func(t *testing.T) {
			write("big.yaml", tc.content)
			for _, args := range []string{
				"ask checkout", "ask checkout budget", "can approve checkout/budget --as jane", "who-can approve checkout/budget",
				"list", "list --for jane", "render", "graph checkout", "export checkout --to codeowners",
			} {
				var out, errOut bytes.Buffer
				args := slices.Concat(strings.Fields(args), []string{"-f", "big.yaml"})
				code := Run(t.Context(), "v1.2.3", args, genericiooptions.IOStreams{In: &bytes.Buffer{}, Out: &out, ErrOut: &errOut})
				if code != failure.CodeUsage || errOut.String() != "error: "+tc.problem+"\n" || out.Len() > 0 {
					t.Errorf("%s: exit code %d, standard error %q, standard output %.100q, want %q", args, code, errOut.String(), out.String(), tc.problem)
				}
			}
		})
	}
}

// A map that is larger than its schema allows changes nothing, because the API server refuses it. diff says so, and does not
// evaluate it.
func TestDiffOfMapLargerThanTheAPIServerAccepts(t *testing.T) {
	t.Chdir(t.TempDir())
	for name, content := range map[string]string{
		"before.yaml": small, "big.yaml": small + "  customers:\n" + lines("  - {name: c%d}", 200),
	} {
		if err := os.WriteFile(name, []byte(content), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	var out, errOut bytes.Buffer
	args := []string{"diff", "--from", "./before.yaml", "-f", "big.yaml"}
	code := Run(t.Context(), "v1.2.3", args, genericiooptions.IOStreams{In: &bytes.Buffer{}, Out: &out, ErrOut: &errOut})
	const want = "note: The API server refuses default/checkout. Run `kubectl stakeholders lint` to see why.\n"
	if code != 0 || errOut.String() != want || out.String() != "No change in rights or routing.\n" {
		t.Errorf("exit code %d, standard error %q, want %q, standard output %q", code, errOut.String(), want, out.String())
	}
}

// lines repeats a line, with numbers from 0.
func lines(line string, n int) string {
	var out strings.Builder
	for i := range n {
		fmt.Fprintf(&out, line+"\n", i)
	}
	return out.String()
}

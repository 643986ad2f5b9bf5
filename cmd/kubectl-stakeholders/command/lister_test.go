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
	"fmt"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"k8s.io/cli-runtime/pkg/genericiooptions"

	"github.com/stakeholders-dev/stakeholder-operator/cmd/kubectl-stakeholders/failure"
)

// manyMaps returns more maps than are checked together, and their rows. The API server refuses some of them.
func manyMaps() (content, rows string) {
	var maps, list strings.Builder
	for i := range 2*mostWaiting + 10 {
		market, valid := "B2C", "yes"
		if i%3 == 0 {
			market, valid = "Nowhere", "no"
		}
		fmt.Fprintf(&maps, `---
apiVersion: stakeholders.dev/v1alpha1
kind: StakeholderMap
metadata: {name: m%d, namespace: shops}
spec:
  product: {displayName: M, market: %s}
  customers: [{name: board, subjects: [{kind: User, name: ceo}], handles: [{system: slack, value: board}]}]
  endUsers: [{name: buyers, handles: [{system: slack, value: buyers}]}]
  productOwner: {name: pia, subjects: [{kind: User, name: pia}]}
`, i, market)
		fmt.Fprintf(&list, "m%d %s\n", i, valid)
	}
	return maps.String(), list.String()
}

// TestListChecksTogether : maps that are checked at the same time are listed in their order.
func TestListChecksTogether(t *testing.T) {
	t.Parallel()
	content, want := manyMaps()
	streams, in, out, errOut := genericiooptions.NewTestIOStreams()
	in.WriteString(content)
	if code := Run(t.Context(), "v1.2.3", []string{"list", "-f", "-", "-o", "csv"}, streams); code != failure.CodeYes {
		t.Fatalf("exit code %d: %s", code, errOut)
	}
	var got strings.Builder
	for line := range strings.Lines(out.String()) {
		if cells := strings.Split(strings.TrimSpace(line), ","); cells[0] == "shops" {
			got.WriteString(cells[1] + " " + cells[len(cells)-1] + "\n")
		}
	}
	if diff := cmp.Diff(want, got.String()); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
}

// TestListNamesFirstProblem : of two problems, the one that comes first in the files is named.
func TestListNamesFirstProblem(t *testing.T) {
	t.Parallel()
	const noList, noYAML = "apiVersion: stakeholders.dev/v1alpha1\nkind: StakeholderMap\nmetadata: {name: x}\nspec: {customers: 7}\n---\n", "a: ["
	content, _ := manyMaps()
	for _, content := range []string{noList + noYAML, noList + content + noYAML, noList + "metadata: {name: no}\n"} {
		streams, in, _, errOut := genericiooptions.NewTestIOStreams()
		in.WriteString(content)
		code := Run(t.Context(), "v1.2.3", []string{"list", "-f", "-"}, streams)
		const want = "error: <stdin>:4: the API server refuses this StakeholderMap: spec.customers: must be of type array"
		if code != failure.CodeUsage || !strings.HasPrefix(errOut.String(), want) {
			t.Errorf("exit code %d: %s, want %s", code, errOut, want)
		}
	}
}

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

package schema

import (
	"context"
	"encoding/json"
	"maps"
	"math/rand/v2"
	"slices"
	"testing"

	"github.com/google/go-cmp/cmp"
	"k8s.io/apiextensions-apiserver/pkg/apiserver/schema/cel"
	"k8s.io/apimachinery/pkg/runtime"
	"k8s.io/apimachinery/pkg/util/validation/field"
	celconfig "k8s.io/apiserver/pkg/apis/cel"

	"github.com/stakeholders-dev/stakeholder-operator/test/fixtures"
)

// TestRulesAreTheAPIServers judges maps with the API server's own validator, which compiles the rules of the whole CRD at
// once, and with the one that compiles only what a map needs: errors and costs are the same.
func TestRulesAreTheAPIServers(t *testing.T) {
	d, err := definitionOf("StakeholderMap")
	if err != nil {
		t.Fatal(err)
	}
	whole := cel.NewValidator(d.structural, true, celconfig.PerCallLimit)
	broken := 0
	compare := func(name string, object map[string]any) {
		t.Helper()
		want, wantBudget := whole.Validate(context.Background(), nil, d.structural, object, nil, celconfig.RuntimeCELCostBudget)
		got, budget := d.rules.check(context.Background(), nil, object, celconfig.RuntimeCELCostBudget)
		if diff := cmp.Diff(texts(want), texts(got)); diff != "" {
			t.Errorf("%s (-API server +lint):\n%s", name, diff)
		}
		if budget != wantBudget {
			t.Errorf("%s costs %d here, and %d in the API server", name, celconfig.RuntimeCELCostBudget-budget, celconfig.RuntimeCELCostBudget-wantBudget)
		}
		broken += len(got)
	}
	for _, c := range fixtures.Cases() {
		compare(c.Name, unstructured(t, c.Map()))
	}
	compare("the largest", unstructured(t, fixtures.Largest("x", nil)))
	random := rand.NewChaCha8([32]byte{})
	for i := range 300 {
		seed := make([]byte, 8+i%150)
		if _, err := random.Read(seed); err != nil {
			t.Fatal(err)
		}
		object := unstructured(t, fixtures.Generate(seed, i%3 > 0))
		if isBlocking(d.validateTypes(object)) {
			continue
		}
		compare("a generated map", object)
		damage(object, seed)
		compare("a damaged map", object)
	}
	if broken < 500 {
		t.Errorf("only %d rules are broken: these maps tell too little", broken)
	}
}

// damage replaces texts of an object by others that break rules.
func damage(value any, seed []byte) {
	bad := []string{"", " x", "a\nb", "system:masters", "-", "UPPER", "2026-13-01T00:00:00Z", "javascript:x"}
	n := 0
	var visit func(any)
	visit = func(value any) {
		switch value := value.(type) {
		case map[string]any:
			for _, key := range slices.Sorted(maps.Keys(value)) {
				n++
				if _, ok := value[key].(string); ok && key != "kind" && key != "apiVersion" && seed[n%len(seed)]%5 == 0 {
					value[key] = bad[int(seed[(n+1)%len(seed)])%len(bad)]
				}
				visit(value[key])
			}
		case []any:
			for _, item := range value {
				visit(item)
			}
		}
	}
	visit(value.(map[string]any)["spec"]) //nolint:errcheck,forcetypeassert // an object
}

func texts(errs field.ErrorList) []string {
	out := make([]string, len(errs))
	for i, err := range errs {
		out[i] = err.Error()
	}
	slices.Sort(out)
	return out
}

func unstructured(t *testing.T, from any) map[string]any {
	t.Helper()
	object, err := runtime.DefaultUnstructuredConverter.ToUnstructured(from)
	if err != nil {
		t.Fatal(err)
	}
	delete(object, "status")
	return object
}

// TestCompilesWhatIsNeeded makes sure that rules of absent fields cost nothing, and that equal schemas share theirs.
func TestCompilesWhatIsNeeded(t *testing.T) {
	d, err := readDefinition("stakeholdermaps")
	if err != nil {
		t.Fatal(err)
	}
	content, err := json.Marshal(fixtures.Minimal())
	if err != nil {
		t.Fatal(err)
	}
	if problems, err := d.check(t.Context(), content); err != nil || len(problems) > 0 {
		t.Fatalf("the minimal map has %v, %v", problems, err)
	}
	all, compiled := make(map[*program]int), 0
	var visit func(*ruleNode)
	visit = func(n *ruleNode) {
		if n == nil {
			return
		}
		if n.own != nil {
			all[n.own]++
		}
		visit(n.items)
		visit(n.entries)
		for _, child := range n.properties {
			visit(child)
		}
	}
	visit(d.rules)
	places := 0
	for p, n := range all {
		places += n
		if p.validator != nil {
			compiled++
		}
	}
	t.Logf("%d places have rules, which are %d programs. %d of them were compiled", places, len(all), compiled)
	if compiled == 0 || compiled > len(all)/2 || len(all) > places*2/3 {
		t.Error("want fewer")
	}
}

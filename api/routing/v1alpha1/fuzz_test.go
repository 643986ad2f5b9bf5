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

package v1alpha1_test

import (
	"bytes"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"

	routing "github.com/stakeholders-dev/stakeholder-operator/api/routing/v1alpha1"
)

// FuzzParse parses any bytes as a document, both unchanged and signed. The signed ones pass the check of the
// revision, so that the code behind it is fuzzed too.
func FuzzParse(f *testing.F) {
	document := encode(f, newTable(f))
	f.Add(document)
	unsigned := newTable(f)
	unsigned.Revision = ""
	f.Add(encode(f, unsigned))
	f.Add([]byte("{}"))
	f.Add([]byte("null"))
	f.Add([]byte(`{"apiVersion":"routing.stakeholders.dev/v1alpha1","kind":"RoutingTable","revision":"","parties":{"/":{}},"topics":{"a":null,"b":{"to":["/"]}}}`))
	f.Add([]byte(`{"Revision":"","kind":"RoutingTable","apiVersion":"routing.stakeholders.dev/v1alpha1","revision":""}`))
	f.Add(bytes.Replace(encode(f, unsigned), []byte(`"market"`), []byte("\"x\":\"\xff\u2028<\",\"market\""), 1))
	f.Fuzz(func(t *testing.T, document []byte) {
		checkParse(t, document)
		checkParse(t, signed(document))
	})
}

// signed puts the right revision between the quotes of the first empty one.
func signed(document []byte) []byte {
	sum := sha256.Sum256(document)
	revision := `"revision":"sha256:` + hex.EncodeToString(sum[:]) + `"`
	return bytes.Replace(document, []byte(`"revision":""`), []byte(revision), 1)
}

func checkParse(t *testing.T, document []byte) {
	t.Helper()
	table, err := routing.Parse(document)
	if err != nil {
		if table != nil || !errors.Is(err, routing.ErrNotARoutingTable) {
			t.Fatalf("table %v, error %v", table, err)
		}
		return
	}
	if bytes.Count(document, []byte(table.Revision)) == 0 {
		t.Fatalf("the revision %q is not in the document", table.Revision)
	}
	// This version of the package can write every table that Parse accepts. The fields that it knows survive.
	seal(t, table)
	again, err := routing.Parse(encode(t, table))
	if err != nil {
		t.Fatalf("what was parsed and encoded does not parse: %v", err)
	}
	if diff := cmp.Diff(table, again, cmpopts.EquateEmpty()); diff != "" {
		t.Fatalf("encoded and parsed (-before +after):\n%s", diff)
	}
	for i := range table.Topics {
		if got := table.Resolve(table.Topics[i].Name); got.Name != table.Topics[i].Name {
			t.Fatalf("topic %q resolves to %q", table.Topics[i].Name, got.Name)
		}
	}
}

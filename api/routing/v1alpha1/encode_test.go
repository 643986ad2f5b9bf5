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
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	routing "github.com/stakeholders-dev/stakeholder-operator/api/routing/v1alpha1"
	"github.com/stakeholders-dev/stakeholder-operator/test/golden"
)

func TestEncode(t *testing.T) {
	document := encode(t, newTable(t))
	golden.Compare(t, "table.json", document)
	if again := encode(t, newTable(t)); !bytes.Equal(document, again) {
		t.Error("equal tables gave different bytes")
	}
	for _, escaped := range []string{`\u003c`, `\u003e`, `\u0026`} {
		if bytes.Contains(document, []byte(escaped)) {
			t.Errorf("the document has %s, which people and shells cannot read", escaped)
		}
	}
	if !bytes.Contains(document, []byte("ACME <board> & friends")) {
		t.Error("the document does not hold the display name as it is")
	}
}

func TestSeal(t *testing.T) {
	table := newTable(t)
	revision := table.Revision
	table.Revision = "something else"
	if document := seal(t, table); table.Revision != revision {
		t.Errorf("with another revision in it the table gets %s, want %s: a revision is no content", table.Revision, revision)
	} else if diff := cmp.Diff(string(encode(t, table)), document); diff != "" {
		t.Errorf("the document is not the canonical form (-want +got):\n%s", diff)
	}
	table.Topics[1].RespondWithin = "1h"
	seal(t, table)
	if table.Revision == revision {
		t.Errorf("another content has the same revision %s", table.Revision)
	}
}

// TestDigestFromOutside computes the revision as a tool in another language would: the SHA-256 of the
// document with nothing between the quotes of its revision.
func TestDigestFromOutside(t *testing.T) {
	table := newTable(t)
	document := string(encode(t, table))
	if n := strings.Count(document, table.Revision); n != 1 {
		t.Fatalf("the revision occurs in the document %d times", n)
	}
	sum := sha256.Sum256([]byte(strings.Replace(document, table.Revision, "", 1)))
	if want := "sha256:" + hex.EncodeToString(sum[:]); table.Revision != want {
		t.Errorf("revision %s, want %s", table.Revision, want)
	}
}

func TestParse(t *testing.T) {
	table := newTable(t)
	document := string(encode(t, table))
	edit := func(old, replacement string) string {
		if !strings.Contains(document, old) {
			t.Fatalf("%q is not in the document", old)
		}
		return strings.Replace(document, old, replacement, 1)
	}
	// A later operator may add fields, and signs what it writes.
	resign := func(edited string) string {
		sum := sha256.Sum256([]byte(strings.Replace(edited, table.Revision, "", 1)))
		return strings.Replace(edited, table.Revision, "sha256:"+hex.EncodeToString(sum[:]), 1)
	}
	none := errors.New("none")
	cases := map[string]struct {
		reason   string
		document string
		// Either error may be asked for; a nil one means that Parse has to succeed.
		want    error
		wantNot error
	}{
		"written":          {"what Encode writes is a table", document, nil, none},
		"unknown fields":   {"Parse ignores what a later operator adds", resign(edit(`"market":"B2B"`, `"market":"B2B","tier":{"revision":"x"}`)), nil, none},
		"unknown unsigned": {"another writer added a field that the digest does not cover", edit(`"market":"B2B"`, `"market":"B2B","tier":1`), routing.ErrRevision, none},
		"tampered":         {"Parse notices that an approver was changed by hand", edit(`"name":"acme:procurement"`, `"name":"eve"`), routing.ErrRevision, none},
		"tampered digest":  {"Parse notices a changed revision, too", edit(table.Revision, "sha256:"+strings.Repeat("0", 64)), routing.ErrRevision, none},
		"no revision":      {"a table without revision cannot be checked", edit(table.Revision, ""), routing.ErrRevision, none},
		"reformatted":      {"the digest is of the bytes as they were written", strings.ReplaceAll(document, `":{`, `": {`), routing.ErrRevision, none},
		"trailing space":   {"the digest is of all bytes", document + "\n", routing.ErrRevision, none},
		"other version":    {"another version may mean something else", resign(edit(routing.APIVersion, "routing.stakeholders.dev/v2")), routing.ErrNotARoutingTable, routing.ErrRevision},
		"other kind":       {"another kind is something else", resign(edit(`"RoutingTable"`, `"ConfigMap"`)), routing.ErrNotARoutingTable, routing.ErrRevision},
		"nobody's key":     {"a topic goes to a party that the document does not list", resign(edit(`"cc":["product-owner/dana"]`, `"cc":["product-owner/eve"]`)), routing.ErrNotARoutingTable, routing.ErrRevision},
		"another's key":    {"a customer under an end user's key would receive the end user's topics", resign(edit(`"end-user/ledger":{`, `"customer/ledger":{`)), routing.ErrNotARoutingTable, routing.ErrRevision},
		"trailing garbage": {"one document is expected", document + "{}", routing.ErrNotARoutingTable, routing.ErrRevision},
		"cut off":          {"half a document is not a document", document[:len(document)/2], routing.ErrNotARoutingTable, routing.ErrRevision},
		"other type":       {"a number is not a name", resign(edit(`"Checkout"`, "1")), routing.ErrNotARoutingTable, routing.ErrRevision},
		"a list":           {"a list is not a table", "[]", routing.ErrNotARoutingTable, routing.ErrRevision},
		"null":             {"null is not a table", "null", routing.ErrNotARoutingTable, routing.ErrRevision},
		"empty":            {"a key that is missing from the ConfigMap reads as this", "", routing.ErrNotARoutingTable, routing.ErrRevision},
	}
	for name, tc := range cases {
		t.Run(name, func(t *testing.T) {
			got, err := routing.Parse([]byte(tc.document))
			if !errors.Is(err, tc.want) || errors.Is(err, tc.wantNot) {
				t.Fatalf("%s: error %v, want %v and not %v", tc.reason, err, tc.want, tc.wantNot)
			}
			if err != nil {
				if !errors.Is(err, routing.ErrNotARoutingTable) {
					t.Errorf("%v is not in the chain of %v", routing.ErrNotARoutingTable, err)
				}
				if got != nil {
					t.Errorf("%s: there is a table beside the error", tc.reason)
				}
				return
			}
			got.Revision = table.Revision
			if diff := cmp.Diff(table, got); diff != "" {
				t.Errorf("%s (-want +got):\n%s", tc.reason, diff)
			}
		})
	}
}

// TestHasRevision makes sure that only a document from Encode has a revision. It also makes sure that HasRevision does
// not decode the document: a document that an attacker makes up can take many times its size in memory.
func TestHasRevision(t *testing.T) {
	table := newTable(t)
	document, revision := encode(t, table), table.Revision
	madeUp := []byte(`{"revision":"` + revision + `","topics":[{"to":[` + strings.Repeat("{},", 1<<18) + `{}]}]}`)
	for name, tc := range map[string]struct {
		document []byte
		revision string
		want     bool
	}{
		"as written":          {document, revision, true},
		"with a byte more":    {append(slices.Clip(document), ' '), revision, false},
		"of another revision": {document, "sha256:" + strings.Repeat("0", 64), false},
		"of none":             {document, "", false},
		"made up":             {madeUp, revision, false},
		"nothing":             {nil, revision, false},
	} {
		var has bool
		took := testing.AllocsPerRun(1, func() { has = routing.HasRevision(tc.document, tc.revision) })
		if has != tc.want {
			t.Errorf("%s: it has the revision: %t", name, has)
		}
		if took > 100 {
			t.Errorf("%s: it takes %v allocations", name, took)
		}
	}
}

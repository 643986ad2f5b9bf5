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

package intern

import (
	"slices"
	"strconv"
	"strings"
	"testing"
	"unsafe"

	"github.com/google/go-cmp/cmp"
)

// TestStringIsKeptOnce uses texts that were decoded twice.
func TestStringIsKeptOnce(t *testing.T) {
	t.Parallel()
	a, b := String(strings.Clone("stakeholders.dev/role")), String(strings.Clone("stakeholders.dev/role"))
	if a != "stakeholders.dev/role" || unsafe.StringData(a) != unsafe.StringData(b) { //nolint:gosec // only compared
		t.Errorf("%q and %q are two copies", a, b)
	}
	if got := String(""); got != "" {
		t.Errorf("the empty text becomes %q", got)
	}
}

// TestStringsIsKeptOnce uses lists of texts. Two different lists that are equal when joined must stay different.
func TestStringsIsKeptOnce(t *testing.T) {
	t.Parallel()
	a, b := Strings([]string{"approve", "get"}), Strings([]string{"approve", "get"})
	if &a[0] != &b[0] {
		t.Errorf("%q and %q are two copies", a, b)
	}
	for _, list := range [][]string{nil, {}, {"approve", "get"}, {"approve\x00get"}, {"get"}, {strings.Repeat("x", 2*maxBytes)}} {
		if diff := cmp.Diff(list, Strings(slices.Clone(list))); diff != "" {
			t.Errorf("(-want +got):\n%s", diff)
		}
	}
}

// TestTablesAreBounded uses any number of texts of any length, as users can write them.
func TestTablesAreBounded(t *testing.T) {
	t.Parallel()
	var table Table[string]
	get := func(s string) { table.Get(s, func() string { return s }) }
	for i := range 3 * maxEntries {
		get(strconv.Itoa(i))
	}
	get(strings.Repeat("x", maxBytes+1))
	if len(table.values) > maxEntries {
		t.Errorf("%d texts are kept, want at most %d", len(table.values), maxEntries)
	}
	for text := range table.values {
		if len(text) > maxBytes {
			t.Errorf("a text of %d bytes is kept", len(text))
		}
	}
}

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

package validate

import (
	"fmt"
	"strings"
	"unicode"

	"golang.org/x/text/cases"
	"golang.org/x/text/unicode/norm"

	"github.com/stakeholders-dev/stakeholder-operator/api/v1alpha1"
)

// similarNames reports subjects, in any role, that differ only in case or in Unicode normal form. RBAC compares bytes,
// so Sam@ as product owner and sam@ as customer are two people for RBAC, but usually one person in a directory. Each
// spelling is reported once, with the first similar one. The cost is linear in the length of the names.
func similarNames(in *input, found report) {
	type nameKey struct {
		kind v1alpha1.SubjectKind
		name string
	}
	first := make(map[nameKey]member)
	seen := make(map[v1alpha1.Subject]bool)
	for _, role := range in.roles() {
		for _, m := range role.list {
			// The API server allows only lower-case names of ServiceAccounts.
			if seen[m.subject] || m.subject.Kind == v1alpha1.SubjectServiceAccount || len(m.subject.Name) > maxNameBytes {
				continue
			}
			seen[m.subject] = true
			key := nameKey{m.subject.Kind, folded(m.subject.Name)}
			earlier, there := first[key]
			if !there {
				first[key] = m
				continue
			}
			found(m.path().Child("name"), fmt.Sprintf("%s and %s (%s) differ only in case or in how Unicode writes the same letters, "+
				"and RBAC takes them for two: if they are one, spell both as the cluster's authentication does",
				describe(m.subject), describe(earlier.subject), earlier.path()))
		}
	}
}

// maxNameBytes bounds the names that are compared. Another rule refuses longer ones.
const maxNameBytes = 4 * maxName

// folded maps names that people confuse to the same text: Unicode NFKC with case folding. For ASCII, that is the lower
// case.
func folded(s string) string {
	if !strings.ContainsFunc(s, func(r rune) bool { return r > unicode.MaxASCII }) {
		return strings.ToLower(s)
	}
	return norm.NFKC.String(cases.Fold().String(norm.NFKC.String(s)))
}

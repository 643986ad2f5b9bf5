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

package lint

import (
	"slices"
	"strings"

	"github.com/stakeholders-dev/stakeholder-operator/cmd/kubectl-stakeholders/schema"
	"github.com/stakeholders-dev/stakeholder-operator/controllers/validate"
)

// codes are those of the rules for maps, with what is known of them.
var codes = func() map[string]validate.Rule {
	all := make(map[string]validate.Rule)
	for _, rule := range validate.Rules() {
		all[string(rule.Code)] = rule
	}
	return all
}()

// splitCode splits the code of a rule from a message of the CRD, such as "InvalidHandle: ...". The code is empty if there
// is none.
func splitCode(message string) (code, rest string) {
	if code, rest, found := strings.Cut(message, ": "); found {
		if _, known := codes[code]; known {
			return code, rest
		}
	}
	return "", message
}

// merge adds to the findings of the operator what only the API server says: one mistake is one finding. Where both say
// something, the operator's finding is kept, because it names the people and the exact place.
func merge(problems []schema.Problem, found []Finding) []Finding {
	merged := found
	for _, p := range problems {
		code, message := splitCode(p.Message)
		if slices.ContainsFunc(found, func(f Finding) bool { return saysTheSame(f, code, p.Field) }) {
			continue
		}
		if code == "" {
			code = Schema
		}
		merged = append(merged, Finding{Level: Error, Code: code, Field: p.Field, Message: message})
	}
	return merged
}

// saysTheSame reports whether a finding of the operator covers a problem of the schema, with a code or without.
func saysTheSame(f Finding, code, field string) bool {
	if f.Level != Error {
		return false
	}
	if code == "" {
		// A bound, such as the least length of a name.
		return f.Field == field && (f.Code == InvalidPolicy || slices.Contains(codes[f.Code].Caught, validate.PlaceSchema))
	}
	return f.Code == code && (within(f.Field, field) || within(field, f.Field))
}

// within reports whether a field is another one, or in it.
func within(field, parent string) bool {
	rest, found := strings.CutPrefix(field, parent)
	return found && (rest == "" || parent == "" || rest[0] == '.' || rest[0] == '[')
}

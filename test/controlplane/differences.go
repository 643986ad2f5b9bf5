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

package controlplane

import (
	"encoding/json"
	"fmt"
	"maps"
	"slices"
	"strings"
)

const (
	// maxDifferences bounds how many differing fields a message lists.
	maxDifferences = 5
	// maxValue bounds what it shows of a value, in bytes.
	maxValue = 80
)

// differences lists the fields in which two contents differ, as "path: before → after". For an unknown content there
// are none.
func differences(before, after any) []string {
	if before == nil || after == nil {
		return nil
	}
	var found []string
	compare("", before, after, func(line string) { found = append(found, line) })
	if more := len(found) - maxDifferences; more > 0 {
		found = append(found[:maxDifferences], fmt.Sprintf("and %d more fields", more))
	}
	return found
}

func compare(path string, before, after any, report func(string)) {
	had, hadFields := before.(map[string]any)
	has, hasFields := after.(map[string]any)
	if hadFields && hasFields {
		fields := maps.Clone(had)
		maps.Copy(fields, has)
		for _, field := range slices.Sorted(maps.Keys(fields)) {
			compare(path+"."+field, had[field], has[field], report)
		}
		return
	}
	was, wasList := before.([]any)
	is, isList := after.([]any)
	// If the lengths differ, it is unknown which entries correspond.
	if wasList && isList && len(was) == len(is) {
		for i := range was {
			compare(fmt.Sprintf("%s[%d]", path, i), was[i], is[i], report)
		}
		return
	}
	if b, a := shown(before), shown(after); b != a {
		report(fmt.Sprintf("%s: %s → %s", path, shorten(b), shorten(a)))
	}
}

func shown(value any) string {
	text, err := json.Marshal(value)
	if err != nil {
		return fmt.Sprint(value)
	}
	return string(text)
}

func shorten(text string) string {
	if len(text) <= maxValue {
		return text
	}
	return strings.ToValidUTF8(text[:maxValue], "") + "…"
}

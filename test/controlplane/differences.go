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
)

const (
	// maxDifferences bounds how many differing fields a message lists.
	maxDifferences = 5
	// maxValue bounds what it shows of a value, in bytes.
	maxValue = 80
)

// differences lists the fields in which two contents differ, as "path: before → after". Of a content that
// is not known there are none.
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
	b, beforeIsMap := before.(map[string]any)
	a, afterIsMap := after.(map[string]any)
	if beforeIsMap && afterIsMap {
		fields := maps.Clone(b)
		maps.Copy(fields, a)
		for _, field := range slices.Sorted(maps.Keys(fields)) {
			compare(path+"."+field, b[field], a[field], report)
		}
		return
	}
	// A list is compared as a whole: which of its entries correspond is not known here.
	if was, is := shown(before), shown(after); was != is {
		report(fmt.Sprintf("%s: %s → %s", path, shorten(was), shorten(is)))
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
	return text[:maxValue] + "…"
}

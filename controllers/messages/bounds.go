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

package messages

import (
	"fmt"
	"strings"
)

// ellipsis marks where a text was cut.
const ellipsis = "…"

// Truncate shortens a text to maxBytes, between two characters, and appends an ellipsis. The result is a copy, so that
// the whole text does not stay in memory.
func Truncate(s string, maxBytes int) string {
	if len(s) <= maxBytes {
		return s
	}
	return strings.ToValidUTF8(s[:maxBytes], "") + ellipsis
}

// Abbreviate returns the first maxItems items and, if there are others, "and N more". It does not change items.
func Abbreviate(items []string, maxItems int) []string {
	return AbbreviateFunc(items, maxItems, func(s string) string { return s })
}

// AbbreviateFunc is Abbreviate for any items. It calls text only for those that it returns.
func AbbreviateFunc[T any](items []T, maxItems int, text func(T) string) []string {
	out := make([]string, 0, min(len(items), maxItems+1))
	for _, item := range items[:min(len(items), maxItems)] {
		out = append(out, text(item))
	}
	if more := len(items) - maxItems; more > 0 {
		out = append(out, fmt.Sprintf("and %d more", more))
	}
	return out
}

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
	"slices"
	"strings"
)

// Count returns a number with its noun, such as "1 party" or "2 parties".
func Count(n int, singular, plural string) string {
	if n == 1 {
		return "1 " + singular
	}
	return fmt.Sprintf("%d %s", n, plural)
}

// And joins items, as in "a, b and c". If there are more than maxItems, it counts the others, as in "a, b and 2 more".
func And(items []string, maxItems int) string {
	if more := len(items) - maxItems; more > 0 {
		items = append(slices.Clone(items[:maxItems]), fmt.Sprintf("%d more", more))
	}
	return join(items, " and ")
}

// Or joins items, as in "a, b or c".
func Or(items []string) string { return join(items, " or ") }

func join(items []string, last string) string {
	if len(items) < 2 {
		return strings.Join(items, "")
	}
	end := len(items) - 1
	return strings.Join(items[:end], ", ") + last + items[end]
}

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

package explain

import "strings"

// Plain returns a Markdown text for a terminal: of a link only its words.
func Plain(markdown string) string {
	var out strings.Builder
	for {
		before, rest, found := strings.Cut(markdown, "](")
		start := strings.LastIndex(before, "[")
		_, after, closed := strings.Cut(rest, ")")
		if !found || start < 0 || !closed {
			out.WriteString(markdown)
			return out.String()
		}
		out.WriteString(before[:start] + before[start+1:])
		markdown = after
	}
}

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

package markdown

import (
	"strconv"
	"strings"
	"unicode"
)

// anchorOf is the anchor that GitHub gives to a heading: in lower case, without punctuation, with hyphens for spaces. A name that
// is taken gets a number.
func (r *reader) anchorOf(heading string) string {
	name := strings.Map(func(c rune) rune {
		switch {
		case c == ' ':
			return '-'
		case c == '-', unicode.In(c, unicode.L, unicode.M, unicode.Nd, unicode.Pc):
			return unicode.ToLower(c)
		default:
			return -1
		}
	}, heading)
	taken := r.anchors[name]
	r.anchors[name]++
	if taken > 0 {
		name += "-" + strconv.Itoa(taken)
	}
	return name
}

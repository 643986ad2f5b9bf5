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

package terminal

import "github.com/clipperhouse/displaywidth"

// measure counts the columns that a text takes: two for most characters of East Asia and for emoji, none for marks above letters, and
// none for the colours of Paint.
var measure = displaywidth.Options{ControlSequences: true}

const ellipsis = "…"

// shorten returns a text that takes no more than some columns.
func shorten(text string, width int) string { return measure.TruncateString(text, width, ellipsis) }

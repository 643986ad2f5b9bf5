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

package golden

import "regexp"

var (
	times  = regexp.MustCompile(`\d{4}-\d{2}-\d{2}[T ]\d{2}:\d{2}(:\d{2}(\.\d+)?)?Z?`)
	ages   = regexp.MustCompile(`\b(\d+d)?(\d+h)?(\d+m)?\d+[smhd]\b`)
	spaces = regexp.MustCompile(` +`)
)

// Masked replaces what differs between two runs.
func Masked(text string) string {
	text = times.ReplaceAllString(text, "TIME")
	text = ages.ReplaceAllString(text, "AGE")
	return spaces.ReplaceAllString(text, " ")
}

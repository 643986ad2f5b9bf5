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

package output

import "slices"

// formatValue is the value of --output. It refuses an unknown format before a command does anything.
type formatValue struct {
	flags *Flags
}

// String implements pflag.Value.
func (v formatValue) String() string {
	if v.flags == nil {
		return ""
	}
	return v.flags.format
}

// Type implements pflag.Value.
func (v formatValue) Type() string { return "string" }

// Set implements pflag.Value.
func (v formatValue) Set(format string) error {
	_, isOwn := v.flags.own[format]
	if !isOwn && format != "" && !slices.Contains(v.flags.features, format) {
		if _, err := v.flags.printer(format); err != nil {
			return err
		}
	}
	v.flags.format = format
	return nil
}

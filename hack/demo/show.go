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

package main

import (
	"context"
	"strings"
)

// check compares, and reports below the output if it is not as expected.
func (d *demo) check(what, got, want string) {
	d.checks++
	if got != want {
		d.problems++
		d.out.failure("%s: expected %q, got %q", what, want, got)
	}
}

// kubectl shows a command as a user would type it, and its output.
func (d *demo) kubectl(ctx context.Context, args ...string) (string, error) {
	d.out.command(args)
	output, err := d.plane.Kubectl(ctx, args...)
	if err != nil {
		return "", err
	}
	d.out.output(output)
	return output, nil
}

// at is the element of a list, or "" after its end.
func at(list []string, i int) string {
	if i < len(list) {
		return list[i]
	}
	return ""
}

// lines are those of text, without the line breaks.
func lines(text string) []string {
	text = strings.TrimRight(text, "\n")
	if text == "" {
		return nil
	}
	return strings.Split(text, "\n")
}

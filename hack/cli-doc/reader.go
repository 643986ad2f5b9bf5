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
	"strings"
)

// reader reads the examples of a script.
type reader struct {
	*script

	found []example
	next  example
	// cluster has the files that an admin has applied.
	cluster []file
	// args of the plugin that the last example is about.
	args string
}

// command reads a line that is no comparison.
func (r *reader) command(words []string) {
	switch {
	case words[0] == "as":
		r.next.user = strings.Join(words[1:], ", ")
	case words[0] == "admin" && words[1] == "apply":
		r.cluster = append(r.cluster, r.inputs(words)...)
	case words[0] == "exec" && words[1] == program:
		r.call(words[2:], "")
	case words[0] == "exits" && len(words) > 2 && words[2] == program:
		r.call(words[3:], words[1])
	}
}

// call reads the arguments of the plugin.
func (r *reader) call(args []string, exitCode string) {
	r.args = strings.Join(args, " ")
	r.next.inputs = r.inputs(args)
	r.next.exitCode = exitCode
	r.next.output = ""
}

// compare reads a comparison of standard output or standard error with a file. It reports whether that makes an example.
func (r *reader) compare(stream, name string) bool {
	output, ok := r.file(name)
	if !ok || r.args == "" {
		return false
	}
	if last := len(r.found) - 1; r.next.intro == "" && last >= 0 && r.found[last].args == r.args {
		r.found[last].add(stream, output.content)
		return true
	}
	if r.next.intro == "" {
		return false
	}
	r.next.args, r.next.cluster = r.args, r.cluster
	r.next.add(stream, output.content)
	r.found = append(r.found, r.next)
	r.next = example{user: r.next.user}
	return true
}

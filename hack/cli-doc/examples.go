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
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"github.com/rogpeppe/go-internal/txtar"
)

// program is how scripts call the plugin.
const program = "kubectl-stakeholders"

// example is a command line and what the plugin prints.
type example struct {
	// intro says what the example is for.
	intro string
	// user runs the command, in an example that needs a cluster.
	user string
	// args of the plugin, as a user types them.
	args string
	// exitCode is what the plugin ends with.
	exitCode string
	// inputs are the files that the command reads, and cluster those that are in the cluster.
	inputs, cluster []file
	output          string
}

// file is one in a script.
type file struct {
	name, content string
}

// script is a test of the plugin with examples.
type script struct {
	name  string
	files []file
	lines []string
}

// readScripts reads the scripts of some folders, in the order of the folders and of the files' names.
func readScripts(folders []string) ([]*script, error) {
	var scripts []*script
	for _, folder := range folders {
		paths, err := filepath.Glob(filepath.Join(folder, "*.txtar"))
		if err != nil {
			return nil, err
		}
		if len(paths) == 0 {
			return nil, fmt.Errorf("there are no scripts in %s", folder)
		}
		for _, path := range paths {
			content, err := os.ReadFile(path)
			if err != nil {
				return nil, err
			}
			scripts = append(scripts, parseScript(path, content))
		}
	}
	return scripts, nil
}

func parseScript(name string, content []byte) *script {
	archive := txtar.Parse(content)
	s := &script{name: name, lines: strings.Split(string(archive.Comment), "\n")}
	for _, f := range archive.Files {
		s.files = append(s.files, file{f.Name, string(f.Data)})
	}
	return s
}

func (s *script) file(name string) (file, bool) {
	i := slices.IndexFunc(s.files, func(f file) bool { return f.name == name })
	if i < 0 {
		return file{}, false
	}
	return s.files[i], true
}

// examples returns the examples of a script. Each is a comment, a call of the plugin, and a comparison of its output with a
// file named example-….
func (s *script) examples() ([]example, error) {
	r := reader{script: s}
	for i, line := range s.lines {
		line = strings.TrimSpace(line)
		words := strings.Fields(line)
		switch {
		case strings.HasPrefix(line, "#"):
			if i == 0 || !strings.HasPrefix(s.lines[i-1], "#") {
				r.next.intro = ""
			}
			r.next.intro = strings.TrimSpace(r.next.intro + " " + strings.TrimSpace(line[1:]))
		case len(words) < 2:
		case isComparison(words):
			if !r.compare(words[1], words[2]) {
				return nil, fmt.Errorf("%s:%d: an example is a comment, a call of %s, and %s, which the script must have", s.name, i+1, program, words[2])
			}
		default:
			r.command(words)
		}
	}
	return r.found, nil
}

// add adds what the plugin writes to a stream. Notes on standard error come before the answer.
func (e *example) add(stream, text string) {
	if stream == "stderr" {
		e.output = text + e.output
	} else {
		e.output += text
	}
}

// isComparison reports whether a line compares the output with that of an example.
func isComparison(words []string) bool {
	return len(words) == 3 && (words[0] == "cmp" || words[0] == "same") && strings.HasPrefix(words[2], "example-")
}

// inputs returns the files of the script that a command names.
func (s *script) inputs(args []string) []file {
	var out []file
	for _, arg := range args {
		_, value, _ := strings.Cut(arg, "=")
		for _, name := range []string{arg, value} {
			if f, ok := s.file(name); ok {
				out = append(out, f)
			}
		}
	}
	return out
}

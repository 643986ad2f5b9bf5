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

package docs

import (
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"testing"
	"time"

	"github.com/stakeholders-dev/stakeholder-operator/hack/markdown"
	"github.com/stakeholders-dev/stakeholder-operator/test/controlplane"
	"github.com/stakeholders-dev/stakeholder-operator/test/suite"
)

// readPatience bounds how long a command that only reads is repeated.
const readPatience = 20 * time.Second

// session is a reader who follows pages, in one folder.
type session struct {
	shell
	t *testing.T
	// place is the page and the line that is read now.
	place string
}

// follow does what a part of a page says.
func (s *session) follow(p part) {
	s.place = p.name() + " begins"
	s.do(p.before)
	s.sync()
	blocks := markdown.Parse(source(s.t, p.file)).Blocks
	for i, b := range blocks {
		s.place = fmt.Sprintf("%s:%d", p.file, b.Line)
		if !p.has(b) || isLeftOut(b) {
			continue
		}
		s.prepare(b)
		switch file := partOf(b); {
		case file != "":
			s.find(b, file)
		case b.Language == "sh":
			s.mustExit(exitCode(b), b.Text)
		case b.Language == "console":
			s.console(p.file, b)
		case b.Language == "yaml":
			s.write(p, b, blocks[i+1:])
		}
		s.sync()
	}
	s.place = p.name() + " ends"
	s.do(p.after)
	s.sync()
}

// sync lets the operator start or stop, if a page has installed or removed it.
func (s *session) sync() {
	if err := operator.sync(s.t.Context()); err != nil {
		s.t.Fatalf("%s: %v", s.place, err)
	}
}

// prepare does what comments above a block say.
func (s *session) prepare(b markdown.Block) {
	for _, c := range b.Comments {
		note, text, err := readNote(c)
		switch {
		case err != nil:
			s.t.Fatalf("%s: %v", s.place, err)
		case note == "first":
			s.do(text)
		case note == "wait":
			s.wait(text)
		}
	}
}

// do runs commands that have to succeed.
func (s *session) do(commands string) { s.mustExit(0, commands) }

func (s *session) mustExit(want int, commands string) {
	output, code, err := s.run(s.t.Context(), commands)
	if err == nil && code != want {
		err = fmt.Errorf("the exit code is %d, want %d", code, want)
	}
	if err != nil {
		s.t.Fatalf("%s: %v\n%s\nprints:\n%s", s.place, err, commands, output)
	}
}

// wait repeats commands until they succeed.
func (s *session) wait(commands string) {
	err := controlplane.WaitFor(s.t.Context(), suite.Patience, commands, func() error {
		// In "kubectl … | grep -q NeedsApproval", kubectl has to fail.
		output, code, err := s.run(s.t.Context(), "set +o pipefail\n"+commands)
		if err == nil && code != 0 {
			err = fmt.Errorf("exit code %d: %s", code, output)
		}
		return err
	})
	if err != nil {
		s.t.Fatalf("%s: %v", s.place, err)
	}
}

// console runs the commands of a block, and compares what they print and their exit codes.
func (s *session) console(file string, b markdown.Block) {
	commands, err := commandsOf(b)
	if err != nil {
		s.t.Fatalf("%s: %v", file, err)
	}
	var codes []int
	for _, c := range commands {
		patience := time.Duration(0)
		if c.onlyReads() {
			patience = readPatience
		}
		code := 0
		err := retry(s.t, patience, func() (err error) {
			code, err = s.compare(b, c)
			return err
		})
		if err != nil {
			s.t.Errorf("%s:%d: $ %s\n%v", file, c.line, c.text, err)
		}
		codes = append(codes, code)
	}
	if want := exitCode(b); want != 0 && !slices.Contains(codes, want) {
		s.t.Errorf("%s: a comment above the block says \"exits %d\", and the exit codes of its commands are %v", s.place, want, codes)
	}
}

// compare runs a command of a block, and returns its exit code. The error says how it differs from the page.
func (s *session) compare(b markdown.Block, c command) (int, error) {
	output, code, err := s.run(s.t.Context(), c.text)
	if err != nil {
		return code, err
	}
	want := c.want
	if hasNote(b, "wrapped") {
		want, output = unwrapped(want), unwrapped(output)
	}
	if err := shown.Compare(want, output); err != nil {
		return code, err
	}
	return code, allowedExit(b, code)
}

// find requires that a file has the text of a block.
func (s *session) find(b markdown.Block, file string) {
	content, err := os.ReadFile(filepath.Join(s.dir, file))
	if err != nil {
		s.t.Fatalf("%s: %v", s.place, err)
	}
	if err := shown.Find(b.Text, string(content)); err != nil {
		s.t.Errorf("%s: %s does not have this: %v. It is:\n%s", s.place, file, err, content)
	}
}

// retry calls check until it succeeds, once at least.
func retry(t *testing.T, patience time.Duration, check func() error) error {
	t.Helper()
	if patience == 0 {
		return check()
	}
	return controlplane.WaitFor(t.Context(), patience, "the output is that of the page", check)
}

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

// Package script is what tests share that run the kubectl plugin as a process, in scripts of testscript.
package script

import (
	"context"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strconv"
	"testing"

	"github.com/rogpeppe/go-internal/testscript"
	"github.com/rogpeppe/go-internal/txtar"
	"k8s.io/cli-runtime/pkg/genericiooptions"

	"github.com/stakeholders-dev/stakeholder-operator/cmd/kubectl-stakeholders/command"
)

// Main runs the tests of a package. Their scripts find the plugin in the PATH.
func Main(m testscript.TestingM) {
	testscript.Main(m, map[string]func(){"kubectl-stakeholders": func() {
		streams := genericiooptions.IOStreams{In: os.Stdin, Out: os.Stdout, ErrOut: os.Stderr}
		os.Exit(command.Run(context.Background(), "v1.2.3", os.Args[1:], streams)) //nolint:revive // this is the main function of the plugin in tests
	}})
}

// Params returns how the scripts of a folder run. Beside the commands of testscript they have
//
//	exits CODE PROGRAM ARG…    runs a program that has to end with this exit code, which is not 0
//
// The exit codes of the plugin are part of its interface, so the test fails if a script accepts any of them by "! exec".
func Params(t *testing.T, dir string) testscript.Params {
	t.Helper()
	paths, err := filepath.Glob(filepath.Join(dir, "*.txtar"))
	if err != nil {
		t.Fatal(err)
	}
	for _, path := range paths {
		archive, err := txtar.ParseFile(path)
		if err != nil {
			t.Fatal(err)
		}
		if err := refuseAnyCode(archive); err != nil {
			t.Errorf("%s: %v", path, err)
		}
	}
	return testscript.Params{
		Dir: dir, UpdateScripts: os.Getenv("UPDATE_SCRIPTS") != "", RequireExplicitExec: true, RequireUniqueNames: true,
		Cmds: map[string]func(*testscript.TestScript, bool, []string){"exits": exits},
	}
}

// anyCode is a line that accepts several exit codes of the plugin.
var anyCode = regexp.MustCompile(`(?m)^\s*(\[.*\]\s*)?[!?]\s+exec\s.*\bkubectl[- ]stakeholders\b.*`)

func refuseAnyCode(script *txtar.Archive) error {
	if line := anyCode.Find(script.Comment); line != nil {
		return fmt.Errorf("write exits CODE instead of ! exec or ? exec, so that the exit code is tested: %s", line)
	}
	return nil
}

func exits(ts *testscript.TestScript, neg bool, args []string) {
	if neg || len(args) < 2 {
		ts.Fatalf("usage: exits CODE PROGRAM [ARG…]")
	}
	want, err := strconv.Atoi(args[0])
	if err != nil || want < 1 {
		ts.Fatalf("exits %s: want an exit code that is not 0. For 0 there is exec", args[0])
	}
	err = ts.Exec(args[1], args[2:]...)
	got := 0
	if exit, ok := errors.AsType[*exec.ExitError](err); ok {
		got = exit.ExitCode()
	} else {
		ts.Check(err)
	}
	if got != want {
		ts.Fatalf("%s ends with the exit code %d, want %d", args[1], got, want)
	}
}

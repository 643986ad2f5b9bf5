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

package demo

import (
	"errors"
	"os"
	"os/exec"
	"strings"
	"syscall"
	"testing"

	"github.com/google/go-cmp/cmp"
)

// interrupted is the exit status of a demo that Ctrl-C has ended.
const interrupted = 130

// TestInterrupt ends the demo by Ctrl-C, at moments that leave different objects to delete.
func TestInterrupt(t *testing.T) {
	tests := map[string]struct {
		reason string
		// at is what the demo has printed when it is interrupted.
		at string
	}{
		"Install": {reason: "Some objects of config/default are there, and no operator runs.", at: "Installing the operator"},
		"Maps":    {reason: "Maps are there, and perhaps their grants.", at: "Waiting for them"},
		"Targets": {reason: "A map has a finalizer, and grants in another namespace.", at: "1 of 1"},
		"Gate":    {reason: "The admission gate is there, and a request.", at: "Approved sreq"},
	}
	for name, tc := range tests {
		t.Run(name, func(t *testing.T) {
			before, err := objects()
			if err != nil {
				t.Fatal(err)
			}
			cmd := exec.CommandContext(t.Context(), env.demo, arguments([]string{"--once", "--yes", "--kubectl=" + env.kubectl})...)
			cmd.Dir = env.root
			cmd.Env = append(os.Environ(), "KUBECONFIG="+env.plane.Kubeconfig, "HOME="+env.home)
			output := &interrupter{cmd: cmd, at: tc.at}
			cmd.Stdout, cmd.Stderr = output, output
			err = cmd.Run()
			if cmd.ProcessState.ExitCode() != interrupted {
				t.Errorf("%s The demo ends with %v, want exit status %d. It has printed:\n%s", tc.reason, err, interrupted, output.text.String())
			}
			after, err := objects()
			if err != nil {
				t.Fatal(err)
			}
			if diff := cmp.Diff(before, after); diff != "" {
				t.Errorf("%s Objects before and after the demo differ (-before +after):\n%s", tc.reason, diff)
			}
		})
	}
}

// interrupter collects the output of a program, and sends it the signal of Ctrl-C once it has printed a text.
type interrupter struct {
	cmd *exec.Cmd
	at  string
	// before, if there is one, is called before the signal is sent, with what the program has printed. Its error is that of the program's output.
	before func(printed string) error
	text   strings.Builder
	sent   bool
}

// Write implements io.Writer.
func (i *interrupter) Write(output []byte) (int, error) {
	i.text.Write(output)
	if i.sent || !strings.Contains(i.text.String(), i.at) {
		return len(output), nil
	}
	i.sent = true
	var err error
	if i.before != nil {
		err = i.before(i.text.String())
	}
	return len(output), errors.Join(err, i.cmd.Process.Signal(syscall.SIGINT))
}

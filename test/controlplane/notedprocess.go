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

package controlplane

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"syscall"
)

// noteProcess writes a script that stores its process ID for the watchdog and then runs the binary, since envtest does
// not expose the IDs of its children. envtest also runs the binary with --help to learn its flags; the script does not
// store that run.
func noteProcess(dir, assets, name string) (string, error) {
	script := filepath.Join(dir, name)
	pidFile := filepath.Join(dir, pidFolder, name)
	content := fmt.Sprintf("#!/bin/sh\n[ \"$1\" = --help ] || echo $$ >%s\nexec %s \"$@\"\n",
		shellQuote(pidFile), shellQuote(filepath.Join(assets, name)))
	//nolint:gosec // it is a program, and only for its owner
	if err := os.WriteFile(script, []byte(content), 0o700); err != nil {
		return "", err
	}
	return script, nil
}

// notedPID is the id that was noted under name. The error is os.ErrNotExist if there is none.
func notedPID(dir, name string) (int, error) {
	content, err := os.ReadFile(filepath.Join(dir, pidFolder, name))
	if err != nil {
		return 0, err
	}
	pid, err := strconv.Atoi(strings.TrimSpace(string(content)))
	if err != nil {
		return 0, fmt.Errorf("process id of %s: %w", name, err)
	}
	return pid, nil
}

// signalNoted sends SIGKILL to the process that was noted under name, which must run.
func signalNoted(dir, name string) error {
	pid, err := notedPID(dir, name)
	if err != nil {
		return err
	}
	if err := syscall.Kill(pid, syscall.SIGKILL); err != nil {
		return fmt.Errorf("killing %s: %w", name, err)
	}
	return nil
}

// killNoted kills the process that was noted under name, if it still runs, and waits for its end.
func killNoted(dir, name string) error {
	pid, err := notedPID(dir, name)
	if errors.Is(err, os.ErrNotExist) {
		return nil
	}
	if err != nil {
		return err
	}
	// The caller's context may be done, so the wait has its own bound.
	return WaitFor(context.Background(), componentGrace, name+" is gone", func() error {
		// envtest reaps its children, so a process that has ended cannot be signalled.
		if err := syscall.Kill(pid, syscall.SIGKILL); errors.Is(err, syscall.ESRCH) {
			return nil
		} else if err != nil {
			return err
		}
		return fmt.Errorf("process %d still runs", pid)
	})
}

// shellQuote quotes text for sh.
func shellQuote(text string) string {
	return "'" + strings.ReplaceAll(text, "'", `'\''`) + "'"
}

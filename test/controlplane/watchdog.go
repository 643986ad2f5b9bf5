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
	"io"
	"os/exec"
	"syscall"
)

// watchdogScript waits until its standard input closes, which the operating system does when the parent ends for any
// reason. Then it kills the processes that the parent had stored and removes its folder. After a proper Stop there is
// nothing to kill and no folder.
//
// When a terminal hangs up, the watchdog must not end first.
const watchdogScript = `
trap '' HUP INT
while read -r _; do :; done
for file in "$1"/` + pidFolder + `/*; do
  [ -f "$file" ] && kill -KILL "$(cat "$file")"
done
rm -rf -- "$1"
`

// watchdog ends what remains of a control plane when this process dies before Stop, for instance because a test timed
// out or a user sent SIGKILL.
//
// Linux's Pdeathsig cannot replace it: it fires when the operating system thread that forked ends, which can happen at
// any time in Go; envtest does not set it on its children; and it does not remove the folder.
type watchdog struct {
	cmd   *exec.Cmd
	stdin io.Closer
}

// startWatchdog guards the control plane in dir.
func startWatchdog(ctx context.Context, dir string) (*watchdog, error) {
	cmd := exec.CommandContext(context.WithoutCancel(ctx), "/bin/sh", "-c", watchdogScript, "watchdog", dir)
	cmd.SysProcAttr = &syscall.SysProcAttr{Setpgid: true}
	stdin, err := cmd.StdinPipe()
	if err != nil {
		return nil, fmt.Errorf("starting the watchdog: %w", err)
	}
	if err := cmd.Start(); err != nil {
		return nil, fmt.Errorf("starting the watchdog: %w", err)
	}
	return &watchdog{cmd: cmd, stdin: stdin}, nil
}

// stop ends the watchdog. Call it last: it kills every process that is still stored in its folder.
func (w *watchdog) stop() error {
	// Wait closes the pipe as well, so an error here would be one of a second close at worst.
	closed := w.stdin.Close()
	if err := w.cmd.Wait(); err != nil {
		return errors.Join(fmt.Errorf("watchdog: %w", err), closed)
	}
	return nil
}

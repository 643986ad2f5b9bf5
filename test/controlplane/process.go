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
	"os/exec"
	"path/filepath"
	"strconv"
	"syscall"
	"time"
)

// pidFolder is the folder, inside of a control plane's, with one file for each running process:
// its name is the process's, its content the process's id. The watchdog reads it.
const pidFolder = "pids"

// process is a child of this one whose output goes to a file.
type process struct {
	name    string
	logPath string
	cmd     *exec.Cmd
	// done is closed when the process has ended and was reaped.
	done chan struct{}
	// exit is what Wait returned. Read it only after done.
	exit error
}

// startProcess starts cmd with its output appended to logPath, and notes its id for the watchdog
// in dir.
//
// The child leads its own process group, like those that envtest starts: Ctrl-C at a terminal only reaches the parent,
// which then ends its children in order.
func startProcess(dir, name, logPath string, cmd *exec.Cmd) (*process, error) {
	log, err := os.OpenFile(logPath, os.O_CREATE|os.O_APPEND|os.O_WRONLY, 0o600)
	if err != nil {
		return nil, fmt.Errorf("log of %s: %w", name, err)
	}
	defer log.Close() //nolint:errcheck // the child has a descriptor of its own
	cmd.Stdout, cmd.Stderr = log, log
	cmd.SysProcAttr = &syscall.SysProcAttr{Setpgid: true}
	if err := cmd.Start(); err != nil {
		return nil, fmt.Errorf("starting %s: %w", name, err)
	}

	p := &process{name: name, logPath: logPath, cmd: cmd, done: make(chan struct{})}
	pidFile := filepath.Join(dir, pidFolder, name)
	noted := os.WriteFile(pidFile, []byte(strconv.Itoa(cmd.Process.Pid)), 0o600)
	go func() {
		defer close(p.done)
		p.exit = cmd.Wait()
		// From here on, another process can get the ID, so it must not be killed any more.
		_ = os.Remove(pidFile)
	}()
	if noted != nil {
		return nil, errors.Join(fmt.Errorf("noting the process id of %s: %w", name, noted), p.kill())
	}
	return p, nil
}

// waitReady is WaitFor for a condition that the process brings about: it gives up at once when the process ends. Its
// error cites the log.
func (p *process) waitReady(ctx context.Context, timeout time.Duration, what string, check func() error) error {
	waiting, cancel := context.WithCancel(ctx)
	defer cancel()
	go func() {
		select {
		case <-p.done:
			cancel()
		case <-waiting.Done():
		}
	}()
	err := WaitFor(waiting, timeout, what, check)
	switch {
	case err == nil:
		return nil
	case p.ended():
		return fmt.Errorf("%s ended before %s: %s\n%s", p.name, what, p.cmd.ProcessState, tail(p.logPath))
	default:
		return fmt.Errorf("starting %s: %w\n%s", p.name, err, tail(p.logPath))
	}
}

// ended reports whether the process has ended.
func (p *process) ended() bool {
	select {
	case <-p.done:
		return true
	default:
		return false
	}
}

// terminate asks the process to end. If it has not done so within grace, terminate kills it and returns an error. It
// returns when the process is gone, and nil if it was already gone.
func (p *process) terminate(grace time.Duration) error {
	if err := p.signal(syscall.SIGTERM); err != nil {
		return err
	}
	timer := time.NewTimer(grace)
	defer timer.Stop()
	select {
	case <-p.done:
		return nil
	case <-timer.C:
		return errors.Join(fmt.Errorf("%s did not end within %s of SIGTERM and was killed", p.name, grace), p.kill())
	}
}

// kill ends the process with SIGKILL and returns when it is gone.
func (p *process) kill() error {
	if err := p.signal(syscall.SIGKILL); err != nil {
		return err
	}
	<-p.done
	return nil
}

// signal sends sig. A process that has ended already is no error.
func (p *process) signal(sig syscall.Signal) error {
	if err := p.cmd.Process.Signal(sig); err != nil && !errors.Is(err, os.ErrProcessDone) {
		return fmt.Errorf("sending %s to %s: %w", sig, p.name, err)
	}
	return nil
}

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
	"os/exec"
	"path/filepath"
	"sync"
	"sync/atomic"
	"time"
)

// programGrace bounds the stop of a program.
const programGrace = 30 * time.Second

// Program is a tool's server or controller, running as a process next to the operator.
type Program struct {
	// LogPath is the file with its standard output and error.
	LogPath string

	process  *process
	stopping sync.Once
	stopErr  error
	// ending is true once Stop was called.
	ending atomic.Bool
}

// StartProgram runs an executable with arguments until Stop, of itself or of the control plane, and returns at once:
// wait for an effect of it.
//
// The name distinguishes it from other programs that run on this control plane, in errors and in the name of its log.
// Env are variables as "NAME=value"; like the operator it gets no others except for PATH, TMPDIR and a separate HOME.
// ctx has no effect after the start.
func (c *ControlPlane) StartProgram(ctx context.Context, name, path string, env []string, args ...string) (*Program, error) {
	logPath := filepath.Join(c.Dir, name+".log")
	// ctx bounds the start only.
	cmd := exec.CommandContext(context.WithoutCancel(ctx), path, args...)
	cmd.Env = append(c.environment(), env...)
	process, err := startProcess(c.Dir, name, logPath, cmd)
	if err != nil {
		return nil, err
	}
	program := &Program{LogPath: logPath, process: process}
	c.mu.Lock()
	defer c.mu.Unlock()
	c.programs = append(c.programs, program)
	return program, nil
}

// WaitFor is WaitFor for a condition that the program brings about: it gives up at once when the program ends. Its
// error cites the end of the log.
func (p *Program) WaitFor(ctx context.Context, timeout time.Duration, what string, check func() error) error {
	return p.process.waitReady(ctx, timeout, what, check)
}

// Stop ends the program: SIGTERM, then after 30 seconds SIGKILL. It returns when the process is gone.
//
// The error says whether it had to be killed, whether it had already ended, and whether its log shows a recovered
// panic. Its exit status after SIGTERM does not matter. Only the first call has an effect; the others return the same
// error.
func (p *Program) Stop() error {
	p.stopping.Do(func() { p.stopErr = p.stop() })
	return p.stopErr
}

func (p *Program) stop() error {
	p.ending.Store(true)
	if p.process.ended() {
		return fmt.Errorf("%s had ended on its own: %s\n%s", p.process.name, p.process.cmd.ProcessState, tail(p.LogPath))
	}
	return errors.Join(p.process.terminate(programGrace), faultsIn(p.LogPath))
}

// asked reports whether Stop was called.
func (p *Program) asked() bool { return p.ending.Load() }

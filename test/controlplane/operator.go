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
	"syscall"
	"time"
)

const (
	// operatorReadyTimeout bounds the start of the operator when OperatorOptions says nothing.
	operatorReadyTimeout = time.Minute
	// operatorGrace bounds its stop. controller-runtime gives its own parts 30 seconds.
	operatorGrace = 40 * time.Second
)

// OperatorOptions say which operator to run, and as which user.
type OperatorOptions struct {
	// Binary is the path of the manager, for instance one that BuildManager has built. Required.
	Binary string
	// Kubeconfig is the path of the kubeconfig that the operator connects with, normally from ServiceAccountKubeconfig.
	// Required; the administrator's is never used instead.
	Kubeconfig string
	// LeaderElectionNamespace holds the Lease for which operators compete: the operator's own
	// namespace, which it cannot find out by itself outside of a Pod. Empty means that there is no
	// election: --leader-elect=false.
	LeaderElectionNamespace string
	// Args come after the flags that StartOperator sets, so they win, as in "--zap-log-level=debug".
	// Leave the addresses for probes and metrics alone.
	Args []string
	// Env are further variables, as "NAME=value". The operator gets no others, except for PATH, TMPDIR and a separate
	// HOME: variables of this machine must not change what is tested.
	Env []string
	// LogPath is the file that output is appended to. Empty means a separate file in Dir, which is removed when the
	// control plane stops.
	LogPath string
	// ReadyTimeout bounds the wait for /readyz and metrics. Zero means one minute.
	ReadyTimeout time.Duration
}

// Operator is the manager, running as a process.
type Operator struct {
	// MetricsURL is where it serves its metrics, without encryption and authentication unless
	// OperatorOptions.Args ask for them: "http://127.0.0.1:port/metrics".
	MetricsURL string
	// ProbeURL is the root of its probes, /healthz and /readyz: "http://127.0.0.1:port".
	ProbeURL string
	// LogPath is the file with its standard output and error.
	LogPath string

	process  *process
	stopping sync.Once
	stopErr  error
	// ending is true once Stop or Kill was called.
	ending atomic.Bool
}

// servesMetrics is what controller-runtime logs once it has the port of the metrics.
const servesMetrics = "Serving metrics server"

// StartOperator runs the manager against this control plane and returns when /readyz answers 200 and metrics are served.
//
// When it is ready, it may not lead yet, and its caches may not be filled: wait for an effect. Several operators may
// run at once. ctx bounds the start only: an operator runs until Stop or Kill, of itself or of the control plane. When
// it ends before it is ready, or is not ready in time, nothing keeps running and the error cites the end of its log.
//
// The manager has to know these flags: --kubeconfig, --metrics-bind-address, --metrics-secure,
// --health-probe-bind-address, --leader-elect, --leader-election-namespace.
func (c *ControlPlane) StartOperator(ctx context.Context, options OperatorOptions) (*Operator, error) {
	if options.Binary == "" || options.Kubeconfig == "" {
		return nil, errors.New("an operator needs a binary and a kubeconfig")
	}
	for attempt := 1; ; attempt++ {
		operator, err := c.startOperatorOnce(ctx, options)
		if err == nil {
			return operator, nil
		}
		if attempt == startAttempts || ctx.Err() != nil || !portTaken(err) {
			return nil, err
		}
	}
}

// startOperatorOnce is one attempt, with new free ports.
func (c *ControlPlane) startOperatorOnce(ctx context.Context, options OperatorOptions) (*Operator, error) {
	metrics, probe, err := freeAddresses(ctx)
	if err != nil {
		return nil, err
	}

	c.mu.Lock()
	c.operatorRuns++
	name := fmt.Sprintf("operator-%d", c.operatorRuns)
	c.mu.Unlock()
	logPath := options.LogPath
	if logPath == "" {
		logPath = filepath.Join(c.Dir, name+".log")
	}

	args := []string{
		"--kubeconfig=" + options.Kubeconfig,
		"--metrics-bind-address=" + metrics,
		"--metrics-secure=false",
		"--health-probe-bind-address=" + probe,
	}
	if options.LeaderElectionNamespace == "" {
		args = append(args, "--leader-elect=false")
	} else {
		args = append(args, "--leader-elect=true", "--leader-election-namespace="+options.LeaderElectionNamespace)
	}
	// ctx bounds the start only.
	cmd := exec.CommandContext(context.WithoutCancel(ctx), options.Binary, append(args, options.Args...)...)
	cmd.Env = append(c.environment(), options.Env...)
	process, err := startProcess(c.Dir, name, logPath, cmd)
	if err != nil {
		return nil, err
	}

	operator := &Operator{
		MetricsURL: "http://" + metrics + "/metrics",
		ProbeURL:   "http://" + probe,
		LogPath:    logPath,
		process:    process,
	}
	timeout := options.ReadyTimeout
	if timeout == 0 {
		timeout = operatorReadyTimeout
	}
	err = process.waitReady(ctx, timeout, "/readyz answers 200 and metrics are served", func() error {
		if err := ready(ctx, operator.ProbeURL+"/readyz"); err != nil {
			return err
		}
		// A manager that cannot bind the port of its metrics answers probes until its caches are filled, and ends only then.
		if err := answers(ctx, operator.MetricsURL); err != nil {
			return err
		}
		// Meanwhile the operator of another suite can have the port, and answers.
		if !logged(logPath, servesMetrics) {
			return errors.New("another program answers at " + operator.MetricsURL)
		}
		return nil
	})
	if err != nil {
		return nil, errors.Join(err, process.kill())
	}
	c.mu.Lock()
	c.operators = append(c.operators, operator)
	c.mu.Unlock()
	return operator, nil
}

// Done is closed when the operator has ended, for any reason.
func (o *Operator) Done() <-chan struct{} { return o.process.done }

// PID is the operator's process id.
func (o *Operator) PID() int { return o.process.cmd.Process.Pid }

// Metrics reads the metrics that the operator serves: of each name, the sum over all labels.
func (o *Operator) Metrics(ctx context.Context) (map[string]float64, error) {
	return scrape(ctx, o.MetricsURL)
}

// Stop ends the operator as a cluster would: SIGTERM, then after 40 seconds SIGKILL. It returns
// when the process is gone.
//
// The error says whether it had to be killed, whether its exit status was not 0, whether it had already ended, and
// whether its log shows a fault that it survived: a recovered panic or a data race. So a test that stops its operator
// and checks the error notices those. Only the first call of Stop and Kill has an effect; the others return the same
// error.
func (o *Operator) Stop() error {
	o.stopping.Do(func() { o.stopErr = o.stop() })
	return o.stopErr
}

func (o *Operator) stop() error {
	o.ending.Store(true)
	p := o.process
	var errs []error
	if p.ended() {
		errs = append(errs, fmt.Errorf("%s had ended on its own: %s\n%s", p.name, p.cmd.ProcessState, tail(o.LogPath)))
	} else if err := p.terminate(operatorGrace); err != nil {
		errs = append(errs, fmt.Errorf("%w\n%s", err, tail(o.LogPath)))
	} else if p.exit != nil {
		errs = append(errs, fmt.Errorf("%s after SIGTERM: %w\n%s", p.name, p.exit, tail(o.LogPath)))
	}
	return errors.Join(append(errs, faultsIn(o.LogPath))...)
}

// Kill ends the operator with SIGKILL, like a failing node, and returns when it is gone.
//
// The error says whether it had already ended and, like that of Stop, which faults its log shows.
func (o *Operator) Kill() error {
	o.stopping.Do(func() {
		o.ending.Store(true)
		p := o.process
		killed := p.kill()
		if status, ok := p.cmd.ProcessState.Sys().(syscall.WaitStatus); killed == nil && ok && status.Signal() != syscall.SIGKILL {
			killed = fmt.Errorf("%s had ended on its own: %s\n%s", p.name, p.cmd.ProcessState, tail(o.LogPath))
		}
		o.stopErr = errors.Join(killed, faultsIn(o.LogPath))
	})
	return o.stopErr
}

// Ended reports whether the operator has ended, for any reason.
func (o *Operator) Ended() bool { return o.process.ended() }

// WaitEnd waits until the operator ends by itself, for example because it has lost its lease. Unlike the errors of Stop
// and Kill, which return the same afterwards, its error does not report that end, only the faults in the log.
func (o *Operator) WaitEnd(ctx context.Context) error {
	select {
	case <-o.process.done:
	case <-ctx.Done():
		return fmt.Errorf("waiting until %s ends: %w", o.process.name, ctx.Err())
	}
	o.stopping.Do(func() {
		o.ending.Store(true)
		o.stopErr = faultsIn(o.LogPath)
	})
	return o.stopErr
}

// asked reports whether Stop or Kill was called.
func (o *Operator) asked() bool { return o.ending.Load() }

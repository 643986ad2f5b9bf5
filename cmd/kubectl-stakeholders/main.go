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

// Command kubectl-stakeholders is a kubectl plugin. It says who to ask about a product and who may approve, previews what
// a StakeholderMap does, and asks and answers requests.
package main

import (
	"context"
	"fmt"
	"os"
	"os/signal"
	"syscall"
	"time"

	"k8s.io/cli-runtime/pkg/genericiooptions"

	"github.com/stakeholders-dev/stakeholder-operator/cmd/kubectl-stakeholders/command"
	"github.com/stakeholders-dev/stakeholder-operator/cmd/kubectl-stakeholders/failure"
)

// version is set by the linker.
var version = "dev"

func main() { os.Exit(run()) }

func run() int {
	collectLate()
	ctx, cancel := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	defer cancel()
	streams := genericiooptions.IOStreams{In: os.Stdin, Out: os.Stdout, ErrOut: os.Stderr}
	// The first signal ends what waits, and soon after it a computation; the next ends the process at once.
	context.AfterFunc(ctx, cancel)
	return within(ctx, func() int { return command.Run(ctx, version, os.Args[1:], streams) })
}

// grace is how long a command may take to end after a signal.
const grace = time.Second

// within returns the exit code that run returns for a command, or that of an interrupted one if it does not end soon after the context.
func within(ctx context.Context, run func() int) int {
	code := make(chan int, 1)
	go func() { code <- run() }()
	select {
	case code := <-code:
		return code
	case <-ctx.Done():
	}
	select {
	case code := <-code:
		return code
	case <-time.After(grace):
		_, _ = fmt.Fprintln(os.Stderr, "error:", failure.ErrInterrupted)
		return failure.Code(failure.ErrInterrupted)
	}
}

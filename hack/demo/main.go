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

// Command demo shows the operator at work: it starts a control plane of its own, installs the operator
// as it ships, runs it as its own ServiceAccount, applies the samples, and asks the questions that the
// operator is there to answer. Every answer is checked. Run it with "make demo".
package main

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"os"
	"os/signal"
	"path/filepath"
	"syscall"
)

func main() {
	manager := flag.String("manager", "bin/manager", "the operator's program")
	once := flag.Bool("once", false, "end after the show instead of staying up")
	flag.Parse()
	os.Exit(runDemo(*manager, *once))
}

// interrupted is the exit status of a program that Ctrl-C has ended.
const interrupted = 130

func runDemo(manager string, once bool) int {
	ctx, stop := signal.NotifyContext(context.Background(), syscall.SIGINT, syscall.SIGTERM, syscall.SIGHUP)
	defer stop()
	out := newTerminal(os.Stdout)
	manager, err := filepath.Abs(manager)
	if err != nil {
		out.failure("%v", err)
		return 1
	}
	d := &demo{out: out, manager: manager}
	err = d.run(ctx, once)
	if stopErr := d.close(); stopErr != nil {
		err = errors.Join(err, stopErr)
	}
	switch {
	case ctx.Err() != nil && !d.shown:
		return interrupted
	case err != nil:
		out.failure("%v", err)
		return 1
	case len(d.problems) > 0:
		out.failure("%d of the answers above are not as expected", len(d.problems))
		return 1
	}
	return 0
}

// run starts everything, shows it, and stays up until the context ends if it is to.
func (d *demo) run(ctx context.Context, once bool) error {
	d.out.title("Ask the right people: who pays, who uses, and who speaks for both")
	d.out.line("A StakeholderMap declares it once. The operator turns it into answers for tools and into rights.")
	d.out.line("")
	if err := d.start(ctx); err != nil {
		return err
	}
	for _, show := range []func(context.Context) error{d.showMaps, d.showRouting, d.showRights, d.showMixUp} {
		if err := show(ctx); err != nil {
			return err
		}
	}
	d.shown = true
	if once {
		return nil
	}
	return d.stayUp(ctx)
}

// stayUp hands the cluster over until somebody ends it.
func (d *demo) stayUp(ctx context.Context) error {
	d.out.heading("It stays up. In another terminal")
	d.out.line("  export KUBECONFIG=%s", d.plane.Kubeconfig)
	d.out.line("")
	for _, try := range toTry {
		d.out.line("  %s", try)
	}
	d.out.line("")
	d.out.line("Ctrl-C ends it and leaves nothing behind.")
	select {
	case <-ctx.Done():
		d.out.line("")
		return nil
	case <-d.operator.Done():
		return fmt.Errorf("the operator has ended by itself: %w", d.operator.Stop())
	}
}

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

// Command demo shows the operator: it starts a control plane, installs the operator as it ships, runs it as its own
// ServiceAccount, applies the samples, and asks the questions that the operator answers. It checks every answer. Run it
// with "make demo". With "make demo CLUSTER=current" it uses the cluster of kubectl's current context instead, after a
// question, and deletes at the end what it has created there. With "make demo-cluster" it only starts the control plane and the
// operator, for a user who goes on by themselves.
//
// It ends with status 0 if everything was as expected, with 1 if anything was not, which includes a no to that question, and with
// 130 if a user ended it before everything was shown.
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

const (
	failed  = 1
	misused = 2
	// interrupted is the exit status of a program that Ctrl-C has ended.
	interrupted = 130
)

func main() {
	var o options
	flag.StringVar(&o.manager, "manager", "bin/manager", "the operator's program")
	flag.BoolVar(&o.once, "once", false, "end after the show instead of staying up")
	flag.BoolVar(&o.noSamples, "no-samples", false, "only start a control plane with the operator, and stay up")
	flag.StringVar(&o.cluster, "cluster", "", `"current" uses the cluster of kubectl's current context instead of a control plane of its own`)
	flag.StringVar(&o.kubectlPath, "kubectl", "kubectl", "with --cluster: the kubectl to use")
	flag.BoolVar(&o.yes, "yes", false, "with --cluster: do not ask before the first change")
	flag.Parse()
	if err := o.check(flag.Args()); err != nil {
		_, _ = fmt.Fprintf(os.Stderr, "demo: %v\n", err)
		os.Exit(misused)
	}
	os.Exit(runDemo(o))
}

// currentCluster is a value of options.cluster.
const currentCluster = "current"

// options are the flags.
type options struct {
	manager, cluster, kubectlPath string
	once, yes, noSamples          bool
}

// check fails if a command line is wrong.
func (o options) check(args []string) error {
	if len(args) > 0 {
		return fmt.Errorf("unexpected argument %q: it takes flags only, see --help", args[0])
	}
	if o.cluster != "" && o.cluster != currentCluster {
		return fmt.Errorf("unknown cluster %q: it can only be %q, the cluster of kubectl's current context", o.cluster, currentCluster)
	}
	if o.noSamples && (o.cluster != "" || o.once) {
		return errors.New("--no-samples starts a control plane of its own and stays up: leave out --cluster and --once")
	}
	return nil
}

// runDemo is the exit status.
func runDemo(o options) int {
	// SIGPIPE comes when the reader of the output has ended, as in "make demo | head". By default it would end the
	// process at once, and everything that it has started would keep running.
	ctx, stop := signal.NotifyContext(context.Background(), syscall.SIGINT, syscall.SIGTERM, syscall.SIGHUP, syscall.SIGPIPE)
	defer stop()
	out := newTerminal(os.Stdout)
	manager, err := filepath.Abs(o.manager)
	if err != nil {
		out.failure("%v", err)
		return failed
	}
	o.manager = manager

	d := &demo{out: out, options: o}
	err = d.run(ctx)
	ended := ctx.Err() != nil
	stopErr := d.close()
	if stopErr != nil {
		out.failure("%v", stopErr)
	}
	// Last, below the output of the operator, which may be long.
	if err != nil && !ended {
		out.failure("%v", err)
	}
	switch {
	case stopErr != nil:
		return failed
	case ended && !d.shown:
		return interrupted
	case err != nil && !ended, d.problems > 0:
		return failed
	}
	return 0
}

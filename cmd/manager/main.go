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

// Command manager runs the stakeholder-operator: it reconciles StakeholderMaps to routing tables and grants.
package main

import (
	"errors"
	"flag"
	"fmt"
	"os"

	"golang.org/x/term"
	// Register the authentication of cloud providers, for users who run the operator outside of a cluster.
	_ "k8s.io/client-go/plugin/pkg/client/auth"
	"k8s.io/klog/v2"
	ctrl "sigs.k8s.io/controller-runtime"
	"sigs.k8s.io/controller-runtime/pkg/log/zap"
)

// version is set by the linker.
var version = "dev"

func main() {
	if len(os.Args) > 1 && os.Args[1] == deleteMapsCommand {
		os.Exit(deleteMaps(ctrl.SetupSignalHandler(), os.Args[2:]))
	}
	o := options{
		// Logs on a terminal are for people, all others for machines. --zap-devel overrides this.
		zap: zap.Options{Development: term.IsTerminal(int(os.Stderr.Fd()))},
	}
	flags := flag.CommandLine
	o.bind(flags)
	flags.Usage = func() {
		_, _ = fmt.Fprintf(flags.Output(), "manager %s reconciles StakeholderMaps into routing tables and grants.\n\n"+
			"Usage: manager [flags]\n       manager delete-maps [flags]\n\n", version)
		flags.PrintDefaults()
	}
	flag.Parse()
	if flag.NArg() > 0 {
		_, _ = fmt.Fprintf(os.Stderr, "manager: unexpected argument %q: it takes flags only, see --help\n", flag.Arg(0))
		os.Exit(2)
	}
	if o.printVersion {
		_, _ = fmt.Println(version)
		return
	}
	if err := errors.Join(o.checkPprof(), checkServiceAccount(os.Getenv(serviceAccountVariable))); err != nil {
		_, _ = fmt.Fprintf(os.Stderr, "manager: %v\n", err)
		os.Exit(2)
	}
	spareMemory()
	logger := zap.New(zap.UseFlagOptions(&o.zap))
	ctrl.SetLogger(logger)
	// client-go logs through klog.
	klog.SetLogger(logger)
	if err := run(ctrl.SetupSignalHandler(), &o); err != nil {
		logger.WithName("setup").Error(err, "The manager cannot run")
		os.Exit(1)
	}
}

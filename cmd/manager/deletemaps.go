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

package main

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"os"
	"time"

	"k8s.io/client-go/rest"
	"k8s.io/klog/v2"
	ctrl "sigs.k8s.io/controller-runtime"
	"sigs.k8s.io/controller-runtime/pkg/client"
	clientconfig "sigs.k8s.io/controller-runtime/pkg/client/config"

	"github.com/stakeholders-dev/stakeholder-operator/cmd/manager/deletemaps"
)

// deleteMapsCommand is for a Job of the Helm chart: see dist/chart/templates/uninstall.yaml.
const deleteMapsCommand = "delete-maps"

const deleteMapsUsage = `manager delete-maps deletes all StakeholderRequests, StakeholderMaps and StakeholderPolicies, and waits until they are gone.
The operator has to run meanwhile: it removes what the maps gave in other namespaces.

Usage: manager delete-maps [flags]

`

// deleteMaps runs the command, and returns its exit code.
func deleteMaps(ctx context.Context, args []string) int {
	flags := flag.NewFlagSet(deleteMapsCommand, flag.ContinueOnError)
	clientconfig.RegisterFlags(flags)
	timeout := flags.Duration("timeout", 5*time.Minute, "How long to wait until all of them are gone.")
	flags.Usage = func() {
		_, _ = fmt.Fprint(flags.Output(), deleteMapsUsage)
		flags.PrintDefaults()
	}
	switch err := flags.Parse(args); {
	case errors.Is(err, flag.ErrHelp):
		return 0
	case err != nil:
		return 2
	case flags.NArg() > 0:
		_, _ = fmt.Fprintf(os.Stderr, "manager: unexpected argument %q: %s takes flags only, see --help\n", flags.Arg(0), deleteMapsCommand)
		return 2
	}
	ctrl.SetLogger(klog.Background())
	started := time.Now()
	if err := runDeleteMaps(ctx, *timeout); err != nil {
		_, _ = fmt.Fprintf(os.Stderr, "manager: %v\n", err)
		return 1
	}
	_, _ = fmt.Printf("all StakeholderRequests, StakeholderMaps and StakeholderPolicies are gone, after %s\n", time.Since(started).Round(time.Second))
	return 0
}

func runDeleteMaps(ctx context.Context, timeout time.Duration) error {
	config, err := ctrl.GetConfig()
	if err != nil {
		return fmt.Errorf("find out how to reach the cluster: %w", err)
	}
	// The number of deletions at once is the limit, not their rate.
	config = rest.CopyConfig(config)
	config.QPS = -1
	c, err := client.NewWithWatch(config, client.Options{})
	if err != nil {
		return fmt.Errorf("connect to the cluster: %w", err)
	}
	return deletemaps.Run(ctx, c, timeout)
}

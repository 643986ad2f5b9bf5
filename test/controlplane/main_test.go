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
	"flag"
	"fmt"
	"net/http"
	"os"
	"os/signal"
	"syscall"
	"testing"
)

// helperEnv makes the test binary act as another program: the tests start it as a child.
const helperEnv = "CONTROLPLANE_TEST_HELPER"

func TestMain(m *testing.M) {
	switch role := os.Getenv(helperEnv); role {
	case "":
		code := m.Run()
		if err := CheckLeaks(); err != nil {
			fmt.Fprintln(os.Stderr, err)
			code = 1
		}
		os.Exit(code)
	case helperOrphan, helperOrphanAfterOutage:
		fmt.Fprintln(os.Stderr, orphan(role == helperOrphanAfterOutage))
		os.Exit(1)
	default:
		os.Exit(fakeOperator(role))
	}
}

// These start a control plane, print its folder and wait to be killed.
const (
	helperOrphan            = "orphan"
	helperOrphanAfterOutage = "orphan after an outage"
)

func orphan(outage bool) error {
	c, err := Start(context.Background(), Options{Log: os.Stderr})
	if err != nil {
		return err
	}
	if outage {
		if err := errors.Join(c.KillServers(), c.RestartServers(context.Background())); err != nil {
			return err
		}
	}
	if _, err := fmt.Fprintln(os.Stdout, c.Dir); err != nil {
		return err
	}
	select {}
}

// The faults of the fake operator.
const (
	operatorSound    = "sound"
	operatorCrashes  = "crashes"
	operatorNotReady = "not ready"
	operatorPanics   = "panics"
	operatorFails    = "fails on SIGTERM"
	operatorQuits    = "quits once ready"
	// operatorNoMetrics is what a manager looks like whose port for metrics another program has, until it ends.
	operatorNoMetrics = "serves no metrics"
	// operatorOthersMetrics is the same while that program answers.
	operatorOthersMetrics = "another program serves metrics"
	// operatorFaulty makes, once it is ready, all faults that a Detector looks for at the end.
	operatorFaulty = "does everything wrong"
)

// fakeOperator only has the flags of the manager, its probes and something for its metrics.
func fakeOperator(role string) int {
	flags := flag.NewFlagSet("fake operator", flag.ContinueOnError)
	probe := flags.String("health-probe-bind-address", "", "")
	metrics := flags.String("metrics-bind-address", "", "")
	flags.Bool("metrics-secure", true, "")
	flags.Bool("leader-elect", false, "")
	flags.String("leader-election-namespace", "", "")
	kubeconfig := flags.String("kubeconfig", "", "")
	if err := flags.Parse(os.Args[1:]); err != nil {
		return 2
	}
	if role == operatorCrashes {
		fmt.Fprintln(os.Stderr, "crashing as told")
		return 1
	}

	fmt.Fprintln(os.Stderr, "kubeconfig:", *kubeconfig)

	ctx, cancel := signal.NotifyContext(context.Background(), syscall.SIGTERM)
	defer cancel()
	http.HandleFunc("/readyz", func(w http.ResponseWriter, _ *http.Request) {
		if role == operatorNotReady {
			w.WriteHeader(http.StatusInternalServerError)
		}
	})
	served := make(chan error, 2)
	metricsHandler := func(w http.ResponseWriter, _ *http.Request) {
		if role == operatorQuits {
			// After this answer.
			defer cancel()
			_ = http.NewResponseController(w).Flush()
		}
	}
	if role == operatorFaulty {
		faulty := &faultyOperator{kubeconfig: *kubeconfig}
		http.HandleFunc(faultsPath, faulty.start)
		metricsHandler = faulty.metrics
	}
	if role != operatorNoMetrics {
		if role != operatorOthersMetrics {
			fmt.Fprintln(os.Stderr, servesMetrics)
		}
		go func() { served <- http.ListenAndServe(*metrics, http.HandlerFunc(metricsHandler)) }() //nolint:gosec // a fake needs no timeouts
	}
	go func() { served <- http.ListenAndServe(*probe, nil) }() //nolint:gosec // a fake needs no timeouts
	if role == operatorPanics {
		fmt.Fprintln(os.Stderr, "INFO Observed a panic in reconciler: boom")
	}
	select {
	case err := <-served:
		fmt.Fprintln(os.Stderr, err)
		return 1
	case <-ctx.Done():
	}
	if role == operatorFails {
		return 3
	}
	return 0
}

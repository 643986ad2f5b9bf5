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
	"fmt"
	"path/filepath"
	"time"

	"github.com/stakeholders-dev/stakeholder-operator/test/controlplane"
)

const (
	operatorNamespace      = "stakeholder-operator-system"
	operatorServiceAccount = "stakeholder-operator-controller-manager"
	// tokenLife is how long the demo can stay up: the operator's token is not renewed.
	tokenLife = 24 * time.Hour
	// startTimeout bounds the start, so that a demo that nobody watches ends.
	startTimeout = 5 * time.Minute
)

// demo is the control plane, the operator on it, and what has been found so far.
type demo struct {
	out      *terminal
	manager  string
	root     string
	plane    *controlplane.ControlPlane
	operator *controlplane.Operator
	problems []string
	// shown is true once everything was shown.
	shown bool
}

// start brings up everything that is shown.
func (d *demo) start(ctx context.Context) error {
	ctx, cancel := context.WithTimeout(ctx, startTimeout)
	defer cancel()
	var err error
	if d.root, err = controlplane.Root(); err != nil {
		return err
	}
	steps := []struct {
		what string
		do   func(context.Context) error
	}{
		{"Starting etcd, an API server and a controller manager", func(ctx context.Context) error {
			d.plane, err = controlplane.Start(ctx, controlplane.Options{})
			return err
		}},
		{"Installing the operator: kubectl apply --server-side -k config/default", func(ctx context.Context) error {
			return d.plane.InstallOperator(ctx)
		}},
		{"Running it as its own ServiceAccount, with the rights it ships with", d.startOperator},
		{"Applying three maps: kubectl apply -k config/samples", d.applySamples},
	}
	for _, step := range steps {
		if err := d.out.timed(step.what, func() error { return step.do(ctx) }); err != nil {
			return err
		}
	}
	return nil
}

func (d *demo) startOperator(ctx context.Context) error {
	kubeconfig, err := d.plane.ServiceAccountKubeconfig(ctx, operatorNamespace, operatorServiceAccount, tokenLife)
	if err != nil {
		return err
	}
	d.operator, err = d.plane.StartOperator(ctx, controlplane.OperatorOptions{
		Binary: d.manager, Kubeconfig: kubeconfig, LeaderElectionNamespace: operatorNamespace,
	})
	return err
}

func (d *demo) applySamples(ctx context.Context) error {
	samples := filepath.Join(d.root, "config", "samples")
	if _, err := d.plane.Kubectl(ctx, "apply", "-k", samples); err != nil {
		return err
	}
	if _, err := d.plane.Kubectl(ctx, "wait", "--for=condition=Ready", "stakeholdermaps", "--all", "-A", "--timeout=60s"); err != nil {
		return fmt.Errorf("the samples do not become ready: %w", err)
	}
	// The broken one comes after the wait, because it never becomes ready.
	if _, err := d.plane.Kubectl(ctx, "apply", "-f", filepath.Join(samples, "broken")); err != nil {
		return err
	}
	_, err := d.plane.Kubectl(ctx, "wait", "--for=condition=Valid=False", "stakeholdermap/room-booking", "-n", "bookings", "--timeout=60s")
	return err
}

// close ends every process and removes every file.
func (d *demo) close() error {
	var errs []error
	if d.operator != nil {
		errs = append(errs, d.operator.Stop())
	}
	if d.plane != nil {
		errs = append(errs, d.plane.Stop())
	}
	return errors.Join(errs...)
}

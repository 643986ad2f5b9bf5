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
	"path/filepath"
	"slices"
	"time"

	"github.com/stakeholders-dev/stakeholder-operator/test/controlplane"
)

const (
	operatorNamespace      = "stakeholder-operator-system"
	operatorServiceAccount = "stakeholder-operator-controller-manager"
	// tokenLife is how long the demo can stay up: the operator's token is not renewed.
	tokenLife = 24 * time.Hour
	// startTimeout bounds the start, so that an unattended demo ends.
	startTimeout = 5 * time.Minute
)

// step is work that is done before there is anything to show.
type step struct {
	what string
	// command is the command of the step, if it is one that a user could type.
	command string
	do      func(context.Context) error
}

// start brings up everything that is shown.
func (d *demo) start(ctx context.Context) error {
	var err error
	if d.root, err = controlplane.Root(); err != nil {
		return err
	}
	steps := d.steps()
	if d.cluster == currentCluster {
		if err := d.borrow(ctx); err != nil {
			return err
		}
	} else {
		// It may have to be built first, which must not count as start time.
		if d.assets, err = controlplane.Assets(ctx); err != nil {
			return err
		}
		steps = append([]step{{"Starting etcd, an API server and a controller manager", "", d.startControlPlane}}, steps...)
	}
	ctx, cancel := context.WithTimeout(ctx, startTimeout)
	defer cancel()
	for _, s := range steps {
		if err := d.out.step(ctx, s.what, s.command, s.do); err != nil {
			return err
		}
	}
	return nil
}

func (d *demo) steps() []step {
	install := []step{
		{"Installing the operator", "kubectl apply --server-side -k config/default", func(ctx context.Context) error {
			return d.plane.InstallOperator(ctx)
		}},
		{"Running it as its own ServiceAccount, with only the rights it ships with", "", d.startOperator},
	}
	if d.noSamples {
		return install
	}
	samples := filepath.Join(d.root, "config", "samples")
	return slices.Concat(install, []step{
		{"Applying three valid maps", "kubectl apply -k config/samples", d.do("apply", "-k", samples)},
		{"Waiting for them", "kubectl wait --for=condition=Ready stakeholdermaps --all -A",
			d.do("wait", "--for=condition=Ready", "stakeholdermaps", "--all", "-A", "--timeout=60s")},
	})
}

// do is a step that is a kubectl command.
func (d *demo) do(args ...string) func(context.Context) error {
	return func(ctx context.Context) error {
		_, err := d.plane.Kubectl(ctx, args...)
		return err
	}
}

func (d *demo) startControlPlane(ctx context.Context) (err error) {
	if d.plane, err = controlplane.Start(ctx, controlplane.Options{Assets: d.assets}); err != nil {
		return err
	}
	return d.readVersion(ctx)
}

func (d *demo) startOperator(ctx context.Context) error {
	kubeconfig, err := d.plane.ServiceAccountKubeconfig(ctx, operatorNamespace, operatorServiceAccount, tokenLife)
	if err != nil {
		return err
	}
	operator, err := d.plane.StartOperator(ctx, controlplane.OperatorOptions{
		Binary: d.manager, Kubeconfig: kubeconfig, LeaderElectionNamespace: operatorNamespace,
	})
	if err != nil {
		return err
	}
	d.operator = operator
	go func() {
		<-operator.Done()
		d.abort(errOperatorEnded)
	}()
	return nil
}

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

	"github.com/stakeholders-dev/stakeholder-operator/test/controlplane"
)

// errOperatorEnded ends the demo. The error of stopping the operator contains the end of its log.
var errOperatorEnded = errors.New("the operator has ended by itself; the end of its log is above")

// demo is the control plane, the operator on it, and the results so far.
type demo struct {
	options
	out    *terminal
	root   string
	assets string
	plane  *controlplane.ControlPlane
	// kubernetes is the version of the API server, and gate is true if it accepts the admission gate.
	kubernetes string
	gate       bool
	// borrowed is true once the demo may have changed a cluster that was there before.
	borrowed bool
	// operator is nil until it runs, and abort is called when it ends.
	operator *controlplane.Operator
	abort    context.CancelCauseFunc
	// checks counts the checked answers, and problems the unexpected ones.
	checks, problems int
	// shown is true once everything was shown.
	shown bool
}

// run starts everything, shows it, and, if asked to, stays up until the context ends.
func (d *demo) run(ctx context.Context) error {
	ctx, d.abort = context.WithCancelCause(ctx)
	defer d.abort(nil)
	begin := d.show
	if d.noSamples {
		begin = d.startOnly
	}
	err := begin(ctx)
	if err == nil && !d.once {
		d.stayUp(ctx)
	}
	if cause := context.Cause(ctx); errors.Is(cause, errOperatorEnded) {
		// Any other error is a consequence of this one.
		return cause
	}
	return err
}

// startOnly starts everything, and leaves the rest to the user.
func (d *demo) startOnly(ctx context.Context) error {
	d.out.title("A control plane with the operator, and without samples.")
	d.out.line("")
	err := d.start(ctx)
	d.shown = err == nil
	return err
}

// show starts everything, and shows it.
func (d *demo) show(ctx context.Context) error {
	d.out.title("A demonstration: who to ask about a product, and who may decide.")
	d.out.line("Customers pay for a product, end users use it, the product owner speaks for both. A StakeholderMap")
	d.out.line("says who they are; the operator turns it into a table that tools read and rights that they check.")
	d.out.line("")
	if err := d.start(ctx); err != nil {
		return err
	}
	for _, part := range []func(context.Context) error{d.showMaps, d.showRouting, d.showRights, d.showMixUp, d.showWindow, d.showTargets, d.showRequest} {
		if err := part(ctx); err != nil {
			return err
		}
	}
	d.shown = true
	d.out.line("")
	if d.problems > 0 {
		d.out.failure("%d of %d answers are not as expected: see above", d.problems, d.checks)
	} else {
		d.out.success("All %d answers are as expected.", d.checks)
	}
	return nil
}

// close ends every process and removes every file. In a cluster that was there before, it deletes what the demo has created.
func (d *demo) close() error {
	if d.plane == nil {
		return nil
	}
	if d.cluster == currentCluster {
		return errors.Join(d.giveBack(), d.plane.Stop())
	}
	// No context: everything that was started must be stopped, even if the context has ended.
	return d.out.step(context.Background(), "Stopping everything and removing its files", "", func(context.Context) error {
		return errors.Join(d.stopOperator(), d.plane.Stop())
	})
}

func (d *demo) stopOperator() error {
	if d.operator == nil {
		return nil
	}
	return d.operator.Stop()
}

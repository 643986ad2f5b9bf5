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
	"path/filepath"
	"slices"
	"strings"

	"github.com/stakeholders-dev/stakeholder-operator/test/controlplane"
)

// showRequest has a pipeline ask whether an image may run, a customer approve it, and the API server let in this image alone.
func (d *demo) showRequest(ctx context.Context) error {
	d.out.heading("7. May it go out? A pipeline asks, a customer answers, and only what was approved runs")
	if !d.gate {
		d.out.line("Left out: the admission gate needs Kubernetes %s or later, and this is %s.", oldestForGate, d.kubernetes)
		return nil
	}
	for _, args := range gateCommands {
		if err := d.typed(ctx, args...); err != nil {
			return err
		}
	}
	d.out.line("  %s", d.out.dim("(the pipeline may work in both namespaces; the gate asks for the image of every workload in "+targetName+")"))
	if err := d.deploy(ctx, approvedImage, false); err != nil {
		return err
	}
	if err := d.typed(ctx, append([]string{"create", "-f", requestFile}, asPipeline...)...); err != nil {
		return err
	}
	got, err := d.await(ctx, requestAsked, requestPending)
	if err != nil {
		return err
	}
	d.out.command([]string{"get", "sreq", "-n", "payments"})
	listed, err := d.plane.Kubectl(ctx, "get", "sreq", "-n", "payments")
	if err != nil {
		return err
	}
	d.out.output(listed)
	d.check("whom the request went to", got, requestPending)
	if err := d.typed(ctx, approve...); err != nil {
		return err
	}
	if err := d.typed(ctx, "wait", "--for=condition=Approved", "sreq/"+requestName, "-n", "payments", "--timeout=10s"); err != nil {
		return err
	}
	if err := d.deploy(ctx, otherImage, false); err != nil {
		return err
	}
	return d.deploy(ctx, approvedImage, true)
}

// typed shows a command as a user would type it, in the folder of the checkout, and runs it.
func (d *demo) typed(ctx context.Context, args ...string) error {
	d.out.command(args)
	run := make([]string, len(args))
	for i, arg := range args {
		if run[i] = arg; strings.HasPrefix(arg, "config/") {
			run[i] = filepath.Join(d.root, arg)
		}
	}
	_, err := d.plane.Kubectl(ctx, run...)
	return err
}

// deploy has the pipeline run an image. Passes says whether the API server should let it.
func (d *demo) deploy(ctx context.Context, image string, passes bool) error {
	args := append([]string{"create", "deployment", "checkout", "-n", targetName, "--image=" + image}, asPipeline...)
	d.out.command(args)
	got, want := "", "NeedsApproval"
	if passes {
		want = "created"
		var err error
		if got, err = d.await(ctx, args, "deployment.apps/checkout created"); err != nil {
			return err
		}
		d.out.output(got)
	} else if err := d.awaitRefusal(ctx, args); err != nil {
		got = err.Error()
		if _, said, found := strings.Cut(got, "denied request: "); found {
			got = said
		}
		d.out.paragraph(strings.TrimSpace(got))
	}
	if strings.Contains(got, want) {
		got = want
	}
	d.check("image "+image, got, want)
	return ctx.Err()
}

// awaitRefusal returns why the API server refuses what a command does, or nil. It learns of a new policy within a second or two, so that
// is tried in dry runs until then.
func (d *demo) awaitRefusal(ctx context.Context, args []string) error {
	var refusal error
	_ = controlplane.WaitFor(ctx, grantsTimeout, "the API server refuses it", func() error {
		if _, refusal = d.plane.Kubectl(ctx, append(slices.Clone(args), "--dry-run=server")...); refusal == nil {
			return errors.New("it is accepted")
		}
		return nil
	})
	return refusal
}

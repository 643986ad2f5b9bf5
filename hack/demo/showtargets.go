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
	"fmt"
	"strings"

	"github.com/stakeholders-dev/stakeholder-operator/test/controlplane"
)

// showTargets makes a map reach another namespace, which has to agree.
func (d *demo) showTargets(ctx context.Context) error {
	d.out.heading("6. Where the product runs: another namespace, which has to agree")
	for _, args := range [][]string{createTarget, {"patch", "smap", "checkout", "-n", "payments", "--type=merge", "-p", targetPatch}} {
		d.out.command(args)
		if _, err := d.plane.Kubectl(ctx, args...); err != nil {
			return err
		}
	}
	steps := []struct {
		args []string
		want string
	}{
		{nil, "False NamespaceRefused 0 of 1"},
		{[]string{"annotate", "namespace", targetName, "stakeholders.dev/accept-maps-from=payments"}, "True Ready 1 of 1"},
	}
	for _, s := range steps {
		if s.args != nil {
			d.out.command(s.args)
			if _, err := d.plane.Kubectl(ctx, s.args...); err != nil {
				return err
			}
		}
		got, err := d.await(ctx, targetStatus, s.want)
		if err != nil {
			return err
		}
		d.out.line("  ready: %s", got)
		d.check("the map's target namespaces", got, s.want)
	}
	d.out.command(targetBindings)
	bindings, err := d.plane.Kubectl(ctx, targetBindings...)
	if err != nil {
		return err
	}
	d.out.output(bindings)
	d.check("who has the rights of the ClusterRoles", columns(bindings), targetHolders)
	return nil
}

// await returns what kubectl prints when it is as wanted or enough time has passed.
func (d *demo) await(ctx context.Context, args []string, want string) (string, error) {
	var got string
	err := controlplane.WaitFor(ctx, grantsTimeout, want, func() error {
		output, err := d.plane.Kubectl(ctx, args...)
		if err != nil {
			return err
		}
		if got = strings.TrimSpace(output); got != want {
			return fmt.Errorf("it is %q", got)
		}
		return nil
	})
	if got == "" {
		return "", err
	}
	return got, ctx.Err()
}

// columns is a table of kubectl's with one space between columns, as one line.
func columns(table string) string { return strings.Join(strings.Fields(table), " ") }

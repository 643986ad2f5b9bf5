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
	"os/exec"
	"path/filepath"
	"slices"
	"strings"

	"github.com/stakeholders-dev/stakeholder-operator/test/controlplane"
)

// listedObjects bounds how many objects an error names.
const listedObjects = 5

// borrow connects to the cluster of kubectl's current context, and asks the user before the demo changes anything there.
func (d *demo) borrow(ctx context.Context) error {
	kubectl, err := exec.LookPath(d.kubectlPath)
	if err != nil {
		return fmt.Errorf("an existing cluster needs kubectl: %w", err)
	}
	if d.plane, err = controlplane.Connect(ctx, kubectl); err != nil {
		return err
	}
	for _, part := range []func(context.Context) error{d.showCluster, d.checkRights, d.checkUnused, d.confirm} {
		if err := part(ctx); err != nil {
			return err
		}
	}
	d.borrowed = true
	return nil
}

// showCluster shows which cluster it is, and fails if the operator does not support its version.
func (d *demo) showCluster(ctx context.Context) error {
	name, err := d.plane.Kubectl(ctx, "config", "current-context")
	if err != nil {
		return err
	}
	d.out.line("It uses the cluster of kubectl's current context:")
	d.out.line("  context     %s", d.out.strong(strings.TrimSpace(name)))
	d.out.line("  server      %s", d.out.strong(d.plane.Config.Host))
	if err := d.readVersion(ctx); err != nil {
		return err
	}
	d.out.line("  Kubernetes  %s", d.kubernetes)
	return checkVersion(d.kubernetes)
}

// checkRights fails if the user is not allowed to install the operator.
func (d *demo) checkRights(ctx context.Context) error {
	answer, err := d.plane.Kubectl(ctx, "auth", "can-i", "*", "*", "--all-namespaces")
	if strings.TrimSpace(answer) == "no" {
		return errors.New("nothing was changed: only a cluster admin can install the operator, and the user of this context is none")
	}
	return err
}

// checkUnused fails if the cluster has an object that the demo would create: the demo would delete it at the end.
func (d *demo) checkUnused(ctx context.Context) error {
	var found []string
	for _, selected := range [][]string{
		{"-k", filepath.Join(d.root, "config", "default")},
		{"-f", filepath.Join(d.root, gatePolicy)},
		append([]string{"namespaces"}, demoNamespaces...),
	} {
		output, err := d.plane.Kubectl(ctx, slices.Concat([]string{"get"}, selected, []string{"--ignore-not-found", "-o", "name"})...)
		if err != nil {
			return err
		}
		found = append(found, lines(output)...)
	}
	if len(found) == 0 {
		return nil
	}
	listed := strings.Join(found[:min(len(found), listedObjects)], ", ")
	if more := len(found) - listedObjects; more > 0 {
		listed += fmt.Sprintf(" and %d more", more)
	}
	return fmt.Errorf("nothing was changed: the cluster has objects that the demo would change, and delete at the end: %s. "+
		"Use another cluster, or delete them first. docs/how-to/uninstall.md says how to remove the operator", listed)
}

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
	"slices"
	"strings"
	"time"
)

const (
	// giveBackTimeout bounds the deletion of everything, so that an unattended demo ends.
	giveBackTimeout = 5 * time.Minute
	// mapsTimeout is how long the operator may take to let go of maps.
	mapsTimeout = "--timeout=1m"
	// deleteTimeout bounds each of the other deletions.
	deleteTimeout = "--timeout=3m"
)

// giveBack deletes what the demo has created in a cluster that it has not started. It does all it can, also after an error.
func (d *demo) giveBack() error {
	if !d.borrowed {
		return nil
	}
	// A context of its own: everything must be deleted, even if the other context has ended.
	ctx, cancel := context.WithTimeout(context.Background(), giveBackTimeout)
	defer cancel()
	d.out.line("")
	var errs []error
	for _, s := range []step{
		{"Deleting all maps while the operator runs, so that it removes their grants", "", d.deleteMaps},
		{"Stopping the operator", "", func(context.Context) error { return d.stopOperator() }},
		{"Deleting the operator's objects and the namespaces of the demo", "", d.deleteObjects},
	} {
		errs = append(errs, d.out.step(ctx, s.what, s.command, s.do))
	}
	if err := errors.Join(errs...); err != nil {
		return fmt.Errorf("%w\nTo delete what is left, run: make undeploy ignore-not-found=true; kubectl delete --ignore-not-found -f %s; "+
			"kubectl delete --ignore-not-found namespaces %s", err, gatePolicy, strings.Join(demoNamespaces, " "))
	}
	return nil
}

// deleteMaps has the operator remove what maps and the policy have elsewhere.
func (d *demo) deleteMaps(ctx context.Context) error {
	if d.operator == nil || d.operator.Ended() {
		return nil
	}
	_, err := d.plane.Kubectl(ctx, "delete", "stakeholdermaps,stakeholderrequests", "--all", "--all-namespaces", mapsTimeout)
	_, policyErr := d.plane.Kubectl(ctx, "delete", "stakeholderpolicies", "--all", mapsTimeout)
	return errors.Join(err, policyErr)
}

// deleteObjects deletes the rest. The operator has ended.
func (d *demo) deleteObjects(ctx context.Context) error {
	err := errors.Join(d.releaseObjects(ctx, "stakeholdermaps"), d.releaseObjects(ctx, "stakeholderpolicies"))
	for _, args := range [][]string{
		// Only outputs of the operator have the label.
		{"delete", "rolebindings,roles,configmaps,serviceaccounts", "--selector=stakeholders.dev/map", "--all-namespaces", deleteTimeout},
		{"delete", "-f", filepath.Join(d.root, gatePolicy), "--ignore-not-found", deleteTimeout},
		slices.Concat([]string{"delete", "namespaces"}, demoNamespaces, []string{"--ignore-not-found", deleteTimeout}),
		{"delete", "-k", filepath.Join(d.root, "config", "default"), "--ignore-not-found", deleteTimeout},
	} {
		_, deleteErr := d.plane.Kubectl(ctx, args...)
		err = errors.Join(err, deleteErr)
	}
	return err
}

// releaseObjects removes the finalizers of objects that wait for an operator that has ended too early.
func (d *demo) releaseObjects(ctx context.Context, resource string) error {
	definition, err := d.plane.Kubectl(ctx, "get", "customresourcedefinition", resource+".stakeholders.dev", "--ignore-not-found", "-o", "name")
	if err != nil || definition == "" {
		return err
	}
	left, err := d.plane.Kubectl(ctx, "get", resource, "--all-namespaces", "-o", `jsonpath={range .items[*]}{.metadata.name} {.metadata.namespace}{"\n"}{end}`)
	if err != nil {
		return err
	}
	var errs []error
	for _, line := range lines(left) {
		name, namespace, _ := strings.Cut(line, " ")
		_, err := d.plane.Kubectl(ctx, "patch", resource, name, "--namespace="+namespace, "--type=merge", "-p", `{"metadata":{"finalizers":null}}`)
		errs = append(errs, err)
	}
	return errors.Join(errs...)
}

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

package command

import (
	"context"

	"k8s.io/apimachinery/pkg/types"

	"github.com/stakeholders-dev/stakeholder-operator/api/v1alpha1"
	"github.com/stakeholders-dev/stakeholder-operator/cmd/kubectl-stakeholders/preview"
)

// withCluster compares the files with the maps of the same names in the cluster.
func (d *diffCommand) withCluster(ctx context.Context, policy *v1alpha1.StakeholderPolicySpec) (*sides, error) {
	after, err := d.readSide(ctx, d.filesOnDisk(ctx, &d.source.files), policy)
	if err != nil {
		return nil, err
	}
	c, err := d.connect(false)
	if err != nil {
		return nil, err
	}
	progress := d.Progress("Reading maps")
	before, notes, err := c.World(ctx, after.Maps, policy, progress.Update)
	progress.Done()
	if err != nil {
		return nil, err
	}
	sharing, complete, more, err := c.Sharing(ctx, before, after.Maps)
	if err != nil {
		return nil, err
	}
	d.notes(append(notes, more...))
	known := make(map[types.NamespacedName]bool, len(sharing))
	for _, m := range sharing {
		known[preview.KeyOf(m)] = true
	}
	before.Maps, after.Maps = append(before.Maps, sharing...), append(after.Maps, sharing...)
	if after.Policy == nil {
		after.Policy = before.Policy
	}
	addMissing(after.World, before)
	return &sides{
		from: "cluster", to: d.onDisk(), before: &side{World: before}, after: after, context: known, allMaps: complete,
		refine: func(p *preview.Product) error {
			note, err := c.InForce(ctx, p)
			if note != "" {
				d.note(note)
			}
			return err
		},
	}, nil
}

// addMissing adds the namespaces of the cluster that the files do not describe.
func addMissing(after, before *preview.World) {
	after.Absent = before.Absent
	for name, ns := range before.Namespaces {
		if after.Namespaces[name] == nil {
			after.Namespaces[name] = ns
		}
	}
}

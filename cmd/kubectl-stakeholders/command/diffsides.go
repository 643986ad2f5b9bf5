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
	"strings"

	"k8s.io/apimachinery/pkg/types"

	"github.com/stakeholders-dev/stakeholder-operator/api/v1alpha1"
	"github.com/stakeholders-dev/stakeholder-operator/cmd/kubectl-stakeholders/failure"
	"github.com/stakeholders-dev/stakeholder-operator/cmd/kubectl-stakeholders/manifest"
	"github.com/stakeholders-dev/stakeholder-operator/cmd/kubectl-stakeholders/preview"
	"github.com/stakeholders-dev/stakeholder-operator/cmd/kubectl-stakeholders/schema"
	"github.com/stakeholders-dev/stakeholder-operator/controllers/messages"
)

// sides are what is compared.
type sides struct {
	from, to      string
	before, after *side
	// refine fills in what is in force before, for a product of the cluster.
	refine func(*preview.Product) error
	// removes says that a map that is only before is removed.
	removes bool
	// context has the maps of the cluster that are not in the files, and that can give the same rights.
	context map[types.NamespacedName]bool
	// allMaps says that all maps that can give the same rights are known.
	allMaps bool
}

// side is one of the two.
type side struct {
	*preview.World

	// written has the maps of files as they are written. The API server has accepted those of a cluster.
	written map[types.NamespacedName][]byte
	// refused has the problems of maps that the API server refuses.
	refused map[types.NamespacedName][]schema.Problem
}

func (d *diffCommand) readSide(ctx context.Context, read documents, policy *v1alpha1.StakeholderPolicySpec) (*side, error) {
	w := d.newWorldReader()
	w.lenient = true
	return &side{World: w.World, written: w.written}, w.read(ctx, d.counted(read), policy)
}

// sides reads what is compared.
func (d *diffCommand) sides(ctx context.Context, policy *v1alpha1.StakeholderPolicySpec) (*sides, error) {
	switch {
	case d.from == "" && d.to != "":
		return nil, failure.Usage("--to needs --from: name the revision to compare with")
	case d.from == "":
		return d.withCluster(ctx, policy)
	case isPath(d.from) && d.to != "":
		return nil, failure.Usage("--to is a revision of git, and --from %s is a path: leave out --to, and name the later files with -f", d.from)
	case isPath(d.to):
		return nil, failure.Usage("--to is a revision of git, and %s is a path: leave out --to, and name the later files with -f", d.to)
	case isPath(d.from):
		return d.withFiles(ctx, policy)
	default:
		return d.withRevision(ctx, policy)
	}
}

// isPath reports whether a value of --from is a path. No revision of git begins so
// (https://git-scm.com/docs/git-check-ref-format).
func isPath(from string) bool {
	return from == "." || from == ".." || strings.HasPrefix(from, "./") || strings.HasPrefix(from, "../") || strings.HasPrefix(from, "/")
}

// onDisk is how a report names files that are read as they are.
func (d *diffCommand) onDisk() string {
	const most = 3
	return messages.And(d.source.fileNames(), most)
}

// filesOnDisk reads files as they are.
func (d *diffCommand) filesOnDisk(ctx context.Context, files *manifest.Files) documents {
	return func(each func(*manifest.Document) error) error { return files.Read(ctx, d.In, each) }
}

// withFiles compares the files with those of another path.
func (d *diffCommand) withFiles(ctx context.Context, policy *v1alpha1.StakeholderPolicySpec) (*sides, error) {
	files := manifest.Files{Names: []string{d.from}, Recursive: d.source.files.Recursive}
	before, err := d.readSide(ctx, d.filesOnDisk(ctx, &files), policy)
	if err != nil {
		return nil, err
	}
	after, err := d.readSide(ctx, d.filesOnDisk(ctx, &d.source.files), policy)
	return &sides{from: d.from, to: d.onDisk(), before: before, after: after, removes: true}, err
}

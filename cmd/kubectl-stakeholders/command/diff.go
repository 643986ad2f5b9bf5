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
	"io"
	"slices"

	"github.com/spf13/cobra"

	"github.com/stakeholders-dev/stakeholder-operator/cmd/kubectl-stakeholders/changes"
	"github.com/stakeholders-dev/stakeholder-operator/cmd/kubectl-stakeholders/failure"
	"github.com/stakeholders-dev/stakeholder-operator/cmd/kubectl-stakeholders/output"
)

func newDiffCommand(env *environment) *cobra.Command {
	d := &diffCommand{environment: env}
	cmd := &cobra.Command{
		Use:   "diff -f FILE [--from REVISION|PATH]",
		Short: "Say in words what an edit of a map changes",
		Long: `Say in words what the maps in the files change: who gains and loses which
rights, who is asked about what, and how parties are reached. What follows from
groups in Argo CD and Kargo is not listed, and neither is who is in a group.

Several maps can give the same right on the requests of a namespace, and the
same tool rights in a target namespace. A subject loses such a right only if no
other map gives it. Maps count that are in the files or, without --from, in the
cluster and readable. If others may exist, the last line says so. Rights that
roles and bindings of others give are not known.

A map that the API server refuses changes nothing. Of an invalid map that it
accepts, no subject gains a right, and subjects that have left lose theirs at
once. What was in force before such a map is known only in the cluster.

Without --from, the files are compared with the cluster. Changes of maps of the
cluster that are not in the files are left out. With --from REVISION, they are compared
with a revision of the git repository that they are in, such as HEAD or
origin/main. For what a branch changes, use --from "$(git merge-base origin/main
HEAD)". A value of --from that begins with ./, ../ or / is a file or folder,
which no revision of git begins with. --to names a second revision; without it,
the files are read as they are on the disk.

A symbolic link that -f names is followed, and so is one to a file in a folder.
A link to a folder in a folder is not. A revision is read in the same way: its
links lead to the files of that revision. One that leads out of the repository
is refused, because what it led to is unknown.

A policy and Namespaces in the files count as in "kubectl stakeholders render".
--policy applies to both sides.

"-o markdown" is made for comments on pull requests: names are in code spans, so
that no mention in them notifies a user.

Exit codes: 0 nothing changes, 1 rights or routing change, 2 wrong usage or
unreadable files, 3 the cluster cannot answer.`,
		Example: `  kubectl stakeholders diff -f checkout.yaml
  kubectl stakeholders diff -f maps/ -R --from origin/main
  kubectl stakeholders diff -f maps/ --from v1.0.0 --to v1.1.0 -o markdown
  kubectl stakeholders diff -f after.yaml --from ./before.yaml --at 2027-01-01T00:00:00Z`,
		Args: takes("-f FILE", 0, 0),
		RunE: func(cmd *cobra.Command, _ []string) error { return d.run(cmd.Context()) },
	}
	d.source.addTo(cmd)
	d.output.AddTo(cmd, map[string]func(io.Writer, output.Result) error{"markdown": d.markdown})
	cmd.Flags().StringVar(&d.from, "from", "", "Compare with this revision of git, or with the files in ./PATH, and not with the cluster.")
	cmd.Flags().StringVar(&d.to, "to", "", "Compare up to this revision of git, and not with the files on the disk. Needs --from.")
	cmd.Flags().BoolVar(&d.all, "all", false, "Print all changes and complete lists, however many there are.")
	return cmd
}

type diffCommand struct {
	*environment

	source   source
	output   output.Flags
	from, to string
	all      bool
}

func (d *diffCommand) run(ctx context.Context) error {
	if err := d.source.needFiles("diff"); err != nil {
		return err
	}
	a, err := d.assumed(ctx, &d.source)
	if err != nil {
		return err
	}
	s, err := d.sides(ctx, a.policy)
	if err != nil {
		return err
	}
	if len(s.before.Maps)+len(s.after.Maps) == 0 {
		return failure.Usage("no StakeholderMap in %s", d.source.where())
	}
	pairs, err := d.pairs(ctx, s, a.at)
	if err != nil {
		return err
	}
	list := append(changes.PolicyChanges(s.before.Policy, s.after.Policy), changes.Compare(pairs, changes.Options{All: d.all})...)
	result := &diffResult{all: d.all, Report: changes.Report{
		TypeMeta: output.TypeMeta("Diff"), From: s.from, To: s.to, Summary: changes.Summarize(list), OtherMapsUnknown: !s.allMaps,
		Changes: slices.Concat([]changes.Change{}, list),
	}}
	if err := d.output.Write(d.Terminal, result); err != nil {
		return err
	}
	if len(list) > 0 {
		return failure.ErrNo
	}
	return nil
}

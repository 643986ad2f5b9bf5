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
	"fmt"
	"io"
	"slices"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"github.com/stakeholders-dev/stakeholder-operator/api/v1alpha1"
	"github.com/stakeholders-dev/stakeholder-operator/cmd/kubectl-stakeholders/changes"
	"github.com/stakeholders-dev/stakeholder-operator/cmd/kubectl-stakeholders/failure"
	"github.com/stakeholders-dev/stakeholder-operator/cmd/kubectl-stakeholders/output"
	"github.com/stakeholders-dev/stakeholder-operator/cmd/kubectl-stakeholders/preview"
)

func newDiffCommand(env *environment) *cobra.Command {
	d := &diffCommand{environment: env}
	cmd := &cobra.Command{
		Use:   "diff -f FILE [--from REVISION|PATH]",
		Short: "Say in words what an edit of a map changes",
		Long: `Say in words what the maps in the files change: who gains and loses which
rights, who is asked about what, and how parties are reached. An invalid map
gives no subject a right, and subjects that have left it lose theirs at once.
What follows from groups in Argo CD and Kargo is not listed.

Without --from, the files are compared with the cluster. Maps of the cluster
that are not in the files are left out. With --from REVISION, they are compared
with a revision of the git repository that they are in, such as HEAD or
origin/main. For what a branch changes, use --from "$(git merge-base origin/main
HEAD)". A value of --from that begins with ./, ../ or / is a file or folder,
which no revision of git begins with. --to names a second revision; without it,
the files are read as they are on the disk.

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
		PreRunE: func(cmd *cobra.Command, _ []string) error {
			if cmd.Flags().Changed("from") && d.from == "" {
				return failure.Usage("--from is empty: name a revision of git or ./PATH, or leave it out to compare with the cluster")
			}
			return nil
		},
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

// sides are what is compared.
type sides struct {
	from, to      string
	before, after *preview.World
	// refine fills in what is in force before, for a product of the cluster.
	refine func(*preview.Product) error
	// removes says that a map that is only before is removed.
	removes bool
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
		return failure.Usage("no StakeholderMap in %s", strings.Join(d.source.files.Names, ", "))
	}
	pairs, err := d.pairs(s, a.at)
	if err != nil {
		return err
	}
	list := append(changes.PolicyChanges(s.before.Policy, s.after.Policy), changes.Compare(pairs, changes.Options{All: d.all})...)
	result := &diffResult{all: d.all, Report: changes.Report{
		TypeMeta: output.TypeMeta("Diff"), From: s.from, To: s.to, Summary: changes.Summarize(list), Changes: slices.Concat([]changes.Change{}, list),
	}}
	if err := d.output.Write(d.Terminal, result); err != nil {
		return err
	}
	if len(list) > 0 {
		return failure.ErrNo
	}
	return nil
}

// pairs previews each map before and after.
func (d *diffCommand) pairs(s *sides, now time.Time) ([]changes.Pair, error) {
	was, is := s.before.ByName(), s.after.ByName()
	keys := changes.Affected(s.before, s.after, s.removes)
	pairs := make([]changes.Pair, 0, len(keys))
	var after []*preview.Product
	for _, key := range keys {
		pair, err := d.pair(s, was[key], is[key], now)
		if err != nil {
			return nil, err
		}
		pairs = append(pairs, pair)
		if pair.After != nil {
			after = append(after, pair.After)
		}
	}
	d.notes(assumptions(after))
	return pairs, nil
}

// pair previews a map before and after. One of them may be nil.
func (d *diffCommand) pair(s *sides, was, is *v1alpha1.StakeholderMap, now time.Time) (changes.Pair, error) {
	var pair changes.Pair
	var err error
	if pair.Before, err = productOf(s.before, was, now); err != nil {
		return pair, err
	}
	if pair.After, err = productOf(s.after, is, now); err != nil {
		return pair, err
	}
	if pair.Before != nil && s.refine != nil {
		if err := s.refine(pair.Before); err != nil {
			return pair, err
		}
	}
	if pair.After != nil && pair.After.IsInvalid() {
		d.note(fmt.Sprintf("%s is invalid. Run `kubectl stakeholders lint` to see why.", pair.After.Name()))
	}
	return pair, nil
}

// productOf previews a map of a World. It is nil if the map is.
func productOf(world *preview.World, m *v1alpha1.StakeholderMap, now time.Time) (*preview.Product, error) {
	if m == nil {
		return nil, nil //nolint:nilnil // nil means that there is none
	}
	p, err := world.Product(m, now)
	if err != nil {
		return nil, failure.Usage("StakeholderMap %s/%s: %w", m.Namespace, m.Name, err)
	}
	return p, nil
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

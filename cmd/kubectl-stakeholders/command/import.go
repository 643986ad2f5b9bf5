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
	"maps"
	"slices"
	"strings"

	"github.com/spf13/cobra"

	"github.com/stakeholders-dev/stakeholder-operator/cmd/kubectl-stakeholders/failure"
	"github.com/stakeholders-dev/stakeholder-operator/cmd/kubectl-stakeholders/importer"
)

func newImportCommand(env *environment) *cobra.Command {
	i := &importing{environment: env}
	cmd := &cobra.Command{
		Use:   "import --from FORMAT [FILE...]",
		Short: "Make a first StakeholderMap out of what is there",
		Long: `Make a first StakeholderMap out of files that already name people, and print it.

  codeowners      CODEOWNERS: the owners of all files make the product
  owners-aliases  OWNERS_ALIASES: lists the aliases for you to choose from
  backstage       catalog-info.yaml: a System or Component, and its owners
  rolebindings    RoleBindings with their Roles, in files or in the cluster

If Backstage's catalog has several Systems, choose one with --name. RoleBindings come from the namespace in the cluster if
you name no files. With files, add the Roles and ClusterRoles that the RoleBindings refer to.

No such file knows who pays for the product and who uses it, except those that export has written: import reads the parties
back from them. The map says TODO where you have to answer, in comments at the field, and stays invalid until you do: lint
points at each place. FILE - is standard input.

--prove prints another result for rolebindings: a table of who has which right through these RoleBindings, and who would
have it through the map if it replaced them. The map is the draft, or the one of --map. The exit code is 1 if any subject
gains or loses a right. To replace only some RoleBindings, pass those as files.

In the cluster, the map replaces the RoleBindings of the namespace. Those of other namespaces and ClusterRoleBindings stay, and a
right that they give is no loss. In files, all bindings are replaced.`,
		Example: `  kubectl stakeholders import --from codeowners CODEOWNERS --name checkout
  kubectl stakeholders import --from rolebindings -n payments
  kubectl stakeholders import --from rolebindings --prove --map checkout.yaml`,
		RunE: func(cmd *cobra.Command, args []string) error { return i.run(cmd.Context(), args) },
	}
	flags := cmd.Flags()
	flags.StringVar(&i.from, "from", "", "Read this format: "+strings.Join(importNames(), ", ")+".")
	flags.StringVar(&i.name, "name", "", "Give the map this name.")
	flags.StringVar(&i.product, "product", "", "Give the product this name for people.")
	flags.BoolVar(&i.prove, "prove", false, "rolebindings: print who gains and who loses which right.")
	flags.StringVar(&i.mapFile, "map", "", "Compare the RoleBindings with the StakeholderMap in this file, and not with a draft. Needs --prove.")
	flags.StringVar(&i.source.policy, "policy", "", "Apply the StakeholderPolicy named default in this file to the map. Without it, the one in the files applies, or the one in force in the cluster. Needs --prove.")
	flags.StringVar(&i.source.at, "at", "", "Compare with the map at this time and not now, such as 2027-01-31T12:00:00Z. Needs --prove.")
	i.output.addTo(cmd)
	_ = cmd.RegisterFlagCompletionFunc("from", cobra.FixedCompletions(importNames(), cobra.ShellCompDirectiveNoFileComp))
	return cmd
}

type importing struct {
	*environment

	from, name, product string
	prove               bool
	mapFile             string
	// source has the policy and the time of a proof.
	source source
	output proofFlags
}

// importFormats read the files of each value of --from.
var importFormats = map[string]func(*importing, context.Context, []string) (*importer.Draft, error){
	"codeowners":     (*importing).codeOwners,
	"owners-aliases": (*importing).ownersAliases,
	"backstage":      (*importing).backstage,
	"rolebindings":   (*importing).roleBindings,
}

func importNames() []string { return slices.Sorted(maps.Keys(importFormats)) }

// check refuses flags and arguments that do not fit.
func (i *importing) check(args []string) error {
	switch {
	case i.from == "":
		return failure.Usage("import needs --from with one of %s", strings.Join(importNames(), ", "))
	case importFormats[i.from] == nil:
		return unknownValue("--from", i.from, importNames())
	case len(args) == 0 && i.from != "rolebindings":
		return failure.Usage("import --from %s needs a FILE, or - for standard input", i.from)
	case i.prove && i.from != "rolebindings":
		return failure.Usage("--prove belongs to --from rolebindings: no other file gives rights in a cluster")
	case !i.prove && (i.mapFile != "" || i.source.policy+i.source.at != "" || i.output.given()):
		return failure.Usage("--map, --policy, --at and --output need --prove: without it, the result is a map")
	case i.name != "" && !importer.IsName(i.name):
		return failure.Usage("--name cannot be %q: write lower-case letters, digits, '-' and '.', at most 63, with a letter or digit at both ends", i.name)
	}
	return nil
}

func (i *importing) run(ctx context.Context, args []string) error {
	if err := i.check(args); err != nil {
		return err
	}
	if i.prove {
		return i.runProof(ctx, args)
	}
	draft, err := importFormats[i.from](i, ctx, args)
	if err != nil {
		return err
	}
	content, err := draft.YAML()
	if err != nil {
		return err
	}
	_, err = i.Out.Write(content)
	return err
}

// options are what the flags say about the map.
func (i *importing) options() importer.Options {
	return importer.Options{Name: i.name, Namespace: i.namespaceGiven(), Product: i.product}
}

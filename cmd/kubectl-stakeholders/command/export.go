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

	"github.com/spf13/cobra"

	"github.com/stakeholders-dev/stakeholder-operator/cmd/kubectl-stakeholders/failure"
	"github.com/stakeholders-dev/stakeholder-operator/cmd/kubectl-stakeholders/repository"
)

func newExportCommand(env *environment) *cobra.Command {
	e := &export{environment: env}
	cmd := &cobra.Command{
		Use:   "export PRODUCT --to FORMAT",
		Short: "Write the stakeholders into files of a repository",
		Long: `Write the stakeholders into files that GitHub, Prow and Backstage read.

  codeowners      .github/CODEOWNERS: who reviews which files
  owners-aliases  OWNERS_ALIASES: an alias for each role and topic
  backstage       catalog-info.yaml: a System with Groups and Users
  issue-forms     .github/ISSUE_TEMPLATE: a form for feature requests

One file goes to standard output. With --out DIR, all files go to their places below that folder, which is the root of the
repository. A file that exists and differs stays as it is, unless you add --force. A symbolic link is followed, and one that
leads out of the folder is refused.

What a file cannot hold is left out, and a note on standard error says what and why. With --strict, such notes lead to the
exit code 1.`,
		Example: `  kubectl stakeholders export checkout --to codeowners -f checkout.yaml
  kubectl stakeholders export checkout --to codeowners --own /docs/=budget
  kubectl stakeholders export checkout --to issue-forms --out .`,
		Args:              takes("PRODUCT", 1, 1),
		ValidArgsFunction: completeArgs(env.completeProducts(&e.source)),
		RunE: func(cmd *cobra.Command, args []string) error {
			if err := e.flagsFit(cmd); err != nil {
				return err
			}
			return e.run(cmd.Context(), args[0])
		},
	}
	e.source.addTo(cmd)
	flags := cmd.Flags()
	flags.StringVar(&e.to, "to", "", "Write this format: "+strings.Join(exportNames(), ", ")+".")
	flags.StringVar(&e.out, "out", "", "Write the files below this folder, the root of the repository, and not to standard output.")
	flags.BoolVar(&e.force, "force", false, "Overwrite files.")
	flags.BoolVar(&e.strict, "strict", false, "End with the exit code 1 if something was left out.")
	e.options.addTo(flags)
	_ = cmd.RegisterFlagCompletionFunc("to", cobra.FixedCompletions(exportNames(), cobra.ShellCompDirectiveNoFileComp))
	return cmd
}

type export struct {
	*environment

	source        source
	to, out       string
	force, strict bool
	options       exportOptions
}

// flagsFit refuses flags that have no effect on the chosen format.
func (e *export) flagsFit(cmd *cobra.Command) error {
	switch _, known := exportFormats[e.to]; {
	case e.to == "":
		return failure.Usage("export needs --to with one of %s", strings.Join(exportNames(), ", "))
	case !known:
		return unknownValue("--to", e.to, exportNames())
	}
	for name, other := range exportFormats {
		for _, flag := range other.flags {
			if name != e.to && cmd.Flags().Changed(flag) {
				return failure.Usage("--%s belongs to --to %s, and has no effect on --to %s", flag, name, e.to)
			}
		}
	}
	if e.out == "" && e.force {
		return failure.Usage("--force needs --out: standard output has no file to overwrite")
	}
	return nil
}

func (e *export) run(ctx context.Context, name string) error {
	p, err := e.product(ctx, &e.source, name)
	if err != nil {
		return err
	}
	e.notes(p.Notes())
	if e.options.codeOwners.Rules, err = e.options.rules(p); err != nil {
		return err
	}
	rendered, err := repository.Render(p.Table, exportFormats[e.to].options(&e.options))
	if err != nil {
		return failure.Usage("%w", err)
	}
	if err := e.write(rendered.Files); err != nil {
		return err
	}
	for _, finding := range rendered.Findings {
		e.note(finding.Path + ": " + finding.Message)
	}
	if e.strict && len(rendered.Findings) > 0 {
		return failure.ErrNo
	}
	return nil
}

func (e *export) write(files []repository.File) error {
	if e.out != "" {
		return e.writeBelow(e.out, files)
	}
	if len(files) != 1 {
		paths := make([]string, len(files))
		for i := range files {
			paths[i] = files[i].Path
		}
		return failure.Usage("--to %s makes several files (%s): name the folder of the repository with --out", e.to, strings.Join(paths, ", "))
	}
	_, err := e.Out.Write(files[0].Content)
	return err
}

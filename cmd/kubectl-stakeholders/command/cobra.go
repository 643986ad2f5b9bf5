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

import "github.com/spf13/cobra"

// ownDefaults replaces the parts of cobra's own commands that take wrong arguments for right ones.
func ownDefaults(root *cobra.Command) {
	root.SetHelpCommand(newHelpCommand())
	root.SetHelpCommandGroupID(groupHelp)
	root.SetCompletionCommandGroupID(groupHelp)
	root.InitDefaultCompletionCmd()
	for _, cmd := range root.Commands() {
		if cmd.Name() != "completion" {
			continue
		}
		cmd.Short = "Print the script that completes commands and names in a shell"
		cmd.Long = completionHelp
		cmd.RunE = helpOf(cmd)
		cmd.Args = cobra.ArbitraryArgs
		for _, shell := range cmd.Commands() {
			shell.Args = takes("", 0, 0)
		}
	}
}

const completionHelp = `Print the script that completes commands, flags and names in a shell: bash, zsh, fish or powershell.

The script is for kubectl-stakeholders with a hyphen. kubectl completes 'kubectl stakeholders' itself if the program
kubectl_complete-stakeholders is in your PATH. It comes with the plugin.`

func newHelpCommand() *cobra.Command {
	cmd := &cobra.Command{
		Use:   "help [COMMAND]",
		Short: "Show how a command is used",
		Long:  "Show how a command is used.",
		ValidArgsFunction: func(cmd *cobra.Command, args []string, _ string) ([]cobra.Completion, cobra.ShellCompDirective) {
			about, rest, err := cmd.Root().Find(args)
			if err != nil || len(rest) > 0 {
				return nil, cobra.ShellCompDirectiveNoFileComp
			}
			var names []cobra.Completion
			for _, child := range about.Commands() {
				if child.IsAvailableCommand() {
					names = append(names, cobra.CompletionWithDesc(child.Name(), child.Short))
				}
			}
			return names, cobra.ShellCompDirectiveNoFileComp
		},
	}
	cmd.RunE = func(cmd *cobra.Command, args []string) error {
		about, rest, err := cmd.Root().Find(args)
		if err != nil {
			return err
		}
		return helpOf(about)(about, rest)
	}
	return cmd
}

// helpOf shows the help of a command. Arguments that are left are not subcommands.
func helpOf(about *cobra.Command) func(*cobra.Command, []string) error {
	return func(_ *cobra.Command, rest []string) error {
		if len(rest) > 0 {
			return unknownCommand(about, rest[0])
		}
		about.InitDefaultHelpFlag()
		return about.Help()
	}
}

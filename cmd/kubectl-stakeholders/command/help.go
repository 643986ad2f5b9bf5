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
	"fmt"
	"strings"

	"github.com/spf13/cobra"

	"github.com/stakeholders-dev/stakeholder-operator/cmd/kubectl-stakeholders/terminal"
)

// setHelp makes help fit the terminal, and leaves out the flags of kubectl, which are the same for all commands.
func setHelp(root *cobra.Command, t *terminal.Terminal) {
	root.SetUsageFunc(func(cmd *cobra.Command) error {
		_, err := cmd.OutOrStderr().Write([]byte(usageOf(cmd, t.TextWidth())))
		return err
	})
	root.SetHelpFunc(func(cmd *cobra.Command, _ []string) {
		_, _ = t.Out.Write([]byte(paragraphs(cmd.Long, t.TextWidth()) + "\n" + usageOf(cmd, t.TextWidth())))
	})
}

func usageOf(cmd *cobra.Command, width int) string {
	var out strings.Builder
	if help := cmd.Flags().Lookup("help"); help != nil {
		help.Usage = "Show how the command is used."
	}
	out.WriteString("Usage:\n")
	if cmd.HasAvailableSubCommands() {
		fmt.Fprintf(&out, "  %s COMMAND\n", cmd.CommandPath())
	} else {
		fmt.Fprintf(&out, "  %s\n", cmd.UseLine())
	}
	if len(cmd.Aliases) > 0 {
		fmt.Fprintf(&out, "\nAliases:\n  %s\n", strings.Join(cmd.Aliases, ", "))
	}
	if cmd.Example != "" {
		fmt.Fprintf(&out, "\nExamples:\n%s\n", cmd.Example)
	}
	writeCommands(&out, cmd)
	if cmd.HasParent() && cmd.HasAvailableLocalFlags() {
		fmt.Fprintf(&out, "\nFlags:\n%s", cmd.LocalFlags().FlagUsagesWrapped(width))
	}
	if cmd.HasAvailableSubCommands() {
		fmt.Fprintf(&out, "\nUse \"%s COMMAND --help\" for more about a command.", cmd.CommandPath())
	}
	fmt.Fprintf(&out, "\nUse \"%s options\" for the flags of all commands.\n", cmd.Root().CommandPath())
	return out.String()
}

// writeCommands lists the subcommands by their groups.
func writeCommands(out *strings.Builder, parent *cobra.Command) {
	for _, group := range append(parent.Groups(), &cobra.Group{Title: "Commands:"}) {
		title := "\n" + group.Title + "\n"
		for _, cmd := range parent.Commands() {
			if cmd.GroupID == group.ID && (cmd.IsAvailableCommand() || cmd.Name() == "help") {
				fmt.Fprintf(out, "%s  %-*s %s\n", title, parent.NamePadding(), cmd.Name(), cmd.Short)
				title = ""
			}
		}
	}
}

// paragraphs breaks the lines of a text again, except in paragraphs that begin with a space.
func paragraphs(text string, width int) string {
	var out strings.Builder
	for paragraph := range strings.SplitSeq(text, "\n\n") {
		if strings.HasPrefix(paragraph, " ") || strings.HasPrefix(paragraph, "\t") {
			out.WriteString(paragraph + "\n\n")
		} else {
			out.WriteString(terminal.Wrap(paragraph, width, "") + "\n\n")
		}
	}
	return strings.TrimSuffix(out.String(), "\n")
}

// newOptionsCommand lists the flags of kubectl.
func newOptionsCommand(env *environment) *cobra.Command {
	return &cobra.Command{
		Use:               "options",
		Short:             "List the flags of all commands",
		Long:              "List the flags that all commands have. They are those of kubectl, and say which cluster to ask, and as which user.",
		Args:              takes("", 0, 0),
		ValidArgsFunction: cobra.NoFileCompletions,
		RunE: func(cmd *cobra.Command, _ []string) error {
			_, err := env.Out.Write([]byte(cmd.Root().PersistentFlags().FlagUsagesWrapped(env.TextWidth())))
			return err
		},
	}
}

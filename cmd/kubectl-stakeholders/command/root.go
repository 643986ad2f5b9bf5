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

// Package command has the commands of the kubectl plugin, a file each. They read arguments, call the packages that know
// the answer, and write it.
package command

import (
	"flag"
	"os"
	"time"

	"github.com/spf13/cobra"
	"github.com/spf13/pflag"
	"k8s.io/cli-runtime/pkg/genericclioptions"
	"k8s.io/cli-runtime/pkg/genericiooptions"
	"k8s.io/klog/v2"

	"github.com/stakeholders-dev/stakeholder-operator/cmd/kubectl-stakeholders/terminal"
)

// environment is what commands get from the process.
type environment struct {
	*terminal.Terminal
	// flags say how to reach the cluster.
	flags   *genericclioptions.ConfigFlags
	version string
	now     func() time.Time
}

// The groups of commands in the help.
const (
	groupAsk      = "ask"
	groupReview   = "review"
	groupRequests = "requests"
	groupFiles    = "files"
	groupHelp     = "help"
)

// New returns the plugin's command with all its subcommands.
func New(version string, streams genericiooptions.IOStreams) *cobra.Command {
	return newRoot(version, terminal.New(streams, os.Getenv))
}

func newRoot(version string, t *terminal.Terminal) *cobra.Command {
	env := &environment{
		Terminal: t, version: version, now: time.Now,
		flags: genericclioptions.NewConfigFlags(true).WithDiscoveryBurst(300).WithDiscoveryQPS(50),
	}
	root := &cobra.Command{
		Use:   "kubectl-stakeholders",
		Short: "Find out who to ask about a product, and who may approve",
		Long: `Find out who to ask about a product, and who may approve. Preview what a StakeholderMap does before you apply it.
Ask for approvals and answer them.

Exit codes: 0 yes or no findings, 1 no or findings, 2 wrong usage or unreadable files, 3 the cluster cannot answer.`,
		Args: func(cmd *cobra.Command, args []string) error {
			if len(args) > 0 {
				return unknownCommand(cmd, args[0])
			}
			return nil
		},
		PersistentPreRunE: refuseEmpty,
		RunE:              func(cmd *cobra.Command, _ []string) error { return cmd.Help() },
		Annotations:       map[string]string{cobra.CommandDisplayNameAnnotation: "kubectl stakeholders"},
		SilenceErrors:     true,
		SilenceUsage:      true,
		DisableAutoGenTag: true,
	}
	root.SetIn(t.In)
	root.SetOut(t.Out)
	root.SetErr(t.ErrOut)
	root.SetFlagErrorFunc(wrongFlag)
	root.AddGroup(
		&cobra.Group{ID: groupAsk, Title: "Ask:"},
		&cobra.Group{ID: groupReview, Title: "Review a map:"},
		&cobra.Group{ID: groupRequests, Title: "Request and answer:"},
		&cobra.Group{ID: groupFiles, Title: "Move in and out:"},
		&cobra.Group{ID: groupHelp, Title: "Help:"},
	)
	env.flags.AddFlags(root.PersistentFlags())
	root.PersistentFlags().AddFlag(verbosity())
	env.completeFlags(root)
	add(root, groupAsk, askCommands(env))
	add(root, groupReview, reviewCommands(env))
	add(root, groupRequests, requestCommands(env))
	add(root, groupFiles, fileCommands(env))
	add(root, groupHelp, helpCommands(env))
	ownDefaults(root)
	setHelp(root, env.Terminal)
	offerNoFiles(root)
	return root
}

// verbosity is the flag -v of kubectl, which shows requests and masks tokens.
func verbosity() *pflag.Flag {
	logging := flag.NewFlagSet("", flag.ContinueOnError)
	klog.InitFlags(logging)
	v := pflag.PFlagFromGoFlag(logging.Lookup("v"))
	v.Usage = "Show the requests to the API server on standard error: 6 shows URLs, 8 bodies, too"
	return v
}

func add(root *cobra.Command, group string, commands []*cobra.Command) {
	for _, command := range commands {
		command.GroupID = group
		root.AddCommand(command)
	}
}

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
	"errors"
	"fmt"
	"os"
	"runtime/debug"
	"strconv"

	"github.com/spf13/cobra"
	"github.com/spf13/pflag"
	"k8s.io/cli-runtime/pkg/genericiooptions"

	"github.com/stakeholders-dev/stakeholder-operator/cmd/kubectl-stakeholders/failure"
	"github.com/stakeholders-dev/stakeholder-operator/cmd/kubectl-stakeholders/product"
	"github.com/stakeholders-dev/stakeholder-operator/cmd/kubectl-stakeholders/terminal"
)

// Run runs the plugin with some arguments, and returns the exit code. Errors are one line on standard error.
func Run(ctx context.Context, version string, args []string, streams genericiooptions.IOStreams) int {
	t := terminal.New(streams, os.Getenv)
	root := newRoot(version, t) //nolint:contextcheck // cobra passes the context on
	root.SetArgs(args)
	return execute(ctx, root, t)
}

func execute(ctx context.Context, root *cobra.Command, t *terminal.Terminal) (code int) {
	defer func() {
		if panicked := recover(); panicked != nil {
			reportBug(t, panicked, debug.Stack())
			code = failure.CodeCluster
		}
	}()
	err := root.ExecuteContext(ctx)
	if err != nil && !errors.Is(err, failure.ErrNo) {
		t.Say("error", err.Error())
	}
	return failure.Code(err)
}

// debugVariable is set by users who report a bug.
const debugVariable = "STAKEHOLDERS_DEBUG"

// reportBug says that the plugin itself is wrong. The exit code is neither that of an answer nor of wrong usage.
func reportBug(t *terminal.Terminal, panicked any, stack []byte) {
	t.Say("error", fmt.Sprintf("this is a bug of the plugin: %s. Please report the output with %s=1 to "+
		"https://github.com/stakeholders-dev/stakeholder-operator/issues", terminal.Escape(fmt.Sprint(panicked)), debugVariable))
	if os.Getenv(debugVariable) != "" {
		_, _ = t.ErrOut.Write(stack)
	}
}

// wrongFlag explains an error of a flag, and suggests flags with similar names.
func wrongFlag(cmd *cobra.Command, err error) error {
	var unknown *pflag.NotExistError
	var invalid *pflag.InvalidValueError
	var number *strconv.NumError
	suggestion := ""
	switch {
	case errors.As(err, &unknown) && unknown.GetSpecifiedShortnames() == "":
		nearest := product.NearestTo(unknown.GetSpecifiedName())
		cmd.Flags().VisitAll(func(flag *pflag.Flag) { nearest.Add(flag.Name, "--"+flag.Name) })
		suggestion = nearest.Suggestion()
	case errors.As(err, &invalid) && invalid.GetValue() == "":
		return emptyFlag(invalid.GetFlag().Name)
	case errors.As(err, &invalid) && errors.As(err, &number):
		err = fmt.Errorf("--%s cannot be %q", invalid.GetFlag().Name, invalid.GetValue())
	case errors.As(err, &invalid):
		err = fmt.Errorf("--%s cannot be %q: %w", invalid.GetFlag().Name, invalid.GetValue(), invalid.Unwrap())
	}
	return failure.Usage("%w.%s See `%s --help`", err, suggestion, cmd.CommandPath())
}

// unknownCommand explains that a command has no subcommand of this name.
func unknownCommand(parent *cobra.Command, name string) error {
	nearest := product.NearestTo(name)
	for _, child := range parent.Commands() {
		if child.IsAvailableCommand() {
			nearest.Add(child.Name(), child.Name())
		}
	}
	return failure.Usage("there is no command %q.%s See `%s --help`", name, nearest.Suggestion(), parent.CommandPath())
}

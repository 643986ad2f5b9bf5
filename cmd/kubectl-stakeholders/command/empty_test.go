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
	"slices"
	"strings"
	"testing"

	"github.com/spf13/cobra"
	"github.com/spf13/pflag"
	"k8s.io/cli-runtime/pkg/genericiooptions"

	"github.com/stakeholders-dev/stakeholder-operator/cmd/kubectl-stakeholders/failure"
)

// TestEmptyValues calls every command with each of its flags empty, and with an empty argument.
func TestEmptyValues(t *testing.T) {
	t.Parallel()
	eachCommand(t, func(words []string, cmd *cobra.Command) {
		if !cmd.HasParent() {
			return
		}
		refused := func(what string, args ...string) {
			t.Helper()
			streams, _, _, _ := genericiooptions.NewTestIOStreams()
			root := New("", streams)
			called, _, err := root.Find(words)
			if err != nil {
				t.Fatal(err)
			}
			called.Args = cobra.ArbitraryArgs // How many there are is checked before.
			root.SetArgs(slices.Concat(words, args))
			err = root.ExecuteContext(t.Context())
			if want := what + " is empty: give it a value, or leave it out"; failure.Code(err) != failure.CodeUsage || fmt.Sprint(err) != want {
				t.Errorf("%s %q: %v, want %s", cmd.CommandPath(), args, err, want)
			}
		}
		cmd.LocalNonPersistentFlags().VisitAll(func(flag *pflag.Flag) { refused("--"+flag.Name, "--"+flag.Name+"=") })
		refused("argument 2 of "+cmd.Name(), "x", "")
	})
}

// TestEmptyFlagsOfConnection : kubectl takes an empty flag for one that is left out. A command that would act for another user does not.
func TestEmptyFlagsOfConnection(t *testing.T) {
	t.Parallel()
	streams, _, _, _ := genericiooptions.NewTestIOStreams()
	New("", streams).PersistentFlags().VisitAll(func(flag *pflag.Flag) {
		if !strings.HasPrefix(flag.Value.Type(), "string") {
			return
		}
		want := failure.CodeYes
		if slices.Contains([]string{"as", "as-group", "as-uid", "as-user-extra"}, flag.Name) {
			want = failure.CodeUsage
		}
		args := []string{"version", "--client", "--" + flag.Name + "="}
		streams, _, _, errOut := genericiooptions.NewTestIOStreams()
		if code := Run(t.Context(), "v1.2.3", args, streams); code != want {
			t.Errorf("%q: exit code %d, want %d: %s", args, code, want, errOut)
		}
	})
}

// TestEmptyInLists : one of several values is empty.
func TestEmptyInLists(t *testing.T) {
	t.Parallel()
	for _, args := range [][]string{{"list", "-f", "x", "--for", "dana", "--for", ""}, {"graph", "x", "-f", "x", "--topic", "a,"}} {
		streams, _, _, errOut := genericiooptions.NewTestIOStreams()
		if code := Run(t.Context(), "v1.2.3", args, streams); code != failure.CodeUsage || !strings.Contains(errOut.String(), " is empty: ") {
			t.Errorf("%q: exit code %d: %s", args, code, errOut)
		}
	}
}

// TestNoNamespace calls every command with a namespace that cannot be one.
func TestNoNamespace(t *testing.T) {
	t.Parallel()
	eachCommand(t, func(words []string, cmd *cobra.Command) {
		if !cmd.HasParent() {
			return
		}
		streams, _, _, _ := genericiooptions.NewTestIOStreams()
		root := New("", streams)
		called, _, err := root.Find(words)
		if err != nil {
			t.Fatal(err)
		}
		called.Args = cobra.ArbitraryArgs // How many there are is checked before.
		root.SetArgs(slices.Concat(words, []string{"--namespace=BAD NS"}))
		err = root.ExecuteContext(t.Context())
		const want = `--namespace: "BAD NS" is no namespace: `
		if failure.Code(err) != failure.CodeUsage || !strings.HasPrefix(fmt.Sprint(err), want) {
			t.Errorf("%s: %v, want %s", cmd.CommandPath(), err, want)
		}
	})
}

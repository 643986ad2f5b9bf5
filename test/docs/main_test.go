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

// Package docs does what the documentation tells readers to do: it runs the commands of the pages on a real control plane, as
// stories_test.go orders them, and compares what they print with what the pages show.
//
// A page is written like this:
//
//   - A block of sh is run by bash, until a command or a part of a pipe fails. It has to succeed.
//   - A block of console has lines "$ command", each followed by what the command prints. "…" stands for any text, or on a line of
//     its own for any lines. Each has to succeed. Times of the run, and ages in tables, may differ: see golden.Output. A command
//     that only reads is repeated until it prints that.
//   - A block of yaml begins with a comment that names a file. The file is written to the folder in which the commands run. If no
//     later command of the page names its path or a folder above it, the API server has to accept it.
//   - Comments directly above a block change that:
//     "part of: file" requires that a command has written it to a file, whatever its language.
//     "not run: reason" leaves it out, and so does "run by: test/install", which names another test. "exits 1: reason" expects
//     another exit code than 0: of a block of sh, or of at least one command of a block of console, while its others succeed.
//     "wrapped: reason" does not compare line breaks, "first: commands" runs commands that the reader does not see, and
//     "wait: command" repeats one until it succeeds.
package docs

import (
	"context"
	"os"
	"path/filepath"
	"testing"

	"github.com/stakeholders-dev/stakeholder-operator/test/controlplane"
	"github.com/stakeholders-dev/stakeholder-operator/test/suite"
)

var (
	// env is shared by all stories, which run one after the other.
	env *suite.Suite
	// operator runs as long as there is a Deployment for it.
	operator deployed
	// programs is the folder of kubectl, its plugin and Helm.
	programs string
)

func TestMain(m *testing.M) {
	os.Exit(suite.RunWithoutRaceDetector(m, controlplane.Options{}, func(s *suite.Suite) {
		env = s
		s.AtStart = func(ctx context.Context) error {
			if err := linkPrograms(ctx); err != nil {
				return err
			}
			if err := operator.sync(ctx); err != nil {
				return err
			}
			// Requests of the pages must be younger than the admission policy.
			return s.WaitRequestPolicy(ctx)
		}
		s.AtEnd = func(context.Context) error { return operator.stop() }
	}))
}

// linkPrograms fills the folder of programs. Everything else that pages use, such as git and jq, comes from the PATH.
func linkPrograms(ctx context.Context) error {
	assets, err := controlplane.Assets(ctx)
	if err != nil {
		return err
	}
	plugin, err := controlplane.Plugin(ctx, env.Plane.Dir)
	if err != nil {
		return err
	}
	helm, err := controlplane.HelmAssets(ctx)
	if err != nil {
		return err
	}
	programs = filepath.Join(env.Plane.Dir, "programs")
	if err := os.Mkdir(programs, 0o700); err != nil {
		return err
	}
	for name, path := range map[string]string{
		"kubectl": filepath.Join(assets, "kubectl"), "kubectl-stakeholders": plugin, "helm": filepath.Join(helm, "helm4"),
	} {
		if err := os.Symlink(path, filepath.Join(programs, name)); err != nil {
			return err
		}
	}
	return nil
}

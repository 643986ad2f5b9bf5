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
	"os"
	"os/exec"
	"slices"
	"strings"

	"github.com/stakeholders-dev/stakeholder-operator/cmd/kubectl-stakeholders/failure"
)

// git runs git in a folder with a standard input, and returns its output.
func (r *revision) git(ctx context.Context, dir, stdin string, args ...string) ([]byte, error) {
	cmd := gitCommand(ctx, dir, stdin, args...)
	out, err := cmd.Output()
	return out, notInstalled(err)
}

func gitCommand(ctx context.Context, dir, stdin string, args ...string) *exec.Cmd {
	cmd := exec.CommandContext(ctx, "git", append([]string{"-C", dir}, args...)...) //nolint:gosec // see revision
	cmd.Stdin = strings.NewReader(stdin)
	cmd.Env = append(slices.DeleteFunc(os.Environ(), isOfRepository), "GIT_LITERAL_PATHSPECS=1", "GIT_OPTIONAL_LOCKS=0", "GIT_TERMINAL_PROMPT=0", "LC_ALL=C")
	return cmd
}

// isOfRepository reports whether a variable tells git which repository to use. Hooks of git get such variables, and the path
// in one may be relative to another folder.
func isOfRepository(variable string) bool {
	name, _, _ := strings.Cut(variable, "=")
	return slices.Contains([]string{"GIT_DIR", "GIT_WORK_TREE", "GIT_COMMON_DIR", "GIT_PREFIX", "GIT_INDEX_FILE"}, name)
}

func notInstalled(err error) error {
	if errors.Is(err, exec.ErrNotFound) {
		return failure.Usage("git is not installed or not in PATH, and a revision needs it")
	}
	return err
}

func notInRepository(name string, err error) error {
	exit, ok := errors.AsType[*exec.ExitError](err)
	if !ok {
		return err
	}
	return failure.Usage("%s is not in a git repository that can be read: %s", name, firstLine(exit.Stderr))
}

func firstLine(stderr []byte) string {
	first, _, _ := strings.Cut(strings.TrimSpace(string(stderr)), "\n")
	return first
}

func (r *revision) unknown(name string, err error) error {
	if _, ok := errors.AsType[*exec.ExitError](err); !ok {
		return err
	}
	or := ""
	if r.orPath {
		or = ", or name a file or folder as ./" + r.name
	}
	return failure.Usage("the git repository of %s has no revision %q: fetch it first%s", name, r.name, or)
}

// unread is the error about what git does not do with a path. A partial clone gets from its remote what it lacks.
func (t *tree) unread(verb, path string, err error) error {
	exit, ok := errors.AsType[*exec.ExitError](err)
	if !ok || len(exit.Stderr) == 0 {
		return failure.Usage("git cannot %s %s in %s: %w", verb, path, t.name, err)
	}
	return failure.Usage("git cannot %s %s in %s: %s. A partial clone needs its remote: make sure that git fetch works",
		verb, path, t.name, strings.TrimSuffix(firstLine(exit.Stderr), "."))
}

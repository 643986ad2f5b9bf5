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

package docs

import (
	"bytes"
	"context"
	"errors"
	"os"
	"os/exec"
	"path/filepath"
	"time"
)

// commandPatience bounds a command of a page.
const commandPatience = 2 * time.Minute

// shell runs commands as a reader does who pastes them into a terminal, as an administrator of the cluster.
type shell struct {
	// dir is the folder in which they run.
	dir string
	// examples has the files of other pages and scripts.
	examples string
}

// run returns what commands print to the terminal, and the exit code of the first that fails, or 0.
func (s shell) run(ctx context.Context, commands string) (output string, code int, err error) {
	ctx, cancel := context.WithTimeout(ctx, commandPatience)
	defer cancel()
	var terminal bytes.Buffer
	cmd := exec.CommandContext(ctx, "bash", "-e", "-o", "pipefail", "-c", commands)
	cmd.Dir, cmd.Stdout, cmd.Stderr, cmd.WaitDelay = s.dir, &terminal, &terminal, 5*time.Second
	cmd.Env = []string{
		"HOME=" + filepath.Join(env.Plane.Dir, "home"), "KUBECONFIG=" + env.Plane.Kubeconfig, "EXAMPLES=" + s.examples,
		"PATH=" + programs + string(os.PathListSeparator) + os.Getenv("PATH"),
		"GIT_CONFIG_GLOBAL=/dev/null", "GIT_CONFIG_NOSYSTEM=1",
		"GIT_AUTHOR_NAME=dana", "GIT_AUTHOR_EMAIL=dana@vendor.example", "GIT_COMMITTER_NAME=dana", "GIT_COMMITTER_EMAIL=dana@vendor.example",
	}
	err = cmd.Run()
	if exit, ok := errors.AsType[*exec.ExitError](err); ok && ctx.Err() == nil {
		return terminal.String(), exit.ExitCode(), nil
	}
	return terminal.String(), 0, errors.Join(err, ctx.Err())
}

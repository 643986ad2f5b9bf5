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

package controlplane

import (
	"bytes"
	"context"
	"fmt"
	"io"
	"os"
	"os/exec"
	"strings"
	"time"
)

// Kubectl runs kubectl as the administrator and returns its standard output.
//
// A flag --kubeconfig among args overrules the administrator's. It runs in the working directory,
// with a home folder of its own, so it neither reads nor writes the user's kubeconfig, preferences
// and caches. After Connect it has the user's environment. An error holds the command line and what kubectl wrote to
// standard error.
func (c *ControlPlane) Kubectl(ctx context.Context, args ...string) (string, error) {
	return c.KubectlInput(ctx, nil, args...)
}

// KubectlInput is Kubectl with a standard input, for "apply -f -". A nil stdin is empty.
func (c *ControlPlane) KubectlInput(ctx context.Context, stdin io.Reader, args ...string) (string, error) {
	var stdout, stderr bytes.Buffer
	cmd := exec.CommandContext(ctx, c.kubectl, args...)
	cmd.Stdin, cmd.Stdout, cmd.Stderr = stdin, &stdout, &stderr
	cmd.Env = append(c.environment(), "KUBECONFIG="+c.Kubeconfig)
	cmd.WaitDelay = 5 * time.Second
	if err := cmd.Run(); err != nil {
		return stdout.String(), fmt.Errorf("kubectl %s: %w: %s", strings.Join(args, " "), err, strings.TrimSpace(stderr.String()))
	}
	return stdout.String(), nil
}

// Shell runs a line of shell as a user does who pastes it, with kubectl in the PATH and a kubeconfig of that user, and
// returns its standard output.
func (c *ControlPlane) Shell(ctx context.Context, kubeconfig, line string) (string, error) {
	var stdout, stderr bytes.Buffer
	cmd := exec.CommandContext(ctx, "/bin/sh", "-c", line)
	cmd.Stdout, cmd.Stderr = &stdout, &stderr
	// The last value of a name counts.
	cmd.Env = append(c.environment(), "KUBECONFIG="+kubeconfig, "PATH="+c.assets+string(os.PathListSeparator)+os.Getenv("PATH"))
	cmd.WaitDelay = 5 * time.Second
	if err := cmd.Run(); err != nil {
		return stdout.String(), fmt.Errorf("%s: %w: %s", line, err, strings.TrimSpace(stderr.String()))
	}
	return stdout.String(), nil
}

// environment is the part of the user's environment that children get: nothing that could lead them to another cluster
// or to the user's files. PATH stays, for kubectl's plugins. In a cluster that Connect connects to, it is all of the
// environment: programs that provide credentials need it, and so does a client behind a proxy.
func (c *ControlPlane) environment() []string {
	if c.servers == nil {
		return os.Environ()
	}
	env := []string{"HOME=" + c.Dir}
	for _, name := range []string{"PATH", "TMPDIR"} {
		if value, set := os.LookupEnv(name); set {
			env = append(env, name+"="+value)
		}
	}
	return env
}

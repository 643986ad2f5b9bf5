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

package argocd

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"net"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"

	"github.com/stakeholders-dev/stakeholder-operator/test/controlplane"
)

// startAttempts is how often the repo-server is tried: another program may take its port first.
const startAttempts = 3

// startArgoCD runs Redis, the repo-server, and an application controller for each installation. The returned function
// ends all of them.
func startArgoCD(ctx context.Context, installations ...installation) (stop func() error, err error) {
	var programs []*controlplane.Program
	stop = func() error {
		var errs []error
		for _, program := range slices.Backward(programs) {
			errs = append(errs, program.Stop())
		}
		return errors.Join(errs...)
	}
	redis, redisAddress, err := startRedis(ctx)
	if err != nil {
		return nil, err
	}
	programs = append(programs, redis)
	repoServer, repoServerAddress, err := startRepoServer(ctx, redisAddress)
	if err != nil {
		return nil, err
	}
	programs = append(programs, repoServer)
	for number, of := range installations {
		// It serves metrics on all addresses of this machine; no flag changes that.
		controller, err := startComponent(ctx, "argocd-application-controller", of.namespace+"-controller",
			"--kubeconfig="+env.user.kubeconfig, "--namespace="+of.namespace,
			"--redis="+redisAddress, fmt.Sprintf("--redisdb=%d", number),
			"--repo-server="+repoServerAddress, "--repo-server-plaintext",
			"--metrics-port=0", "--status-processors=4", "--operation-processors=4",
			// Otherwise only Redis has the health check's message.
			"--persist-resource-health",
		)
		if err != nil {
			return nil, err
		}
		programs = append(programs, controller)
	}
	return stop, nil
}

// startRedis runs the Redis of hack/argocd.
func startRedis(ctx context.Context) (program *controlplane.Program, address string, err error) {
	root, err := controlplane.Root()
	if err != nil {
		return nil, "", err
	}
	path := filepath.Join(env.Plane.Dir, "redis")
	// The flags are those of hack/argocd.sh, so that Go's build cache serves both.
	build := exec.CommandContext(ctx, "go", "build", "-mod=readonly", "-buildvcs=false", "-o", path, "./redis")
	build.Dir = filepath.Join(root, "hack", "argocd")
	build.Env = append(os.Environ(), "CGO_ENABLED=0", "GOWORK=off")
	if output, err := build.CombinedOutput(); err != nil {
		return nil, "", fmt.Errorf("building hack/argocd/redis: %w: %s", err, output)
	}
	if program, err = env.Plane.StartProgram(ctx, "redis", path, nil); err != nil {
		return nil, "", err
	}
	err = program.WaitFor(ctx, patience, "Redis prints its address", func() error {
		content, err := os.ReadFile(program.LogPath)
		if err != nil {
			return err
		}
		line, _, complete := bytes.Cut(content, []byte("\n"))
		if !complete {
			return errors.New("it has not")
		}
		address = string(line)
		return nil
	})
	return program, address, err
}

func startRepoServer(ctx context.Context, redis string) (program *controlplane.Program, address string, err error) {
	for attempt := range startAttempts {
		if address, err = freeAddress(ctx); err != nil {
			return nil, "", err
		}
		host, port, _ := strings.Cut(address, ":")
		program, err = startComponent(ctx, "argocd-repo-server", fmt.Sprintf("repo-server-%d", attempt+1),
			"--redis="+redis, "--disable-tls", "--address="+host, "--port="+port, "--metrics-address="+host, "--metrics-port=0")
		if err != nil {
			return nil, "", err
		}
		err = program.WaitFor(ctx, patience, "the repo-server listens", func() error {
			connection, err := new(net.Dialer).DialContext(ctx, "tcp", address)
			if err != nil {
				return err
			}
			return connection.Close()
		})
		if err == nil {
			return program, address, nil
		}
	}
	return nil, "", err
}

// startComponent runs Argo CD's program as one of its components, with other folders instead of those in its image.
func startComponent(ctx context.Context, component, name string, args ...string) (*controlplane.Program, error) {
	variables := []string{"ARGOCD_BINARY_NAME=" + component, "ARGOCD_GPG_ENABLED=false"}
	for _, variable := range []string{"TMPDIR", "ARGOCD_TLS_DATA_PATH", "ARGOCD_SSH_DATA_PATH", "ARGOCD_GPG_DATA_PATH", "ARGOCD_GNUPGHOME"} {
		dir := filepath.Join(env.Plane.Dir, name, variable)
		if err := os.MkdirAll(dir, 0o700); err != nil {
			return nil, err
		}
		variables = append(variables, variable+"="+dir)
	}
	variables = append(variables, "ARGOCD_ASK_PASS_SOCK="+filepath.Join(env.Plane.Dir, name, "askpass.sock"))
	return env.Plane.StartProgram(ctx, name, filepath.Join(env.assets, binary), variables, args...)
}

// freeAddress is a loopback address with a port that is free now.
func freeAddress(ctx context.Context) (string, error) {
	var config net.ListenConfig
	listener, err := config.Listen(ctx, "tcp", "127.0.0.1:0")
	if err != nil {
		return "", fmt.Errorf("free port: %w", err)
	}
	return listener.Addr().String(), listener.Close()
}

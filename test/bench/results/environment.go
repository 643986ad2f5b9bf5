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

package results

import (
	"bufio"
	"context"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"strings"

	"github.com/stakeholders-dev/stakeholder-operator/test/controlplane"
)

// Environment describes where a Run was measured, and which versions.
type Environment struct {
	// Commit is the commit of the checkout, with "-dirty" after it if files were changed.
	Commit string `json:"commit"`
	// CPU is the processor's name, and Cores how many of it Go may use.
	CPU   string `json:"cpu"`
	Cores int    `json:"cores"`
	// Platform is operating system and architecture, as in linux/amd64.
	Platform string `json:"platform"`
	// The versions of what was run.
	Go            string `json:"go"`
	KubeAPIServer string `json:"kubeAPIServer"`
	Etcd          string `json:"etcd"`
}

// Here is the environment of this process, in a checkout with its control plane built.
func Here(ctx context.Context) (Environment, error) {
	assets, err := controlplane.Assets(ctx)
	if err != nil {
		return Environment{}, err
	}
	here := Environment{
		CPU: processor(), Cores: runtime.GOMAXPROCS(0), Platform: runtime.GOOS + "/" + runtime.GOARCH, Go: runtime.Version(),
	}
	for _, ask := range []struct {
		into    *string
		program string
		args    []string
		prefix  string
	}{
		{&here.Commit, "git", []string{"describe", "--always", "--dirty", "--abbrev=12"}, ""},
		{&here.KubeAPIServer, filepath.Join(assets, "kube-apiserver"), []string{"--version"}, "Kubernetes "},
		{&here.Etcd, filepath.Join(assets, "etcd"), []string{"--version"}, "etcd Version: "},
	} {
		output, err := exec.CommandContext(ctx, ask.program, ask.args...).Output()
		if err != nil {
			return Environment{}, fmt.Errorf("%s %s: %w", filepath.Base(ask.program), strings.Join(ask.args, " "), err)
		}
		line, _, _ := strings.Cut(string(output), "\n")
		*ask.into = strings.TrimPrefix(strings.TrimSpace(line), ask.prefix)
	}
	return here, nil
}

// processor is the processor's name, or "unknown processor" if Linux does not report it.
func processor() string {
	file, err := os.Open("/proc/cpuinfo")
	if err != nil {
		return "unknown processor"
	}
	defer file.Close() //nolint:errcheck // nothing was written
	for lines := bufio.NewScanner(file); lines.Scan(); {
		if key, value, found := strings.Cut(lines.Text(), ":"); found && strings.TrimSpace(key) == "model name" {
			return strings.TrimSpace(value)
		}
	}
	return "unknown processor"
}

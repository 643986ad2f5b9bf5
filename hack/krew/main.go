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

// Command krew builds the archives of the plugin for all platforms, and the manifest with which krew installs it
// (https://krew.sigs.k8s.io/docs/developer-guide/plugin-manifest).
package main

import (
	"context"
	"flag"
	"fmt"
	"os"
	"path/filepath"
	"strings"

	"sigs.k8s.io/yaml"
)

func main() {
	version := flag.String("version", "", "the version to build, such as v1.2.3")
	out := flag.String("o", "dist", "the folder to write to")
	flag.Parse()
	if err := run(context.Background(), *version, *out); err != nil {
		fmt.Fprintln(os.Stderr, "krew:", err)
		os.Exit(1)
	}
}

// platforms that the plugin is built for.
var platforms = []target{
	{"linux", "amd64"}, {"linux", "arm64"}, {"darwin", "amd64"}, {"darwin", "arm64"}, {"windows", "amd64"}, {"windows", "arm64"},
}

func run(ctx context.Context, version, out string) error {
	// Before the builds, which take minutes.
	if err := validateVersion(version); err != nil {
		return err
	}
	if err := os.MkdirAll(out, 0o755); err != nil { //nolint:gosec // what it holds is published
		return err
	}
	digests := map[target]string{}
	for _, t := range platforms {
		archive := filepath.Join(out, t.archive(version))
		digest, err := buildArchive(ctx, t, version, archive)
		if err != nil {
			return fmt.Errorf("%s: %w", t, err)
		}
		digests[t] = digest
		fmt.Fprintln(os.Stderr, "krew: wrote", archive)
	}
	manifest := newManifest(version, digests)
	if err := manifest.validate(); err != nil {
		return err
	}
	content, err := yaml.Marshal(manifest)
	if err != nil {
		return err
	}
	return os.WriteFile(filepath.Join(out, manifest.Metadata.Name+".yaml"), content, 0o644) //nolint:gosec // it is published
}

// target is a platform, by the names that Go and krew give to it.
type target struct {
	os, arch string
}

func (t target) String() string { return t.os + "/" + t.arch }

// program is the name of the plugin's file in an archive.
func (t target) program() string {
	if t.os == "windows" {
		return "kubectl-stakeholders.exe"
	}
	return "kubectl-stakeholders"
}

// completion is the name of the helper that kubectl runs for completion.
func (t target) completion() string {
	if t.os == "windows" {
		return "kubectl_complete-stakeholders.cmd"
	}
	return "kubectl_complete-stakeholders"
}

func (t target) archive(version string) string {
	extension := ".tar.gz"
	if t.os == "windows" {
		extension = ".zip"
	}
	return strings.Join([]string{"kubectl-stakeholders", version, t.os, t.arch}, "_") + extension
}

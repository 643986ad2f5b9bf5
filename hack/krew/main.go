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

// Command krew checks the manifest that krew installs the plugin with (https://krew.sigs.k8s.io/docs/developer-guide/plugin-manifest),
// and the archives that the manifest names. goreleaser writes them, to a folder that is the argument. With -only linux the manifest has to
// name the archives for this system alone.
package main

import (
	"errors"
	"flag"
	"fmt"
	"os"
	"path"
	"path/filepath"

	"sigs.k8s.io/yaml"
)

func main() {
	only := flag.String("only", "", "the one operating system that was built for; all without it")
	flag.Parse()
	if flag.NArg() != 1 {
		fmt.Fprintln(os.Stderr, "usage: krew [-only SYSTEM] FOLDER")
		os.Exit(2)
	}
	if err := run(flag.Arg(0), *only); err != nil {
		fmt.Fprintln(os.Stderr, "krew:", err)
		os.Exit(1)
	}
}

func run(dir, only string) error {
	content, err := os.ReadFile(filepath.Join(dir, "krew", "stakeholders.yaml"))
	if err != nil {
		return err
	}
	var m manifest
	if err := yaml.UnmarshalStrict(content, &m); err != nil {
		return err
	}
	problems := []error{m.validate(platformsOf(only))}
	for i := range m.Spec.Platforms {
		p := &m.Spec.Platforms[i]
		if err := checkArchive(filepath.Join(dir, path.Base(p.URI)), p); err != nil {
			problems = append(problems, fmt.Errorf("%s: %w", path.Base(p.URI), err))
		}
	}
	return errors.Join(problems...)
}

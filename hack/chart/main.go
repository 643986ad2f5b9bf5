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

// Command chart writes what is generated below dist: install.yaml, and the files of the Helm chart that repeat objects of
// config. It is run in its own folder.
package main

import (
	"flag"
	"fmt"
	"os"
	"path/filepath"

	"sigs.k8s.io/kustomize/kyaml/filesys"
)

const root = "../.."

func main() {
	from := flag.String("from", "config/default", "kustomization to write install.yaml from, relative to the root of the repository")
	flag.Parse()
	if err := run(*from); err != nil {
		fmt.Fprintln(os.Stderr, "chart:", err)
		os.Exit(1)
	}
}

func run(from string) error {
	installer, err := build(filesys.MakeFsOnDisk(), filepath.Join(root, from))
	if err != nil {
		return err
	}
	if err := writeInstaller(filepath.Join(root, "dist", "install.yaml"), installer); err != nil {
		return err
	}
	files, err := chartFiles(filepath.Join(root, "config"))
	if err != nil {
		return err
	}
	return writeFiles(filepath.Join(root, "dist", "chart", "files"), files)
}

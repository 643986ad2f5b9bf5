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

// Command cli-doc writes docs/reference/kubectl-stakeholders.md from the commands of the plugin, and from scripts that tests run: every
// example on the page is the output of a test.
package main

import (
	"flag"
	"fmt"
	"io"
	"os"

	"k8s.io/cli-runtime/pkg/genericiooptions"

	"github.com/stakeholders-dev/stakeholder-operator/cmd/kubectl-stakeholders/command"
)

func main() {
	out := flag.String("o", "", "the file to write")
	flag.Usage = func() {
		fmt.Fprintln(os.Stderr, "usage: cli-doc -o FILE FOLDER…   (the folders have scripts with examples)")
		flag.PrintDefaults()
	}
	flag.Parse()
	if err := run(*out, flag.Args()); err != nil {
		fmt.Fprintln(os.Stderr, "cli-doc:", err)
		os.Exit(1)
	}
}

func run(out string, folders []string) error {
	scripts, err := readScripts(folders)
	if err != nil {
		return err
	}
	root := command.New("", genericiooptions.IOStreams{Out: io.Discard, ErrOut: io.Discard})
	page, err := newPage(root, scripts)
	if err != nil {
		return err
	}
	content, err := page.markdown()
	if err != nil {
		return err
	}
	return os.WriteFile(out, content, 0o644) //nolint:gosec // a page of documentation
}

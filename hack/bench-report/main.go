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

// Command bench-report writes docs/project/benchmarks.md from what "make bench" has measured.
package main

import (
	"errors"
	"flag"
	"fmt"
	"os"

	"github.com/stakeholders-dev/stakeholder-operator/test/bench/results"
)

func main() {
	out := flag.String("o", "", "the file to write")
	flag.Usage = func() {
		_, _ = fmt.Fprintln(flag.CommandLine.Output(), "usage: bench-report -o PAGE RESULTS...: a scenario of a later file of results replaces that of an earlier one")
		flag.PrintDefaults()
	}
	flag.Parse()
	if err := run(flag.Args(), *out); err != nil {
		fmt.Fprintln(os.Stderr, "bench-report:", err)
		os.Exit(1)
	}
}

func run(files []string, out string) error {
	if len(files) == 0 {
		return errors.New("name the files with the results")
	}
	runs := make([]*results.Run, len(files))
	for i, file := range files {
		var err error
		if runs[i], err = results.Load(file); err != nil {
			return err
		}
	}
	return os.WriteFile(out, render(runs...), 0o644) //nolint:gosec // a page of documentation
}

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
	"flag"
	"fmt"
	"os"

	"github.com/stakeholders-dev/stakeholder-operator/test/bench/results"
)

func main() {
	in := flag.String("i", "", "the file with the results")
	out := flag.String("o", "", "the file to write")
	flag.Parse()
	if err := run(*in, *out); err != nil {
		fmt.Fprintln(os.Stderr, "bench-report:", err)
		os.Exit(1)
	}
}

func run(in, out string) error {
	measured, err := results.Load(in)
	if err != nil {
		return err
	}
	return os.WriteFile(out, render(measured), 0o644) //nolint:gosec // a page of documentation
}

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

// Command check-links checks the links of the documentation: every file and anchor that a page links to exists, and a reader
// finds every page from docs/README.md. Pages and anchors that other files name, such as messages in code, exist, too. With
// -external it asks the servers of all other links instead.
package main

import (
	"context"
	"flag"
	"fmt"
	"os"
	"os/signal"
)

func main() {
	root := flag.String("root", ".", "the folder of the checkout")
	external := flag.Bool("external", false, "check links to other sites, by the network")
	flag.Parse()
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt)
	defer stop()
	if err := run(ctx, *root, *external); err != nil {
		fmt.Fprintln(os.Stderr, "check-links:", err)
		os.Exit(1) //nolint:gocritic // the signal handler ends with the program
	}
}

func run(ctx context.Context, root string, external bool) error {
	names, err := sources(ctx, root)
	if err != nil {
		return err
	}
	s, err := readSite(os.DirFS(root), names)
	if err != nil {
		return err
	}
	if s.pages[start] == nil {
		return fmt.Errorf("%s has no file %s that git does not ignore: -root has to be the root of a checkout", root, start)
	}
	var problems []string
	if external {
		problems = s.externalProblems(ctx)
	} else {
		mentions, err := s.mentionProblems()
		if err != nil {
			return err
		}
		problems = append(s.problems(), mentions...)
	}
	for _, problem := range problems {
		fmt.Fprintln(os.Stderr, problem)
	}
	if len(problems) > 0 {
		return fmt.Errorf("%d links or pages are wrong", len(problems))
	}
	return nil
}

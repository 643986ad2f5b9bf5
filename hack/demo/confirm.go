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

package main

import (
	"bufio"
	"context"
	"errors"
	"os"
	"strings"

	"golang.org/x/term"
)

var (
	errDeclined   = errors.New("nothing was changed: the answer is not yes")
	errNoTerminal = errors.New("nothing was changed: the demo asks before it changes a cluster, and standard input is no terminal. " +
		"Run it in a terminal, or with YES=1")
)

// confirm says what the demo changes in a cluster that it has not started, and returns nil if the user agrees.
func (d *demo) confirm(ctx context.Context) error {
	d.out.line("")
	d.out.line("It creates these objects, and deletes them at the end, also after Ctrl-C:")
	d.out.line("  - all of config/default: the namespace %s,", operatorNamespace)
	d.out.line("    CustomResourceDefinitions, ClusterRoles, admission policies, and a Deployment")
	d.out.line("    without Pods. The operator itself runs on this machine meanwhile.")
	d.out.line("  - the namespaces %s", strings.Join(demoNamespaces[:3], ", "))
	d.out.line("    and %s, with the samples", strings.Join(demoNamespaces[3:], ", "))
	if d.gate {
		d.out.line("  - the admission policy of config/components/admission-gate")
	}
	d.out.line("With the CustomResourceDefinitions go all maps, requests and policies, also yours.")
	d.out.line("")
	if d.yes {
		return nil
	}
	if !term.IsTerminal(int(os.Stdin.Fd())) {
		return errNoTerminal
	}
	d.out.print("Type yes to go on: ")
	answer := make(chan string, 1)
	go func() {
		// The end of the input is no yes either.
		line, _ := bufio.NewReader(os.Stdin).ReadString('\n')
		answer <- strings.TrimSpace(line)
	}()
	select {
	case <-ctx.Done():
		d.out.line("\nNothing was changed.")
		return ctx.Err()
	case given := <-answer:
		if given != "yes" {
			return errDeclined
		}
		d.out.line("")
		return nil
	}
}

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

// Command image puts the manager into a container image without a container engine. It writes the image as an OCI layout,
// checks a layout, and copies it to a registry.
package main

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"io"
	"os"
	"os/signal"
	"time"
)

const usage = `usage:
  image write -o LAYOUT -version VERSION [-revision COMMIT] -created SECONDS PLATFORM=EXECUTABLE...
  image check LAYOUT
  image push LAYOUT NAME:TAG`

func main() {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt)
	err := run(ctx, os.Args[1:], os.Stdout)
	stop()
	if err != nil {
		fmt.Fprintln(os.Stderr, "image:", err)
		os.Exit(1)
	}
}

// run prints the digest of the image. After a push, it prints the name by which a cluster pulls exactly this image.
func run(ctx context.Context, args []string, stdout io.Writer) error {
	var result string
	var err error
	switch {
	case len(args) > 0 && args[0] == "write":
		result, err = runWrite(args[1:])
	case len(args) == 2 && args[0] == "check":
		result, err = check(args[1])
	case len(args) == 3 && args[0] == "push":
		result, err = push(ctx, args[1], args[2])
	default:
		err = errors.New(usage)
	}
	if err != nil {
		return err
	}
	_, err = fmt.Fprintln(stdout, result)
	return err
}

func runWrite(args []string) (string, error) {
	flags := flag.NewFlagSet("write", flag.ContinueOnError)
	out := flags.String("o", "", "the folder to write, which must not exist")
	version := flags.String("version", "", "the version of the manager")
	revision := flags.String("revision", "", "the commit that it was built from")
	created := flags.Int64("created", -1, "the time of that commit, in seconds since 1970")
	if err := flags.Parse(args); err != nil {
		return "", err
	}
	if *out == "" || *version == "" || *created < 0 || flags.NArg() == 0 {
		return "", errors.New(usage)
	}
	executables := make([]executable, 0, flags.NArg())
	for _, arg := range flags.Args() {
		e, err := parseExecutable(arg)
		if err != nil {
			return "", err
		}
		executables = append(executables, e)
	}
	return write(*out, executables, metadata{version: *version, revision: *revision, created: time.Unix(*created, 0).UTC()})
}

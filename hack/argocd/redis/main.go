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

// Command redis is a Redis for the tests that run Argo CD: the one, in memory, that Argo CD's own tests use. It listens
// on a free port of 127.0.0.1, prints its address on stdout, and serves until a signal ends it.
package main

import (
	"context"
	"fmt"
	"os"
	"os/signal"
	"syscall"

	"github.com/alicebob/miniredis/v2"
)

func main() {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	defer stop()
	server, err := miniredis.Run()
	if err != nil {
		fmt.Fprintln(os.Stderr, "redis:", err)
		os.Exit(1) //nolint:gocritic // nothing has to be restored
	}
	defer server.Close()
	fmt.Println(server.Addr())
	<-ctx.Done()
}

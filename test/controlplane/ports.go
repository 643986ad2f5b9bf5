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

package controlplane

import (
	"context"
	"errors"
	"fmt"
	"net"
	"strings"
	"syscall"
)

const (
	// startAttempts is how often a start is tried if its free port was taken before it was bound.
	startAttempts = 3
	// anyPort lets the operating system choose a port that only this machine can reach.
	anyPort = "127.0.0.1:0"
)

// freeAddresses are two different loopback addresses with ports that are free now. Another program
// may still take one before it is used: see portTaken.
func freeAddresses(ctx context.Context) (first, second string, err error) {
	var config net.ListenConfig
	one, err := config.Listen(ctx, "tcp", anyPort)
	if err != nil {
		return "", "", fmt.Errorf("free port: %w", err)
	}
	// It stays open until the other is chosen, because the two could otherwise be the same.
	defer one.Close() //nolint:errcheck // only its address is of interest
	other, err := config.Listen(ctx, "tcp", anyPort)
	if err != nil {
		return "", "", fmt.Errorf("free port: %w", err)
	}
	defer other.Close() //nolint:errcheck // only its address is of interest
	return one.Addr().String(), other.Addr().String(), nil
}

// portTaken reports whether a start failed for a cause that another try may avoid. Between the choice of a free port
// and its use, another program can bind it. A script that was just written cannot run while another goroutine's fork
// still holds its descriptor.
//
// Only the last log lines of the component, which the error cites, show the first cause.
func portTaken(err error) bool {
	return strings.Contains(err.Error(), "address already in use") || errors.Is(err, syscall.ETXTBSY)
}

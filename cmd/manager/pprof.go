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
	"errors"
	"fmt"
	"net"
	"net/netip"
)

// errPprofNotLoopback rejects an address that other machines can reach. A port alone means every address of the
// machine.
var errPprofNotLoopback = errors.New("other machines may reach it: use a loopback address such as 127.0.0.1:6060, " +
	"or add --pprof-allow-remote. Profiles are served without authentication, and taking one costs CPU time")

// checkPprof checks that the address for profiles is empty, "0", a loopback address, or explicitly allowed.
func (o *options) checkPprof() error {
	if o.pprofAddress == "" || o.pprofAddress == "0" {
		return nil
	}
	host, _, err := net.SplitHostPort(o.pprofAddress)
	if err != nil {
		return fmt.Errorf("--pprof-bind-address: %w", err)
	}
	// A host name is not allowed: it can resolve to any address.
	address, err := netip.ParseAddr(host)
	if loopback := err == nil && address.IsLoopback(); !loopback && !o.pprofAllowRemote {
		return fmt.Errorf("--pprof-bind-address=%s: %w", o.pprofAddress, errPprofNotLoopback)
	}
	return nil
}

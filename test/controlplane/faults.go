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
	"bufio"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"strings"
)

// maxFaults bounds how many faults an error lists. The rest is in the log.
const maxFaults = 5

var (
	// faultPhrases are what a program logs about a fault that it survived: apimachinery, controller-runtime and the API
	// server about a recovered panic, the race detector about a race.
	faultPhrases = []string{"Observed a panic", "[recovered]", "recovered from panic", "apiserver panic'd", "WARNING: DATA RACE"}
	// faultPrefixes begin the messages of the Go runtime about a fault that ends the program.
	faultPrefixes = []string{"panic: ", "fatal error: "}
)

// faultsIn fails when the log at path shows panics or data races.
func faultsIn(path string) error {
	log, err := os.Open(path)
	if err != nil {
		return fmt.Errorf("log of faults: %w", err)
	}
	defer log.Close() //nolint:errcheck // nothing was written
	faults, err := findFaults(log)
	if err != nil {
		return fmt.Errorf("log of faults: %w", err)
	}
	if len(faults) == 0 {
		return nil
	}
	return fmt.Errorf("the log %s shows faults:\n%s", path, strings.Join(faults, "\n"))
}

// serverFaults fails when the log of a server of the control plane in dir shows panics. A server that
// was not started has none.
func serverFaults(dir string) error {
	var errs []error
	for _, name := range []string{etcdBinary, apiServerBinary, controllerManagerBinary} {
		logs, err := filepath.Glob(filepath.Join(dir, name+"*.log"))
		errs = append(errs, err)
		for _, log := range logs {
			errs = append(errs, faultsIn(log))
		}
	}
	return errors.Join(errs...)
}

// findFaults returns the first few lines of a log that report a fault.
func findFaults(log io.Reader) ([]string, error) {
	var faults []string
	// Not a Scanner: a line with a stack trace in it has no bound.
	lines := bufio.NewReader(log)
	for len(faults) < maxFaults {
		line, err := lines.ReadString('\n')
		if isFault(line) {
			faults = append(faults, strings.TrimSpace(line))
		}
		if errors.Is(err, io.EOF) {
			break
		}
		if err != nil {
			return nil, err
		}
	}
	return faults, nil
}

// isFault reports whether a line of a log reports a fault.
func isFault(line string) bool {
	for _, phrase := range faultPhrases {
		if strings.Contains(line, phrase) {
			return true
		}
	}
	for _, prefix := range faultPrefixes {
		if strings.HasPrefix(line, prefix) {
			return true
		}
	}
	return false
}

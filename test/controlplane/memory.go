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
	"context"
	"errors"
	"fmt"
	"net"
	"net/http"
	"os"
	"strconv"
	"strings"
)

// PeakMemory is the most memory that a process had at any time, in bytes. It includes pages of the program's file, which the
// kernel could free. The resource usage of a process that has ended is not the same: it is at least as large as the memory of
// the process that started it.
func PeakMemory(pid int) (int64, error) {
	content, err := os.ReadFile(fmt.Sprintf("/proc/%d/status", pid))
	if err != nil {
		return 0, err
	}
	for line := range strings.Lines(string(content)) {
		if value, ok := strings.CutPrefix(line, "VmHWM:"); ok {
			kibibytes, err := strconv.ParseInt(strings.TrimSpace(strings.TrimSuffix(strings.TrimSpace(value), "kB")), 10, 64)
			return kibibytes << 10, err
		}
	}
	return 0, errors.New("the kernel does not say how much memory the process has had")
}

// ProfilesAddress is a loopback address at which an operator can serve its profiles. No other program in the tests listens on this
// host.
func ProfilesAddress(ctx context.Context) (string, error) {
	listener, err := (&net.ListenConfig{}).Listen(ctx, "tcp", "127.0.7.1:0")
	if err != nil {
		return "", err
	}
	defer listener.Close() //nolint:errcheck // only its address is of interest
	return listener.Addr().String(), nil
}

// LiveHeap is how many bytes the objects of an operator take, without garbage. It serves its profiles at the address.
func LiveHeap(ctx context.Context, address string) (int64, error) {
	// The second collection also frees what the first one has finalized.
	if _, err := collectGarbage(ctx, address); err != nil {
		return 0, err
	}
	return collectGarbage(ctx, address)
}

// collectGarbage makes an operator collect its garbage, and returns how many bytes are left.
func collectGarbage(ctx context.Context, address string) (int64, error) {
	request, err := http.NewRequestWithContext(ctx, http.MethodGet, "http://"+address+"/debug/pprof/heap?gc=1&debug=1", http.NoBody)
	if err != nil {
		return 0, err
	}
	response, err := http.DefaultClient.Do(request)
	if err != nil {
		return 0, err
	}
	defer response.Body.Close() //nolint:errcheck // nothing was written
	for lines := bufio.NewScanner(response.Body); lines.Scan(); {
		if value, ok := strings.CutPrefix(lines.Text(), "# HeapAlloc = "); ok {
			return strconv.ParseInt(value, 10, 64)
		}
	}
	return 0, errors.New("the profile does not say how large the heap is")
}

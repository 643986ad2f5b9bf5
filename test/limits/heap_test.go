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

package limits

import (
	"bufio"
	"fmt"
	"net"
	"net/http"
	"strconv"
	"strings"
	"testing"
)

// freeAddress is a loopback address for an operator's profiles. No other program in the tests listens on this host.
func freeAddress(t *testing.T) string {
	t.Helper()
	listener, err := (&net.ListenConfig{}).Listen(t.Context(), "tcp", "127.0.7.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer listener.Close() //nolint:errcheck // only its address is of interest
	return listener.Addr().String()
}

// settle waits until the operator has reconciled n maps and has no work left.
func (o *operator) settle(t *testing.T, n float64) {
	t.Helper()
	const total = "controller_runtime_reconcile_total"
	before := -1.0
	o.eventually(t, "the operator has nothing to do", func() error {
		metrics, err := o.Metrics(t.Context())
		if err != nil {
			return err
		}
		last := before
		before = metrics[total]
		if before < n || before != last || metrics["workqueue_depth"] > 0 || metrics["controller_runtime_active_workers"] > 0 {
			return fmt.Errorf("after %.0f reconciles %.0f wait", before, metrics["workqueue_depth"])
		}
		return nil
	})
}

// heap is how many bytes the operator's objects take, without garbage.
func (o *operator) heap(t *testing.T) int64 {
	t.Helper()
	// The second collection also frees what the first one has finalized.
	o.collect(t)
	return o.collect(t)
}

// collect makes the operator collect its garbage, and returns how many bytes are left.
func (o *operator) collect(t *testing.T) int64 {
	t.Helper()
	request, err := http.NewRequestWithContext(t.Context(), http.MethodGet, "http://"+o.pprof+"/debug/pprof/heap?gc=1&debug=1", http.NoBody)
	if err != nil {
		t.Fatal(err)
	}
	answer, err := http.DefaultClient.Do(request)
	if err != nil {
		t.Fatal(err)
	}
	defer answer.Body.Close() //nolint:errcheck // it is read to its end, or the test fails
	for lines := bufio.NewScanner(answer.Body); lines.Scan(); {
		if value, ok := strings.CutPrefix(lines.Text(), "# HeapAlloc = "); ok {
			bytes, err := strconv.ParseInt(value, 10, 64)
			if err != nil {
				t.Fatal(err)
			}
			return bytes
		}
	}
	t.Fatal("the profile does not say how large the heap is")
	return 0
}

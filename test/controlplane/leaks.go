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
	"net/http"
	"time"

	"go.uber.org/goleak"
)

// leaksTimeout is for how long goroutines that are about to end may take to do so.
const leaksTimeout = 10 * time.Second

// CheckLeaks fails with the stacks of the goroutines of this program other than the calling one. Call it at the end of
// TestMain, after ControlPlane.Stop, when tests have closed what they opened: it also finds a watch that no test
// stopped. It first closes connections that http.DefaultClient keeps; those of other clients end with the server.
func CheckLeaks() error {
	http.DefaultClient.CloseIdleConnections()
	return checkLeaks(leaksTimeout)
}

func checkLeaks(timeout time.Duration) error {
	var leaks error
	err := WaitFor(context.Background(), timeout, "all goroutines have ended", func() error {
		leaks = goleak.Find()
		if leaks != nil {
			return errors.New("some run")
		}
		return nil
	})
	if err != nil {
		return fmt.Errorf("leaks of the test: %w", leaks)
	}
	return nil
}

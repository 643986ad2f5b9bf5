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
	"context"
	"testing"

	"github.com/stakeholders-dev/stakeholder-operator/cmd/kubectl-stakeholders/failure"
)

// TestWithin makes sure that Ctrl-C ends a command that does not look at its context, and that a command ends by itself.
func TestWithin(t *testing.T) {
	ctx, cancel := context.WithCancel(t.Context())
	if code := within(ctx, func() int { return failure.CodeNo }); code != failure.CodeNo {
		t.Errorf("a command that ends has the exit code %d", code)
	}
	endless := make(chan struct{})
	defer close(endless)
	if code := within(ctx, func() int { cancel(); <-endless; return failure.CodeYes }); code != failure.CodeCluster {
		t.Errorf("an interrupted computation has the exit code %d", code)
	}
	if code := within(ctx, func() int { <-ctx.Done(); return failure.CodeNo }); code != failure.CodeNo {
		t.Errorf("a command that ends by itself after a signal has the exit code %d", code)
	}
}
